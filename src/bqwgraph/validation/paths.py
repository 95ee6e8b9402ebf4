"""SHACL property paths: read from a shapes graph, written as SPARQL writes them, and followed through files.

>>> store = ox.Store()
>>> store.load(b"<urn:s> <http://www.w3.org/ns/shacl#inversePath> <urn:p> .", format=ox.RdfFormat.TURTLE)
>>> path = read(store, ox.NamedNode("urn:p"))
>>> str(path)
'<urn:p>'
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import pyoxigraph as ox

from bqwgraph.graph.namespaces import PREFIXES, shorten
from bqwgraph.validation.sources import Corpus, Node, Statement

_SH, _RDF = PREFIXES["sh"], PREFIXES["rdf"]
_FIRST, _REST, _NIL = (ox.NamedNode(_RDF + name) for name in ("first", "rest", "nil"))
_Kind = Literal["predicate", "inverse", "sequence", "alternative", "zeroOrMore", "oneOrMore", "zeroOrOne"]
_MARKS: Final[dict[_Kind, str]] = {"zeroOrMore": "*", "oneOrMore": "+", "zeroOrOne": "?"}
_LONGEST: Final = 100_000
"""Steps after which following a path is given up."""


@dataclass(frozen=True)
class Path:
    """A path: a predicate, or a way of putting paths together."""

    kind: _Kind
    predicate: str = ""
    parts: tuple["Path", ...] = ()

    def __str__(self) -> str:
        if self.kind == "predicate":
            return f"<{self.predicate}>"
        parts = [str(part) if part.kind == "predicate" else f"({part})" for part in self.parts]
        match self.kind:
            case "inverse":
                return "^" + parts[0]
            case "sequence":
                return "/".join(parts)
            case "alternative":
                return "|".join(parts)
            case _:
                return parts[0] + _MARKS[self.kind]

    def short(self) -> str:
        """Return the path as people read it, with prefixed names where we know them."""
        if self.kind == "predicate":
            return shorten(self.predicate)
        parts = [part.short() if part.kind == "predicate" else f"({part.short()})" for part in self.parts]
        return {"inverse": "^" + parts[0], "sequence": "/".join(parts), "alternative": "|".join(parts)}.get(
            self.kind, parts[0] + _MARKS.get(self.kind, "")
        )


@dataclass(frozen=True)
class Step:
    """Where a path has led to: a node, and the statement that was last gone along (none yet), forwards or backwards."""

    node: Node
    statement: Statement | None = None
    backwards: bool = False


def predicate(iri: str) -> Path:
    """Return the path that is a predicate."""
    return Path("predicate", iri)


def read(shapes: ox.Store, node: Node) -> Path | None:
    """Return the path that a node of a shapes graph is; None where it is none."""
    return _read(shapes, node, frozenset())


def _read(shapes: ox.Store, node: Node, seen: frozenset[Node]) -> Path | None:
    if isinstance(node, ox.NamedNode):
        return predicate(node.value)
    if not isinstance(node, ox.BlankNode) or node in seen:
        return None
    seen |= {node}
    if objects(shapes, node, _FIRST.value):
        return _of_list(shapes, node, "sequence", seen)
    kinds: tuple[tuple[str, _Kind], ...] = (
        ("inversePath", "inverse"),
        ("zeroOrMorePath", "zeroOrMore"),
        ("oneOrMorePath", "oneOrMore"),
        ("zeroOrOnePath", "zeroOrOne"),
    )
    for name, kind in kinds:
        for inner in objects(shapes, node, _SH + name):
            part = _read(shapes, inner, seen)
            return part and Path(kind, parts=(part,))
    for head in objects(shapes, node, _SH + "alternativePath"):
        return _of_list(shapes, head, "alternative", seen)
    return None


def _of_list(shapes: ox.Store, head: Node, kind: _Kind, seen: frozenset[Node]) -> Path | None:
    parts = [_read(shapes, item, seen) for item in members(shapes, head)]
    return Path(kind, parts=tuple(part for part in parts if part)) if len(parts) > 1 and all(parts) else None


def objects(store: ox.Store, subject: Node, predicate_iri: str) -> list[Node]:
    """Return the objects of a node in a store, whatever graph they stand in."""
    if isinstance(subject, ox.Literal | ox.Triple):
        return []
    quads = store.quads_for_pattern(subject, ox.NamedNode(predicate_iri), None)
    return list(dict.fromkeys(quad.object for quad in quads))


def members(store: ox.Store, head: Node) -> list[Node]:
    """Return the items of a list; those up to where it breaks off or comes back to itself."""
    items, seen = list[Node](), set[Node]()
    while head != _NIL and head not in seen:
        seen.add(head)
        items += objects(store, head, _FIRST.value)[:1]
        head = next(iter(objects(store, head, _REST.value)), _NIL)
    return items


def triples(path: Path, label: str) -> tuple[Node, list[ox.Triple]]:
    """Return the node and the triples that write a path in RDF; blank nodes are named after the label."""
    made = list[ox.Triple]()

    def blank() -> ox.BlankNode:
        numbers.append(len(numbers))
        return ox.BlankNode(f"{label}p{len(numbers)}")

    def listed(parts: tuple[Path, ...]) -> Node:
        head: Node = _NIL
        for part in reversed(parts):
            cell = blank()
            made.extend([ox.Triple(cell, _FIRST, write(part)), ox.Triple(cell, _REST, head)])
            head = cell
        return head

    def write(part: Path) -> Node:
        if part.kind == "predicate":
            return ox.NamedNode(part.predicate)
        if part.kind == "sequence":
            return listed(part.parts)
        node = blank()
        inner = listed(part.parts) if part.kind == "alternative" else write(part.parts[0])
        made.append(ox.Triple(node, ox.NamedNode(f"{_SH}{part.kind}Path"), inner))
        return node

    numbers = list[int]()
    return write(path), made


def follow(corpus: Corpus, path: Path, start: Node) -> list[Step]:
    """Return where a path leads to from a node through what files say, each end once, in the order of the files."""
    return _once(_follow(corpus, path, [Step(start)], backwards=False))


def furthest(corpus: Corpus, path: Path, start: Node) -> Step | None:
    """Return the last step that can be taken along a path of several, where its end is not there; None without any."""
    if path.kind != "sequence":
        return None
    reached, last = [Step(start)], None
    for part in path.parts:
        reached = _once(_follow(corpus, part, reached, backwards=False))
        last = next((step for step in reversed(reached) if step.statement), last)
    return last


def _once(steps: Iterator[Step]) -> list[Step]:
    kept = dict[tuple[Node, Statement | None], Step]()
    for step in steps:
        kept.setdefault((step.node, step.statement), step)
    return list(kept.values())


def _follow(corpus: Corpus, path: Path, begin: list[Step], *, backwards: bool) -> Iterator[Step]:
    match path.kind:
        case "predicate":
            for step in begin:
                yield from _along(corpus, path.predicate, step, backwards=backwards)
        case "inverse":
            yield from _follow(corpus, path.parts[0], begin, backwards=not backwards)
        case "sequence":
            reached = begin
            for part in reversed(path.parts) if backwards else path.parts:
                reached = _once(_follow(corpus, part, reached, backwards=backwards))
            yield from reached
        case "alternative":
            for part in path.parts:
                yield from _follow(corpus, part, begin, backwards=backwards)
        case "zeroOrOne":
            yield from begin
            yield from _follow(corpus, path.parts[0], begin, backwards=backwards)
        case _:
            if path.kind == "zeroOrMore":
                yield from begin
            yield from _repeatedly(corpus, path.parts[0], begin, backwards=backwards)


def _along(corpus: Corpus, iri: str, step: Step, *, backwards: bool) -> Iterator[Step]:
    for statement in corpus.to(step.node) if backwards else corpus.about(step.node):
        triple = statement.triple
        if triple.predicate.value == iri:
            yield Step(triple.subject if backwards else triple.object, statement, backwards)


def _repeatedly(corpus: Corpus, part: Path, begin: list[Step], *, backwards: bool) -> Iterator[Step]:
    seen, front = set[Node](), begin
    while front and len(seen) < _LONGEST:
        front = [step for step in _once(_follow(corpus, part, front, backwards=backwards)) if step.node not in seen]
        yield from front
        seen |= {step.node for step in front}
