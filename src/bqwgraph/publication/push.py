"""Pushing a snapshot into a store: one PUT a graph, over the SPARQL 1.1 Graph Store HTTP Protocol.

A store takes a graph whole or not at all, but all graphs together are no transaction: while a push runs, readers see old graphs
beside new ones. The default graph goes last. Graphs of the store that the snapshot does not have are left alone.
"""

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final, Self

import httpx
import pyoxigraph as ox

from bqwgraph.engine.language_tags import restore_written
from bqwgraph.engine.remote import CONNECT_SECONDS, Credentials, reason
from bqwgraph.graph.snapshot import Snapshot

DEFAULT: Final = "default"
"""What the default graph is called among the graphs' IRIs."""
_N_TRIPLES: Final = "application/n-triples"


class PushFailed(Exception):
    """A store did not take a graph, or cannot be asked; ``graph`` is where to go on (empty: nothing was sent)."""

    def __init__(self, message: str, graph: str = "") -> None:
        super().__init__(message)
        self.graph = graph


@dataclass(frozen=True)
class Target:
    """Where a store speaks the Graph Store Protocol; ``default_as``: the named graph that takes the default graph, if any."""

    store: str
    default_as: str = ""

    def named(self, graph: str) -> dict[str, str]:
        """Return the parameters that name a graph there."""
        if graph != DEFAULT:
            return {"graph": graph}
        return {"graph": self.default_as} if self.default_as else {"default": ""}


@dataclass(frozen=True)
class Pushed:
    """A graph that the store has taken, and its triples."""

    graph: str
    triples: int


class Push:
    """A snapshot on its way into a store; use as a context manager."""

    def __init__(self, snapshot: Snapshot, target: Target, credentials: Credentials | None = None, timeout: float = 600) -> None:
        """``timeout`` is the seconds that the store may take for one graph."""
        self._snapshot, self._target = snapshot, target
        self._client = httpx.Client(
            auth=credentials,
            headers={"User-Agent": "bqwgraph"},
            timeout=httpx.Timeout(timeout, connect=CONNECT_SECONDS),
            verify=ssl.create_default_context(),
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def graphs(self, begin: str = "") -> list[str]:
        """Return what is to be pushed, in order, from the graph ``begin`` on.

        Raises PushFailed where the snapshot has no such graph.
        """
        graphs = [*sorted(self._snapshot.graphs), DEFAULT]
        if begin and begin not in graphs:
            raise PushFailed(f"{begin}: the graph folder has no such graph")
        return graphs[graphs.index(begin) :] if begin else graphs

    def present(self, graphs: list[str]) -> str | None:
        """Return the first of the graphs in which the store has something already, or None. Raises PushFailed."""
        return next(filter(self._holds, graphs), None)

    def put(self, graphs: list[str]) -> Iterator[Pushed]:
        """Put one graph after the other into the store, replacing what was there. Raises PushFailed at the first that fails."""
        for graph in graphs:
            name = ox.DefaultGraph() if graph == DEFAULT else ox.NamedNode(graph)
            triples = [quad.triple for quad in self._snapshot.store.quads_for_pattern(None, None, None, name)]
            body = restore_written(ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"", ox.RdfFormat.N_TRIPLES)
            try:
                params, headers = self._target.named(graph), {"Content-Type": _N_TRIPLES}
                response = self._client.put(self._target.store, params=params, content=body, headers=headers)
            except httpx.HTTPError as error:
                raise PushFailed(f"{graph}: {_said(error)}", graph) from error
            if not response.is_success:
                raise PushFailed(f"{graph}: the store answered {reason(response, response.content)}", graph)
            yield Pushed(graph, len(triples))

    def _holds(self, graph: str) -> bool:
        try:
            params, headers = self._target.named(graph), {"Accept": _N_TRIPLES}
            with self._client.stream("GET", self._target.store, params=params, headers=headers) as response:
                if response.status_code == HTTPStatus.NOT_FOUND:
                    return False
                if not response.is_success:
                    raise PushFailed(f"{graph}: the store answered {reason(response, response.read())}")
                return any(chunk.strip() for chunk in response.iter_bytes())
        except httpx.HTTPError as error:
            raise PushFailed(f"{graph}: {_said(error)}") from error


def _said(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__} {error}".strip()
