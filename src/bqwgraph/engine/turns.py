"""Whose turn it is among the long queries: as many run as there are processors but one, the others are paused.

What has used least runs first (foreground-background scheduling), so that a query of medium length does not wait for long ones,
and long ones go round. A processor is left to short queries, whatever the system's scheduler thinks of a low claim: with eight
long queries on two processors those took turns with the short ones, at a few milliseconds each.
"""

import asyncio
import os
from typing import Final, Protocol

_TURN: Final = 0.05
"""How long a query runs until others may have their turn, in seconds."""


class Long(Protocol):
    """A query that runs for long."""

    def used(self) -> float:
        """Return the processor time that it has used, in seconds."""
        ...

    def pause(self) -> None:
        """Stop it where it is; nothing happens where it is stopped."""
        ...

    def go_on(self) -> None:
        """Let it run again; nothing happens where it runs."""
        ...


def places() -> int:
    """Return how many long queries may run at a time on this machine."""
    return max(1, len(os.sched_getaffinity(0)) - 1)


class Turns:
    """Long queries, of which ``most`` run at a time; all on one event loop."""

    def __init__(self, most: int) -> None:
        self._most, self._waiting = most, list[Long]()
        self._next: asyncio.TimerHandle | None = None

    def enter(self, query: Long) -> None:
        """Take part; the one that has used least goes on."""
        self._waiting.append(query)
        self._turn()

    def leave(self, query: Long) -> None:
        """Take part no more: it has ended, or will be ended."""
        self._waiting.remove(query)
        self._turn()

    def _turn(self) -> None:
        for number, query in enumerate(sorted(self._waiting, key=lambda query: query.used())):
            if number < self._most:
                query.go_on()
            else:
                query.pause()
        if self._next is not None:
            self._next.cancel()
        crowded = len(self._waiting) > self._most
        self._next = asyncio.get_running_loop().call_later(_TURN, self._turn) if crowded else None
