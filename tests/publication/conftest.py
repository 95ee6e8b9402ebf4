"""What the tests of the published files share: the real graph, published once, and a small one that can be released."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.publication.build import Published, publish
from bqwgraph.publication.releases import Release, write
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


@dataclass(frozen=True)
class Releasable:
    """A graph folder that has little in it, and becomes another version."""

    root: Path

    def becomes(self, version: str, day: str, said: str = "") -> None:
        """Set version and date, and what the graph says beside (Turtle)."""
        dataset = self.root / "data/dataset.ttl"
        text = re.sub(r'dcat:version "[^"]*"', f'dcat:version "{version}"', dataset.read_text("utf-8"))
        dataset.write_text(re.sub(r'dcterms:modified "[^"]*"', f'dcterms:modified "{day}"', text), "utf-8")
        prefix = "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        (self.root / "data/more.ttl").write_text(prefix + said, "utf-8")

    def release(self, log: Path) -> Release:
        """Add the graph, as it is now, to a log."""
        return write(build(GraphFolder.at(self.root)), log)[0]


@pytest.fixture
def releasable(tmp_path: Path) -> Releasable:
    root = tmp_path / "releasable"
    for name in ("data", "ontology/vocab", "queries"):
        (root / name).mkdir(parents=True)
    for name in ("data/dataset.ttl", "ontology/vocab/level.ttl", "queries/actions.rq"):
        shutil.copy(ROOT / name, root / name)
    return Releasable(root)


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
