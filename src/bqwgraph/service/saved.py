"""``/queries``: the saved queries, each an address whose query string holds its parameters."""

from asyncio import to_thread
from collections.abc import Mapping
from http import HTTPStatus

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bqwgraph.engine.evaluation import prefixes_of
from bqwgraph.engine.interface import Dataset, QueryError
from bqwgraph.graph.namespaces import BASE
from bqwgraph.pages import site
from bqwgraph.pages.shown import Shown, shown
from bqwgraph.publication.saved_queries import described
from bqwgraph.queries.prepare import Prepared, prepare
from bqwgraph.queries.saved import Parameter, SavedQuery
from bqwgraph.queries.values import LONGEST, BadParameter
from bqwgraph.service.answering import Answering, Asked
from bqwgraph.service.documented import responses
from bqwgraph.service.front import base_of
from bqwgraph.service.negotiation import GRAPHS, PAGE, TABLES, Offer, select
from bqwgraph.service.pages import Pages, page_response
from bqwgraph.service.problems import of_parameter, of_query

_RESERVED = {"format", "lang"}
_LIST = (Offer("application/json", "json"), PAGE)


def router(queries: Mapping[str, SavedQuery], answering: Answering, pages: Pages) -> APIRouter:
    """Return ``/queries`` and one route a saved query, each with its entry in the OpenAPI document."""
    routes = APIRouter(tags=["Saved queries"])
    settings = answering.settings

    @routes.get("/queries", summary="The saved queries", responses=responses(_LIST, 400, 406))
    async def catalogue(request: Request) -> Response:
        if select(request.headers.get("accept"), _LIST, request.query_params.get("format", "")) == PAGE:
            where = pages.where(request)
            return page_response(where, site.queries_page(pages.rendering, where, queries.values()))
        base = base_of(request, settings)
        listed = [
            {
                "name": query.name,
                "url": f"{base}/queries/{query.name}",
                "title": query.title,
                "question": query.question,
                "tags": query.tags,
                "parameters": [_described(parameter) for parameter in query.parameters],
            }
            for query in queries.values()
        ]
        return JSONResponse(listed, headers={"Vary": "Accept"})

    for query in queries.values():
        _add(routes, _Operation(query, answering, pages))
    return routes


class _Operation:
    """One saved query as an operation: its parameters from the query string, its answer as data or as a page."""

    def __init__(self, query: SavedQuery, answering: Answering, pages: Pages) -> None:
        self.query, self.offers = query, GRAPHS if query.form.gives_triples else TABLES
        self._answering, self._pages = answering, pages

    async def __call__(self, request: Request) -> Response:
        chosen = select(request.headers.get("accept"), (*self.offers, PAGE, *GRAPHS), request.query_params.get("format", ""))
        if chosen == PAGE:
            return await self._page(request)
        if chosen not in self.offers:
            return self._description(request, chosen)
        try:
            prepared = await self._prepared(request)
            headers = {"Bqwgraph-Note": "; ".join(prepared.notes)} if prepared.notes else {}
            return await self._answering.respond(request, self._asked(prepared, chosen), headers)
        except BadParameter as error:
            raise of_parameter(error) from error
        except QueryError as error:
            raise of_query(error) from error

    def _description(self, request: Request, chosen: Offer) -> Response:
        """Say what the query is, where its answer is a table and RDF is asked for."""
        triples = described(self.query, f"{base_of(request, self._answering.settings)}/sparql")
        body = ox.serialize(triples, format=chosen.graph, prefixes=prefixes_of(triples)) or b""
        headers = {
            "Content-Type": chosen.content_type,
            "Vary": "Accept",
            "Link": f'<{BASE}queries/{self.query.name}>; rel="cite-as"',
        }
        return Response(body, headers=headers)

    async def _prepared(self, request: Request) -> Prepared:
        return await self._answering.work(request, prepare(self.query, _values(request)))

    def _asked(self, prepared: Prepared, offer: Offer) -> Asked:
        return Asked(prepared.text, Dataset(), (offer,), self._answering.settings.timeout)

    async def _page(self, request: Request) -> Response:
        result, nearest, status = Shown(), list[str](), HTTPStatus.OK
        prepared = Prepared(self.query.text)
        try:
            prepared = await self._prepared(request)
            answer = await self._answering.answer(request, self._asked(prepared, self.offers[0]))
            result = await to_thread(shown, answer)
        except BadParameter as bad:
            result, nearest, status = Shown(error=str(bad)), bad.nearest, HTTPStatus.UNPROCESSABLE_ENTITY
        except QueryError as failed:
            result, status = Shown(error=str(failed)), of_query(failed).status
        where, values = self._pages.where(request), dict(request.query_params)
        text = site.query_page(self._pages.rendering, where, site.Answered(self.query, values, prepared, result, nearest))
        return page_response(where, text, status)


def _values(request: Request) -> dict[str, str]:
    values = dict[str, str]()
    for name, value in request.query_params.multi_items():
        if name in values:
            raise BadParameter(name, "given more than once")
        if name not in _RESERVED and value:  # a form sends the fields that were left empty, too
            values[name] = value
    return values


def _add(routes: APIRouter, operation: _Operation) -> None:
    query, offers = operation.query, operation.offers

    async def answer(request: Request) -> Response:
        return await operation(request)

    routes.add_api_route(
        f"/queries/{query.name}",
        answer,
        summary=query.title["en"],
        description=f"{query.question['en']}\n\n{query.question['zh-Hans']}",
        operation_id=query.name,
        response_class=Response,
        responses=responses((*offers, PAGE, *GRAPHS), 400, 406, 422, 502, 503, 504),
        openapi_extra={
            "parameters": [
                {
                    "name": parameter.name,
                    "in": "query",
                    "required": parameter.required,
                    "description": f"{parameter.title['en']} / {parameter.title['zh-Hans']}",
                    "schema": _schema(parameter),
                    "example": parameter.example,
                }
                for parameter in query.parameters
            ]
            + [
                {
                    "name": "format",
                    "in": "query",
                    "required": False,
                    "description": "Instead of Accept",
                    "schema": {"type": "string", "enum": [*dict.fromkeys(offer.name for offer in (*offers, PAGE, *GRAPHS))]},
                }
            ],
        },
    )


def _schema(parameter: Parameter) -> dict[str, object]:
    match parameter.type:
        case "choice":
            return {"type": "string", "enum": list(parameter.choices)}
        case "number":
            return {"type": "number"}
        case "year":
            return {"type": "string", "pattern": "^[0-9]{4}$"}
    return {"type": "string", "minLength": 1, "maxLength": LONGEST}


def _described(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "required": parameter.required,
        "example": parameter.example,
        "title": parameter.title,
        **({"choices": parameter.choices} if parameter.choices else {}),
        **({"scheme": parameter.scheme} if parameter.scheme else {}),
    }
