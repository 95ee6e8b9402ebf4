"""Saved query files: their headers, and what is said when one is wrong."""

import csv
import io
from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.interface import Question
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import HeaderError, load, read
from bqwgraph.queries.values import BadParameter, run

GOOD = """#+ title: {zh-Hans: 题, en: Title}
#+ question: {zh-Hans: "问?", en: "What?"}
#+ tags: [a]
#+ params:
#+   x: {type: place, example: 鹤山市, title: {zh-Hans: 地, en: Place}}
SELECT ?x { VALUES ?x { UNDEF } ?x ?p ?o }
"""

COLUMNS = {
    "actions": "order, action, name_zh, name_en, measures",
    "measures": "action_order, order, measure, name_zh, name_en",
    "policies": "order, policy, title_zh, title_en, genre_zh",
    "tasks": "policy, policy_title_zh, kind, order, task, name_zh",
    "policy-links": "policy, policy_title_zh, action_order, action_zh, measure_order, measure_zh, basis, policy_words,"
    " action_words, reason",
    "policies-for-action": "policy, title_zh, basis, measure_zh",
    "policies-for-place": "policy, title_zh, relation, via_zh",
    "actions-for-place": "action_order, action_zh, policy_title_zh, relation",
    "typical-places": "level, place, name_zh, town_zh, county_zh, category_zh, batch",
    "typical-villages-by-county": "county_zh, typical, all_villages, share",
    "partnerships": "kind_zh, a_zh, b_zh, policy_title_zh, open_ended",
    "targets": "policy_title_zh, indicator_zh, qualifier_zh, comparator, value, unit, threshold_comparator, threshold_value,"
    " threshold_unit, deadline, deadline_basis",
    "industries": "kind, order, name_zh, comparator, value, unit, deadline",
    "evidence": "resource, role, exact, start, end, source",
    "gaps": "kind, subject_zh, missing",
    "places-within": "place, level, name_zh, code",
}
"""The columns that others build on; they do not change without a major version."""


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_that_others_build_on(name: str, folder: GraphFolder, engine: EmbeddedEngine) -> None:
    query = load(folder)[name]
    required = {parameter.name: parameter.example for parameter in query.parameters if parameter.required}
    for given in [{}, *({parameter.name: parameter.example} for parameter in query.parameters)]:
        prepared = run(prepare(query, {**required, **given}), engine)
        answer = engine.answer(Question.table(prepared.text, ox.QueryResultsFormat.CSV), 30)
        columns, *rows = csv.reader(io.StringIO(answer.body.decode()))
        assert ", ".join(columns) == COLUMNS[name]
        assert rows, f"{given} gives an answer"


def test_every_query_runs_as_it_stands_and_names_its_question(folder: GraphFolder, engine: EmbeddedEngine) -> None:
    for query in load(folder).values():
        body = engine.answer(Question.table(query.text, ox.QueryResultsFormat.CSV), 30).body
        assert len(list(csv.reader(io.StringIO(body.decode())))) > 1, query.name
        assert query.question["zh-Hans"].endswith("?") or query.question["zh-Hans"].endswith("？")
        assert query.question["en"].endswith("?")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("type: place", "type: planet"), "type must be one of"),
        (("en: Title", "fr: Titre"), "title: expected a text in each of"),
        (("VALUES ?x { UNDEF }", ""), "no VALUES ?x"),
        (("example: 鹤山市, ", ""), "an example is missing"),
        (("#+ tags: [a]", "#+ tags: [a"), "x.rq:4: the header is not YAML"),
        (("SELECT ?x {", "INSERT {"), "is an update"),
        (("#+", "#"), "no header"),
    ],
)
def test_a_wrong_file_is_told(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    path = tmp_path / "x.rq"
    path.write_text(GOOD, "utf-8")
    assert read(path, "x.rq").parameters[0].name == "x"
    path.write_text(GOOD.replace(*change), "utf-8")
    with pytest.raises(HeaderError, match=r"^x\.rq:\d+: ") as raised:
        read(path, "x.rq")
    assert told in str(raised.value)


def test_parameters_that_are_unknown_or_missing_are_told(folder: GraphFolder, engine: EmbeddedEngine) -> None:
    queries = load(folder)
    with pytest.raises(BadParameter, match="has no such parameter"):
        run(prepare(queries["actions"], {"place": "鹤山市"}), engine)
    with pytest.raises(BadParameter, match="needs it"):
        run(prepare(queries["places-within"], {}), engine)
