"""Building the whole published side: what `bqwgraph.publication.build` writes, with the pages and data of every resource.

Two processes write the resources' files while this one makes the dumps. Building again gives the same bytes and writes only
what changed. A list of the files is kept in the folder (``.bqwgraph-files``): what stands in it and is not made any more is
removed, and nothing else is.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.evaluation import prefixes_of
from bqwgraph.engine.interface import Question
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.pages import site
from bqwgraph.pages.rendering import LANGUAGES, Pages
from bqwgraph.pages.shown import shown
from bqwgraph.pages.static import Anywhere, InFile, page_file
from bqwgraph.publication import build, json_ld
from bqwgraph.publication.about import About
from bqwgraph.publication.build import CannotPublish, Published, put
from bqwgraph.publication.paths import paths
from bqwgraph.publication.saved_queries import described
from bqwgraph.publication.syntaxes import OF_GRAPHS
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import load
from bqwgraph.queries.values import run
from bqwgraph.site.writing import Addresses, Part, pages_of

MANIFEST: Final = ".bqwgraph-files"
NOT_FOUND: Final = "404"
_PROCESSES: Final = 2
_QUERY_SECONDS: Final = 60.0

Progress = Callable[[str], None]


def steps(snapshot: Snapshot) -> int:
    """Return how often `publish` calls ``progress``."""
    return build.steps(snapshot) + len(paths(snapshot))


def publish(snapshot: Snapshot, out: Path, addresses: Addresses, progress: Progress = lambda _: None) -> Published:
    """Write the site into a folder, which is made where it is not there; ``progress`` is called with what was done.

    Raises CannotPublish, OSError.
    """
    before, made, written = _listed(out), set[str](), set[str]()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with ThreadPoolExecutor(_PROCESSES) as threads:
            parts = [
                threads.submit(_write_part, snapshot, out, addresses, Part(number, _PROCESSES), progress)
                for number in range(_PROCESSES)
            ]
            first = build.publish(snapshot, out, addresses.public, progress)
            made |= {*first.files}
            written |= {*first.written}
            for name, body in _others(snapshot, out, addresses):
                made.add(name)
                written |= {name} if put(out / name, body) else set()
            for part in parts:
                names, changed = part.result()
                made |= names
                written |= changed
    except BaseException:
        _write_list(out, before | made)  # what was made is ours, though not all of it
        raise
    removed = {*first.removed}
    for name in before - made - removed:
        removed |= {name} if _remove(out, name) else set()
    _write_list(out, made)
    return Published(tuple(sorted(made)), tuple(sorted(written)), tuple(sorted(removed)))


def _write_part(snapshot: Snapshot, out: Path, addresses: Addresses, part: Part, progress: Progress) -> tuple[set[str], set[str]]:
    made, written = set[str](), set[str]()
    given = (snapshot.folder.root, out, snapshot.digest, addresses.public, addresses.service, part.first, part.of)
    with subprocess.Popen(  # noqa: S603 - our own interpreter and module
        [sys.executable, "-P", "-m", "bqwgraph.site.writing", *map(str, given)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        try:
            for line in process.stdout or ():
                names, changed = json.loads(line)
                made.update(names)
                written.update(changed)
                progress(line)
            said = process.stderr.read() if process.stderr else ""
        finally:
            if process.poll() is None and sys.exc_info()[0] is not None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise CannotPublish(said.strip() or f"a process that wrote pages ended with {process.returncode}")
    return made, written


def _others(snapshot: Snapshot, out: Path, addresses: Addresses) -> Iterator[tuple[str, bytes]]:
    """Make the pages that are about no resource, and what stands beside them."""
    pages, queries, engine, known = Pages.load(), load(snapshot.folder), EmbeddedEngine(snapshot), pages_of(snapshot)
    about = About(snapshot.digest, snapshot.triples, snapshot.graphs)
    index = json.loads((out / build.INDEX).read_text("utf-8"))
    for lang in LANGUAGES:

        def where(path: str, lang: str = lang) -> InFile:
            return InFile(lang, addresses.public, path, paths=known, elsewhere=addresses.service)

        yield page_file("", lang), site.home(pages, where(""), about, queries.values()).encode()
        yield page_file("queries", lang), site.queries_page(pages, where("queries"), queries.values()).encode()
        yield page_file("dumps/", lang), site.dumps_page(pages, where("dumps/"), index).encode()
        lost = Anywhere(lang, addresses.public, NOT_FOUND, paths=known, elsewhere=addresses.service)
        yield page_file(NOT_FOUND, lang), pages.render(lost, "lost.html").encode()
        for name, query in queries.items():
            values = {parameter.name: parameter.example for parameter in query.parameters if parameter.required}
            prepared = run(prepare(query, values), engine, _QUERY_SECONDS)
            answer = engine.answer(Question.table(prepared.text, ox.QueryResultsFormat.JSON), _QUERY_SECONDS)
            place = where(f"queries/{name}")
            text = site.query_page(pages, place, site.Answered(query, values, prepared, shown(answer)))
            yield page_file(place.path, lang), text.encode()
    for name, query in queries.items():
        triples = described(query, f"{addresses.public}/sparql")
        for syntax in OF_GRAPHS:
            body = ox.serialize(triples, format=syntax.rdf, prefixes=prefixes_of(triples)) or b""
            yield f"queries/{name}.{syntax.suffix}", body
    yield "context.jsonld", json_ld.Context.published().text.encode()
    for file in (files("bqwgraph") / "web" / "static").iterdir():
        yield f"static/{file.name}", file.read_bytes()


def _listed(out: Path) -> set[str]:
    """Return the files that earlier builds made; names that lead out of the folder are none."""
    try:
        names = (out / MANIFEST).read_text("utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return set()
    return {name for name in names if name and build.is_below(name)}


def _write_list(out: Path, names: set[str]) -> None:
    put(out / MANIFEST, "".join(f"{name}\n" for name in sorted(names)).encode())


def _remove(out: Path, name: str) -> bool:
    """Remove a file, and the folders that are empty without it; return whether it was there."""
    path = out / name
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    with suppress(OSError):  # not empty
        for folder in path.parents:
            if folder == out:
                break
            folder.rmdir()
    return True
