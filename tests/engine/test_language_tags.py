"""Language tags: found as people write them, written as RFC 5646 recommends."""

import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.interface import Question
from bqwgraph.engine.language_tags import fold_compared, restore_written

NAME = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?name { <https://w3id.org/bqwgraph/action/5> skos:prefLabel ?name . FILTER(%s) }"""


@pytest.mark.parametrize(
    "condition",
    [
        'LANG(?name) = "zh-Hans"',
        '"ZH-HANS" = lang(?name)',
        "LANG(?name) IN ('zh-Hans', 'fr')",
        "lang(?name) NOT IN ('en')",
        'LANG(?name) != "en"',
        'LANGMATCHES(LANG(?name), "zh")',
    ],
)
def test_tags_are_compared_without_case(engine: EmbeddedEngine, condition: str) -> None:
    answer = engine.answer(Question.table(NAME % condition, ox.QueryResultsFormat.JSON), 10)
    (row,) = json.loads(answer.body)["results"]["bindings"]
    assert row["name"] == {"type": "literal", "value": "城乡融合发展行动", "xml:lang": "zh-Hans"}


def test_other_strings_stay() -> None:
    query = 'SELECT ("zh-Hans" AS ?a) { FILTER(?b = "LANG" && STRLANG("A", "zh-Hans") = ?c) }'
    assert fold_compared(query) == query


@pytest.mark.parametrize("result_format", [ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML, ox.QueryResultsFormat.TSV])
def test_text_that_looks_like_a_tag_stays(engine: EmbeddedEngine, result_format: ox.QueryResultsFormat) -> None:
    tricky = 'a"@zh-hans \\"@zh-hans <literal xml:lang="zh-hans"> "xml:lang":"zh-hans"'
    query = f"SELECT ?x {{ VALUES ?x {{ {ox.Literal(tricky)} }} }}"
    answer = engine.answer(Question.table(query, result_format), 10)
    found = ox.parse_query_results(answer.body, format=result_format)
    assert isinstance(found, ox.QuerySolutions)
    (solution,) = found
    assert solution["x"].value == tricky


TEXTS = (
    "@zh-hans",
    "@zh-hans, and more",
    " ",
    "",
    'a"',
    '"',
    "@zh-hans\\",
    '"@zh-hans',
    ' xml:lang="zh-hans"',
    '"@language":"zh-hans"',
)
GRAPHS = (ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.TRIG, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD)


@given(st.lists(st.tuples(st.sampled_from(TEXTS), st.sampled_from([None, "zh-hans", "en"])), min_size=1, max_size=6))
def test_only_tags_are_written_anew(parts: list[tuple[str, str | None]]) -> None:
    """A mark that begins a text like ``@zh-hans`` does not end one; a blank before a mark may stand within a text."""
    literals = list(dict.fromkeys(ox.Literal(text, language=tag) for text, tag in parts))
    triples = [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), literal) for literal in literals]
    for written in GRAPHS:
        body = restore_written(ox.serialize(triples, format=written) or b"", written)
        assert {quad.object for quad in ox.parse(body, format=written)} == set(literals)
        assert body.count(b"zh-Hans") == sum(literal.language == "zh-hans" for literal in literals)
    query = f"SELECT * {{ VALUES ?x {{ {' '.join(map(str, literals))} }} }}"
    table = ox.Store().query(query)
    assert isinstance(table, ox.QuerySolutions)
    tabs = table.serialize(format=ox.QueryResultsFormat.TSV)
    found = ox.parse_query_results(restore_written(tabs or b"", ox.QueryResultsFormat.TSV), format=ox.QueryResultsFormat.TSV)
    assert isinstance(found, ox.QuerySolutions)
    assert [solution["x"] for solution in found] == literals
