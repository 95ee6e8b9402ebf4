"""The zygote by itself: what it says when it has read, or cannot read, a graph."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from bqwgraph.engine import wire
from bqwgraph.engine.interface import Question, Wanted
from bqwgraph.engine.zygote import ENVIRONMENT


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("ontology", "data"):
        (tmp_path / "graph" / name).mkdir(parents=True)
    (tmp_path / "graph" / "data" / "d.ttl").write_text("<urn:a> <urn:b> 'c' .\n")
    return tmp_path / "graph"


@contextmanager
def zygote(told: dict[str, Any]) -> Iterator[socket.socket]:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            command = [sys.executable, "-m", "bqwgraph.engine.zygote", str(theirs.fileno())]
            process = subprocess.Popen(command, pass_fds=[theirs.fileno()], env={**os.environ, **ENVIRONMENT})
        wire.send(ours, {"memory": 1 << 30, "result_bytes": 1 << 20, "services": [], **told})
        yield ours
    assert process.wait(10) == 0


def test_it_keeps_what_it_builds_and_answers_from_what_is_kept(root: Path, tmp_path: Path) -> None:
    where = tmp_path / "snapshots"
    said, written = [], []
    for _ in range(2):
        with zygote({"folder": str(root), "snapshots": str(where)}) as control:
            said.append(wire.receive(control)[0])
            ours, theirs = socket.socketpair()
            with ours:
                with theirs:
                    memory = os.memfd_create("answers")
                    socket.send_fds(control, [b"w"], [theirs.fileno(), memory])
                    os.close(memory)
                assert wire.receive(control)[0]["pid"]
                ours.sendall(wire.ask(Question("SELECT ?o { <urn:a> <urn:b> ?o }", Wanted(ox.QueryResultsFormat.CSV))))
                assert wire.receive(ours)[1] == b"o\r\nc\r\n"
        (file,) = where.iterdir()
        written.append(file.stat().st_ino)
    assert said[0] == said[1]
    assert said[1]["triples"] == 1
    assert written[0] == written[1], "it was built twice"


def test_it_says_what_is_wrong_with_the_graph(root: Path, tmp_path: Path) -> None:
    (root / "data" / "e.ttl").write_text("<urn:a>")
    for told in ({}, {"snapshots": str(tmp_path / "snapshots")}):
        with zygote({"folder": str(root), **told}) as control:
            (fault,) = wire.receive(control)[0]["faults"]
            assert (fault["file"], fault["line"]) == ("data/e.ttl", 1)


def test_it_says_why_a_snapshot_cannot_be_kept(root: Path) -> None:
    with zygote({"folder": str(root), "snapshots": "/proc/nowhere"}) as control:
        assert "could not be kept in /proc/nowhere" in wire.receive(control)[0]["error"]
