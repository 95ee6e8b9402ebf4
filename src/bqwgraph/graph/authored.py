"""Turtle as its author wrote it: the statements in their order, what notation they took, and every comment at its place.

pyoxigraph says what a text means, but keeps neither comments nor the order of anything. So the text is cut into tokens
here and put together again as a tree. What the terms in it mean is left to pyoxigraph, which is asked about all of them
at once.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.positions import Lines
from bqwgraph.graph.reading import GraphError, SyntaxFault, syntax_fault
from bqwgraph.graph.tokens import GAP, IRI, PREFIX, REFERENCE, STRING, TOKEN

NOWHERE: Final = "bqwgraph-nowhere://nowhere/" + "d/" * 16
"""The base of a file that needs one and says none: nothing that is written out may depend on it."""

DEEPEST: Final = 100
"""Brackets nested deeper than this are refused: calls cannot go on for ever, and nobody could read it."""


class NotFormatted(Exception):
    """A text that is Turtle, and is yet left as it is: where, and what stands against formatting it."""

    def __init__(self, fault: SyntaxFault) -> None:
        super().__init__(f"{fault.file}:{fault.line}:{fault.column}: not formatted: {fault.message}")
        self.fault = fault


def comments(text: str) -> list[str]:
    """Return the comments of a Turtle text, or of a part of it, in order; spaces at their ends do not count.

    >>> comments('<u:#a> <u:b> "#c" . # d ')
    ['# d']
    """
    return [match[1].rstrip(" \t") for match in _COMMENT.finditer(text) if match[1]]


# What stands before the mark of a comment in this pattern may have such a mark in it that begins none.
_COMMENT = re.compile(rf"{STRING}|<<|{REFERENCE}|\\.|(#[^\r\n]*+)", re.DOTALL)
_IN_GAP = re.compile(r"([ \t\r\n]*+)(#[^\r\n]*+)")
_BREAK = re.compile(r"\r\n?|\n")


# Tokens.

_DIRECTIVE = re.compile(rf"@?[A-Za-z]+{GAP}(?P<prefix>{PREFIX})?{GAP}(?P<reference>{REFERENCE})", re.DOTALL)
_DATATYPE = re.compile(rf"{STRING}{GAP}\^\^{GAP}({IRI})", re.DOTALL)
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_MARKS: Final = frozenset(".,;[]()")

NIL: Final = 0
TYPE: Final = 1
_CONSTANTS: Final = tuple(f"<http://www.w3.org/1999/02/22-rdf-syntax-ns#{name}>" for name in ("nil", "type"))
"""The terms that ``()`` and ``a`` stand for."""


def is_relative(written: str) -> bool:
    """Tell whether an IRI is written as a relative one.

    >>> is_relative("<#a>"), is_relative("<urn:a>"), is_relative("e:a")
    (True, False, False)
    """
    return written.startswith("<") and not _SCHEME.match(written)


@dataclass(slots=True)
class _Token:
    """A token, and what stands between it and the one before."""

    kind: str
    """``term``, ``directive``, ``end``, or the mark that it is."""
    start: int
    term: int = -1
    comments: Sequence[tuple[str, int]] = ()
    """The comments before it, each with the number of line ends between it and what it follows."""
    apart: bool = False
    """Whether a blank line stands between it and those comments."""
    within: Sequence[str] = ()
    """Comments inside it, as between a string and its datatype."""


@dataclass(slots=True)
class Notes:
    """The comments of something, in lines before it and behind it; and in it, where it has brackets or ends with a dot."""

    before: list[str] = field(default_factory=list)
    behind: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    """Behind the opening bracket."""
    closed: list[str] = field(default_factory=list)
    """Before the closing bracket."""
    ended: list[str] = field(default_factory=list)
    """Before the dot."""


@dataclass(slots=True)
class Noted:
    """What can have comments."""

    notes: Notes | None = None

    def commented(self) -> Notes:
        """Return its comments, to add to."""
        if self.notes is None:
            self.notes = Notes()
        return self.notes


@dataclass(slots=True)
class Directive(Noted):
    """A prefix, or the base, whose prefix is None."""

    prefix: str | None = None
    reference: str = ""
    start: int = 0
    early: bool = False
    """Whether neither a term nor a relative IRI stands before it."""


@dataclass(slots=True)
class Pair(Noted):
    """A predicate with its objects."""

    predicate: int = -1
    objects: "dict[int, Item]" = field(default_factory=dict)


@dataclass(slots=True)
class Item(Noted):
    """A subject, an object or an item of a list. What brackets write has a number of its own below zero."""

    term: int = -1
    pairs: dict[int, Pair] | None = None
    """What is said of it here, by predicate."""
    items: "list[Item] | None" = None
    """The items, if it is a list."""
    has_comments: bool = False
    """Whether there are comments inside its brackets."""


class Source:
    """A text that is Turtle, cut into tokens; each term that is written in it has a number.

    Raises GraphError for a text that is no Turtle, NotFormatted for the notations of RDF 1.2.
    """

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name
        self.base: str | None = None
        """What relative IRIs are read with: nothing, if the file depends on no address of its own."""
        self.prefixes: dict[str, str] = {}
        """The namespaces at the end of the text."""
        self.triples = self._parse()
        self.tokens: list[_Token] = []
        self.directives: list[Directive] = []
        self.comments: list[str] = []
        """All comments, in order."""
        self.labels: set[str] = set()
        """The labels of blank nodes."""
        self.spellings = [*_CONSTANTS]
        """How the term of each number is written."""
        again = self.read("".join(self._cut()))
        self.terms = [quad.object for quad in again if not isinstance(quad.object, ox.Triple)]  # there are no triples in it
        """The term of each number."""
        first = dict[object, int]()
        self.same = [first.setdefault(term, number) for number, term in enumerate(self.terms)]
        """The first of the numbers that stand for the same term."""

    def refused(self, offset: int, message: str) -> NotFormatted:
        """Return the error to raise for what is not formatted."""
        return NotFormatted(SyntaxFault(self.name, *Lines(self.text).position(offset), message))

    def read(self, text: str) -> list[ox.Quad]:
        """Return what a text says, read with the base of this one."""
        return list(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=self.base))

    def _parse(self) -> list[ox.Quad]:
        try:
            return self._parsed()
        except SyntaxError:
            self.base = NOWHERE
        try:
            return self._parsed()
        except SyntaxError as error:
            raise GraphError([syntax_fault(error, self.name)]) from error

    def _parsed(self) -> list[ox.Quad]:
        parser = ox.parse(self.text, format=ox.RdfFormat.TURTLE, base_iri=self.base)
        triples = list(parser)
        self.prefixes = dict(parser.prefixes)
        return triples

    def _cut(self) -> list[str]:
        """Cut the text into tokens; return a text in which each term is the object of one triple, in the order of numbers."""
        text, spellings = self.text, self.spellings
        again: list[str] = []
        numbers = dict[str, int]()  # of the terms as they are written under the present directives
        begun = 0
        for match in TOKEN.finditer(text):
            kind = match.lastgroup or ""
            start, end = match.span(kind)
            gap = text[match.start() : start]
            token = _Token(kind, start)
            if "#" in gap:
                found = list(_IN_GAP.finditer(gap))
                token.comments = [(comment[2].rstrip(" \t"), len(_BREAK.findall(comment[1]))) for comment in found]
                token.apart = len(_BREAK.findall(gap, found[-1].end())) > 1
                self.comments += (text for text, _ in token.comments)
            if kind == "MARK":
                token.kind = match[kind]
                if token.kind not in _MARKS:
                    raise self.refused(start, f"{token.kind} is of RDF 1.2, which has no canonical form here")
            elif kind == "UNKNOWN":
                raise self.refused(start, "bqwgraph's tokenizer knows nothing that begins like this; please report it")
            elif start == end and kind == "SILENT":
                token.kind = "end"
            elif kind == "SILENT":
                token.kind, token.within = "directive", comments(match[kind])
                self.comments += token.within
                again += (_as_objects(spellings[begun:]), match[kind], "\n")
                begun = len(spellings)
                numbers.clear()
                self._directive(match[kind], start)
            else:
                token.kind = "term"
                token.term = self._term(token, kind, match[kind], numbers)
            self.tokens.append(token)
        again.append(_as_objects(spellings[begun:]))
        return again

    def _directive(self, text: str, start: int) -> None:
        match = _DIRECTIVE.match(text)
        if not match:
            raise self.refused(start, "a version is of RDF 1.2, which has no canonical form here")
        prefix = match["prefix"]
        before = self.directives[-1] if self.directives else None
        early = len(self.spellings) == len(_CONSTANTS) and (not before or (before.early and not is_relative(before.reference)))
        self.directives.append(
            Directive(None, prefix[:-1] if prefix else None, match["reference"], start, early),
        )

    def _term(self, token: _Token, kind: str, text: str, numbers: dict[str, int]) -> int:
        if kind == "TAGGED_STRING" and ("\n" in text or "\r" in text):
            token.within = comments(text)
            self.comments += token.within
        if text == "a":
            return TYPE
        number = numbers.get(text)
        if number is None:
            number = numbers[text] = len(self.spellings)
            self.spellings.append(text)
            if kind == "BLANK":
                self.labels.add(text[2:])
            elif kind == "TAGGED_STRING" and (datatype := _DATATYPE.match(text)) and datatype[1] not in numbers:
                numbers[datatype[1]] = len(self.spellings)
                self.spellings.append(datatype[1])
        return number


def _as_objects(spellings: Iterable[str]) -> str:
    listed = " ,\n".join(spellings)
    return f"<urn:s> <urn:p> {listed} .\n" if listed else ""


# The tree.


class _Role(Enum):
    """What a term can be to the statement it is read for."""

    SUBJECT = auto()
    PREDICATE = auto()
    OBJECT = auto()
    ITEM = auto()
    NOTHING = auto()


@dataclass(slots=True)
class _Frame:
    """How far a statement, or a part of it in brackets, has been read."""

    item: Item
    role: _Role
    pair: Pair | None = None
    leading: list[str] = field(default_factory=list)
    """The comments right before a subject that is not entered yet."""
    entered: bool = True
    """Whether the subject has its place in the document."""


class Document:
    """The tree of a text. Statements about one subject, and objects of one predicate, are brought together.

    Raises NotFormatted where brackets are nested too deep.
    """

    def __init__(self, source: Source) -> None:
        self.head: list[list[str]] = []
        """The comments above the prefixes."""
        self.parts: list[Item | list[str]] = []
        """Subjects, and comments that stand alone."""
        self._source = source
        self._blocks: dict[int, Item] = {}
        self._frames = [_Frame(Item(), _Role.SUBJECT)]
        self._pending: list[list[str]] = []  # comments that wait for what follows them
        self._last: Noted | None = None  # what a comment in this line would stand behind
        self._opening = False
        self._bracketed = 0
        self._directives = iter(source.directives)
        for token in source.tokens:
            self._take(token)

    def _take(self, token: _Token) -> None:
        if token.comments:
            self._comment(token.comments)
        if token.kind == "term":
            self._item(Item(term=self._source.same[token.term]), token)
        elif token.kind in "[(":
            self._open(token)
        elif token.kind in "])":
            self._close()
        elif token.kind in ".,;":
            self._separate(token)
        elif token.kind == "directive":
            self._directive(token)
        else:
            self.parts += self._pending
            self._pending = []
        if token.within and self._last:
            self._last.commented().behind += token.within
            self._mark_frames()

    # Comments.

    def _comment(self, found: Sequence[tuple[str, int]]) -> None:
        self._mark_frames()
        for text, breaks in found:
            if breaks == 0 and self._last:  # only the first can have none
                notes = self._last.commented()
                (notes.opened if self._opening else notes.behind).append(text)
            elif breaks > 1 or not self._pending:
                self._pending.append([text])
            else:
                self._pending[-1].append(text)

    def _mark_frames(self) -> None:
        for frame in self._frames[1:]:
            frame.item.has_comments = True

    def _waiting(self) -> list[str]:
        """Take the comments that wait for what has now come."""
        waiting = [text for paragraph in self._pending for text in paragraph]
        self._pending = []
        return waiting

    def _place(self, noted: Noted, *, opening: bool = False) -> None:
        """Have what has been read last, with the comments before it."""
        if self._pending:
            noted.commented().before += self._waiting()
        self._last, self._opening = noted, opening

    # Statements.

    def _item(self, item: Item, token: _Token) -> None:
        """Place a term, or brackets, as what the frame expects."""
        frame = self._frames[-1]
        opening = token.kind != "term"
        if frame.role is _Role.SUBJECT:
            adjacent = self._pending and not token.apart
            frame.leading = self._pending.pop() if adjacent else []
            self.parts += self._pending
            self._pending = []
            frame.item, frame.entered, frame.role = item, False, _Role.PREDICATE
            self._place(item, opening=opening)
        elif frame.role is _Role.PREDICATE:
            self._enter(frame)
            if frame.item.pairs is None:
                frame.item.pairs = {}
            frame.pair = frame.item.pairs.setdefault(item.term, Pair(predicate=item.term))
            frame.role = _Role.OBJECT
            self._place(frame.pair)
        elif frame.role is _Role.OBJECT and frame.pair:
            frame.role = _Role.NOTHING
            self._place(frame.pair.objects.setdefault(item.term, item), opening=opening)
        elif frame.role is _Role.ITEM and frame.item.items is not None:
            frame.item.items.append(item)
            self._place(item, opening=opening)
        else:
            raise self._source.refused(token.start, "bqwgraph's reader expects no term here; please report it")

    def _enter(self, frame: _Frame) -> None:
        """Give a subject its place: where it is first said something of."""
        if frame.entered:
            return
        frame.entered = True
        item = frame.item
        known = self._blocks.setdefault(item.term, item)
        if known is item:
            self.parts.append(item)
            if frame.leading:
                item.commented().before += frame.leading
            return
        if item.notes:
            known.commented().behind += item.notes.behind
        if frame.leading:
            self._pending.insert(0, frame.leading)
        frame.item = known

    def _open(self, token: _Token) -> None:
        if len(self._frames) > DEEPEST:
            raise self._source.refused(token.start, f"brackets are nested more than {DEEPEST} deep")
        self._bracketed += 1
        is_list = token.kind == "("
        item = Item(term=-self._bracketed, items=[] if is_list else None)
        outer = self._frames[-1]
        self._item(item, token)
        if outer.role is _Role.PREDICATE and not is_list:
            self._enter(outer)
        self._frames.append(_Frame(item, _Role.ITEM if is_list else _Role.PREDICATE))

    def _close(self) -> None:
        item = self._frames.pop().item
        if self._pending:
            item.commented().closed += self._waiting()
        if item.items == [] and not item.has_comments:
            item = self._as_name(item)
        self._last, self._opening = item, False

    def _as_name(self, empty: Item) -> Item:
        """Have ``()`` as what it is, a name, so that it is said only once; return the item that stays."""
        frame = self._frames[-1]
        key, empty.term, empty.items = empty.term, NIL, None
        if frame.role is not _Role.NOTHING or not frame.pair:
            return empty
        del frame.pair.objects[key]
        known = frame.pair.objects.setdefault(NIL, empty)
        if known is not empty and empty.notes:
            known.commented().before += empty.notes.before
        return known

    def _separate(self, token: _Token) -> None:
        frame = self._frames[-1]
        if token.kind == ",":
            frame.role = _Role.OBJECT
        elif token.kind == ";":
            frame.role = _Role.PREDICATE
        else:
            if self._pending:
                frame.item.commented().ended += self._waiting()
            self._frames = [_Frame(Item(), _Role.SUBJECT)]

    def _directive(self, token: _Token) -> None:
        directive = next(self._directives)
        first = directive is self._source.directives[0]
        if self._pending and not token.apart and not (first and not self._blocks):
            directive.commented().before += self._pending.pop()
        self.parts += self._pending
        self._pending = []
        if not self._blocks:
            self.head += [part for part in self.parts if isinstance(part, list)]
            self.parts = []
        self._last, self._opening = directive, False
