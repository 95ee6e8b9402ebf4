"""The outermost layer, in plain ASGI: what every answer carries, HEAD and OPTIONS, and answers that were given before.

An answer with an ETag is kept, whole and as it was sent, and given again without the framework and without a worker, until the
bytes that may be kept are full; then the one that was asked for longest ago goes.
"""

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bqwgraph.service.answering import QUERY_HASH
from bqwgraph.service.front import base_key
from bqwgraph.service.metrics import Metrics

access = logging.getLogger("bqwgraph.access")

Headers = list[tuple[bytes, bytes]]
_Key = tuple[str, bytes, bytes, bytes, bytes, str]
"""Path, query string, three Accept headers, and the address that a proxy gave: what an answer depends on."""
_CODING: Final = 3
_LISTS: Final = frozenset({b"accept", b"accept-encoding", b"accept-language", b"if-none-match"})
"""Fields whose lines are one list."""

_ALLOWED: Final = dict.fromkeys(("/sparql", "/validate"), b"GET, HEAD, POST, OPTIONS")
_OF_304: Final = frozenset({b"access-control-allow-origin", b"cache-control", b"content-location", b"etag", b"expires", b"vary"})
"""What a 304 says (RFC 9110, 15.4.5): the client has the rest with the content. Without the first, a script that sends its own
``If-None-Match`` could not read the answer."""
_EXPOSED: Final = b"Content-Location, ETag, Link, Bqwgraph-Snapshot, Bqwgraph-Note, Bqwgraph-Conforms, Retry-After"
_DUMPS: Final = "/dumps/"
_NOT_MODIFIED: Final = 304
_READ_ONLY: Final = b"GET, HEAD, OPTIONS"
_LARGEST_PART: Final = 8
"""An answer is kept if it takes no more than this part of the cache."""


@dataclass(frozen=True)
class _Kept:
    headers: Headers
    body: bytes
    etag: bytes

    def is_known(self, tags: bytes, since: bytes) -> bool:
        """Whether a client that names these entity tags, or else this date as it was given, has the answer already."""
        if tags:
            return tags == b"*" or self.etag.removeprefix(b"W/") in tags
        return bool(since) and (b"last-modified", since) in self.headers


class Edge:
    """Wraps the application; ``digest`` names the snapshot that it answers from, ``most`` bounds the bytes kept.

    Without a digest (empty) answers may change at any time, and none is kept here.

    ``compressing`` is the same application for clients that take a content coding: going through it costs the others, too.
    """

    def __init__(self, app: ASGIApp, compressing: ASGIApp, digest: str, most: int, metrics: Metrics) -> None:
        self._app, self._compressing, self._metrics = app, compressing, metrics
        self._most = most if digest else 0
        self._always: Headers = [
            (b"access-control-allow-origin", b"*"),
            (b"access-control-expose-headers", _EXPOSED),
            (b"x-content-type-options", b"nosniff"),
        ]
        if digest:
            self._always.append((b"bqwgraph-snapshot", digest.encode("ascii")))
        self._kept, self._bytes = OrderedDict[_Key, _Kept](), 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["method"] == "OPTIONS":
            await self._options(scope, send)
        else:
            await self._request(scope, receive, send)

    async def _options(self, scope: Scope, send: Send) -> None:
        began, allowed = time.perf_counter(), _ALLOWED.get(scope["path"], _READ_ONLY)
        headers = [
            *self._always,
            (b"allow", allowed),
            (b"access-control-allow-methods", allowed),
            (b"access-control-allow-headers", b"Accept, Accept-Language, Content-Type, If-None-Match, *"),
            (b"access-control-max-age", b"86400"),
        ]
        await _send_whole(send, 204, headers, b"", body_wanted=False)
        self._note(scope, "OPTIONS", 204, 0, began)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        began, method = time.perf_counter(), scope["method"]
        key, known, since = _key(scope)
        kept = self._kept.get(key) if method in {"GET", "HEAD"} else None
        if kept is not None:
            self._kept.move_to_end(key)
            self._metrics.hits += 1
            if kept.is_known(known, since):
                status, length = _NOT_MODIFIED, 0
                await _send_whole(send, status, _short(kept.headers), b"", body_wanted=False)
            else:
                status, length = 200, len(kept.body)
                await _send_whole(send, status, kept.headers, kept.body, body_wanted=method == "GET")
        else:
            through = _Through(
                send, self._always, _ALLOWED.get(scope["path"], _READ_ONLY), keeps=method == "GET", body_wanted=method != "HEAD"
            )
            try:
                # Dumps are sent as they are: the client may ask for ranges of them, and compressed ones are there as well.
                plain = not key[_CODING] or scope["path"].startswith(_DUMPS)
                app = self._app if plain else self._compressing
                scope = {**scope, "method": "GET" if method == "HEAD" else method, "headers": _joined(scope["headers"])}
                await app(scope, receive, through.send)
            except BaseException:
                self._metrics.count(scope["path"], 500, time.perf_counter() - began)
                raise
            status, length = through.status, through.length
            if through.etag and status == 200 and not scope["path"].startswith(_DUMPS):  # noqa: PLR2004
                self._keep(key, _Kept(through.headers, b"".join(through.chunks), through.etag))
        self._note(scope, method, status, length, began)

    def _note(self, scope: Scope, method: str, status: int, length: int, began: float) -> None:
        seconds = time.perf_counter() - began
        self._metrics.count(scope["path"], status, seconds)
        if access.isEnabledFor(logging.INFO):
            _log({**scope, "method": method}, status, length, seconds)

    def _keep(self, key: _Key, kept: _Kept) -> None:
        if _size(kept) * _LARGEST_PART > self._most:
            return
        replaced = self._kept.pop(key, None)
        self._kept[key] = kept
        self._bytes += _size(kept) - (_size(replaced) if replaced else 0)
        while self._bytes > self._most:
            self._bytes -= _size(self._kept.popitem(last=False)[1])


class _Through:
    """Passes an answer on, with what every answer carries; remembers what may be kept."""

    def __init__(self, send: Send, always: Headers, allowed: bytes, *, keeps: bool, body_wanted: bool) -> None:
        self._send, self._always, self._allowed, self._keeps, self._body_wanted = send, always, allowed, keeps, body_wanted
        self.status, self.length, self.etag = 0, 0, b""
        self.headers, self.chunks = Headers(), list[bytes]()

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            sent = [(name, self._value(name, value)) for name, value in message["headers"]]
            own = {name for name, _ in sent}
            self.headers = [*sent, *(pair for pair in self._always if pair[0] not in own)]
            if self.status == _NOT_MODIFIED:
                self.headers = _short(self.headers)
            self.etag = next((value for name, value in self.headers if name == b"etag"), b"") if self._keeps else b""
            message = {**message, "headers": self.headers}
        elif message["type"] == "http.response.body":
            self.length += len(message.get("body", b""))
            if self.etag:
                self.chunks.append(message.get("body", b""))
            if not self._body_wanted:
                message = {**message, "body": b""}
        await self._send(message)

    def _value(self, name: bytes, value: bytes) -> bytes:
        if name == b"vary":  # whoever compresses adds Accept-Encoding to what may have it already
            return b", ".join(dict.fromkeys(value.split(b", ")))
        return self._allowed if name == b"allow" else value


def _short(headers: Headers) -> Headers:
    return [pair for pair in headers if pair[0] in _OF_304]


def _key(scope: Scope) -> tuple[_Key, bytes, bytes]:
    accept = known = since = b""
    coding = language = b""
    for name, value in scope["headers"]:
        if name == b"accept":
            accept = accept + b"," + value if accept else value
        elif name == b"if-none-match":
            known = known + b"," + value if known else value
        elif name == b"if-modified-since":
            since = value
        elif name == b"accept-encoding":
            coding = coding + b"," + value if coding else value
        elif name == b"accept-language":
            language = language + b"," + value if language else value
    return (scope["path"], scope["query_string"], accept, coding, language, base_key(scope)), known, since


def _joined(headers: Headers) -> Headers:
    """Return header fields with the lines of each list as one (RFC 9110, 5.3), which is how answers to them are kept."""
    if len({name for name, _ in headers}) == len(headers):
        return headers
    lines = dict[bytes, bytes]()
    for name, value in headers:
        if name in _LISTS:
            lines[name] = lines[name] + b"," + value if name in lines else value
    return [*(pair for pair in headers if pair[0] not in lines), *lines.items()]


def _size(kept: _Kept) -> int:
    return len(kept.body) + sum(len(name) + len(value) for name, value in kept.headers)


async def _send_whole(send: Send, status: int, headers: Iterable[tuple[bytes, bytes]], body: bytes, *, body_wanted: bool) -> None:
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body if body_wanted else b""})


def _log(scope: Scope, status: int, length: int, seconds: float) -> None:
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "client": scope["client"][0] if scope.get("client") else "",
        "method": scope["method"],
        "path": scope["path"],
        "query": scope.get(QUERY_HASH, ""),
        "status": status,
        "bytes": length,
        "ms": round(seconds * 1000, 2),
    }
    access.info(json.dumps(line, ensure_ascii=False))
