"""``/queries``: the saved queries, each an address whose query string holds its parameters."""

from collections.abc import Mapping

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bqwgraph.engine.interface import Dataset, QueryError
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import Parameter, SavedQuery
from bqwgraph.queries.values import BadParameter, Reader
from bqwgraph.service.answering import Answering, Asked
from bqwgraph.service.negotiation import GRAPHS, PAGE, TABLES, Offer, select
from bqwgraph.service.pages import Pages
from bqwgraph.service.problems import of_parameter, of_query

_RESERVED = {"format", "lang"}
_LIST = (Offer("application/json", "json"), PAGE)


def router(queries: Mapping[str, SavedQuery], answering: Answering, pages: Pages) -> APIRouter:
    """Return ``/queries`` and one route a saved query, each with its entry in the OpenAPI document."""
    routes = APIRouter(tags=["Saved queries"])
    settings = answering.settings
    reader = Reader(answering.engine, settings.timeout)

    @routes.get("/queries", summary="The saved queries")
    def catalogue(request: Request) -> Response:
        if select(request.headers.get("accept"), _LIST, request.query_params.get("format", "")) == PAGE:
            return pages.render(request, "queries.html", queries=list(queries.values()))
        listed = [
            {
                "name": query.name,
                "url": f"{settings.base_url}/queries/{query.name}",
                "title": query.title,
                "question": query.question,
                "tags": query.tags,
                "parameters": [_described(parameter) for parameter in query.parameters],
            }
            for query in queries.values()
        ]
        return JSONResponse(listed, headers={"Vary": "Accept"})

    for query in queries.values():
        _add(routes, query, answering, reader)
    return routes


def _add(routes: APIRouter, query: SavedQuery, answering: Answering, reader: Reader) -> None:
    offers = GRAPHS if query.form.gives_triples else TABLES

    async def answer(request: Request) -> Response:
        chosen = select(request.headers.get("accept"), offers, request.query_params.get("format", ""))
        values = dict[str, str]()
        for name, value in request.query_params.multi_items():
            if name in values:
                raise of_parameter(BadParameter(name, "given more than once"))
            if name not in _RESERVED and value:  # a form sends the fields that were left empty, too
                values[name] = value
        try:
            prepared = await to_thread.run_sync(prepare, query, values, reader)
            asked = Asked(prepared.text, Dataset(), (chosen,), answering.settings.timeout)
            response = await answering.respond(request, asked)
        except BadParameter as error:
            raise of_parameter(error) from error
        except QueryError as error:
            raise of_query(error) from error
        if prepared.notes:
            response.headers["Bqwgraph-Note"] = "; ".join(prepared.notes)
        return response

    routes.add_api_route(
        f"/queries/{query.name}",
        answer,
        summary=query.title["en"],
        description=f"{query.question['en']}\n\n{query.question['zh-Hans']}",
        operation_id=query.name,
        response_class=Response,
        responses={
            200: {"content": {offer.media_type: {} for offer in offers}},
            406: {"description": "None of the formats that Accept names"},
            422: {"description": "A parameter is missing or wrong; the answer names what would do"},
        },
        openapi_extra={
            "parameters": [
                {
                    "name": parameter.name,
                    "in": "query",
                    "required": parameter.required,
                    "description": f"{parameter.title['en']} / {parameter.title['zh-Hans']}",
                    "schema": {"type": "string", **({"enum": list(parameter.choices)} if parameter.choices else {})},
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
                    "schema": {"type": "string", "enum": list(dict.fromkeys(offer.name for offer in offers))},
                }
            ],
        },
    )


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
