"""Answers in XML that XML parsers read, and as they were meant."""

from xml.etree import ElementTree as ET

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.engine.evaluation import evaluate
from bqwgraph.engine.interface import NotWanted, Question

XML, RDF_XML = ox.QueryResultsFormat.XML, ox.RdfFormat.RDF_XML


def answer(question: Question) -> ET.Element:
    return ET.fromstring(evaluate(ox.Store(), (), question).body)  # noqa: S314 - our own XML


@given(st.text(max_size=12))
def test_a_text_is_read_as_it_was_written_or_not_written(text: str) -> None:
    try:
        table = answer(Question.table(f"SELECT * {{ VALUES ?x {{ {ox.Literal(text)} }} }}", XML))
        graph = answer(Question.graph(f"CONSTRUCT {{ <urn:a> <urn:b> {ox.Literal(text)} }} {{}}", RDF_XML))
    except NotWanted:
        assert any(character < " " or character in "\ufffe\uffff" for character in text)
    else:
        assert [cell.text or "" for cell in table.iter("{http://www.w3.org/2005/sparql-results#}literal")] == [text]
        assert [cell.text or "" for cell in graph.iter("{urn:}b")] == [text]


@pytest.mark.parametrize(("text", "told"), [(r"a\u0001", r"U\+0001"), (r"\uFFFE", r"U\+FFFE"), (r"\u0000", r"U\+0000")])
def test_a_character_that_xml_cannot_hold_is_said(text: str, told: str) -> None:
    for question in (
        Question.table(f"SELECT ('{text}' AS ?x) {{}}", XML),
        Question.graph(f"CONSTRUCT {{ <urn:a> <urn:b> '{text}' }} {{}}", RDF_XML),
    ):
        with pytest.raises(NotWanted, match=told):
            evaluate(ox.Store(), (), question)


@pytest.mark.parametrize("pattern", ["<urn:a> <http://example.org/1> 1", "<urn:a> a <http://example.org/x#>"])
def test_a_name_that_rdf_xml_cannot_write_is_said(pattern: str) -> None:
    query = f"CONSTRUCT {{ {pattern} }} {{}}"
    with pytest.raises(NotWanted, match=r"<http://example.org/(1|x#)> cannot"):
        evaluate(ox.Store(), (), Question.graph(query, RDF_XML))
    assert evaluate(ox.Store(), (), Question.graph(query, ox.RdfFormat.TURTLE)).body
