"""Evaluating one query over a store: admitted, run, written in the wanted format."""

import io
import re
from collections.abc import Collection, Iterable

import pyoxigraph as ox

from bqwgraph.engine.guard import check, is_plain
from bqwgraph.engine.interface import (
    Answer,
    Dataset,
    LimitPassed,
    NotAllowed,
    NotWanted,
    QueryError,
    QuerySyntaxError,
    Question,
)
from bqwgraph.engine.language_tags import fold_compared, restore_written
from bqwgraph.engine.tokens import Kind, Token, position, tokenize
from bqwgraph.engine.xml_text import readable
from bqwgraph.graph.namespaces import PREFIXES, shorten


def evaluate(
    store: ox.Store, graphs: Collection[str], question: Question, most: int | None = None, services: Collection[str] = ()
) -> Answer:
    """Answer a query from a store whose named graphs are ``graphs``, with at most ``most`` bytes; it may ask ``services``.

    A plain query is run at once, and looked at closely only when something is wrong with it: reading it token by token takes
    as long as answering a small one. Raises QuerySyntaxError, NotAllowed, NotWanted, LimitPassed.
    """
    if not is_plain(question):
        check(question, graphs, services)
    output, written = _Bounded(most), None
    try:
        result = _run(store, fold_compared(question.query), question.dataset)
        written = question.wanted.graph if isinstance(result, ox.QueryTriples) else question.wanted.table
        if written is None:
            written = check(question, graphs, services)  # raises NotWanted
        if isinstance(result, ox.QueryTriples):
            triples = list(result)
            _write(triples, output, question.wanted.graph)
        else:
            result.serialize(output, question.wanted.table)
    except SyntaxError as error:
        check(question, graphs, services)  # it may know better what is wrong
        raise syntax_error(question.query, error.msg) from error
    except UnicodeEncodeError as error:
        raise QuerySyntaxError("the query is not Unicode text: it has half of a surrogate pair") from error
    except (OSError, RuntimeError, ValueError) as error:
        if output.full:
            raise LimitPassed(f"the answer has more than {most} bytes; ask for less, or use LIMIT", "result-size") from error
        if _NO_FUNCTION in str(error):
            raise NotAllowed(str(error)) from error
        raise QueryError(f"it cannot be answered as {written.media_type if written else 'asked for'}: {error}") from error
    return Answer(readable(restore_written(output.getvalue(), written), written), written)


def _run(store: ox.Store, query: str, dataset: Dataset) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    if not dataset.given:
        return store.query(query)
    return store.query(
        query,
        default_graph=[ox.NamedNode(iri) for iri in dataset.default],
        named_graphs=[ox.NamedNode(iri) for iri in dataset.named],
    )


def _write(triples: list[ox.Triple], output: "_Bounded", written: ox.RdfFormat | None) -> None:
    try:
        ox.serialize(triples, output, written, prefixes=prefixes_of(triples))
    except OSError as error:
        if output.full:
            raise
        raise NotWanted(f"the graph cannot be written as asked for: {error}") from error


_NO_FUNCTION = "custom function"
"""What the engine says of a function that it does not have."""


class _Bounded(io.BytesIO):
    """A buffer that refuses to grow beyond a size."""

    def __init__(self, most: int | None) -> None:
        super().__init__()
        self._most, self.full = most, False

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        if self._most is not None and self.tell() + len(data) > self._most:
            self.full = True
            raise OSError("full")
        return super().write(data)


_POSITION = re.compile(r"error at (\d+):(\d+): ")
_TOLD = {
    "contains a variable that is unbound": "The SELECT contains a variable that is unbound (or one that is bound already)",
    "an expression with a variable that is unbound": "The SELECT contains an expression with a variable that is "
    "unbound: of what is grouped, only aggregates and the variables of GROUP BY are left",
    "is not authorized with GROUP BY": "SELECT * cannot stand with GROUP BY: name the columns",
    "Duplicated variable name": "The SELECT names a variable twice",
    "IRI parsing failed": "An IRI is none, or is relative, and there is no BASE",
    "language tag parsing failed": "A language tag is none",
}
"""What the parser says in words, among the tokens that it would have liked, and what that means."""
_LONGEST_EXPECTATION = 120
"""The parser lists every token that could follow; beyond this many characters that helps nobody."""


def syntax_error(query: str, message: str) -> QuerySyntaxError:
    """Return what pyoxigraph's message about a query comes to, in words for people."""
    bracket = _unbalanced(query)
    if bracket is not None:
        line, column = position(query, bracket.start)
        what = "is never closed" if bracket.text in _CLOSING.values() else "closes nothing"
        return QuerySyntaxError(f"{bracket.text!r} at line {line}, column {column} {what}", line, column)
    match = _POSITION.match(message)
    if match is None:
        return QuerySyntaxError(message, 0, 0)
    line, column = int(match[1]), int(match[2])
    for said, meaning in _TOLD.items():
        if said in message:
            return QuerySyntaxError(f"{meaning} (before line {line}, column {column})", line, column)
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


def prefixes_of(triples: Iterable[ox.Triple]) -> dict[str, str]:
    """Return the house's prefixes that triples use."""
    used = {term.value for t in triples for term in (t.subject, t.predicate, t.object) if isinstance(term, ox.NamedNode)}
    used |= {t.object.datatype.value for t in triples if isinstance(t.object, ox.Literal)}
    shortened = {name.partition(":")[0] for name in map(shorten, used)}
    return {prefix: iri for prefix, iri in PREFIXES.items() if prefix in shortened}
