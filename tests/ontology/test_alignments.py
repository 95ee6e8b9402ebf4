"""Alignments say what corresponds, and why; nothing follows from them."""

from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import BASE, ONTOLOGY, expand, shorten
from bqwgraph.graph.reading import parse_turtle

FILES = sorted(Path(__file__).parents[2].glob("ontology/alignments/*.ttl"))
MAPPINGS = {"skos:closeMatch", "skos:relatedMatch", "skos:broadMatch", "skos:narrowMatch", "skos:exactMatch"}
BOTH = ["en", "zh-Hans"]


@pytest.fixture(scope="module", params=FILES, ids=lambda path: path.stem)
def alignment(request: pytest.FixtureRequest) -> list[ox.Triple]:
    """The triples of one file; the test fails where it cannot be read."""
    return parse_turtle(request.param.read_bytes(), request.param.name)


def about(alignment: list[ox.Triple]) -> dict[str, list[tuple[str, ox.NamedNode | ox.Literal]]]:
    """Return what is said of each subject: prefixed property and value."""
    said: dict[str, list[tuple[str, ox.NamedNode | ox.Literal]]] = {}
    for triple in alignment:
        assert isinstance(triple.subject, ox.NamedNode)
        assert isinstance(triple.object, ox.NamedNode | ox.Literal)
        said.setdefault(triple.subject.value, []).append((shorten(triple.predicate.value), triple.object))
    return said


def languages(said: list[tuple[str, ox.NamedNode | ox.Literal]], name: str) -> list[str]:
    found = (value.language or "" for known, value in said if known == name and isinstance(value, ox.Literal))
    return sorted({"zh-hans": "zh-Hans"}.get(language.lower(), language) for language in found)


def header(alignment: list[ox.Triple]) -> str:
    (iri,) = [str(t.subject)[1:-1] for t in alignment if t.object == ox.NamedNode(expand("owl:Ontology") or "")]
    return iri


def test_there_are_files() -> None:
    assert {path.stem for path in FILES} >= {"core-location", "eli", "geosparql", "schema", "sdg"}


def test_file_names_itself_its_licence_and_its_author(alignment: list[ox.Triple]) -> None:
    iri = header(alignment)
    said = about(alignment)[iri]
    assert iri.startswith(f"{ONTOLOGY}/alignments/")
    assert languages(said, "dcterms:title") == languages(said, "skos:note") == BOTH
    assert {"dcterms:license", "dcterms:creator", "dcterms:created"} <= {name for name, _ in said}


def test_every_mapping_has_a_note_in_both_languages(alignment: list[ox.Triple]) -> None:
    mapped = {iri: said for iri, said in about(alignment).items() if iri != header(alignment)}
    assert mapped
    for iri, said in mapped.items():
        assert {name for name, _ in said} & MAPPINGS, iri
        assert languages(said, "skos:editorialNote") == BOTH, iri


def test_mappings_lead_from_our_terms_to_others_and_are_no_axioms(alignment: list[ox.Triple]) -> None:
    for iri, said in about(alignment).items():
        if iri == header(alignment):
            continue
        assert iri.startswith(BASE)
        for name, value in said:
            assert name in MAPPINGS | {"skos:editorialNote"}, (iri, name)
            assert name not in MAPPINGS or (isinstance(value, ox.NamedNode) and not value.value.startswith(BASE)), (iri, value)
