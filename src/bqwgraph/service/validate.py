"""``/validate``: a posted graph against the shapes, within limits; the report in any of its forms, or a page."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import Counts, Dataset, QueryError
from bqwgraph.engine.lanes import Lanes
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.service.answering import Answering, Asked, Watch
from bqwgraph.service.documented import responses
from bqwgraph.service.negotiation import GRAPHS, PAGE, Offer, select
from bqwgraph.service.pages import Pages, language_of
from bqwgraph.service.problems import Problem, of_own_query
from bqwgraph.service.requests import FORM, body_of, pairs_of
from bqwgraph.validation.posted import SYNTAXES, Wanted

_REPORTS: Final = (
    Offer("application/json", "json"),
    Offer("text/turtle", "turtle"),
    Offer("application/ld+json", "jsonld"),
    Offer("application/sarif+json", "sarif"),
    Offer("application/xml", "junit"),
    Offer("text/plain", "text"),
    Offer("text/plain", "github"),
)
_TYPES: Final = {
    **{form.media_type.partition(";")[0]: name for name, form in SYNTAXES.items()},
    "text/plain": "nt",
    "application/json": "jsonld",
}
_AT_ONCE: Final = 1
_WAITING: Final = 8
_WHOLE: Final = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_NT: Final = next(offer for offer in GRAPHS if offer.graph is ox.RdfFormat.N_TRIPLES)
_EXAMPLE: Final = """@prefix bqw: <https://w3id.org/bqwgraph/ontology#> .
@prefix measure: <https://w3id.org/bqwgraph/measure/> .

measure:5-8
    a bqw:Measure ;
    bqw:order "eight" .
"""


@dataclass(frozen=True)
class _Posted:
    syntax: str
    data: bytes
    form: str


def router(folder: GraphFolder, answering: Answering, pages: Pages) -> APIRouter:
    """Return the page with a text box, and the route that a graph is posted to."""
    routes, settings = APIRouter(tags=["Validation"]), answering.settings
    lanes = Lanes(_AT_ONCE, 0, _WAITING, Counts())

    def page(request: Request, data: str, report: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
        return pages.render(request, "validate.html", status, data=data, report=report, syntaxes=list(SYNTAXES))

    @routes.get("/validate", summary="A form to validate a graph", responses=responses((PAGE,), 406))
    async def form(request: Request) -> Response:
        select(request.headers.get("accept"), (PAGE,), request.query_params.get("format", ""))
        return page(request, _EXAMPLE)

    @routes.post(
        "/validate",
        summary="Validate a graph against the shapes",
        response_class=Response,
        responses=responses((*_REPORTS, PAGE), 400, 406, 413, 415, 422, 503, 504),
        openapi_extra={"requestBody": {"required": True, "content": {name: {"schema": {"type": "string"}} for name in _TYPES}}},
    )
    async def validate(request: Request) -> Response:
        posted = await _read(request, settings.max_query_bytes)
        offers = (*_REPORTS, PAGE)
        chosen = select(request.headers.get("accept"), offers, posted.form or request.query_params.get("format", ""))
        language = language_of(request)
        wanted = Wanted(
            posted.syntax,
            "text" if chosen == PAGE else chosen.name,
            (language,) if chosen == PAGE else ("en", "zh-Hans"),
            _MEMORY,
        )
        try:
            ours = await answering.answer(request, Asked(_WHOLE, Dataset(), (_NT,), settings.timeout))
            await lanes.enter(settings.timeout)
        except QueryError as error:
            raise of_own_query(error) from error
        try:
            with Watch(request):
                code, report, said = await _run(folder, wanted, ours.body, posted.data, settings.timeout)
        finally:
            lanes.leave(fast=True)
        if code not in {0, 1}:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, said or "the graph could not be validated")
        if chosen == PAGE:
            return page(request, posted.data.decode("utf-8", "replace"), report.decode("utf-8"))
        headers = {"Content-Type": chosen.content_type, "Vary": "Accept", "Cache-Control": "no-store"}
        return Response(report, headers={**headers, "Bqwgraph-Conforms": "true" if code == 0 else "false"})

    return routes


_MEMORY: Final = 2 << 30
"""Bytes that validating a posted graph may take."""


async def _read(request: Request, most: int) -> _Posted:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        fields = dict(pairs_of(await body_of(request, most)))
        syntax, data = fields.get("syntax", "ttl"), fields.get("data", "")
        if syntax not in SYNTAXES:
            raise Problem(HTTPStatus.BAD_REQUEST, f"syntax: expected one of {', '.join(SYNTAXES)}, not {syntax!r}")
        return _Posted(syntax, data.encode(), fields.get("format", ""))
    if kind not in _TYPES:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"expected a graph as {', '.join(_TYPES)}, not {kind or 'a body without Content-Type'}",
            headers={"Accept-Post": ", ".join([FORM, *_TYPES])},
        )
    return _Posted(_TYPES[kind], await body_of(request, most), "")


async def _run(folder: GraphFolder, wanted: Wanted, ours: bytes, data: bytes, seconds: float) -> tuple[int, bytes, str]:
    """Validate in a process of its own; return its exit code, the report and what went wrong. Raises Problem at the deadline."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "bqwgraph.validation.posted", str(folder.root)),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(seconds):
            report, said = await process.communicate(wanted.head(len(ours)) + ours + data)
    except TimeoutError as error:
        detail = f"validating took longer than {seconds:g} s"
        raise Problem(HTTPStatus.GATEWAY_TIMEOUT, detail, {"limit": "timeout"}) from error
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)  # with the engine that it started
            await process.wait()
    return process.returncode or 0, report, said.decode("utf-8", "replace").strip()[-2000:]
