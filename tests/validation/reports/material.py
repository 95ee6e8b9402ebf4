"""Findings to report: a few that are written out, and any that can be thought of."""

from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
from hypothesis import strategies as st

from bqwgraph.validation.findings import Finding, Place, Report, Severity

SH = "http://www.w3.org/ns/shacl#"
SHAPE = "https://w3id.org/bqwgraph/shapes/Target-value"
TARGET = "https://w3id.org/bqwgraph/target/1-1"
VALUE = "https://w3id.org/bqwgraph/ontology#value"

SOURCE = """@prefix : <urn:x#> .
:a :b "很" ;
\t:江门\t"四百八十万"@zh-Hans , 12 .
:a :c "one
two" .
"""


def sh(local: str) -> ox.NamedNode:
    return ox.NamedNode(SH + local)


def result(node: str, value: ox.Literal | ox.NamedNode | ox.BlankNode, severity: str = "Violation") -> tuple[ox.Triple, ...]:
    """Return the triples of a SHACL result about TARGET."""
    me = ox.BlankNode(node)
    return (
        ox.Triple(me, ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"), sh("ValidationResult")),
        ox.Triple(me, sh("focusNode"), ox.NamedNode(TARGET)),
        ox.Triple(me, sh("resultPath"), ox.NamedNode(VALUE)),
        ox.Triple(me, sh("resultSeverity"), sh(severity)),
        ox.Triple(me, sh("sourceConstraintComponent"), sh("DatatypeConstraintComponent")),
        ox.Triple(me, sh("sourceShape"), ox.NamedNode(SHAPE)),
        ox.Triple(me, sh("value"), value),
    )


WRONG_VALUE = Finding(
    SHAPE,
    Severity.VIOLATION,
    {"zh-Hans": "应为数字。", "en": "Expected a number."},
    focus=TARGET,
    path=VALUE,
    value="四百八十万",
    file="data/a b.ttl",
    line=3,
    column=6,
    end_line=3,
    end_column=21,
    related=(Place("data/a b.ttl", 2, 7, 2, 10),),
    check="shacl",
    result=result("r", ox.Literal("四百八十万", language="zh-Hans")),
)
OVER_TWO_LINES = Finding(
    "label-unique",
    Severity.WARNING,
    {"en": "The same label."},
    focus="urn:x#a",
    file="data/a b.ttl",
    line=4,
    column=7,
    end_line=5,
    end_column=5,
    check="rules",
)
BROKEN_FILE = Finding("syntax", Severity.VIOLATION, {"en": "not Turtle"}, file="data/z.ttl", line=9, column=2, check="syntax")
NOWHERE = Finding("nothing-checked", Severity.INFO, {}, check="coverage")

REPORT = Report(
    (OVER_TWO_LINES, NOWHERE, BROKEN_FILE, WRONG_VALUE),
    files=2,
    triples=5,
    shapes=1,
    rules=3,
    focus_nodes=1,
    engine="pyshacl 0.40.1",
    checks=("syntax", "shacl", "rules", "labels"),
)
CLEAN = Report((), files=2, triples=5, shapes=1, rules=3, focus_nodes=1, engine="pyshacl 0.40.1", checks=("syntax", "shacl"))


def write_source(folder: Path) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "a b.ttl").write_bytes(SOURCE.encode())


TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        [
            "]]>",
            "<a>&amp;",
            "%0A::error::x",
            "a\"b'c",
            "\r\n",
            "\x00\x1b[31m",
            "\u202eabc\u2066",
            "𠀀👨‍👩‍👧",
            "[bold]x[/bold]",
            "{0} [a](1)",
        ]
    ),
)
"""Texts that are awkward in one format or another."""

PLACES = st.builds(
    Place,
    file=st.one_of(
        st.just("data/a b.ttl"), TEXTS.filter(lambda text: text.strip("/.") == text and "/" not in text and text != "")
    ),
    line=st.integers(0, 9),
    column=st.integers(0, 30),
    end_line=st.integers(0, 9),
    end_column=st.integers(0, 30),
)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    place = draw(st.one_of(st.just(Place("")), PLACES))
    return Finding(
        rule=draw(st.one_of(st.just(SHAPE), TEXTS.filter(bool))),
        severity=draw(st.sampled_from(Severity)),
        message=draw(st.dictionaries(st.sampled_from(["en", "zh-Hans", "de"]), TEXTS, max_size=3)),
        focus=draw(st.one_of(st.just(TARGET), TEXTS)),
        path=draw(TEXTS),
        value=draw(TEXTS),
        file=place.file,
        line=place.line,
        column=place.column,
        end_line=place.end_line,
        end_column=place.end_column,
        related=tuple(draw(st.lists(PLACES, max_size=2))),
        check=draw(st.sampled_from(["shacl", "rules", "syntax"])),
    )


def with_results(found: list[Finding]) -> tuple[Finding, ...]:
    """Give each finding of SHACL the triples of a result of its own."""
    return tuple(
        replace(finding, result=result(f"n{number}", ox.Literal(finding.value), finding.severity.name.capitalize()))
        if finding.check == "shacl"
        else finding
        for number, finding in enumerate(found)
    )


REPORTS = st.builds(
    Report,
    findings=st.lists(findings(), max_size=4).map(with_results),
    files=st.integers(0, 9),
    triples=st.integers(0, 9),
    shapes=st.integers(0, 9),
    rules=st.integers(0, 9),
    focus_nodes=st.integers(0, 9),
    engine=TEXTS,
    checks=st.just(("syntax", "shacl", "rules")),
)
