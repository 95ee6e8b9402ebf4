r"""Source positions: where in a Turtle or TriG text each triple has its subject, its predicate and its object.

pyoxigraph says what a text means and whether it is right, but keeps no positions. So the text is read a second time
here, by a tokenizer that understands only as much as tells which tokens each triple is made of, in the order in which
pyoxigraph hands the triples out. The two readings are then laid side by side and compared, so that a difference is an
error and never a wrong position.

>>> located = locate('@prefix ex: <http://example.org/> .\nex:s ex:p 1,\n    "two"@en .')
>>> located[1].triple.object.value, located[1].object
('two', Span(line=3, column=5, end_line=3, end_column=13))
"""

import re
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final, Literal, overload

import pyoxigraph as ox

from bqwgraph.graph.tokens import TOKEN

_Statement = ox.Triple | ox.Quad
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Kind = type[ox.NamedNode] | type[ox.BlankNode] | type[ox.Literal] | type[ox.Triple]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text, from its first character to just behind its last; lines and columns are counted from 1.

    Columns are Unicode characters; a byte order mark has none. A line ends with LF, CR LF or CR.

    >>> Span(line=1, column=1, end_line=1, end_column=4)  # the first three characters
    Span(line=1, column=1, end_line=1, end_column=4)
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A triple, and where its terms stand.

    A term in brackets stands from the first to the last of them, a literal up to the end of its tag or datatype.
    What is not written as a term of its own stands where a person would look for it:

    - the predicates rdf:first, rdf:rest and rdf:reifies at their object;
    - in a list, the node of each further item at the item, and the list's end at its ``)``;
    - a reifier without a name at its ``<< … >>``, ``{| … |}`` or ``~``;
    - the triple that a reifier is of, from its subject to its object within ``<< … >>``, elsewhere at its object.

    >>> placed = locate("<urn:s> <urn:p> [ ] .")[0]
    >>> placed.object.column, placed.object.end_column
    (17, 20)
    """

    triple: _Statement
    subject: Span
    predicate: Span
    object: Span


class PositionsDisagree(Exception):
    """The tokenizer and pyoxigraph understand a text differently: a fault of one of the two, and not of the text.

    >>> locate("<urn:s> <urn:p> 1 .", triples=[])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    bqwgraph.graph.positions.PositionsDisagree: line 1, column 20: ... the tokenizer counts 1 triples, pyoxigraph 0. ...
    """

    def __init__(self, text: str, offset: int, difference: str) -> None:
        self.line, self.column = Lines(text).position(offset)
        super().__init__(
            f"line {self.line}, column {self.column}: bqwgraph's tokenizer and pyoxigraph disagree: {difference}. "
            "This is a fault of one of the two, not of the text; please report it to bqwgraph."
        )


class Located(Sequence[Placed]):
    """The triples of a text in pyoxigraph's order, each with its places: what ``locate`` returns.

    Lines and columns are counted only for what is asked for, so that a large text costs little.

    >>> located = locate("<urn:s> <urn:p> 1, 2 .")
    >>> len(located), [placed.object.column for placed in located]
    (2, [17, 20])
    """

    def __init__(self, text: str, triples: Sequence[_Statement], places: "_Places") -> None:
        self._text = text
        self._triples = triples
        self._places = places

    def __len__(self) -> int:
        return len(self._triples)

    @overload
    def __getitem__(self, index: int) -> Placed: ...

    @overload
    def __getitem__(self, index: slice) -> list[Placed]: ...

    def __getitem__(self, index: int | slice) -> Placed | list[Placed]:
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        triple = self._triples[index]
        subject, predicate, obj = self._places.of_triple(index % len(self))
        return Placed(triple, self._span(subject), self._span(predicate), self._span(obj))

    @cached_property
    def _lines(self) -> "Lines":
        return Lines(self._text)

    def _span(self, place: int) -> Span:
        return self._lines.span(self._places.starts[place], self._places.ends[place])


def locate(
    data: bytes | str,
    base: str = "",
    *,
    syntax: ox.RdfFormat = ox.RdfFormat.TURTLE,
    triples: Sequence[_Statement] | None = None,
) -> Located:
    """Return the triples of a Turtle, TriG or N-Triples text in pyoxigraph's order, each with its places in the text.

    ``base`` is what relative IRIs are relative to; without one they are refused. ``triples`` are what pyoxigraph has
    already made of this very text: all of them, in its order, blank nodes renamed or not. It is then not parsed again.

    Raises SyntaxError, as pyoxigraph does, for a text that is not right, and for bytes that are not UTF-8; ValueError
    for another syntax, a base that is no IRI and a str that is no Unicode; PositionsDisagree as it says.

    >>> locate(b"<urn:s> a <urn:C> .")[0].predicate
    Span(line=1, column=9, end_line=1, end_column=10)
    """
    if syntax not in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N_TRIPLES):
        raise ValueError(f"positions are known in Turtle, TriG and N-Triples, not in {syntax.name}")
    text = _decoded(data).removeprefix("\ufeff")
    if triples is None:
        triples = list(ox.parse(text.encode(), format=syntax, base_iri=base or None))
    places = _Reader(text).read()
    _Comparison(text, places).run(triples)
    return Located(text, triples, places)


def _decoded(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        line, column = Lines(good).position(len(good))
        raise SyntaxError("not UTF-8 text", (None, line, column, None)) from error


class Lines:
    """Where the lines of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(end.end() for end in re.finditer(r"\r\n?|\n", text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column, counted from 1, of an offset counted from 0."""
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def span(self, start: int, end: int) -> Span:
        """Return the span between two offsets."""
        starts = self._starts
        line, end_line = bisect_right(starts, start), bisect_right(starts, end)
        return Span(line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)


_TERMS: Final[dict[str, _Kind]] = {
    "IRI": ox.NamedNode,
    "TAGGED_STRING": ox.Literal,
    "PLAIN_STRING": ox.Literal,
    "VALUE": ox.Literal,
    "BLANK": ox.BlankNode,
}
"""The kinds of token that are terms."""


class _Places:
    """The stretches of a text where terms stand, by number, and the three of each triple."""

    def __init__(self) -> None:
        self.starts = array("Q")
        self.ends = array("Q")
        self.kinds: list[_Kind] = []
        self.triples = array("Q")

    def add(self, kind: _Kind, start: int, end: int) -> int:
        """Add a place and return its number."""
        self.starts.append(start)
        self.ends.append(end)
        self.kinds.append(kind)
        return len(self.kinds) - 1

    def of_triple(self, index: int) -> tuple[int, int, int]:
        """Return the numbers of the places of a triple's subject, predicate and object."""
        subject, predicate, obj = self.triples[3 * index : 3 * index + 3]
        return subject, predicate, obj


# What a term can be to the triple it is read for. After an object nothing is expected but a mark.
_Role = Literal["subject", "predicate", "object", "reifier", "nothing"]

_NEXT_ROLE: Final[dict[str, _Role]] = {",": "object", ";": "predicate", ".": "subject", "{": "subject", "}": "subject"}

_BRACKETS: Final[dict[str, tuple[str, _Kind, _Role]]] = {
    "[": ("]", ox.BlankNode, "predicate"),
    "(": (")", ox.BlankNode, "object"),
    "<<": (">>", ox.BlankNode, "subject"),
    "<<(": (")>>", ox.Triple, "subject"),
    "{|": ("|}", ox.BlankNode, "predicate"),
}
"""Opening brackets: what closes them, what they write as a whole, and what the first term in them is."""

_NONE: Final = -1
"""The number of no place."""


@dataclass(slots=True)
class _Frame:
    """How far a statement, or a part of it in brackets, has been read. Terms are the numbers of their places."""

    closer: str
    """What closes the brackets; nothing for a statement."""
    term: int
    """What the brackets write as a whole."""
    role: _Role
    """What the next term is."""
    subject: int = _NONE
    """In a list, the node of the present item."""
    predicate: int = _NONE
    object: int = _NONE
    """In a list, the last item."""
    reifier: int = _NONE
    """The last reifier after the object, if written with a ``~``."""


class _Reader:
    """Reads the statements of a text and notes where the terms of their triples stand.

    The order of triples rests on two habits of pyoxigraph: it holds a string back until the next token, as that could
    be a language tag; and of several triples that are complete with the same token, it gives out the last one first.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = _Places()
        self._frame = _Frame("", _NONE, "subject")
        self._outer: list[_Frame] = []
        self._held_back = _NONE
        self._complete: list[tuple[int, int, int]] = []

    def read(self) -> _Places:
        """Return the places. Raises PositionsDisagree at a token that could not stand in a text that pyoxigraph accepts."""
        for match in TOKEN.finditer(self._text):
            kind = match.lastgroup or ""
            start, end = match.span(kind)
            if self._held_back != _NONE:
                self._take(self._frame, self._held_back)
                self._held_back = _NONE
            if kind == "MARK":
                self._mark(match[kind], start, end)
            elif kind in _TERMS:
                self._term(kind, start, end)
            elif kind == "UNKNOWN":
                raise self._unexpected(start)
            if self._complete:
                self._give_out()
        return self._places

    def _give_out(self) -> None:
        for triple in reversed(self._complete):
            self._places.triples.extend(triple)
        self._complete.clear()

    def _term(self, kind: str, start: int, end: int) -> None:
        frame = self._frame
        if frame.closer == ")":
            self._begin_item(start)
        term = self._places.add(_TERMS[kind], start, end)
        if kind == "PLAIN_STRING":
            self._held_back = term
            return
        if kind == "TAGGED_STRING":
            self._give_out()  # what was complete with the string itself: to pyoxigraph, its tag is another token
        self._take(frame, term)

    def _begin_item(self, start: int) -> None:
        """Begin an item of a list: the first one completes the triple that has the list as its object."""
        frame = self._frame
        if frame.object == _NONE:
            self._take(self._outer[-1], frame.term)
        else:
            self._rest(self._places.add(ox.BlankNode, start, start))

    def _rest(self, node: int) -> None:
        """In a list, go on to the next node, whose end will be that of its item."""
        frame, ends = self._frame, self._places.ends
        if frame.subject != frame.term:
            ends[frame.subject] = ends[frame.object]
        self._complete.append((frame.subject, node, node))
        frame.subject = node

    def _take(self, frame: _Frame, term: int) -> None:
        """Use a term as what the frame expects, and complete the triple if it was an object."""
        role = frame.role
        if role == "predicate":
            frame.predicate, frame.role = term, "object"
        elif role == "object":
            if frame.closer == ")":
                self._complete.append((frame.subject, term, term))
            else:
                frame.role = "nothing"
                if frame.closer not in {">>", ")>>"}:
                    self._complete.append((frame.subject, frame.predicate, term))
            frame.object = term
        elif role == "subject":
            frame.subject, frame.role = term, "predicate"
        elif role == "reifier":
            frame.reifier = term
            self._reify(frame, term)
        else:
            raise self._unexpected(self._places.starts[term])

    def _reify(self, frame: _Frame, reifier: int) -> None:
        """Complete the triple that says that a reifier is one of the triple just read."""
        first = frame.subject if frame.closer == ">>" else frame.object
        triple = self._places.add(ox.Triple, self._places.starts[first], self._places.ends[frame.object])
        self._complete.append((reifier, triple, triple))
        frame.role = "nothing"

    def _mark(self, mark: str, start: int, end: int) -> None:
        frame = self._frame
        if frame.role == "reifier":
            self._reify(frame, frame.reifier)
        if mark in _BRACKETS:
            self._open(mark, start, end)
        elif mark == frame.closer:
            self._close(start, end)
        elif mark == "~":
            frame.reifier, frame.role = self._places.add(ox.BlankNode, start, end), "reifier"
        elif mark in {",", ";"} or (mark in _NEXT_ROLE and not frame.closer):
            frame.reifier, frame.role = _NONE, _NEXT_ROLE[mark]
        else:
            raise self._unexpected(start)

    def _open(self, mark: str, start: int, end: int) -> None:
        outer = self._frame
        closer, kind, role = _BRACKETS[mark]
        if outer.closer == ")":
            self._begin_item(start)
        term = self._places.add(kind, start, end)
        inner = _Frame(closer, term, role, subject=term)
        if mark == "{|":
            if outer.reifier == _NONE:
                self._reify(outer, term)
            else:
                inner.subject = outer.reifier
        self._outer.append(outer)
        self._frame = inner

    def _close(self, start: int, end: int) -> None:
        frame = self._frame
        self._places.ends[frame.term] = end
        if frame.closer == ")":
            self._close_list(start, end)
        self._frame = self._outer.pop()
        if frame.closer in {"]", ")>>"}:
            self._take(self._frame, frame.term)
        elif frame.closer == ">>":
            if frame.reifier == _NONE:
                self._reify(frame, frame.term)
            else:
                self._places.kinds[frame.term] = self._places.kinds[frame.reifier]
            self._take(self._frame, frame.term)

    def _close_list(self, start: int, end: int) -> None:
        frame = self._frame
        if frame.object == _NONE:
            self._places.kinds[frame.term] = ox.NamedNode
            self._take(self._outer[-1], frame.term)
        else:
            self._rest(self._places.add(ox.NamedNode, start, end))

    def _unexpected(self, offset: int) -> PositionsDisagree:
        return PositionsDisagree(self._text, offset, "the tokenizer expects something else here")


# The comparison. It follows no base, no prefixes and no escapes: how an IRI ends is enough to notice a mistake.

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_IMPLIED: Final = {_RDF + "first", _RDF + "rest", _RDF + "reifies"}
"""The predicates that brackets imply."""


class _Comparison:
    """Compares pyoxigraph's triples with what is written at their places."""

    def __init__(self, text: str, places: _Places) -> None:
        self._text = text
        self._places = places
        self._nodes = dict[int, _Term]()

    def run(self, triples: Sequence[_Statement]) -> None:
        """Raise PositionsDisagree unless there are as many triples as places for them, and each term fits its place."""
        numbers = iter(self._places.triples)
        for triple, subject, predicate, obj in zip(triples, numbers, numbers, numbers, strict=False):
            self._check(triple.subject, subject)
            self._check(triple.object, obj)
            if predicate != obj:
                self._check(triple.predicate, predicate)
            elif triple.predicate.value not in _IMPLIED:
                raise self._disagree(triple.predicate, obj)
        counted = len(self._places.triples) // 3
        if counted != len(triples):
            difference = f"the tokenizer counts {counted} triples, pyoxigraph {len(triples)}"
            raise PositionsDisagree(self._text, len(self._text), difference)

    def _check(self, term: _Term, place: int) -> None:
        if type(term) is not self._places.kinds[place] or not self._fits(term, place):
            raise self._disagree(term, place)

    def _fits(self, term: _Term, place: int) -> bool:
        start, end = self._places.starts[place], self._places.ends[place]
        if isinstance(term, ox.NamedNode):
            return term.value.endswith(_ending(self._text[start:end]))
        if isinstance(term, ox.Literal):
            written = self._text[start:end]
            return term.value == _content(written) or "\\" in written
        return self._nodes.setdefault(place, term) == term  # brackets are the same node in each triple

    def _disagree(self, term: _Term, place: int) -> PositionsDisagree:
        start, end = self._places.starts[place], self._places.ends[place]
        return PositionsDisagree(self._text, start, f"{self._text[start:end][:80]!r} is not {term}")


@lru_cache(maxsize=4096)
def _ending(written: str) -> str:
    """Return what the IRI that is written must end with; nothing where it is not plain to see."""
    if "\\" in written or written.startswith("<<"):
        return ""
    if written == "a":
        return "#type"
    if written.endswith(")"):
        return "#nil"
    if written.startswith("<"):
        return re.split("[/.]", written[1:-1])[-1]
    return written.partition(":")[2]


def _content(written: str) -> str:
    """Return the text of a literal, as it is if it has no escapes in it.

    >>> _content("'1'^^<urn:t>"), _content("1"), _content('""')
    ('1', '1', '')
    """
    if written[0] not in "\"'":
        return written
    quote = written[0] * (3 if written.startswith(written[0] * 3) else 1)
    return written[len(quote) : written.index(quote, len(quote))]
