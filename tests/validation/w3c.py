"""The W3C SHACL test suite: its tests, what an engine makes of them, and the table of the documentation.

Run as a script it writes the table into docs/validation.md: ``PYTHONPATH=tests python -m validation.w3c ../shared/suites/shacl``.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.validation import shacl
from bqwgraph.validation.engines.interface import ENGINES, Engine
from bqwgraph.validation.engines.wire import EngineFailure
from bqwgraph.validation.paths import members, objects, read
from bqwgraph.validation.shapes import Shapes
from bqwgraph.validation.sources import Corpus, Node, Source

from .here import Here

PAGE = Path(__file__).parents[2] / "docs" / "validation.md"
BETWEEN = re.compile(r"(?<=<!-- w3c -->\n).*?(?=<!-- /w3c -->)", re.DOTALL)
MF, SHT, SH = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#", PREFIXES["sh"]


@dataclass(frozen=True)
class Case:
    """A test: where it is, and its node there."""

    part: str
    name: str
    path: Path
    node: Node

    def passes(self, engine: Engine) -> bool:
        """Whether the engine reports exactly what is expected."""
        manifest = Corpus.of([Source.at(self.path)]).store
        (action,) = objects(manifest, self.node, MF + "action")
        data, shapes = (self._corpus(manifest, action, kind) for kind in ("dataGraph", "shapesGraph"))
        (wanted,) = objects(manifest, self.node, MF + "result")
        try:
            found = shacl.run(engine, Shapes(shapes), data.text)
        except EngineFailure:
            return wanted == ox.NamedNode(SHT + "Failure")
        if wanted == ox.NamedNode(SHT + "Failure"):
            return False
        results = objects(manifest, wanted, SH + "result")
        return Counter(map(_of_engine, found)) == Counter(_of_manifest(manifest, result) for result in results)

    def _corpus(self, manifest: ox.Store, action: Node, kind: str) -> Corpus:
        (named,) = objects(manifest, action, SHT + kind)
        assert isinstance(named, ox.NamedNode)
        return Corpus.of([Source.at(Path(named.value.removeprefix("file://")))])


def _of_engine(told: shacl.Told) -> tuple[str, ...]:
    result = told.result
    return _key(result.focus, str(told.path or ""), result.value, result.component, result.shape, result.severity)


def _of_manifest(manifest: ox.Store, result: Node) -> tuple[str, ...]:
    def one(name: str) -> Node | None:
        return next(iter(objects(manifest, result, SH + name)), None)

    node = one("resultPath")
    path = "" if node is None else str(read(manifest, node))
    component, severity = (shacl.plain(one(name) or ox.Literal("")) for name in ("sourceConstraintComponent", "resultSeverity"))
    return _key(one("focusNode"), path, one("value"), component, one("sourceShape"), severity)


def _key(focus: Node | None, path: str, value: Node | None, component: str, shape: Node | None, severity: str) -> tuple[str, ...]:
    return _exact(focus), path, _exact(value), component, _exact(shape), severity


def _exact(term: Node | None) -> str:
    """Return a term as text; literals as a store writes them, since the manifest was read through one."""
    if not isinstance(term, ox.Literal):
        return str(term)
    store = ox.Store()
    store.add(ox.Quad(ox.BlankNode(), ox.NamedNode(SH + "value"), term))
    return str(next(store.quads_for_pattern(None, None, None)).object)


def cases(suite: Path) -> list[Case]:
    """Return the tests of the suite's two parts."""
    return [case for part in ("core", "sparql") for case in _cases(part, suite / part / "manifest.ttl", suite)]


def _cases(part: str, path: Path, suite: Path) -> Iterator[Case]:
    store = Corpus.of([Source.at(path)]).store
    for quad in store.quads_for_pattern(None, ox.NamedNode(MF + "include"), None):
        yield from _cases(part, Path(shacl.plain(quad.object).removeprefix("file://")), suite)
    for quad in store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None):
        for node in members(store, quad.object):
            yield Case(part, path.relative_to(suite).with_suffix("").as_posix(), path, node)


def table(suite: Path) -> str:
    """Return the table of the documentation: how many tests each engine passes, and those that one of them does not."""
    verdicts = {case: {name: case.passes(Here(name)) for name in ENGINES} for case in cases(suite)}
    lines = [f"| | {' | '.join(engine.label for engine in ENGINES.values())} |", "|---|" + "---|" * len(ENGINES)]
    for part in ("core", "sparql"):
        of_part = [by_engine for case, by_engine in verdicts.items() if case.part == part]
        passed = (f"{sum(by_engine[name] for by_engine in of_part)} of {len(of_part)}" for name in ENGINES)
        lines.append(f"| {part} | {' | '.join(passed)} |")
    for case, by_engine in sorted(verdicts.items(), key=lambda item: item[0].name):
        if not all(by_engine.values()):
            said = ("passes" if passes else "**fails**" for passes in by_engine.values())
            lines.append(f"| `{case.name}` | {' | '.join(said)} |")
    return "\n".join([*lines, ""])


if __name__ == "__main__":
    PAGE.write_text(BETWEEN.sub(lambda _: table(Path(sys.argv[1]).resolve()), PAGE.read_text("utf-8")), "utf-8")
