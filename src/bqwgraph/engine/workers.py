"""The engine of the service: queries run in worker processes, which are killed when they take too much.

A query starts in the fast lane. When it has used `FAST_CPU` seconds of a processor, or `BRIEF_CPU` while others wait, it leaves
its place there to the next and goes on in the slow lane, where queries take turns; from `LOW_CPU` seconds on it has a low claim
on the processors. Where that lane is full it stays, and has to end within `MOST_CPU` seconds: a query of medium length is not
lost because of long ones.
When its deadline passes, or nobody waits any more, its worker is killed; a fresh one is forked from the zygote, and no other
query notices. Everything here runs on one event loop.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from bqwgraph.engine import wire
from bqwgraph.engine.interface import Answer, Busy, Counts, LimitPassed, Question
from bqwgraph.engine.lanes import Lanes
from bqwgraph.engine.turns import Turns, places
from bqwgraph.engine.zygote import ENVIRONMENT
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.kept import NotKept
from bqwgraph.graph.reading import GraphError, SyntaxFault

BRIEF_CPU: Final = 0.003
FAST_CPU: Final = 0.010
LOW_CPU: Final = 0.040
MOST_CPU: Final = 0.100
_TICK: Final = 0.003
"""How often a query is looked at until it has a low claim, in seconds; an answer is seen at once."""
_LOWEST_NICE: Final = 19
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
    """A process that answers one query at a time, the socket to it, and the memory in which it hands over large answers."""

    def __init__(self, pid: int, channel: socket.socket, memory: int, loop: asyncio.AbstractEventLoop) -> None:
        self.pid, self._channel, self._memory, self._loop = pid, channel, memory, loop
        self._handle = os.pidfd_open(pid)  # a pid may be another process's by the time that we kill it
        self._incoming = wire.Incoming()
        self._answer: asyncio.Future[wire.Message] | None = None
        self.spent = self.ended = self._paused = False
        channel.settimeout(0)
        loop.add_reader(channel, self._read)

    async def ask(self, message: bytes, answer: "asyncio.Future[wire.Message]") -> wire.Message:
        """Send a message; return the one that comes back. Raises EOFError where the worker ends, and what ``answer`` is told."""
        self._answer = answer
        if self.ended:
            raise EOFError
        sent = 0
        with suppress(BlockingIOError):
            sent = self._channel.send(message)
        if sent < len(message):
            sending = asyncio.ensure_future(self._loop.sock_sendall(self._channel, message[sent:]))
            try:
                return await answer
            finally:
                sending.cancel()
                await asyncio.gather(sending, return_exceptions=True)
        return await answer

    def _read(self) -> None:
        try:
            received = self._incoming.read(self._channel)
        except BlockingIOError:
            return
        except (EOFError, OSError):
            self.ended = True
            self._loop.remove_reader(self._channel)
            if self._answer is not None and not self._answer.done():
                self._answer.set_exception(EOFError())
            return
        if received is not None and self._answer is not None and not self._answer.done():
            self._answer.set_result(wire.taken(received, self._memory))
            self._answer = None

    def cpu(self) -> float:
        """Return the processor time that the worker has used, in seconds."""
        clock = ~self.pid << 3 | 2  # CPUCLOCK_SCHED of another process, see clock_getcpuclockid(3)
        with suppress(OSError):
            return time.clock_gettime(clock)
        return 0.0

    def lower(self) -> None:
        """Give the worker a low claim on the processors; that cannot be taken back, so it is not used again."""
        self.spent = True
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.pid, _LOWEST_NICE)

    def pause(self) -> None:
        """Stop the worker where it is; it can be killed all the same."""
        if not self._paused:
            self._paused = True
            self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """Let the worker run again."""
        if self._paused:
            self._paused = False
            self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the worker, whatever it does."""
        self._signal(signal.SIGKILL)
        os.close(self._handle)
        os.close(self._memory)
        self._loop.remove_reader(self._channel)
        self._channel.close()

    def _signal(self, number: signal.Signals) -> None:
        with suppress(OSError):  # it has ended
            signal.pidfd_send_signal(self._handle, number)


@dataclass(eq=False)
class _Run:
    """A query that a worker works on: until when (on the loop's clock), and the lane that it is in."""

    ends: float
    answer: "asyncio.Future[wire.Message]"
    fast: bool = True
    worker: _Worker | None = None
    before: float = 0.0
    look: asyncio.TimerHandle | None = field(default=None)

    def used(self) -> float:
        """Return the processor time that the worker has used for it, in seconds."""
        return self.worker.cpu() - self.before if self.worker else 0.0

    def pause(self) -> None:
        """Stop the worker where it is."""
        if self.worker:
            self.worker.pause()

    def go_on(self) -> None:
        """Let the worker run again."""
        if self.worker:
            self.worker.go_on()

    def fail(self, error: Exception) -> None:
        """End the wait for the answer with an error."""
        if not self.answer.done():
            self.answer.set_exception(error)


class WorkerEngine:
    """See the module. It is made anywhere, then used and closed on one event loop."""

    immutable: Final = True

    def __init__(
        self,
        folder: GraphFolder,
        limits: Limits | None = None,
        services: Collection[str] = (),
        snapshots: Path | None = None,
    ) -> None:
        """Start the zygote and wait until it has read the graph. Raises GraphError and NotKept where it cannot.

        Queries may ask the endpoints ``services`` by SERVICE; where there are none, workers have no network. Built snapshots are
        kept in the folder ``snapshots``, and taken from it.
        """
        self.limits, self.counts, self._folder = limits or Limits(), Counts(), folder
        self._services, self._snapshots = tuple(services), snapshots
        self._control, self._zygote, read = self._started()
        self.digest: str = read["digest"]
        self.triples: int = read["triples"]
        self.named: dict[str, int] = read["graphs"]
        self._lanes = Lanes(self.limits.fast, self.limits.slow, self.limits.queue, self.counts)
        self._turns = Turns(places())
        self._idle, self._wanted = list[_Worker](), deque[asyncio.Future[_Worker]]()
        self._forking: asyncio.Task[None] | None = None
        self._closed, self.alive = False, True

    def _started(self) -> tuple[socket.socket, "subprocess.Popen[bytes]", dict[str, Any]]:
        """Start a zygote; return the socket to it, the process, and what it has read."""
        control, theirs = socket.socketpair()
        with theirs:
            zygote = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "bqwgraph.engine.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                env={**os.environ, **ENVIRONMENT},
            )
        told = {
            "folder": str(self._folder.root),
            "memory": self.limits.memory,
            "result_bytes": self.limits.result_bytes,
            "services": self._services,
            "snapshots": str(self._snapshots) if self._snapshots else None,
        }
        read: dict[str, Any] = {}
        try:
            wire.send(control, told)
            read, _ = wire.receive(control)
        except (EOFError, ConnectionError) as error:
            raise RuntimeError(f"the process that reads {self._folder.root} ended with {zygote.wait()}") from error
        finally:
            if "digest" not in read:
                control.close()
                zygote.wait()
        if "faults" in read:
            raise GraphError([SyntaxFault(**fault) for fault in read["faults"]])
        if "error" in read:
            raise NotKept(read["error"])
        return control, zygote, read

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the named graphs."""
        return frozenset(self.named)

    @property
    def running(self) -> dict[str, int]:
        """How many queries are in each lane and in the queue, and how many workers are idle."""
        lanes = self._lanes
        return {"fast": lanes.fast, "slow": lanes.slow, "waiting": lanes.waiting, "idle": len(self._idle)}

    async def answer(self, question: Question, deadline: float) -> Answer:
        """See `ServedEngine.answer`."""
        loop = asyncio.get_running_loop()
        run = _Run(loop.time() + deadline, loop.create_future())
        await self._lanes.enter(deadline)
        try:
            outcome = await self._ask(run, question, deadline)
        finally:
            self._lanes.leave(fast=run.fast)
        answer = wire.outcome(*outcome)
        self.counts.answered += 1
        return answer

    async def _ask(self, run: _Run, question: Question, deadline: float) -> wire.Message:
        loop = asyncio.get_running_loop()
        try:
            worker = run.worker = await self._take(run.ends)
            run.before = worker.cpu()
            run.look = loop.call_later(min(_TICK, run.ends - loop.time()), self._look, run)
            outcome = await worker.ask(wire.ask(question), run.answer)
        except TimeoutError as error:
            self.counts.killed["timeout"] += 1
            raise LimitPassed(f"the query took longer than {deadline:g} s", "timeout") from error
        except (EOFError, ConnectionError) as error:
            self.counts.killed["died"] += 1
            raise LimitPassed("the query needed more memory or a deeper stack than it may have", "memory") from error
        except asyncio.CancelledError:
            self.counts.killed["gone"] += 1
            raise
        finally:
            if run.look is not None:
                run.look.cancel()
            if not run.fast:
                self._turns.leave(run)
            if run.worker is not None:
                self._done_with(run.worker, answered=run.answer.done() and not _failed(run.answer))
        return outcome

    def _look(self, run: _Run) -> None:
        """See what a running query has used, and decide whether and where it goes on."""
        loop, worker = asyncio.get_running_loop(), run.worker
        if worker is None:
            return
        left = run.ends - loop.time()
        if left <= 0:
            run.fail(TimeoutError())
            return
        used = run.used()
        if run.fast and used > (BRIEF_CPU if self._lanes.waiting else FAST_CPU) and self._lanes.slow_down():
            run.fast = False
            self._turns.enter(run)
        if run.fast and used > MOST_CPU:
            self.counts.killed["busy"] += 1
            run.fail(Busy(f"{self._lanes.slow} long queries are running already"))
            return
        if not run.fast and used > LOW_CPU:
            worker.lower()
        run.look = loop.call_later(left if worker.spent else min(_TICK, left), self._look, run)

    async def _take(self, ends: float) -> _Worker:
        """Return an idle worker, or the next that is forked."""
        while self._idle:
            worker = self._idle.pop()
            if not worker.ended:
                self._fork_more()
                return worker
            worker.kill()  # it ended while it was idle
        loop = asyncio.get_running_loop()
        wanted: asyncio.Future[_Worker] = loop.create_future()
        self._wanted.append(wanted)
        self._fork_more()
        try:
            async with asyncio.timeout_at(ends):
                worker = await wanted
        except BaseException:
            with suppress(ValueError):
                self._wanted.remove(wanted)
            if wanted.done() and not wanted.cancelled() and wanted.exception() is None:
                self._offer(wanted.result())
            raise
        return worker

    def _done_with(self, worker: _Worker, *, answered: bool) -> None:
        if answered and not worker.spent and not self._closed:
            worker.go_on()  # it may have been paused just when it had answered
            self._offer(worker)
        else:
            worker.kill()
            self._fork_more()

    def _offer(self, worker: _Worker) -> None:
        while self._wanted:
            wanted = self._wanted.popleft()
            if not wanted.done():
                wanted.set_result(worker)
                return
        self._idle.append(worker)

    def _fork_more(self) -> None:
        """See to it that idle workers are at hand, one more than the fast lane has places."""
        if (len(self._idle) <= self.limits.fast or self._wanted) and not self._closed and self._forking is None:
            self._forking = asyncio.get_running_loop().create_task(self._fork_until_enough())

    async def _fork_until_enough(self) -> None:
        try:
            while self.alive and not self._closed and (len(self._idle) <= self.limits.fast or self._wanted):
                try:
                    self._offer(await self._fork())
                except (EOFError, ConnectionError):
                    if not self._closed:
                        await self._start_again()
                except OSError:  # no more processes, or no memory for one: the next time may be better
                    await asyncio.sleep(_RETRY)
        finally:
            self._forking = None
            if not self.alive:
                while self._wanted:
                    self._wanted.popleft().set_exception(Busy("the graph cannot be read again; the service must be restarted"))

    async def _fork(self) -> _Worker:
        loop, (ours, theirs) = asyncio.get_running_loop(), socket.socketpair()
        memory = os.memfd_create("answers")
        try:
            with theirs:
                socket.send_fds(self._control, [b"w"], [theirs.fileno(), memory])
            told, _ = await asyncio.to_thread(wire.receive, self._control)
            if "error" in told:
                raise OSError(told["error"])  # noqa: TRY301 - closed below
            return _Worker(told["pid"], ours, memory, loop)
        except BaseException:
            ours.close()
            os.close(memory)
            raise

    async def _start_again(self) -> None:
        """Start another zygote in place of one that has ended; it must have read the same graph."""
        self._control.close()
        await asyncio.to_thread(self._zygote.wait)
        try:
            self._control, self._zygote, read = await asyncio.to_thread(self._started)
        except (GraphError, NotKept, OSError, RuntimeError):
            self.alive = False
            return
        self.alive = read["digest"] == self.digest

    async def close(self) -> None:
        """End the zygote and all workers."""
        self._closed = True
        self._zygote.kill()
        if self._forking is not None:
            await asyncio.wait([self._forking])
            self._zygote.kill()  # it may be another by now
        await asyncio.to_thread(self._zygote.wait)
        self._control.close()
        while self._idle:
            self._idle.pop().kill()


def _failed(answer: "asyncio.Future[wire.Message]") -> bool:
    return answer.cancelled() or answer.exception() is not None
