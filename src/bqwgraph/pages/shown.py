"""An answer as a page shows it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyoxigraph as ox

from bqwgraph.engine.interface import Answer, BackEndFailed

MOST_ROWS = 1000
"""Rows that a page shows; the rest is for downloads."""
_MOST_TEXT = 500_000
_MOST_NAMED = 500
"""For so many things names are looked up; where a page has more, it shows their prefixed names."""
_WRITABLE = re.compile(r'[^\x00-\x20<>"{}|^`\\]+')
"""What may stand between angle brackets in a query; another store may hold other things."""


@dataclass(frozen=True)
class Name:
    """What a thing is called, and in which language that is."""

    text: str
    lang: str


@dataclass(frozen=True)
class Shown:
    """What a page shows of an answer: a table or a text, or what was wrong.

    ``cut`` counts the rows where not all are shown, and the characters of a text; ``names`` are of the table's things, by IRI;
    ``nothing`` says that the answer is empty: no triple, or neither column nor row.
    """

    head: list[str] = field(default_factory=list)
    rows: list[list[dict[str, str] | None]] = field(default_factory=list)
    text: str = ""
    cut: int = 0
    error: str = ""
    nothing: bool = False
    names: Mapping[str, Name] = field(default_factory=dict)

    @property
    def nameable(self) -> list[str]:
        """The IRIs of the table if they are few enough to look up all of their names, else none."""
        iris = {cell["value"] for row in self.rows for cell in row if cell and cell["type"] == "uri"}
        return sorted(iri for iri in iris if _WRITABLE.fullmatch(iri)) if len(iris) <= _MOST_NAMED else []


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


def names_query(iris: list[str]) -> str:
    """Return the query for the labels of things (columns thing, label), which `named` reads."""
    things = " ".join(f"<{iri}>" for iri in iris)
    return (
        f"SELECT ?thing ?label {{ VALUES ?thing {{ {things} }} ?thing <http://www.w3.org/2000/01/rdf-schema#label> ?label }} "
        "ORDER BY ?thing ?label"
    )


def named(table: Shown, labels: Answer, lang: str) -> Shown:
    """Return a table with the names of its things: in a language where they have one in it, else in another."""
    names = dict[str, Name]()
    for row in json.loads(labels.body)["results"]["bindings"]:
        iri, name = row["thing"]["value"], Name(row["label"]["value"], row["label"].get("xml:lang", ""))
        if iri not in names or name.lang == lang:
            names[iri] = name
    return replace(table, names=names)
