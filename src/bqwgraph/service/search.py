"""``/search``: what people type, and the things of the graph that it may name, as a page or as JSON.

The index is made in a folder that goes with the snapshot, by a process of its own, when somebody first asks for it; this process
only passes the engine's answers on. Until it is there the answer is 503 with Retry-After.
"""

import asyncio
import json
import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bqwgraph.engine.interface import QueryError, ServedEngine
from bqwgraph.graph.namespaces import shorten
from bqwgraph.pages.rendering import LANGUAGES, Where
from bqwgraph.queries.saved import SavedQuery
from bqwgraph.search.build import INDEX, QUERIES
from bqwgraph.search.index import GROUPS, LONGEST, Found, Thing, find
from bqwgraph.search.questions import QUESTIONS
from bqwgraph.service.documented import responses
from bqwgraph.service.negotiation import PAGE, Offer, select
from bqwgraph.service.pages import Pages
from bqwgraph.service.problems import Problem, of_own_query

log = logging.getLogger("bqwgraph.search")

_PATIENCE: Final = 10.0
"""How long a request waits until the index is made, in seconds."""
_AT_ONCE: Final = 4
"""Searches that run at once, each in a thread."""
_JSON: Final = Offer("application/json", "json")
_OFFERS: Final = (PAGE, _JSON)
_USUAL, _MOST = 20, 100
_MOST_OF_A_GROUP: Final = 8
"""Results of a group on the page of all groups."""


class Index:
    """The index of what one engine answers from, made once when it is first wanted; ``seconds`` is what a question may take."""

    def __init__(self, engine: ServedEngine, queries: Iterable[SavedQuery], seconds: float) -> None:
        self._engine, self._queries, self._seconds = engine, list(queries), seconds
        self._making: asyncio.Task[Path] | None = None
        self._place: Path | None = None
        self._limiter: CapacityLimiter | None = None

    def begin(self) -> "asyncio.Task[Path]":
        """Begin to make it, where nobody has yet."""
        if self._making is None:
            self._making = asyncio.get_running_loop().create_task(self._make())
        return self._making

    async def find(self, text: str) -> Found:
        """Return what a text may name. Raises Problem: 503 until the index is made."""
        try:
            where = await asyncio.wait_for(asyncio.shield(self.begin()), _PATIENCE)
        except TimeoutError as error:
            detail = "the search index is being made; ask again in a moment"
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"limit": "building"}, {"Retry-After": "5"}) from error
        except QueryError as error:
            self._making = None
            raise of_own_query(error) from error
        except (OSError, RuntimeError) as error:
            self._making = None
            log.warning("the search index could not be made: %s", error)
            detail = "the search index could not be made; the log says why"
            raise Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"limit": "building"}, {"Retry-After": "60"}) from error
        self._limiter = self._limiter or CapacityLimiter(_AT_ONCE)
        return await to_thread.run_sync(find, where, text, limiter=self._limiter)

    async def _make(self) -> Path:
        if self._place is None:
            self._place = Path(tempfile.mkdtemp(prefix="bqwgraph-search-"))
        for name, question in QUESTIONS.items():
            answer = await self._engine.answer(question, self._seconds)
            await to_thread.run_sync((self._place / f"{name}.csv").write_bytes, answer.body)
        told = json.dumps([_told(query) for query in self._queries], ensure_ascii=False)
        await to_thread.run_sync((self._place / QUERIES).write_text, told, "utf-8")
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "bqwgraph.search.build", str(self._place)),
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        try:
            _, said = await process.communicate()
        finally:
            if process.returncode is None:
                os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            raise RuntimeError(said.decode("utf-8", "replace").strip() or f"exit code {process.returncode}")
        return self._place / INDEX

    async def close(self) -> None:
        """Stop making, and remove what was made."""
        if self._making is not None:
            self._making.cancel()
            with suppress(asyncio.CancelledError, OSError, RuntimeError, QueryError):
                await self._making
        if self._place is not None:
            await to_thread.run_sync(lambda place: shutil.rmtree(place, ignore_errors=True), self._place)


def _told(query: SavedQuery) -> dict[str, str]:
    texts = {"title": query.title, "question": query.question}
    return {"name": query.name} | {f"{name}_{lang[:2]}": text[lang] for name, text in texts.items() for lang in LANGUAGES}


@dataclass(frozen=True)
class _Asked:
    text: str
    group: str
    most: int


def _read(request: Request) -> _Asked:
    asked = request.query_params
    group, most = asked.get("group", ""), asked.get("limit", str(_USUAL))
    if group and group not in GROUPS:
        raise Problem(HTTPStatus.BAD_REQUEST, f"group: expected one of {', '.join(GROUPS)}", {"nearest": list(GROUPS)})
    if not (most.isascii() and most.isdigit() and 1 <= int(most[:9]) <= _MOST):
        raise Problem(HTTPStatus.BAD_REQUEST, f"limit: expected a whole number from 1 to {_MOST}, not {most[:40]!r}")
    return _Asked(asked.get("q", ""), group, int(most))


def router(index: Index, pages: Pages, *, immutable: bool) -> APIRouter:
    """Return the route of the search; where answers are ``immutable``, they may be kept."""
    routes = APIRouter(tags=["Search"])

    @routes.get(
        "/search",
        summary="What a name, pinyin, a code or an IRI may mean",
        description=_DESCRIPTION,
        response_class=Response,
        responses=responses(_OFFERS, 400, 406, 503),
        openapi_extra={"parameters": _PARAMETERS},
    )
    async def search(request: Request) -> Response:
        chosen = select(request.headers.get("accept"), _OFFERS, request.query_params.get("format", ""))
        asked = _read(request)
        if asked.text.strip():
            found = await index.find(asked.text)
        else:
            index.begin()
            found = Found(())
        where = pages.where(request)
        notes = _notes(found, pages.messages)
        things = [thing for thing in found.things if not asked.group or thing.group == asked.group]
        response: Response
        if chosen == _JSON:
            told = [_thing(thing, where) for thing in things[: asked.most]]
            content = {"query": asked.text, "results": told, "more": len(things) > asked.most, "notes": notes}
            response = JSONResponse(content, headers={"Vary": "Accept, Accept-Language"})
        else:
            groups = _grouped(things, _MOST if asked.group else _MOST_OF_A_GROUP)
            response = pages.render(
                request,
                "search.html",
                asked=asked.text,
                group=asked.group,
                groups=[_Group(name, some, more, asked.text, where) for name, some, more in groups],
                count=len(things),
                notes=[note[where.lang] for note in notes],
            )
        if immutable:
            tag = f'"{sha256(bytes(response.body)).hexdigest()[:32]}"'
            response.headers.update({"ETag": f"W/{tag}", "Cache-Control": "public, no-cache"})
            if tag in request.headers.get("if-none-match", ""):
                kept = {name: value for name, value in response.headers.items() if name != "content-length"}
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=kept)
        return response

    return routes


def _grouped(things: Iterable[Thing], most: int) -> list[tuple[str, list[Thing], int]]:
    """Return the groups in the order of their best, each with its first things and how many follow."""
    groups = dict[str, list[Thing]]()
    for thing in things:
        groups.setdefault(thing.group, []).append(thing)
    return [(name, some[:most], max(0, len(some) - most)) for name, some in groups.items()]


class _Group:
    """A group of results as the page shows it."""

    def __init__(self, name: str, things: Sequence[Thing], more: int, text: str, where: Where) -> None:
        self.name, self.more = name, more
        self.all = where.link("search", q=text, group=name)
        mine = LANGUAGES.index(where.lang)
        self.rows = [
            {
                "href": where.href(thing.iri),
                "label": _marked(thing.label[mine], text),
                "other": thing.label[1 - mine] if thing.label[1 - mine] != thing.label[mine] else "",
                "by": _marked(thing.by, text) if thing.by and thing.by not in thing.label else None,
                "kind": thing.kind_label[mine],
                "within": thing.within_label[mine],
                "name": shorten(thing.iri),
            }
            for thing in things
        ]


def _marked(label: str, text: str) -> tuple[str, str, str]:
    """Return a label in three parts, of which the second is what was typed, if it is in it as it was typed."""
    low, word = label.lower(), text.strip().lower()
    at = low.find(word) if word and len(low) == len(label) else -1
    return (label[:at], label[at : at + len(word)], label[at + len(word) :]) if at >= 0 else (label, "", "")


def _thing(thing: Thing, where: Where) -> dict[str, Any]:
    def both(texts: tuple[str, str]) -> dict[str, str]:
        return dict(zip(LANGUAGES, texts, strict=True))

    def link(iri: str, label: tuple[str, str]) -> dict[str, Any]:
        return {"iri": iri, "url": where.absolute(where.href(iri)), "label": both(label)}

    return {
        **link(thing.iri, thing.label),
        "kind": thing.kind,
        "kind_label": both(thing.kind_label),
        **({"level": thing.level} if thing.level else {}),
        **({"found_by": thing.by} if thing.by else {}),
        "group": thing.group,
        "score": thing.score,
        "within": link(thing.within, thing.within_label) if thing.within else None,
    }


def _notes(found: Found, messages: Mapping[str, Mapping[str, str]]) -> list[dict[str, str]]:
    notes = list[dict[str, str]]()
    if found.clash is not None:
        name = "search_clash" if found.clash.meant else "search_other_list"
        told = {"code": found.clash.code, "meant": shorten(found.clash.meant), "other": shorten(found.clash.other)}
        notes.append({lang: messages[lang][name].format(**told) for lang in LANGUAGES})
    if found.cut:
        notes.append({lang: messages[lang]["search_long"].format(most=LONGEST) for lang in LANGUAGES})
    return notes


_DESCRIPTION: Final = f"""Things by any name in Chinese or English, by pinyin, code, notation or IRI, the best first.

A wrong character, a missing 镇, 村 or 市, quotes and the width of signs make no difference. A bare code is one of NBS 2023; where
it is another place's in the list of 2026, `notes` says so. JSON: `results` has `iri`, `url`, `label` in both languages, `kind`
(a class), `kind_label`, `level` of a place, `group` (one of {", ".join(GROUPS)}), `score` (0 to 1), `within` (what it is part
of, or null) and `found_by`, another name that fitted; `more` says whether others follow."""
_PARAMETERS: Final[list[dict[str, Any]]] = [
    {
        "name": "q",
        "in": "query",
        "schema": {"type": "string"},
        "description": f"What is looked for; the first {LONGEST} characters count",
        "example": "鹤山",
    },
    {"name": "group", "in": "query", "schema": {"type": "string", "enum": list(GROUPS)}, "description": "Only this group"},
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _USUAL},
        "description": "Results in JSON",
    },
    {"name": "lang", "in": "query", "schema": {"type": "string", "enum": list(LANGUAGES)}, "description": "The page's language"},
    {"name": "format", "in": "query", "schema": {"type": "string", "enum": ["html", "json"]}, "description": "Instead of Accept"},
]
