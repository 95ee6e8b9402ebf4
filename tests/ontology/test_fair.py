"""What FOOPS! asks of a vocabulary, as far as it can be asked of the files themselves; and the same of the concept schemes."""

import json
import re
from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import BASE, FOREIGN, GRAPHS, ONTOLOGY, PREFIXES, TERMS, expand, shorten
from bqwgraph.graph.snapshot import Snapshot

BOTH = ["en", "zh-Hans"]
LANGUAGE = {"rdf", "rdfs", "owl", "sh", "xsd"}
"""What RDF, OWL, SHACL and the datatypes are written in: tools know these, and OWL forbids to declare most of them."""


def values(snapshot: Snapshot, subject: str, name: str) -> list[ox.NamedNode | ox.Literal]:
    """Return the values that the default graph has for a node's property (a prefixed name)."""
    quads = snapshot.store.quads_for_pattern(ox.NamedNode(subject), ox.NamedNode(expand(name) or name), None, ox.DefaultGraph())
    return [quad.object for quad in quads if isinstance(quad.object, ox.NamedNode | ox.Literal)]


def texts(snapshot: Snapshot, subject: str, name: str) -> list[str]:
    return [value.value for value in values(snapshot, subject, name)]


def languages(snapshot: Snapshot, subject: str, name: str) -> list[str]:
    """Return the languages of a property's values, in the tags that we author; a tag twice is there twice."""
    found = (value.language or "" for value in values(snapshot, subject, name) if isinstance(value, ox.Literal) and value.value)
    return sorted({"zh-hans": "zh-Hans"}.get(language.lower(), language) for language in found)


def instances(snapshot: Snapshot, *classes: str) -> list[str]:
    rows = snapshot.store.query(
        f"SELECT DISTINCT ?x {{ VALUES ?class {{ {' '.join(classes)} }} ?x a ?class FILTER(isIRI(?x)) }} ORDER BY ?x",
        prefixes=dict(PREFIXES),
    )
    assert isinstance(rows, ox.QuerySolutions)
    return [row[0].value for row in rows if isinstance(row[0], ox.NamedNode)]


def terms(snapshot: Snapshot) -> list[str]:
    """Return our classes and properties."""
    kinds = ("owl:Class", "owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty")
    return [term for term in instances(snapshot, *kinds) if term.startswith(TERMS)]


class TestOntology:
    def test_iri_is_persistent_and_its_version_has_one_too(self, snapshot: Snapshot) -> None:
        (version,) = texts(snapshot, ONTOLOGY, "owl:versionInfo")
        assert ONTOLOGY.startswith("https://w3id.org/")
        assert ONTOLOGY in instances(snapshot, "owl:Ontology")
        assert values(snapshot, ONTOLOGY, "owl:versionIRI") == [ox.NamedNode(f"{ONTOLOGY}/{version}")]

    @pytest.mark.parametrize(
        "name", ["dcterms:title", "dcterms:abstract", "dcterms:description", "dcterms:bibliographicCitation"]
    )
    def test_is_described_in_both_languages(self, snapshot: Snapshot, name: str) -> None:
        assert languages(snapshot, ONTOLOGY, name) == BOTH

    @pytest.mark.parametrize("name", ["dcterms:license", "dcterms:creator", "dcterms:publisher", "adms:status"])
    def test_names_licence_and_authors_by_iri(self, snapshot: Snapshot, name: str) -> None:
        (value,) = values(snapshot, ONTOLOGY, name)
        assert isinstance(value, ox.NamedNode)

    def test_dates_are_dates_in_order(self, snapshot: Snapshot) -> None:
        (created,), (modified,) = (texts(snapshot, ONTOLOGY, f"dcterms:{name}") for name in ("created", "modified"))
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", created)
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", modified)
        assert created <= modified

    def test_version_stands_in_the_citation(self, snapshot: Snapshot) -> None:
        (version,) = texts(snapshot, ONTOLOGY, "owl:versionIRI")
        assert all(version in citation for citation in texts(snapshot, ONTOLOGY, "dcterms:bibliographicCitation"))

    def test_prefix_is_declared_as_it_is_used(self, snapshot: Snapshot, folder: GraphFolder) -> None:
        assert texts(snapshot, ONTOLOGY, "vann:preferredNamespacePrefix") == ["bqw"]
        assert texts(snapshot, ONTOLOGY, "vann:preferredNamespaceUri") == [TERMS] == [PREFIXES["bqw"]]
        context = json.loads((folder.root / "ontology" / "context.jsonld").read_text("utf-8"))["@context"]
        assert context["bqw"] == TERMS

    def test_creator_is_described(self, snapshot: Snapshot) -> None:
        (creator,) = texts(snapshot, ONTOLOGY, "dcterms:creator")
        assert languages(snapshot, creator, "rdfs:label") == BOTH


class TestTerms:
    def test_every_term_is_documented_in_both_languages(self, snapshot: Snapshot) -> None:
        names = ("rdfs:label", "skos:definition", "skos:example")
        poor = [(shorten(t), name) for t in terms(snapshot) for name in names if languages(snapshot, t, name) != BOTH]
        assert len(terms(snapshot)) > 50
        assert poor == []

    def test_every_term_says_what_defines_it(self, snapshot: Snapshot) -> None:
        assert [t for t in terms(snapshot) if texts(snapshot, t, "rdfs:isDefinedBy") != [ONTOLOGY]] == []

    def test_names_tell_classes_from_properties(self, snapshot: Snapshot) -> None:
        classes = set(instances(snapshot, "owl:Class"))
        for term in terms(snapshot):
            first = "[A-Z]" if term in classes else "[a-z]"
            assert re.fullmatch(f"{first}[A-Za-z0-9]+", term.removeprefix(TERMS)), term

    def test_labels_tell_terms_apart(self, snapshot: Snapshot) -> None:
        labels = [str(label) for term in terms(snapshot) for label in values(snapshot, term, "rdfs:label")]
        assert [label for label in labels if labels.count(label) > 1] == []


class TestReuse:
    def test_own_terms_build_on_shared_vocabularies(self, snapshot: Snapshot) -> None:
        above = {
            shorten(value).partition(":")[0]
            for term in terms(snapshot)
            for name in ("rdfs:subClassOf", "rdfs:subPropertyOf")
            for value in texts(snapshot, term, name)
        }
        assert {"dcterms", "foaf", "oa", "prov"} <= above

    def test_every_foreign_term_in_use_is_declared(self, snapshot: Snapshot) -> None:
        graph = snapshot.store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPHS + "ontology/external"))
        declared = {quad.subject.value for quad in graph if isinstance(quad.subject, ox.NamedNode)}
        used = {term for term in in_use(snapshot) if not term.startswith((BASE, *(FOREIGN[name] for name in LANGUAGE)))}
        assert len(used) > 30
        assert sorted(used - declared) == []

    def test_declarations_of_foreign_terms_are_labelled(self, snapshot: Snapshot) -> None:
        graph = snapshot.store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPHS + "ontology/external"))
        foreign = {quad.subject.value for quad in graph if isinstance(quad.subject, ox.NamedNode)} - {f"{ONTOLOGY}/external"}
        for term in foreign:
            assert languages(snapshot, term, "rdfs:label") == BOTH, term
            (defined,) = texts(snapshot, term, "rdfs:isDefinedBy")
            assert term.startswith(defined.rstrip("#/")), term


def in_use(snapshot: Snapshot) -> Iterator[str]:
    """Yield the classes, properties and datatypes that statements are made with.

    That leaves out what mappings only point to, and what shapes name to forbid it.
    """
    axioms = {expand(f"rdfs:{name}") for name in ("subClassOf", "subPropertyOf", "domain", "range")} | {expand("rdf:type")}
    paths = {expand("sh:path"), expand("sh:targetClass"), expand("sh:class"), expand("sh:datatype")}
    for quad in snapshot.store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        yield quad.predicate.value
        if isinstance(quad.object, ox.Literal):
            yield quad.object.datatype.value
        elif isinstance(quad.object, ox.NamedNode) and isinstance(quad.subject, ox.NamedNode):
            asked = quad.predicate.value in paths and texts(snapshot, quad.subject.value, "sh:maxCount") != ["0"]
            if asked or quad.predicate.value in axioms:
                yield quad.object.value


class TestIris:
    def test_no_iri_has_a_file_extension(self, snapshot: Snapshot) -> None:
        strange = re.compile(r"\.(ttl|nt|nq|trig|rdf|owl|xml|html?|json(ld)?|csv)(?=$|[/#?])")
        own = {
            term.value
            for quad in snapshot.store
            for term in (quad.subject, quad.predicate, quad.object, quad.graph_name)
            if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
        }
        assert ONTOLOGY in own
        assert [iri for iri in own if strange.search(iri)] == []


class TestSchemes:
    def test_every_scheme_is_named_defined_dated_and_licensed(self, snapshot: Snapshot) -> None:
        schemes = instances(snapshot, "skos:ConceptScheme")
        assert len(schemes) > 15
        for scheme in schemes:
            assert languages(snapshot, scheme, "skos:prefLabel") == BOTH, scheme
            assert languages(snapshot, scheme, "skos:definition") == BOTH, scheme
            (licence,), (created,) = values(snapshot, scheme, "dcterms:license"), values(snapshot, scheme, "dcterms:created")
            assert isinstance(licence, ox.NamedNode), scheme
            assert isinstance(created, ox.Literal), scheme
            assert created.datatype.value == expand("xsd:date"), scheme

    def test_every_concept_is_named_in_both_languages(self, snapshot: Snapshot) -> None:
        concepts = instances(snapshot, "skos:Concept")
        assert [c for c in concepts if languages(snapshot, c, "skos:prefLabel") != BOTH] == []
