"""JSON-LD by the published context: it says what the triples say, and reads well."""

import json
import random
from collections.abc import Iterable
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld
from rdflib import Graph

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph.namespaces import BASE, PREFIXES, TERMS
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.describing import Description, describe
from bqwgraph.publication.json_ld import Context, write
from bqwgraph.queries.values import run

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # in rdflib's own parser
ADDRESS = "https://example.org/context.jsonld"
CONTEXT = Context.published()


def loaded(url: str, _options: object = None) -> dict[str, Any]:
    assert url == ADDRESS
    return {"contextUrl": None, "documentUrl": url, "document": json.loads(CONTEXT.text), "contentType": "application/ld+json"}


def graph(text: str) -> set[ox.Quad]:
    """Read N-Triples; blank nodes get canonical names, and tags of languages small letters, since they know no case."""
    found = ox.Dataset()
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        value = quad.object
        if isinstance(value, ox.Literal) and value.language:
            value = ox.Literal(value.value, language=value.language.lower())
        found.add(ox.Quad(quad.subject, quad.predicate, value))
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(found)


def lines(triples: Iterable[ox.Triple]) -> str:
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()


def same(triples: tuple[ox.Triple, ...], root: str) -> None:
    """Check that PyLD and rdflib read what was written from."""
    written = write(triples, root, CONTEXT, ADDRESS)
    document = json.loads(written)
    expected = graph(lines(triples))
    by_pyld = jsonld.to_rdf(document, {"documentLoader": loaded, "format": "application/n-quads"})
    assert graph(by_pyld) == expected
    inlined = json.dumps({**document, "@context": json.loads(CONTEXT.text)["@context"]})
    by_rdflib = Graph().parse(data=inlined, format="json-ld").serialize(format="nt")
    assert graph(by_rdflib) == expected


def sample(snapshot: Snapshot) -> list[str]:
    """Return one resource of each kind, drawn with a seed."""
    kinds = dict[str, list[str]]()
    for quad in snapshot.store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        if isinstance(quad.subject, ox.NamedNode) and quad.subject.value.startswith(BASE):
            iri = quad.subject.value
            kinds.setdefault(iri.partition("#")[0] if "#" in iri else iri.rpartition("/")[0], []).append(iri)
    chosen = random.Random(6)  # noqa: S311 - a sample, not a secret
    return [chosen.choice(sorted(set(kinds[kind]))) for kind in sorted(kinds)]


def test_a_resource_of_each_kind_comes_back_as_the_same_graph(snapshot: Snapshot, engine: EmbeddedEngine) -> None:
    chosen = [*sample(snapshot), f"{BASE}shapes/Target", f"{BASE}target/4-2", f"{BASE}vocab/genre"]
    assert len(chosen) > 45
    for iri in chosen:
        found: Description | None = run(describe(iri), engine, 60)
        assert found is not None
        same(found.triples, iri)


def test_it_reads_like_json_that_somebody_wrote(engine: EmbeddedEngine) -> None:
    found: Description | None = run(describe(BASE + "target/4-2"), engine, 60)
    assert found is not None
    document = json.loads(write(found.triples, found.iri, CONTEXT, ADDRESS))
    assert list(document)[:4] == ["@context", "id", "type", "prefLabel"]
    assert document["type"] == "Target"
    assert document["prefLabel"]["zh-Hans"] == "打造6条产值超500亿元的产业链"
    assert (document["value"], document["unit"], document["deadline"]) == (6, "tiao", "2025")
    assert document["thresholdValue"] == 50_000_000_000
    assert document["setBy"]["label"]["zh-Hans"] == "关于促进制造业高质量发展的若干措施"
    assert document["thresholdWords"][0]["hasSelector"][1]["exact"] == "产值超 500 亿元"
    assert not any(key.startswith(("http", "bqw:")) for key in document)


def test_the_context_has_a_word_for_every_term_of_the_ontology(snapshot: Snapshot) -> None:
    quads = snapshot.store.quads_for_pattern(None, ox.NamedNode(PREFIXES["rdfs"] + "isDefinedBy"), None, ox.DefaultGraph())
    named = {quad.subject.value for quad in quads if isinstance(quad.subject, ox.NamedNode)}
    terms = {iri for iri in named if iri.startswith(TERMS)}
    assert len(terms) > 90
    assert sorted(terms - set(CONTEXT.words)) == []
    for iri in terms:
        word = CONTEXT.word(iri)
        assert word is not None
        assert word.key == iri.removeprefix(TERMS)


def test_every_concept_that_is_written_as_a_word_is_in_the_graph(snapshot: Snapshot) -> None:
    named = {iri for term in CONTEXT.words if (word := CONTEXT.word(term)) for iri in word.values}
    assert len(named) > 40
    for iri in named:
        assert any(snapshot.store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())), iri


IRIS = st.sampled_from(
    [*sorted(CONTEXT.words), BASE + "place/x", BASE + "vocab/level/town", "https://example.org/a:b", "urn:x:y"]
)
TYPES = st.sampled_from([PREFIXES["xsd"] + name for name in ("integer", "decimal", "boolean", "gYear", "date", "string")])
LITERALS = st.one_of(
    st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), st.text("ab中", max_size=3), st.sampled_from(["zh-Hans", "en", "fr"])
    ),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(kind)),
        st.sampled_from(["1", "01", "-5", "1.50", "true", "0", "2025", "1" * 30, "x"]),
        TYPES,
    ),
)
NODES = st.builds(ox.NamedNode, IRIS)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.builds(ox.Triple, NODES, NODES, st.one_of(NODES, LITERALS)), min_size=1, max_size=8, unique=True))
def test_whatever_the_triples_are_they_come_back(triples: list[ox.Triple]) -> None:
    root = triples[0].subject
    assert isinstance(root, ox.NamedNode)
    written = write(triples, root.value, CONTEXT, ADDRESS)
    back = jsonld.to_rdf(json.loads(written), {"documentLoader": loaded, "format": "application/n-quads"})
    assert graph(back) == graph(lines(triples))


LISTS = {
    "one": "<x:a> <x:p> ( 1 'two' <x:three> ) .",
    "empty": "<x:a> <x:p> () .",
    "nested": "<x:a> <x:p> ( ( 1 ) ( ) ) .",
    "shared": "<x:a> <x:p> _:l ; <x:q> _:l . _:l rdf:first 1 ; rdf:rest () .",
    "entered": "<x:a> <x:p> _:l . <x:b> <x:p> _:m . _:l rdf:first 1 ; rdf:rest _:m . _:m rdf:first 2 ; rdf:rest () .",
    "endless": "<x:a> <x:p> _:l . _:l rdf:first 1 ; rdf:rest _:l .",
    "open": "<x:a> <x:p> _:l . _:l rdf:first 1 .",
    "annotated": "<x:a> <x:p> _:l . _:l rdf:first 1 ; rdf:rest () ; <x:q> 2 .",
}


@pytest.mark.parametrize("name", LISTS)
def test_lists_and_what_only_looks_like_one(name: str) -> None:
    text = f"PREFIX rdf: <{PREFIXES['rdf']}> {LISTS[name]}"
    triples = tuple(quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE))
    same(triples, "x:a")


def test_decimals_that_json_would_round_stay_exact() -> None:
    value = ox.Literal("1.50", datatype=ox.NamedNode(PREFIXES["xsd"] + "decimal"))
    triple = ox.Triple(ox.NamedNode(BASE + "target/1-1"), ox.NamedNode(TERMS + "value"), value)
    assert json.loads(write([triple], BASE + "target/1-1", CONTEXT, ADDRESS))["value"] == "1.50"


@pytest.mark.parametrize("prefix", ["level", "origin", "genre", "status"])
def test_no_prefix_is_used_that_means_a_property(prefix: str) -> None:
    assert CONTEXT.compact(f"{BASE}vocab/{prefix}/x") == f"{BASE}vocab/{prefix}/x"
    assert CONTEXT.compact(f"{BASE}place/x") == "place:x"
