"""``/graphs``: the read-only part of the SPARQL 1.1 Graph Store HTTP Protocol, with indirect graph identification."""

from http import HTTPStatus

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import Dataset, QueryError
from bqwgraph.service.answering import Answering, Asked
from bqwgraph.service.documented import responses
from bqwgraph.service.negotiation import GRAPHS, select
from bqwgraph.service.problems import Problem, of_own_query

_PARAMETERS = [
    {"name": "graph", "in": "query", "schema": {"type": "string"}, "description": "The IRI of a named graph"},
    {"name": "default", "in": "query", "schema": {"type": "string"}, "allowEmptyValue": True},
]
_WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


def router(answering: Answering) -> APIRouter:
    """Return the route that gives a graph: ``?graph=IRI`` or ``?default``."""
    routes = APIRouter(tags=["Graph store"])

    @routes.get(
        "/graphs",
        summary="A graph whole: ?graph=IRI or ?default",
        response_class=Response,
        responses=responses(GRAPHS, 400, 404, 406, 502, 503, 504),
        openapi_extra={"parameters": _PARAMETERS},
    )
    async def graph(request: Request) -> Response:
        named, default = request.query_params.getlist("graph"), "default" in request.query_params
        if len(named) + default != 1:
            raise Problem(HTTPStatus.BAD_REQUEST, "expected either one parameter 'graph' with an IRI, or 'default'")
        if named and named[0] not in answering.engine.graphs:
            raise Problem(HTTPStatus.NOT_FOUND, f"<{named[0]}>: no such graph in this dataset")
        chosen = select(request.headers.get("accept"), GRAPHS, request.query_params.get("format", ""))
        asked = Asked(_WHOLE, Dataset(default=tuple(named)), (chosen,), answering.settings.timeout)
        try:
            return await answering.respond(request, asked)
        except QueryError as error:
            raise of_own_query(error) from error

    return routes
