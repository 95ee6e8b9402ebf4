"""``/sparql``: the SPARQL 1.1 Protocol, for queries, and a form for people."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus

import pyoxigraph as ox
from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.guard import Form, admit
from bqwgraph.engine.interface import Answer, Engine, QueryError
from bqwgraph.service.asked import Asked, from_body, from_query_string
from bqwgraph.service.negotiation import GRAPHS, PAGE, TABLES, choose, select
from bqwgraph.service.pages import Pages
from bqwgraph.service.problems import of_query
from bqwgraph.service.settings import Settings


@dataclass(frozen=True)
class _Shown:
    """What the page shows below the form: a table, a text, or what was wrong."""

    head: list[str] = field(default_factory=list)
    rows: list[list[dict[str, str] | None]] = field(default_factory=list)
    text: str = ""
    error: str = ""


@dataclass(frozen=True)
class _Endpoint:
    engine: Engine
    settings: Settings
    pages: Pages

    async def reply(self, request: Request, asked: Asked) -> Response:
        try:
            form = admit(asked.query, self.engine.graphs)
            offers = (*(GRAPHS if form.gives_triples else TABLES), PAGE)
            chosen = select(request.headers.get("accept"), offers, asked.format)
            result_format = chosen.written or offers[0].written or ox.QueryResultsFormat.JSON
            work = (asked.query, result_format, asked.dataset, self.settings.timeout)
            answer = await to_thread.run_sync(self.engine.answer, *work)
        except QueryError as error:
            problem = of_query(error)
            if choose(request.headers.get("accept"), (*TABLES, *GRAPHS, PAGE)) == PAGE:
                return self.page(request, asked.query, _Shown(error=str(error)), problem.status)
            raise problem from error
        if chosen == PAGE:
            return self.page(request, asked.query, _shown(answer, form))
        return Response(answer.body, headers={"Content-Type": chosen.content_type, "Vary": "Accept"})

    def page(self, request: Request, query: str, shown: _Shown, status: HTTPStatus = HTTPStatus.OK) -> Response:
        return self.pages.render(request, "sparql.html", status, query=query, shown=shown)


def router(engine: Engine, settings: Settings, pages: Pages) -> APIRouter:
    """Return the routes of the query endpoint."""
    routes, endpoint = APIRouter(tags=["SPARQL"]), _Endpoint(engine, settings, pages)

    @routes.get("/sparql", summary="SPARQL query, or a form to write one")
    async def by_get(request: Request) -> Response:
        wants_page = choose(request.headers.get("accept"), (*TABLES, PAGE)) == PAGE
        if wants_page and "query" not in request.query_params:
            return endpoint.page(request, "", _Shown())
        return await endpoint.reply(request, from_query_string(request))

    @routes.post("/sparql", summary="SPARQL query as a form or as application/sparql-query")
    async def by_post(request: Request) -> Response:
        return await endpoint.reply(request, await from_body(request, settings.max_query_bytes))

    return routes


def _shown(answer: Answer, form: Form) -> _Shown:
    if form.gives_triples:
        return _Shown(text=answer.body.decode("utf-8"))
    content = json.loads(answer.body)
    if form is Form.ASK:
        return _Shown(text=str(content["boolean"]).lower())
    head = content["head"]["vars"]
    return _Shown(head, [[row.get(name) for name in head] for row in content["results"]["bindings"]])
