"""SHACL: the results of an engine as findings, with their places and with messages in every case."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import shorten
from bqwgraph.validation import messages, prebinding
from bqwgraph.validation.engines.interface import Engine, Result
from bqwgraph.validation.engines.wire import EngineFailure, ShapesRefused
from bqwgraph.validation.findings import Finding, Severity
from bqwgraph.validation.paths import Path, members, triples
from bqwgraph.validation.placing import Placing, placed
from bqwgraph.validation.shapes import RDF, SH, Shapes, by_language
from bqwgraph.validation.sources import Node

_CORE: Final = frozenset(f"{SH}{name}ConstraintComponent" for name in messages.PARAMETERS) - {SH + "SPARQLConstraintComponent"}
_SEVERITIES: Final = {SH + severity.name.title(): severity for severity in Severity}
_SHOWN: Final = 8
"""Members of a list that a message shows."""


@dataclass(frozen=True)
class Told:
    """A result as people are told of it: with the path as a path, and messages."""

    result: Result
    path: Path | None
    messages: tuple[ox.Literal, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two results the same, whichever engine reports them."""
        result = self.result
        told = self.messages if result.component in _CORE else ()  # how values are written into messages differs by engine
        said = sorted(f"{message.language}:{message.value}" for message in told)
        value = "" if result.value is None else str(result.value)
        path = "" if self.path is None else str(self.path)
        return (str(result.focus), path, value, result.component, str(result.shape), result.severity, *said)


def run(engine: Engine, shapes: Shapes, data: bytes) -> list[Told]:
    """Return what an engine finds, sorted; the same for each engine that finds the same. Raises EngineFailure."""
    refused = list(prebinding.refusals(shapes))
    if refused:
        raise ShapesRefused("\n  ".join(["the queries of shapes are not as SHACL wants them:", *refused]))
    telling = _Telling(shapes)
    return sorted((telling.told(result) for result in engine.run(shapes.text, data)), key=lambda told: told.key)


def differences(one: Iterable[Told], other: Iterable[Told]) -> tuple[list[str], list[str]]:
    """Return the results that only one, and that only the other of two engines has, as people read them."""
    counted, others = Counter(told.key for told in one), Counter(told.key for told in other)
    return tuple([" ".join(key) for key in sorted(left.elements())] for left in (counted - others, others - counted))  # type: ignore[return-value]


def cross_check(one: Engine, other: Engine, shapes: Shapes, data: bytes) -> list[Told]:
    """Return what two engines both find. Raises EngineFailure, with a list, where they differ."""
    found = run(one, shapes, data)
    only, others = differences(found, run(other, shapes, data))
    if only or others:
        listed = [f"only {one.label}: {line}" for line in only] + [f"only {other.label}: {line}" for line in others]
        told = "\n  ".join(listed)
        raise EngineFailure(f"{one.label} and {other.label} differ; this is a fault of one of them, not of the data:\n  {told}")
    return found


def findings(found: Iterable[Told], shapes: Shapes, placing: Placing) -> list[Finding]:
    """Return results as findings."""
    return [_finding(number, told, shapes, placing) for number, told in enumerate(found, 1)]


def _finding(number: int, told: Told, shapes: Shapes, placing: Placing) -> Finding:
    result = told.result
    finding = Finding(
        rule=plain(shapes.named(result.shape)),
        severity=_SEVERITIES.get(result.severity, Severity.VIOLATION),
        message=by_language(told.messages),
        focus=plain(result.focus),
        path="" if told.path is None else told.path.predicate or str(told.path),
        value="" if result.value is None else plain(result.value),
        check="shacl",
        result=tuple(_triples(f"result{number}", told)),
    )
    return placed(finding, placing.result(result, told.path, shapes))


def plain(term: Node) -> str:
    """Return an IRI or a literal's text as it is, a blank node as ``_:label``."""
    return term.value if isinstance(term, ox.NamedNode | ox.Literal) else str(term)


def _triples(label: str, told: Told) -> list[ox.Triple]:
    """Return a result as the standard writes it."""
    result, node = told.result, ox.BlankNode(label)
    said: list[tuple[str, Node | None]] = [
        (RDF + "type", ox.NamedNode(SH + "ValidationResult")),
        (SH + "resultSeverity", ox.NamedNode(result.severity)),
        (SH + "focusNode", result.focus),
        (SH + "value", result.value),
        (SH + "sourceConstraintComponent", ox.NamedNode(result.component)),
        (SH + "sourceShape", result.shape),
        (SH + "sourceConstraint", result.constraint),
        *((SH + "resultMessage", message) for message in told.messages),
    ]
    path_node, path_triples = triples(told.path, label) if told.path else (None, [])
    said.append((SH + "resultPath", path_node))
    return [*(ox.Triple(node, ox.NamedNode(name), term) for name, term in said if term is not None), *path_triples]


class _Telling:
    """Finds the path and the messages of results in the shapes."""

    def __init__(self, shapes: Shapes) -> None:
        self._shapes = shapes
        self._path = lru_cache(maxsize=None)(shapes.path)
        self._standing = lru_cache(maxsize=None)(self._of_component)
        self._own = lru_cache(maxsize=None)(self._of_node)

    def told(self, result: Result) -> Told:
        path = Path("predicate", result.path.value) if isinstance(result.path, ox.NamedNode) else None
        if result.path is not None and path is None:
            path = self._path(result.shape)
        return Told(result, path, self._messages(result, path))

    def _messages(self, result: Result, path: Path | None) -> tuple[ox.Literal, ...]:
        own = self._own(result.shape)
        if result.component in _CORE:
            return own or self._standing(result.component, result.shape, path)
        spoken = result.messages if self._speaks(result) else ()
        return spoken or own or self._standing(result.component, result.shape, path)

    def _speaks(self, result: Result) -> bool:
        """Whether the constraint or the component says something by itself; if not, what an engine says is its own invention."""
        if result.constraint is not None:
            query = " ".join(plain(text) for text in self._shapes.values(result.constraint, "select"))
            return bool(self._own(result.constraint)) or "?message" in query or "$message" in query
        component = ox.NamedNode(result.component)
        validators = [
            v for name in ("validator", "nodeValidator", "propertyValidator") for v in self._shapes.values(component, name)
        ]
        return any(self._own(node) for node in (component, *validators))

    def _of_node(self, node: Node) -> tuple[ox.Literal, ...]:
        found = (term for term in self._shapes.values(node, "message") if isinstance(term, ox.Literal))
        return tuple(sorted(found, key=lambda term: (term.language or "", term.value)))

    def _of_component(self, component: str, shape: Node, path: Path | None) -> tuple[ox.Literal, ...]:
        name = component.rpartition("#")[2]
        values = {parameter: self._shown(shape, parameter) for parameter in messages.parameters(name)}
        texts = messages.told(name, values, path.short() if path else "")
        return tuple(ox.Literal(text, language=language) for language, text in sorted(texts.items()))

    def _shown(self, shape: Node, parameter: str) -> str:
        return " ".join(self._text(term) for term in self._shapes.values(shape, parameter)) or "…"

    def _text(self, term: Node) -> str:
        items = members(self._shapes.corpus.store, term) if isinstance(term, ox.BlankNode) else []
        if items:
            shown = [self._text(item) for item in items[:_SHOWN]]
            return "(" + " ".join(shown) + (f" … {len(items)} in all" if len(items) > _SHOWN else "") + ")"
        if isinstance(term, ox.NamedNode):
            return shorten(term.value)
        if isinstance(term, ox.Literal):
            return term.value
        place = self._shapes.place(term)
        return f"{place.file}:{place.line}" if place else str(term)
