"""Swapping in a new snapshot whole: read and validated beside the old one, which answers until the new one can.

A request is answered to its end by the snapshot that it began with; an old engine is closed when its last request has ended.
"""

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus

from anyio import to_thread
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

log = logging.getLogger("bqwgraph.reload")

ADMIN_PATH = "/admin/reload"


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
    """The application that the server runs: passes each request to the snapshot that serves now.

    ``POST /admin/reload`` with the bearer ``token`` (RFC 6750) reloads, where there is a token.
    """

    def __init__(self, serving: Serving, build: Callable[[], Serving], reloads: Reloads, token: str = "") -> None:
        self._serving, self._build, self._reloads = serving, build, reloads
        self._token = f"Bearer {token}".encode() if token else b""
        self._one_at_a_time = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (or a lifespan event) from what serves now."""
        if self._token and scope["type"] == "http" and scope["path"] == ADMIN_PATH:
            await (await self._administer(scope))(scope, receive, send)
            return
        serving = self._serving
        serving.requests += 1
        try:
            await serving.app(scope, receive, send)
        finally:
            serving.requests -= 1
            if serving.retired and not serving.requests:
                await serving.close()

    async def _administer(self, scope: Scope) -> Response:
        headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
        if scope["method"] != "POST":
            return _problem(HTTPStatus.METHOD_NOT_ALLOWED, "expected POST", {**headers, "Allow": "POST"})
        given = next((value for name, value in scope["headers"] if name == b"authorization"), b"")
        if not compare_digest(given, self._token):
            challenge = {**headers, "WWW-Authenticate": "Bearer"}
            return _problem(HTTPStatus.UNAUTHORIZED, "expected the bearer token of this service", challenge)
        if not await self.reload():
            return _problem(HTTPStatus.CONFLICT, self._reloads.failure, headers)
        return JSONResponse({"snapshot": self._serving.digest, "triples": self._serving.triples}, headers=headers)

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
            settle()
            return True

    async def close(self) -> None:
        """Close what serves now."""
        await self._serving.close()


def settle() -> None:
    """Have the garbage collector look through what there is once more, and then leave it alone until this is called again.

    What an application is made of lives as long as it does. Going through it took 150 ms every ten thousand requests, in which
    nobody was answered.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def _problem(status: HTTPStatus, detail: str, headers: Mapping[str, str]) -> Response:
    content = {"type": "about:blank", "title": status.phrase, "status": status.value, "detail": detail}
    return JSONResponse(content, status, headers, media_type="application/problem+json")
