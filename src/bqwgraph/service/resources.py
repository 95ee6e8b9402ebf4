"""Every IRI below the base at its path: pages, RDF and link sets, by Accept, ``?format=`` or extension."""

import json
from asyncio import to_thread
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from difflib import SequenceMatcher
from email.utils import format_datetime, parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from importlib.metadata import version
from pathlib import Path
from typing import Final, Generic
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import Answer, Dataset, QueryError, Question, Wanted
from bqwgraph.graph.namespaces import BASE, shorten
from bqwgraph.pages.rendering import Where
from bqwgraph.pages.resource import Edition, page
from bqwgraph.pages.view import View
from bqwgraph.publication import contents, json_ld, schema_org
from bqwgraph.publication.contents import Content, Contents
from bqwgraph.publication.describing import (
    DATASET,
    PAGE_SIZE,
    Description,
    House,
    checked,
    nearest,
    successors,
)
from bqwgraph.publication.ontology_history import Touch
from bqwgraph.publication.paths import TOPS
from bqwgraph.publication.signposting import LINKSET, LINKSET_JSON, Sign, address
from bqwgraph.queries.values import Steps, T
from bqwgraph.service.answering import Answering, Asked
from bqwgraph.service.documented import responses
from bqwgraph.service.front import base_of
from bqwgraph.service.negotiation import GRAPHS, PAGE, TABLES, Offer, select
from bqwgraph.service.pages import Pages, language_of, page_response
from bqwgraph.service.problems import Problem, of_own_query

_OFFERS: Final = (PAGE, *GRAPHS, Offer(LINKSET_JSON, "linkset"), Offer(LINKSET, "linkset-text"))
_EXTENSIONS: Final = {offer.name: offer for offer in reversed((PAGE, *GRAPHS))}
_MOST_PAGES: Final = 100_000
_NEAR_SECONDS: Final = 2.0
"""How long is spent on what somebody may have meant."""
_LISTED_ITEMS: Final = 500
_CONTEXT_AGE: Final = 86_400


@dataclass(frozen=True)
class _Place:
    """A request, read: the path without its extension, the IRI, which representation, which page of it, in which language.

    ``extension``: the path names it; ``here`` is the address that negotiates.
    """

    path: str
    iri: str
    offer: Offer
    extension: str
    page: int
    lang: str
    base: str

    @property
    def here(self) -> str:
        return f"{self.base}/{address(self.path)}"

    @property
    def where(self) -> Where:
        return Where(self.lang, self.base, self.path, {"page": str(self.page)} if self.page > 1 else {})

    def link(self, iri: str, label: str) -> dict[str, str]:
        """Return what a problem document says of another resource."""
        return {"label": label, "iri": iri, "url": self.where.absolute(self.where.href(iri))}

    def address(self, page: int) -> str:
        """Return the address of a page of this representation."""
        asked = {**({"lang": self.lang} if self.offer == PAGE else {}), **({"page": page} if page > 1 else {})}
        linkset = self.offer.media_type in {LINKSET_JSON, LINKSET}
        asked |= {"format": self.offer.name} if linkset else {}
        ending = "" if linkset else f".{self.offer.name}"
        return f"{self.here}{ending}" + (f"?{urlencode(asked)}" if asked else "")


class _Resources:
    def __init__(self, answering: Answering, pages: Pages, context: json_ld.Context, history: Sequence[Touch]) -> None:
        self._answering, self._pages, self._context = answering, pages, context
        self._edition = Edition(answering.engine.digest, history)
        digests = [sha256(text.encode()).hexdigest() for text in (context.text, repr(history))]
        self._made_by = f"{version('bqwgraph')} {' '.join(digests)} {_fingerprint()}"

    async def __call__(self, request: Request) -> Response:
        path = request.scope["path"].removeprefix("/")
        return await self.respond(request, path.removesuffix("/"), _OFFERS)

    async def respond(self, request: Request, path: str, negotiated: tuple[Offer, ...]) -> Response:
        place = self._read(request, path, negotiated)
        headers = self._headers(place)
        tag = self._tag(place)
        if self._answering.engine.immutable and f'"{tag}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={**headers, **_known_by(tag)})
        try:
            house = await self._work(request, contents.house())
            content = await self._work(request, self._content(place, house))
            if content is None:
                raise await self._not_found(place)
            self._refuse_deprecated(place, content.found)
            sign = await to_thread(self._sign, place, content, house)
            response = await self._write(request, place, content, house, sign)
        except QueryError as error:
            raise of_own_query(error) from error
        if not self._answering.engine.immutable:
            tag = sha256(bytes(response.body)).hexdigest()[:32]
        links = [sign.header(extension=place.extension), *_turning(place, content)]
        response.headers.update({**headers, **_known_by(tag), **_dated(house), "Link": ", ".join(links)})
        if _has(request, tag, house):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={**headers, **_known_by(tag), **_dated(house)})
        return response

    def _read(self, request: Request, path: str, negotiated: tuple[Offer, ...]) -> _Place:
        plain, dot, extension = path.rpartition(".")
        named = _EXTENSIONS.get(extension) if dot and "/" not in extension else None
        if named is None:
            plain, extension = path, ""
        iri = checked(plain)
        if iri is None:
            raise Problem(
                HTTPStatus.NOT_FOUND, "there is nothing at this path: it is longer, or of other characters, than any IRI here"
            )
        offer = named or select(request.headers.get("accept"), negotiated, request.query_params.get("format", ""))
        asked = request.query_params.get("page", "1")
        if not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:9]) <= _MOST_PAGES):
            raise Problem(HTTPStatus.BAD_REQUEST, f"page: expected a whole number from 1 on, not {asked[:40]!r}")
        base = base_of(request, self._answering.settings)
        return _Place(plain, iri, offer, extension, int(asked), language_of(request), base)

    def _headers(self, place: _Place) -> dict[str, str]:
        varies = [] if place.extension else ["Accept"]
        varies += ["Accept-Language"] if place.offer == PAGE or not place.extension else []
        return {"Content-Location": place.address(place.page), "Vary": ", ".join([*varies, "Accept-Encoding"])}

    def _tag(self, place: _Place) -> str:
        language = place.lang if place.offer == PAGE else ""
        parts = (
            self._answering.engine.digest,
            self._made_by,
            place.iri,
            place.offer.media_type,
            str(place.page),
            language,
            place.base,
        )
        return sha256("\0".join(parts).encode()).hexdigest()[:32]

    async def _work(self, request: Request, steps: Steps[T]) -> T:
        """Do what asks questions on its way; what lies between them, reading thousands of triples, is done in a thread."""
        step = await to_thread(_step, steps, None)
        while isinstance(step, Question):
            asked = Asked(step.query, Dataset(), (_offer_of(step.wanted),), self._answering.settings.timeout)
            step = await to_thread(_step, steps, await self._answering.answer(request, asked))
        return step.result

    def _content(self, place: _Place, house: House) -> Steps[Content | None]:
        there = Contents(self._answering.engine.graphs, house.version)
        if place.offer.graph is None:
            return there.to_read(place.path, place.page)
        return there.as_data(place.path, place.page, place.offer.graph)

    async def _not_found(self, place: _Place) -> Problem:
        asked = Asked(nearest(place.path).query, Dataset(), (TABLES[0],), min(_NEAR_SECONDS, self._answering.settings.timeout))
        try:
            rows = json.loads((await self._answering.engine.answer(asked.question, asked.timeout)).body)["results"]["bindings"]
        except QueryError:  # then the answer says only what it knows
            rows = []
        name = place.path.rpartition("/")[2].lower()
        found = [(row["thing"]["value"], row["shown"]["value"]) for row in rows if "thing" in row]
        found.sort(key=lambda pair: -max(_alike(name, one) for one in (pair[0].rpartition("/")[2], *pair[1].split(" / "))))
        near = [place.link(iri, f"{shown} ({shorten(iri)})") for iri, shown in found[:5]]
        page = f" on page {place.page}" if place.page > 1 else ""
        return Problem(HTTPStatus.NOT_FOUND, f"the graph says nothing of <{place.iri}>{page}", {"nearest": near})

    def _refuse_deprecated(self, place: _Place, found: Description) -> None:
        if not contents.is_gone(place.path, found):
            return
        view = View(House({}, "", "", ""), place.where, ("", ""))
        after = [place.link(iri, view.named(found, iri).text) for iri in successors(found)]
        told = f"<{place.iri}> is deprecated" + (f"; <{after[0]['iri']}> has taken its place" if after else "")
        links = {"Link": ", ".join(f'<{address(one["url"])}>; rel="successor-version"' for one in after)} if after else {}
        raise Problem(HTTPStatus.GONE, told, {"successors": after, "nearest": after}, links)

    def _sign(self, place: _Place, content: Content, house: House) -> Sign:
        view = View(house, place.where, ("", ""))
        inside = content.listed if content.listed is not None else view.subjects(content.found)
        if place.iri == DATASET:
            inside = [f"{BASE}{top}" for top in TOPS if top not in {"dataset", "graph"}]
        items = [f"{place.base}/{address(iri.removeprefix(BASE))}" for iri in inside[:_LISTED_ITEMS] if iri.startswith(BASE)]
        types = schema_org.type_iris(content.found) or ["https://schema.org/Collection"]
        collection = "" if place.iri == DATASET else f"{place.base}/dataset"
        return Sign(place.iri, place.here, types, house.license, collection, items)

    async def _write(self, request: Request, place: _Place, content: Content, house: House, sign: Sign) -> Response:
        if place.offer.media_type in {LINKSET_JSON, LINKSET}:
            return Response(sign.link_set(place.offer.media_type), media_type=place.offer.media_type)
        if place.offer.graph is None:
            made = page(self._pages.rendering, place.where, content, house, self._edition)
            return page_response(place.where, await self._work(request, made))
        body = await to_thread(contents.write, content, place.offer.graph, self._context, place.base)
        return Response(body, headers={"Content-Type": place.offer.content_type})


Responder = Callable[[Request, str, tuple[Offer, ...]], Awaitable[Response]]
"""Answers a request for what the graph says of the IRI at a path, in one of the offered forms."""
BESIDES: Final = (PAGE, *_OFFERS[-2:])
"""The forms in which only the graph is shown: a page, and link sets."""


def responder(answering: Answering, pages: Pages, history: Sequence[Touch]) -> Responder:
    """Return what answers for an IRI whose RDF comes from elsewhere."""
    return _Resources(answering, pages, json_ld.Context.published(), history).respond


def router(answering: Answering, pages: Pages, history: Sequence[Touch]) -> APIRouter:
    """Return the routes of all IRIs below the base, of the JSON-LD context and of link sets.

    ``history`` are the releases that touched the ontology, the newest first.
    """
    routes = APIRouter(tags=["Resources"])
    context = json_ld.Context.published()
    resources = _Resources(answering, pages, context, history)
    tag = sha256(context.text.encode()).hexdigest()[:32]

    async def resource(request: Request) -> Response:
        return await resources(request)

    for top in TOPS:
        for path in (f"/{top}", f"/{top}.{{extension}}", f"/{top}/{{rest:path}}"):
            shown = {"/ontology", "/dataset", "/vocab", "/shapes"} & {path}
            routes.add_api_route(
                path,
                resource,
                methods=["GET"],
                summary=f"{path.removeprefix('/').capitalize()}, as a page or as RDF",
                response_class=Response,
                responses=responses(_OFFERS, 400, 404, 406, 502, 503, 504),
                include_in_schema=bool(shown),
                openapi_extra={"parameters": _PARAMETERS},
            )

    @routes.get(
        "/linkset",
        summary="The link set of a resource (RFC 9264): ?iri=",
        response_class=Response,
        responses=responses(_OFFERS[-2:], 400, 404, 406, 502, 503, 504),
        openapi_extra={"parameters": [_IRI, *_PARAMETERS]},
    )
    async def linkset(request: Request) -> Response:
        iri = request.query_params.get("iri", "")
        here = base_of(request, answering.settings) + "/"
        path = next((iri.removeprefix(start) for start in (BASE, here) if iri.startswith(start)), None)
        if path is None:
            raise Problem(
                HTTPStatus.BAD_REQUEST, f"iri: expected an IRI that begins with {BASE} or an address that begins with {here}"
            )
        return await resources.respond(request, path.partition("#")[0], _OFFERS[-2:])

    @routes.get("/context.jsonld", summary="The JSON-LD context", response_class=Response, responses=responses([GRAPHS[2]]))
    async def published(request: Request) -> Response:
        headers = {**_known_by(tag), "Cache-Control": f"public, max-age={_CONTEXT_AGE}", "Vary": "Accept-Encoding"}
        if f'"{tag}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(context.text, headers=headers, media_type="application/ld+json")

    return routes


_PARAMETERS: Final = [
    {"name": "format", "in": "query", "schema": {"type": "string"}, "description": "Instead of Accept, e.g. ttl or jsonld"},
    {
        "name": "page",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1},
        "description": f"Which {PAGE_SIZE} of what points here",
    },
]
_IRI: Final = {
    "name": "iri",
    "in": "query",
    "required": True,
    "schema": {"type": "string"},
    "description": "An IRI below the base",
}


def _offer_of(wanted: Wanted) -> Offer:
    return next(offer for offer in (*TABLES, *GRAPHS) if (offer.table, offer.graph) == (wanted.table, wanted.graph))


def _fingerprint() -> str:
    """Return what changes when the way in which answers are made does, so that no client keeps one that was made otherwise."""
    package, total = Path(__file__).parent.parent, sha256()
    for pattern in ("publication/*.py", "service/resources.py", "pages/*.py", "web/templates/*.html", "web/messages/*.yaml"):
        for path in sorted(package.glob(pattern)):
            total.update(path.read_bytes())
    return total.hexdigest()


@dataclass(frozen=True)
class _Done(Generic[T]):
    result: T


def _step(steps: Steps[T], answer: Answer | None) -> Question | _Done[T]:
    """Go on with work in a thread, which cannot be left by StopIteration."""
    try:
        return next(steps) if answer is None else steps.send(answer)
    except StopIteration as end:
        return _Done(end.value)


def _alike(name: str, other: str) -> float:
    return SequenceMatcher(None, name, other.lower()).ratio()


def _known_by(tag: str) -> dict[str, str]:
    return {"ETag": f'W/"{tag}"', "Cache-Control": "public, no-cache"}


def _moment(house: House) -> datetime | None:
    try:
        return datetime.combine(date.fromisoformat(house.modified), time(), UTC)
    except ValueError:
        return None


def _dated(house: House) -> dict[str, str]:
    moment = _moment(house)
    return {"Last-Modified": format_datetime(moment, usegmt=True)} if moment else {}


def _has(request: Request, tag: str, house: House) -> bool:
    """Whether the client has this representation already (RFC 9110, 13.2.2: an entity tag goes before a date)."""
    told = request.headers.get("if-none-match")
    if told is not None:
        return f'"{tag}"' in told or told.strip() == "*"
    since, moment = request.headers.get("if-modified-since"), _moment(house)
    if since is None or moment is None:
        return False
    try:
        return parsedate_to_datetime(since).astimezone(UTC) >= moment
    except ValueError:
        return False


def _turning(place: _Place, content: Content) -> list[str]:
    links = [f'<{place.address(place.page - 1)}>; rel="prev"'] if place.page > 1 else []
    return links + ([f'<{place.address(place.page + 1)}>; rel="next"'] if content.more else [])
