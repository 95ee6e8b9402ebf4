"""An answer as a page shows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyoxigraph as ox

from bqwgraph.engine.interface import Answer, BackEndFailed
from bqwgraph.pages.names import Names

MOST_ROWS = 1000
"""Rows that a page shows; the rest is for downloads."""
_MOST_TEXT = 500_000


@dataclass(frozen=True)
class Shown:
    """What a page shows of an answer: a table or a text, or what was wrong.

    ``cut`` counts the rows where not all are shown, and the characters of a text; ``names`` are of the table's things;
    ``nothing`` says that the answer is empty: no triple, or neither column nor row.
    """

    head: list[str] = field(default_factory=list)
    rows: list[list[dict[str, str] | None]] = field(default_factory=list)
    text: str = ""
    cut: int = 0
    error: str = ""
    nothing: bool = False
    names: Names = field(default_factory=dict)


def shown(answer: Answer) -> Shown:
    """Return what an answer in SPARQL JSON or in an RDF format shows. Raises BackEndFailed where another store's JSON is none."""
    if isinstance(answer.written, ox.RdfFormat):
        text = answer.body.decode("utf-8")
        return Shown(text=text[:_MOST_TEXT], cut=len(text) if len(text) > _MOST_TEXT else 0, nothing=not text)
    try:
        content = json.loads(answer.body)
        if "boolean" in content:
            return Shown(text=str(content["boolean"]).lower())
        head, rows = content["head"]["vars"], content["results"]["bindings"]
        first = [[_cell(row.get(name)) for name in head] for row in rows[:MOST_ROWS]]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackEndFailed(f"the answer is no SPARQL Results in JSON: {type(error).__name__}: {error}") from error
    return Shown(head, first, cut=len(rows) if len(rows) > MOST_ROWS else 0, nothing=not head and not rows)


def _cell(term: dict[str, Any] | None) -> dict[str, str] | None:
    if term is None:
        return None
    return {**term, "value": _written(term) if term["type"] == "triple" else term["value"]}


def _written(term: Mapping[str, Any]) -> str:
    """Return a term as SPARQL writes it, for a triple that is itself a term."""
    value = term["value"]
    match term["type"]:
        case "uri":
            return f"<{value}>"
        case "bnode":
            return f"_:{value}"
        case "triple":
            return f"<<( {' '.join(_written(value[part]) for part in ('subject', 'predicate', 'object'))} )>>"
    quoted = json.dumps(value, ensure_ascii=False)
    tag = f"@{term['xml:lang']}" if "xml:lang" in term else ""
    return f"{quoted}^^<{term['datatype']}>" if "datatype" in term else quoted + tag
