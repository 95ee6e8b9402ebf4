"""Where the terms of RDF/XML stand: every way of writing a triple; and where a document is wrong."""

import re
from html import unescape

import pyoxigraph as ox
import pytest
from rdflib import Graph

from bqwgraph.graph.rdfxml import dropped, locate, refused_at, well_formed
from conftest import ROOT

HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
BASE = "file:///d/x.rdf"


def shown(text: str) -> list[tuple[str, str, str]]:
    """Return what stands at the places of each triple, in the order of the triples."""
    lines = text.removeprefix("\ufeff").split("\n")
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.RDF_XML, base_iri=BASE)]
    located = locate(text.encode(), triples)
    assert located is not None
    found = list[tuple[str, str, str]]()
    for placed in map(located.__getitem__, range(len(triples))):
        spans = (placed.subject, placed.predicate, placed.object)
        assert all(span.line == span.end_line for span in spans)
        subject, predicate, obj = (lines[span.line - 1][span.column - 1 : span.end_column - 1] for span in spans)
        found.append((subject, predicate, obj))
    return found


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<e:C rdf:about="a"/>', [('<e:C rdf:about="a"/>', "e:C", "e:C")]),
        (
            '<e:C rdf:about="a" e:p="1" rdf:type="http://e/D" e:q="百"/>',
            [
                ('<e:C rdf:about="a" e:p="1" rdf:type="http://e/D" e:q="百"/>', predicate, value)
                for predicate, value in [("e:C", "e:C"), ("rdf:type", '"http://e/D"'), ("e:q", '"百"'), ("e:p", '"1"')]
            ],
        ),
        ("<e:C><e:p>😀 text</e:p></e:C>", [("<e:C>", "e:C", "e:C"), ("<e:C>", "e:p", "😀 text")]),
        ("<e:C><e:p/></e:C>", [("<e:C>", "e:C", "e:C"), ("<e:C>", "e:p", "<e:p/>")]),
        (
            "<rdf:Description rdf:ID='i'><e:p rdf:resource = 'b' /></rdf:Description>",
            [("<rdf:Description rdf:ID='i'>", "e:p", "'b'")],
        ),
        (
            '<rdf:Description rdf:nodeID="n"><e:p rdf:nodeID="n"/></rdf:Description>',
            [('<rdf:Description rdf:nodeID="n">', "e:p", '"n"')],
        ),
        (
            "<rdf:Description><e:p><e:C><e:q>1</e:q></e:C></e:p></rdf:Description>",
            [("<e:C>", "e:C", "e:C"), ("<e:C>", "e:q", "1"), ("<rdf:Description>", "e:p", "<e:C>")],
        ),
        (
            '<rdf:Description><e:p rdf:parseType="Resource"><e:q>1</e:q></e:p></rdf:Description>',
            [
                ("<rdf:Description>", "e:p", '<e:p rdf:parseType="Resource">'),
                ('<e:p rdf:parseType="Resource">', "e:q", "1"),
            ],
        ),
        (
            '<rdf:Description><e:p e:a="1" e:b="2"/></rdf:Description>',
            [
                ('<e:p e:a="1" e:b="2"/>', "e:b", '"2"'),
                ('<e:p e:a="1" e:b="2"/>', "e:a", '"1"'),
                ("<rdf:Description>", "e:p", '<e:p e:a="1" e:b="2"/>'),
            ],
        ),
        (
            '<rdf:Description><e:p rdf:parseType="Literal">a<b><c/></b>d</e:p></rdf:Description>',
            [("<rdf:Description>", "e:p", "a<b><c/></b>d")],
        ),
        (
            '<rdf:Description><e:p rdf:parseType="Collection"><rdf:Description/><e:C/></e:p></rdf:Description>',
            [
                ("<e:C/>", "e:C", "e:C"),
                ("<rdf:Description>", "e:p", '<e:p rdf:parseType="Collection">'),
                ("<rdf:Description/>", "<e:C/>", "<e:C/>"),
                ("<rdf:Description/>", "<rdf:Description/>", "<rdf:Description/>"),
                ("<e:C/>", "</e:p>", "</e:p>"),
                ("<e:C/>", "<e:C/>", "<e:C/>"),
            ],
        ),
        (
            '<rdf:Description><e:p rdf:parseType="Collection"/></rdf:Description>',
            [("<rdf:Description>", "e:p", '<e:p rdf:parseType="Collection"/>')],
        ),
        (
            "<rdf:Seq><rdf:li>1</rdf:li><rdf:li>2</rdf:li></rdf:Seq>",
            [("<rdf:Seq>", "rdf:Seq", "rdf:Seq"), ("<rdf:Seq>", "rdf:li", "1"), ("<rdf:Seq>", "rdf:li", "2")],
        ),
        (
            '<rdf:Description><e:p rdf:ID="r">1</e:p></rdf:Description>',
            [
                ("<rdf:Description>", "e:p", "1"),
                ('"r"', "rdf:ID", "1"),
                ('"r"', "rdf:ID", "e:p"),
                ('"r"', "rdf:ID", "<rdf:Description>"),
                ('"r"', "rdf:ID", '"r"'),
            ],
        ),
        (
            "<!-- <e:C/> --><e:C e:p='&lt;>\"&#x41;'/>",
            [("<e:C e:p='&lt;>\"&#x41;'/>", "e:C", "e:C"), ("<e:C e:p='&lt;>\"&#x41;'/>", "e:p", "'&lt;>\"&#x41;'")],
        ),
    ],
)
def test_every_way_of_writing_has_its_places(body: str, expected: list[tuple[str, str, str]]) -> None:
    assert shown(HEAD + body + "</rdf:RDF>") == expected
    assert shown("\ufeff" + HEAD + "<!-- 江门 -->\t" + body + "</rdf:RDF>") == expected


def test_a_line_may_be_as_long_as_the_document() -> None:
    text = HEAD.strip() + "<e:C e:p='百千万工程😀'/>" * 3000 + "</rdf:RDF>"
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.RDF_XML)]
    located = locate(text.encode(), triples)
    assert located is not None
    for number in (1, 2999, len(triples) - 1):
        span = located[number].object
        assert text[span.column - 1 : span.end_column - 1] == "'百千万工程😀'"


def test_entities_in_attributes_are_understood() -> None:
    text = '<!DOCTYPE rdf:RDF [<!ENTITY e "http://e/">]>\n' + HEAD + '<e:C rdf:about="&e;a"><e:p>&e;</e:p></e:C></rdf:RDF>'
    assert shown(text)[1] == ('<e:C rdf:about="&e;a">', "e:p", "&e;")


@pytest.mark.parametrize("form", ["xml", "pretty-xml"])
@pytest.mark.parametrize("file", ["data/policies/1.ttl", "ontology/shapes/Policy.ttl", "ontology/bqw.ttl"])
@pytest.mark.filterwarnings("ignore:Assertions on")
def test_what_others_write_has_places_for_every_triple(file: str, form: str) -> None:
    text = Graph().parse(ROOT / file).serialize(format=form)
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.RDF_XML, base_iri=BASE)]
    located, lines = locate(text.encode(), triples), text.split("\n")
    assert located is not None
    for placed in map(located.__getitem__, range(len(triples))):
        if isinstance(placed.triple.object, ox.Literal) and placed.object.line == placed.object.end_line:
            written = lines[placed.object.line - 1][placed.object.column - 1 : placed.object.end_column - 1]
            assert re.sub(r"^<!\[CDATA\[(.*)\]\]>$", r"\1", unescape(written)) == placed.triple.object.value


def test_there_are_no_places_where_the_readings_differ() -> None:
    text = HEAD + '<e:C rdf:about="a"><e:p>1</e:p></e:C></rdf:RDF>'
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.RDF_XML, base_iri=BASE)]
    assert locate(text.encode(), triples) is not None
    assert locate(text.encode(), triples[:1]) is None
    assert locate(text.encode(), triples[::-1]) is None
    assert locate(text.replace(">1<", ">2<").encode(), triples) is None
    assert locate(text.replace('"a"', '"b"').encode(), triples) is None
    assert locate(text.replace("e:p", "e:q").encode(), triples) is None


@pytest.mark.parametrize(
    ("body", "line", "column"),
    [
        ('\n  <e:C rdf:about="a b"/>', 3, 3),
        ('<e:C/>\n百千 <e:C rdf:about="a" rdf:ID="b"/>', 3, 1),
        ('<e:C/>\n<!-- 百> --> <e:C rdf:about="a" rdf:ID="b"/>', 3, 13),
        ("\n<e:C>\n <f:p/></e:C>", 4, 2),
        ("<e:C>\n\n <e:p>x</e:p>  text <e:q/></e:C>", 4, 16),
    ],
)
def test_what_is_no_rdf_is_found(body: str, line: int, column: int) -> None:
    text = (HEAD + body + '\n<e:C/><e:C rdf:about="no no"/></rdf:RDF>').encode()
    assert refused_at(text, BASE) == (line, column)


def test_what_is_no_xml_is_found_even_if_pyoxigraph_lets_it_pass() -> None:
    text = (HEAD + "<e:C/>\n").encode()
    assert len(list(ox.parse(text, format=ox.RdfFormat.RDF_XML))) == 1
    assert well_formed(text) == (3, 1, "no element found")
    assert well_formed(HEAD.encode() + "百千 <e:C></e:D></rdf:RDF>".encode()) == (2, 11, "mismatched tag")


def test_what_pyoxigraph_drops_is_found() -> None:
    text = HEAD + '<e:C><e:p rdf:parseType="%s">x</e:p></e:C></rdf:RDF>'
    for other in ("literal", "", "Statements"):
        assert len(list(ox.parse(text % other, format=ox.RdfFormat.RDF_XML))) == 1
        place = dropped((text % other).encode())
        assert place is not None
        assert place[:2] == (2, 25)
    assert dropped((text % "Literal").encode()) is None
    inside = text % "Literal"
    assert dropped(inside.replace(">x<", '><b rdf:parseType="other"/><').encode()) is None
