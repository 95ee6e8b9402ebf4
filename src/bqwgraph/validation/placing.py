"""Where a finding stands: the file and the line of the statement that is at fault.

A wrong value is pointed at itself; one that is missing, or that was inferred, at the subject's block; of several values, the
one too many, with the others beside it. Along a path of several steps, what is missing is pointed at where the path ends.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Final, TypeVar

import pyoxigraph as ox

from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.validation.engines.interface import Result
from bqwgraph.validation.findings import Finding, Place
from bqwgraph.validation.paths import Path, Step, follow, furthest, predicate
from bqwgraph.validation.shapes import Shapes
from bqwgraph.validation.sources import Corpus, Node, Statement

_T = TypeVar("_T")
_TYPE: Final = PREFIXES["rdf"] + "type"
_PAIRS: Final = {
    "EqualsConstraintComponent": "equals",
    "DisjointConstraintComponent": "disjoint",
    "LessThanConstraintComponent": "lessThan",
    "LessThanOrEqualsConstraintComponent": "lessThanOrEquals",
}
_COUNTS: Final = {"MaxCountConstraintComponent": "maxCount", "QualifiedMaxCountConstraintComponent": "qualifiedMaxCount"}
_QUALIFIED: Final = "QualifiedMaxCountConstraintComponent"


def placed(finding: Finding, places: list[Place]) -> Finding:
    """Return the finding at the first of the places, the others beside it; as it is where there is none."""
    if not places:
        return finding
    main, *others = places
    return replace(
        finding,
        file=main.file,
        line=main.line,
        column=main.column,
        end_line=main.end_line,
        end_column=main.end_column,
        related=tuple(others),
    )


class Placing:
    """Finds places in the files of a corpus."""

    def __init__(self, corpus: Corpus) -> None:
        self._corpus = corpus
        self._times = Counter[tuple[Node, Node, str]]()

    def block(self, node: Node) -> list[Place]:
        """Return where a node is described: in the file that says its class, else in the first; else where it is mentioned."""
        about = self._corpus.about(node)
        typing = next((s.source for s in about if s.triple.predicate.value == _TYPE), None)
        stated = (statement.subject for statement in about if typing in {None, statement.source})
        mentioned = (statement.object for statement in self._corpus.to(node))
        return _first(stated) or _first(mentioned)

    def fact(self, focus: Node, path: str = "", value: Node | None = None) -> list[Place]:
        """Return where it says that a node has a value: the value, else the last of the property's, else the block."""
        on_path = [s for s in self._corpus.about(focus) if s.triple.predicate.value == path]
        if value is not None and (stated := _with(value, on_path, lambda statement: statement.triple.object)):
            return [stated[0].object]
        return [on_path[-1].object] if on_path and value is None else self.block(focus)

    def result(self, result: Result, path: Path | None, shapes: Shapes) -> list[Place]:
        """Return the places of a SHACL result; in the shapes where the data does not mention the focus node."""
        found = self._result(result, path, shapes) or self.block(result.focus)
        return found or _target(result.focus, shapes)

    def _result(self, result: Result, path: Path | None, shapes: Shapes) -> list[Place]:
        name = result.component.rpartition("#")[2]
        if path is None:
            return self._without_path(result, name, shapes)
        steps = [step for step in follow(self._corpus, path, result.focus) if step.statement]
        if result.value is None:
            return self._of_all(result, name, steps, path, shapes)
        there = _with(result.value, steps, lambda step: step.node)
        if name == "ClosedConstraintComponent":
            return [step.statement.predicate for step in there[:1] if step.statement]
        main = [_at(step) for step in there[:1]]
        if name in _PAIRS:
            return main + self._others(result, name, shapes)
        return main or self._anywhere(result.focus, result.value)

    def _without_path(self, result: Result, name: str, shapes: Shapes) -> list[Place]:
        if name in _PAIRS:
            others = self._others(result, name, shapes)
            return others or self.block(result.focus)
        if result.value is None or result.value == result.focus:
            return []
        return self._anywhere(result.focus, result.value)

    def _anywhere(self, focus: Node, value: Node) -> list[Place]:
        """Return where a value stands that no path leads to: as an object of the node, else on its own."""
        stated = [s.object for s in _with(value, self._corpus.about(focus), lambda statement: statement.triple.object)]
        inverse = [s.subject for s in self._corpus.to(focus) if s.triple.subject == value]
        return (stated + inverse)[:1]

    def _others(self, result: Result, name: str, shapes: Shapes) -> list[Place]:
        """Return the places of the other property's values that a pair's fault is about."""
        steps = [
            step
            for other in shapes.values(result.shape, _PAIRS[name])
            if isinstance(other, ox.NamedNode)
            for step in follow(self._corpus, predicate(other.value), result.focus)
        ]
        if name in {"EqualsConstraintComponent", "DisjointConstraintComponent"}:
            steps = _with(result.value, steps, lambda step: step.node) if result.value is not None else []
        return [_at(step) for step in steps]

    def _of_all(self, result: Result, name: str, steps: list[Step], path: Path, shapes: Shapes) -> list[Place]:
        """Return the places of a fault of all values together: too many of them, two of one language, or none that fits."""
        if name == "UniqueLangConstraintComponent":
            return self._one_language(result, steps)
        if name not in _COUNTS:
            last = None if steps else furthest(self._corpus, path, result.focus)
            return [_at(last)] if last else []
        steps = _distinct(steps)
        most = next(iter(shapes.values(result.shape, _COUNTS[name])), None)
        over = int(most.value) if isinstance(most, ox.Literal) and most.value.isdigit() else len(steps)
        places = [_at(step) for step in steps]
        if name == _QUALIFIED and len(steps) != over + 1:  # which of them fit the shape, an engine does not say
            return [*(step.statement.predicate for step in steps[:1] if step.statement), *places]
        return [places[over], *places[:over], *places[over + 1 :]] if over < len(places) else places

    def _one_language(self, result: Result, steps: list[Step]) -> list[Place]:
        """Return the second value of a language and the others; an engine gives one result a language, without saying which."""
        spoken = defaultdict[str, list[Step]](list)
        for step in _distinct(steps):
            if isinstance(step.node, ox.Literal) and step.node.language:
                spoken[step.node.language].append(step)
        doubled = [group for group in spoken.values() if len(group) > 1]
        key = (result.focus, result.shape, result.component)
        turn, self._times[key] = self._times[key], self._times[key] + 1
        if not doubled:
            return []
        first, second, *rest = doubled[turn % len(doubled)]
        return [_at(step) for step in (second, first, *rest)]


def _first(places: Iterator[Place]) -> list[Place]:
    """Return the first place that has a line; without any, the first."""
    first = next(places, None)
    if first is None or first.line:
        return [first] if first else []
    return [next((place for place in places if place.line), first)]


def _with(value: Node, among: Iterable[_T], of: Callable[[_T], Node]) -> list[_T]:
    """Return those whose node a value is; only where there is none, those with the same value written otherwise."""
    alike = [one for one in among if same(of(one), value)]
    return [one for one in alike if of(one) == value] or alike


def _distinct(steps: list[Step]) -> list[Step]:
    """Return steps to different nodes: a statement that two files make is one value."""
    nodes = dict[Node, Step]()
    for step in steps:
        nodes.setdefault(step.node, step)
    return list(nodes.values())


def _at(step: Step) -> Place:
    statement = step.statement
    if statement is None:
        raise ValueError("a path that has gone nowhere has no place")
    return statement.subject if step.backwards else statement.object


def _target(focus: Node, shapes: Shapes) -> list[Place]:
    stated: list[Statement] = [s for s in shapes.corpus.to(focus) if s.triple.predicate.value.endswith("#targetNode")]
    return [statement.object for statement in stated[:1]]


def same(one: Node, other: Node) -> bool:
    """Whether two terms are the same; literals also where a store has rewritten one of them (``05`` as ``5``)."""
    if one == other:
        return True
    if not isinstance(one, ox.Literal) or not isinstance(other, ox.Literal) or one.datatype != other.datatype:
        return False
    return one.datatype.value.startswith(PREFIXES["xsd"]) and _rewritten(one) == _rewritten(other)


def _rewritten(literal: ox.Literal) -> Node:
    subject, store = ox.BlankNode("s"), ox.Store()
    store.add(ox.Quad(subject, ox.NamedNode("urn:p"), literal))
    return next(store.quads_for_pattern(None, None, None)).object
