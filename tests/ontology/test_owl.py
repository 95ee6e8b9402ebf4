"""The ontology as OWL: consistent for a real reasoner, and within the OWL 2 RL profile."""

import shutil
from pathlib import Path

import owlready2
import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import BASE, PREFIXES
from bqwgraph.graph.snapshot import Snapshot

OWL, RDF, RDFS, XSD = (PREFIXES[name] for name in ("owl", "rdf", "rdfs", "xsd"))
STRANGE = {XSD + "gYear", PREFIXES["geo"] + "wktLiteral", XSD + "date"}
"""Datatypes that HermiT does not know; the data that it gets is without their literals."""

RL_DATATYPES = {XSD + name for name in ("string", "integer", "decimal", "boolean", "dateTime", "anyURI")} | {RDF + "langString"}
RL_AXIOMS = {
    "Ontology",
    "Class",
    "ObjectProperty",
    "DatatypeProperty",
    "AnnotationProperty",
    "TransitiveProperty",
    "SymmetricProperty",
    "IrreflexiveProperty",
    "AsymmetricProperty",
    "FunctionalProperty",
    "InverseFunctionalProperty",
    "AllDisjointClasses",
    "members",
    "inverseOf",
    "disjointWith",
    "equivalentClass",
    "equivalentProperty",
    "propertyDisjointWith",
    "versionIRI",
    "versionInfo",
    "priorVersion",
    "deprecated",
}
"""What OWL 2 RL allows of what a light ontology uses; class expressions beyond names are not used at all."""


def written(snapshot: Snapshot, path: Path, extra: str = "") -> owlready2.Ontology:
    lines = set[str]()
    for graph in snapshot.graphs:
        if "/graph/ontology/shapes/" in graph or "/graph/data/places/44078" in graph or graph.endswith(("/inferred", "/stated")):
            continue
        for quad in snapshot.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)):
            if not (isinstance(quad.object, ox.Literal) and quad.object.datatype.value in STRANGE):
                lines.add(f"{quad.triple} .")
    path.write_text("\n".join(sorted(lines)) + "\n" + extra, "utf-8")
    return owlready2.World().get_ontology(path.as_uri()).load(format="ntriples")


def inconsistent(ontology: owlready2.Ontology) -> bool:
    try:
        with ontology:
            owlready2.sync_reasoner([ontology], debug=0)
    except owlready2.OwlReadyInconsistentOntologyError:
        return True
    return bool(list(ontology.world.inconsistent_classes()))


@pytest.mark.skipif(shutil.which("java") is None, reason="HermiT needs Java, which is not on this machine")
@pytest.mark.filterwarnings("ignore")
class TestReasoner:
    def test_ontology_and_data_are_consistent(self, snapshot: Snapshot, tmp_path: Path) -> None:
        assert not inconsistent(written(snapshot, tmp_path / "whole.nt"))

    def test_a_thing_of_two_disjoint_kinds_is_found(self, snapshot: Snapshot, tmp_path: Path) -> None:
        both = f"<{BASE}action/5> <{RDF}type> <{BASE}ontology#Place> .\n"
        assert inconsistent(written(snapshot, tmp_path / "broken.nt", both))


def axioms(snapshot: Snapshot) -> list[ox.Quad]:
    return list(snapshot.store.quads_for_pattern(None, None, None, ox.NamedNode(f"{BASE}graph/ontology/bqw")))


def test_only_what_owl_2_rl_has_is_used(snapshot: Snapshot) -> None:
    used = set[str]()
    for quad in axioms(snapshot):
        for term in (quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode) and term.value.startswith(OWL):
                used.add(term.value.removeprefix(OWL))
    assert used
    assert used <= RL_AXIOMS


def test_class_expressions_are_names_and_ranges_are_in_the_datatype_map(snapshot: Snapshot) -> None:
    for quad in axioms(snapshot):
        if quad.predicate.value.startswith(RDFS) and not quad.predicate.value.endswith(("label", "comment")):
            assert isinstance(quad.object, ox.NamedNode), quad
        if quad.predicate.value == RDFS + "range":
            datatype = str(quad.object).strip("<>")
            assert not datatype.startswith((XSD, RDF)) or datatype in RL_DATATYPES, quad


def test_nothing_is_said_about_foreign_terms(snapshot: Snapshot) -> None:
    own = BASE + "ontology"
    for quad in axioms(snapshot):
        assert isinstance(quad.subject, ox.BlankNode) or str(quad.subject).startswith(f"<{own}"), quad


def test_nothing_is_imported_from_the_network(snapshot: Snapshot) -> None:
    assert not list(snapshot.store.quads_for_pattern(None, ox.NamedNode(OWL + "imports"), None))


def test_irreflexive_properties_are_simple(snapshot: Snapshot) -> None:
    query = f"""PREFIX owl: <{OWL}> PREFIX rdfs: <{RDFS}>
    ASK {{ ?p a owl:IrreflexiveProperty . ?q rdfs:subPropertyOf* ?p ; a owl:TransitiveProperty }}"""
    assert not snapshot.store.query(query)
