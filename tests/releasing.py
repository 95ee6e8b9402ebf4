"""A small graph that can be released, for tests of releases."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import build
from bqwgraph.publication.releases import Release, write


@dataclass(frozen=True)
class Releasable:
    """A graph folder that has little in it, and becomes another version."""

    root: Path

    @classmethod
    def in_folder(cls, root: Path) -> Self:
        """Make the folder, of some files of the real graph."""
        for name in ("data/dataset.ttl", "ontology/vocab/level.ttl", "queries/actions.rq"):
            (root / name).parent.mkdir(parents=True)
            shutil.copy(Path(__file__).resolve().parent.parent / name, root / name)
        return cls(root)

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
