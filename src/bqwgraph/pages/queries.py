"""The saved queries as pages: a gallery by topic, and a page for each with its form, its answer, and how else to ask it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from shlex import quote
from typing import Final
from urllib.parse import urlencode

from bqwgraph.pages.rendering import Pages, Where
from bqwgraph.pages.results import Table
from bqwgraph.pages.shown import Shown
from bqwgraph.queries.prepare import Prepared
from bqwgraph.queries.saved import Parameter, SavedQuery
from bqwgraph.validation.expected import Keyed

_CHAPTERS: Final = ("actions", "policies", "targets", "places", "designations", "evidence", "provenance", "vocabulary", "gaps")
"""The order in which topics stand; others follow."""


@dataclass(frozen=True)
class Answered:
    """An answer for the page: the query as it was asked, what came, as a table, how many rows were checked; or what was wrong."""

    prepared: Prepared
    shown: Shown = field(default_factory=Shown)
    table: Table = field(default_factory=lambda: Table((), ()))
    agrees: int | None = None
    error: str = ""
    error_lang: str = "en"
    nearest: Sequence[tuple[str, str]] = ()
    status: HTTPStatus = HTTPStatus.OK


@dataclass(frozen=True)
class Field:
    """A parameter in the form: its value, and values with what they are called, to pick from or as suggestions."""

    parameter: Parameter
    value: str
    options: Sequence[tuple[str, str]]
    picked: bool


@dataclass(frozen=True)
class Asked:
    """What was asked of a saved query, and what for the page is known of it.

    ``values`` are those of the parameters, ``by_example``: some are the examples, since nothing was given. ``forms`` are the
    names of the forms in which the answer can be had, ``accept`` is the media type of that which a terminal gets.
    """

    query: SavedQuery
    values: Mapping[str, str]
    answered: Answered
    fields: Sequence[Field] = ()
    by_example: bool = False
    forms: Sequence[str] = ()
    accept: str = ""
    keyed: Sequence[Keyed] = ()


def gallery(pages: Pages, where: Where, queries: Sequence[SavedQuery], topic: str = "") -> str:
    """Return the page of all queries, or of those with a tag."""
    t, some = pages.messages[where.lang], [query for query in queries if not topic or topic in query.tags]
    return pages.render(
        where,
        "queries.html",
        topic=topic,
        topics=[(tag, _topic(tag, t), count) for tag, count in _topics(queries).items()],
        chapters=[(tag, _topic(tag, t), listed) for tag, listed in _chapters(some, topic).items()],
    )


def query_page(pages: Pages, where: Where, asked: Asked) -> str:
    """Return the page of a query."""
    t, query = pages.messages[where.lang], asked.query
    path, sent = f"queries/{query.name}", urlencode(asked.values)
    address = where.at_service(path)
    return pages.render(
        where,
        "query.html",
        query=query,
        chapter=[(tag, _topic(tag, t)) for tag in query.tags],
        fields=asked.fields,
        answered=asked.answered,
        notes=[note.within(t) for note in asked.answered.prepared.notes],
        by_example=asked.by_example,
        downloads=[(form, f"{address}?{sent}{'&' if sent else ''}format={form}") for form in asked.forms],
        curl=_curl(f"{where.service}/{path}", asked.values, asked.accept),
        tables=[(table, where.link(f"queries/{query.name}", **table.values)) for table in asked.keyed],
    )


def _topic(tag: str, t: Mapping[str, str]) -> str:
    return t.get(f"topic_{tag}", tag)


def _place_of(tag: str) -> tuple[int, str]:
    return (_CHAPTERS.index(tag) if tag in _CHAPTERS else len(_CHAPTERS)), tag


def _topics(queries: Iterable[SavedQuery]) -> dict[str, int]:
    """Return how many queries have each tag, in the order of the topics."""
    counts = Counter(tag for query in queries for tag in query.tags)
    return {tag: counts[tag] for tag in sorted(counts, key=_place_of)}


def _chapters(queries: Iterable[SavedQuery], topic: str) -> dict[str, list[SavedQuery]]:
    """Return the queries by topic: each under its first, or all of them under the one that was asked for."""
    chapters = dict[str, list[SavedQuery]]()
    for query in queries:
        chapters.setdefault(topic or next(iter(query.tags), "others"), []).append(query)
    return {tag: chapters[tag] for tag in sorted(chapters, key=_place_of)}


def _curl(address: str, values: Mapping[str, str], accept: str) -> str:
    """Return a line for a terminal that fetches the answer."""
    sent = "".join(f" --data-urlencode {quote(f'{name}={value}')}" for name, value in values.items())
    return f"curl -H {quote(f'Accept: {accept}')}{' -G' if sent else ''} {quote(address)}{sent}"
