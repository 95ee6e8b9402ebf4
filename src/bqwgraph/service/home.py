"""``/``: the panorama."""

from collections import OrderedDict
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import QueryError
from bqwgraph.pages.home import page
from bqwgraph.pages.rendering import Where
from bqwgraph.publication.about import About
from bqwgraph.service.answering import Answering
from bqwgraph.service.pages import Pages, page_response
from bqwgraph.service.problems import of_own_query

_KEPT: Final = 8
"""Pages that are kept: one a language and an address under which the service is reached."""


class _Home:
    def __init__(self, answering: Answering, pages: Pages, about: About) -> None:
        self._answering, self._pages, self._about = answering, pages, about
        self._kept = OrderedDict[tuple[str, str], tuple[bytes, dict[str, str]]]()

    async def __call__(self, request: Request) -> Response:
        where = self._pages.where(request, "", ())
        key = where.lang, where.base
        if key not in self._kept or not self._answering.engine.immutable:
            page = page_response(where, await self._page(request, where))
            tag = f'W/"{sha256(bytes(page.body)).hexdigest()[:32]}"'
            self._kept[key] = bytes(page.body), {**page.headers, "cache-control": "public, no-cache", "etag": tag}
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        body, headers = self._kept[key]
        if headers["etag"] in request.headers.get("if-none-match", ""):
            known = {name: headers[name] for name in ("etag", "cache-control", "vary")}
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=known)
        return Response(body, headers=headers)  # a new one: what compresses it writes into it

    async def _page(self, request: Request, where: Where) -> str:
        try:
            return await self._answering.work(request, page(self._pages.rendering, where, self._about))
        except QueryError as error:
            raise of_own_query(error) from error


def router(answering: Answering, pages: Pages, about: About) -> APIRouter:
    """Return the route of the home page."""
    routes = APIRouter(include_in_schema=False)
    home = _Home(answering, pages, about)

    @routes.get("/")
    async def panorama(request: Request) -> Response:
        return await home(request)

    return routes
