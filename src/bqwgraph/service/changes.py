"""``/changes``: the releases and what changed from one to the next, as pages and as the files that were made beforehand.

The graph is not needed for it: pages are made of ``changes.json`` and of the pages of changes that stand beside it.
"""

import asyncio
import json
from hashlib import sha256
from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.pages.changes import NONE, changes_page, release_page
from bqwgraph.pages.rendering import Where
from bqwgraph.publication import releases
from bqwgraph.publication.changes import FEED, INDEX, Listing, page_path
from bqwgraph.publication.feed import MEDIA_TYPE
from bqwgraph.service.documented import responses
from bqwgraph.service.negotiation import PAGE, Offer, by_name, select
from bqwgraph.service.pages import Pages, page_response
from bqwgraph.service.problems import Problem
from bqwgraph.service.published import Made, Published, file_response

_JSON: Final = Offer("application/json", "json")
_ATOM: Final = Offer(MEDIA_TYPE, "atom")
_LISTS: Final = (_JSON, PAGE, _ATOM)
SCRIPTS: Final = tuple(Offer(media_type, ending) for ending, media_type in releases.SCRIPTS.items())
"""The forms that can be applied to the release before."""
_FORMS: Final = (_JSON, PAGE, *SCRIPTS)


def router(published: Published, pages: Pages) -> APIRouter:
    """Return the routes of the releases' changes."""
    routes, answering = APIRouter(tags=["Publication"]), _Changes(published, pages)

    @routes.get(
        "/changes",
        summary="The releases, newest first, and what changed in each; also as a feed",
        response_class=Response,
        responses=responses(_LISTS, 400, 404, 406, 503),
    )
    async def listed(request: Request) -> Response:
        chosen = select(request.headers.get("accept"), _LISTS, request.query_params.get("format", ""))
        return await answering.all(request, chosen)

    @routes.get("/changes.{suffix}", include_in_schema=False)
    async def listed_in_one_form(request: Request, suffix: str) -> Response:
        chosen = by_name(suffix, _LISTS)
        if chosen is None:
            raise Problem(HTTPStatus.NOT_FOUND, f"there is no changes.{suffix}")
        return await answering.all(request, chosen)

    @routes.get(
        "/changes/{name:path}",
        summary="All that changed in a release (1.2.0), to read or to apply; in one form with its ending (1.2.0.rdfp)",
        response_class=Response,
        responses=responses(_FORMS, 400, 404, 406, 503),
    )
    async def of_release(request: Request, name: str) -> Response:
        return await (answering.one(request, name) if name else listed(request))

    return routes


class _Changes:
    """Answers requests for the changes of published releases."""

    def __init__(self, published: Published, pages: Pages) -> None:
        self._published, self._pages = published, pages

    async def all(self, request: Request, chosen: Offer) -> Response:
        """Return the list of releases."""
        made = await self._published.made()
        if chosen != PAGE:
            return await _as_it_is(request, made, FEED if chosen == _ATOM else INDEX, chosen)
        listing, where = await _read(made, INDEX), self._pages.where(request, "changes", ())
        return _page(request, where, changes_page(self._pages.rendering, where, listing))

    async def one(self, request: Request, name: str) -> Response:
        """Return the changes of a release: ``name`` is its version, or a file's name with one of the endings."""
        made = await self._published.made()
        path = f"changes/{name}"
        if path in made.dates:
            return file_response(request, made, path, {})
        if path in made.names:
            return await _as_it_is(request, made, path, _JSON)
        listing = await _read(made, INDEX)
        known = {release["version"]: release for release in listing["releases"]}
        version, ending = name, ""
        for offer in _FORMS:
            if name.endswith(f".{offer.name}"):
                version, ending = name.removesuffix(f".{offer.name}"), offer.name
        release = known.get(version)
        if release is None:
            raise Problem(HTTPStatus.NOT_FOUND, f"there is no release {version!r}; /changes lists them", {"nearest": list(known)})
        if ending and ending not in (*release["forms"], PAGE.name):
            raise Problem(HTTPStatus.NOT_FOUND, _why_not(release), {"available": list(release["forms"].values())})
        offers = [offer for offer in _FORMS if offer == PAGE or offer.name in release["forms"]]
        chosen = select(request.headers.get("accept"), offers, ending or request.query_params.get("format", ""))
        if chosen == PAGE:
            return await self._release_page(request, made, release)
        path = release["forms"][chosen.name]
        headers = {"Vary": "Accept", "Content-Location": f"/{path}"}
        return file_response(request, made, path, headers, chosen.content_type)

    async def _release_page(self, request: Request, made: Made, release: Listing) -> Response:
        asked = request.query_params.get("page", "1")
        number, pages = int(asked) if asked.isascii() and asked.isdigit() else 0, release["pages"]
        if not 1 <= number <= max(pages, 1):
            raise Problem(HTTPStatus.NOT_FOUND, f"page: expected a number from 1 to {max(pages, 1)}, not {asked!r}")
        told = await _read(made, page_path(release["version"], number)) if pages else NONE
        where = self._pages.where(request, f"changes/{release['version']}", ("page",))
        return _page(request, where, release_page(self._pages.rendering, where, release, told, number))


def _page(request: Request, where: Where, text: str) -> Response:
    """Return a page, or 304 where the client has it."""
    page = page_response(where, text)
    tag = f'"{sha256(page.body).hexdigest()[:32]}"'
    page.headers.update({"ETag": f"W/{tag}", "Cache-Control": "public, no-cache"})
    return _unless_known(request, tag, page)


async def _as_it_is(request: Request, made: Made, name: str, chosen: Offer) -> Response:
    """Return a file that changes with the graph or the log, without a date: more than one of its forms may be of one day."""
    body = await asyncio.to_thread((made.folder / name).read_bytes)
    tag = made.tags[name]
    headers = {"ETag": tag, "Cache-Control": "public, no-cache", "Vary": "Accept", "Content-Location": f"/{name}"}
    return _unless_known(request, tag, Response(body, headers=headers, media_type=chosen.content_type))


def _unless_known(request: Request, tag: str, response: Response) -> Response:
    told = request.headers.get("if-none-match", "")
    if tag not in told and told.strip() != "*":
        return response
    kept = {name: response.headers[name] for name in ("etag", "cache-control", "vary") if name in response.headers}
    return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)


async def _read(made: Made, name: str) -> Listing:
    listing: Listing = json.loads(await asyncio.to_thread((made.folder / name).read_text, "utf-8"))
    return listing


def _why_not(release: Listing) -> str:
    version = release["version"]
    if not release["previous"]:
        return f"{version} is the first release: there is none to apply changes to; its dumps are below /dumps/{version}/"
    return f"what changed in {version} has no exact form as that; there are {', '.join(release['forms'].values())}"
