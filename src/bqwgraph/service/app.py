"""The application: a snapshot, an engine over it, the saved queries, and the routes."""

from collections.abc import Mapping
from http import HTTPStatus
from importlib.metadata import version
from importlib.resources import files

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from bqwgraph.engine.interface import Engine
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.queries.saved import SavedQuery
from bqwgraph.service import protocol, saved
from bqwgraph.service.negotiation import NotOffered
from bqwgraph.service.pages import Pages
from bqwgraph.service.problems import Problem, respond
from bqwgraph.service.settings import Settings


def create_app(snapshot: Snapshot, engine: Engine, queries: Mapping[str, SavedQuery], settings: Settings) -> FastAPI:
    """Return the ASGI application that serves one snapshot."""
    pages = Pages.load(settings)
    app = FastAPI(
        title="bqwgraph",
        version=version("bqwgraph"),
        summary="A knowledge graph of Jiangmen's part in the High-Quality Development Project for Counties, Towns and Villages",
        license_info={"name": "CC BY 4.0 (graph), MIT (software)", "url": "https://creativecommons.org/licenses/by/4.0/"},
        servers=[{"url": settings.base_url}],
        docs_url=None,
        redoc_url=None,
    )

    @app.middleware("http")
    async def headers(request: Request, call_next):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
        response = await call_next(request)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers["Bqwgraph-Snapshot"] = snapshot.digest
        return response

    @app.exception_handler(Problem)
    def problem(request: Request, error: Problem) -> Response:
        return respond(error, request, pages)

    @app.exception_handler(NotOffered)
    def not_offered(request: Request, error: NotOffered) -> Response:
        status = HTTPStatus.BAD_REQUEST if error.named else HTTPStatus.NOT_ACCEPTABLE
        return respond(Problem(status, str(error), {"available": error.available}), request, pages)

    @app.exception_handler(HTTPException)
    def refused(request: Request, error: HTTPException) -> Response:
        detail = f"there is nothing at {request.url.path}" if error.status_code == HTTPStatus.NOT_FOUND else error.detail
        return respond(Problem(HTTPStatus(error.status_code), detail, headers=error.headers), request, pages)

    @app.get("/", include_in_schema=False)
    def home(request: Request) -> Response:
        return pages.render(request, "home.html", snapshot=snapshot, queries=list(queries.values()))

    @app.get("/health", tags=["Operations"], summary="Whether the service answers, and from which snapshot")
    def health() -> JSONResponse:
        return JSONResponse({"status": "ok", "snapshot": snapshot.digest, "triples": snapshot.triples})

    app.include_router(protocol.router(engine, settings, pages))
    app.include_router(saved.router(queries, engine, settings, pages))
    app.mount("/static", StaticFiles(directory=str(files("bqwgraph") / "web" / "static")), name="static")
    return app
