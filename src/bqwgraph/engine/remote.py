"""The engine in front of a bigger store: any SPARQL 1.1 endpoint, asked over HTTP, behind the same guard and the same limits.

A deadline holds for the whole of a request, however the store delays it, and giving up closes the connection. A table is asked
for in the wanted format and passed on as it is; a graph is asked for as N-Triples, which every store writes, and written here.

A store can change at any time, and SPARQL has no way to learn of it. What is read at the start (the graphs and their counts)
is noticed anew at a restart only; answers are always asked for, and carry no promise (see `RemoteEngine.immutable`).
"""

import asyncio
import ssl
import time
from collections.abc import Generator, Iterable
from csv import DictReader
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from io import StringIO
from typing import Final
from urllib.parse import urlencode, urlsplit

import httpx
import pyoxigraph as ox

from bqwgraph.engine.evaluation import prefixes_of
from bqwgraph.engine.guard import check
from bqwgraph.engine.interface import (
    Answer,
    BackEndFailed,
    Counts,
    Dataset,
    LimitPassed,
    QueryError,
    QuerySyntaxError,
    Question,
    ResultFormat,
)
from bqwgraph.engine.lanes import Lanes
from bqwgraph.engine.language_tags import fold_both, restore_written
from bqwgraph.engine.received import check_table
from bqwgraph.engine.tokens import tokenize
from bqwgraph.engine.xml_text import readable

CONNECT_SECONDS: Final = 5.0
"""How long a store may take to accept a connection."""
_START_SECONDS: Final = 120.0
"""How long a store may take to count its triples when the engine starts."""
_LONGEST_REASON: Final = 300
_MOST_OF_ERROR: Final = 1 << 16
_CUT: Final = "X-SPARQL-MaxRows"
"""Virtuoso's way to say that a table is not whole."""
_TABLES: Final = {
    ox.QueryResultsFormat.JSON: ("application/sparql-results+json", "application/json"),
    ox.QueryResultsFormat.XML: ("application/sparql-results+xml", "application/xml", "text/xml"),
    ox.QueryResultsFormat.CSV: ("text/csv",),
    ox.QueryResultsFormat.TSV: ("text/tab-separated-values",),
}
"""The media types that a table may come as; the first is asked for."""
_GRAPH: Final = ("application/n-triples", "text/plain")
_GRAPHS: Final = "SELECT ?graph (COUNT(*) AS ?triples) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph"
_DEFAULT: Final = "SELECT (COUNT(*) AS ?triples) { ?s ?p ?o }"


@dataclass(frozen=True)
class Places:
    """How many queries the store is asked at once, how many may wait, and how many bytes an answer may have.

    The store may ask ``services`` where a query has SERVICE. ``default_graph`` is the named graph that holds our default graph,
    for stores whose own is the union of all graphs.
    """

    default_graph: str = ""
    at_once: int = 10
    queue: int = 64
    result_bytes: int = 64 << 20
    services: tuple[str, ...] = ()


def checked_url(value: str) -> str:
    """Return the address of a store. Raises ValueError where it is none, or holds a password for all to see."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected an http or https URL")
    if parts.username or parts.password:
        raise ValueError("user and password belong in BQWGRAPH_ENGINE_USER and BQWGRAPH_ENGINE_PASSWORD, not in the URL")
    return value


class Credentials(httpx.Auth):
    """A user and a password, said as the store wants it: Basic, or Digest from when Basic was refused."""

    def __init__(self, user: str, password: str) -> None:
        self._basic, self._digest = httpx.BasicAuth(user, password), httpx.DigestAuth(user, password)
        self._wants_digest = False

    @classmethod
    def of(cls, user: str, password: str) -> "Credentials | None":
        """Return credentials, or None where there is no user."""
        return cls(user, password) if user else None

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See `httpx.Auth`."""
        if not self._wants_digest:
            response = yield from self._said_basic(request)
            if response.status_code != HTTPStatus.UNAUTHORIZED:
                return
            self._wants_digest = True
            del request.headers["Authorization"]
        yield from self._digest.auth_flow(request)

    def _said_basic(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, httpx.Response]:
        return (yield next(self._basic.auth_flow(request)))


class RemoteEngine:
    """See the module. It is made anywhere, then used and closed on one event loop."""

    immutable: Final = False
    alive: Final = True

    def __init__(self, endpoint: str, credentials: Credentials | None = None, places: Places | None = None) -> None:
        """Ask the store for its graphs and its size.

        ``digest`` is a hash of the endpoint, the graphs and the counts of triples as they were then: it tells one store from
        another, and no more. Raises QueryError where the store does not answer.
        """
        self._endpoint, self._credentials, self._places = endpoint, credentials, places or Places()
        self.counts = Counts()
        self._lanes = Lanes(self._places.at_once, 0, self._places.queue, self.counts)
        self._client = self._new_client()
        self.named, self.triples = asyncio.run(self._held())
        held = "".join(f"{iri} {count}\n" for iri, count in sorted(self.named.items()))
        self.digest = sha256(f"{endpoint}\n{self.triples}\n{held}".encode()).hexdigest()
        self._client = self._new_client()  # the one for the loop that it is used on

    def _new_client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            auth=self._credentials,
            headers={"Accept-Encoding": "identity", "User-Agent": "bqwgraph"},
            timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
            limits=httpx.Limits(max_keepalive_connections=self._places.at_once),
            verify=ssl.create_default_context(),
            trust_env=False,  # no proxy, and no other credentials than those that were given
        )

    async def _held(self) -> tuple[dict[str, int], int]:
        """Return the triples of each named graph, and of the default graph."""
        async with self._client:
            try:
                named = {row["graph"]: int(row["triples"]) for row in await self._rows(_GRAPHS, Dataset()) if row["graph"]}
                named.pop(self._places.default_graph, None)
                triples = int((await self._rows(_DEFAULT, self._dataset(_DEFAULT, named)))[0]["triples"])
            except (KeyError, IndexError, ValueError) as error:
                raise BackEndFailed("the store's answer to a count is no table of counts") from error
        if not triples:
            raise BackEndFailed("the store's default graph is empty; bqwgraph push fills it")
        return named, triples

    @property
    def graphs(self) -> frozenset[str]:
        """The IRIs of the named graphs that the store had at the start."""
        return frozenset(self.named)

    @property
    def running(self) -> dict[str, int]:
        """How many queries the store is being asked, and how many wait."""
        return {"asked": self._lanes.fast, "waiting": self._lanes.waiting}

    async def answer(self, question: Question, deadline: float) -> Answer:
        """See `ServedEngine.answer`."""
        ends = time.monotonic() + deadline
        written, asked = await asyncio.to_thread(self._admitted, question)
        await self._lanes.enter(deadline)
        try:
            body = await self._ask(asked, ends)
        except TimeoutError as error:
            self.counts.killed["timeout"] += 1
            raise LimitPassed(f"the query took longer than {deadline:g} s", "timeout") from error
        except asyncio.CancelledError:
            self.counts.killed["gone"] += 1
            raise
        except BackEndFailed:
            self.counts.failed += 1
            raise
        finally:
            self._lanes.leave(fast=True)
        answer = Answer(await self._written(body, written, question.query), written)
        if len(answer.body) > self._places.result_bytes:
            raise self._too_long()
        self.counts.answered += 1
        return answer

    def _admitted(self, question: Question) -> tuple[ResultFormat, "_Asked"]:
        written = check(question, self.graphs, self._places.services)
        dataset = question.dataset if question.dataset.given else self._dataset(question.query, self.named)
        return written, _Asked.of(question.query, dataset, written)

    async def _written(self, body: bytes, written: ResultFormat, query: str) -> bytes:
        try:
            return await asyncio.to_thread(_rewritten, body, written, query)
        except BackEndFailed:
            self.counts.failed += 1
            raise

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    def _dataset(self, query: str, named: Iterable[str]) -> Dataset:
        """Return the dataset of a query without one: the store's own, or the named graph that is our default graph."""
        own = self._places.default_graph
        if not own or any(token.is_word("FROM") for token in tokenize(query)):
            return Dataset()
        return Dataset((own,), tuple(sorted(named)))

    async def _rows(self, query: str, dataset: Dataset) -> list[dict[str, str]]:
        asked = _Asked.of(query, dataset, ox.QueryResultsFormat.CSV)
        try:
            body = await self._ask(asked, time.monotonic() + _START_SECONDS)
        except TimeoutError as error:
            raise LimitPassed(f"the store did not count its triples within {_START_SECONDS:g} s", "timeout") from error
        return list(DictReader(StringIO(body.decode("utf-8"))))

    async def _ask(self, asked: "_Asked", ends: float) -> bytes:
        async with asyncio.timeout(ends - time.monotonic()):
            try:
                return await self._send(asked)
            except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
                # A connection that was kept may end just as it is used again; a query can be asked twice.
                return await self._send(asked, last=True)

    async def _send(self, asked: "_Asked", *, last: bool = False) -> bytes:
        headers = {"Accept": ", ".join(asked.types), "Content-Type": "application/x-www-form-urlencoded"}
        try:
            async with self._client.stream("POST", self._endpoint, content=asked.form, headers=headers) as response:
                coding = response.headers.get("content-encoding", "identity").strip().lower()
                if response.status_code != HTTPStatus.OK:
                    said = await self._body(response, _MOST_OF_ERROR, cut=True) if coding == "identity" else b""
                    raise _failure(response, said)
                if coding != "identity":  # a few bytes of it may be more than there is memory
                    raise BackEndFailed(f"the store answered in the content coding {coding}, which was not asked for")
                media_type = _media_type(response)
                if media_type not in asked.types:
                    raise BackEndFailed(f"the store answered with {media_type or 'no Content-Type'} instead of {asked.types[0]}")
                if _CUT in response.headers:
                    raise LimitPassed(f"the store gives no more than {response.headers[_CUT]} rows; use LIMIT", "result-size")
                return await self._body(response, self._places.result_bytes)
        except httpx.ConnectTimeout as error:
            raise BackEndFailed(f"the store did not accept a connection within {CONNECT_SECONDS:g} s") from error
        except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError) as error:
            if not last:
                raise
            raise BackEndFailed(f"the connection to the store broke: {error}".rstrip(": ")) from error
        except httpx.HTTPError as error:
            raise BackEndFailed(f"the store cannot be reached: {error}".rstrip(": ")) from error

    async def _body(self, response: httpx.Response, most: int, *, cut: bool = False) -> bytes:
        body = bytearray()
        async for chunk in response.aiter_raw():
            body += chunk
            if len(body) > most:
                if cut:
                    break
                raise self._too_long()
        return bytes(body)

    def _too_long(self) -> LimitPassed:
        most = self._places.result_bytes
        return LimitPassed(f"the answer has more than {most} bytes; ask for less, or use LIMIT", "result-size")


@dataclass(frozen=True)
class _Asked:
    """What is sent: the form, and the media types that are welcome."""

    form: bytes
    types: tuple[str, ...]

    @classmethod
    def of(cls, query: str, dataset: Dataset, written: ResultFormat) -> "_Asked":
        pairs = [("query", fold_both(query))]
        pairs += [("default-graph-uri", iri) for iri in dataset.default]
        pairs += [("named-graph-uri", iri) for iri in dataset.named]
        types = _GRAPH if isinstance(written, ox.RdfFormat) else _TABLES[written]
        try:
            return cls(urlencode(pairs).encode("ascii"), types)
        except UnicodeEncodeError as error:
            raise QuerySyntaxError("the query is not Unicode text") from error


def _rewritten(body: bytes, written: ResultFormat, query: str) -> bytes:
    try:
        if isinstance(written, ox.RdfFormat):
            quads = ox.parse(body, format=ox.RdfFormat.N_TRIPLES, lenient=True)
            triples = list(dict.fromkeys(quad.triple for quad in quads))
            body = readable(ox.serialize(triples, format=written, prefixes=prefixes_of(triples)) or b"", written)
        else:
            check_table(body, written, query)
        return restore_written(body, written)
    except (SyntaxError, UnicodeDecodeError) as error:
        raise BackEndFailed(f"the store's answer is not what its Content-Type says: {error}") from error


def _media_type(response: httpx.Response) -> str:
    return str(response.headers.get("content-type", "")).partition(";")[0].strip().lower()


def _failure(response: httpx.Response, body: bytes) -> QueryError:
    """Return the error that a response other than 200 is."""
    said = reason(response, body)
    match response.status_code:
        case HTTPStatus.BAD_REQUEST:
            return QuerySyntaxError(f"the store does not take the query: {said}")
        case HTTPStatus.REQUEST_TIMEOUT | HTTPStatus.GATEWAY_TIMEOUT:
            return LimitPassed(f"the store gave up: {said}", "timeout")
        case HTTPStatus.UNAUTHORIZED | HTTPStatus.FORBIDDEN:
            return BackEndFailed(f"the store does not let this service in: {said}")
    return BackEndFailed(f"the store failed: {said}")


def reason(response: httpx.Response, body: bytes) -> str:
    """Return what a store says of a failure, shortened: its status, and its words unless they are a page."""
    status = f"{response.status_code} {response.reason_phrase}".strip()
    text = " ".join(body.decode("utf-8", "replace").split())
    if not text or _media_type(response) == "text/html":
        return status
    return f"{status}: {text[:_LONGEST_REASON]}{'…' if len(text) > _LONGEST_REASON else ''}"
