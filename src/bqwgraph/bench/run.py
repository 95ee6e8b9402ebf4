"""Measuring the service beside others: everything in one run, in passes that take turns, told as ratios with their spread."""

import json
import os
import platform
import shlex
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from shutil import copytree
from statistics import median
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import Final
from urllib.parse import quote

import httpx

from bqwgraph.bench import load_generator, servers
from bqwgraph.bench.generate import generate
from bqwgraph.bench.load_generator import Load
from bqwgraph.bench.material import ANALYTICAL, SMALL, snapshots_of
from bqwgraph.bench.servers import Server
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import TERMS
from bqwgraph.validation import lock

SEED: Final = 20261123
PASSES: Final = 3
_SLOW_PASSES: Final = 2
_SLOW_SECONDS: Final = 10
"""rdflib-endpoint answers few requests in a second: it is in the first passes only, for longer, and without the 5,000 rows."""
_MOST_SECONDS: Final = 30
_ROWS: Final = f"SELECT ?place ?property ?value {{ ?place a <{TERMS}Place> ; ?property ?value }}"
_TWO: Final = "?a ?b ?c . ?d ?e ?f"
_DOUBLED: Final = "".join(
    f" BIND(CONCAT({', '.join([f'?{a}'] * 8)}) AS ?{b})" for a, b in zip("abcdefghi", "bcdefghij", strict=True)
)
_REPLACED: Final = reduce(lambda inner, _: f'REPLACE({inner}, "a", "{"a" * 99}")', range(6), f'"{"a" * 99}"')
"""A string that is 99 times as long after each step."""
_BOMBS: Final = {
    "cross product": f"SELECT (COUNT(*) AS ?n) {{ {_TWO} . ?g ?h ?i }}",
    "ORDER BY": f"SELECT * {{ {_TWO} }} ORDER BY ?c ?f LIMIT 10",
    "DISTINCT": f"SELECT DISTINCT ?a ?c ?d ?f {{ {_TWO} }}",
    "GROUP_CONCAT": f"SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?f))) AS ?s) {{ {_TWO} }}",
    "doubling": f'SELECT (STRLEN(?j) AS ?n) {{ BIND("12345678901234567890" AS ?a){_DOUBLED} }}',
    "REPLACE": f"SELECT (STRLEN({_REPLACED}) AS ?n) {{}}",
    "regular expression": "SELECT (COUNT(*) AS ?n) { "
    + _TWO
    + ' FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "(a|b|ab)*c(.*d){9}$")) }',
    "deep path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>|^!<urn:y>)* ?b . ?c (!<urn:x>|^!<urn:y>)* ?d }",
}
"""Queries that never end, or not before they have eaten the memory."""


@dataclass
class Measured:
    """What was measured on one graph: values by what and by server, one a pass."""

    name: str
    facts: dict[str, float]
    loads: dict[str, dict[str, list[Load]]] = field(default_factory=dict)
    analytical: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    alone: dict[str, list[float]] = field(default_factory=dict)
    ready: dict[str, float] = field(default_factory=dict)
    memory: dict[str, tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=dict)
    bombed: list[tuple[Load, Load]] = field(default_factory=list)
    bombs: list[tuple[str, int, float]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def run(places: int, seconds: float, told: str) -> str:
    """Measure the packaged graph, and beside it a made-up province if ``places`` is not 0; return the report (Markdown)."""
    seconds = min(seconds, _MOST_SECONDS)
    with TemporaryDirectory(prefix="bqwgraph-bench-") as name:
        work = Path(name)
        packaged = GraphFolder.packaged().root
        for part in ("ontology", "data", "queries"):
            copytree(packaged / part, work / "small" / part)
        measured = [_Bench(work / "small", work, seconds, with_rdflib=servers.has("rdflib-endpoint")).measure("packaged graph")]
        if places:
            generate(places, SEED, work / "large")
            title = f"made-up province of {places:,} places"
            measured.append(_Bench(work / "large", work, seconds, with_rdflib=False).measure(title))
    return "\n".join(_report(measured, seconds, told)) + "\n"


class _Bench:
    """The measurement of one graph folder."""

    def __init__(self, folder: Path, work: Path, seconds: float, *, with_rdflib: bool) -> None:
        self._folder, self._work, self._seconds, self._with_rdflib = folder, work, seconds, with_rdflib
        self._next = 0

    def measure(self, name: str) -> Measured:
        """Start the servers, measure in turns, stop them."""
        _say(f"{name}: preparing")
        lock.write(GraphFolder.at(self._folder))  # it is measured, not validated
        command = [sys.executable, "-m", "bqwgraph.bench.material", str(self._folder), str(self._work)]
        subprocess.run(command, check=True)  # noqa: S603 - our own module
        material = json.loads((self._work / "material.json").read_text("utf-8"))
        texts: dict[str, str] = material.pop("texts")
        found = Measured(name, material)
        with ExitStack() as stack:
            running = list(self._start(stack))
            found.ready = {server.name: server.ready for server in running}
            at_first = {server.name: server.memory() for server in running}
            self._compare_answers(running, texts, found)
            self._in_turns(running, texts, found)
            self._analytical(running, texts, found)
            found.memory = {server.name: (at_first[server.name], server.memory()) for server in running}
            _say(f"{name}: bombs")
            self._under_bombs(running[0], texts, found)
        return found

    def _start(self, stack: ExitStack) -> Iterator[Server]:
        dataset, logs = self._work / "dataset.nq", self._work / "logs"
        logs.mkdir(exist_ok=True)
        _say("starting bqwgraph")
        yield stack.enter_context(servers.ours(self._folder, snapshots_of(self._folder, self._work), logs / "bqwgraph.log"))
        _say("starting oxigraph")
        yield stack.enter_context(servers.oxigraph(dataset, logs / "oxigraph.log"))
        if self._with_rdflib:
            _say("starting rdflib-endpoint")
            yield stack.enter_context(servers.rdflib_endpoint(dataset, logs / "rdflib.log"))

    def _compare_answers(self, running: list[Server], texts: dict[str, str], found: Measured) -> None:
        for name in SMALL:
            rows = {server.name: len(server.ask(texts[name]).json()["results"]["bindings"]) for server in running}
            if len(set(rows.values())) > 1:
                found.faults.append(f"{name}: numbers of rows {rows}")
        for name in SMALL:
            found.alone[name] = [_timed(running[0], f"{texts[name]}\nLIMIT {self._fresh()}")[0] for _ in range(7)]

    def _fresh(self) -> int:
        """Return the first of many numbers that were not used before."""
        self._next += 1
        return self._next * 1_000_000

    def _in_turns(self, running: list[Server], texts: dict[str, str], found: Measured) -> None:
        small, rows = [texts[name] for name in SMALL], [_ROWS]
        for number in range(PASSES):
            _say(f"{found.name}: pass {number + 1} of {PASSES}")
            for server in running if number % 2 == 0 else reversed(running):
                for kind, queries, behind, first, connections in (
                    ("cached", small, "", 0, 8),
                    ("uncached", small, "\nLIMIT ", self._fresh(), 8),
                    ("5,000 rows", rows, "\nLIMIT 5000 OFFSET ", 1 + 500 * number, 2),
                ):
                    if server.name == "rdflib-endpoint" and (number >= _SLOW_PASSES or queries is rows):
                        continue
                    seconds = _SLOW_SECONDS if server.name == "rdflib-endpoint" else self._seconds
                    targets = [f"{server.path}?query={quote(query + behind, safe='')}" for query in queries]
                    load = load_generator.send(server.base, targets, seconds, connections, first, self._work)
                    found.loads.setdefault(kind, {}).setdefault(server.name, []).append(load)

    def _analytical(self, running: list[Server], texts: dict[str, str], found: Measured) -> None:
        for number in range(3):
            for server in running if number % 2 == 0 else reversed(running):
                if server.name == "rdflib-endpoint" and number:
                    continue
                for name in ANALYTICAL:
                    spent, wrong = _timed(server, f"{texts[name]}\nLIMIT {self._fresh()}")
                    found.faults += [f"{name} by {server.name}: {wrong}"] if wrong else []
                    found.analytical.setdefault(name, {}).setdefault(server.name, []).append(spent)

    def _under_bombs(self, server: Server, texts: dict[str, str], found: Measured) -> None:
        targets = [f"{server.path}?query={quote(texts[name] + chr(10) + 'LIMIT ', safe='')}" for name in SMALL]
        for _ in range(3):
            at_rest = load_generator.send(server.base, targets, self._seconds, 2, self._fresh(), self._work)
            stop = Event()
            throwers = [Thread(target=_throw, args=(server, name, stop, found.bombs)) for name in _BOMBS]
            for thrower in throwers:
                thrower.start()
            time.sleep(0.5)
            seconds = max(self._seconds, servers.DEADLINE + 1)
            under = load_generator.send(server.base, targets, seconds, 2, self._fresh(), self._work)
            stop.set()
            for thrower in throwers:
                thrower.join()
            found.bombed.append((at_rest, under))


def _throw(server: Server, name: str, stop: Event, told: list[tuple[str, int, float]]) -> None:
    while not stop.is_set():
        began = time.perf_counter()
        try:
            status = server.ask(_BOMBS[name], timeout=4 * servers.DEADLINE).status_code
        except httpx.HTTPError:
            status = 0
        told.append((name, status, time.perf_counter() - began))


def _timed(server: Server, query: str) -> tuple[float, str]:
    """Return the seconds that a query took, and what went wrong (empty: nothing)."""
    began = time.perf_counter()
    try:
        answer = server.ask(query, timeout=20)
    except httpx.TimeoutException:
        return time.perf_counter() - began, "no answer in 20 s"
    return time.perf_counter() - began, "" if answer.is_success else f"status {answer.status_code}"


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")


# The report.


def _report(measured: list[Measured], seconds: float, told: str) -> Iterator[str]:
    today = date.today().isoformat()  # noqa: DTZ011 - the day here
    yield from ("# Measurements", "", f"{today}, {_machine()}; {_versions()}.", "")
    yield f"Command: `{told}`; load generator: {load_generator.tool()}, on the same cores."
    yield f"{seconds:g} s a measurement, {PASSES} passes. Ratios are bqwgraph to the other in the same pass: median (least–most)."
    yield "Rates: above 1 is better; times: below 1 is better."
    for one in measured:
        yield from ("", f"## {one.name[0].upper()}{one.name[1:]}", "")
        facts = one.facts
        yield (
            f"{facts['triples']:,} triples in the default graph ({facts['authored']:,} authored), {facts['quads']:,} quads with "
            "the named graphs; the other servers hold the same quads."
        )
        yield from _throughput(one)
        yield from _analysis(one)
        yield from _loading(one)
        yield from _bombs(one, seconds)
        if one.faults:
            yield from ("", f"Not as it should be: {'; '.join(one.faults)}.")
    yield from _growth(measured)


def _throughput(one: Measured) -> Iterator[str]:
    others = [name for name in next(iter(one.loads.values())) if name != "bqwgraph"]
    yield ""
    columns = (
        *(f"rate ÷ {name}" for name in others),
        "p50 ÷ oxigraph",
        "p99 ÷ oxigraph",
        "requests/s, not to be quoted",
        "failed",
    )
    yield f"| requests | {' | '.join(columns)} |"
    yield "|---|" + "---|" * (len(others) + 4)
    for kind, loads in one.loads.items():
        mine = loads["bqwgraph"]
        rates = [_ratios([load.rate for load in mine], [load.rate for load in loads.get(name, ())]) for name in others]
        p50 = _ratios([load.p50 for load in mine], [load.p50 for load in loads["oxigraph"]])
        p99 = _ratios([load.p99 for load in mine], [load.p99 for load in loads["oxigraph"]])
        lone = ", ".join(f"{name} {median(load.rate for load in loads[name]):,.0f}" for name in loads)
        failed = ", ".join(f"{name} {sum(load.bad for load in loads[name])}" for name in loads)
        yield f"| {kind} | {' | '.join(rates)} | {p50} | {p99} | {lone} | {failed} |"


def _analysis(one: Measured) -> Iterator[str]:
    others = [name for name in next(iter(one.analytical.values())) if name != "bqwgraph"]
    yield ""
    yield f"| analytical query | {' | '.join(f'time ÷ {name}' for name in others)} |"
    yield "|---|" + "---|" * len(others)
    for name, times in one.analytical.items():
        yield f"| {name} | {' | '.join(_ratios(times['bqwgraph'], times[other]) for other in others)} |"


def _loading(one: Measured) -> Iterator[str]:
    facts = one.facts
    yield ""
    yield (
        f"From nothing to the first answer: {_over(one.ready, 'bqwgraph')}. A built snapshot that was kept is loaded within "
        f"{facts['kept'] / facts['bare_dataset']:.2f} × a bare pyoxigraph load of all quads; building it takes "
        f"{facts['build'] / facts['bare_dataset']:.1f} × that, and {facts['build'] / facts['bare_authored']:.1f} × "
        "a bare load of the authored files."
    )
    sizes = ", ".join(f"{name} {_mib(first)} → {_mib(last)}" for name, (first, last) in one.memory.items())
    yield f"Memory of the process tree, RSS (PSS), when ready → after the load: {sizes}."


def _bombs(one: Measured, seconds: float) -> Iterator[str]:
    rest, under = [pair[0] for pair in one.bombed], [pair[1] for pair in one.bombed]
    p99 = _ratios([load.p99 for load in under], [load.p99 for load in rest])
    p50 = _ratios([load.p50 for load in under], [load.p50 for load in rest])
    rate = _ratios([load.rate for load in under], [load.rate for load in rest])
    late = [spent for _, status, spent in one.bombs if status == httpx.codes.GATEWAY_TIMEOUT]
    statuses = sorted({(name, status) for name, status, _ in one.bombs})
    by_kind = {name: ", ".join(str(status) for kind, status in statuses if kind == name) for name in _BOMBS}
    ended = "; ".join(f"{name}: {codes}" for name, codes in by_kind.items())
    sent = sum(load.rate for load in under) * max(seconds, servers.DEADLINE + 1)
    yield ""
    yield (
        f"Small uncached queries over two connections while {len(_BOMBS)} query bombs run, against rest: "
        f"p99 {p99}, p50 {p50}, rate {rate}; failed: {sum(load.bad for load in under)} of "
        f"{sent:,.0f} (at rest {sum(load.bad for load in rest)})."
    )
    if late:
        spread = f"{min(late):.2f}–{max(late):.2f}"
        yield f"Deadline of {servers.DEADLINE} s: {len(late)} bombs were ended after {spread} s as their client saw it."
    yield f"How bombs ended (HTTP status): {ended}."


def _growth(measured: list[Measured]) -> Iterator[str]:
    if len(measured) < 2:  # noqa: PLR2004
        return
    small, large = measured
    yield from ("", "## Small queries on the large graph against the small one", "", "One at a time, uncached, by bqwgraph.", "")
    yield from ("| query | time large ÷ small |", "|---|---|")
    for name in SMALL:
        yield f"| {name} | {median(large.alone[name]) / median(small.alone[name]):.1f} |"


def _ratios(ours: Iterable[float], theirs: Iterable[float]) -> str:
    ratios = [a / b for a, b in zip(ours, theirs, strict=False) if b]
    return f"{median(ratios):.2g} ({min(ratios):.2g}–{max(ratios):.2g})" if ratios else "–"


def _over(values: dict[str, float], name: str) -> str:
    return ", ".join(f"{values[name] / value:.2g} × {other}" for other, value in values.items() if other != name)


def _mib(sizes: tuple[int, int]) -> str:
    return f"{sizes[0] >> 20} ({sizes[1] >> 20}) MiB"


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Linux {platform.release()}, Python {platform.python_version()}"


def _versions() -> str:
    names = ("bqwgraph", "pyoxigraph", "oxigraph", "rdflib-endpoint", "rdflib", "uvicorn", "uvloop", "fastapi")
    return ", ".join(f"{name} {found}" for name in names if (found := _version(name)))


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def command_line(arguments: list[str]) -> str:
    """Return the command as one types it."""
    return shlex.join(["bqwgraph", *arguments])
