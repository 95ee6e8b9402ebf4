r"""Source positions: where in a JSON-LD document each triple has its subject, its predicate and its object.

What JSON-LD means depends on contexts, and pyoxigraph alone is asked about that: the document is parsed a second time with a
mark on every value that can become a term. The triples come out in the same order, and a mark says which value a term was
made of. A key is the predicate where it stands between the two ends of a triple. What cannot be told stands at the node
object; where marks change anything but what they are on, there are no positions, and never wrong ones.

>>> text = '[{"@id": "urn:s",\n  "urn:p": ["one", 2]}]'
>>> located = locate(text, "", [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)])
>>> located[1].triple.object.value, located[1].object
('2', Span(line=2, column=20, end_line=2, end_column=21))
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.json_text import NotJson, Value, read
from bqwgraph.graph.positions import Lines, Placed

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _TYPE, _JSON = (_RDF + name for name in ("first", "type", "JSON"))
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_Stretch = tuple[int, int]

_WITH_VALUES: Final = frozenset({"@id", "@value", "@list", "@set", "@graph", "@included", "@reverse", "@nest", "@none"})
"""Keywords below which a string can become a term."""
_NO_NODES: Final = frozenset({"@value", "@list", "@set", "@graph", "@id"})
"""Keywords of objects that are no node, or a node that has a name, or perhaps only hold a graph."""


def locate(text: str, base: str, triples: Sequence[ox.Triple]) -> "Located | None":
    """Return the triples of a document with their places; ``triples`` are all that pyoxigraph makes of it, in its order.

    A node stands where its ``@id`` does, without one where its object does; a value object and a list as a whole; each cell
    of a list at its item. None where nothing can be told.
    """
    try:
        whole = read(text)
    except NotJson:
        return None
    vocabulary = _Keywords(whole)
    for nodes, types in ((True, True), (True, False), (False, False)):
        marks = _Marks(text, vocabulary)
        marks.set(whole, nodes=nodes, types=types)
        terms = marks.compare(base, triples)
        if terms is not None:
            return Located(text, triples, _Finder(triples, terms, vocabulary))
    return None


class Located:
    """The triples of a document, each with its places where they are known."""

    def __init__(self, text: str, triples: Sequence[ox.Triple], finder: "_Finder") -> None:
        self._lines = Lines(text)
        self._triples = triples
        self._finder = finder

    def __getitem__(self, index: int) -> Placed | None:
        found = self._finder.places(index)
        return Placed(self._triples[index], *(self._lines.span(*stretch) for stretch in found)) if found else None


class _Keywords:
    """Which keys mean a keyword, and which have maps for their values, by the contexts that the document has in it."""

    def __init__(self, whole: Value) -> None:
        self._aliases = dict[str, str]()
        self._containers = dict[str, set[str]]()
        contexts = [value for value in whole.walk() if value.name == "@context"]
        terms = [term for context in contexts for value in context.walk() if value.kind == "object" for term in value.items]
        for _ in range(2):  # an alias may be of an alias
            for term in terms:
                meant = self.meaning(_text(term.get("@id") or term))
                if meant.startswith("@") and not term.name.startswith("@"):
                    self._aliases[term.name] = meant
        for term in terms:
            container = term.get("@container")
            if container:
                self._containers.setdefault(term.name, set()).update(map(_text, [container, *container.items]))

    def meaning(self, name: str) -> str:
        """Return the keyword that a key means, else the key."""
        return self._aliases.get(name, name)

    def key(self, value: Value) -> str:
        """Return what the key of a value means, through arrays."""
        return self.meaning(_keyed(value).name)

    def is_map(self, value: Value) -> bool:
        """Whether the keys of an object are languages, indexes, names or classes, and no properties."""
        return value.kind == "object" and bool(self.container(value) & {"@language", "@index", "@id", "@type", "@graph"})

    def container(self, value: Value) -> set[str]:
        """Return what a context says of the values of the key of a value."""
        return self._containers.get(_keyed(value).name, set())

    def has(self, value: Value, keywords: frozenset[str]) -> bool:
        """Whether an object has one of the keywords."""
        return any(self.meaning(item.name) in keywords for item in value.items)

    def member(self, value: Value, keyword: str) -> Value | None:
        """Return the value that an object has for a keyword."""
        return next((item for item in value.items if self.meaning(item.name) == keyword), None)


def _text(value: Value) -> str:
    return value.text if value.kind == "string" else ""


def _keyed(value: Value) -> Value:
    """Return the value that stands behind a key: the value itself, or the outermost array that it is in."""
    while value.parent is not None and value.parent.kind == "array":
        value = value.parent
    return value


def _holder(value: Value) -> Value | None:
    """Return the object that the key of a value stands in."""
    return _keyed(value).parent


class _Marks:
    """Marks on the values of a document. A term that is made of a marked value ends with the mark."""

    def __init__(self, text: str, keywords: _Keywords) -> None:
        self._text = text
        self._keywords = keywords
        self._values: list[Value] = []
        self._changes: list[tuple[int, str]] = []
        self._sign = "Zq"
        while self._sign in text:
            self._sign += "q"
        self._pattern = re.compile(rf"!?{self._sign}([0-9]+)Z\Z")

    def set(self, whole: Value, *, nodes: bool, types: bool) -> None:
        """Mark values; where wanted, names are made for nodes that have none, and names of classes are marked, too."""
        waiting = [whole]
        while waiting:
            value = waiting.pop()
            if value.name == "@context":
                continue
            waiting += reversed(value.items)
            if value.kind == "object":
                if nodes and self._is_nameless(value):
                    self._change(value, value.start + 1, '"@id":"_:b{}"' + ("," if value.items else ""))
            elif self._is_value(value, types=types):
                if value.kind == "string":
                    # pyoxigraph takes classes in the order of their names, which "!" does not change.
                    self._change(value, value.end - 1, "!{}" if self._keywords.key(value) == "@type" else "{}")
                else:
                    self._changes.append((value.start, '"'))
                    self._change(value, value.end, '{}"')

    def _change(self, value: Value, at: int, text: str) -> None:
        self._changes.append((at, text.format(f"{self._sign}{len(self._values)}Z")))
        self._values.append(value)

    def _is_value(self, value: Value, *, types: bool) -> bool:
        if value.kind == "array" or value.text == "null" or value.text.startswith("@"):
            return False
        key, holder = self._keywords.key(value), _holder(value)
        if key == "@type":
            return types and value.kind == "string" and not (holder and self._keywords.has(holder, frozenset({"@value"})))
        return not key.startswith("@") or key in _WITH_VALUES

    def _is_nameless(self, value: Value) -> bool:
        keywords, holder = self._keywords, _holder(value)
        if keywords.has(value, _NO_NODES) or keywords.is_map(value) or keywords.key(value) in {"@reverse", "@nest", "@value"}:
            return False
        return not (holder and keywords.container(holder) & {"@id", "@type", "@graph"})

    def compare(self, base: str, triples: Sequence[ox.Triple]) -> "list[tuple[Value | None, Value | None]] | None":
        """Return of which values the subject and the object of each triple are made; None where the marks change too much."""
        pieces, last = list[str](), 0
        for at, text in sorted(self._changes, key=lambda change: change[0]):
            pieces += [self._text[last:at], text]
            last = at
        pieces.append(self._text[last:])
        try:
            quads = list(ox.parse("".join(pieces), format=ox.RdfFormat.JSON_LD, base_iri=base or None))
        except SyntaxError:
            return None
        if len(quads) != len(triples):
            return None
        nodes, found = _Nodes(), list[tuple[Value | None, Value | None]]()
        for triple, quad in zip(triples, quads, strict=True):
            if triple.predicate != quad.predicate:
                return None
            pair = [(self._marked(marked), term, marked) for term, marked in _ends(triple, quad)]
            if not all(self._fits(value, term, marked, nodes) for value, term, marked in pair):
                return None
            found.append((pair[0][0], pair[1][0]))
        return found

    def _marked(self, term: _Term) -> Value | None:
        match = None if isinstance(term, ox.Triple) else self._pattern.search(term.value)
        return self._values[int(match[1])] if match else None

    def _fits(self, value: Value | None, term: _Term, marked: _Term, nodes: "_Nodes") -> bool:
        if value is not None and value.kind in {"number", "word"}:
            return True  # which the mark has made a string
        if isinstance(term, ox.BlankNode) and isinstance(marked, ox.BlankNode):
            named = value is not None and value.kind == "string"
            return nodes.same(term, self._pattern.sub("", marked.value) if named else marked.value)
        if isinstance(term, ox.Literal) and isinstance(marked, ox.Literal):
            return term.datatype.value == _JSON or term.value == self._pattern.sub("", marked.value)
        if isinstance(term, ox.NamedNode) and isinstance(marked, ox.NamedNode):
            return value is not None or term == marked  # of what is relative, or a term, more may change than its end
        return term == marked


def _ends(triple: ox.Triple, quad: ox.Quad) -> tuple[tuple[_Term, _Term], tuple[_Term, _Term]]:
    return (triple.subject, quad.subject), (triple.object, quad.object)


class _Nodes:
    """Which blank nodes of two readings are the same."""

    def __init__(self) -> None:
        self._names = dict[ox.BlankNode, str]()
        self._nodes = dict[str, ox.BlankNode]()

    def same(self, node: ox.BlankNode, name: str) -> bool:
        """Note that a node is called so in the other reading; False where that contradicts what was noted before."""
        return self._names.setdefault(node, name) == name and self._nodes.setdefault(name, node) == node


@dataclass(frozen=True)
class _Known:
    """A term's value: the value (of a node its object), and where it stands."""

    value: Value
    at: _Stretch


class _Finder:
    """Finds the places of triples, given the values that their ends are made of."""

    def __init__(self, triples: Sequence[ox.Triple], terms: list[tuple[Value | None, Value | None]], keywords: _Keywords) -> None:
        self._triples = triples
        self._terms = terms
        self._keywords = keywords
        self._cells: dict[_Term, int] = {
            triple.subject: number
            for number, (triple, (subject, _)) in enumerate(zip(triples, terms, strict=True))
            if triple.predicate.value == _FIRST and subject is None
        }

    def places(self, index: int) -> tuple[_Stretch, _Stretch, _Stretch] | None:
        """Return where the subject, the predicate and the object of a triple stand; None where it is not known."""
        triple = self._triples[index]
        if triple.subject in self._cells:
            return self._of_cell(triple)
        subject, obj = (self._known(value) for value in self._terms[index])
        if obj is None and triple.object in self._cells:
            obj = self._list(triple.object)
        if triple.predicate.value == _TYPE and (subject or obj):
            return self._of_type(subject, obj)
        key = self._key(subject, obj)
        if subject is None:
            return (_at(key.parent), key.name_at, obj.at) if key and key.parent and obj else None
        predicate = key.name_at if key else subject.at
        return subject.at, predicate, obj.at if obj else predicate

    def _known(self, value: Value | None) -> _Known | None:
        if value is None:
            return None
        holder, key = _holder(value), self._keywords.key(value)
        if holder and value.kind != "object" and key in {"@id", "@value"}:
            return _Known(holder, _at(value if key == "@id" else holder))
        return _Known(value, _at(value))

    def _key(self, subject: _Known | None, obj: _Known | None) -> Value | None:
        """Return the value whose key stands between two ends, the outer of which may be the subject or the object."""
        if obj and (subject is None or subject.value in obj.value.above()):
            return self._property(obj.value, subject.value if subject else None)
        if subject and obj and obj.value in subject.value.above():
            return self._property(subject.value, obj.value)
        return None

    def _property(self, inner: Value, outer: Value | None) -> Value | None:
        for value in inner.above():
            if value is outer:
                break
            if value.name and value.parent and not (self._keywords.is_map(value.parent) or self._is_keyword(value.name)):
                return None if outer is None and self._keywords.key(value.parent) == "@reverse" else value
        return None

    def _is_keyword(self, name: str) -> bool:
        return self._keywords.meaning(name).startswith("@")

    def _of_type(self, subject: _Known | None, obj: _Known | None) -> tuple[_Stretch, _Stretch, _Stretch] | None:
        holder = subject.value if subject else _holder(obj.value) if obj else None
        member = self._keywords.member(holder, "@type") if holder else None
        if holder is None or member is None:
            return None
        return subject.at if subject else _at(holder), member.name_at, obj.at if obj else _at(member)

    def _of_cell(self, triple: ox.Triple) -> tuple[_Stretch, _Stretch, _Stretch] | None:
        item = self._item(triple.subject)
        if item is None:
            return None
        if triple.predicate.value == _FIRST:
            return item.at, item.at, item.at
        if triple.object in self._cells:
            following = self._item(triple.object)
            return (item.at, following.at, following.at) if following else None
        array = _keyed(item.value)
        end = (array.end - 1, array.end) if array.kind == "array" else item.at
        return item.at, end, end

    def _item(self, cell: _Term) -> _Known | None:
        """Return what stands in a cell of a list."""
        return self._known(self._terms[self._cells[cell]][1])

    def _list(self, cell: _Term) -> _Known | None:
        """Return the list that a cell is the first of: a list object, an array, or one item alone."""
        item = self._item(cell)
        if item is None:
            return None
        value = _keyed(item.value)
        whole = value.parent if value.parent and self._keywords.meaning(value.name) == "@list" else value
        return _Known(whole, _at(whole))


def _at(value: Value) -> _Stretch:
    return value.start, value.end
