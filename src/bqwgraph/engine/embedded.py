"""The embedded engine: pyoxigraph over a snapshot, in threads (evaluation and serialisation release the GIL)."""

import re
from collections.abc import Iterable
from concurrent.futures import Future
from threading import Semaphore, Thread
from time import monotonic

import pyoxigraph as ox

from bqwgraph.engine.guard import admit
from bqwgraph.engine.interface import Answer, Dataset, DeadlinePassed, NotAllowed, QueryError, QuerySyntaxError, ResultFormat
from bqwgraph.engine.language_tags import fold_compared, restore_written
from bqwgraph.engine.tokens import Kind, Token, position, tokenize
from bqwgraph.graph.namespaces import PREFIXES, shorten
from bqwgraph.graph.snapshot import Snapshot


class EmbeddedEngine:
    """Answers from one snapshot. A query past its deadline is given up, but its thread runs on to its end."""

    def __init__(self, snapshot: Snapshot, threads: int = 2) -> None:
        self._store = snapshot.store
        self._graphs = frozenset(snapshot.graphs)
        self._free = Semaphore(threads)

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the snapshot's named graphs."""
        return self._graphs

    def answer(self, query: str, result_format: ResultFormat, dataset: Dataset, deadline: float) -> Answer:
        """See `Engine.answer`; refuses what the guard refuses, whoever calls."""
        admit(query, self._graphs)
        for iri in (*dataset.default, *dataset.named):
            if iri not in self._graphs:
                raise NotAllowed(f"<{iri}>: no such graph in this dataset")
        ends = monotonic() + deadline
        if not self._free.acquire(timeout=deadline):
            raise DeadlinePassed(f"no thread was free for {deadline:g} s")
        work = Future[bytes]()

        def evaluated() -> None:
            try:
                work.set_result(evaluate(self._store, query, result_format, dataset))
            except QueryError as error:
                work.set_exception(error)
            finally:
                self._free.release()

        # A daemon, so that a query that cannot be stopped does not keep the process from ending.
        Thread(target=evaluated, name="query", daemon=True).start()
        try:
            return Answer(work.result(ends - monotonic()), result_format.media_type)
        except TimeoutError as error:
            raise DeadlinePassed(f"the query took longer than {deadline:g} s") from error


def evaluate(store: ox.Store, query: str, result_format: ResultFormat, dataset: Dataset) -> bytes:
    """Run a query and return the serialised answer. Raises QuerySyntaxError."""
    query = fold_compared(query)
    try:
        if dataset.given:
            result = store.query(
                query,
                default_graph=[ox.NamedNode(iri) for iri in dataset.default],
                named_graphs=[ox.NamedNode(iri) for iri in dataset.named],
            )
        else:
            result = store.query(query)
        return restore_written(serialize(result, result_format), result_format)
    except SyntaxError as error:
        raise _syntax_error(query, error.msg) from error


_POSITION = re.compile(r"error at (\d+):(\d+): ")
_LONGEST_EXPECTATION = 120
"""The parser lists every token that could follow; beyond this many characters that helps nobody."""


def _syntax_error(query: str, message: str) -> QuerySyntaxError:
    bracket = _unbalanced(query)
    if bracket is not None:
        line, column = position(query, bracket.start)
        what = "is never closed" if bracket.text in _CLOSING.values() else "closes nothing"
        return QuerySyntaxError(f"{bracket.text!r} at line {line}, column {column} {what}", line, column)
    match = _POSITION.match(message)
    if match is None:
        return QuerySyntaxError(message, 0, 0)
    line, column = int(match[1]), int(match[2])
    rest = query.split("\n")[line - 1][column - 1 :].split()
    found = f"unexpected {rest[0]!r}" if rest else "unexpected end of line" if line <= query.count("\n") else "unexpected end"
    expected = message[match.end() :]
    shown = f"; {expected}" if len(expected) <= _LONGEST_EXPECTATION else ""
    return QuerySyntaxError(f"{found} at line {line}, column {column}{shown}", line, column)


_CLOSING = {")": "(", "]": "[", "}": "{"}


def _unbalanced(query: str) -> Token | None:
    """Return the bracket without its fellow; the parser only says how far it got, which is often the end."""
    opened = list[Token]()
    for token in tokenize(query):
        if token.kind is Kind.MARK and token.text in _CLOSING.values():
            opened.append(token)
        elif token.kind is Kind.MARK and token.text in _CLOSING:
            if not opened or opened[-1].text != _CLOSING[token.text]:
                return token
            opened.pop()
    return opened[-1] if opened else None


def serialize(result: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples, result_format: ResultFormat) -> bytes:
    """Write a result; graphs get the house's prefixes where the format has prefixes."""
    if isinstance(result, ox.QueryTriples):
        assert isinstance(result_format, ox.RdfFormat)  # noqa: S101 - the caller chose by the query's form
        triples = list(result)
        body = ox.serialize(triples, format=result_format, prefixes=_prefixes_of(triples))
    else:
        assert isinstance(result_format, ox.QueryResultsFormat)  # noqa: S101 - as above
        body = result.serialize(format=result_format)
    assert body is not None  # noqa: S101 - no output was given, so the bytes are returned
    return body


def _prefixes_of(triples: Iterable[ox.Triple]) -> dict[str, str]:
    used = {term.value for t in triples for term in (t.subject, t.predicate, t.object) if isinstance(term, ox.NamedNode)}
    used |= {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
    shortened = {name.partition(":")[0] for name in map(shorten, used)}
    return {prefix: iri for prefix, iri in PREFIXES.items() if prefix in shortened}
