"""Preparing a saved query: read the values, bind the terms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pyoxigraph as ox

from bqwgraph.queries.binding import bind
from bqwgraph.queries.said import Said
from bqwgraph.queries.saved import SavedQuery
from bqwgraph.queries.values import BadParameter, Steps, read


@dataclass(frozen=True)
class Prepared:
    """A saved query with its values bound: SPARQL that any engine takes, and notes on how values were read."""

    text: str
    notes: tuple[Said, ...] = field(default=())


def prepare(query: SavedQuery, values: Mapping[str, str]) -> Steps[Prepared]:
    """Bind ``values`` (as the caller wrote them) into a query. Raises BadParameter for one that is unknown, missing or wrong."""
    known = {parameter.name for parameter in query.parameters}
    for name in values:
        if name not in known:
            said = Said("no_parameter" if known else "no_parameters", {"query": query.name, "known": ", ".join(sorted(known))})
            raise BadParameter(name, said, sorted(known))
    terms, notes = dict[str, ox.NamedNode | ox.Literal | None](), list[Said]()
    for parameter in query.parameters:
        if parameter.name in values:
            meant = yield from read(parameter, values[parameter.name])
            terms[parameter.name] = meant.term
            notes += [meant.note] if meant.note else []
        elif parameter.required:
            said = Said("needed", {"query": query.name, "example": parameter.example})
            raise BadParameter(parameter.name, said, [parameter.example])
        else:
            terms[parameter.name] = None
    return Prepared(bind(query.text, terms), tuple(notes))
