"""``/sparql``: the SPARQL 1.1 Protocol, for queries, and a form for people, which the workbench takes over where scripts run."""

from asyncio import to_thread
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from hashlib import sha256
from http import HTTPStatus
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import QueryError
from bqwgraph.graph.namespaces import BASE, PREFIXES
from bqwgraph.pages.names import Names, name_in, names_of
from bqwgraph.pages.shown import Shown, shown
from bqwgraph.publication.about import About
from bqwgraph.queries.saved import SavedQuery
from bqwgraph.service.answering import Answering, Asked
from bqwgraph.service.description import service_description
from bqwgraph.service.documented import ANY_ANSWER, PROTOCOL_BODY, PROTOCOL_PARAMETERS, responses
from bqwgraph.service.examples import by_topic, example_text
from bqwgraph.service.front import base_of
from bqwgraph.service.negotiation import GRAPHS, PAGE, TABLES, NotOffered, Offer, by_name, choose, select
from bqwgraph.service.pages import Pages
from bqwgraph.service.problems import Problem, of_query
from bqwgraph.service.requests import Sent, from_body, from_query_string

_MESSAGES: Final = "workbench_"
"""What the names of those messages begin with that the workbench shows."""
_EXAMPLE: Final = Offer("application/sparql-query", "rq")
_READ_BY_PAGE: Final = (TABLES[0], GRAPHS[0])


@dataclass(frozen=True)
class _Endpoint:
    answering: Answering
    pages: Pages
    queries: Mapping[str, SavedQuery]

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
        try:
            answer = await self.answering.answer(request, Asked(asked.query, asked.dataset, _READ_BY_PAGE, asked.timeout))
            table = await to_thread(shown, answer)
        except QueryError as error:
            return self.page(request, asked.query, Shown(error=str(error)), of_query(error).status)
        return self.page(request, asked.query, replace(table, names=await self._names(request, table)))

    async def _names(self, request: Request, table: Shown) -> Names:
        """Ask for names; a page goes without them where they are not to be had."""
        try:
            return await self.answering.work(request, names_of(table.rows))
        except QueryError:
            return {}

    def example(self, request: Request, name: str) -> Response:
        """Return a saved query as a text to change: in the form, or by itself. Raises Problem: 404."""
        query = self.queries.get(name)
        if query is None:
            raise Problem(HTTPStatus.NOT_FOUND, f"there is no saved query {name!r}")
        text = example_text(query, self.pages.where(request).lang)
        chosen = select(request.headers.get("accept"), (PAGE, _EXAMPLE), request.query_params.get("format", ""))
        if chosen == PAGE:
            return self.page(request, text, Shown(), chosen=name)
        return Response(text, media_type=_EXAMPLE.media_type, headers={"Vary": "Accept, Accept-Language"})

    def page(
        self, request: Request, query: str, shown: Shown, status: HTTPStatus = HTTPStatus.OK, *, chosen: str = ""
    ) -> Response:
        settings, where = self.answering.settings, self.pages.where(request)
        given = {
            "lang": where.lang,
            "root": where.file("").removesuffix("/"),
            "endpoint": where.absolute(where.file("sparql")),
            "base": BASE,
            "prefixes": dict(PREFIXES),
            "messages": {
                name.removeprefix(_MESSAGES): text
                for name, text in self.pages.messages[where.lang].items()
                if name.startswith(_MESSAGES)
            },
        }
        return self.pages.render(
            request,
            "sparql.html",
            status,
            where=where,
            query=query,
            shown=shown,
            name_of=lambda iri: name_in(where.lang, iri, shown.names),
            chosen=chosen,
            examples=self._examples,
            parts=self._parts,
            workbench="workbench.js" in self._parts,
            given=given,
            seconds=f"{settings.timeout:g}",
            mebibytes=f"{settings.max_result_bytes / 2**20:g}",
        )

    @cached_property
    def _examples(self) -> list[tuple[str, list[SavedQuery]]]:
        return by_topic(self.queries.values())

    @cached_property
    def _parts(self) -> dict[str, str]:
        """The paths of the workbench's files, with a digest, so that no browser puts an old script to a new page.

        The script is there if the package was built with npm; without, the form is plain.
        """
        static = files("bqwgraph") / "web" / "static"
        there = {name: static / name for name in ("workbench.css", "workbench.js")}
        return {name: f"static/{name}?{_digest(file)}" for name, file in there.items() if file.is_file()}


def _digest(file: Traversable) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]


def router(answering: Answering, pages: Pages, about: About, queries: Mapping[str, SavedQuery]) -> APIRouter:
    """Return the routes of the query endpoint; ``queries`` are the examples beside the form."""
    routes, endpoint = APIRouter(tags=["SPARQL"]), _Endpoint(answering, pages, queries)

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
        if name := request.query_params.get("example", ""):
            return endpoint.example(request, name)
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
