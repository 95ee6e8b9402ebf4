"""What a parameter of a saved query may be, to choose from: asked from the graph, in the form that the parameter takes."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Question
from bqwgraph.graph.namespaces import BASE, PREFIXES, TERMS
from bqwgraph.queries.saved import Parameter
from bqwgraph.queries.values import Steps

MOST: Final = 400
"""Values that are offered; others may be typed."""
_PREFIXES: Final = f"""PREFIX bqw: <{TERMS}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
PREFIX level: <{PREFIXES["level"]}>
"""
_ASKED: Final = """SELECT ?thing ?value ?zh ?en WHERE {
    %s
    OPTIONAL { ?thing rdfs:label ?zh . FILTER(LANGMATCHES(LANG(?zh), "zh-Hans")) }
    OPTIONAL { ?thing rdfs:label ?en . FILTER(LANGMATCHES(LANG(?en), "en")) }
} ORDER BY ?rank ?thing LIMIT %d"""
_OF_TYPE: Final[Mapping[str, str]] = {
    "action": "VALUES ?class { bqw:Action bqw:Measure } ?thing a ?class ; skos:notation ?value .",
    "policy": "?thing a bqw:Policy ; bqw:order ?value .",
    "place": "VALUES (?level ?rank) { (level:prefecture 1) (level:county 2) (level:town 3) } "
    "?thing a bqw:Place ; bqw:level ?level .",
}


@dataclass(frozen=True)
class Option:
    """A value that a parameter takes, and its name in Chinese and in English."""

    value: str
    label: tuple[str, str]


def options(parameter: Parameter) -> Steps[list[Option]]:
    """Return what a parameter may be, in order; none where it is a text, or a number.

    Places are offered by the names of their languages, since they are typed; the others by notation, number or word.
    """
    if parameter.choices:
        return [Option(choice, (choice, choice)) for choice in parameter.choices]
    of_scheme = f"?thing skos:inScheme <{BASE}vocab/{parameter.scheme}> ."
    pattern = of_scheme if parameter.type == "concept" else _OF_TYPE.get(parameter.type)
    if pattern is None:
        return []
    answer = yield Question.table(_PREFIXES + _ASKED % (pattern, MOST), ox.QueryResultsFormat.CSV)
    rows = csv.DictReader(io.StringIO(answer.body.decode("utf-8")))
    found = dict[str, Option]()
    for row in rows:
        value = row["value"] or (row["zh"] if parameter.type == "place" else row["thing"].rpartition("/")[2])
        found.setdefault(row["thing"], Option(value, (row["zh"] or row["en"], row["en"] or row["zh"])))
    listed = list(found.values())
    return sorted(listed, key=_by_number) if parameter.type in {"action", "policy"} else listed


def _by_number(option: Option) -> tuple[int, ...]:
    """Return the order of a notation, in which 10 comes after 9 and 5.3 after 5."""
    return tuple(int(part) if part.isdigit() else 0 for part in option.value.split("."))
