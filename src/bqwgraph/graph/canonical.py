"""Canonical Turtle: one graph, one text, in an order that a person would choose.

The text depends on the statements alone, not on their order of arrival, on blank
node labels or on a previous text; so a change in the data is a change of just the
lines that say it. Comments of a text that was parsed are not statements and are lost.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

import pyoxigraph as ox

RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
XSD: Final = "http://www.w3.org/2001/XMLSchema#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"

_TYPE: Final = ox.NamedNode(RDF + "type")
_FIRST: Final = ox.NamedNode(RDF + "first")
_REST: Final = ox.NamedNode(RDF + "rest")
_NIL: Final = ox.NamedNode(RDF + "nil")

_LEADING: Final = {
    _TYPE: 0,
    ox.NamedNode(SKOS + "prefLabel"): 1,
    ox.NamedNode("http://purl.org/dc/terms/title"): 2,
    ox.NamedNode(SKOS + "altLabel"): 3,
    ox.NamedNode(SKOS + "definition"): 4,
}
"""What a reader looks for first; all other predicates follow by their names."""

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
"""The part of PN_LOCAL that needs no escapes and that every tool reads alike."""

_SHORTHAND: Final = {
    XSD + "boolean": re.compile(r"true|false"),
    XSD + "integer": re.compile(r"[+-]?[0-9]+"),
    XSD + "decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
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

_LINE: Final = 100
_INDENT: Final = "    "

_Subject = ox.NamedNode | ox.BlankNode
_Object = ox.NamedNode | ox.BlankNode | ox.Literal
_NaturalKey = tuple[tuple[str | tuple[int, str], ...], str]


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


def natural_key(text: str) -> _NaturalKey:
    """Return a sort key that orders the numbers in a text by value: a2 before a10."""
    parts: list[str | tuple[int, str]] = []
    # Digits stand at the odd places; they are compared by length, then as text, since
    # the number in a text may be longer than int() takes.
    for place, part in enumerate(re.split(r"([0-9]+)", text)):
        digits = part.lstrip("0")
        parts.append((len(digits), digits) if place % 2 else part)
    return tuple(parts), text


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
        self._namespaces = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item))
        self._used: dict[str, str] = {}
        self._lists: dict[ox.BlankNode, list[_Object]] = {}
        self._head_of: dict[_Subject, ox.BlankNode] = {}
        self._find_lists()
        self._labels: dict[_Subject, str] = {}
        self._choose_labels()

    def document(self) -> str:
        blocks: list[tuple[int, _NaturalKey, str]] = []
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
        header = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in sorted(self._used.items()))
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
        name = self._name(subject) if isinstance(subject, ox.NamedNode) else self._labels.get(subject, "[]")
        return f"{name}\n{self._statements(subject, 1)} .\n"

    def _statements(self, subject: _Subject, depth: int) -> str:
        pad = _INDENT * depth
        lines = []
        for predicate, terms in sorted(self._said.get(subject, {}).items(), key=lambda item: self._predicate_key(item[0])):
            name = "a" if predicate == _TYPE else self._name(predicate)
            if len(terms) == 1:
                lines.append(f"{pad}{name} {self._object(terms[0], depth)}")
            else:
                inner = pad + _INDENT
                objects = sorted(
                    (self._object_key(term, text), text) for term in terms for text in [self._object(term, depth + 1)]
                )
                listed = " ,\n".join(inner + text for _, text in objects)
                lines.append(f"{pad}{name}\n{listed}")
        return " ;\n".join(lines)

    def _predicate_key(self, predicate: ox.NamedNode) -> tuple[int, _NaturalKey]:
        # Asking for the name would count the prefix of rdf:type as used.
        if predicate in _LEADING:
            return _LEADING[predicate], natural_key("")
        return len(_LEADING), natural_key(self._name(predicate))

    @staticmethod
    def _object_key(term: _Object, text: str) -> tuple[int, str, _NaturalKey]:
        """Order objects: Chinese, English, other languages, other literals, the rest."""
        language = ""
        if isinstance(term, ox.Literal):
            language = term.language or ""
            group = {"": 3, "zh-hans": 0, "en": 1}.get(language.lower(), 2)
        else:
            group = 4 if isinstance(term, ox.NamedNode) else 5
        return group, language, natural_key(text)

    def _object(self, term: _Object, depth: int) -> str:
        if isinstance(term, ox.Literal):
            return self._literal(term)
        if isinstance(term, ox.NamedNode):
            return "()" if term == _NIL else self._name(term)
        if term in self._lists:
            return self._list(self._lists[term], depth)
        if term in self._labels:
            return self._labels[term]
        inside = self._statements(term, depth + 1)
        return f"[\n{inside}\n{_INDENT * depth}]" if inside else "[]"

    def _list(self, items: list[_Object], depth: int) -> str:
        pad = _INDENT * depth
        texts = [self._object(item, depth + 1) for item in items]
        line = f"( {' '.join(texts)} )"
        if "\n" not in line and len(pad) + len(line) <= _LINE:
            return line
        return "(\n" + "".join(f"{pad}{_INDENT}{text}\n" for text in texts) + f"{pad})"

    def _literal(self, literal: ox.Literal) -> str:
        value, datatype = literal.value, literal.datatype
        shorthand = _SHORTHAND.get(datatype.value)
        if shorthand and shorthand.fullmatch(value):
            return value
        quotes, unsafe = ('"""', _IN_LONG_STRING) if "\n" in value else ('"', _IN_ONE_LINE)
        text = f"{quotes}{unsafe.sub(_escape, value)}{quotes}"
        if literal.language:
            direction = f"--{literal.direction.value}" if literal.direction else ""
            return f"{text}@{_usual_case(literal.language)}{direction}"
        if datatype.value == XSD + "string":
            return text
        return f"{text}^^{self._name(datatype)}"

    def _name(self, node: ox.NamedNode) -> str:
        iri = node.value
        for prefix, namespace in self._namespaces:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self._used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"


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
