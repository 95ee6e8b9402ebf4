"""The application: a snapshot, an engine over it, the saved queries, and the routes."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from importlib.metadata import version
from importlib.resources import files
from inspect import iscoroutinefunction

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette_compress import CompressMiddleware, add_compress_type

from bqwgraph.engine.interface import ServedEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.pages import rendering
from bqwgraph.publication.about import About
from bqwgraph.publication.ontology_history import Touch
from bqwgraph.queries.saved import load
from bqwgraph.service import changes, graph_store, guide, home, protocol, published, resources, saved, search, validate
from bqwgraph.service.answering import Answering, Gone
from bqwgraph.service.edge import Edge
from bqwgraph.service.metrics import Metrics
from bqwgraph.service.negotiation import GRAPHS, TABLES, NotOffered
from bqwgraph.service.pages import Pages
from bqwgraph.service.problems import Problem, respond
from bqwgraph.service.published import Published
from bqwgraph.service.reload import Reloads
from bqwgraph.service.search import Index
from bqwgraph.service.settings import Settings
from bqwgraph.validation.expected import keyed

log = logging.getLogger("bqwgraph.service")

_CLIENT_CLOSED_REQUEST = 499
"""What counts and logs say of a client that did not wait (nginx's word for it); nobody receives it."""
_COMPRESS_FROM = 1024
"""Bytes of an answer from which compression pays."""


@dataclass(frozen=True)
class Made:
    """What goes with a snapshot: published files and the search index, made when first wanted, and the ontology's history.

    ``history`` are the releases that touched the ontology, the newest first.
    """

    published: Published
    index: Index
    history: Sequence[Touch]

    async def close(self) -> None:
        """Stop making, and remove what was made."""
        await self.published.close()
        await self.index.close()


def create_app(engine: ServedEngine, folder: GraphFolder, made: Made, settings: Settings, reloads: Reloads) -> ASGIApp:
    """Return the ASGI application that serves what an engine answers from, with the saved queries and shapes of a folder.

    Raises HeaderError.
    """
    queries = load(folder)
    about = About(engine.digest, engine.triples, engine.named, bool(settings.services))
    pages, metrics = Pages(rendering.Pages.load(), settings), Metrics()
    answering = Answering(engine, settings, metrics)
    app = FastAPI(
        title="bqwgraph",
        version=version("bqwgraph"),
        summary="A knowledge graph of Jiangmen's part in the High-Quality Development Project for Counties, Towns and Villages",
        license_info={"name": "CC BY 4.0 (graph), MIT (software)", "url": "https://creativecommons.org/licenses/by/4.0/"},
        servers=[{"url": settings.base_url}],
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # its redirects are built from the Host header
    )
    _add_error_handlers(app, pages)

    @app.get("/health", tags=["Operations"], summary="Whether the service answers, and from which snapshot")
    def health() -> JSONResponse:
        reloading = {"taken": reloads.taken, "failure": reloads.failure}
        told = {"snapshot": about.digest, "triples": about.triples, "reloads": reloading}
        if not engine.alive:
            return JSONResponse({"status": "cannot answer; restart it", **told}, HTTPStatus.SERVICE_UNAVAILABLE)
        return JSONResponse({"status": "ok", **told})

    @app.get("/metrics", tags=["Operations"], summary="Counts, in Prometheus' text format", response_class=PlainTextResponse)
    def counts() -> PlainTextResponse:
        return PlainTextResponse(metrics.text(engine))

    routers = [
        home.router(answering, pages, about),
        protocol.router(answering, pages, about, queries),
        saved.router(queries, keyed(folder), answering, pages),
        graph_store.router(answering),
        validate.router(folder, answering, pages),
        guide.router(folder, answering, pages),
        published.router(made.published, pages, resources.responder(answering, pages, made.history)),
        changes.router(made.published, pages),
        search.router(made.index, pages, immutable=engine.immutable),
        resources.router(answering, pages, made.history),
    ]
    for router in routers:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=str(files("bqwgraph") / "web" / "static")), name="static")
    for offer in (*TABLES, *GRAPHS, *changes.SCRIPTS):
        add_compress_type(offer.media_type)
    digest = engine.digest if engine.immutable else ""
    direct = _Direct(app, routers)
    return Edge(direct, CompressMiddleware(direct, minimum_size=_COMPRESS_FROM), digest, settings.cache_bytes, metrics)


class _Direct:
    """Takes a request whose path has no parameters straight to its function; the framework, which describes it, takes the others.

    What the framework does on the way costs more than answering a small query.
    """

    def __init__(self, app: FastAPI, routers: Iterable[APIRouter]) -> None:
        self._app, self._handlers = app, app.exception_handlers
        self._functions = {
            (method, route.path): route.endpoint
            for router in routers
            for route in router.routes
            if isinstance(route, APIRoute) and "{" not in route.path and iscoroutinefunction(route.endpoint)
            for method in route.methods or ()
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        function = self._functions.get((scope["method"], scope["path"])) if scope["type"] == "http" else None
        if function is None:
            try:
                await self._app(scope, receive, send)
            except Exception:  # the framework has answered by now; with the error itself the server would end the connection
                log.exception("%s %s", scope["method"], scope["path"])
            return
        request = Request(scope, receive)
        try:
            response = await function(request)
        except (Problem, NotOffered, Gone, ClientDisconnect) as error:
            response = self._handlers[type(error)](request, error)
        except Exception as error:
            log.exception("%s %s", scope["method"], scope["path"])
            response = self._handlers[Exception](request, error)
        await response(scope, receive, send)


def _add_error_handlers(app: FastAPI, pages: Pages) -> None:
    @app.exception_handler(Problem)
    def problem(request: Request, error: Problem) -> Response:
        return respond(error, request, pages)

    @app.exception_handler(NotOffered)
    def not_offered(request: Request, error: NotOffered) -> Response:
        status = HTTPStatus.BAD_REQUEST if error.named else HTTPStatus.NOT_ACCEPTABLE
        return respond(Problem(status, str(error), {"available": error.available}), request, pages)

    @app.exception_handler(Gone)
    @app.exception_handler(ClientDisconnect)
    def gone(_request: Request, _error: Exception) -> Response:
        return Response(status_code=_CLIENT_CLOSED_REQUEST)

    @app.exception_handler(Exception)
    def failed(request: Request, _error: Exception) -> Response:
        detail = "this service failed where it should not have; its log says how"
        return respond(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, detail), request, pages)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        path, status = request.url.path, HTTPStatus(error.status_code)
        details = {
            HTTPStatus.NOT_FOUND: f"there is nothing at {path}",
            HTTPStatus.METHOD_NOT_ALLOWED: f"{path} takes no {request.method}; the header field Allow says what it does",
        }
        return respond(Problem(status, details.get(status, error.detail), headers=error.headers), request, pages)
