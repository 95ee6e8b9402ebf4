"""Connections on which nothing moves are closed; others are not."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from bqwgraph.service import connections

LARGE = b"x" * 20_000_000


async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    body = LARGE if scope["path"] == "/large" else b"small"
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]})
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connections, "HEADERS_SECONDS", 0.5)
    monkeypatch.setattr(connections, "TAKE_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        config = uvicorn.Config(app, http=connections.ImpatientProtocol, log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listener])))
        thread.start()
        yield listener.getsockname()[1]
        server.should_exit = True
        thread.join()


def closed_after(connection: socket.socket) -> float:
    """Read until the other side ends; return how long it took, in seconds."""
    began = time.monotonic()
    try:
        while connection.recv(65536):
            pass
    except ConnectionResetError:
        pass
    return time.monotonic() - began


@pytest.mark.parametrize("begun", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX-Slow: "])
def test_a_head_that_does_not_come(port: int, begun: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(begun)
        assert 0.3 < closed_after(connection) < 3


def test_a_head_that_drips(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\n")
        began = time.monotonic()
        with suppress(ConnectionError):
            for number in range(100):
                connection.sendall(f"X-{number}: a\r\n".encode())
                time.sleep(0.1)
        assert time.monotonic() - began < 4


def test_an_answer_that_is_not_taken(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(2)
        received = 0
        with suppress(ConnectionResetError):
            while data := connection.recv(65536):
                received += len(data)
        assert received < len(LARGE)


def test_an_answer_that_is_taken_slowly_and_others_after_it(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), 5) as connection:
        connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n")
        received = 0
        while received < len(LARGE):
            received += len(connection.recv(1_000_000))
            time.sleep(0.05)
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.1 200 OK")
