"""``/dumps/``, ``/catalogue`` and ``/.well-known/void``: the published files of the snapshot, served as they are on disk.

They are made by a process of its own when somebody first asks for one (`bqwgraph.publication.build`), in a folder that goes with
the snapshot; until they are there, the answer is 503 with Retry-After. ETags are the digests of the content.
"""

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from hashlib import file_digest, sha256
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, Response

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.pages.data import dumps_page
from bqwgraph.publication.changes import INDEX, lasting
from bqwgraph.publication.releases import SCRIPTS
from bqwgraph.publication.sitemap import robots
from bqwgraph.service.documented import responses
from bqwgraph.service.front import base_of
from bqwgraph.service.negotiation import GRAPHS, PAGE, Offer, by_name, select
from bqwgraph.service.pages import Pages, page_response
from bqwgraph.service.problems import Problem
from bqwgraph.service.resources import BESIDES, Responder

log = logging.getLogger("bqwgraph.published")

_PATIENCE: Final = 20.0
"""How long a request waits until files are made, in seconds."""
_ROBOTS_AGE: Final = 3600
"""For how long a crawler keeps its rules, in seconds."""
_TYPES: Final = {
    **{f".{offer.name}": offer.content_type for offer in GRAPHS},
    ".csv": "text/csv; charset=utf-8",
    **{f".{ending}": media_type for ending, media_type in SCRIPTS.items()},
    ".json": "application/json",
    ".gz": "application/gzip",
    ".xml": "application/xml",
    ".zst": "application/zstd",
}


@dataclass(frozen=True)
class Made:
    """What was made: files below ``folder``, by name, with their entity tags and their dates (RFC 9110).

    The files of a release are dated as it is, what is made of the graph as that is by its own word, and lists of changes not.
    """

    folder: Path
    names: frozenset[str]
    tags: dict[str, str]
    dates: dict[str, str]


class Published:
    """The published files of one snapshot of a folder, made once when they are first wanted.

    ``digest`` names the snapshot, ``url`` is what links begin with, ``log`` is the folder of releases. Without a folder there
    are none.
    """

    def __init__(self, folder: GraphFolder | None, digest: str, url: str, log: Path | None = None) -> None:
        self._folder, self._digest, self._url, self._log = folder, digest, url, log
        self._making: asyncio.Task[Made] | None = None
        self._place: Path | None = None

    async def made(self) -> Made:
        """Return what was made. Raises Problem: 404 where nothing can be made, 503 until it is."""
        if self._folder is None:
            raise Problem(HTTPStatus.NOT_FOUND, "another store answers here: nothing is published from it")
        if self._making is None:
            self._making = asyncio.get_running_loop().create_task(self._make(self._folder))
        try:
            return await asyncio.wait_for(asyncio.shield(self._making), _PATIENCE)
        except TimeoutError as error:
            detail = "the published files are being made; ask again in a moment"
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"limit": "building"}, {"Retry-After": "10"}) from error
        except (OSError, RuntimeError) as error:
            self._making = None
            log.warning("the files that are published could not be made: %s", error)
            detail = "the published files could not be made; the log says why"
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"limit": "building"}, {"Retry-After": "60"}) from error

    async def _make(self, folder: GraphFolder) -> Made:
        self._place = Path(tempfile.mkdtemp(prefix="bqwgraph-published-"))
        places = (folder.root, self._place, self._url, *([self._log] if self._log else []))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bqwgraph.publication.build", *map(str, places)),
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            said, _ = await process.communicate()
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            raise RuntimeError(said.decode("utf-8", "replace").strip() or f"exit code {process.returncode}")
        told = json.loads(said)
        if told["snapshot"] != self._digest:
            raise RuntimeError("the files of the graph have changed since it was read; reload it")
        return await asyncio.to_thread(_read, self._place, frozenset(told["files"]), told["modified"])

    async def close(self) -> None:
        """Stop making, and remove what was made."""
        if self._making is not None:
            self._making.cancel()
            with suppress(asyncio.CancelledError, OSError, RuntimeError):
                await self._making
        if self._place is not None:
            await asyncio.to_thread(shutil.rmtree, self._place, ignore_errors=True)


def _read(place: Path, names: frozenset[str], modified: str) -> Made:
    tags = dict[str, str]()
    for name in names:
        with (place / name).open("rb") as file:
            tags[name] = f'"{file_digest(file, "sha256").hexdigest()[:32]}"'
    listing = json.loads((place / INDEX).read_text("utf-8"))
    dates = dict[str, str]()
    with suppress(ValueError):  # some graphs do not say when they were modified
        dates = dict.fromkeys((name for name in names if not name.startswith("changes")), _http_date(modified))
    for release in listing["releases"]:
        dates |= dict.fromkeys(lasting(release), _http_date(release["date"]))
    return Made(place, names, tags, dates)


def _http_date(day: str) -> str:
    """Return the beginning of a day (ISO) as HTTP has dates."""
    return format_datetime(datetime.combine(date.fromisoformat(day), time(), UTC), usegmt=True)


def router(published: Published, pages: Pages, responder: Responder) -> APIRouter:
    """Return the routes of the catalogue, of VoID and of the dumps; ``responder`` shows what the graph says of the catalogue."""
    routes = APIRouter(tags=["Publication"])

    def described(name: str, path: str, summary: str, besides: tuple[Offer, ...]) -> None:
        offers = (*GRAPHS, *besides)

        @routes.get(path, summary=summary, response_class=Response, responses=responses(offers, 400, 406, 503), name=name)
        async def negotiated(request: Request) -> Response:
            chosen = select(request.headers.get("accept"), offers, request.query_params.get("format", ""))
            return await (responder(request, name, (chosen,)) if chosen in besides else _one(request, published, name, chosen))

        @routes.get(f"{path}.{{suffix}}", include_in_schema=False)
        async def in_one_form(request: Request, suffix: str) -> Response:
            chosen = by_name(suffix, offers)
            if chosen is None:
                raise Problem(HTTPStatus.NOT_FOUND, f"there is no {name}.{suffix}")
            named = f"{name}.{suffix}"
            return await (responder(request, named, (chosen,)) if chosen in besides else _one(request, published, name, chosen))

    described("catalogue", "/catalogue", "What is published: the DCAT-AP catalogue", BESIDES)
    described(".well-known/void", "/.well-known/void", "What the graph holds, in figures: its VoID description", ())

    @routes.get("/dumps/", summary="The dumps, and their checksums", responses=responses((_INDEX, PAGE), 406, 503))
    async def listed(request: Request) -> Response:
        chosen = select(request.headers.get("accept"), (_INDEX, PAGE), request.query_params.get("format", ""))
        made = await published.made()
        if chosen == _INDEX:
            return file_response(request, made, "dumps/index.json", {"Vary": "Accept, Accept-Encoding"})
        index = json.loads(await asyncio.to_thread((made.folder / "dumps/index.json").read_text, "utf-8"))
        where = pages.where(request)
        return page_response(where, dumps_page(pages.rendering, where, index))

    @routes.get("/dumps", include_in_schema=False)
    async def without_slash(request: Request) -> Response:
        return await listed(request)

    @routes.get(
        "/dumps/{name:path}", summary="A dump, whole or in ranges", response_class=Response, responses=responses((), 404, 503)
    )
    async def dump(request: Request, name: str) -> Response:
        made = await published.made()
        if f"dumps/{name}" not in made.names:
            raise Problem(HTTPStatus.NOT_FOUND, f"there is no dump {name!r}; /dumps/ lists them")
        return file_response(request, made, f"dumps/{name}", {})

    _add_for_crawlers(routes, published, pages)
    return routes


def _add_for_crawlers(routes: APIRouter, published: Published, pages: Pages) -> None:
    @routes.get("/robots.txt", include_in_schema=False)
    async def rules(request: Request) -> Response:
        text = robots(base_of(request, pages.settings))
        tag = f'"{sha256(text).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": f"public, max-age={_ROBOTS_AGE}"}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        return Response(text, headers={**headers, "Content-Type": "text/plain; charset=utf-8"})

    @routes.get("/sitemap.xml", include_in_schema=False)
    async def index(request: Request) -> Response:
        return file_response(request, await published.made(), "sitemap.xml", {})

    @routes.get("/sitemap-{number}.xml", include_in_schema=False)
    async def part(request: Request, number: str) -> Response:
        made, name = await published.made(), f"sitemap-{number}.xml"
        if name not in made.names:
            raise Problem(HTTPStatus.NOT_FOUND, f"there is no {name}; /sitemap.xml lists what there is")
        return file_response(request, made, name, {})


_INDEX: Final = Offer("application/json", "json")


async def _one(request: Request, published: Published, name: str, chosen: Offer) -> Response:
    made = await published.made()
    suffix = chosen.name
    return file_response(
        request,
        made,
        f"{name}.{suffix}",
        {"Vary": "Accept, Accept-Encoding", "Content-Location": f"/{name}.{suffix}"},
        chosen.content_type,
    )


def file_response(request: Request, made: Made, name: str, headers: dict[str, str], content_type: str = "") -> Response:
    """Return a file, or 304 where the client has it."""
    tag = made.tags[name]
    shared = {**headers, "ETag": tag, "Cache-Control": "public, no-cache"}
    if name in made.dates:
        shared["Last-Modified"] = made.dates[name]
    if tag in request.headers.get("if-none-match", "") or request.headers.get("if-none-match", "").strip() == "*":
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=shared)
    content_type = content_type or _TYPES.get(Path(name).suffix, "text/plain; charset=utf-8")
    return FileResponse(made.folder / name, headers=shared, media_type=content_type)
