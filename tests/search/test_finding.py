"""What people type, and what they must find. The expected things are keyed in from the graph's files, not from answers."""

import json
import sqlite3
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import expand, shorten
from bqwgraph.queries.saved import load
from bqwgraph.search.build import INDEX, QUERIES
from bqwgraph.search.index import LONGEST, find
from bqwgraph.search.questions import QUESTIONS

HESHAN, TANGXIA, WUDONG = "place:nbs2023-440784", "place:nbs2023-440703101", "place:nbs2023-440703101219"
HETANG = "place:nbs2023-440703102"
GONGHE = "place:nbs2023-440784106"


@pytest.fixture(scope="session")
def index(engine: EmbeddedEngine, folder: GraphFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("search")
    for name, question in QUESTIONS.items():
        (place / f"{name}.csv").write_bytes(engine.answer(question, 60).body)
    queries = [
        {
            "name": query.name,
            "title_zh": query.title["zh-Hans"],
            "title_en": query.title["en"],
            "question_zh": query.question["zh-Hans"],
            "question_en": query.question["en"],
        }
        for query in load(folder).values()
    ]
    (place / QUERIES).write_text(json.dumps(queries), "utf-8")
    subprocess.run([sys.executable, "-m", "bqwgraph.search.build", place], check=True)
    return place / INDEX


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("鹤山市", HESHAN),
        ("鹤山", HESHAN),
        ("鹤山县", HESHAN),
        (" 鹤 山 市 ", HESHAN),
        ("《鹤山市》", HESHAN),
        ("“鹤山”", HESHAN),
        ("Heshan City", HESHAN),
        ("heshan city", HESHAN),
        ("ＨＥＳＨＡＮ", HESHAN),
        ("Heshan", HESHAN),
        ("hé shān", HESHAN),
        ("heshan", HESHAN),
        ("he2shan1", HESHAN),
        ("he shan shi", HESHAN),
        ("heshanshi", HESHAN),
        ("Heshen", HESHAN),
        ("Hehsan", HESHAN),
        ("440784", HESHAN),
        ("440784000000", HESHAN),
        ("４４０７８４", HESHAN),
        ("nbs2023:440784", HESHAN),
        ("mca2026:440784", HESHAN),
        ("place:nbs2023-440784", HESHAN),
        ("https://w3id.org/bqwgraph/place/nbs2023-440784", HESHAN),
        ("共和镇", GONGHE),
        ("共和", GONGHE),
        ("共和真", GONGHE),
        ("gonghezhen", GONGHE),
        ("五洞村", WUDONG),
        ("五洞", WUDONG),
        ("五洞村委会", WUDONG),
        ("伍洞村", WUDONG),
        ("伍洞", WUDONG),
        ("wu dong cun", WUDONG),
        ("棠下镇五洞村", WUDONG),
        ("棠下 五洞", WUDONG),
        ("Wudong Tangxia", WUDONG),
        ("城乡融合发展行动", "action:5"),
        ("城乡溶合发展行动", "action:5"),
        ("chengxiangronghefazhanxingdong", "action:5"),
        ("Action for Integrated Urban-Rural Development", "action:5"),
        ("action:5", "action:5"),
        ("5.3", "measure:5-3"),
        ("５．３", "measure:5-3"),
        ("百千万工程", "programme:bqw"),
        ("baiqianwangongcheng", "programme:bqw"),
        ("董庄社区", "place:nbs2023-440703006-dongzhuang"),
        ("篁庄社区", "place:nbs2023-440703006113"),
        ("bqw:Place", "bqw:Place"),
        ("policies-for-place", "query:policies-for-place"),
        ("十大行动", "query:actions"),
        ("新能源汽车", "industrial-chain:new-energy-vehicles"),
    ],
)
def test_the_first_is_what_was_meant(index: Path, typed: str, first: str) -> None:
    assert [shorten(thing.iri) for thing in find(index, typed).things[:1]] == [first]


@pytest.mark.parametrize(
    ("typed", "one"),
    [
        ("董庄", "place:nbs2023-440703006113"),  # recorded as what 董 may be a misreading of
        ("篁庄", "place:nbs2023-440703006-dongzhuang"),
        ("五X村", WUDONG),
        ("鹤山", "partnership:3-4"),
        ("典型村", "designation-type:typical-village"),
        ("城乡融合", "measure:5-1"),
        ("place actions", "query:actions-for-place"),
    ],
)
def test_it_is_among_what_is_found(index: Path, typed: str, one: str) -> None:
    assert one in [shorten(thing.iri) for thing in find(index, typed).things]


def test_a_place_says_what_and_where_it_is_in_both_languages(index: Path) -> None:
    thing = find(index, "五洞村").things[0]
    assert thing.label == ("五洞村", "Wudong Village")
    assert thing.kind_label == ("村委会", "Villagers' committee")
    assert thing.within_label == ("蓬江区棠下镇", "Tangxia Town, Pengjiang District")
    assert (thing.group, thing.kind, thing.level) == ("places", "bqw:Place", "village")
    assert shorten(thing.within) == TANGXIA


def test_a_bare_code_is_of_2023_and_its_other_meaning_is_told(index: Path) -> None:
    found = find(index, "440703101")
    assert [shorten(thing.iri) for thing in found.things[:2]] == [TANGXIA, HETANG]
    assert found.clash is not None
    assert (found.clash.meant, found.clash.other) == (expand(TANGXIA), expand(HETANG))
    assert [shorten(thing.iri) for thing in find(index, "mca2026:440703101").things] == [HETANG]
    assert find(index, "mca2026:440703101").clash is None
    assert find(index, "440784").clash is None


def test_words_of_the_source_are_found_by_their_words_only(index: Path) -> None:
    assert any(thing.group == "words" for thing in find(index, "五洞村").things)
    assert not any(thing.group == "words" for thing in find(index, "伍洞村").things)
    assert not any(thing.group == "words" for thing in find(index, "wudong").things)


def test_another_name_that_was_typed_is_told(index: Path) -> None:
    by = {shorten(thing.iri): thing.by for thing in find(index, "百千万工程").things}
    assert by["programme:bqw"] == "百千万工程"


@pytest.mark.parametrize("typed", ["", " ", "!!!", "《》", "\0", "\ud800", "%", "zzzzzz", "' OR 1=1 --", "*", '"', "x" * 10_000])
def test_what_names_nothing_finds_nothing(index: Path, typed: str) -> None:
    found = find(index, typed)
    assert list(found.things) == []
    assert found.cut == (len(typed) > LONGEST)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60) | st.text("鹤山市村镇五洞heshan :.0123456789'\"%*-", max_size=40))
def test_any_text_is_answered(index: Path, typed: str) -> None:
    found = find(index, typed)
    scores = [thing.score for thing in found.things]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({thing.iri for thing in found.things}) == len(scores)


def test_every_place_is_found_by_its_name_and_its_code(index: Path) -> None:
    with sqlite3.connect(index) as store:
        places = store.execute("SELECT iri, zh, within_zh FROM thing WHERE kind = 'bqw:Place' ORDER BY id").fetchall()
    assert len(places) > 1400
    for iri, name, _ in places[::40]:
        same = [thing for thing in find(index, name).things if thing.label[0] == name]
        assert iri in {thing.iri for thing in same}, name
        code = iri.rpartition("-")[2]
        if code.isdigit():
            assert iri in {thing.iri for thing in find(index, code).things[:2]}, code


def test_a_search_is_quick(index: Path) -> None:
    typed = ["鹤山", "heshan", "Heshen", "伍洞村", "440784", "村", "High-Quality Development", "place:", "an" * 90]
    taken = list[float]()
    for text in typed * 3:
        began = time.perf_counter()
        find(index, text)
        taken.append(time.perf_counter() - began)
    assert statistics.median(taken) < 0.1  # about 0.01 at rest
    assert max(taken) < 1.5
