"""Reading a folder: whole or not at all, and the same each time."""

import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.graph.folder import GraphFolder, NotAGraphFolder
from bqwgraph.graph.inference import closure
from bqwgraph.graph.reading import GraphError, parse_turtle, to_ntriples
from bqwgraph.graph.snapshot import Snapshot, build, digest

HEAD = "@prefix bqw: <https://w3id.org/bqwgraph/ontology#> .\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    (tmp_path / "ontology" / "inference").mkdir(parents=True)
    (tmp_path / "ontology" / "views").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "ontology" / "o.ttl").write_text(HEAD + "bqw:within a owl:TransitiveProperty .\n")
    (tmp_path / "data" / "d.ttl").write_text(
        "@prefix bqw: <https://w3id.org/bqwgraph/ontology#> .\n<urn:a> bqw:within <urn:b> .\n"
    )
    (tmp_path / "data" / "e.ttl").write_text(
        "@prefix bqw: <https://w3id.org/bqwgraph/ontology#> .\n<urn:b> bqw:within <urn:c> .\n"
    )
    return tmp_path


def triples(snapshot: Snapshot, graph: str | None = None) -> set[str]:
    name = ox.NamedNode(graph) if graph else ox.DefaultGraph()
    return {str(quad.triple) for quad in snapshot.store.quads_for_pattern(None, None, None, name)}


def test_a_graph_a_file_and_what_follows_in_its_own(small: Path) -> None:
    snapshot = build(GraphFolder.at(small))
    assert len(triples(snapshot, "https://w3id.org/bqwgraph/graph/data/d")) == 1
    inferred = triples(snapshot, "https://w3id.org/bqwgraph/graph/inferred")
    assert inferred == {"<urn:a> <https://w3id.org/bqwgraph/ontology#within> <urn:c>"}
    assert len(triples(snapshot)) == snapshot.triples == 4


def test_views_are_named_graphs_outside_the_default_graph(small: Path) -> None:
    (small / "ontology" / "views" / "mine.rq").write_text("CONSTRUCT { ?s <urn:p> ?o } WHERE { ?s ?p ?o }")
    snapshot = build(GraphFolder.at(small))
    assert "https://w3id.org/bqwgraph/graph/mine" in snapshot.graphs
    assert not any("urn:p" in triple for triple in triples(snapshot))


def test_the_digest_is_of_the_files(small: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "copy"
    shutil.copytree(small, elsewhere)
    assert build(GraphFolder.at(small)).digest == digest(GraphFolder.at(elsewhere))
    (elsewhere / "data" / "e.ttl").write_text("# nothing\n")
    assert digest(GraphFolder.at(small)) != digest(GraphFolder.at(elsewhere))


def test_two_builds_are_the_same_triple_for_triple(folder: GraphFolder, snapshot: Snapshot) -> None:
    again = build(folder)
    assert triples(again) == triples(snapshot)
    assert again.graphs == snapshot.graphs


def test_all_broken_files_are_told_at_once(small: Path) -> None:
    (small / "data" / "d.ttl").write_text("<urn:a> <urn:b>\n  <urn:c> , .\n")
    (small / "data" / "e.ttl").write_bytes(b"<urn:a> <urn:b> '\xff' .\n")
    with pytest.raises(GraphError) as raised:
        build(GraphFolder.at(small))
    assert [(fault.file, fault.line) for fault in raised.value.faults] == [("data/d.ttl", 2), ("data/e.ttl", 1)]
    assert "UTF-8" in raised.value.faults[1].message


@pytest.mark.parametrize("rule", ["SELECT * { ?s ?p ?o }", "CONSTRUCT {"])
def test_a_broken_rule_is_told(small: Path, rule: str) -> None:
    (small / "ontology" / "inference" / "r.rq").write_text(rule)
    with pytest.raises(GraphError, match=r"ontology/inference/r\.rq:1:"):
        build(GraphFolder.at(small))


def test_a_folder_of_another_layout_is_told(tmp_path: Path) -> None:
    with pytest.raises(NotAGraphFolder, match="no ontology/ and no data/"):
        GraphFolder.at(tmp_path)


def test_blank_nodes_are_the_same_at_each_reading_and_differ_between_files() -> None:
    data = b"<urn:a> <urn:b> [ <urn:c> () ] , _:x ."
    assert parse_turtle(data, "a.ttl") == parse_turtle(data, "a.ttl")
    blanks = [{t.object for t in parse_turtle(data, name) if isinstance(t.object, ox.BlankNode)} for name in ("a.ttl", "b.ttl")]
    assert not blanks[0] & blanks[1]


def test_nothing_trivial_is_concluded(snapshot: Snapshot) -> None:
    for text in triples(snapshot, "https://w3id.org/bqwgraph/graph/inferred"):
        subject, predicate, value = text.split(" ", 2)
        assert "owl#Thing" not in value
        assert not (predicate.endswith(("sameAs>", "subClassOf>", "subPropertyOf>")) and subject == value)


def test_closure_knows_subclass_subproperty_and_symmetry() -> None:
    turtle = b"""@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    <urn:A> rdfs:subClassOf <urn:B> . <urn:p> rdfs:subPropertyOf <urn:q> . <urn:q> a owl:SymmetricProperty .
    <urn:x> a <urn:A> ; <urn:p> <urn:y> ."""
    assert {
        b"<urn:x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:B> .",
        b"<urn:x> <urn:q> <urn:y> .",
        b"<urn:y> <urn:q> <urn:x> .",
    } <= closure(to_ntriples(turtle, "x").splitlines())


PREFIXES = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
DATA = """<urn:x> a <urn:A> ; <urn:p> <urn:y> ; <urn:d> <urn:y> ; <urn:idle> <urn:y> .
    <urn:y> <urn:p> <urn:z> ; <urn:idle> <urn:x> . <urn:w> a <urn:idle-class> ; <urn:d> <urn:x> ; <urn:f> <urn:y> , <urn:z> ."""


@pytest.mark.parametrize(
    "axioms",
    [
        "<urn:A> rdfs:subClassOf <urn:B> . <urn:B> rdfs:subClassOf <urn:C> .",
        "<urn:d> rdfs:domain <urn:A> ; rdfs:range <urn:B> . <urn:A> rdfs:subClassOf <urn:C> .",
        "<urn:d> rdfs:domain <urn:A> , <urn:B> .",
        "<urn:p> rdfs:subPropertyOf <urn:q> . <urn:q> a owl:TransitiveProperty ; rdfs:domain <urn:B> .",
        "<urn:p> owl:inverseOf <urn:q> . <urn:d> a owl:SymmetricProperty .",
        "<urn:f> a owl:FunctionalProperty .",
        "<urn:p> rdfs:subPropertyOf rdfs:subClassOf .",
        "<urn:y> owl:sameAs <urn:x> .",
        "<urn:A> owl:equivalentClass <urn:B> . <urn:p> owl:equivalentProperty <urn:d> .",
        "<urn:idle> rdfs:range owl:TransitiveProperty .",
        "<urn:A> a owl:Class ; rdfs:isDefinedBy <urn:o> . <urn:p> a owl:ObjectProperty ; rdfs:range rdfs:Resource .",
    ],
)
def test_what_the_reasoner_is_spared_gives_nothing(axioms: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = to_ntriples(f"{PREFIXES}{axioms}{DATA}".encode(), "x").splitlines()
    found = closure(lines)
    monkeypatch.setattr("bqwgraph.graph.inference._fertile", lambda links: links)
    assert found == closure(lines)


def test_the_reasoner_is_spared_what_no_axiom_is_about(monkeypatch: pytest.MonkeyPatch) -> None:
    fed = list[tuple[str, str, str]]()

    class Reasoner:
        def from_graph(self, links: list[tuple[str, str, str]]) -> None:
            fed.extend(links)

        def reason(self) -> list[tuple[str, str, str]]:
            return []

    monkeypatch.setattr("bqwgraph.graph.inference.reasonable.PyReasoner", Reasoner)
    closure(
        to_ntriples(
            f"{PREFIXES}<urn:d> rdfs:domain <urn:A> . <urn:p> rdfs:subPropertyOf <urn:q> . {DATA}".encode(), "x"
        ).splitlines()
    )
    assert {(s, p) for s, p, _ in fed if not p.startswith("http")} == {
        ("urn:w", "urn:d"),  # its subject is not known to be in the domain; that of urn:x is
        ("urn:x", "urn:p"),
        ("urn:y", "urn:p"),
    }


def test_answers_come_in_the_same_order_from_each_build(small: Path) -> None:
    (small / "ontology" / "views" / "mine.rq").write_text("CONSTRUCT { ?s <urn:p> ?o } WHERE { ?s ?p ?o }")
    (small / "data" / "f.ttl").write_text("".join(f"<urn:{n}> <urn:q> [ <urn:r> {n} ] .\n" for n in range(500)))
    first, second = (
        build(GraphFolder.at(small)).store.query("SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }") for _ in "12"
    )
    assert [str(row) for row in first] == [str(row) for row in second]  # type: ignore[union-attr]
