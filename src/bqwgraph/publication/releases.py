"""The log of releases: a folder with one folder for each release, named by its version, which never changes afterwards.

A release has the whole graph (dumps), what changed since the release before it (``changes.json`` and, where they can say it,
``changes.rdfp`` and ``changes.ru``), and ``release.json``, which says what it is and has the digest of each file. Releases
stand in one line: each has a higher version than the one before, and no earlier date. Versions and dates are those that the graph
says of itself; there is no clock in it. docs/releases.md says how the log maps to event streams.
"""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox
import zstandard

from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication import change_reports, change_scripts, difference, dumps, facts
from bqwgraph.publication.change_scripts import CannotWrite
from bqwgraph.publication.difference import Changes, Graph

ABOUT: Final = "release.json"
CHANGES: Final = "changes"
"""What the files that say what changed are called, before their endings."""

FIRST: Final = "the first release: everything in it is new, and not listed here"
"""What is noted where there is no release to compare with."""

SCRIPTS: Final[Mapping[str, str]] = {"rdfp": "application/rdf-patch", "ru": "application/sparql-update"}
"""The forms of changes that can be applied: endings and media types."""

_VERSION: Final = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_WHERE: Final = "data/dataset.ttl"


class NotReleased(Exception):
    """The graph cannot be the next release, or cannot be one at all."""


class BrokenLog(Exception):
    """The log of releases is not as it was written."""


@dataclass(frozen=True)
class ReleaseFile:
    """A file of a release: its name in the release's folder, what is in it, its size in bytes and its SHA-256 (hex)."""

    name: str
    media_type: str
    compression: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Sums:
    """How many statements were added and removed, and how many resources (subjects with an IRI) were added, removed, changed."""

    statements: Mapping[str, int]
    resources: Mapping[str, int]


@dataclass(frozen=True)
class Release:
    """What ``release.json`` says: ``previous`` is the version that the changes are counted from, empty for the first release.

    ``date`` is the day that the graph was last modified, by its own word; ``snapshot`` is the digest of what it was built from,
    ``statements`` how many its default graph has.
    """

    version: str
    date: date
    snapshot: str
    statements: int
    previous: str
    changes: Sums
    files: tuple[ReleaseFile, ...]

    @property
    def dumps(self) -> tuple[ReleaseFile, ...]:
        """The files that have the graph."""
        return tuple(file for file in self.files if not _is_of_changes(file.name))


def read(log: Path) -> tuple[Release, ...]:
    """Return the releases of a log, the first one first; the files that they name are read later (``content``).

    Raises BrokenLog, OSError.
    """
    names = [path.name for path in log.iterdir() if path.is_dir() and _VERSION.fullmatch(path.name)]
    found = [_read(log / name) for name in sorted(names, key=_order)]
    before = Release("", date.min, "", 0, "", Sums({}, {}), ())
    for release in found:
        if release.previous != before.version:
            missing = f"{release.previous} is not there" if release.previous else f"it does not know {before.version}"
            raise BrokenLog(f"{log / release.version / ABOUT}: expected the release before it to be in {log}: {missing}")
        if release.date < before.date:
            raise BrokenLog(f"{log / release.version / ABOUT}: its date {release.date} is before that of {before.version}")
        before = release
    return tuple(found)


def content(log: Path, release: Release, file: ReleaseFile) -> bytes:
    """Return a file of a release. Raises BrokenLog where it is not what was released, OSError."""
    path = log / release.version / file.name
    body = path.read_bytes()
    if sha256(body).hexdigest() != file.sha256:
        raise BrokenLog(f"{path}: not the file that was released (SHA-256 {file.sha256}); put it back from a copy of the log")
    return body


def store(log: Path, release: Release) -> ox.Store:
    """Return the default graph of a release, ready to be asked. Raises BrokenLog, OSError."""
    file = next(file for file in release.files if file.name == difference.RELEASED)
    found = ox.Store()
    found.load(zstandard.ZstdDecompressor().decompress(content(log, release, file)), format=ox.RdfFormat.N_TRIPLES, lenient=True)
    return found


def write(snapshot: Snapshot, log: Path) -> tuple[Release, bool]:
    """Add a graph to a log, which is made where it is not there; return the release, and whether it was added.

    A graph that is there already is left as it is. Raises NotReleased, BrokenLog, CannotTell, OSError.
    """
    version, day = _said(snapshot)
    known = read(log) if log.is_dir() else ()
    for release in known:
        if release.version == version:
            if release.snapshot != snapshot.digest:
                raise NotReleased(
                    f"{version} was released already, of another graph (snapshot {release.snapshot[:12]}, this one is"
                    f" {snapshot.digest[:12]}). A release does not change: raise dcat:version and dcterms:modified in {_WHERE}"
                )
            for file in release.files:
                content(log, release, file)
            return release, False
    last = known[-1] if known else None
    if last and _order(version) < _order(last.version):
        raise NotReleased(f"{_WHERE}: dcat:version {version}: expected one above {last.version}, the last release")
    if last and day < last.date:
        raise NotReleased(f"{_WHERE}: dcterms:modified {day}: expected {last.date}, the date of {last.version}, or a later one")
    log.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=log, prefix=f".{version}."))
    try:
        release = _make(snapshot, version, day, log / last.version if last else None, making)
        making.chmod(0o755)  # it is for the public
        making.rename(log / version)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return release, True


def _make(snapshot: Snapshot, version: str, day: date, before: Path | None, folder: Path) -> Release:
    files = list[ReleaseFile]()
    for dump, body in dumps.archived(snapshot):
        (folder / dump.name).write_bytes(body)
        files.append(ReleaseFile(dump.name, dump.media_type, dump.compression, dump.size, dump.sha256))
    new = replace(difference.read(folder / difference.RELEASED), name=version)
    old = replace(difference.read(before), name=before.name) if before else Graph("", frozenset())
    changes = difference.compare(old, new)
    for ending, media_type, text in _scripts(changes) if before else _first(changes):
        name, body = f"{CHANGES}.{ending}", text.encode()
        (folder / name).write_bytes(body)
        files.append(ReleaseFile(name, media_type, "", len(body), sha256(body).hexdigest()))
    sums = Sums(
        {"added": len(changes.added), "removed": len(changes.removed)},
        {change.value: count for change, count in changes.counts.items()},
    )
    release = Release(version, day, snapshot.digest, snapshot.triples, before.name if before else "", sums, tuple(files))
    (folder / ABOUT).write_text(change_reports.written({**asdict(release), "date": day.isoformat()}), "utf-8")
    return release


def _first(changes: Changes) -> Iterator[tuple[str, str, str]]:
    told = {**change_reports.document(changes), "notes": [FIRST], "resources": [], "labels": {}}
    yield "json", "application/json", change_reports.written(told)


def _scripts(changes: Changes) -> Iterator[tuple[str, str, str]]:
    """Return the changes in every form that can say them: ending, media type, text."""
    yield "json", "application/json", change_reports.to_json(changes)
    for ending, script in (("rdfp", change_scripts.patch), ("ru", change_scripts.update)):
        try:
            yield ending, SCRIPTS[ending], script(changes)
        except CannotWrite:
            continue  # the form cannot be exact here; the others are there, and docs/diff.md says why


def _said(snapshot: Snapshot) -> tuple[str, date]:
    """Return the version and the date that a graph gives itself."""
    iri = facts.dataset(dumps.WHOLE)
    versions, days = (facts.values(snapshot.store, iri, name) for name in ("dcat:version", "dcterms:modified"))
    if len(versions) != 1 or not _VERSION.fullmatch(versions[0].value):
        said = ", ".join(value.value for value in versions) or "none"
        raise NotReleased(f"{_WHERE}: dcat:version of <{iri}>: expected one of the form 1.2.3, found {said}")
    try:
        (day,) = (date.fromisoformat(value.value) for value in days)
    except ValueError as error:
        said = ", ".join(value.value for value in days) or "none"
        raise NotReleased(f"{_WHERE}: dcterms:modified of <{iri}>: expected one day as 2026-11-23, found {said}") from error
    return versions[0].value, day


def _read(folder: Path) -> Release:
    path = folder / ABOUT
    try:
        told: dict[str, Any] = json.loads(path.read_text("utf-8"))
        files = tuple(ReleaseFile(**file) for file in told["files"])
        sums = Sums(**told["changes"])
        release = Release(**{**told, "date": date.fromisoformat(told["date"]), "changes": sums, "files": files})
    except (FileNotFoundError, KeyError, TypeError, ValueError) as error:
        raise BrokenLog(f"{path}: expected what `bqwgraph release` wrote: {error}") from error
    if release.version != folder.name:
        raise BrokenLog(f"{path}: it is that of {release.version}, and its folder is called {folder.name}")
    wrong = next((file.name for file in files if Path(file.name).name != file.name), None)
    if wrong:
        raise BrokenLog(f"{path}: {wrong}: expected the name of a file in the folder")
    return release


def _is_of_changes(name: str) -> bool:
    return name.startswith(f"{CHANGES}.")


def _order(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]
