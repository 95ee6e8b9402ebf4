"""What a caller may write for a parameter, and the RDF term that it means.

Places, actions and policies are taken as IRI, prefixed name, code or notation, or exact label in either language; what fits
nothing is answered with the nearest that would.
"""

import csv
import io
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final, TypeVar

import pyoxigraph as ox

from bqwgraph.engine.interface import Answer, Engine, Question
from bqwgraph.graph.namespaces import BASE, PREFIXES, TERMS, expand, shorten
from bqwgraph.queries.said import Said
from bqwgraph.queries.saved import Parameter

_LENGTHS: Final = (2, 4, 6, 9, 12)
"""Digits that matter in a code: province, prefecture, county, town, village."""
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^\s<>\"{}|^`\\\x00-\x20]+")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_YEAR: Final = re.compile(r"[0-9]{4}")
LONGEST: Final = 300
"""Characters of a value; no name in the graph comes near."""
_KINDS: Final = {
    "place": "?thing a bqw:Place .",
    "action": "VALUES ?class { bqw:Action bqw:Measure } ?thing a ?class .",
    "policy": "?thing a bqw:Policy .",
    "resource": f'FILTER(STRSTARTS(STR(?thing), "{BASE}"))',
}
"""What makes a thing one of a parameter's type."""
_LANGUAGES: Final = ("zh-Hans", "en", "zh-Latn-pinyin")
_PREFIXES: Final = f"""PREFIX bqw: <{TERMS}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
"""
_SHOWN: Final = 'OPTIONAL { ?thing rdfs:label ?shown . FILTER(LANGMATCHES(LANG(?shown), "zh-Hans")) }'
_NAMES: Final = """VALUES (?property ?rank) {
        (rdfs:label 1) (skos:altLabel 2) (bqw:officialName 2) (skos:hiddenLabel 3)
        (skos:notation 1) (bqw:nbsCode2023 1) (bqw:order 1)
    }"""
_MOST_NEAR: Final = 500
"""Names that are compared with a value that fits none."""

_NEAR_CODE: Final = 0.8
"""How alike two codes must be, of 1: two digits of six may differ no more."""

T = TypeVar("T")
Steps = Generator[Question, Answer, T]
"""Work that asks questions on its way: whoever runs it puts them to an engine, in whatever way that answers."""


class BadParameter(Exception):
    """A value that a parameter does not take; ``nearest`` are values that it would."""

    def __init__(self, parameter: str, said: Said, nearest: list[str] | None = None) -> None:
        super().__init__(f"{parameter}: {said}")
        self.parameter, self.said, self.nearest = parameter, said, nearest or []

    def within(self, messages: Mapping[str, str]) -> str:
        """Return what was wrong, and of which parameter, in the language of a catalogue."""
        return f"{self.parameter}{messages['colon']}{self.said.within(messages)}"


@dataclass(frozen=True)
class Meant:
    """The term that a value means; ``note`` says what the caller should know about the reading."""

    term: ox.NamedNode | ox.Literal
    note: Said | None = None


def read(parameter: Parameter, value: str) -> Steps[Meant]:
    """Return what ``value`` means for ``parameter``, by asking the graph. Raises BadParameter."""
    value = value.strip()
    if not value:
        raise BadParameter(parameter.name, Said("empty", {"example": parameter.example}))
    if len(value) > LONGEST:
        raise BadParameter(parameter.name, Said("long", {"most": LONGEST, "example": parameter.example}))
    match parameter.type:
        case "choice":
            return _choice(parameter, value)
        case "number" | "year":
            return _literal(parameter, value)
        case "place" if value.isascii() and (value.isdigit() or value.startswith("mca2026:")):
            return (yield from _code(parameter, value))
    bare = value[1:-1] if value.startswith("<") and value.endswith(">") else value
    iri = bare if _IRI.fullmatch(bare) else expand(value)
    if iri is not None:
        if _is_iri(iri) and (
            yield from _rows(f"VALUES ?thing {{ <{iri}> }} {_is_one(parameter)} FILTER EXISTS {{ ?thing ?p ?o }}")
        ):
            return Meant(ox.NamedNode(iri))
        raise BadParameter(parameter.name, Said("no_such", {"type": parameter.type, "iri": shorten(iri)}))
    return (yield from _named(parameter, value))


def _is_iri(text: str) -> bool:
    """Whether a text can stand between ``<`` and ``>`` in a query."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return _IRI.fullmatch(text) is not None


def _choice(parameter: Parameter, value: str) -> Meant:
    if value not in parameter.choices:
        near = get_close_matches(value, parameter.choices, n=3) or list(parameter.choices)
        raise BadParameter(parameter.name, Said("choice", {"choices": ", ".join(parameter.choices)}), near)
    return Meant(ox.Literal(value))


def _literal(parameter: Parameter, value: str) -> Meant:
    if parameter.type == "year":
        if not _YEAR.fullmatch(value):
            raise BadParameter(parameter.name, Said("year", {"example": parameter.example, "value": value}))
        return Meant(ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + "gYear")))
    if not _NUMBER.fullmatch(value):
        raise BadParameter(parameter.name, Said("number", {"example": parameter.example, "value": value}))
    return Meant(ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + ("decimal" if "." in value else "integer"))))


def _named(parameter: Parameter, value: str) -> Steps[Meant]:
    """Read a name, a notation, or the last segment of a concept's IRI."""
    literals = [ox.Literal(value), *(ox.Literal(value, language=language) for language in _LANGUAGES)]
    if value.isascii() and value.isdigit():
        literals.append(ox.Literal(value, datatype=ox.NamedNode(PREFIXES["xsd"] + "integer")))
    pattern = f"VALUES ?value {{ {' '.join(map(str, literals))} }} {_NAMES} ?thing ?property ?value . {_is_one(parameter)}"
    found = yield from _rows(f"{pattern} FILTER(?property != bqw:order || EXISTS {{ ?thing a bqw:Policy }})")
    if parameter.type == "concept" and not found and re.fullmatch(r"[\w-]+", value):
        iri = f"{BASE}vocab/{parameter.scheme}/{value}"
        found = yield from _rows(f"VALUES ?thing {{ <{iri}> }} BIND(1 AS ?rank) {_is_one(parameter)}")
    for rank in ("1", "2", "3"):
        things = {row["thing"]: row for row in found if row["rank"] == rank}
        if len(things) > 1:
            choices = [f"{row['shown']} {shorten(iri)}" for iri, row in sorted(things.items())]
            raise BadParameter(parameter.name, Said("several", {"value": value, "count": len(things)}), choices)
        if things:
            return Meant(ox.NamedNode(next(iter(things))))
    raise BadParameter(
        parameter.name,
        Said("unknown", {"value": value, "type": parameter.type}),
        (yield from _nearest(parameter, value)),
    )


def _code(parameter: Parameter, value: str) -> Steps[Meant]:
    scheme, digits = ("mca2026", value.removeprefix("mca2026:")) if ":" in value else ("nbs2023", value)
    code = ox.Literal(significant(digits))
    rows = yield from _rows(f"VALUES ?property {{ bqw:nbsCode2023 bqw:mcaCode2026 }} ?thing ?property {code} .")
    found = {row["property"].rpartition("#")[2]: row for row in rows}
    own_property, other_property = ("nbsCode2023", "mcaCode2026") if scheme == "nbs2023" else ("mcaCode2026", "nbsCode2023")
    other_scheme = "mca2026" if scheme == "nbs2023" else "nbs2023"
    own, other = found.get(own_property), found.get(other_property)
    if own is None:
        nearest = [f"{other['shown']} ({other_scheme}) {shorten(other['thing'])}"] if other else []
        nearest += yield from _near_codes(own_property, digits)
        raise BadParameter(parameter.name, Said("no_code", {"scheme": scheme, "digits": digits}), nearest)
    note = None
    if other is not None and other["thing"] != own["thing"]:
        told = {"digits": digits, "scheme": scheme, "other_scheme": other_scheme}
        note = Said("other_code", {**told, "meant": shorten(own["thing"]), "other": shorten(other["thing"])})
    return Meant(ox.NamedNode(own["thing"]), note)


def _near_codes(known: str, digits: str) -> Steps[list[str]]:
    """Return places whose codes begin alike and look alike: what was meant, where a digit is wrong, missing or too many."""
    begins = ox.Literal(digits[: _LENGTHS[2] if len(digits) > _LENGTHS[2] else _LENGTHS[1]])
    rows = yield from _rows(f"?thing bqw:{known} ?name . FILTER(STRSTARTS(?name, {begins}))", "ORDER BY STRLEN(?name) ?name")
    shown = {row["name"]: row for row in rows}
    near = get_close_matches(digits, shown, n=3, cutoff=_NEAR_CODE)
    return [f"{shown[code]['shown']} {shorten(shown[code]['thing'])}" for code in near]


def _is_one(parameter: Parameter) -> str:
    if parameter.type == "concept":
        return f"?thing skos:inScheme <{BASE}vocab/{parameter.scheme}> ."
    return _KINDS[parameter.type]


def _rows(pattern: str, order: str = "") -> Steps[list[dict[str, str]]]:
    """Ask for the things that fit a pattern, each with its Chinese label and what else of these the pattern binds."""
    found = f"SELECT DISTINCT ?thing ?property ?name ?rank ?shown {{ {pattern} {_SHOWN} }} {order} LIMIT {_MOST_NEAR}"
    query = _PREFIXES + found
    answer = yield Question.table(query, ox.QueryResultsFormat.CSV)
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8"))))


def significant(digits: str) -> str:
    """Return what a code means that is padded to twelve digits with zeros: the unit that its leading digits name."""
    if len(digits) != _LENGTHS[-1]:
        return digits
    return next(digits[:length] for length in _LENGTHS if not digits[length:].strip("0"))


def _nearest(parameter: Parameter, value: str) -> Steps[list[str]]:
    """Return what a person may have meant: names that hold the value or that it holds, else those that look most alike."""
    word = ox.Literal(value.lower())
    named = (
        f"{_NAMES} ?thing ?property ?value . {_is_one(parameter)} BIND(LCASE(STR(?value)) AS ?lower) BIND(STR(?value) AS ?name)"
    )
    rows = yield from _rows(f"{named} FILTER(CONTAINS(?lower, {word}) || CONTAINS({word}, ?lower))")
    names = sorted({row["name"] for row in rows}, key=lambda name: (len(name), name))[:5]
    if not names:
        pairs = sorted({value.lower()[at : at + 2] for at in range(len(value) - 1)})[:40]
        alike = " + ".join(f"IF(CONTAINS(?lower, {ox.Literal(pair)}), 1, 0)" for pair in pairs) or "0"
        rows = yield from _rows(f"{named} BIND({alike} AS ?alike) FILTER(?alike > 0)", "ORDER BY DESC(?alike) ?name")
        names = get_close_matches(value, sorted({row["name"] for row in rows}), n=5, cutoff=0.4)
    shown = {row["name"]: row for row in rows}
    return list(dict.fromkeys(f"{shown[name]['shown'] or name} {shorten(shown[name]['thing'])}" for name in names))


def run(steps: Steps[T], engine: Engine, deadline: float = 10.0) -> T:
    """Do the work, with an engine that answers one question at a time. Raises what the work and `Engine.answer` raise."""
    try:
        question = next(steps)
        while True:
            question = steps.send(engine.answer(question, deadline))
    except StopIteration as end:
        result: T = end.value
        return result
