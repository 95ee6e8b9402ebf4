"""Where a finding stands: the file and the line of the statement that is at fault.

A wrong value is pointed at itself; one that is missing, or that was inferred, at the subject's block; more
values than may be, at the last.
"""

from dataclasses import replace
from functools import lru_cache

import pyoxigraph as ox

from bqwgraph.graph.positions import Located, Span, locate
from bqwgraph.graph.reading import parse_turtle
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.validation.findings import Finding


class Placing:
    """Finds the places of a snapshot's findings; reads each file again only when something is wrong in it."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._paths = {snapshot.folder.graph_iri(path): path for path in snapshot.folder.turtle()}
        self._located = lru_cache(maxsize=None)(self._locate)

    def place(self, finding: Finding) -> Finding:
        """Return the finding with its file, line and column, as far as the focus node stands in a file."""
        if not finding.focus:
            return finding
        spans = [(rank, graph, span) for graph in self._graphs_of(finding.focus) for rank, span in [self._best(graph, finding)]]
        if not spans:
            return finding
        _, graph, span = min(spans, key=lambda item: item[:2])
        name = self._snapshot.folder.name(self._paths[graph])
        return replace(finding, file=name, line=span.line, column=span.column)

    def _graphs_of(self, focus: str) -> set[str]:
        quads = self._snapshot.store.quads_for_pattern(ox.NamedNode(focus), None, None)
        return {q.graph_name.value for q in quads if isinstance(q.graph_name, ox.NamedNode)} & self._paths.keys()

    def _best(self, graph: str, finding: Finding) -> tuple[int, Span]:
        """Return how well a file's best statement fits (0: the value itself) and where it stands."""
        triples, located = self._located(graph)
        about = [index for index, t in enumerate(triples) if _text(t.subject) == finding.focus]
        on_path = [index for index in about if triples[index].predicate.value == finding.path]
        exact = [index for index in on_path if finding.value and _text(triples[index].object) == finding.value]
        if exact:
            return 0, located[exact[0]].object
        if on_path and not finding.value:
            return 1, located[on_path[-1]].object
        return 2, located[about[0]].subject

    def _locate(self, graph: str) -> tuple[list[ox.Triple], Located]:
        path = self._paths[graph]
        data = path.read_bytes()
        triples = parse_turtle(data, self._snapshot.folder.name(path))
        return triples, locate(data, triples=triples)


def _text(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    return str(term) if isinstance(term, ox.Triple) else term.value
