"""The small map on the page of a county-level unit or a town: the seats of the towns around it."""

import json
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Question
from bqwgraph.pages.map import Map, Spot, draw
from bqwgraph.pages.rendering import Where
from bqwgraph.queries.binding import Template
from bqwgraph.queries.values import Steps

_WIDTH: Final = 300
_AROUND: Final = Template((files("bqwgraph") / "pages" / "place" / "towns-around.rq").read_text("utf-8"), ("this", "lang"))


def around(iri: str, where: Where, village_note: str) -> Steps[Map | None]:
    """Ask for the map: on a town's page that town is ringed, on others the typical ones; None where there is nothing to draw."""
    query = _AROUND.fill({"this": ox.NamedNode(iri), "lang": ox.Literal(where.lang)})
    answer = yield Question.table(query, ox.QueryResultsFormat.JSON)
    rows = [{name: value["value"] for name, value in row.items()} for row in json.loads(answer.body)["results"]["bindings"]]
    is_town = any(row["town"] == iri for row in rows)
    spots = (
        Spot(
            row["town"],
            row["name"],
            village_note.format(count=row["villages"]) if row["villages"] != "0" else "",
            row["point"],
            0,
            int(row["villages"]),
            row["town"] == iri if is_town else row["typical"] == "true",
        )
        for row in rows
    )
    return draw(spots, width=_WIDTH)
