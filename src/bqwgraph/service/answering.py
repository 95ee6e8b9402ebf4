"""From a query to an HTTP response: answered from what was kept, else by the engine, and given up when the client goes.

Where the engine's snapshot cannot change, an answer is kept under the snapshot, the query without its comments and spacing, the
dataset and the media type, and its ETag is made from these: a client that has it is answered without asking anybody. Where
another store answers, an answer is kept only for as long as the settings say, and its ETag is made from its bytes. What NOW,
RAND, UUID and other endpoints (SERVICE) say is not kept at all.
"""

import asyncio
import re
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bqwgraph.engine.interface import Answer, Dataset, Question, ServedEngine, Wanted
from bqwgraph.queries.values import Steps, T
from bqwgraph.service.metrics import Metrics
from bqwgraph.service.negotiation import Offer
from bqwgraph.service.settings import Settings

_UNWATCHED: Final = 0.02
"""For how long nobody looks whether the client is still there, in seconds; most answers are ready before."""
_LONGEST_NORMALISED: Final = 100_000
_ODD_BLANKS: Final = "\x0b\x0c\x1c\x1d\x1e\x1f"
_ODD_BLANK: Final = re.compile(r"[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]")
"""Blanks to Python and not to SPARQL, where they are errors, or belong to names."""
_SPECIAL: Final = re.compile(
    r'("""(?:"{0,2}[^"\\]|"{0,2}\\.)*"""|"(?:[^"\\\r\n]|\\.)*"|'
    r"'''(?:'{0,2}[^'\\]|'{0,2}\\.)*'''|'(?:[^'\\\r\n]|\\.)*'|"
    r'<[^<>"{}|^`\\\x00-\x20]*>|\#[^\r\n]*|\\.)',
    re.DOTALL,
)
"""Where a space or ``#`` may mean something else: strings, IRIs, comments, escapes. Each begins with a sign of its own."""
_DOUBTFUL: Final = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*://)[^>#']*[#']")
"""What may be an IRI, or an operator before a comment or a string. With ``://`` it can only be an IRI."""


_VARYING: Final = ("now", "rand", "uuid")
_VARIES: Final = re.compile(rf"(?:{'|'.join(_VARYING)})[ \t\r\n]*[(#]")
"""Where a query may ask for the time or for chance: then no answer is another's."""

QUERY_HASH: Final = "bqwgraph.query"
"""Where a request's scope says, for the access log, which query it asked: the same for the same query over the same dataset."""


class Gone(Exception):
    """The client has closed the connection; there is nobody to answer."""


@dataclass(frozen=True)
class Asked:
    """A query, its dataset, the offers that the client takes for a table and for a graph, and its patience in seconds."""

    query: str
    dataset: Dataset
    offers: Sequence[Offer]
    timeout: float

    @property
    def question(self) -> Question:
        """What the engine is asked."""
        table = next((offer.table for offer in self.offers if offer.table), None)
        graph = next((offer.graph for offer in self.offers if offer.graph), None)
        return Question(self.query, Wanted(table, graph), self.dataset)


@dataclass(frozen=True)
class _Known:
    """An answer that was given, and until when it may be given again (on the monotonic clock)."""

    answer: Answer
    until: float


class Answering:
    """Answers over HTTP from one engine."""

    def __init__(self, engine: ServedEngine, settings: Settings, metrics: Metrics) -> None:
        self.engine, self.settings, self._metrics = engine, settings, metrics
        self._known, self._bytes = OrderedDict[str, _Known](), 0

    async def answer(self, request: Request, asked: Asked) -> Answer:
        """Ask the engine. Raises what `ServedEngine.answer` raises, and Gone where the client went away meanwhile."""
        return (await self._answered(request, asked, _key(self.engine.digest, asked))).answer

    async def work(self, request: Request, steps: Steps[T]) -> T:
        """Do what asks questions on its way. Raises what the work and `answer` raise."""
        with Watch(request):
            try:
                question = next(steps)
                while True:
                    question = steps.send(await self.engine.answer(question, self.settings.timeout))
            except StopIteration as end:
                result: T = end.value
                return result

    async def respond(self, request: Request, asked: Asked, headers: Mapping[str, str] | None = None) -> Response:
        """Return the answer, or 304 where the client has it already. Raises what `answer` raises."""
        key = _key(self.engine.digest, asked)
        shared = {"Vary": "Accept, Accept-Encoding", **(headers or {})}
        tag, varies = key, self._varies(asked.query)
        if varies:
            shared["Cache-Control"] = "no-store"
        elif self.engine.immutable:
            shared |= {"ETag": f'W/"{key}"', "Cache-Control": "public, no-cache"}
            if names(request, key):
                return Response(status_code=304, headers=shared)
        known = await self._answered(request, asked, key)
        if not self.engine.immutable and not varies:
            tag, age = sha256(known.answer.body).hexdigest()[:32], max(0, int(known.until - time.monotonic()))
            shared |= {"ETag": f'W/"{tag}"', "Cache-Control": f"public, max-age={age}" if age else "public, no-cache"}
        if not varies and has(request, tag):
            return Response(status_code=304, headers=shared)
        offer = next(offer for offer in asked.offers if known.answer.written in {offer.table, offer.graph})
        return Response(known.answer.body, headers={**shared, "Content-Type": offer.content_type})

    def _varies(self, query: str) -> bool:
        """Whether the answer may be another one although the graph is the same: it asks for chance, or another endpoint."""
        small = query.lower()  # to look for words in it is many times quicker than an expression that knows no case
        if any(word in small for word in _VARYING) and _VARIES.search(small):
            return True
        return bool(self.settings.services) and "service" in small

    async def _answered(self, request: Request, asked: Asked, key: str) -> _Known:
        request.scope[QUERY_HASH] = key[:16]
        known = self._known.get(key)
        if known is not None and known.until > time.monotonic():
            self._known.move_to_end(key)
            self._metrics.hits += 1
            return known
        with Watch(request):
            answer = await self.engine.answer(asked.question, asked.timeout)
        lasts = float("inf") if self.engine.immutable else self.settings.engine_max_age
        if self._varies(asked.query):
            lasts = 0
        known = _Known(answer, time.monotonic() + lasts)
        if lasts:
            self._keep(key, known)
        return known

    def _keep(self, key: str, known: _Known) -> None:
        most = self.settings.cache_bytes
        if len(known.answer.body) * _LARGEST_PART > most:
            return
        replaced = self._known.pop(key, None)
        self._known[key] = known
        self._bytes += _size(known) - (_size(replaced) if replaced else 0)
        while self._bytes > most:
            self._bytes -= _size(self._known.popitem(last=False)[1])


_LARGEST_PART: Final = 8
"""An answer is kept if it takes no more than this part of the cache."""
_OVERHEAD: Final = 500
"""Bytes that keeping an answer takes beside its body, roughly."""


def _size(known: _Known) -> int:
    return len(known.answer.body) + _OVERHEAD


def names(request: Request, opaque: str) -> bool:
    """Whether the client names the representation with this entity tag as one that it has (RFC 9110, 13.1.2: compared weakly).

    Only GET and HEAD (which comes as GET) are answered with 304: a POST is answered whole.
    """
    told = request.headers.get("if-none-match", "")
    return f'"{opaque}"' in told and request.method == "GET"


def has(request: Request, opaque: str) -> bool:
    """Whether the client has the representation, which is there, with this entity tag: it names it, or ``*``."""
    return names(request, opaque) or (request.headers.get("if-none-match") == "*" and request.method == "GET")


def _key(digest: str, asked: Asked) -> str:
    default, named = asked.dataset.default, asked.dataset.named
    parts = (digest, _named(tuple(asked.offers)), *default, *named, normalised(asked.query))
    lengths = ",".join(str(len(part)) for part in parts)  # or the end of one could be the beginning of the next
    written = "\0".join((f"{len(default)},{lengths}", *parts))
    return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:32]


@lru_cache(maxsize=256)
def _named(offers: tuple[Offer, ...]) -> str:
    return " ".join(offer.media_type for offer in offers)


def normalised(query: str) -> str:
    r"""Return what a query says, without its comments and with one way of spacing: equal results, equal meaning.

    It is a name for the query and not itself a query. Where escapes could hide what a character is, or where it takes a parser to
    tell an IRI from an operator with a comment or a string behind (``?a<2)#>``), it is the text as it stands.

    >>> normalised("ASK  { ?s ?p '# 1' } # yes") == normalised("ASK\n{ ?s ?p '# 1' }")
    True
    """
    if len(query) > _LONGEST_NORMALISED or r"\u" in query or r"\U" in query or _has_odd_blank(query):
        return query
    pieces = list[str]()
    for number, part in enumerate(_SPECIAL.split(query)):
        if number % 2 == 0:
            pieces += part.split()
        elif part[0] != "#":
            if part[0] == "<" and _DOUBTFUL.match(part):
                return query
            pieces.append(part)
    return "\x01".join(pieces)


def _has_odd_blank(query: str) -> bool:
    return any(blank in query for blank in _ODD_BLANKS) or (not query.isascii() and _ODD_BLANK.search(query) is not None)


class Watch:
    """Cancels the task that it is entered in when the client goes away; leaving it then raises Gone."""

    def __init__(self, request: Request) -> None:
        self._receive, self._gone = request.receive, False

    def __enter__(self) -> None:
        loop, task = asyncio.get_running_loop(), asyncio.current_task()
        self._watching: asyncio.Task[None] | None = None

        def begin() -> None:
            if task is not None:
                self._watching = loop.create_task(self._watch(task))

        self._later = loop.call_later(_UNWATCHED, begin)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self._later.cancel()
        if self._watching is not None:
            self._watching.cancel()
        task = asyncio.current_task()
        if self._gone and isinstance(error, asyncio.CancelledError) and task is not None and task.uncancel() == 0:
            raise Gone from error

    async def _watch(self, task: "asyncio.Task[object]") -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        self._gone = True
        task.cancel()
