"""An answer as a page shows it."""

import json
from dataclasses import dataclass, field

import pyoxigraph as ox

from bqwgraph.engine.interface import Answer
from bqwgraph.pages.names import Names

MOST_ROWS = 1000
"""Rows that a page shows; the rest is for downloads."""
_MOST_TEXT = 500_000


@dataclass(frozen=True)
class Shown:
    """What a page shows of an answer: a table or a text, or what was wrong.

    ``cut`` counts the rows where not all are shown, and the characters of a text; ``names`` are of the table's things.
    """

    head: list[str] = field(default_factory=list)
    rows: list[list[dict[str, str] | None]] = field(default_factory=list)
    text: str = ""
    cut: int = 0
    error: str = ""
    names: Names = field(default_factory=dict)


def shown(answer: Answer) -> Shown:
    """Return what an answer in SPARQL JSON or in an RDF format shows."""
    if isinstance(answer.written, ox.RdfFormat):
        text = answer.body.decode("utf-8")
        return Shown(text=text[:_MOST_TEXT], cut=len(text) if len(text) > _MOST_TEXT else 0)
    content = json.loads(answer.body)
    if "boolean" in content:
        return Shown(text=str(content["boolean"]).lower())
    head = content["head"]["vars"]
    rows = content["results"]["bindings"]
    first = [[row.get(name) for name in head] for row in rows[:MOST_ROWS]]
    return Shown(head, first, cut=len(rows) if len(rows) > MOST_ROWS else 0)
