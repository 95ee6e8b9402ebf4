"""What a caller may write for a parameter, and the RDF term that it means.

Places, actions and policies are taken as IRI, prefixed name, code or notation, or exact label in either language; what fits
nothing is answered with the nearest that would.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Engine, Question
from bqwgraph.graph.namespaces import BASE, PREFIXES, TERMS, expand, shorten
from bqwgraph.queries.saved import Parameter

_LENGTHS: Final = (2, 4, 6, 9, 12)
"""Digits that matter in a code: province, prefecture, county, town, village."""
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"{}|^`\\]+")
_CLASSES: Final = {
    "place": ("Place",),
    "action": ("Action", "Measure"),
    "policy": ("Policy",),
}
_NAMES: Final = """
PREFIX bqw: <https://w3id.org/bqwgraph/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?thing ?name ?shown ?rank {
    %s
    VALUES (?property ?rank) {
        (rdfs:label 1) (skos:altLabel 2) (bqw:officialName 2) (skos:hiddenLabel 3)
        (skos:notation 1) (bqw:nbsCode2023 1) (bqw:order 1)
    }
    ?thing ?property ?value .
    FILTER(?property != bqw:order || EXISTS { ?thing a bqw:Policy })
    BIND(STR(?value) AS ?name)
    OPTIONAL { ?thing rdfs:label ?shown . FILTER(LANGMATCHES(LANG(?shown), "zh-Hans")) }
}
"""


class BadParameter(Exception):
    """A value that a parameter does not take; ``nearest`` are values that it would."""

    def __init__(self, parameter: str, message: str, nearest: list[str] | None = None) -> None:
        super().__init__(f"{parameter}: {message}")
        self.parameter, self.message, self.nearest = parameter, message, nearest or []


@dataclass(frozen=True)
class Meant:
    """The term that a value means; ``note`` says what the caller should know about the reading."""

    term: ox.NamedNode | ox.Literal
    note: str = ""


@dataclass
class Reader:
    """Reads parameter values against an engine's graph; keeps the names that it looked up."""

    engine: Engine
    deadline: float = 10.0
    _tables: dict[str, list[dict[str, str]]] = field(default_factory=dict)

    def read(self, parameter: Parameter, value: str) -> Meant:
        """Return what ``value`` means for ``parameter``. Raises BadParameter."""
        value = value.strip()
        if not value:
            raise BadParameter(parameter.name, f"empty; for example: {parameter.example}")
        if parameter.type == "choice":
            if value not in parameter.choices:
                raise BadParameter(parameter.name, f"expected one of {', '.join(parameter.choices)}", list(parameter.choices))
            return Meant(ox.Literal(value))
        if parameter.type == "place" and value.isascii() and (value.isdigit() or value.startswith("mca2026:")):
            return self._code(parameter, value)
        table = self._table(parameter)
        iri = value if _IRI.fullmatch(value) else expand(value)
        if iri is None and parameter.type == "concept":
            iri = next((row["thing"] for row in table if row["thing"].endswith(f"/{value}")), None)
        if iri is not None:
            if any(row["thing"] == iri for row in table):
                return Meant(ox.NamedNode(iri))
            raise BadParameter(parameter.name, f"there is no such {parameter.type}: {shorten(iri)}")
        return self._named(parameter, value, table)

    def _named(self, parameter: Parameter, value: str, table: list[dict[str, str]]) -> Meant:
        for rank in ("1", "2", "3"):
            found = {row["thing"]: row for row in table if row["rank"] == rank and row["name"] == value}
            if len(found) > 1:
                choices = [f"{row['shown']} {shorten(iri)}" for iri, row in sorted(found.items())]
                raise BadParameter(parameter.name, f"{value!r} names {len(found)}; say which by its IRI or code", choices)
            if found:
                return Meant(ox.NamedNode(next(iter(found))))
        raise BadParameter(
            parameter.name,
            f"{value!r} is no {parameter.type} that the graph knows; "
            "expected an IRI, a prefixed name, a code or notation, or an exact name",
            _nearest(value, table),
        )

    def _code(self, parameter: Parameter, value: str) -> Meant:
        scheme, digits = ("mca2026", value.removeprefix("mca2026:")) if ":" in value else ("nbs2023", value)
        rows = self._codes(_significant(digits))
        property_of = {"nbs2023": TERMS + "nbsCode2023", "mca2026": TERMS + "mcaCode2026"}
        found = {row["property"]: row for row in rows}
        own = found.get(property_of[scheme])
        other_scheme = "mca2026" if scheme == "nbs2023" else "nbs2023"
        other = found.get(property_of[other_scheme])
        if own is None:
            nearest = [f"{other['shown']} ({other_scheme}) {shorten(other['thing'])}"] if other else []
            raise BadParameter(parameter.name, f"no place has the {scheme} code {digits}", nearest)
        note = ""
        if other is not None and other["thing"] != own["thing"]:
            meant, else_meant = shorten(own["thing"]), shorten(other["thing"])
            note = f"{digits} is read as the {scheme} code, {meant}; as {other_scheme} code it is {else_meant}"
        return Meant(ox.NamedNode(own["thing"]), note)

    def _codes(self, digits: str) -> list[dict[str, str]]:
        return self._rows(
            f"""PREFIX bqw: <{TERMS}> PREFIX rdfs: <{PREFIXES["rdfs"]}>
            SELECT ?thing ?property ?shown {{
                VALUES ?property {{ bqw:nbsCode2023 bqw:mcaCode2026 }}
                ?thing ?property {ox.Literal(digits)} ; rdfs:label ?shown . FILTER(LANGMATCHES(LANG(?shown), "zh-Hans"))
            }}"""
        )

    def _table(self, parameter: Parameter) -> list[dict[str, str]]:
        key = parameter.scheme or parameter.type
        if key not in self._tables:
            if parameter.type == "concept":
                pattern = f"?thing <{PREFIXES['skos']}inScheme> <{BASE}vocab/{parameter.scheme}> ."
            elif parameter.type == "resource":
                pattern = f'?thing a ?class . FILTER(STRSTARTS(STR(?thing), "{BASE}"))'
            else:
                classes = " ".join(f"<{TERMS}{name}>" for name in _CLASSES[parameter.type])
                pattern = f"VALUES ?class {{ {classes} }} ?thing a ?class ."
            self._tables[key] = self._rows(_NAMES % pattern)
        return self._tables[key]

    def _rows(self, query: str) -> list[dict[str, str]]:
        answer = self.engine.answer(Question.table(query, ox.QueryResultsFormat.CSV), self.deadline)
        return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8"))))


def _significant(digits: str) -> str:
    """Return what a code means that is padded to twelve digits with zeros: the unit that its leading digits name."""
    if len(digits) != _LENGTHS[-1]:
        return digits
    return next(digits[:length] for length in _LENGTHS if not digits[length:].strip("0"))


def _nearest(value: str, table: list[dict[str, str]]) -> list[str]:
    shown = {row["name"]: row for row in table}
    begins = [name for name in shown if value in name or name in value]
    close = sorted(begins, key=len)[:5] or get_close_matches(value, list(shown), n=5, cutoff=0.4)
    return list(dict.fromkeys(f"{shown[name]['shown'] or name} {shorten(shown[name]['thing'])}" for name in close))
