"""An answer as a page shows it."""

import json
from dataclasses import dataclass, field

import pyoxigraph as ox

from bqwgraph.engine.interface import Answer


@dataclass(frozen=True)
class Shown:
    """What the page shows below the form: a table, a text, or what was wrong."""

    head: list[str] = field(default_factory=list)
    rows: list[list[dict[str, str] | None]] = field(default_factory=list)
    text: str = ""
    error: str = ""


def shown(answer: Answer) -> Shown:
    """Return what an answer in SPARQL JSON or in an RDF format shows."""
    if isinstance(answer.written, ox.RdfFormat):
        return Shown(text=answer.body.decode("utf-8"))
    content = json.loads(answer.body)
    if "boolean" in content:
        return Shown(text=str(content["boolean"]).lower())
    head = content["head"]["vars"]
    return Shown(head, [[row.get(name) for name in head] for row in content["results"]["bindings"]])
