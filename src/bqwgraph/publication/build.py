"""The published files of a snapshot, laid out by the paths of their URLs: dumps, catalogue, VoID, releases and their changes.

Building again gives the same bytes; a file is written, whole or not at all, only where its content changed. Files that an
earlier build made and this one does not are removed, as far as the indexes of dumps and changes name them; anything else stays.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.interface import QueryError
from bqwgraph.graph.folder import GraphFolder, NotAGraphFolder
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.publication import catalogue, changes, contents, dumps, feed, releases, sitemap, void
from bqwgraph.publication.catalogue import Released
from bqwgraph.publication.change_reports import written
from bqwgraph.publication.dumps import DumpFile
from bqwgraph.publication.facts import NotDescribed
from bqwgraph.publication.paths import pages
from bqwgraph.publication.releases import BrokenLog, Release
from bqwgraph.publication.syntaxes import OF_GRAPHS, write
from bqwgraph.queries.saved import HeaderError
from bqwgraph.queries.values import BadParameter, run

INDEX: Final = "dumps/index.json"
CHECKSUMS: Final = "dumps/SHA256SUMS"


class CannotPublish(Exception):
    """The graph lacks something that its publication needs."""


@dataclass(frozen=True)
class Published:
    """What a build left behind: all its files (paths below the folder), those that it had to write, those that it removed."""

    files: tuple[str, ...]
    written: tuple[str, ...]
    removed: tuple[str, ...]


@dataclass(frozen=True)
class Log:
    """The releases that are published beside the graph, the first one first, and the folder that they are in."""

    folder: Path = Path()
    releases: Sequence[Release] = ()

    @classmethod
    def at(cls, folder: Path) -> "Log":
        """Read a log. Raises CannotPublish, OSError."""
        try:
            return cls(folder, releases.read(folder))
        except BrokenLog as error:
            raise CannotPublish(str(error)) from error


NO_LOG: Final = Log()


def steps(snapshot: Snapshot, log: Log = NO_LOG) -> int:
    """Return how often ``publish`` calls ``progress``. Raises CannotPublish, OSError."""
    try:
        return (
            dumps.count(snapshot)
            + 2 * len(OF_GRAPHS)
            + 2
            + changes.count(log.folder, log.releases)
            + 3
            + len(list(sitemap.sitemaps(pages(snapshot), "", "")))
        )
    except BrokenLog as error:
        raise CannotPublish(str(error)) from error


def publish(
    snapshot: Snapshot, out: Path, public_url: str, progress: Callable[[str], None] = lambda _: None, log: Log = NO_LOG
) -> Published:
    """Write everything into a folder, which is made where it is not there; ``progress`` is called with the path of each file.

    ``public_url`` is the address (without a slash at its end) below which the files will be found. Raises CannotPublish, OSError.
    """
    before = _before(out)
    files, written = list[str](), list[str]()
    try:
        for path, body in _all(snapshot, public_url, log):
            if put(out / path, body):
                written.append(path)
            files.append(path)
            progress(path)
    except (NotDescribed, QueryError, BadParameter, HeaderError, BrokenLog) as error:
        raise CannotPublish(str(error)) from error
    removed = sorted(before - set(files))
    for path in removed:
        (out / path).unlink(missing_ok=True)
    return Published(tuple(files), tuple(written), tuple(removed))


def _all(snapshot: Snapshot, public_url: str, log: Log) -> Iterator[tuple[str, bytes]]:
    listed = list[DumpFile]()
    for dump, body in chain(dumps.files(snapshot), dumps.tables(snapshot)):
        listed.append(dump)
        yield f"dumps/{dump.name}", body
    yield from changes.files(log.folder, log.releases, snapshot.store)
    released = {release.version: changes.dumps_of(release) for release in reversed(log.releases)}
    yield CHECKSUMS, dumps.checksums(chain(listed, *released.values()))
    counted = void.counted(snapshot)
    yield from _written(".well-known/void", void.describe(snapshot, counted, listed, public_url))
    versions = (
        Released(one.version, one.previous, one.snapshot, released[one.version], releases.store(log.folder, one))
        for one in log.releases
    )
    yield from _written("catalogue", catalogue.describe(snapshot, counted, listed, public_url, versions))
    listing = changes.listing(log.folder, log.releases, snapshot)
    yield changes.FEED, feed.write(listing, snapshot.store, public_url)
    yield changes.INDEX, written(listing).encode()
    house = run(contents.house(), EmbeddedEngine(snapshot))
    yield from sitemap.sitemaps(pages(snapshot), public_url, house.modified)
    yield "robots.txt", sitemap.robots(public_url)
    yield INDEX, dumps.index(listed, snapshot.digest, released)  # last: what it names is there


def _written(name: str, triples: list[ox.Triple]) -> Iterator[tuple[str, bytes]]:
    for syntax in OF_GRAPHS:
        yield f"{name}.{syntax.suffix}", write(triples, syntax)


def _before(out: Path) -> set[str]:
    """Return the dumps and changes that an earlier build made; none where its indexes are not there or not ours."""
    found = set[str]()
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        found |= {f"dumps/{dump.name}" for dump in dumps.read_index((out / INDEX).read_bytes())}
    with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
        found |= changes.paths((out / changes.INDEX).read_bytes())
    return {name for name in found if is_below(name)}


def is_below(name: str) -> bool:
    """Whether a name leads to nothing outside the folder."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def put(path: Path, body: bytes) -> bool:
    """Write a file, whole or not at all, unless it has this content; return whether it was written."""
    with suppress(FileNotFoundError):
        if path.stat().st_size == len(body) and path.read_bytes() == body:
            return False
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
        Path(temporary).chmod(0o644)  # it is for the public
        Path(temporary).replace(path)
    finally:
        with suppress(FileNotFoundError):
            Path(temporary).unlink()
    return True


def main() -> int:
    """Build and publish: ``python -m bqwgraph.publication.build FOLDER OUT PUBLIC_URL [LOG]``; JSON says how it went."""
    folder, out, public_url, *logs = sys.argv[1:]
    try:
        snapshot = build(GraphFolder.at(Path(folder)))
        published = publish(snapshot, Path(out), public_url.rstrip("/"), log=Log.at(Path(*logs)) if logs else NO_LOG)
    except (CannotPublish, GraphError, NotAGraphFolder, OSError) as error:
        print(json.dumps({"error": str(error)}, ensure_ascii=False))  # noqa: T201 - the other process reads it
        return 1
    modified = run(contents.house(), EmbeddedEngine(snapshot)).modified
    print(json.dumps({"snapshot": snapshot.digest, "modified": modified, **asdict(published)}))  # noqa: T201 - as above
    return 0


if __name__ == "__main__":
    sys.exit(main())
