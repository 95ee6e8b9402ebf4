"""The embedded engine over the real graph."""

import pyoxigraph as ox
import pytest

from bqwgraph.engine.embedded import EmbeddedEngine, TrustingEngine
from bqwgraph.engine.evaluation import evaluate
from bqwgraph.engine.interface import Dataset, LimitPassed, NotAllowed, NotWanted, QuerySyntaxError, Question, Wanted
from bqwgraph.graph.namespaces import STATED_GRAPH
from bqwgraph.graph.snapshot import Snapshot

CSV, TURTLE = ox.QueryResultsFormat.CSV, ox.RdfFormat.TURTLE


def test_syntax_errors_say_where_and_what_was_found(engine: EmbeddedEngine) -> None:
    with pytest.raises(QuerySyntaxError, match=r"unexpected '\}' at line 2, column 3") as raised:
        engine.answer(Question("SELECT * { ?s ?p\n  }", Wanted(table=CSV), Dataset()), 10)
    assert (raised.value.line, raised.value.column) == (2, 3)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("SELECT ?x {} GROUP BY ?y", "a variable that is unbound"),
        (
            "SELECT (STR(?n) AS ?l) { ?s ?p ?n } GROUP BY STR(?n)",
            "an expression with a variable that is unbound: of what is grouped",
        ),
        ("SELECT * {} GROUP BY ?y", "name the columns"),
        ("SELECT (1 AS ?x) (2 AS ?x) {}", "twice"),
        ("SELECT ?x { ?x a <a> }", r"An IRI is none, or is relative.* \(before line 1, column 21\)"),
        ("SELECT * { ?s ?p 'x'@toolonglanguagetag }", "A language tag is none"),
    ],
)
def test_what_the_parser_knows_is_told(query: str, told: str) -> None:
    with pytest.raises(QuerySyntaxError, match=told):
        evaluate(ox.Store(), (), Question.table(query, CSV))


def test_a_query_past_its_deadline_is_given_up(engine: EmbeddedEngine) -> None:
    with pytest.raises(LimitPassed, match=r"0\.05 s"):
        engine.answer(
            Question("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a > ?d) } LIMIT 1", Wanted(table=CSV), Dataset()),
            0.05,
        )


def test_the_dataset_of_the_request_is_used(engine: EmbeddedEngine) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    whole = engine.answer(Question(count, Wanted(table=CSV), Dataset()), 10)
    stated = engine.answer(Question(count, Wanted(table=CSV), Dataset(default=(STATED_GRAPH,))), 10)
    assert 0 < int(stated.body.split()[1]) < int(whole.body.split()[1])
    with pytest.raises(NotAllowed, match="no such graph"):
        engine.answer(Question(count, Wanted(table=CSV), Dataset(named=("http://example.org/",))), 10)


def test_graphs_come_with_the_prefixes_that_they_use(engine: EmbeddedEngine) -> None:
    text = engine.answer(
        Question("DESCRIBE <https://w3id.org/bqwgraph/action/5>", Wanted(graph=TURTLE), Dataset()), 10
    ).body.decode()
    assert "@prefix action: <https://w3id.org/bqwgraph/action/> ." in text
    assert "a bqw:Action" in text
    assert "@prefix partnership:" not in text


def test_the_guard_stands_before_every_caller(engine: EmbeddedEngine) -> None:
    with pytest.raises(NotAllowed):
        engine.answer(Question("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", Wanted(table=CSV), Dataset()), 10)


def test_a_table_is_not_given_for_a_graph(engine: EmbeddedEngine) -> None:
    with pytest.raises(NotWanted, match="gives a table"):
        engine.answer(Question("ASK {}", Wanted(graph=TURTLE)), 10)


@pytest.mark.parametrize(
    "query", ["ASK { FILTER(LANG(?x) = 'zh", "SELECT (LANG(?x) AS ?l) {} \\", "ASK { FILTER(LANG(?x) = '') } \0"]
)
def test_a_query_that_compares_languages_may_be_wrong(engine: EmbeddedEngine, query: str) -> None:
    with pytest.raises(QuerySyntaxError, match="unexpected") as raised:
        engine.answer(Question.table(query, CSV), 10)
    assert raised.value.line == 1


def test_what_the_query_asks_for_in_vain_is_the_querys_fault() -> None:
    with pytest.raises(NotAllowed, match="<urn:f> is not supported"):
        evaluate(ox.Store(), (), Question.table("SELECT (<urn:f>(1) AS ?x) {}", CSV))
    triple = "CONSTRUCT { <urn:a> <urn:b> <<( <urn:c> <urn:d> 1 )>> } {}"
    with pytest.raises(NotWanted, match="JSON-LD does not support"):
        evaluate(ox.Store(), (), Question.graph(triple, ox.RdfFormat.JSON_LD))


def test_a_trusting_engine_answers_the_same(snapshot: Snapshot) -> None:
    question = Question.table("SELECT ?action { ?action a <https://w3id.org/bqwgraph/ontology#Action> } ORDER BY ?action", CSV)
    trusting, usual = TrustingEngine(snapshot), EmbeddedEngine(snapshot)
    assert trusting.answer(question, 0.0) == usual.answer(question, 10.0)
    assert trusting.graphs == usual.graphs
