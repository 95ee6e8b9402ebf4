"""The pages that are about no resource: home, the saved queries and the answers to them, the dumps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bqwgraph.pages.rendering import Pages, Where
from bqwgraph.pages.shown import Shown
from bqwgraph.publication import schema_org
from bqwgraph.publication.about import About
from bqwgraph.queries.prepare import Prepared
from bqwgraph.queries.saved import SavedQuery


def home(pages: Pages, where: Where, about: About, queries: Iterable[SavedQuery]) -> str:
    """Return the home page."""
    t = pages.messages[where.lang]
    catalogue = schema_org.catalogue(where.address, t["site"], t["tagline"])
    return pages.render(where, "home.html", about=about, queries=list(queries), catalogue=catalogue)


def queries_page(pages: Pages, where: Where, queries: Iterable[SavedQuery]) -> str:
    """Return the list of the saved queries."""
    return pages.render(where, "queries.html", queries=list(queries))


@dataclass(frozen=True)
class Answered:
    """A saved query with the ``values`` that it was given, and what came of it; ``nearest`` are values that would do."""

    query: SavedQuery
    values: Mapping[str, str]
    prepared: Prepared
    shown: Shown
    nearest: Sequence[str] = ()


def query_page(pages: Pages, where: Where, answered: Answered) -> str:
    """Return the page of a saved query with an answer to it, or with what is wrong."""
    return pages.render(
        where,
        "query.html",
        query=answered.query,
        values=answered.values,
        text=answered.prepared.text,
        notes=answered.prepared.notes,
        shown=answered.shown,
        error=answered.shown.error,
        nearest=answered.nearest,
    )


def dumps_page(pages: Pages, where: Where, index: Mapping[str, Any]) -> str:
    """Return the list of the dumps; ``index`` is the content of their ``index.json``."""
    return pages.render(where, "dumps.html", files=index["files"], snapshot=index["snapshot"])
