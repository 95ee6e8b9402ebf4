"""The sections of resource pages: each file in `src/bqwgraph/pages/sections/` is tested by being there."""

import re

import pyoxigraph as ox
import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import BASE, TERMS
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.pages.rendering import LANGUAGES, Where
from bqwgraph.pages.sections import SECTIONS, Section, Table, ask, tables
from bqwgraph.queries.binding import parameter_blocks
from bqwgraph.queries.saved import SavedQuery, load
from bqwgraph.queries.values import run
from conftest import ROOT

ZH = Where("zh-Hans", "http://127.0.0.1")


@pytest.fixture(scope="session")
def saved(folder: GraphFolder) -> dict[str, SavedQuery]:
    return load(folder)


def section(engine: EmbeddedEngine, path: str, of: str, name: str, where: Where = ZH) -> Table:
    return next(table for table in run(tables(BASE + path, [of], where), engine) if table.name == name)


def texts(table: Table, head: str) -> list[list[str]]:
    return [[cell.text for cell in row[table.heads.index(head)]] for row in table.rows]


@pytest.mark.parametrize("one", SECTIONS, ids=lambda one: one.name)
def test_a_section_is_whole(one: Section, saved: dict[str, SavedQuery], snapshot: Snapshot) -> None:
    for titles in (one.title, *one.columns.values(), *([one.empty] if one.empty else [])):
        assert titles.keys() == set(LANGUAGES)
        assert all(titles.values())
    variables = set(re.findall(r"\?(\w+)", one.text.partition("WHERE")[0]))
    assert {*one.columns, one.key} <= variables
    assert {"this", "lang"} <= parameter_blocks(one.text).keys()
    for kind in one.of:
        assert any(snapshot.store.quads_for_pattern(None, None, ox.NamedNode(TERMS + kind), None)), kind
    if one.saved:
        assert set(one.saved) - {"query"} <= {parameter.name for parameter in saved[one.saved["query"]].parameters}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("one", SECTIONS, ids=lambda one: one.name)
def test_a_section_shows_something_of_something_and_no_bare_iri(one: Section, lang: str, snapshot: Snapshot) -> None:
    engine, where = EmbeddedEngine(snapshot), Where(lang, "http://127.0.0.1")
    rows = 0
    for kind in one.of:
        of_kind = snapshot.store.quads_for_pattern(None, None, ox.NamedNode(TERMS + kind), None)
        iris = {quad.subject.value for quad in of_kind if isinstance(quad.subject, ox.NamedNode)}
        for iri in sorted(iris, key=lambda iri: (len(iri), iri))[:60]:
            table = run(ask(one, iri, where), engine)
            rows += len(table.rows)
            shown = [cell.text for row in table.rows for cells in row for cell in cells]
            assert not [text for text in shown if text.startswith("http")]
    assert rows > 0


def test_who_supports_integrated_development_and_on_what_words(engine: EmbeddedEngine) -> None:
    table = section(engine, "action/5", "Action", "action-policies")
    assert texts(table, "政策") == [
        ["江门市推进东西部县(市、区)结对合作行动方案"],
        ["贯彻落实“百县千镇万村高质量发展工程”促进城乡区域水利协调发展工作方案"],
        ["贯彻落实“百县千镇万村高质量发展工程”促进城乡区域水利协调发展工作方案"],
        *texts(table, "政策")[3:],
    ]
    assert texts(table, "政策的词句")[0] == ["城乡融合发展"]
    assert texts(table, "行动或措施的词句")[0] == ["城乡融合发展"]


def test_the_typical_villages_of_kaiping(engine: EmbeddedEngine) -> None:
    table = section(engine, "place/nbs2023-440783", "Place", "place-typical")
    villages = [name for [name], [kind] in zip(texts(table, "地方"), texts(table, "称号"), strict=True) if kind == "典型村"]
    assert villages == ["西溪村", "红岭村", "桥新村", "黎雄村", "红丰村", "强亚村", "红溪村", "茅冈村", "东和村", "沙洲村"]
    assert table.data == "queries/typical-places?within=place:nbs2023-440783"


def test_parts_have_their_denominators(engine: EmbeddedEngine) -> None:
    table = section(engine, "place/nbs2023-4407", "Place", "place-parts")
    typical = [int(count) for [count] in texts(table, "典型村")]
    assert typical == [7, 7, 8, 10, 10, 10, 8]
    assert [int(count) for [count] in texts(table, "村级单位（2023年）")] == [139, 63, 242, 317, 270, 141, 176]


def test_rejected_judgements_are_kept_apart(engine: EmbeddedEngine) -> None:
    rejected = section(engine, "policy/1", "Policy", "policy-rejected")
    accepted = section(engine, "policy/1", "Policy", "policy-links")
    assert {"rejected"} == {cell.sign for row in rejected.rows for cell in row[1]}
    assert {"implied", "shared-term", "candidate"} >= {cell.sign for row in accepted.rows for cell in row[1]}


def test_where_none_is_found_the_page_says_so(engine: EmbeddedEngine) -> None:
    table = section(engine, "action/7", "Action", "action-policies")
    assert not table.rows
    assert table.empty == "所列政策中没有认定支持它的。"


def test_the_files_are_these() -> None:
    assert {one.name for one in SECTIONS} == {path.stem for path in (ROOT / "src/bqwgraph/pages/sections").glob("*.rq")}


def test_a_column_without_anything_is_left_out(engine: EmbeddedEngine) -> None:
    town, county = (section(engine, f"place/nbs2023-{code}", "Place", "place-parts").heads for code in ("440784104", "440784"))
    assert town == ["地方", "类型", "2023年统计用区划代码"]
    assert county == ["地方", "类型", "典型村", "村级单位（2023年）", "2023年统计用区划代码"]
