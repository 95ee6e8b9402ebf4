"""The guard: what a query is, and whether it may run here, decided from its tokens before any engine sees it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urljoin

from bqwgraph.engine.interface import NotAllowed, QuerySyntaxError
from bqwgraph.engine.tokens import Kind, Token, TokenError, decode_escapes, position, tokenize


class Form(Enum):
    """The four query forms of SPARQL."""

    SELECT = "SELECT"
    ASK = "ASK"
    CONSTRUCT = "CONSTRUCT"
    DESCRIBE = "DESCRIBE"

    @property
    def gives_triples(self) -> bool:
        """Whether the answer is a graph, not a table or a boolean."""
        return self in {Form.CONSTRUCT, Form.DESCRIBE}


_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")


@dataclass(frozen=True)
class _Prologue:
    base: str
    prefixes: dict[str, str]

    def iri(self, token: Token) -> str | None:
        if token.kind is Kind.IRI:
            return urljoin(self.base, token.text[1:-1]) if self.base else token.text[1:-1]
        if token.kind is Kind.NAME:
            prefix, _, local = token.text.partition(":")
            return self.prefixes[prefix] + local.replace("\\", "") if prefix in self.prefixes else None
        return None


def admit(query: str, graphs: Collection[str]) -> Form:
    """Return the form of a query that may run over the named graphs ``graphs``.

    Raises QuerySyntaxError where the text is no query, and NotAllowed for an update, for SERVICE, and for FROM or
    FROM NAMED of a graph that is not in the dataset. Unicode escapes are decoded first, and both texts must pass.

    >>> admit("SELECT * { ?s ?p 'SERVICE' }", ())
    <Form.SELECT: 'SELECT'>
    """
    decoded = decode_escapes(query)
    if decoded != query:
        admit(decoded, graphs)
    try:
        tokens = list(tokenize(query))
    except TokenError as error:
        raise QuerySyntaxError(str(error), error.line, error.column) from error
    rest = iter(tokens)
    prologue, first = _prologue(rest)
    form = _form(query, first)
    _check_prefixes(query, tokens, prologue)
    if any(token.is_word("SERVICE") for token in tokens):
        raise NotAllowed("SERVICE is not allowed: this endpoint asks no other")
    for iri in _from_clauses(rest, prologue):
        if iri not in graphs:
            raise NotAllowed(f"FROM <{iri}>: no such graph in this dataset")
    return form


def _form(query: str, first: Token | None) -> Form:
    if first is None:
        raise QuerySyntaxError("the query is empty", 1, 1)
    if first.is_word(*_UPDATES):
        raise NotAllowed(f"{first.text.upper()} is an update; this endpoint answers queries only")
    if not first.is_word(*Form.__members__):
        where = position(query, first.start)
        raise QuerySyntaxError(f"expected SELECT, ASK, CONSTRUCT or DESCRIBE, found {first.text!r}", *where)
    return Form[first.text.upper()]


def _check_prefixes(query: str, tokens: list[Token], prologue: _Prologue) -> None:
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind is Kind.NAME and prefix not in prologue.prefixes:
            raise QuerySyntaxError(f"the prefix {prefix}: is not declared", *position(query, token.start))


def _prologue(tokens: Iterator[Token]) -> tuple[_Prologue, Token | None]:
    base, prefixes = "", dict[str, str]()
    for token in tokens:
        if token.is_word("BASE"):
            iri = next(tokens, None)
            base = urljoin(base, iri.text[1:-1]) if iri and iri.kind is Kind.IRI else base
        elif token.is_word("PREFIX"):
            name, iri = next(tokens, None), next(tokens, None)
            if name and iri and iri.kind is Kind.IRI:
                prefixes[name.text.partition(":")[0]] = urljoin(base, iri.text[1:-1]) if base else iri.text[1:-1]
        else:
            return _Prologue(base, prefixes), token
    return _Prologue(base, prefixes), None


def _from_clauses(tokens: Iterator[Token], prologue: _Prologue) -> Iterator[str]:
    for token in tokens:
        if token.is_word("FROM"):
            named = next(tokens, None)
            if named is not None and named.is_word("NAMED"):
                named = next(tokens, None)
            iri = prologue.iri(named) if named is not None else None
            if iri is not None:
                yield iri
