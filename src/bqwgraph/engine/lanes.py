"""Places for queries: a few in the fast lane, more in the slow one, and a queue before both."""

import asyncio
from collections import deque
from contextlib import suppress

from bqwgraph.engine.interface import Busy, Counts, LimitPassed


class Lanes:
    """Counts who is where. A query enters the fast lane, may move to the slow one, and leaves; all on one event loop."""

    def __init__(self, fast: int, slow: int, queue: int, counts: Counts) -> None:
        self._fast_places, self._slow_places, self._queue = fast, slow, queue
        self._counts, self.fast, self.slow = counts, 0, 0
        self._waiting = deque[asyncio.Future[None]]()

    @property
    def waiting(self) -> int:
        """How many queries wait for a place in the fast lane."""
        return len(self._waiting)

    async def enter(self, seconds: float) -> None:
        """Take a place in the fast lane, when it is one's turn.

        Raises Busy at once where too many wait, and LimitPassed where none is free within ``seconds``.
        """
        if self.fast < self._fast_places:
            self.fast += 1
            return
        if len(self._waiting) >= self._queue:
            self._counts.refused += 1
            raise Busy(f"{self.waiting} others are waiting already")
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException as error:
            with suppress(ValueError):
                self._waiting.remove(turn)
            if turn.done() and not turn.cancelled():
                self._leave_fast()  # the place came too late
            if isinstance(error, TimeoutError):
                raise LimitPassed(f"all places were taken for {seconds:g} s", "timeout") from error
            raise

    def slow_down(self) -> bool:
        """Move from the fast lane to the slow one; False: that one is full."""
        if self.slow >= self._slow_places:
            return False
        self.slow += 1
        self._leave_fast()
        return True

    def leave(self, *, fast: bool) -> None:
        """Leave the lane that one is in."""
        if fast:
            self._leave_fast()
        else:
            self.slow -= 1

    def _leave_fast(self) -> None:
        """Give the place to who waits longest, if anybody does."""
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self.fast -= 1
