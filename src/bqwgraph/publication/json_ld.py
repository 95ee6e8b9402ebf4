"""JSON-LD that reads like JSON somebody wrote: the published context's words as keys, numbers as numbers, texts by language.

It is written straight from triples. What the context has no fitting word for keeps its prefixed name or IRI as key, so that the
document says exactly what the triples say (JSON-LD 1.1; tested with PyLD and rdflib).
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import pyoxigraph as ox

from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.publication.describing import Term, key_of

_RDF, _XSD = PREFIXES["rdf"], PREFIXES["xsd"]
_TYPE: Final = _RDF + "type"
_INTEGER: Final = re.compile(r"0|-?[1-9][0-9]{0,14}")
"""A number that JSON keeps, and that comes back written the same way."""
_NUMBERS: Final = frozenset({_XSD + "integer", _XSD + "decimal"})
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_FIRST_KEYS: Final = ("@context", "id", "type", "prefLabel", "label", "title")
_LAST: Final = frozenset({PREFIXES["bqw"] + "words", PREFIXES["prov"] + "wasDerivedFrom"})
"""Properties above others: what they lead to is written where the closer property stands."""
_Node = dict[str, list[Term]]


@dataclass(frozen=True)
class _Word:
    """A word of the context for a property: how its values are written."""

    key: str
    coercion: str
    container: str
    values: Mapping[str, str]


class Context:
    """The published context, as far as writing needs it."""

    def __init__(self, text: str) -> None:
        """Read the text of ``context.jsonld``."""
        self.text = text
        told: dict[str, Any] = json.loads(text)["@context"]
        simple = {name: value for name, value in told.items() if isinstance(value, str) and not value.startswith("@")}
        self._prefixes = {name: iri for name, iri in simple.items() if iri.startswith("http")}
        self._names = {self._expanded(value): name for name, value in simple.items() if name not in self._prefixes}
        self._words = {iri: _Word(name, "", "", {}) for iri, name in self._names.items()}
        for name, value in told.items():
            if isinstance(value, dict):
                meant = {iri: short for short, iri in value.get("@context", {}).items()}
                coercion, container = self._expanded(value.get("@type", "")), value.get("@container", "")
                self._words[self._expanded(value["@id"])] = _Word(name, coercion, container, meant)

    @classmethod
    def published(cls) -> "Context":
        """Return the context that comes with the package."""
        return cls((GraphFolder.packaged().root / "ontology" / "context.jsonld").read_text("utf-8"))

    def name(self, iri: str) -> str:
        """Return what a class or property without a word of its own is called: its word, its prefixed name, or its IRI."""
        return self._names.get(iri) or self.compact(iri)

    def compact(self, iri: str) -> str:
        """Return the prefixed name of an IRI by the context's prefixes, or the IRI."""
        for prefix, namespace in self._longest_first:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                return f"{prefix}:{iri[len(namespace) :]}"
        return iri

    def word(self, predicate: str) -> _Word | None:
        """Return the word for a property, if there is one."""
        return self._words.get(predicate)

    @property
    def words(self) -> Collection[str]:
        """The IRIs that the context has a word for."""
        return self._words.keys()

    @cached_property
    def _longest_first(self) -> list[tuple[str, str]]:
        return sorted(self._prefixes.items(), key=lambda item: -len(item[1]))

    def _expanded(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else name


def write(triples: Iterable[ox.Triple], root: str, context: Context, address: str) -> bytes:
    """Return triples as JSON-LD whose first object is ``root``; ``address`` is where the context can be fetched.

    What ``root`` leads to stands inside it, once; the rest is ``included``. Without a root, all nodes stand side by side.
    """
    writing = _Writing(triples, context)
    if not root:
        return _text({"@context": address, "@graph": writing.rest()})
    document: dict[str, Any] = {"@context": address, **writing.node(root)}
    included = writing.rest()
    if included:
        document["included"] = included
    return _text(document)


def _text(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode("utf-8")


class _Writing:
    def __init__(self, triples: Iterable[ox.Triple], context: Context) -> None:
        self._context, self._nodes, self._used = context, dict[str, _Node](), dict[str, int]()
        for t in triples:
            if isinstance(t.object, ox.Triple):
                raise TypeError("quoted triples are not written as JSON-LD 1.1")
            self._nodes.setdefault(key_of(t.subject), {}).setdefault(t.predicate.value, []).append(t.object)
            if isinstance(t.object, ox.BlankNode):
                self._used[str(t.object)] = self._used.get(str(t.object), 0) + 1
        self._left = dict.fromkeys(sorted(self._nodes))

    def node(self, name: str) -> dict[str, Any]:
        """Return a node as an object, with what it leads to and is not written yet inside it."""
        self._left.pop(name, None)
        written: dict[str, Any] = {"id": name}
        for predicate, values in sorted(self._nodes.get(name, {}).items(), key=lambda item: item[0] in _LAST):
            if predicate == _TYPE:
                names = [self._context.name(v.value) for v in values if isinstance(v, ox.NamedNode)]
                written["type"] = names[0] if len(names) == 1 else sorted(names)
            else:
                self._property(written, predicate, values)
        first: dict[str, Any] = {key: written.pop(key) for key in _FIRST_KEYS if key in written}
        return {**first, **dict(sorted(written.items()))}

    def rest(self) -> list[dict[str, Any]]:
        """Return the nodes that are in no other, in order."""
        found = list[dict[str, Any]]()
        lists = [name for name in self._left if name.startswith("_:")]
        for name in [name for name in self._left if not name.startswith("_:")] + lists:
            if name in self._left:
                found.append(self.node(name))
        return found

    def _property(self, written: dict[str, Any], predicate: str, values: list[Term]) -> None:
        word = self._context.word(predicate)
        for value in values:
            fitting = self._fitting(word, value) if word else None
            if word is None or fitting is None:
                _add(written, self._context.compact(predicate), self._full(value), always_list=False)
            elif word.container == "@language" and isinstance(value, ox.Literal):
                texts: dict[str, Any] = written.setdefault(word.key, {})
                _add(texts, recommended(value.language or ""), value.value, always_list=False)
            else:
                _add(written, word.key, fitting, always_list=word.container == "@set")

    def _fitting(self, word: _Word, value: Term) -> Any:  # noqa: ANN401 - any JSON
        """Return a value as its property's word wants it, or None where it does not fit."""
        if isinstance(value, ox.NamedNode):
            if word.coercion == "@vocab":
                return word.values.get(value.value, value.value)
            return self._linked(value) if word.coercion == "@id" else None
        if isinstance(value, ox.BlankNode) or word.coercion in {"@id", "@vocab"}:
            return None
        if word.container == "@language":
            return value.value if value.language else None
        if word.coercion and word.coercion == value.datatype.value:
            native = _native(value)
            return value.value if native is None else native
        return None if word.coercion else self._full(value)

    def _full(self, value: Term) -> Any:  # noqa: ANN401 - any JSON
        """Return a value that needs no word to be understood."""
        if isinstance(value, ox.Literal):
            if value.language:
                return {"@value": value.value, "@language": recommended(value.language)}
            if value.datatype.value == _XSD + "string":
                return value.value
            native = _native(value) if value.datatype.value in {_XSD + "integer", _XSD + "boolean"} else None
            return native if native is not None else {"@value": value.value, "@type": self._context.compact(value.datatype.value)}
        items = self._items(value)
        if items is not None:
            return {"@list": [self._full(item) for item in items]}
        linked = self._linked(value)
        return {"id": linked} if isinstance(linked, str) else linked

    def _linked(self, value: ox.NamedNode | ox.BlankNode) -> Any:  # noqa: ANN401 - an IRI or an object
        name = key_of(value)
        return self.node(name) if name in self._left else name

    def _items(self, head: ox.NamedNode | ox.BlankNode) -> list[Term] | None:
        """Return the members of a list that nothing else points into, and note its cells as written; None: it is none."""
        items, cells, node = list[Term](), list[str](), head
        while key_of(node) != _RDF + "nil":
            name = key_of(node)
            said = self._nodes.get(name, {})
            if self._used.get(name) != 1 or name in cells or {*said} != {_RDF + "first", _RDF + "rest"}:
                return None
            first, rest = said[_RDF + "first"], said[_RDF + "rest"]
            if len(first) != 1 or len(rest) != 1 or isinstance(rest[0], ox.Literal):
                return None
            items.append(first[0])
            cells.append(name)
            node = rest[0]
        for cell in cells:
            self._left.pop(cell, None)
        return items


def _native(value: ox.Literal) -> int | bool | None:
    """Return the JSON number or truth value that comes back as the same literal, or None."""
    if value.datatype.value in _NUMBERS and _INTEGER.fullmatch(value.value):
        return int(value.value)
    if value.datatype.value == _XSD + "boolean" and value.value in {"true", "false"}:
        return value.value == "true"
    return None


def _add(target: dict[str, Any], key: str, value: Any, *, always_list: bool) -> None:  # noqa: ANN401 - any JSON
    if key not in target:
        target[key] = [value] if always_list else value
    elif isinstance(target[key], list):
        target[key].append(value)
    else:
        target[key] = [target[key], value]
