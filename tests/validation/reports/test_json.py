"""The JSON report: valid by its schema, and all that was found is in it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from bqwgraph.validation.findings import Finding, Place, Report, Severity
from bqwgraph.validation.reports import json_report
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions, in_order
from bqwgraph.validation.reports.render import render

from .material import CLEAN, NOWHERE, OVER_TWO_LINES, REPORT, REPORTS, SH, SHAPE, TARGET, VALUE, WRONG_VALUE

SCHEMA = json.loads(files("bqwgraph.validation.reports").joinpath("report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)


def read(report: Report, options: ReportOptions | None = None) -> dict[str, Any]:
    document = json.loads(render(report, ReportFormat.JSON, options or ReportOptions()))
    VALIDATOR.validate(document)
    assert isinstance(document, dict)
    return document


def test_the_schema_is_one_and_every_member_is_described() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == SCHEMA["properties"]["$schema"]["const"] == json_report.SCHEMA

    def members(schema: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        for name, member in schema.get("properties", {}).items():
            yield name, member
            yield from members(member)

    found = [*members(SCHEMA), *(pair for part in SCHEMA["$defs"].values() for pair in members(part))]
    assert len(found) > 30
    for name, member in found:
        assert member.get("description") or SCHEMA["$defs"][member["$ref"].rpartition("/")[2]].get("description"), name


def test_what_was_checked_and_counted() -> None:
    document = read(REPORT)
    assert document["passed"] is False
    assert document["fail_on"] == "violation"
    assert document["counts"] == {"violation": 2, "warning": 1, "info": 1}
    assert document["checked"] == {
        "files": 2,
        "triples": 5,
        "shapes": 1,
        "rules": 3,
        "focus_nodes": 1,
        "engine": "pyshacl 0.40.1",
        "checks": ["syntax", "shacl", "rules", "labels"],
    }


def test_a_finding_with_everything() -> None:
    (finding,) = read(replace(REPORT, findings=(WRONG_VALUE,)), ReportOptions(("en",), base="graph"))["findings"]
    assert finding == {
        "rule": SHAPE,
        "severity": "violation",
        "message": {"zh-Hans": "应为数字。", "en": "Expected a number."},
        "check": "shacl",
        "focus": TARGET,
        "path": VALUE,
        "value": "四百八十万",
        "component": SH + "DatatypeConstraintComponent",
        "place": {"file": "graph/data/a b.ttl", "line": 3, "column": 6, "end_line": 3, "end_column": 21},
        "related": [{"file": "graph/data/a b.ttl", "line": 2, "column": 7, "end_line": 2, "end_column": 10}],
    }


def test_what_is_not_known_is_left_out() -> None:
    (finding,) = read(replace(REPORT, findings=(NOWHERE,)))["findings"]
    assert finding == {
        "rule": "nothing-checked",
        "severity": "info",
        "message": {"en": "nothing-checked is not met", "zh-Hans": "不符合 nothing-checked"},
        "check": "coverage",
    }


def test_passing_depends_on_the_severity_that_fails() -> None:
    assert read(CLEAN)["passed"] is True
    warned = replace(CLEAN, findings=(OVER_TWO_LINES,))
    assert read(warned)["passed"] is True
    failed = read(warned, ReportOptions(fail_on=Severity.WARNING))
    assert (failed["passed"], failed["fail_on"]) == (False, "warning")


@pytest.mark.parametrize(
    "change",
    [
        {"counts": {"violation": -1, "warning": 0, "info": 0}},
        {"findings": [{"rule": "a", "severity": "fatal", "message": {"en": "x"}}]},
        {"findings": [{"rule": "a", "severity": "info", "message": {}}]},
        {"findings": [{"rule": "a", "severity": "info", "message": {"en": "x"}, "place": {"line": 3}}]},
        {"findings": [{"rule": "a", "severity": "info", "message": {"en": "x"}, "place": {"file": "a", "line": 0}}]},
        {"more": 1},
    ],
)
def test_the_schema_refuses_what_is_wrong(change: dict[str, object]) -> None:
    assert not VALIDATOR.is_valid(read(CLEAN) | change)


@settings(deadline=None)  # other work on the machine must not fail it
@given(REPORTS)
def test_any_report_is_valid_and_reads_back_equal(report: Report) -> None:
    found = [back(finding) for finding in read(report)["findings"]]
    for told, finding in zip(in_order(report.findings), found, strict=True):
        assert finding == replace(told, result=(), message=told.message or finding.message)


def back(finding: dict[str, Any]) -> Finding:
    place = finding.get("place", {})
    return Finding(
        rule=finding["rule"],
        severity=Severity.named(finding["severity"]),
        message=finding["message"],
        focus=finding.get("focus", ""),
        path=finding.get("path", ""),
        value=finding.get("value", ""),
        file=place.get("file", ""),
        line=place.get("line", 0),
        column=place.get("column", 0),
        end_line=place.get("end_line", 0),
        end_column=place.get("end_column", 0),
        related=tuple(Place(**{"file": "", **related}) for related in finding.get("related", ())),
        check=finding.get("check", ""),
    )
