"""Canonical Turtle: one graph, one text, in an order that a person would choose.

The text depends on the statements alone, not on their order of arrival, on blank
node labels or on a previous text; so a change in the data is a change of just the
lines that say it. Comments of a text that was parsed are not statements and are lost;
``formatting`` rewrites a text with its comments, in the same form.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
SH: Final = "http://www.w3.org/ns/shacl#"

_TYPE: Final = ox.NamedNode(RDF + "type")
_FIRST: Final = ox.NamedNode(RDF + "first")
_REST: Final = ox.NamedNode(RDF + "rest")
_NIL: Final = ox.NamedNode(RDF + "nil")

_LEADING: Final = (
    RDF + "type",
    SKOS + "prefLabel",
    RDFS + "label",
    "http://purl.org/dc/terms/title",
    SKOS + "altLabel",
    SKOS + "definition",
    SKOS + "example",
    SKOS + "scopeNote",
    RDFS + "subClassOf",
    RDFS + "subPropertyOf",
    RDFS + "domain",
    RDFS + "range",
    *(SH + name for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "path", "name", "description")),
    *(SH + name for name in ("datatype", "nodeKind", "class", "in", "pattern", "flags", "languageIn", "uniqueLang")),
    *(SH + name for name in ("minExclusive", "minInclusive", "maxExclusive", "maxInclusive", "lessThan")),
    *(SH + name for name in ("minLength", "maxLength", "minCount", "maxCount")),
)
"""What a reader looks for first; the predicates that are neither here nor in _CLOSING follow by their names."""

_CLOSING: Final = (SH + "message", SH + "severity", SH + "property", SKOS + "editorialNote", RDFS + "isDefinedBy")
"""What a reader looks for last."""

_RANKS: Final = {name: rank for rank, name in enumerate((*_LEADING, "", *_CLOSING))}
"""The rank of a predicate; that of the empty name is for all others."""

_LOCAL: Final = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?"
"""The part of PN_LOCAL that needs no escapes and that every tool reads alike."""

_SHORTHAND: Final = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD + "double": re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+"),
}

_ESCAPES: Final = {
    "\\": "\\\\",
    '"': '\\"',
    "\b": "\\b",
    "\t": "\\t",
    "\n": "\\n",
    "\f": "\\f",
    "\r": "\\r",
}

# Besides the controls: characters without width or that turn the direction of
# writing, U+2028 and U+2029 (a new line to some editors), the byte order mark
# and the last two code points of the first plane. All are invisible in an editor.
_UNSEEN: Final = "\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufffe\uffff"
_IN_ONE_LINE = re.compile(rf'["\\{_UNSEEN}]')
# Between three quotes a line break stands for itself, and so does a quote unless
# it could be taken for a part of the closing three.
_IN_LONG_STRING = re.compile(rf'"(?="|\Z)|(?!\n)[\\{_UNSEEN}]')

_MAX_NESTING: Final = 40
"""Blank nodes nested deeper than this get labels: nobody could read them otherwise."""

_MAX_WEIGHED: Final = 12
"""Groups of blank nodes larger than this, all alike, are taken to be interchangeable."""

LINE: Final = 100
"""Lists up to this many characters stand in one line."""

INDENT: Final = "    "

_Subject = ox.NamedNode | ox.BlankNode
_Object = ox.NamedNode | ox.BlankNode | ox.Literal
NaturalKey = tuple[tuple[str | tuple[int, str], ...], str]


def to_turtle(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> str:
    """Write statements as canonical Turtle 1.1.

    Subjects, predicates and objects are sorted (numbers by value: ``action:2`` before
    ``action:10``), language tags take their usual capitals, and a blank node is nested
    where its only mention is. The same graph gives the same text whatever its blank
    node labels, and the text read back gives the same graph.

    :param triples: the statements, in any order; repeated ones count once.
    :param prefixes: namespace by prefix; only those that are used get into the header.
    :return: the text, which ends with a newline, or an empty string for no statements.
    :raises ValueError: a triple is the object of a triple (RDF 1.2 only).
    """
    return _Writer(triples, prefixes).document()


def natural_key(text: str) -> NaturalKey:
    """Return a sort key that orders the numbers in a text by value: a2 before a10."""
    parts: list[str | tuple[int, str]] = []
    # Digits stand at the odd places; they are compared by length, then as text, since
    # the number in a text may be longer than int() takes.
    for place, part in enumerate(re.split(r"([0-9]+)", text)):
        digits = part.lstrip("0")
        parts.append((len(digits), digits) if place % 2 else part)
    return tuple(parts), text


def predicate_key(predicate: ox.NamedNode, name: str) -> tuple[int, NaturalKey]:
    """Return a sort key for a predicate that is written as ``name``."""
    rank = _RANKS.get(predicate.value)
    return (_RANKS[""], natural_key(name)) if rank is None else (rank, natural_key(""))


def object_key(term: _Object, text: str) -> tuple[int, str, NaturalKey]:
    """Return a sort key for an object that is written as ``text``.

    Chinese comes first, then English, other languages, other literals, names, and blank nodes.
    """
    language = ""
    if isinstance(term, ox.Literal):
        language = term.language or ""
        group = {"": 3, "zh-hans": 0, "en": 1}.get(language.lower(), 2)
    else:
        group = 4 if isinstance(term, ox.NamedNode) else 5
    return group, language, natural_key(text)


class Terms:
    """How names and literals are written in one document, and which prefixes that takes.

    >>> terms = Terms({"ex": "http://example.org/", "deep": "http://example.org/a/"})
    >>> terms.name(ox.NamedNode("http://example.org/a/b")), terms.name(ox.NamedNode("http://example.org/a/b/c"))
    ('deep:b', '<http://example.org/a/b/c>')
    >>> terms.used
    {'deep': 'http://example.org/a/'}
    """

    def __init__(self, prefixes: Mapping[str, str], written: Mapping[str, str] = MappingProxyType({})) -> None:
        """Take the namespace by prefix; and how to write IRIs that would else be whole: as ``prefix:name`` or ``<relative>``."""
        self.used: dict[str, str] = {}
        """The namespaces of the prefixes that were used so far."""
        self.relative = False
        """Whether a relative IRI was written so far."""
        self._prefixes = prefixes
        self._written = written
        self._prefix_of = {namespace: prefix for prefix, namespace in sorted(prefixes.items(), reverse=True)}
        longest_first = "|".join(map(re.escape, sorted(self._prefix_of, key=lambda namespace: (-len(namespace), namespace))))
        self._short = re.compile(rf"({longest_first or '(?!)'})({_LOCAL})")

    def name(self, node: ox.NamedNode) -> str:
        """Return a name as it stands in Turtle."""
        iri = node.value
        short = self._short.fullmatch(iri)
        if short:
            prefix = self._prefix_of[short[1]]
            self.used[prefix] = short[1]
            return f"{prefix}:{short[2]}"
        text = self._written.get(iri)
        if text is None:
            return f"<{iri}>"
        if text.startswith("<"):
            self.relative = True
        else:
            prefix = text.partition(":")[0]
            self.used[prefix] = self._prefixes[prefix]
        return text

    def predicate(self, node: ox.NamedNode) -> str:
        """Return a predicate as it stands in Turtle."""
        return "a" if node == _TYPE else self.name(node)

    def literal(self, literal: ox.Literal, language: str = "") -> str:
        """Return a literal as it stands in Turtle, with its language tag spelled like this if one is given."""
        value, datatype = literal.value, literal.datatype
        shorthand = _SHORTHAND.get(datatype.value)
        if shorthand and shorthand.fullmatch(value):
            return value
        quotes, unsafe = ('"""', _IN_LONG_STRING) if "\n" in value else ('"', _IN_ONE_LINE)
        text = f"{quotes}{unsafe.sub(_escape, value)}{quotes}"
        if literal.language:
            direction = f"--{literal.direction.value}" if literal.direction else ""
            return f"{text}@{language or _usual_case(literal.language)}{direction}"
        if datatype.value == XSD + "string":
            return text
        return f"{text}^^{self.name(datatype)}"


class _Writer:
    """One document in the making: who is nested where, and which prefixes were used."""

    def __init__(self, triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> None:
        self._said: dict[_Subject, dict[ox.NamedNode, list[_Object]]] = {}
        self._mentions: dict[_Subject, list[tuple[_Subject, ox.NamedNode]]] = {}
        for triple in set(triples):
            subject, predicate, term = triple.subject, triple.predicate, triple.object
            if isinstance(subject, ox.Triple) or isinstance(term, ox.Triple):
                raise ValueError("Turtle 1.1 has no triple inside a triple")  # noqa: TRY004 (a value of RDF 1.2)
            self._said.setdefault(subject, {}).setdefault(predicate, []).append(term)
            if isinstance(term, ox.BlankNode):
                self._mentions.setdefault(term, []).append((subject, predicate))
        self._terms = Terms(prefixes)
        self._lists: dict[ox.BlankNode, list[_Object]] = {}
        self._head_of: dict[_Subject, ox.BlankNode] = {}
        self._find_lists()
        self._labels: dict[_Subject, str] = {}
        self._choose_labels()

    def document(self) -> str:
        blocks: list[tuple[int, NaturalKey, str]] = []
        for subject in self._said:
            if subject in self._mentions and subject not in self._labels:
                continue  # stands nested in a block
            block = self._block(subject)
            name = block.partition("\n")[0]
            if isinstance(subject, ox.NamedNode):
                blocks.append((0, natural_key(name), block))
            elif subject in self._labels:
                blocks.append((1, natural_key(name), block))
            else:
                blocks.append((2, natural_key(block), block))
        texts = [block for *_, block in sorted(blocks)]
        header = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(self._terms.used.items()))
        return "\n".join([header, *texts] if header else texts)

    # Which blank nodes stand where.

    def _find_lists(self) -> None:
        """Find the lists that can be written as ``( … )``, from their ends backwards."""
        for end, said in self._said.items():
            if said.get(_REST) != [_NIL]:
                continue
            cells: list[ox.BlankNode] = []
            cell: _Subject = end
            while isinstance(cell, ox.BlankNode) and self._is_list_cell(cell):
                cells.append(cell)
                cell, predicate = self._mentions[cell][0]
                if predicate != _REST:
                    break
            if cells:
                cells.reverse()
                self._lists[cells[0]] = [self._said[cell][_FIRST][0] for cell in cells]
                self._head_of.update(dict.fromkeys(cells, cells[0]))
        # A list inside itself has no place to stand; its cells are then plain nodes.
        for head in [head for head in self._lists if not self._has_a_place(head)]:
            del self._lists[head]
            self._head_of = {cell: h for cell, h in self._head_of.items() if h != head}

    def _is_list_cell(self, node: ox.BlankNode) -> bool:
        said = self._said.get(node, {})
        if said.keys() != {_FIRST, _REST} or len(self._mentions.get(node, ())) != 1:
            return False
        return len(said[_FIRST]) == len(said[_REST]) == 1

    def _has_a_place(self, node: _Subject) -> bool:
        """Tell whether a node can be nested: one mention, no circle, not too deep."""
        seen: set[_Subject] = set()
        at: _Subject = node
        while isinstance(at, ox.BlankNode) and len(self._mentions.get(at, ())) == 1:
            if at in seen:
                return at != node  # else node is itself in the circle
            seen.add(at)
            if len(seen) > _MAX_NESTING:
                return False
            parent = self._mentions[at][0][0]
            at = self._head_of.get(parent, parent)
            if at == node:
                return False
        return at != node

    def _choose_labels(self) -> None:
        """Label the blank nodes that are mentioned but cannot be nested.

        Their order must not come from the labels they had, so it comes from what is said
        of them: each gets the digest of the blocks that mention it, written with the
        digests found so far, until that tells no more of them apart. Nodes that are then
        still alike are nearly always interchangeable; where they are not, the one whose
        choice leads to the smaller digests goes first.
        """
        nodes = [node for node in self._mentions if node not in self._head_of and not self._has_a_place(node)]
        blocks = {node: {self._block_of(subject) for subject, _ in self._mentions[node]} | {node} for node in nodes}

        def told_apart(digests: dict[_Subject, str]) -> dict[_Subject, str]:
            apart, before = len(set(digests.values())), 0
            while apart > before:
                finer: dict[_Subject, str] = {}
                for node in nodes:
                    self._labels = digests | {node: "_:this"}
                    texts = sorted(self._block(subject) for subject in blocks[node])
                    finer[node] = hashlib.sha256(repr((digests[node], texts)).encode()).hexdigest()
                digests = finer
                apart, before = len(set(digests.values())), apart
            return digests

        digests = told_apart(dict.fromkeys(nodes, ""))
        while alike := sorted(digest for digest, count in Counter(digests.values()).items() if count > 1):
            candidates = [node for node in nodes if digests[node] == alike[0]]
            # Weighing every one of a large group would take hours and change nothing.
            if len(candidates) > _MAX_WEIGHED:
                del candidates[1:]
            choices = [told_apart(digests | {node: "first"}) for node in candidates]
            digests = min(choices, key=lambda choice: sorted(choice.values()))
        nodes.sort(key=lambda node: digests[node])
        self._labels = {node: f"_:b{number}" for number, node in enumerate(nodes)}

    def _block_of(self, subject: _Subject) -> _Subject:
        """Return the subject of the block in which what is said of a node will stand."""
        at = self._head_of.get(subject, subject)
        while isinstance(at, ox.BlankNode) and at in self._mentions and self._has_a_place(at):
            parent = self._mentions[at][0][0]
            at = self._head_of.get(parent, parent)
        return at

    # How terms and statements are written.

    def _block(self, subject: _Subject) -> str:
        name = self._terms.name(subject) if isinstance(subject, ox.NamedNode) else self._labels.get(subject, "[]")
        return f"{name}\n{self._statements(subject, 1)} .\n"

    def _statements(self, subject: _Subject, depth: int) -> str:
        pad = INDENT * depth
        lines = []
        said = [(self._terms.predicate(predicate), predicate, terms) for predicate, terms in self._said.get(subject, {}).items()]
        for name, _, terms in sorted(said, key=lambda item: predicate_key(item[1], item[0])):
            if len(terms) == 1:
                lines.append(f"{pad}{name} {self._object(terms[0], depth)}")
            else:
                inner = pad + INDENT
                objects = sorted((object_key(term, text), text) for term in terms for text in [self._object(term, depth + 1)])
                listed = " ,\n".join(inner + text for _, text in objects)
                lines.append(f"{pad}{name}\n{listed}")
        return " ;\n".join(lines)

    def _object(self, term: _Object, depth: int) -> str:
        if isinstance(term, ox.Literal):
            return self._terms.literal(term)
        if isinstance(term, ox.NamedNode):
            return "()" if term == _NIL else self._terms.name(term)
        if term in self._lists:
            return self._list(self._lists[term], depth)
        if term in self._labels:
            return self._labels[term]
        inside = self._statements(term, depth + 1)
        return f"[\n{inside}\n{INDENT * depth}]" if inside else "[]"

    def _list(self, items: list[_Object], depth: int) -> str:
        pad = INDENT * depth
        texts = [self._object(item, depth + 1) for item in items]
        line = f"( {' '.join(texts)} )"
        if "\n" not in line and len(pad) + len(line) <= LINE:
            return line
        return "(\n" + "".join(f"{pad}{INDENT}{text}\n" for text in texts) + f"{pad})"


def _escape(match: re.Match[str]) -> str:
    character = match.group()
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def _usual_case(tag: str) -> str:
    """Return a language tag with the capitals of RFC 5646, 2.1.1: zh-hans → zh-Hans.

    Case has no meaning in a tag, and pyoxigraph keeps tags in small letters.
    """
    first, *rest = tag.lower().split("-")
    parts = [first]
    for part in rest:
        if len(parts[-1]) == 1:  # what follows a singleton stays in small letters
            return "-".join([*parts, *rest[len(parts) - 1 :]])
        parts.append({2: part.upper(), 4: part.capitalize()}.get(len(part), part))
    return "-".join(parts)
