"""Swapping in a new snapshot whole: read and validated beside the old one, which answers until the new one can.

A request is answered to its end by the snapshot that it began with; an old engine is closed when its last request has ended.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from anyio import to_thread
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger("bqwgraph.reload")


class NotTaken(Exception):
    """A new snapshot that must not replace the old one, and why."""


@dataclass
class Serving:
    """An application over one snapshot: its digest and size, and what to do when it is not needed any more."""

    app: ASGIApp
    digest: str
    triples: int
    close: Callable[[], Awaitable[None]]
    requests: int = 0
    retired: bool = False


@dataclass
class Reloads:
    """What became of reloads, for `/health`: how many were taken, and why the last one was not (empty: it was)."""

    taken: int = 0
    failure: str = ""


class Swappable:
    """The application that the server runs: passes each request to the snapshot that serves now."""

    def __init__(self, serving: Serving, build: Callable[[], Serving], reloads: Reloads) -> None:
        self._serving, self._build, self._reloads = serving, build, reloads
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (or a lifespan event) from what serves now."""
        serving = self._serving
        serving.requests += 1
        try:
            await serving.app(scope, receive, send)
        finally:
            serving.requests -= 1
            if serving.retired and not serving.requests:
                await serving.close()

    async def reload(self) -> bool:
        """Build a new snapshot and swap it in; where that fails the old one stays. Returns whether the new one was taken."""
        async with self._one_at_a_time:
            try:
                new = await to_thread.run_sync(self._build)
            except NotTaken as error:
                self._reloads.failure = str(error)
                log.warning("the old snapshot %s stays: %s", self._serving.digest[:12], error)
                return False
            old, self._serving = self._serving, new
            old.retired = True
            self._reloads.taken += 1
            self._reloads.failure = ""
            log.warning("snapshot %s replaces %s", new.digest[:12], old.digest[:12])
            if not old.requests:
                await old.close()
            return True

    async def close(self) -> None:
        """Close what serves now."""
        await self._serving.close()
