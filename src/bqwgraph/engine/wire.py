"""What processes of the service say to each other: messages of a JSON head and a body, over a stream socket.

A message is two 32-bit lengths (big-endian), the head, and the body. Formats go by their media type.
"""

import json
import os
import socket
import struct
from typing import Any, Final

import pyoxigraph as ox

from bqwgraph.engine.interface import (
    Answer,
    Dataset,
    LimitPassed,
    NotAllowed,
    NotWanted,
    QueryError,
    QuerySyntaxError,
    Question,
    Wanted,
)

Message = tuple[dict[str, Any], bytes]

_LENGTHS: Final = struct.Struct("!II")
_CHUNK: Final = 1 << 16
_LARGE: Final = 1 << 17
"""Bytes from which an answer goes through memory."""
_TABLES: Final = {
    f.media_type: f
    for f in (ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML, ox.QueryResultsFormat.CSV, ox.QueryResultsFormat.TSV)
}
_GRAPHS: Final = {
    f.media_type: f
    for f in (
        ox.RdfFormat.TURTLE,
        ox.RdfFormat.N_TRIPLES,
        ox.RdfFormat.N_QUADS,
        ox.RdfFormat.TRIG,
        ox.RdfFormat.RDF_XML,
        ox.RdfFormat.JSON_LD,
    )
}
_ERRORS: Final = {"syntax": QuerySyntaxError, "not-allowed": NotAllowed, "not-wanted": NotWanted, "limit": LimitPassed}


def message(head: dict[str, Any], body: bytes = b"") -> bytes:
    """Return a message as it goes over the socket."""
    encoded = json.dumps(head).encode("ascii")
    return b"".join((_LENGTHS.pack(len(encoded), len(body)), encoded, body))


def send(channel: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message whole, over a socket that blocks."""
    channel.sendall(message(head, body))


def receive(channel: socket.socket) -> Message:
    """Return the next message from a socket that blocks; raises EOFError where the other side has ended."""
    incoming = Incoming()
    while (received := incoming.read(channel)) is None:
        pass
    return received


class Incoming:
    """One message after the other from a socket, as much at a time as is there."""

    def __init__(self) -> None:
        self._begun, self._whole, self._filled = b"", bytearray(), 0

    def read(self, channel: socket.socket) -> Message | None:
        """Read once; return the message that is complete with that, or None.

        Raises EOFError where the other side has ended, and BlockingIOError where the socket does not block and has nothing.
        """
        if not self._whole:
            data = channel.recv(_CHUNK)
            if not data:
                raise EOFError
            data = self._begun + data
            size = _size(data)
            if size is None or len(data) < size:
                if size is not None and size > _CHUNK:
                    self._whole, self._filled = bytearray(size), len(data)
                    self._whole[: len(data)] = data
                else:
                    self._begun = data
                return None
            self._begun = b""
            return _opened(memoryview(data))
        with memoryview(self._whole) as view:
            count = channel.recv_into(view[self._filled :])
            if count == 0:
                raise EOFError
            self._filled += count
            if self._filled < len(view):
                return None
            received = _opened(view)
        self._whole = bytearray()
        return received


def _size(data: bytes) -> int | None:
    """Return how long a message is of which ``data`` is the beginning, or None where that does not say so yet."""
    if len(data) < _LENGTHS.size:
        return None
    head, body = _LENGTHS.unpack_from(data)
    return _LENGTHS.size + int(head) + int(body)


def _opened(view: memoryview) -> Message:
    head, _ = _LENGTHS.unpack_from(view)
    begins = _LENGTHS.size + head
    return json.loads(str(view[_LENGTHS.size : begins], "ascii")), bytes(view[begins:])


def send_answer(channel: socket.socket, answer: Answer, memory: int) -> None:
    """Send an answer: small ones over the socket, large ones through memory (a file descriptor) that both sides have.

    A socket holds some 200 kB, so that a large answer would go back and forth between two processes that wait for each other.
    """
    head: dict[str, Any] = {"written": answer.written.media_type}
    if len(answer.body) < _LARGE:
        send(channel, head, answer.body)
        return
    written = 0
    with memoryview(answer.body) as body:
        while written < len(body):
            written += os.pwrite(memory, body[written:], written)
    send(channel, {**head, "in_memory": written})


def taken(received: Message, memory: int) -> Message:
    """Return a message with the body that it left in memory, and empty that."""
    head, body = received
    size = head.get("in_memory")
    if size is None:
        return received
    body = os.pread(memory, size, 0)
    os.ftruncate(memory, 0)
    return head, body


def ask(question: Question) -> bytes:
    """Return the message that asks a question."""
    wanted, dataset = question.wanted, question.dataset
    head = {
        "table": wanted.table.media_type if wanted.table else None,
        "graph": wanted.graph.media_type if wanted.graph else None,
        "default": dataset.default,
        "named": dataset.named,
    }
    return message(head, question.query.encode("utf-8", "surrogatepass"))


def asked(head: dict[str, Any], body: bytes) -> Question:
    """Return the question that a message asks."""
    wanted = Wanted(_TABLES.get(head["table"] or ""), _GRAPHS.get(head["graph"] or ""))
    return Question(body.decode("utf-8", "surrogatepass"), wanted, Dataset(tuple(head["default"]), tuple(head["named"])))


def failure(error: QueryError) -> dict[str, Any]:
    """Return the head that tells an error."""
    kind = next((name for name, known in _ERRORS.items() if isinstance(error, known)), "other")
    return {"error": kind, "message": str(error), **vars(error)}


def outcome(head: dict[str, Any], body: bytes) -> Answer:
    """Return the answer that a message holds, or raise the error that it tells."""
    if "error" not in head:
        written = head["written"]
        return Answer(body, _TABLES.get(written) or _GRAPHS[written])
    match head:
        case {"error": "syntax", "message": message, "line": line, "column": column}:
            raise QuerySyntaxError(message, line, column)
        case {"error": "limit", "message": message, "limit": limit}:
            raise LimitPassed(message, limit)
    raise _ERRORS.get(head["error"], QueryError)(head["message"])
