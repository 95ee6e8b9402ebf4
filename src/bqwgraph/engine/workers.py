"""The engine of the service: queries run in worker processes, which are killed when they take too much.

A query starts in the fast lane. When it has used `FAST_CPU` seconds of a processor it leaves its place there to the next and
goes on in the slow lane, after `IDLE_CPU` seconds with the scheduler's lowest claim. When its deadline passes, or nobody waits
any more, its worker is killed; a fresh one is forked from the zygote, and no other query notices.
"""

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Condition, Event, Lock, Thread
from typing import Any, Final, Self

from bqwgraph.engine import wire
from bqwgraph.engine.interface import Answer, Busy, Counts, LimitPassed, Question
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.reading import GraphError, SyntaxFault

FAST_CPU: Final = 0.010
IDLE_CPU: Final = 0.100
_TICK: Final = 0.010
"""How often a running query is looked at, in seconds; an answer is seen at once."""


_RETRY: Final = 0.5
"""How long to wait until a worker is tried again that could not be started, in seconds."""


@dataclass(frozen=True)
class Limits:
    """What queries may have: places in the two lanes and in the queue, bytes of memory beyond the graph, bytes of an answer."""

    fast: int = 2
    slow: int = 8
    queue: int = 64
    memory: int = 1 << 30
    result_bytes: int = 64 << 20


class _Worker:
    """A process that answers one query at a time, and the socket to it."""

    def __init__(self, pid: int, channel: socket.socket) -> None:
        self._pid, self.channel = pid, channel
        self._handle = os.pidfd_open(pid)  # a pid may be another process's by the time that we kill it
        self._poll = select.poll()
        self._poll.register(channel, select.POLLIN)
        self.spent = False

    def has_spoken(self, wait: float) -> bool:
        """Say whether the worker has sent something, or has ended, within ``wait`` seconds."""
        return bool(self._poll.poll(wait * 1000))

    def cpu(self) -> float:
        """Return the processor time that the worker has used, in seconds."""
        clock = ~self._pid << 3 | 2  # CPUCLOCK_SCHED of another process, see clock_getcpuclockid(3)
        with suppress(OSError):
            return time.clock_gettime(clock)
        return 0.0

    def lower(self) -> None:
        """Give the worker the scheduler's lowest claim; that cannot be taken back, so it is not used again."""
        with suppress(OSError):
            os.sched_setscheduler(self._pid, os.SCHED_IDLE, os.sched_param(0))

    def kill(self) -> None:
        """End the worker, whatever it does."""
        with suppress(OSError):
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)
        os.close(self._handle)
        self.channel.close()


class WorkerEngine:
    """See the module; use as a context manager, or call `close`."""

    immutable: Final = True

    def __init__(self, folder: GraphFolder, limits: Limits | None = None) -> None:
        """Start the zygote and wait until it has read the graph. Raises GraphError where it cannot."""
        self.limits, self.counts = limits or Limits(), Counts()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._zygote = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "bqwgraph.engine.zygote", str(theirs.fileno())], pass_fds=[theirs.fileno()]
            )
        try:
            read = self._read(folder)
        except BaseException:
            self._control.close()
            self._zygote.wait()
            raise
        self.digest: str = read["digest"]
        self.triples: int = read["triples"]
        self.named: dict[str, int] = read["graphs"]
        self._forking, self._changed = Lock(), Condition()
        self._idle, self._fast, self._slow, self._waiting = list[_Worker](), 0, 0, 0
        self._closed, self.alive = False, True
        Thread(target=self._keep_spares, name="spare workers", daemon=True).start()

    def _read(self, folder: GraphFolder) -> dict[str, Any]:
        told = {"folder": str(folder.root), "memory": self.limits.memory, "result_bytes": self.limits.result_bytes}
        wire.send(self._control, told)
        try:
            read, _ = wire.receive(self._control)
        except EOFError as error:
            raise RuntimeError(f"the process that reads {folder.root} ended with {self._zygote.wait()}") from error
        if "faults" in read:
            raise GraphError([SyntaxFault(**fault) for fault in read["faults"]])
        return read

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the named graphs."""
        return frozenset(self.named)

    @property
    def running(self) -> dict[str, int]:
        """How many queries are in each lane and in the queue, and how many workers are idle."""
        return {"fast": self._fast, "slow": self._slow, "waiting": self._waiting, "idle": len(self._idle)}

    def answer(self, question: Question, deadline: float, gone: Event | None = None) -> Answer:
        """See `Engine.answer`."""
        ends = time.monotonic() + deadline
        with self._place(ends, deadline) as place:
            worker = self._take()
            try:
                outcome = self._ask(worker, wire.ask(question), place, _Patience(ends, deadline, gone))
            except BaseException:
                worker.kill()
                raise
            self._give_back(worker)
        answer = wire.outcome(*outcome)
        self.counts.answered += 1
        return answer

    def close(self) -> None:
        """End the zygote, and with it all workers."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
        self._control.close()
        self._zygote.kill()
        self._zygote.wait()
        for worker in self._idle:
            worker.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(
        self, worker: _Worker, head: dict[str, object], place: "_Place", patience: "_Patience"
    ) -> tuple[dict[str, object], bytes]:
        before = worker.cpu()
        try:
            worker.channel.settimeout(max(patience.ends - time.monotonic(), _TICK))
            wire.send(worker.channel, head)
            while not worker.has_spoken(_TICK):
                self._look(worker, worker.cpu() - before, place, patience)
            return wire.receive(worker.channel)
        except TimeoutError as error:
            self.counts.killed["timeout"] += 1
            raise LimitPassed(f"the query took longer than {patience.deadline:g} s", "timeout") from error
        except (EOFError, ConnectionError) as error:
            self.counts.killed["died"] += 1
            raise LimitPassed("the query needed more memory or a deeper stack than it may have", "memory") from error

    def _look(self, worker: _Worker, used: float, place: "_Place", patience: "_Patience") -> None:
        if time.monotonic() >= patience.ends:
            raise TimeoutError
        if patience.gone is not None and patience.gone.is_set():
            self.counts.killed["gone"] += 1
            raise Busy("nobody waits for the answer")
        if used > FAST_CPU and place.fast:
            self._slow_down(place)
        if used > IDLE_CPU and not worker.spent:
            worker.spent = True
            worker.lower()

    @contextmanager
    def _place(self, ends: float, deadline: float) -> Iterator["_Place"]:
        with self._changed:
            if self._waiting >= self.limits.queue:
                self.counts.refused += 1
                raise Busy(f"{self._waiting} queries are waiting already")
            self._waiting += 1
            try:
                free = self._changed.wait_for(lambda: self._fast < self.limits.fast, ends - time.monotonic())
            finally:
                self._waiting -= 1
            if not free:
                raise LimitPassed(f"no worker was free for {deadline:g} s", "timeout")
            self._fast += 1
        place = _Place()
        try:
            yield place
        finally:
            with self._changed:
                self._fast -= place.fast
                self._slow -= not place.fast
                self._changed.notify_all()

    def _slow_down(self, place: "_Place") -> None:
        with self._changed:
            if self._slow >= self.limits.slow:
                self.counts.killed["busy"] += 1
                raise Busy(f"{self._slow} long queries are running already")
            place.fast = False
            self._fast -= 1
            self._slow += 1
            self._changed.notify_all()

    def _take(self) -> _Worker:
        while True:
            with self._changed:
                worker = self._idle.pop() if self._idle else None
                self._changed.notify_all()
            if worker is None:
                return self._fork()
            if not worker.has_spoken(0):
                return worker
            worker.kill()  # it ended while it was idle

    def _give_back(self, worker: _Worker) -> None:
        with self._changed:
            if not worker.spent and not self._closed:
                self._idle.append(worker)
                return
        worker.kill()

    def _fork(self) -> _Worker:
        ours, theirs = socket.socketpair()
        try:
            with theirs, self._forking:
                socket.send_fds(self._control, [b"w"], [theirs.fileno()])
                told, _ = wire.receive(self._control)
        except (EOFError, OSError) as error:
            ours.close()
            self.alive = False
            raise Busy("the process that starts workers has ended; the service must be restarted") from error
        if "error" in told:
            ours.close()
            raise Busy(f"no worker could be started: {told['error']}")
        return _Worker(told["pid"], ours)

    def _keep_spares(self) -> None:
        """Keep idle workers at hand, one more than the fast lane has places."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closed or len(self._idle) <= self.limits.fast)
                if self._closed:
                    return
            try:
                self._give_back(self._fork())
            except (OSError, Busy):
                if not self.alive:
                    return
                time.sleep(_RETRY)


@dataclass
class _Place:
    fast: bool = True


@dataclass(frozen=True)
class _Patience:
    ends: float
    deadline: float
    gone: Event | None
