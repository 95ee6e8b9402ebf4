"""The embedded engine: a snapshot in this process, for the command line and for tests.

A query past its deadline is given up, but nothing can stop its thread: who serves strangers uses `bqwgraph.engine.workers`.
"""

from concurrent.futures import Future
from threading import Thread

from bqwgraph.engine.evaluation import evaluate
from bqwgraph.engine.interface import Answer, LimitPassed, Question
from bqwgraph.graph.snapshot import Snapshot


class EmbeddedEngine:
    """Answers from one snapshot, each query in a thread of its own."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._store = snapshot.store
        self._graphs = frozenset(snapshot.graphs)

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the snapshot's named graphs."""
        return self._graphs

    def answer(self, question: Question, deadline: float) -> Answer:
        """See `Engine.answer`."""
        work = Future[Answer]()

        def evaluated() -> None:
            try:
                work.set_result(evaluate(self._store, self._graphs, question))
            except BaseException as error:  # noqa: BLE001 - it is raised again where the answer is awaited
                work.set_exception(error)

        # A daemon, so that a query that cannot be stopped does not keep the process from ending.
        Thread(target=evaluated, name="query", daemon=True).start()
        try:
            return work.result(deadline)
        except TimeoutError as error:
            raise LimitPassed(f"the query took longer than {deadline:g} s", "timeout") from error


class TrustingEngine:
    """Answers from one snapshot in the caller's own thread, however long it takes: for many small questions of our own."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._store = snapshot.store
        self._graphs = frozenset(snapshot.graphs)

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the snapshot's named graphs."""
        return self._graphs

    def answer(self, question: Question, deadline: float) -> Answer:  # noqa: ARG002 - an engine's; there is none here
        """See `Engine.answer`; there is no deadline."""
        return evaluate(self._store, self._graphs, question)
