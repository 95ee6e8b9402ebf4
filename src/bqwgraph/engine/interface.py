"""What an engine is: query text, result format, dataset and deadline in; bytes and media type, or a typed error, out."""

from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox

ResultFormat = ox.QueryResultsFormat | ox.RdfFormat


@dataclass(frozen=True)
class Dataset:
    """The protocol's ``default-graph-uri`` and ``named-graph-uri``; both empty: the endpoint's own dataset."""

    default: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def given(self) -> bool:
        """Whether the request chose a dataset."""
        return bool(self.default or self.named)


@dataclass(frozen=True)
class Answer:
    """A complete answer."""

    body: bytes
    media_type: str


class QueryError(Exception):
    """The query cannot be answered; the classes below say whose fault it is."""


class QuerySyntaxError(QueryError):
    """The text is not SPARQL; ``line`` and ``column`` are 1-based, 0 where unknown."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class NotAllowed(QueryError):
    """The query asks for something that this endpoint does not do."""


class DeadlinePassed(QueryError):
    """The query took longer than it may."""


class Engine(Protocol):
    """Anything that answers SPARQL queries; see `bqwgraph.engine.embedded` for the one in the package."""

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the named graphs that a query may choose from."""
        ...

    def answer(self, query: str, result_format: ResultFormat, dataset: Dataset, deadline: float) -> Answer:
        """Answer a query that the guard admitted, within ``deadline`` seconds.

        ``result_format`` must fit the query's form: results for SELECT and ASK, RDF for CONSTRUCT and DESCRIBE.
        Raises QuerySyntaxError, NotAllowed or DeadlinePassed.
        """
        ...
