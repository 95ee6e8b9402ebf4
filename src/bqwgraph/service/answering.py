"""From a query to an HTTP response: asked in a thread, given up when the client goes, with an ETag that the snapshot makes."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Event
from typing import TypeVar, TypeVarTuple, Unpack

from anyio import CapacityLimiter, to_thread
from fastapi import Request
from fastapi.responses import Response

from bqwgraph.engine.interface import Answer, Dataset, Question, ServedEngine, Wanted
from bqwgraph.service.negotiation import Offer
from bqwgraph.service.settings import Settings

_Arguments = TypeVarTuple("_Arguments")
_Result = TypeVar("_Result")


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


class Answering:
    """Answers over HTTP from one engine, with an ETag where equal questions get equal answers."""

    def __init__(self, engine: ServedEngine, settings: Settings) -> None:
        self.engine, self.settings = engine, settings
        places = settings.workers + settings.slow_workers + settings.queue
        self._threads = CapacityLimiter(places + 1)  # one more, so that the engine says no and not we

    async def answer(self, request: Request, asked: Asked) -> Answer:
        """Ask the engine; when the client goes away, tell the engine. Raises what `Engine.answer` raises."""
        gone = Event()
        watching = asyncio.create_task(_watch(request, gone))
        try:
            return await self.in_thread(self.engine.answer, asked.question, asked.timeout, gone)
        finally:
            watching.cancel()

    async def in_thread(self, work: Callable[[Unpack[_Arguments]], _Result], *arguments: *_Arguments) -> _Result:
        """Do what asks the engine in a thread of those that are for that: when it is slow, nothing else waits."""
        return await to_thread.run_sync(work, *arguments, limiter=self._threads)

    async def respond(self, request: Request, asked: Asked) -> Response:
        """Return the answer, or 304 where the client has it already. Raises what `Engine.answer` raises."""
        headers = {"Vary": "Accept", "Cache-Control": "public, no-cache"}
        etag = self._etag(asked) if self.engine.immutable else ""
        if etag:
            headers["ETag"] = etag
        known = request.headers.get("if-none-match", "")
        if etag and (etag in known or known.strip() == "*"):
            return Response(status_code=304, headers=headers)
        answer = await self.answer(request, asked)
        offer = next(offer for offer in asked.offers if answer.written in {offer.table, offer.graph})
        return Response(answer.body, headers={**headers, "Content-Type": offer.content_type})

    def _etag(self, asked: Asked) -> str:
        parts = (self.engine.digest, asked.query, *asked.dataset.default, "", *asked.dataset.named, "", *map(str, asked.offers))
        return f'W/"{sha256(chr(0).join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]}"'


async def _watch(request: Request, gone: Event) -> None:
    while not gone.is_set():
        if (await request.receive())["type"] == "http.disconnect":
            gone.set()
