"""What processes of the service say to each other: messages of a JSON head and a body, over a stream socket.

A message is two 32-bit lengths (big-endian), the head, and the body. Formats go by their media type.
"""

import json
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

_LENGTHS: Final = struct.Struct("!II")
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


def send(channel: socket.socket, head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message whole."""
    encoded = json.dumps(head).encode("ascii")
    channel.sendall(_LENGTHS.pack(len(encoded), len(body)) + encoded)
    if body:
        channel.sendall(body)


def receive(channel: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Return the next message; raises EOFError where the other side has ended."""
    head, body = _LENGTHS.unpack(_exactly(channel, _LENGTHS.size))
    return json.loads(_exactly(channel, head)), bytes(_exactly(channel, body))


def _exactly(channel: socket.socket, size: int) -> bytearray:
    data = bytearray(size)
    view = memoryview(data)
    while view:
        count = channel.recv_into(view)
        if count == 0:
            raise EOFError
        view = view[count:]
    return data


def ask(question: Question) -> dict[str, Any]:
    """Return the head that asks a question."""
    wanted, dataset = question.wanted, question.dataset
    return {
        "query": question.query,
        "table": wanted.table.media_type if wanted.table else None,
        "graph": wanted.graph.media_type if wanted.graph else None,
        "default": dataset.default,
        "named": dataset.named,
    }


def asked(head: dict[str, Any]) -> Question:
    """Return the question that a head asks."""
    wanted = Wanted(_TABLES.get(head["table"] or ""), _GRAPHS.get(head["graph"] or ""))
    return Question(head["query"], wanted, Dataset(tuple(head["default"]), tuple(head["named"])))


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
