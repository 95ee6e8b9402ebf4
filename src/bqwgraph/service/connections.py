"""Connections that nobody may hold for nothing: a request that is not sent, or an answer that is not taken, in time.

The server's own patience (uvicorn's ``timeout_keep_alive``) ends with the first byte of a request, and begins again with the
last of an answer that it has handed to the socket, taken or not.
"""

import asyncio
from typing import Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEADERS_SECONDS: Final = 20
"""How long a client may take to send the head of a request."""
TAKE_SECONDS: Final = 30
"""How long a client may take nothing of an answer that waits for it."""


class ImpatientProtocol(HttpToolsProtocol):
    """Closes connections on which nothing moves."""

    _head: asyncio.TimerHandle | None = None
    _taking: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for a request, but not forever."""
        super().connection_made(transport)
        self._await_head()

    def on_message_begin(self) -> None:
        """Wait for the rest of the head, but not forever."""
        super().on_message_begin()
        self._await_head()

    def on_headers_complete(self) -> None:
        """Stop waiting for the head."""
        self._forget(self._head)
        super().on_headers_complete()

    def on_response_complete(self) -> None:
        """Watch that the answer is taken."""
        super().on_response_complete()
        self._forget(self._taking)
        self._taking = None
        self._watch_taking()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._forget(self._head)
        self._forget(self._taking)
        super().connection_lost(exc)

    def _await_head(self) -> None:
        self._forget(self._head)
        self._head = self.loop.call_later(HEADERS_SECONDS, self.transport.abort)

    def _watch_taking(self) -> None:
        waiting = self.transport.get_write_buffer_size()
        if waiting:
            self._taking = self.loop.call_later(TAKE_SECONDS, self._expect_less_than, waiting)

    def _expect_less_than(self, waiting: int) -> None:
        if self.transport.get_write_buffer_size() >= waiting:
            self.transport.abort()
        else:
            self._watch_taking()

    @staticmethod
    def _forget(timer: asyncio.TimerHandle | None) -> None:
        if timer is not None:
            timer.cancel()
