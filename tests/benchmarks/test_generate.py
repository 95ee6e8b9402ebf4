"""A made-up province is what its counts say, conforms to the shapes, and comes out the same for the same seed."""

from pathlib import Path

import pyoxigraph as ox
import pytest
import shacl as engine

from bqwgraph.bench.generate import FEWEST, Counts, generate
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.queries.saved import load
from bqwgraph.validation.evidence import excerpts, verify

PLACES, SEED = 300, 7


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bench") / "province"
    counts = generate(PLACES, SEED, out)
    assert counts.places == PLACES
    return out


@pytest.fixture(scope="module")
def built(province: Path) -> Snapshot:
    return build(GraphFolder.at(province))


def instances(snapshot: Snapshot, kind: str) -> int:
    of_class = ox.NamedNode(PREFIXES["bqw"] + kind)
    is_a = ox.NamedNode(PREFIXES["rdf"] + "type")
    return sum(1 for _ in snapshot.store.quads_for_pattern(None, is_a, of_class, ox.DefaultGraph()))


def test_there_are_as_many_as_the_counts_say(built: Snapshot) -> None:
    counts = Counts.of(PLACES)
    assert instances(built, "Place") == PLACES
    assert instances(built, "Policy") == counts.policies
    assert instances(built, "Contribution") == 8 * counts.policies
    assert instances(built, "Target") == 3 * counts.policies
    assert (instances(built, "Action"), instances(built, "Measure")) == (10, 49)


def test_same_seed_gives_same_bytes(province: Path, tmp_path: Path) -> None:
    generate(PLACES, SEED, tmp_path / "again")
    generate(PLACES, SEED + 1, tmp_path / "other")
    assert contents(tmp_path / "again") == contents(province)
    assert contents(tmp_path / "other") != contents(province)


def test_it_conforms_to_the_shapes(built: Snapshot) -> None:
    shapes = "\n".join(path.read_text("utf-8") for path in built.folder.shapes())
    triples = (str(quad.triple) for quad in built.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    report = engine.Shapes.from_text(shapes, format="turtle").validate_text(" .\n".join([*triples, ""]), format="ntriples")
    assert [(result.focus_node, result.source_shape) for result in report.results] == []


def test_its_excerpts_stand_in_its_document(built: Snapshot, province: Path) -> None:
    found = excerpts(built.store)
    assert found
    assert list(verify(found, (province / "document.txt").read_bytes())) == []


def test_its_queries_are_the_real_ones(province: Path, folder: GraphFolder) -> None:
    assert list(load(GraphFolder.at(province))) == list(load(folder))


def test_too_few_places_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"at least {FEWEST}"):
        generate(FEWEST - 1, SEED, tmp_path / "small")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
