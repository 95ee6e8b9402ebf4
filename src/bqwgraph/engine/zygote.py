"""The zygote: a process of one thread that reads a graph once and then only forks workers, which answer queries from it.

It is started as ``python -m bqwgraph.engine.zygote FD``, with a connected socket as file descriptor FD and `ENVIRONMENT` in
its environment. Over the socket, it is told the folder, where snapshots are kept, and the limits, says what it has read, and is
then sent one socket after the other, with the memory for large answers: each becomes a worker's.

A store that is read is written as well (its nodes count who holds them), so a worker copies each page that it is the first to
touch. What a worker costs is decided here: the memory should hold the store and not what building it left behind (the allocator
would sort through that in every worker anew: 200 ms at a million triples), and lie in huge pages (a fork copies an entry a page).
"""

import ctypes
import gc
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Final, NoReturn

from bqwgraph.engine import wire
from bqwgraph.engine.evaluation import evaluate
from bqwgraph.engine.interface import QueryError
from bqwgraph.graph import kept
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import Snapshot, build

ENVIRONMENT: Final = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""What the environment of a zygote must have when it starts, for huge pages; glibc reads it once, others ignore it."""

_PR_SET_PDEATHSIG = 1
_FOR_SERVICES = 64
"""Files and sockets that a worker may have where queries may ask other endpoints."""


def main() -> None:
    """Read the graph, then fork a worker for each socket that comes, until the other side ends."""
    control = socket.socket(fileno=int(sys.argv[1]))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told, _ = wire.receive(control)
    try:
        snapshot = _snapshot(GraphFolder.at(Path(told["folder"])), told.get("snapshots"))
    except GraphError as error:
        wire.send(control, {"faults": [vars(fault) for fault in error.faults]})
        return
    except kept.NotKept as error:
        wire.send(control, {"error": str(error)})
        return
    wire.send(control, {"digest": snapshot.digest, "graphs": snapshot.graphs, "triples": snapshot.triples})
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the workers
    gc.collect()
    gc.freeze()  # or the collector would copy the pages of all that there is, in every worker anew
    zygote = os.getpid()
    while True:
        data, descriptors, _, _ = socket.recv_fds(control, 1, 2)
        if not data:
            return
        descriptor, memory = descriptors
        try:
            pid = os.fork()
        except OSError as error:  # no more processes, or no memory for one: the next time may be better
            os.close(descriptor)
            os.close(memory)
            wire.send(control, {"error": error.strerror})
            continue
        if pid == 0:
            control.close()
            _work(zygote, socket.socket(fileno=descriptor), memory, snapshot, told)
        os.close(descriptor)
        os.close(memory)
        wire.send(control, {"pid": pid})


def _snapshot(folder: GraphFolder, where: str | None) -> Snapshot:
    return build(folder) if where is None else kept.obtain(folder, Path(where))


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before that
        os._exit(0)


def _work(zygote: int, channel: socket.socket, memory: int, snapshot: Snapshot, limits: dict[str, Any]) -> NoReturn:
    """Answer queries until the other side ends; whatever goes wrong, the process ends here."""
    try:
        _die_with(zygote)
        _confine(limits["memory"], files=_FOR_SERVICES if limits["services"] else 0)
        graphs = frozenset(snapshot.graphs)
        while True:
            question = wire.asked(*wire.receive(channel))
            try:
                answer = evaluate(snapshot.store, graphs, question, limits["result_bytes"], limits["services"])
            except QueryError as error:
                wire.send(channel, wire.failure(error))
            else:
                wire.send_answer(channel, answer, memory)
    finally:
        os._exit(0)


def _confine(memory: int, files: int) -> None:
    """Let the process have ``memory`` bytes more than it has now, no core dump, and ``files`` files (0: no network either)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    most = pages * resource.getpagesize() + memory
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    os.close(2)  # an abort prints a trace that nobody asked for


if __name__ == "__main__":
    main()
