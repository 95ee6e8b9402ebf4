"""Triples written in any syntax are the triples that are read again, and the same bytes whatever their order."""

import json

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.publication.syntaxes import JSON_LD, OF_GRAPHS, Syntax, write

XSD = PREFIXES["xsd"]

names = st.sampled_from(
    [
        "urn:a",
        "urn:b:c",
        "https://w3id.org/bqwgraph/place/nbs2023-44",
        "https://w3id.org/bqwgraph/place/",
        "http://example.org/?q=1#x",
    ]
).map(ox.NamedNode)
predicates = st.sampled_from(
    [PREFIXES["rdf"] + "type", PREFIXES["skos"] + "note", "http://example.org/ns/p", PREFIXES["bqw"] + "order"]
)
texts = st.text(st.characters(exclude_categories=["C"], include_characters="\n\t"), max_size=12)  # what XML can hold
literals = st.one_of(
    st.builds(ox.Literal, texts),
    st.builds(lambda text, tag: ox.Literal(text, language=tag), texts, st.sampled_from(["en", "zh-hans"])),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(XSD + name)),
        st.sampled_from(["1", "-1", "01", "true", "false", "1.50", "2023", "x", ""]),
        st.sampled_from(["integer", "boolean", "decimal", "gYear", "double", "string"]),
    ),
)
blank = st.sampled_from(["n1", "n2"]).map(ox.BlankNode)
triples = st.builds(ox.Triple, st.one_of(names, blank), predicates.map(ox.NamedNode), st.one_of(names, blank, literals))


def canonical(found: set[ox.Triple]) -> set[str]:
    dataset = ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in found)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in dataset}


@pytest.mark.parametrize("syntax", OF_GRAPHS, ids=lambda syntax: syntax.suffix)
@given(st.lists(triples, max_size=8))
def test_what_is_written_is_read_again(syntax: Syntax, said: list[ox.Triple]) -> None:
    body = write(said, syntax)
    assert canonical({quad.triple for quad in ox.parse(body, format=syntax.rdf)}) == canonical(set(said))
    assert write([*reversed(said), *said], syntax) == body


def test_json_ld_reads_like_json() -> None:
    place = ox.NamedNode("https://w3id.org/bqwgraph/place/nbs2023-4407")
    said = [
        ox.Triple(place, ox.NamedNode(PREFIXES["rdf"] + "type"), ox.NamedNode(PREFIXES["bqw"] + "Place")),
        ox.Triple(place, ox.NamedNode(PREFIXES["skos"] + "prefLabel"), ox.Literal("江门市", language="zh-hans")),
        ox.Triple(place, ox.NamedNode(PREFIXES["bqw"] + "order"), ox.Literal("3", datatype=ox.NamedNode(XSD + "integer"))),
    ]
    assert json.loads(write(said, JSON_LD)) == {
        "@context": {name: PREFIXES[name] for name in ("bqw", "place", "skos")},
        "@graph": [
            {
                "@id": "place:nbs2023-4407",
                "@type": "bqw:Place",
                "skos:prefLabel": {"@language": "zh-Hans", "@value": "江门市"},
                "bqw:order": 3,
            }
        ],
    }


@pytest.mark.parametrize("syntax", OF_GRAPHS, ids=lambda syntax: syntax.suffix)
def test_language_tags_keep_their_capitals(syntax: Syntax) -> None:
    said = [ox.Triple(ox.NamedNode("urn:a"), ox.NamedNode("urn:p/q"), ox.Literal("x", language="zh-Hans"))]
    assert b"zh-Hans" in write(said, syntax)
