"""What an engine is: query text, wanted formats, dataset and deadline in; bytes and media type, or a typed error, out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import pyoxigraph as ox

ResultFormat = ox.QueryResultsFormat | ox.RdfFormat


@dataclass(frozen=True)
class Wanted:
    """How the answer is to be written: ``table`` for SELECT and ASK, ``graph`` for CONSTRUCT and DESCRIBE; None: not wanted."""

    table: ox.QueryResultsFormat | None = None
    graph: ox.RdfFormat | None = None


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
class Question:
    """A query, how its answer is wanted, and over which dataset."""

    query: str
    wanted: Wanted
    dataset: Dataset = Dataset()

    @classmethod
    def table(cls, query: str, written: ox.QueryResultsFormat) -> "Question":
        """Ask for a table."""
        return cls(query, Wanted(table=written))

    @classmethod
    def graph(cls, query: str, written: ox.RdfFormat) -> "Question":
        """Ask for a graph."""
        return cls(query, Wanted(graph=written))


@dataclass(frozen=True)
class Answer:
    """A complete answer; ``written`` is the one of the wanted formats that fits the query's form."""

    body: bytes
    written: ResultFormat


class QueryError(Exception):
    """The query cannot be answered; the classes below say whose fault it is."""


class QuerySyntaxError(QueryError):
    """The text is not SPARQL; ``line`` and ``column`` are 1-based, 0 where unknown."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.line, self.column = line, column


class NotAllowed(QueryError):
    """The query asks for something that this endpoint does not do."""


class NotWanted(QueryError):
    """The answer is a table and only a graph was wanted, or the other way round, or it cannot be written in the wanted format."""


class LimitPassed(QueryError):
    """The query needs more than it may have; ``limit`` names what: timeout, memory, result-size."""

    def __init__(self, message: str, limit: str) -> None:
        super().__init__(message)
        self.limit = limit


class Busy(QueryError):
    """There are too many queries at the moment; another try makes sense."""


class BackEndFailed(QueryError):
    """The store that should have answered is not there, or did not answer as SPARQL 1.1 says; the query is not at fault."""


@dataclass
class Counts:
    """What has happened since the start, for `/metrics`."""

    answered: int = 0
    killed: dict[str, int] = field(default_factory=lambda: {"timeout": 0, "gone": 0, "busy": 0, "died": 0})
    refused: int = 0
    failed: int = 0


class Engine(Protocol):
    """Anything that answers SPARQL queries, one caller at a time: for the command line, tools and tests."""

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the named graphs that a query may choose from."""
        ...

    def answer(self, question: Question, deadline: float) -> Answer:
        """Answer a query within ``deadline`` seconds.

        Raises QuerySyntaxError, NotAllowed, NotWanted, LimitPassed, Busy or BackEndFailed.
        """
        ...


class ServedEngine(Protocol):
    """An engine that the service can stand on: it answers many at once, and says what it holds and what it is doing."""

    async def answer(self, question: Question, deadline: float) -> Answer:
        """See `Engine.answer`; cancelling the task says that nobody waits for the answer any more."""
        ...

    async def close(self) -> None:
        """Let go of processes and connections; queries that still run are given up."""
        ...

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the named graphs that a query may choose from."""
        ...

    @property
    def digest(self) -> str:
        """Names what is answered from."""
        ...

    @property
    def alive(self) -> bool:
        """Whether it can answer at all; where it cannot, only a restart helps."""
        ...

    @property
    def immutable(self) -> bool:
        """Whether the digest stands for the answers too: only then may they be kept, and asked for by ETag."""
        ...

    @property
    def triples(self) -> int:
        """The number of triples in the default graph."""
        ...

    @property
    def named(self) -> Mapping[str, int]:
        """The number of triples of each named graph, by its IRI."""
        ...

    @property
    def running(self) -> Mapping[str, int]:
        """How many queries are in which state at the moment."""
        ...

    @property
    def counts(self) -> Counts:
        """What has happened since the start."""
        ...
