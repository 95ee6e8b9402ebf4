"""Where things are: the folder layout that every command reads (``ontology/``, ``data/``, ``queries/``)."""

from dataclasses import dataclass
from pathlib import Path

from bqwgraph.graph.namespaces import GRAPHS


class NotAGraphFolder(Exception):
    """A folder that was given as a graph lacks ``ontology/`` or ``data/``."""


@dataclass(frozen=True)
class GraphFolder:
    """A folder of the house's layout; all paths come out sorted, so that what is built is repeatable."""

    root: Path

    @classmethod
    def at(cls, root: Path) -> "GraphFolder":
        """Return the layout at ``root``; raise NotAGraphFolder where it is none."""
        missing = [name for name in ("ontology", "data") if not (root / name).is_dir()]
        if missing:
            raise NotAGraphFolder(f"{root}: not a graph folder: no {' and no '.join(f'{name}/' for name in missing)} in it")
        return cls(root)

    @classmethod
    def packaged(cls) -> "GraphFolder":
        """Return the graph that came with the package: beside the code in a wheel, above it in a checkout."""
        package = Path(__file__).resolve().parent.parent
        installed = package / "_graph"
        return cls.at(installed if installed.is_dir() else package.parent.parent)

    def turtle(self) -> tuple[Path, ...]:
        """Return all authored Turtle files, the ontology's first."""
        return self.ontology() + self._files("data", "*.ttl")

    def ontology(self) -> tuple[Path, ...]:
        """Return the Turtle files of the ontology: classes and properties, concept schemes, shapes."""
        return self._files("ontology", "*.ttl")

    def shapes(self) -> tuple[Path, ...]:
        """Return the SHACL files."""
        return self._files("ontology/shapes", "*.ttl")

    def rules(self) -> tuple[Path, ...]:
        """Return the house rules: SELECT queries whose rows are faults."""
        return self._files("ontology/rules", "*.rq")

    def inference(self) -> tuple[Path, ...]:
        """Return the CONSTRUCT queries whose triples belong to the inferred graph."""
        return self._files("ontology/inference", "*.rq")

    def views(self) -> tuple[Path, ...]:
        """Return the CONSTRUCT queries that each fill a named graph of their own name, outside the default graph."""
        return self._files("ontology/views", "*.rq")

    def queries(self) -> tuple[Path, ...]:
        """Return the saved queries."""
        return self._files("queries", "*.rq")

    def name(self, path: Path) -> str:
        """Return a file's path as people and graph names say it, e.g. ``data/policies/1.ttl``."""
        return path.relative_to(self.root).as_posix()

    def graph_iri(self, path: Path) -> str:
        """Return the IRI of a file's named graph, e.g. ``…/graph/data/policies/1``."""
        return GRAPHS + self.name(path).removesuffix(".ttl")

    def _files(self, folder: str, pattern: str) -> tuple[Path, ...]:
        return tuple(sorted((self.root / folder).rglob(pattern)))
