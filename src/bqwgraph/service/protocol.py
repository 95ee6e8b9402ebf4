"""``/sparql``: the SPARQL 1.1 Protocol, for queries, and a form for people."""

from asyncio import to_thread
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import QueryError
from bqwgraph.pages.shown import Shown, shown
from bqwgraph.publication.about import About
from bqwgraph.service.answering import Answering, Asked
from bqwgraph.service.description import service_description
from bqwgraph.service.documented import ANY_ANSWER, PROTOCOL_BODY, PROTOCOL_PARAMETERS, responses
from bqwgraph.service.front import base_of
from bqwgraph.service.negotiation import GRAPHS, PAGE, TABLES, NotOffered, Offer, by_name, choose, select
from bqwgraph.service.pages import Pages
from bqwgraph.service.problems import of_query
from bqwgraph.service.requests import Sent, from_body, from_query_string


@dataclass(frozen=True)
class _Endpoint:
    answering: Answering
    pages: Pages

    async def reply(self, request: Request, sent: Sent) -> Response:
        offers = _acceptable(request.headers.get("accept"), sent.format)
        most = self.answering.settings.timeout
        asked = Asked(sent.query, sent.dataset, offers, min(sent.timeout or most, most))
        if offers == (PAGE,):
            return await self._page_of_answer(request, asked)
        try:
            return await self.answering.respond(request, asked)
        except QueryError as error:
            raise of_query(error) from error

    async def _page_of_answer(self, request: Request, asked: Asked) -> Response:
        read_by_page = (TABLES[0], GRAPHS[0])
        try:
            answer = await self.answering.answer(request, Asked(asked.query, asked.dataset, read_by_page, asked.timeout))
        except QueryError as error:
            return self.page(request, asked.query, Shown(error=str(error)), of_query(error).status)
        return self.page(request, asked.query, await to_thread(shown, answer))

    def page(self, request: Request, query: str, shown: Shown, status: HTTPStatus = HTTPStatus.OK) -> Response:
        return self.pages.render(request, "sparql.html", status, query=query, shown=shown)


def router(answering: Answering, pages: Pages, about: About) -> APIRouter:
    """Return the routes of the query endpoint."""
    routes, endpoint = APIRouter(tags=["SPARQL"]), _Endpoint(answering, pages)

    @routes.get(
        "/sparql",
        summary="SPARQL query; without one, the service description or a form",
        response_class=Response,
        responses=responses(ANY_ANSWER, 400, 403, 406, 502, 503, 504),
        openapi_extra={"parameters": PROTOCOL_PARAMETERS},
    )
    async def by_get(request: Request) -> Response:
        sent = from_query_string(request)
        if sent is not None:
            return await endpoint.reply(request, sent)
        chosen = select(request.headers.get("accept"), (*GRAPHS, PAGE), request.query_params.get("format", ""))
        if chosen.graph is None:
            return endpoint.page(request, "", Shown())
        description = service_description(about, base_of(request, answering.settings), chosen.graph)
        return Response(description, headers={"Content-Type": chosen.content_type, "Vary": "Accept"})

    @routes.post(
        "/sparql",
        summary="SPARQL query as a form or as application/sparql-query",
        response_class=Response,
        responses=responses(ANY_ANSWER, 400, 403, 406, 413, 415, 502, 503, 504),
        openapi_extra={"requestBody": PROTOCOL_BODY},
    )
    async def by_post(request: Request) -> Response:
        return await endpoint.reply(request, await from_body(request, answering.settings.max_query_bytes))

    return routes


@lru_cache(maxsize=256)
def _acceptable(accept: str | None, name: str) -> tuple[Offer, ...]:
    """Return the best offer for a table and the best for a graph, or the page alone; which applies is for the query to say."""
    if name:
        named = tuple(offer for offers in (TABLES, GRAPHS, (PAGE,)) if (offer := by_name(name, offers)))
        return named or (select(accept, (*TABLES, *GRAPHS, PAGE), name),)
    if choose(accept, (*TABLES, *GRAPHS, PAGE)) == PAGE:
        return (PAGE,)
    best = tuple(offer for offers in (TABLES, GRAPHS) if (offer := choose(accept, offers)))
    if not best:
        available = [offer.media_type for offer in (*TABLES, *GRAPHS)]
        raise NotOffered(f"can be sent as {', '.join(available)}", available, named=False)
    return best
