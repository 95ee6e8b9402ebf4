"""Places for queries: a few in the fast lane, more in the slow one, and a queue before both."""

import asyncio
from collections import deque
from contextlib import suppress


class Lanes:
    """Counts who is where. A query enters the fast lane, may move to the slow one, and leaves; all on one event loop."""

    def __init__(self, fast: int, slow: int, queue: int) -> None:
        self._fast_places, self._slow_places, self._queue = fast, slow, queue
        self.fast = self.slow = 0
        self._waiting = deque[asyncio.Future[None]]()

    @property
    def waiting(self) -> int:
        """How many queries wait for a place in the fast lane."""
        return len(self._waiting)

    async def enter(self, seconds: float) -> None:
        """Take a place in the fast lane, when it is one's turn.

        Raises asyncio.QueueFull at once where too many wait, and TimeoutError where none is free within ``seconds``.
        """
        if self.fast < self._fast_places:
            self.fast += 1
            return
        if len(self._waiting) >= self._queue:
            raise asyncio.QueueFull
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            async with asyncio.timeout(seconds):
                await turn
        except BaseException:
            with suppress(ValueError):
                self._waiting.remove(turn)
            if turn.done() and not turn.cancelled():
                self._leave_fast()  # the place came too late
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
