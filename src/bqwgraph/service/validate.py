"""``/validate``: a posted graph against the shapes, within limits; the report in any of its forms, or a page."""

import asyncio
import os
import signal
import sys
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import Counts, Dataset, QueryError
from bqwgraph.engine.lanes import Lanes
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.pages.validation import EXAMPLES, Given, told, validation_page
from bqwgraph.service.answering import Answering, Asked, Watch
from bqwgraph.service.documented import responses
from bqwgraph.service.negotiation import GRAPHS, PAGE, Offer, select
from bqwgraph.service.pages import Pages, page_response
from bqwgraph.service.problems import Problem, of_own_query
from bqwgraph.service.requests import FORM, body_of, pairs_of
from bqwgraph.validation.posted import NOTHING, SYNTAXES, Wanted

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


@dataclass(frozen=True)
class _Posted:
    syntax: str
    data: bytes
    form: str
    from_form: bool


def router(folder: GraphFolder, answering: Answering, pages: Pages) -> APIRouter:
    """Return the page with a text box, and the route that a graph is posted to."""
    routes, validating = APIRouter(tags=["Validation"]), _Validating(folder, answering, pages)

    @routes.get(
        "/validate",
        summary="A form to validate a graph",
        responses=responses((PAGE,), 406),
        openapi_extra={"parameters": [_EXAMPLE]},
    )
    async def form(request: Request) -> Response:
        select(request.headers.get("accept"), (PAGE,), request.query_params.get("format", ""))
        return validating.page(request, Given(EXAMPLES.get(request.query_params.get("example", ""), "")))

    @routes.post(
        "/validate",
        summary="Validate a graph against the shapes",
        response_class=Response,
        responses=responses((*_REPORTS, PAGE), 400, 406, 413, 415, 422, 503, 504),
        openapi_extra={"requestBody": {"required": True, "content": {name: {"schema": {"type": "string"}} for name in _TYPES}}},
    )
    async def validate(request: Request) -> Response:
        posted = await _read(request, answering.settings.max_query_bytes)
        wanted = posted.form or request.query_params.get("format", "")
        chosen = select(request.headers.get("accept"), (*_REPORTS, PAGE), wanted)
        return await (validating.shown(request, posted) if chosen == PAGE else validating.reported(request, posted, chosen))

    return routes


class _Validating:
    """Validates what is posted, one graph at a time."""

    def __init__(self, folder: GraphFolder, answering: Answering, pages: Pages) -> None:
        self._folder, self._answering, self._pages = folder, answering, pages
        self._lanes = Lanes(_AT_ONCE, 0, _WAITING, Counts())

    def page(self, request: Request, given: Given, status: HTTPStatus = HTTPStatus.OK) -> Response:
        """Return the page with what stands in its form."""
        where = self._pages.where(request, "validate", ("example",))
        forms = [offer.name for offer in _REPORTS]
        return page_response(where, validation_page(self._pages.rendering, where, given, SYNTAXES, forms), status)

    async def shown(self, request: Request, posted: _Posted) -> Response:
        """Return the page with the report, or with why there is none."""
        given, where = Given(posted.data.decode("utf-8", "replace"), posted.syntax), self._pages.where(request, "validate", ())
        try:
            _, report = await self._checked(request, posted, "json")
        except Problem as problem:
            nothing = problem.detail == NOTHING
            error = self._pages.messages[where.lang]["validate_nothing"] if nothing else problem.detail
            return self.page(request, replace(given, error=error, error_lang=where.lang if nothing else "en"), problem.status)
        return self.page(request, replace(given, told=await asyncio.to_thread(told, report, given.data, where)))

    async def reported(self, request: Request, posted: _Posted, chosen: Offer) -> Response:
        """Return the report in one form. Raises Problem."""
        code, report = await self._checked(request, posted, chosen.name)
        headers = {"Content-Type": chosen.content_type, "Vary": "Accept", "Cache-Control": "no-store"}
        if posted.from_form:  # a reader pressed a button, to keep the report
            headers["Content-Disposition"] = f'attachment; filename="report.{_ENDINGS[chosen.name]}"'
        return Response(report, headers={**headers, "Bqwgraph-Conforms": "true" if code == 0 else "false"})

    async def _checked(self, request: Request, posted: _Posted, form: str) -> tuple[int, bytes]:
        """Return 0 if it conforms, else 1, and the report. Raises Problem."""
        seconds = self._answering.settings.timeout
        try:
            ours = await self._answering.answer(request, Asked(_WHOLE, Dataset(), (_NT,), seconds))
            await self._lanes.enter(seconds)
        except QueryError as error:
            raise of_own_query(error) from error
        wanted = Wanted(posted.syntax, form, ("en", "zh-Hans"), _MEMORY)
        try:
            with Watch(request):
                code, report, said = await _run(self._folder, wanted, ours.body, posted.data, seconds)
        finally:
            self._lanes.leave(fast=True)
        if code not in {0, 1}:
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, said or "the graph could not be validated")
        return code, report


_EXAMPLE: Final = {
    "name": "example",
    "in": "query",
    "schema": {"type": "string", "enum": [*EXAMPLES]},
    "description": "What stands in the box",
}
_ENDINGS: Final = {
    "json": "json",
    "turtle": "ttl",
    "jsonld": "jsonld",
    "sarif": "sarif",
    "junit": "xml",
    "text": "txt",
    "github": "github.txt",
}
_MEMORY: Final = 2 << 30
"""Bytes that validating a posted graph may take."""


async def _read(request: Request, most: int) -> _Posted:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == FORM:
        fields = dict(pairs_of(await body_of(request, most)))
        syntax, data = fields.get("syntax", "ttl"), fields.get("data", "")
        if syntax not in SYNTAXES:
            raise Problem(HTTPStatus.BAD_REQUEST, f"syntax: expected one of {', '.join(SYNTAXES)}, not {syntax!r}")
        return _Posted(syntax, data.encode(), fields.get("format", ""), from_form=True)
    if kind not in _TYPES:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"expected a graph as {', '.join(_TYPES)}, not {kind or 'a body without Content-Type'}",
            headers={"Accept-Post": ", ".join([FORM, *_TYPES])},
        )
    return _Posted(_TYPES[kind], await body_of(request, most), "", from_form=False)


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
