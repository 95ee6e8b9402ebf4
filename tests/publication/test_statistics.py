"""Figures agree with counts that SPARQL takes in the graph."""

from collections.abc import Mapping

import pyoxigraph as ox
import pytest

from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.dumps import PARTS, WHOLE, graphs_of
from bqwgraph.publication.statistics import PropertyFigures, figures, links
from bqwgraph.publication.void import TARGETS, Counted, Target

from .conftest import numbers

TOTALS = {
    "triples": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "entities": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class FILTER(isIRI(?class)) }",
    "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "objects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
    "classes": "SELECT (COUNT(DISTINCT ?class) AS ?n) { ?s a ?class }",
    "properties": "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?s ?p ?o }",
}


@pytest.mark.parametrize("name", TOTALS)
def test_totals(snapshot: Snapshot, known: Counted, name: str) -> None:
    found = getattr(known.figures[WHOLE], name)
    assert (found if isinstance(found, int) else len(found)) == numbers(snapshot.store, TOTALS[name])[()]


@pytest.mark.parametrize("part", sorted(PARTS.keys() - {"shapes"}))  # these come with axioms from other files: test_dumps
@pytest.mark.parametrize("name", TOTALS)
def test_totals_of_the_parts(snapshot: Snapshot, known: Counted, part: str, name: str) -> None:
    graphs = " ".join(f"FROM <{graph}>" for graph in graphs_of(snapshot, part))
    found = getattr(known.figures[part], name)
    asked = TOTALS[name].replace("{", graphs + " {", 1)
    assert (found if isinstance(found, int) else len(found)) == numbers(snapshot.store, asked)[()]


def test_classes_and_their_instances(snapshot: Snapshot, known: Counted) -> None:
    counted = numbers(snapshot.store, "SELECT ?class (COUNT(DISTINCT ?s) AS ?n) { ?s a ?class } GROUP BY ?class")
    assert {(kind,): found.entities for kind, found in known.figures[WHOLE].classes.items()} == counted
    triples = numbers(
        snapshot.store,
        "SELECT ?class (COUNT(*) AS ?n) { { SELECT DISTINCT ?s ?class { ?s a ?class } } ?s ?p ?o } GROUP BY ?class",
    )
    assert {(kind,): found.triples for kind, found in known.figures[WHOLE].classes.items()} == triples


@pytest.mark.parametrize(("name", "what"), [("triples", "*"), ("subjects", "DISTINCT ?s"), ("objects", "DISTINCT ?o")])
def test_properties(snapshot: Snapshot, known: Counted, name: str, what: str) -> None:
    counted = numbers(snapshot.store, f"SELECT ?p (COUNT({what}) AS ?n) {{ ?s ?p ?o }} GROUP BY ?p")
    assert {(iri,): getattr(found, name) for iri, found in known.figures[WHOLE].properties.items()} == counted
    of_class = numbers(snapshot.store, f"SELECT ?c ?p (COUNT({what}) AS ?n) {{ ?s a ?c ; ?p ?o }} GROUP BY ?c ?p")
    assert {
        (kind, iri): getattr(found, name)
        for kind, class_found in known.figures[WHOLE].classes.items()
        for iri, found in class_found.properties.items()
    } == of_class


def test_where_properties_lead(snapshot: Snapshot, known: Counted) -> None:
    classes = numbers(snapshot.store, "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o . ?o a ?d } GROUP BY ?c ?p ?d")
    datatypes = numbers(
        snapshot.store,
        "SELECT ?c ?p ?d (COUNT(*) AS ?n) { ?s a ?c ; ?p ?o . BIND(DATATYPE(?o) AS ?d) FILTER(isLiteral(?o)) } GROUP BY ?c ?p ?d",
    )

    def of(name: str) -> dict[tuple[str, ...], int]:
        return {
            (kind, iri, other): count
            for kind, class_found in known.figures[WHOLE].classes.items()
            for iri, found in class_found.properties.items()
            for other, count in leads(found, name).items()
        }

    assert of("classes") == classes
    assert of("datatypes") == datatypes


def leads(found: PropertyFigures, name: str) -> Mapping[str, int]:
    return found.classes if name == "classes" else found.datatypes


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_links(snapshot: Snapshot, known: Counted, target: Target) -> None:
    counted = numbers(
        snapshot.store, f'SELECT ?p (COUNT(*) AS ?n) {{ ?s ?p ?o FILTER(STRSTARTS(STR(?o), "{target.space}")) }} GROUP BY ?p'
    )
    assert {(found.predicate,): found.triples for found in known.links[target.name]} == counted
    assert counted


def test_a_small_graph_by_hand() -> None:
    text = """
        <urn:a> a <urn:C> , <urn:D> ; <urn:p> <urn:b> , 1 , "x"@en .
        <urn:b> a <urn:C> . [] a <urn:E> ; <urn:p> <urn:elsewhere/1> .
        <urn:b> a <urn:C> .
    """
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)]
    found = figures(triples)
    assert (found.triples, found.entities, found.subjects, found.objects) == (8, 3, 3, 7)
    assert {kind: (use.entities, use.triples, use.example) for kind, use in found.classes.items()} == {
        "urn:C": (2, 6, "urn:a"),
        "urn:D": (1, 5, "urn:a"),
        "urn:E": (1, 2, ""),
    }
    use = found.classes["urn:D"].properties["urn:p"]
    xsd, rdf = "http://www.w3.org/2001/XMLSchema#", "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    assert (use.triples, use.subjects, use.objects) == (3, 1, 3)
    assert (use.classes, use.datatypes) == ({"urn:C": 1}, {rdf + "langString": 1, xsd + "integer": 1})
    (link,) = links(triples, "urn:elsewhere/")
    assert (link.predicate, link.triples, link.subjects, link.objects) == ("urn:p", 1, 1, 1)
