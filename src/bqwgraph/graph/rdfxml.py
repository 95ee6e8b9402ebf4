r"""Source positions: where in an RDF/XML document each triple has its subject, its predicate and its object.

As for Turtle (see `bqwgraph.graph.positions`), pyoxigraph says what a document means, and it is read a second time here, by
expat, only to see which elements and attributes make each triple. The two readings are laid side by side, in the order in
which pyoxigraph hands triples out; where they differ there are no positions, and never wrong ones.

>>> data = b'<e:C xmlns:e="http://e/" e:p="1">\n  <e:q>two</e:q>\n</e:C>'
>>> located = locate(data, [quad.triple for quad in ox.parse(data, format=ox.RdfFormat.RDF_XML)])
>>> located[2].triple.object.value, located[2].object
('two', Span(line=2, column=8, end_line=2, end_column=11))
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from itertools import accumulate, count
from typing import Final
from xml.parsers import expat

import pyoxigraph as ox

from bqwgraph.graph.positions import Placed, Span

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XML: Final = "http://www.w3.org/XML/1998/namespace"
_BOM: Final = b"\xef\xbb\xbf"
_Stretch = tuple[int, int]
"""A stretch of the document, as offsets of bytes."""

_NAME: Final = rb"[^\s=/><\"']+"
_ATTRIBUTE: Final = re.compile(rb"\s+(" + _NAME + rb")\s*=\s*(\"[^\"]*\"|'[^']*')")
_TAG: Final = re.compile(rb"<(" + _NAME + rb")((?:\s+" + _NAME + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(/?)>")
_OTHER_PARSE_TYPE: Final = re.compile(rb"parseType\s*=\s*(?![\"'](?:Literal|Resource|Collection)[\"'])")


def well_formed(data: bytes) -> tuple[int, int, str] | None:
    """Return where XML stops being well-formed, and why: line, column and message; None where it does not.

    pyoxigraph does not mind a document that breaks off between two elements.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    try:
        parser.Parse(data.removeprefix(_BOM), True)  # noqa: FBT003 - positional only
    except expat.ExpatError as error:
        return error.lineno, error.offset + 1, expat.ErrorString(error.code)
    return None


def refused_at(data: bytes, base: str) -> tuple[int, int]:
    r"""Return the line and column of the tag or the text for which pyoxigraph refuses a well-formed document.

    It does not say where, but it is given the document tag by tag, and so has not seen what comes after the fault.

    >>> refused_at(b'<e:C xmlns:e="http://e/">\n  <e:p>one</e:p>\n  two</e:C>', "")
    (3, 3)
    """
    data = data.removeprefix(_BOM)
    given = _TagByTag(data)
    try:
        for _ in ox.parse(given, format=ox.RdfFormat.RDF_XML, base_iri=base or None):
            pass
    except SyntaxError as error:
        tag = data.rfind(b"<", 0, given.tell())
        text = data.rfind(b">", 0, tag) + 1
        blanks = len(data[text:tag]) - len(data[text:tag].lstrip())
        return _Lines(data).position(text + blanks if "text event" in error.msg else max(tag, 0))
    return 1, 1


def dropped(data: bytes) -> tuple[int, int, str] | None:
    """Return where pyoxigraph drops a statement of a document, and why: line, column and message; None where it drops none.

    It does so for an ``rdf:parseType`` that RDF does not know, a misspelt one mostly.
    """
    data = data.removeprefix(_BOM)
    if not _OTHER_PARSE_TYPE.search(data):
        return None
    try:
        _Reader(data).read()
    except _UnknownParseType as error:
        why = f"expected rdf:parseType Literal, Resource or Collection, and not {error.value!r}: the statement would be dropped"
        return *_Lines(data).position(error.at), why
    except (_NotUnderstood, expat.ExpatError):
        return None
    return None


class _TagByTag(BytesIO):
    """A file that gives no more at a time than up to the end of a tag."""

    def read(self, _: int | None = -1, /) -> bytes:
        """Return what there is up to the end of the next tag."""
        end = self.getvalue().find(b">", self.tell())
        return super().read(end + 1 - self.tell() if end >= 0 else -1)


_BLOCK: Final = 1 << 14
_CONTINUING: Final = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""


class _Lines:
    """The lines of a document, of which all else here has offsets of bytes. A line may be as long as the document."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._starts = [0, *(end.end() for end in re.finditer(rb"\r\n?|\n", data))]
        blocks = (_characters(data[start : start + _BLOCK]) for start in range(0, len(data), _BLOCK))
        self._before_block = list(accumulate(blocks, initial=0))

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, in characters, of an offset."""
        line = bisect_right(self._starts, offset)
        return line, self._before(offset) - self._before(self._starts[line - 1]) + 1

    def _before(self, offset: int) -> int:
        """Return how many characters stand before an offset."""
        block = offset // _BLOCK
        return self._before_block[block] + _characters(self._data[block * _BLOCK : offset])

    def span(self, stretch: _Stretch) -> Span:
        """Return a stretch as a span."""
        return Span(*self.position(stretch[0]), *self.position(stretch[1]))


def _characters(data: bytes) -> int:
    return len(data.translate(None, _CONTINUING))


def locate(data: bytes, triples: Sequence[ox.Triple]) -> "Located | None":
    """Return the triples of a document with their places; ``triples`` are all that pyoxigraph makes of it, in its order.

    An element stands where its start tag does, the value of an attribute with its quotes, a text from tag to tag. The class that
    an element's name says has its predicate and its object there; cells of a collection stand at the item. None where
    the two readings differ.
    """
    data = data.removeprefix(_BOM)
    try:
        read = _Reader(data).read()
    except (_NotUnderstood, expat.ExpatError):
        return None
    return Located(data, triples, read) if _agree(triples, read) else None


class Located:
    """The triples of a document, each with its places; lines and columns are counted for what is asked for."""

    def __init__(self, data: bytes, triples: Sequence[ox.Triple], read: "list[_Statement]") -> None:
        self._lines = _Lines(data)
        self._triples = triples
        self._read = read

    def __getitem__(self, index: int) -> Placed:
        subject, predicate, obj = (self._lines.span(term.stretch) for term in self._read[index])
        return Placed(self._triples[index], subject, predicate, obj)


@dataclass(frozen=True)
class _Term:
    """What an element or an attribute writes: the kind of term, where it stands, and what can be compared of it.

    That is how an IRI ends, the text of a literal (None where it is markup), and a name that a blank node has here.
    """

    kind: type[ox.NamedNode] | type[ox.BlankNode] | type[ox.Literal]
    stretch: _Stretch
    value: str | None


_Statement = tuple[_Term, _Term, _Term]


@dataclass(frozen=True)
class _Attribute:
    iri: str
    value: str
    name_at: _Stretch
    value_at: _Stretch


@dataclass(frozen=True)
class _Tag:
    """A start tag."""

    iri: str
    attributes: tuple[_Attribute, ...]
    at: _Stretch
    name_at: _Stretch
    is_empty: bool

    def get(self, name: str) -> _Attribute | None:
        """Return an attribute of RDF's own."""
        return next((attribute for attribute in self.attributes if attribute.iri == _RDF + name), None)

    @property
    def properties(self) -> list[_Attribute]:
        """The attributes that are statements, the last first, as pyoxigraph has it."""
        return [attribute for attribute in reversed(self.attributes) if attribute.iri not in _NO_PROPERTIES]


_NO_PROPERTIES: Final = frozenset(
    _RDF + name for name in ("about", "ID", "nodeID", "resource", "parseType", "datatype", "type", "version")
)


class _NotUnderstood(Exception):
    """The document has something in it that this reader does not know."""


class _UnknownParseType(_NotUnderstood):
    """A property has a parse type that RDF does not know."""

    def __init__(self, attribute: _Attribute) -> None:
        self.at, self.value = attribute.value_at[0], attribute.value
        super().__init__(self.value)


class _Top:
    """In the document, or in rdf:RDF: nodes are expected."""


@dataclass
class _Node:
    """In a node: properties are expected."""

    subject: _Term
    items: int = 0
    """How often rdf:li was used."""


@dataclass
class _Property:
    """In a property: a text, a node, or the nodes of a collection are expected."""

    subject: _Term
    predicate: _Term
    tag: _Tag
    object: _Term | None = None
    text: str = ""
    collected: list[_Term] = field(default_factory=list)
    markup: int = 0
    """How deep it is in the elements of a literal."""

    @property
    def parse_type(self) -> str:
        attribute = self.tag.get("parseType")
        return attribute.value if attribute else ""


class _Reader:
    """Reads a document and notes where the terms of its triples stand."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._found: list[_Statement] = []
        self._frames: list[_Top | _Node | _Property] = [_Top()]
        self._blank = count()
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.ordered_attributes = True
        self._parser.specified_attributes = True
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def read(self) -> list[_Statement]:
        """Return the statements in pyoxigraph's order. Raises _NotUnderstood and ExpatError."""
        self._parser.Parse(self._data, True)  # noqa: FBT003 - positional only
        return self._found

    def _start(self, name: str, attributes: list[str]) -> None:
        top = self._frames[-1]
        if isinstance(top, _Property) and top.parse_type == "Literal":
            top.markup += 1
            return
        tag = self._tag(name, attributes)
        if isinstance(top, _Node):
            self._property(top, tag)
        elif isinstance(top, _Top) and tag.iri == _RDF + "RDF":
            self._frames.append(_Top())
        else:
            self._node(top, tag)

    def _tag(self, name: str, attributes: list[str]) -> _Tag:
        match = _TAG.match(self._data, self._parser.CurrentByteIndex)
        if not match:
            raise _NotUnderstood  # as it comes out of an entity
        written = [
            found for found in _ATTRIBUTE.finditer(self._data, *match.span(2)) if not re.fullmatch(rb"xmlns(:.*)?", found[1])
        ]
        told = list(zip(attributes[::2], attributes[1::2], strict=True))
        if len(written) != len(told):
            raise _NotUnderstood
        read = tuple(
            _Attribute(iri.replace(" ", ""), value, found.span(1), found.span(2))
            for (iri, value), found in zip(told, written, strict=True)
            if not iri.startswith(_XML)
        )
        return _Tag(name.replace(" ", ""), read, match.span(), match.span(1), bool(match[3]))

    def _node(self, parent: _Top | _Property, tag: _Tag) -> None:
        subject = self._subject(tag)
        if isinstance(parent, _Property):
            parent.object = subject
            parent.collected.append(subject)
        if tag.iri != _RDF + "Description":
            self._found.append((subject, _iri(_RDF + "type", tag.name_at), _iri(tag.iri, tag.name_at)))
        self._attributes(subject, tag)
        self._frames.append(_Node(subject))

    def _subject(self, tag: _Tag) -> _Term:
        if about := tag.get("about"):
            return _iri(_ending(about.value), tag.at)
        if identity := tag.get("ID"):
            return _iri("#" + identity.value, tag.at)
        return self._named(tag.get("nodeID"), tag.at)

    def _named(self, node_id: _Attribute | None, at: _Stretch) -> _Term:
        return _Term(ox.BlankNode, at, node_id.value if node_id else f"#{next(self._blank)}")

    def _attributes(self, subject: _Term, tag: _Tag) -> None:
        if kind := tag.get("type"):
            self._found.append((subject, _iri(kind.iri, kind.name_at), _iri(_ending(kind.value), kind.value_at)))
        for attribute in tag.properties:
            value = _Term(ox.Literal, attribute.value_at, attribute.value)
            self._found.append((subject, _iri(attribute.iri, attribute.name_at), value))

    def _property(self, node: _Node, tag: _Tag) -> None:
        iri = tag.iri
        if iri == _RDF + "li":
            node.items += 1
            iri = f"{_RDF}_{node.items}"
        frame = _Property(node.subject, _iri(iri, tag.name_at), tag)
        parse_type = tag.get("parseType")
        if parse_type and parse_type.value not in {"Literal", "Collection", "Resource"}:
            raise _UnknownParseType(parse_type)
        if frame.parse_type == "Resource":
            frame.object = self._named(None, tag.at)
            self._state(frame, frame.object)
            self._frames.append(_Node(frame.object))
            return
        if resource := tag.get("resource"):
            frame.object = _iri(_ending(resource.value), resource.value_at)
        elif node_id := tag.get("nodeID"):
            frame.object = self._named(node_id, node_id.value_at)
        elif tag.get("type") or tag.properties:
            frame.object = self._named(None, tag.at)
        if frame.object:
            self._attributes(frame.object, tag)
        self._frames.append(frame)

    def _characters(self, text: str) -> None:
        top = self._frames[-1]
        if isinstance(top, _Property):
            top.text += text

    def _end(self, _: str) -> None:
        top = self._frames[-1]
        if isinstance(top, _Property) and top.markup:
            top.markup -= 1
            return
        self._frames.pop()
        if not isinstance(top, _Property):
            return
        if top.parse_type == "Collection":
            self._collection(top)
        else:
            self._state(top, top.object or self._literal(top))

    def _literal(self, frame: _Property) -> _Term:
        start, end = frame.tag.at[1], self._parser.CurrentByteIndex
        text = None if frame.parse_type == "Literal" else frame.text
        return _Term(ox.Literal, frame.tag.at if frame.tag.is_empty or start == end else (start, end), text)

    def _collection(self, frame: _Property) -> None:
        items = frame.collected
        cells = [self._named(None, item.stretch) for item in items]
        end = self._parser.CurrentByteIndex
        nil = _iri(_RDF + "nil", frame.tag.at if frame.tag.is_empty else (end, self._data.index(b">", end) + 1))
        self._state(frame, replace(cells[0] if cells else nil, stretch=frame.tag.at))
        for item, cell, rest in zip(items, cells, [*cells, nil][1:], strict=True):
            self._found.append((cell, _iri(_RDF + "rest", rest.stretch), rest))
            self._found.append((cell, _iri(_RDF + "first", item.stretch), item))

    def _state(self, frame: _Property, value: _Term) -> None:
        self._found.append((frame.subject, frame.predicate, value))
        if identity := frame.tag.get("ID"):
            statement = _iri("#" + identity.value, identity.value_at)
            parts = {"object": value, "predicate": frame.predicate, "subject": frame.subject}
            parts["type"] = _iri(_RDF + "Statement", identity.value_at)
            self._found.extend((statement, _iri(_RDF + name, identity.name_at), part) for name, part in parts.items())


def _iri(ending: str, at: _Stretch) -> _Term:
    return _Term(ox.NamedNode, at, ending)


def _ending(reference: str) -> str:
    """Return what an IRI must end with, whatever the reference is relative to."""
    return re.split("[/.]", reference)[-1]


def _agree(triples: Sequence[ox.Triple], read: list[_Statement]) -> bool:
    """Whether pyoxigraph's triples are what was read, one after the other."""
    if len(triples) != len(read):
        return False
    nodes, names = dict[str | None, ox.BlankNode](), dict[ox.BlankNode, str | None]()

    def fits(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, written: _Term) -> bool:
        if not isinstance(term, written.kind):
            return False
        if isinstance(term, ox.BlankNode):
            return nodes.setdefault(written.value, term) == term and names.setdefault(term, written.value) == written.value
        if isinstance(term, ox.NamedNode):
            return term.value.endswith(written.value or "")
        return written.value is None or _as_xml(str(term.value)) == _as_xml(written.value)

    return all(
        fits(term, place)
        for triple, places in zip(triples, read, strict=True)
        for term, place in zip((triple.subject, triple.predicate, triple.object), places, strict=True)
    )


def _as_xml(text: str) -> str:
    """Return a text with the blanks that XML makes of others; pyoxigraph leaves them as they are."""
    return re.sub(r"\r\n?|[\t\n]", " ", text)
