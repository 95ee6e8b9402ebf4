"""The guard: what a query is, and whether it may run here, decided from its tokens before any engine sees it."""

import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from itertools import dropwhile, islice
from urllib.parse import urljoin

from bqwgraph.engine.interface import NotAllowed, NotWanted, QuerySyntaxError, Question, ResultFormat
from bqwgraph.engine.tokens import Kind, Token, TokenError, decode_escapes, position, tokenize, tokenize_all_ways


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
_UPDATE = re.compile("|".join(_UPDATES), re.IGNORECASE)
_BEHIND_UPDATE = ("DATA", "WHERE", "SILENT", "GRAPH", "DEFAULT", "NAMED", "ALL", "INTO")


@dataclass(frozen=True)
class _Prologue:
    base: str
    prefixes: dict[str, str]

    def iri(self, token: Token) -> str | None:
        if token.kind is Kind.IRI:
            return _resolved(self.base, token)
        if token.kind is Kind.NAME:
            prefix, _, local = token.text.partition(":")
            return self.prefixes[prefix] + local.replace("\\", "") if prefix in self.prefixes else None
        return None


_NEVER_IN_IRI = re.compile(r'[\x00-\x20<>"{}|^`\\]')


def _resolved(base: str, token: Token) -> str:
    """Return the IRI that a token means; what cannot be resolved stays as it is, and is then no IRI that anything has."""
    written = decode_escapes(token.text[1:-1])
    if _NEVER_IN_IRI.search(written):  # urljoin would leave out a line break, and so make another IRI of it
        return token.text
    try:
        return urljoin(base, written) if base else written
    except ValueError:  # a base such as <http://[>
        return written


def admit(query: str, graphs: Collection[str], services: Collection[str] = ()) -> Form:
    """Return the form of a query that may run over the named graphs ``graphs``.

    Raises QuerySyntaxError where the text is no query, and NotAllowed for an update, also behind a query, for SERVICE of any
    other endpoint than ``services`` (their IRIs), and for FROM or FROM NAMED of a graph that is not in the dataset. With Unicode
    escapes decoded it must ask for nothing of that either.

    >>> admit("SELECT * { ?s ?p 'SERVICE' }", ())
    <Form.SELECT: 'SELECT'>
    """
    decoded = decode_escapes(query)
    if decoded != query:
        with suppress(QuerySyntaxError):  # what is no query when decoded harms no engine that decodes
            _admit(decoded, graphs, services)
    return _admit(query, graphs, services)


def _admit(query: str, graphs: Collection[str], services: Collection[str]) -> Form:
    try:
        tokens = list(tokenize(query))
    except TokenError as error:
        raise QuerySyntaxError(str(error), error.line, error.column) from error
    rest = iter(tokens)
    prologue, first = _prologue(rest)
    form = _form(query, first)
    _check_updates(query)
    _check_prefixes(query, tokens, prologue)
    asking = _asking_another(query, tokens)
    if asking - _asking_allowed(tokens, prologue, services):
        asked = f"asks only {', '.join(services)}, named by IRI" if services else "asks no other"
        raise NotAllowed(f"SERVICE is not allowed: this endpoint {asked}")
    for iri in _from_clauses(rest, prologue):
        if iri not in graphs:
            raise NotAllowed(f"FROM <{iri}>: no such graph in this dataset")
    return form


_GAP = r"(?:\s|\#[^\r\n]*[\r\n])*"
_FROM = re.compile(rf"from{_GAP}(?:<|named|[^\s<]*:)")


def is_plain(question: Question) -> bool:
    r"""Whether a look at the text is enough to know that nothing but its grammar could be wrong with a question.

    Then an engine whose parser refuses updates may run it at once: it asks no other endpoint and chooses no dataset.
    In doubt the answer is no, and `check` decides.

    >>> from bqwgraph.engine.interface import Wanted
    >>> is_plain(Question("ASK { ?s a ?from }", Wanted())), is_plain(Question("ASK # from\n FROM #\n <urn:a> {}", Wanted()))
    (True, False)
    """
    query = question.query.lower()
    return not question.dataset.given and "service" not in query and r"\u" not in query and _FROM.search(query) is None


_TABLE = ("a table", "JSON, XML, CSV or TSV")
_GRAPH = ("a graph", "Turtle, N-Triples, JSON-LD, RDF/XML, N-Quads or TriG")


def check(question: Question, graphs: Collection[str], services: Collection[str] = ()) -> ResultFormat:
    """Return the format in which a question is to be answered over the named graphs ``graphs``.

    Raises what `admit` raises, NotAllowed for a dataset of other graphs, and NotWanted where no format fits the query's form.
    """
    form = admit(question.query, graphs, services)
    for iri in (*question.dataset.default, *question.dataset.named):
        if iri not in graphs:
            raise NotAllowed(f"<{iri}>: no such graph in this dataset")
    written = question.wanted.graph if form.gives_triples else question.wanted.table
    if written is None:
        gives, comes_as = _GRAPH if form.gives_triples else _TABLE
        article = "an" if form is Form.ASK else "a"
        raise NotWanted(f"{article} {form.value} query gives {gives}, which was not asked for; it comes as {comes_as}")
    return written


def _form(query: str, first: Token | None) -> Form:
    if first is None:
        raise QuerySyntaxError("the query is empty", 1, 1)
    if first.is_word(*_UPDATES):
        raise _no_update(first)
    if not first.is_word(*Form.__members__):
        where = position(query, first.start)
        raise QuerySyntaxError(f"expected SELECT, ASK, CONSTRUCT or DESCRIBE, found {first.text!r}", *where)
    return Form[first.text.upper()]


def _no_update(token: Token) -> NotAllowed:
    return NotAllowed(f"{token.text.upper()} is an update; this endpoint answers queries only")


def _check_updates(query: str) -> None:
    """Refuse an update behind a query (``SELECT … ; INSERT …``): our engine takes none, but other stores are asked, too."""
    if _UPDATE.search(query) is None:
        return
    for token in tokenize_all_ways(query):
        if token.is_word(*_UPDATES):
            behind = _next(query, token)
            if behind and (behind.text == "{" or behind.kind in {Kind.IRI, Kind.NAME} or behind.is_word(*_BEHIND_UPDATE)):
                raise _no_update(token)


def _next(query: str, token: Token) -> Token | None:
    try:
        return next(tokenize(query, token.end), None)
    except TokenError:
        return None


def _asking_another(query: str, tokens: list[Token]) -> set[int]:
    """Return where an engine may find a SERVICE clause in a query, however it reads it: offsets of the tokens.

    Engines know no word boundaries: to them ``SERVICESILENT`` is two keywords, and ``SERVICEa:x {`` may be SERVICE and ``a:x``.
    Nor do they take ``<2)SERVICE:#>`` for an IRI behind ``FILTER(1``. Where in doubt it counts.
    """
    if "service" not in query.lower():
        return set()
    words = {token.start for token in tokens if token.kind is Kind.WORD and _holds_service(token)}
    return words | {token.start for token in tokenize_all_ways(query) if _holds_service(token) and _begins_clause(query, token)}


def _asking_allowed(tokens: list[Token], prologue: _Prologue, services: Collection[str]) -> set[int]:
    """Return where a SERVICE clause plainly asks one of the endpoints that may be asked."""
    found = set[int]()
    for index, token in enumerate(tokens if services else ()):
        if token.is_word("SERVICE"):
            behind = tokens[index + 1 : index + 3]
            named = behind[1:] if behind and behind[0].is_word("SILENT") else behind[:1]
            if named and prologue.iri(named[0]) in services:
                found.add(token.start)
    return found


def _holds_service(token: Token) -> bool:
    return token.kind in {Kind.WORD, Kind.NAME} and "SERVICE" in token.text.partition(":")[0].upper()


def _begins_clause(query: str, token: Token) -> bool:
    """Whether behind a token that holds SERVICE there is the rest of a clause: a name, unless the token has it, and a brace."""
    behind = list[Token]()
    try:
        behind.extend(islice(tokenize(query, token.end), 3))
    except TokenError:
        return False
    if token.kind is Kind.WORD:
        behind = list(dropwhile(lambda other: other.is_word("SILENT"), behind))
        named = behind[:1] and behind.pop(0).kind in {Kind.IRI, Kind.NAME, Kind.VARIABLE}
    else:
        named = True
    return bool(named and behind and behind[0].text == "{")


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
            base = _resolved(base, iri) if iri and iri.kind is Kind.IRI else base
        elif token.is_word("PREFIX"):
            name, iri = next(tokens, None), next(tokens, None)
            if name and iri and iri.kind is Kind.IRI:
                prefixes[name.text.partition(":")[0]] = _resolved(base, iri)
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
