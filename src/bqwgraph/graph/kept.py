"""Snapshots kept on disk: built once, then loaded about as fast as pyoxigraph reads.

A kept snapshot is one file of N-Quads in a folder that the caller names. The file's name is the digest of the graph and a
fingerprint of what else decides the content. Its first line, a comment, is the SHA-256 of all that follows, and its last
line, a comment as well, what need not be counted again (JSON). A file is whole or is not there; one that was damaged since
is built anew.
"""

import hashlib
import json
import logging
import os
import subprocess
import sys
import tempfile
from importlib.metadata import version
from io import BufferedRandom, BytesIO
from mmap import ACCESS_READ, mmap
from pathlib import Path
from threading import Thread
from typing import IO, Any, Final

import pyoxigraph as ox

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.reading import BLANK, GraphError, SyntaxFault
from bqwgraph.graph.snapshot import Snapshot, build, digest

_LOG: Final = logging.getLogger(__name__)
_BUILDERS: Final = ("folder.py", "inference.py", "kept.py", "namespaces.py", "reading.py", "snapshot.py")
_SEAL: Final = b"# bqwgraph snapshot, SHA-256 of the following lines: %s\n"
_UNSEALED: Final = _SEAL % (b"0" * 64)
_MOST: Final = 2
"""How many snapshots stay in a folder: the present one and the one before, so that going back is quick."""


class NotKept(Exception):
    """A snapshot could not be built and kept, for a reason that is not the graph's."""


def path_of(digest_of: str, where: Path) -> Path:
    """Return the file in which the snapshot with a digest is kept by this version of the software and its parts."""
    parts = [f"{name} {version(name)}" for name in ("pyoxigraph", "reasonable")]
    sources = [hashlib.sha256(Path(__file__).with_name(name).read_bytes()).hexdigest() for name in _BUILDERS]
    fingerprint = hashlib.sha256("\n".join(parts + sources).encode()).hexdigest()[:16]
    return where / f"snapshot-{digest_of}-{fingerprint}.nq"


def keep(snapshot: Snapshot, where: Path) -> Path:
    """Write a snapshot into a folder, which is made where it is not there; older snapshots in it go, but for the newest.

    Raises OSError where that is not possible; then nothing was changed.
    """
    where.mkdir(parents=True, exist_ok=True)
    path = path_of(snapshot.digest, where)
    descriptor, name = tempfile.mkstemp(dir=where, prefix="unfinished-", suffix=".nq")
    unfinished = Path(name)
    try:
        with os.fdopen(descriptor, "w+b") as file:
            _write(snapshot, file)
        unfinished.chmod(0o644)  # it holds what the service publishes
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink()
        raise
    _sync(where)
    newest = sorted(where.glob("snapshot-*.nq"), key=lambda kept: kept.stat().st_mtime_ns, reverse=True)
    for old in newest[_MOST:]:
        old.unlink(missing_ok=True)
    return path


def load(folder: GraphFolder, where: Path) -> Snapshot | None:
    """Return the snapshot of a folder as it was kept, or None where it was not, or is damaged (which is logged)."""
    path = path_of(digest(folder), where)
    try:
        with path.open("rb") as file:
            seal = file.read(len(_UNSEALED))
            if seal != _SEAL % hashlib.file_digest(file, "sha256").hexdigest().encode():
                _LOG.warning("%s is damaged; it is built anew", path)
                return None
            told = _last_line(file)
        store = ox.Store()
        store.load(path=path, format=ox.RdfFormat.N_QUADS, lenient=True)  # what we wrote, as its seal says
    except FileNotFoundError:
        return None
    store.extend(ox.parse(told["blank"], format=ox.RdfFormat.N_QUADS))
    return Snapshot(folder, told["digest"], store, told["graphs"], told["triples"])


def obtain(folder: GraphFolder, where: Path) -> Snapshot:
    """Return the snapshot that is kept of a folder; where none is, it is built by a process of its own, kept, and loaded.

    So this process has nothing in its memory but the snapshot. Raises GraphError, NotKept.
    """
    try:
        snapshot = load(folder, where)
        if snapshot is None:
            _build_apart(folder, where)
            snapshot = load(folder, where)
    except OSError as error:
        raise NotKept(f"{error.filename or where}: {error.strerror or error}") from error
    if snapshot is None:  # the files were changed while they were read
        raise NotKept(f"{where}: the graph changed while its snapshot was built; try again")
    return snapshot


def _build_apart(folder: GraphFolder, where: Path) -> None:
    command = [sys.executable, "-m", "bqwgraph.graph.kept", str(folder.root), str(where)]
    # The builder ends when its standard input does, so it does not outlive this process.
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as builder:  # noqa: S603
        assert builder.stdout is not None  # noqa: S101 - a pipe was asked for
        told = builder.stdout.read()
    if not told:
        raise NotKept(f"{where}: the process that builds the snapshot ended with {builder.returncode}")
    answer = json.loads(told)
    if "faults" in answer:
        raise GraphError([SyntaxFault(**fault) for fault in answer["faults"]])
    if "error" in answer:
        raise NotKept(answer["error"])


def _write(snapshot: Snapshot, file: BufferedRandom) -> None:
    file.write(_UNSEALED)
    body = _Body(file)
    snapshot.store.dump(body, format=ox.RdfFormat.N_QUADS)
    told = {
        "digest": snapshot.digest,
        "triples": snapshot.triples,
        "graphs": snapshot.graphs,
        "blank": body.blank.decode("utf-8"),
    }
    file.write(f"# {json.dumps(told)}\n".encode())
    file.seek(len(_UNSEALED))
    seal = _SEAL % hashlib.file_digest(file, "sha256").hexdigest().encode()
    file.seek(0)
    file.write(seal)
    file.flush()
    os.fsync(file.fileno())


class _Body(BytesIO):
    """Writes lines on but those with blank nodes: a load would give these new names, and answers would not repeat."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file, self._rest, self.blank = file, b"", b""

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        block = self._rest + data
        end = block.rfind(b"\n") + 1
        block, self._rest = block[:end], block[end:]
        if BLANK in block:
            lines = block.splitlines(keepends=True)
            self.blank += b"".join(line for line in lines if BLANK in line)
            block = b"".join(line for line in lines if BLANK not in line)
        self._file.write(block)
        return len(data)


def _last_line(file: IO[bytes]) -> dict[str, Any]:
    with mmap(file.fileno(), 0, access=ACCESS_READ) as held:
        told: dict[str, Any] = json.loads(held[held.rfind(b"\n# ") + 3 :])
    return told


def _sync(where: Path) -> None:
    descriptor = os.open(where, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def main() -> None:
    """Build and keep: ``python -m bqwgraph.graph.kept FOLDER WHERE``; JSON on standard output says how it went."""
    Thread(target=_end_with_input, daemon=True).start()
    folder, where = GraphFolder.at(Path(sys.argv[1])), Path(sys.argv[2])
    answer: dict[str, object]
    try:
        answer = {"kept": str(keep(build(folder), where))}
    except GraphError as error:
        answer = {"faults": [vars(fault) for fault in error.faults]}
    except OSError as error:
        answer = {"error": f"the snapshot could not be kept in {where}: {error.strerror or error}"}
    print(json.dumps(answer))  # noqa: T201 - the other process reads it


def _end_with_input() -> None:
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
