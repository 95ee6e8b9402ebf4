"""Changes as text for a person, and as JSON after ``difference.schema.json`` beside this file."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.canonical import RDF, Terms, natural_key, predicate_key
from bqwgraph.graph.namespaces import BASE, PREFIXES
from bqwgraph.publication.difference import Change, Changes, Property, Resource, Value

SCHEMA: Final = BASE + "schemas/difference-1.json"
"""What the schema calls itself; it has a new number when a reader of the old would go wrong."""

_FIRST, _REST, _NIL = (ox.NamedNode(RDF + name) for name in ("first", "rest", "nil"))
SIGNS: Final = {Change.ADDED: "+", Change.REMOVED: "-", Change.CHANGED: "~"}
"""What stands before a resource, by what happened to it."""

_LONG: Final = 80
"""Of texts longer than this, only what is about the place where they differ is shown."""
_ABOUT: Final = 16
_MAX_NESTING: Final = 12

_WORDS: Final = {
    "en": {
        "same": "no difference",
        "sums": "resources: {added} added, {removed} removed, {changed} changed; statements: {more} added, {fewer} removed",
        "unnamed": "blank node",
        "in": "in",
    },
    "zh-Hans": {
        "same": "没有差异",
        "sums": "资源：新增 {added}，移除 {removed}，改动 {changed}；陈述：新增 {more}，移除 {fewer}",
        "unnamed": "空白节点",
        "in": "于",
    },
}


def text(changes: Changes, language: str) -> Iterator[str]:
    """Return the lines of a report in ``en`` or ``zh-Hans``: the resources with what they lost (-) and got (+), then the sums."""
    yield from _Text(changes, language).lines()


def sums(resources: Mapping[str, int], statements: Mapping[str, int], language: str) -> str:
    """Return the sums of changes as a text in ``en`` or ``zh-Hans``.

    >>> sums({"added": 1, "removed": 0, "changed": 2}, {"added": 3000, "removed": 0}, "en")
    'resources: 1 added, 0 removed, 2 changed; statements: 3,000 added, 0 removed'
    """
    counts = {change: f"{count:,}" for change, count in resources.items()}
    more, fewer = (f"{statements[change]:,}" for change in ("added", "removed"))
    return _WORDS[language]["sums"].format(**counts, more=more, fewer=fewer)


def to_json(changes: Changes) -> str:
    """Return the changes as JSON: every statement, by its subject."""
    return written(document(changes))


def written(told: object) -> str:
    """Return JSON as our files have it."""
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def document(changes: Changes) -> dict[str, object]:
    """Return what ``to_json`` writes."""
    subjects = {resource.subject for resource in changes.resources}
    return {
        "$schema": SCHEMA,
        **{
            which: {"name": graph.name, "statements": len(graph.lines), **({"sha256": graph.digest} if graph.digest else {})}
            for which, graph in (("old", changes.old), ("new", changes.new))
        },
        "counts": {
            "statements": {"added": len(changes.added), "removed": len(changes.removed)},
            "resources": {change.value: count for change, count in changes.counts.items()},
        },
        "notes": list(changes.notes),
        "resources": [_resource(resource, changes) for resource in changes.resources],
        "labels": {
            term.value: dict(sorted(labels.items()))
            for term, labels in sorted(changes.labels.items(), key=lambda pair: pair[0].value)
            if term not in subjects
        },
    }


def _resource(resource: Resource, changes: Changes) -> dict[str, object]:
    labels = changes.labels.get(resource.subject, {}) if isinstance(resource.subject, ox.NamedNode) else {}
    return {
        "subject": _term(resource.subject),
        "change": resource.change.value,
        **({"labels": dict(sorted(labels.items()))} if labels else {}),
        "properties": [
            {
                "predicate": one.predicate.value,
                **({} if isinstance(one.graph, ox.DefaultGraph) else {"graph": _term(one.graph)}),
                "removed": [_term(value) for value in one.removed],
                "added": [_term(value) for value in one.added],
            }
            for one in resource.properties
        ],
    }


def _term(term: Value) -> dict[str, object]:
    """Return a term as in SPARQL's results in JSON."""
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _term(part) for name, part in parts.items()}}
    told: dict[str, object] = {"type": "literal", "value": term.value}
    if term.language:
        direction = {"its:dir": term.direction.value} if term.direction else {}
        return {**told, "xml:lang": term.language, **direction}
    return told if term.datatype.value == PREFIXES["xsd"] + "string" else {**told, "datatype": term.datatype.value}


class _Text:
    """One report in the making."""

    def __init__(self, changes: Changes, language: str) -> None:
        self._changes, self._language, self._words = changes, language, _WORDS[language]
        self._terms = Terms(PREFIXES)
        self._said = defaultdict[ox.BlankNode, list[ox.Quad]](list)
        for quad in (*changes.removed, *changes.added):
            if isinstance(quad.subject, ox.BlankNode):
                self._said[quad.subject].append(quad)
        self._mentions = Counter(quad.object for quad in (*changes.removed, *changes.added))
        self._shown = set[ox.BlankNode]()

    def lines(self) -> Iterator[str]:
        if not self._changes:
            yield self._words["same"]
            return
        for resource in self._changes.resources:
            if isinstance(resource.subject, ox.NamedNode):
                yield f"{SIGNS[resource.change]} {self._terms.name(resource.subject)}{self._label(resource.subject)}"
                for one in resource.properties:
                    yield from self._property(one, resource.change)
        for sign, quads in (("-", self._changes.removed), ("+", self._changes.added)):
            for root in self._roots(quads):
                if root not in self._shown:
                    label = f"{root} " if self._mentions[root] == 1 else ""
                    yield f"{sign} {self._words['unnamed']} {label}{self._value(root)}"
        statements = {"added": len(self._changes.added), "removed": len(self._changes.removed)}
        yield sums({change.value: count for change, count in self._changes.counts.items()}, statements, self._language)

    def _property(self, one: Property, change: Change) -> Iterator[str]:
        name = self._terms.predicate(one.predicate)
        if not isinstance(one.graph, ox.DefaultGraph):
            name += f" ({self._words['in']} {self._plain(one.graph)})"
        pairs, removed, added = _paired(one)
        for before, after in pairs:
            was, will = _where_they_differ(self._value(before), self._value(after))
            yield f"    ~ {name} {was}{self._label(before)} → {will}{self._label(after)}"
        for sign, values in (("-", removed), ("+", added)):
            for value in values:
                yield f"    {sign if change is Change.CHANGED else ' '} {name} {self._value(value)}{self._label(value)}"

    def _label(self, term: Value) -> str:
        labels = self._changes.labels.get(term, {}) if isinstance(term, ox.NamedNode) else {}
        if not labels:
            return ""
        other = next(language for language in _WORDS if language != self._language)
        wanted = (self._language.lower(), other.lower(), "", *sorted(labels))
        label = next(labels[language] for language in wanted if language in labels)
        return " " + self._terms.literal(ox.Literal(" ".join(label.split()))).replace('\\"', '"')

    def _roots(self, quads: Iterable[ox.Quad]) -> list[ox.BlankNode]:
        """Return the blank nodes from which all others among statements are reached, those that nothing leads to first."""
        given = list(quads)
        nodes = dict.fromkeys(quad.subject for quad in given if isinstance(quad.subject, ox.BlankNode))
        led_to = {quad.object for quad in given}
        return sorted(nodes, key=lambda node: (node in led_to, natural_key(node.value)))

    def _plain(self, term: object) -> str:
        return self._terms.name(term) if isinstance(term, ox.NamedNode) else str(term)

    def _value(self, term: Value, depth: int = 0) -> str:
        """Return a term as in Turtle, a blank node with what is said of it: once, and after its label if it is named again."""
        if isinstance(term, ox.Literal):
            return self._terms.literal(term).replace("\n", "\\n")
        if not isinstance(term, ox.BlankNode):
            return self._plain(term)
        if depth > _MAX_NESTING or term in self._shown:
            return str(term)
        label = f"{term} " if self._mentions[term] > 1 else ""
        items = self._list(term)
        if items is not None:
            return f"{label}( {' '.join(self._value(item, depth + 1) for item in items)} )"
        self._shown.add(term)
        names = {quad: self._terms.predicate(quad.predicate) for quad in self._said[term]}
        quads = sorted(names, key=lambda quad: (predicate_key(quad.predicate, names[quad]), str(quad)))
        said = " ; ".join(f"{names[quad]} {self._value(quad.object, depth + 1)}" for quad in quads)
        return f"{label}[ {said} ]" if said else f"{label}[]"

    def _list(self, head: ox.BlankNode) -> list[Value] | None:
        """Return the items of a list that is written as one should be, else None."""
        items, cells = list[Value](), set[object]()
        at: object = head
        while isinstance(at, ox.BlankNode) and at not in cells and (at == head or self._mentions[at] == 1):
            said = {quad.predicate: quad.object for quad in self._said[at]}
            if said.keys() != {_FIRST, _REST} or len(self._said[at]) != len(said):
                return None
            cells.add(at)
            items.append(said[_FIRST])
            at = said[_REST]
        if at != _NIL:
            return None
        self._shown.update(cell for cell in cells if isinstance(cell, ox.BlankNode))
        return items


def _paired(one: Property) -> tuple[list[tuple[Value, Value]], list[Value], list[Value]]:
    """Return the values of which one replaced the other, being the only ones in their language; and the rest."""

    def by_language(values: Iterable[Value]) -> dict[str, list[Value]]:
        groups = defaultdict[str, list[Value]](list)
        for value in values:
            groups[(value.language or "") if isinstance(value, ox.Literal) else ""].append(value)
        return groups

    before, after = by_language(one.removed), by_language(one.added)
    single = [tag for tag in sorted(before) if len(before[tag]) == 1 and len(after.get(tag, ())) == 1]
    pairs = [(before[tag][0], after[tag][0]) for tag in single]
    removed, added = (
        [value for tag in sorted(groups) if tag not in single for value in groups[tag]] for groups in (before, after)
    )
    return pairs, removed, added


def _where_they_differ(before: str, after: str) -> tuple[str, str]:
    """Return two texts without most of the beginning and the end that they share, where they are long.

    >>> _where_they_differ("a" * 90 + "b" + "c" * 90, "a" * 90 + "B" + "c" * 90)
    ('…aaaaaaaaaaaaaaaabcccccccccccccccc…', '…aaaaaaaaaaaaaaaaBcccccccccccccccc…')
    """
    if min(len(before), len(after)) <= _LONG:
        return before, after
    start = _common(before, after)
    shortest = min(len(before), len(after)) - start
    end = min(_common(before[::-1], after[::-1]), shortest)
    start, end = max(start - _ABOUT, 0), max(end - _ABOUT, 0)

    def cut(text: str) -> str:
        return f"{'…' if start else ''}{text[start : len(text) - end]}{'…' if end else ''}"

    return cut(before), cut(after)


def _common(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
