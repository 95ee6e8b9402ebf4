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
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.evaluation import prefixes_of
from bqwgraph.engine.interface import Question, Wanted
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.pages import home
from bqwgraph.pages.changes import NONE, Told, changes_page, release_page
from bqwgraph.pages.data import data_page, dumps_page
from bqwgraph.pages.guide import contribute_page, patterns
from bqwgraph.pages.names import names_of
from bqwgraph.pages.queries import Answered, Asked, gallery, query_page
from bqwgraph.pages.rendering import LANGUAGES, Pages
from bqwgraph.pages.results import table
from bqwgraph.pages.shown import shown
from bqwgraph.pages.static import Anywhere, InFile, page_file
from bqwgraph.publication import build, changes, contents, json_ld
from bqwgraph.publication.about import About
from bqwgraph.publication.build import NO_LOG, CannotPublish, Log, Published, put
from bqwgraph.publication.paths import paths
from bqwgraph.publication.saved_queries import described
from bqwgraph.publication.syntaxes import OF_GRAPHS
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import SavedQuery, load
from bqwgraph.queries.values import run
from bqwgraph.site.writing import Addresses, pages_of

MANIFEST: Final = ".bqwgraph-files"
NOT_FOUND: Final = "404"
_PROCESSES: Final = 2
_QUERY_SECONDS: Final = 60.0

Progress = Callable[[str], None]


def steps(snapshot: Snapshot, log: Log = NO_LOG) -> int:
    """Return how often `publish` calls ``progress``. Raises CannotPublish, OSError."""
    return build.steps(snapshot, log) + len(paths(snapshot))


def publish(
    snapshot: Snapshot, out: Path, addresses: Addresses, progress: Progress = lambda _: None, log: Log = NO_LOG
) -> Published:
    """Write the site into a folder, which is made where it is not there; ``progress`` is called with what was done.

    Raises CannotPublish, OSError.
    """
    before, made, written = _listed(out), set[str](), set[str]()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with ThreadPoolExecutor(_PROCESSES) as threads:
            given = (snapshot.folder.root, out, snapshot.digest, addresses.public, addresses.service)
            releases = [log.folder] if log.releases else []
            parts = [
                threads.submit(_write_part, [*given, number, _PROCESSES, *releases], progress) for number in range(_PROCESSES)
            ]
            first = build.publish(snapshot, out, addresses.public, progress, log)
            made |= {*first.files}
            written |= {*first.written}
            for name, body in _others(snapshot, out, addresses, log):
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


def _write_part(given: Sequence[object], progress: Progress) -> tuple[set[str], set[str]]:
    """Have a process write what is ``given`` to it (`bqwgraph.site.writing.main`); return the files made, and those written."""
    made, written = set[str](), set[str]()
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


def _others(snapshot: Snapshot, out: Path, addresses: Addresses, log: Log) -> Iterator[tuple[str, bytes]]:
    """Make the pages that are about no resource, and what stands beside them."""
    queries = load(snapshot.folder)
    for lang in LANGUAGES:
        yield from _Others(snapshot, out, addresses, log, lang).files(queries)
    for name, query in queries.items():
        triples = described(query, f"{addresses.public}/sparql")
        for syntax in OF_GRAPHS:
            body = ox.serialize(triples, format=syntax.rdf, prefixes=prefixes_of(triples)) or b""
            yield f"queries/{name}.{syntax.suffix}", body
    yield "context.jsonld", json_ld.Context.published().text.encode()
    for file in (files("bqwgraph") / "web" / "static").iterdir():
        yield f"static/{file.name}", file.read_bytes()


class _Others:
    """The pages in a language that are about no resource."""

    def __init__(self, snapshot: Snapshot, out: Path, addresses: Addresses, log: Log, lang: str) -> None:
        self._snapshot, self._out, self._addresses, self._lang = snapshot, out, addresses, lang
        self._pages, self._engine, self._known = Pages.load(), EmbeddedEngine(snapshot), pages_of(snapshot, log)

    def files(self, queries: Mapping[str, SavedQuery]) -> Iterator[tuple[str, bytes]]:
        """Make the files."""
        house = run(contents.house(), self._engine)
        about = About(self._snapshot.digest, self._snapshot.triples, self._snapshot.graphs)
        index = json.loads((self._out / build.INDEX).read_text("utf-8"))
        yield self._file("", lambda where: run(home.page(self._pages, where, about), self._engine))
        yield self._file("queries", lambda where: gallery(self._pages, where, list(queries.values())))
        yield self._file("dumps/", lambda where: dumps_page(self._pages, where, index))
        yield self._file("data", lambda where: data_page(self._pages, where, house, self._snapshot.digest))
        shown = patterns(self._snapshot.folder.root)
        yield self._file("contribute", lambda where: contribute_page(self._pages, where, shown))
        lost = Anywhere(self._lang, self._addresses.public, NOT_FOUND, paths=self._known, elsewhere=self._addresses.service)
        yield page_file(NOT_FOUND, self._lang), self._pages.render(lost, "lost.html").encode()
        for query in queries.values():
            yield self._file(f"queries/{query.name}", partial(self._query, query))
        yield from self._changes()

    def _file(self, path: str, make: Callable[[InFile], str], page: int = 1) -> tuple[str, bytes]:
        asked = {"page": str(page)} if page > 1 else {}
        where = InFile(self._lang, self._addresses.public, path, asked, paths=self._known, elsewhere=self._addresses.service)
        return page_file(path, self._lang, page), make(where).encode()

    def _query(self, query: SavedQuery, where: InFile) -> str:
        values = {parameter.name: parameter.example for parameter in query.parameters if parameter.required}
        prepared = run(prepare(query, values), self._engine, _QUERY_SECONDS)
        wanted = Wanted(ox.QueryResultsFormat.JSON, ox.RdfFormat.TURTLE)
        found = shown(self._engine.answer(Question(prepared.text, wanted), _QUERY_SECONDS))
        names = run(names_of(found.rows), self._engine)
        rows = table(found.head, found.rows, names, where, self._pages.messages[self._lang])
        return query_page(self._pages, where, Asked(query, values, Answered(prepared, found, rows), by_example=bool(values)))

    def _changes(self) -> Iterator[tuple[str, bytes]]:
        listing = self._read(changes.INDEX)
        yield self._file("changes", lambda where: changes_page(self._pages, where, listing))
        for release in listing["releases"]:
            for number in range(1, max(release["pages"], 1) + 1):
                told = self._read(changes.page_path(release["version"], number)) if release["pages"] else NONE
                make = partial(release_page, self._pages, release=release, told=told, number=number)
                yield self._file(f"changes/{release['version']}", make, number)

    def _read(self, name: str) -> Told:
        told: Told = json.loads((self._out / name).read_text("utf-8"))
        return told


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
