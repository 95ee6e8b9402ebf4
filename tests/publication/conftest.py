"""What the tests of the published files share: the real graph, published once."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.build import Published, publish
from bqwgraph.publication.void import Counted, counted
from conftest import ROOT

PUBLIC = "https://data.example.org/bqw"


@dataclass(frozen=True)
class Site:
    """A folder with all that is published, and what was told of it."""

    root: Path
    published: Published
    told: list[str]

    def triples(self, name: str) -> set[ox.Triple]:
        """Return the triples of a Turtle file."""
        return {quad.triple for quad in ox.parse(path=self.root / name, format=ox.RdfFormat.TURTLE)}

    def store(self, name: str) -> ox.Store:
        """Return a Turtle file, ready to be queried."""
        store = ox.Store()
        store.load(path=self.root / name, format=ox.RdfFormat.TURTLE)
        return store


@pytest.fixture(scope="session")
def site(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Site:
    root, told = tmp_path_factory.mktemp("site"), list[str]()
    return Site(root, publish(snapshot, root, PUBLIC, told.append), told)


@pytest.fixture(scope="session")
def known(snapshot: Snapshot) -> Counted:
    return counted(snapshot)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A graph that has little in it, and its description."""
    root = tmp_path / "graph"
    for name in ("data", "ontology/vocab", "queries"):
        (root / name).mkdir(parents=True)
    for name in ("data/dataset.ttl", "ontology/vocab/level.ttl", "queries/actions.rq"):
        shutil.copy(ROOT / name, root / name)
    return root


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def numbers(store: ox.Store, query: str) -> dict[tuple[str, ...], int]:
    """Return the rows of a query: the last column a number, by what stands before it."""
    prefixes = {"void": "http://rdfs.org/ns/void#", "dcat": "http://www.w3.org/ns/dcat#"}
    rows = store.query(query, prefixes=prefixes)
    assert isinstance(rows, ox.QuerySolutions)
    found = dict[tuple[str, ...], int]()
    for row in rows:
        *names, count = [row[variable] for variable in rows.variables]
        assert isinstance(count, ox.Literal)
        found[tuple(name.value for name in names if isinstance(name, ox.NamedNode | ox.Literal))] = int(count.value)
    return found
