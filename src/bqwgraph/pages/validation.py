"""The page that validates a graph: a form, and what was found, each fault with its line of the text that was posted."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

from bqwgraph.graph.namespaces import shorten
from bqwgraph.pages.rendering import Pages, Where
from bqwgraph.pages.view import Shown
from bqwgraph.validation.findings import Place
from bqwgraph.validation.reports.options import lines_of
from bqwgraph.validation.reports.source import span
from bqwgraph.validation.reports.wording import visible

_EXAMPLES: Final = files("bqwgraph") / "pages" / "examples"
EXAMPLES: Final[Mapping[str, str]] = {
    name: (_EXAMPLES / f"{name}.ttl").read_text("utf-8") for name in ("faults", "syntax", "fine")
}
"""Graphs to try, in Turtle."""
_MOST: Final = 200
"""Faults that the page shows; the others are in the reports."""
_LONGEST: Final = 120
"""Characters of a value that are shown."""


@dataclass(frozen=True)
class Spot:
    """A place in the text: its line and column (0: unknown), and its line in three parts, the second of which is at fault."""

    line: int
    column: int
    parts: tuple[str, str, str] | None


@dataclass(frozen=True)
class Fault:
    """What was found at one place by one shape: ``constraints`` are those that are not met, ``about`` is node, path and value."""

    severity: str
    message: Shown
    spot: Spot
    related: Sequence[Spot]
    rule: Shown
    constraints: Sequence[str]
    about: Sequence[str]


@dataclass(frozen=True)
class Told:
    """A report: how many findings there are of each severity, what was checked, the first faults, and how many more there are."""

    passed: bool
    counts: Mapping[str, int]
    checked: Mapping[str, Any]
    faults: Sequence[Fault]
    more: int


@dataclass(frozen=True)
class Given:
    """What stands in the form, and what came of it: a report, or why there is none (and in which language that is)."""

    data: str = ""
    syntax: str = "ttl"
    told: Told | None = None
    error: str = ""
    error_lang: str = "en"


def told(report: bytes, data: str, where: Where) -> Told:
    """Read a report (JSON, after report.schema.json) on a text for the reader of a page."""
    document, lines = json.loads(report), lines_of(data)
    groups = dict[str, list[Mapping[str, Any]]]()
    for finding in document["findings"]:
        groups.setdefault(_same(finding), []).append(finding)
    faults = [_fault(findings, lines, where) for findings in list(groups.values())[:_MOST]]
    return Told(document["passed"], document["counts"], document["checked"], faults, max(0, len(groups) - _MOST))


def validation_page(pages: Pages, where: Where, given: Given, syntaxes: Iterable[str], forms: Iterable[str]) -> str:
    """Return the page; ``forms`` are those in which the report can be had."""
    t = pages.messages[where.lang]
    return pages.render(
        where,
        "validate.html",
        given=given,
        syntaxes=[(name, _SYNTAXES[name]) for name in syntaxes],
        forms=[(name, t[f"validate_form_{name}"]) for name in forms],
        examples=[(name, where.link("validate", example=name), t[f"validate_example_{name}"]) for name in EXAMPLES],
    )


_SYNTAXES: Final = {
    "ttl": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdf": "RDF/XML",
}


def _same(finding: Mapping[str, Any]) -> str:
    """Return what findings share that differ only in the constraint of their shape that is not met."""
    return json.dumps([finding.get(name) for name in ("rule", "severity", "message", "focus", "path", "value", "place")])


def _fault(findings: Sequence[Mapping[str, Any]], lines: Sequence[str], where: Where) -> Fault:
    first, rule = findings[0], findings[0]["rule"]
    message = first["message"]
    lang = next((lang for lang in (where.lang, "en") if lang in message), next(iter(message), ""))
    components = [one["component"].rpartition("#")[2] for one in findings if "component" in one]
    return Fault(
        first["severity"],
        Shown(visible(message.get(lang, "")), lang),
        _spot(first.get("place", {}), lines),
        [_spot(place, lines) for one in findings for place in one.get("related", [])],
        Shown(visible(shorten(rule)), "", where.href(rule)),
        list(dict.fromkeys(name.removesuffix("ConstraintComponent") for name in components)),
        [_short(shorten(first[name])) for name in ("focus", "path", "value") if name in first],
    )


def _spot(told: Mapping[str, Any], lines: Sequence[str]) -> Spot:
    place = Place("", *(told.get(name, 0) for name in ("line", "column", "end_line", "end_column")))
    return Spot(place.line, place.column, span(lines, place))


def _short(text: str) -> str:
    return visible(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…")
