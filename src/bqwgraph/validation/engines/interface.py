"""What a SHACL engine takes and gives: two graphs as N-Triples, and the results as triples of ``sh:ValidationResult``."""

import subprocess
import sys
from collections import defaultdict
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.validation.engines.wire import REFUSED, EngineFailure, ShapesRefused
from bqwgraph.validation.sources import Node

SH: Final = PREFIXES["sh"]
_LONGEST: Final = 300
"""Characters that are shown of what an engine says; some list every token that could come next."""


@dataclass(frozen=True)
class Result:
    """One validation result. Blank nodes are named as in the graphs that the engine was given."""

    focus: Node
    component: str
    shape: Node
    severity: str
    path: Node | None = None
    value: Node | None = None
    constraint: Node | None = None
    messages: tuple[ox.Literal, ...] = ()


@dataclass(frozen=True)
class Engine:
    """A validator by the name of its package. It is a subject of `--cross-check`: two of them should give the same results."""

    name: str

    @property
    def label(self) -> str:
        """Name and version."""
        return f"{self.name} {version(self.name)}"

    def run(self, shapes: bytes, data: bytes) -> list[Result]:
        """Validate data against shapes, both N-Triples, without any inference. Raises EngineFailure."""
        # -P: nothing is imported from the current folder, which may be anybody's.
        command = [sys.executable, "-P", "-m", "bqwgraph.validation.engines.child", self.name]
        given = b"%d\n%s%s" % (len(shapes), shapes, data)
        done = subprocess.run(command, input=given, capture_output=True, check=False)  # noqa: S603 - our own module
        if done.returncode == REFUSED:
            raise ShapesRefused(f"{self.label} refuses the shapes or the data: {_said(done)}")
        if done.returncode:
            ended = f"signal {-done.returncode}" if done.returncode < 0 else f"exit code {done.returncode}"
            raise EngineFailure(f"{self.label} crashed ({ended}): {_said(done)}")
        try:
            return read(done.stdout)
        except (SyntaxError, KeyError) as error:
            raise EngineFailure(f"what {self.label} reports cannot be understood: {error}") from error


DEFAULT: Final = Engine("shacl")
REFERENCE: Final = Engine("pyshacl")
ENGINES: Final = {engine.name: engine for engine in (DEFAULT, REFERENCE)}


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    said = " ".join(lines if done.returncode == REFUSED else lines[-1:])
    return said if len(said) <= _LONGEST else said[:_LONGEST] + "…"


def read(report: bytes) -> list[Result]:
    """Return the results of a report, N-Triples."""
    described = defaultdict[Node, dict[str, list[Node]]](lambda: defaultdict(list))
    for quad in ox.parse(report, format=ox.RdfFormat.N_TRIPLES):
        described[quad.subject][quad.predicate.value.removeprefix(SH)].append(quad.object)
    return [_result(properties) for properties in described.values() if "resultSeverity" in properties]


def _result(properties: dict[str, list[Node]]) -> Result:
    def one(name: str) -> Node | None:
        return next(iter(properties[name]), None) if name in properties else None

    def iri(name: str) -> str:
        term = properties[name][0]
        return term.value if isinstance(term, ox.NamedNode) else str(term)

    return Result(
        focus=properties["focusNode"][0],
        component=iri("sourceConstraintComponent"),
        shape=properties["sourceShape"][0],
        severity=iri("resultSeverity"),
        path=one("resultPath"),
        value=one("value"),
        constraint=one("sourceConstraint"),
        messages=tuple(term for term in properties.get("resultMessage", ()) if isinstance(term, ox.Literal)),
    )
