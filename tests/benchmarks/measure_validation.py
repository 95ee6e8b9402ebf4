"""Measures `bqwgraph validate`, and plants defects whose places are known.

Run as a script it writes tests/benchmarks/VALIDATION.md: ``python tests/benchmarks/measure_validation.py [PLACES]``; 30000
places make a million triples.
"""

import json
import os
import platform
import random
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bqwgraph.bench.generate import generate
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import build
from bqwgraph.validation import shacl
from bqwgraph.validation.checks import Options, validate_files
from bqwgraph.validation.engines.interface import DEFAULT, REFERENCE
from bqwgraph.validation.shapes import Shapes
from bqwgraph.validation.sources import Corpus, source_of

SEED, EACH = 20261123, 10
Found = tuple[str, int, int]
"""A file, a line and a column."""
PAGE = Path(__file__).with_name("VALIDATION.md")


@dataclass(frozen=True)
class Plant:
    """A way of making a line wrong: where, which words become which, and what the finding points at (nothing: the subject)."""

    files: str
    old: str
    new: str
    at: str = ""


PLANTS = (
    Plant("data/policies/*.ttl", r"bqw:order (\d+) ;", r'bqw:order "\1th" ;', r'"\d+th"'),
    Plant("data/excerpts.ttl", r"oa:start \d+ ; ", ""),
    Plant("data/places/*.ttl", r'bqw:nbsCode2023 "(\d{12})"', r'bqw:nbsCode2023 "\1x"', r'"\d+x"'),
    Plant("data/policies/*.ttl", r"bqw:mentions place:\S+ ;", "bqw:mentions excerpt:0-3 ;", r"excerpt:0-3"),
    Plant("data/places/*.ttl", r"(skos:prefLabel .*?)@en ;", r"\1@fr ;", r'"[^"]*"@fr'),
)


def plant(root: Path) -> list[Found]:
    """Make fifty lines of a generated province wrong; return the file, line and column of each."""
    chance, taken, places = random.Random(SEED), set[tuple[Path, int]](), list[Found]()  # noqa: S311 - a seed
    for way in PLANTS:
        lines = [
            (path, number)
            for path in sorted(root.glob(way.files))
            for number, line in enumerate(path.read_text("utf-8").split("\n"), 1)
            if re.search(way.old, line)
        ]
        free = [where for where in lines if where not in taken]
        for path, number in chance.sample(free, EACH):
            taken.add((path, number))
            text = path.read_text("utf-8").split("\n")
            text[number - 1] = re.sub(way.old, way.new, text[number - 1], count=1)
            path.write_text("\n".join(text), "utf-8")
            found = re.search(way.at, text[number - 1]) if way.at else None
            places.append((path.as_posix(), number, found.start() + 1 if found else 1))
    return places


def missed(root: Path, planted: list[Found], before: set[Found]) -> tuple[set[Found], set[Found]]:
    """Validate a province; return the planted places that are not found, and those that are found on lines that are right."""
    findings = validate_files(
        [(root / name).as_posix() for name in ("ontology", "data")], [(root / "ontology" / "shapes").as_posix()], Options()
    ).findings
    found = {(finding.file, finding.line, finding.column) for finding in findings if finding.check == "shacl"} - before
    lines = {(file, line) for file, line, _ in planted}
    return set(planted) - found, {place for place in found if place[:2] not in lines}


def _measured(places: int) -> dict[str, object]:
    """Run in a process of its own, so that its memory and that of the engine are those of one run."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "province"
        generate(places, SEED, root)
        at_rest = {
            (f.file, f.line, f.column)
            for f in validate_files([f"{root}/ontology", f"{root}/data"], [f"{root}/ontology/shapes"], Options()).findings
        }
        planted = plant(root)
        start = time.perf_counter()
        lost, wrong = missed(root, planted, at_rest)
        seconds = time.perf_counter() - start
        report = validate_files(
            [f"{root}/ontology", f"{root}/data"], [f"{root}/ontology/shapes"], Options(only=frozenset({"syntax", "shacl"}))
        )
    memory = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return {
        "triples": report.triples,
        "files": report.files,
        "focus": report.focus_nodes,
        "seconds": seconds,
        "gigabytes": memory / 1e6,
        "planted": len(planted),
        "found": len(planted) - len(lost),
        "false": len(wrong),
    }


@dataclass(frozen=True)
class Taken:
    """Seconds by the clock, and of processor time in the processes that were started."""

    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:.2f} s, {self.processor:.2f} s of processor time"


def _taken(work: Callable[[], object]) -> Taken:
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(time.perf_counter() - start, processor)


def _timed(root: Path) -> tuple[int, Taken, Taken]:
    """Return the triples of a graph folder, and what each engine takes, from N-Triples files or bytes to results.

    pySHACL is timed by its own command, as its users run it; that both find the same is checked through our interface.
    """
    folder = GraphFolder.at(root)
    corpus = Corpus.of_snapshot(build(folder))
    shapes = Shapes(Corpus.of([source_of(folder, path) for path in folder.shapes()]))
    found = [shacl.run(engine, shapes, corpus.text) for engine in (DEFAULT, REFERENCE)]
    assert shacl.differences(*found) == ([], [])
    fast = min((_taken(lambda: DEFAULT.run(shapes.text, corpus.text)) for _ in range(5)), key=lambda taken: taken.clock)
    with tempfile.TemporaryDirectory() as written:
        for name, text in (("data.nt", corpus.text), ("shapes.nt", shapes.text)):
            (Path(written) / name).write_bytes(text)
        command = [sys.executable, "-m", "pyshacl", "-s", "shapes.nt", "-sf", "nt", "-df", "nt", "data.nt"]
        slow = _taken(lambda: subprocess.run(command, cwd=written, capture_output=True, check=True))
    return corpus.text.count(b"\n"), fast, slow


def main() -> None:
    """Measure, and write the page."""
    if sys.argv[1:2] == ["--one"]:
        sys.stdout.write(json.dumps(_measured(int(sys.argv[2]))))
        return
    places = int(sys.argv[1]) if sys.argv[1:] else 30_000
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", "from bqwgraph.cli import main; main()", "validate", "--graph", str(root)]
    whole = _taken(lambda: subprocess.run(command, capture_output=True, check=True))
    triples, fast, slow = _timed(root)
    one = json.loads(subprocess.run([sys.executable, __file__, "--one", str(places)], capture_output=True, check=True).stdout)
    generated = f"{one['triples']:,} generated triples in {one['files']} files"
    machine = f"{os.cpu_count()} cores ({platform.machine()}), load {os.getloadavg()[1]:.1f}, Python {platform.python_version()}"
    ratio = f"{slow.clock / fast.clock:.0f} times by the clock, {slow.processor / fast.processor:.0f} times in processor time"
    PAGE.write_text(
        f"""# Validation, measured

Written by `python tests/benchmarks/measure_validation.py {places}` on {datetime.now(UTC):%Y-%m-%d}:
{machine}, pyoxigraph {version("pyoxigraph")}.

| what | measured |
|---|---|
| real graph, every check, from start to exit | {whole} |
| real graph, {triples:,} triples, SHACL alone: {DEFAULT.label}, its process and all | {fast} |
| the same by the command of {REFERENCE.label} alone; results are identical | {slow}: {ratio} |
| {generated}, `bqwgraph validate ontology data --shapes ontology/shapes` | {one["seconds"]:.1f} s |
| its memory, both processes, at most | {one["gigabytes"]:.1f} GB |
| of {one["planted"]} planted defects, found at their file, line and column | {one["found"]}; {one["false"]} false |
""",
        "utf-8",
    )


if __name__ == "__main__":
    main()
