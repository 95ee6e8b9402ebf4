"""JUnit XML, read by junitparser, and with the element order and attributes that Jenkins' schema (junit-10.xsd) allows."""

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given, settings
from junitparser import Failure, JUnitXml, TestCase, TestSuite

from bqwgraph.validation.findings import Report, Severity
from bqwgraph.validation.reports import wording
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions
from bqwgraph.validation.reports.render import render

from .material import BROKEN_FILE, CLEAN, NOWHERE, OVER_TWO_LINES, REPORT, REPORTS, WRONG_VALUE

TestSuite.__test__ = TestCase.__test__ = False
ALLOWED = {
    "testsuites": ({"name", "time", "tests", "failures", "errors"}, ["testsuite"]),
    "testsuite": ({"name", "tests", "failures", "errors", "skipped", "time"}, ["testcase", "system-out"]),
    "testcase": ({"name", "classname", "time", "file", "line"}, ["failure", "system-out"]),
    "failure": ({"message", "type"}, []),
    "system-out": (set(), []),
}


def suites(report: Report, options: ReportOptions | None = None) -> dict[str, TestSuite]:
    body = render(report, ReportFormat.JUNIT, options or ReportOptions())
    check_structure(ET.fromstring(body))  # noqa: S314 - our own output
    read = JUnitXml.fromstring(body)
    assert isinstance(read, JUnitXml)
    stated = (read.tests, read.failures, read.errors)
    read.update_statistics()  # type: ignore[no-untyped-call]
    assert stated == (read.tests, read.failures, read.errors)
    return {suite.name: suite for suite in read}


def check_structure(element: ET.Element) -> None:
    attributes, children = ALLOWED[element.tag]
    assert set(element.attrib) <= attributes
    order = [children.index(child.tag) for child in element]
    assert order == sorted(order)
    for child in element:
        check_structure(child)


def failure(case: TestCase) -> Failure | None:
    return next((result for result in case.result if isinstance(result, Failure)), None)


def test_a_suite_for_each_check_and_a_case_for_each_rule_in_a_file() -> None:
    found = suites(REPORT)
    assert list(found) == ["syntax", "shacl", "rules", "labels", "coverage"]
    assert [(suite.tests, suite.failures) for suite in found.values()] == [(1, 1), (1, 1), (1, 0), (1, 0), (1, 0)]
    (case,) = found["shacl"]
    assert case.name == "shape:Target-value in data/a b.ttl"
    assert case.classname == "bqwgraph.shacl"
    assert case._elem.attrib["file"] == "data/a b.ttl"
    assert case._elem.attrib["line"] == "3"
    told = failure(case)
    assert told is not None
    assert (told.message, told.type) == ("Expected a number.", "violation")
    assert told.text == (
        "data/a b.ttl:3:6: violation\nExpected a number.\n应为数字。\ntarget:1-1 bqw:value 四百八十万\nsee data/a b.ttl:2:7"
    )


def test_a_check_that_found_nothing_is_a_case_that_passes() -> None:
    found = suites(CLEAN)
    assert [(name, suite.tests, suite.failures) for name, suite in found.items()] == [("syntax", 1, 0), ("shacl", 1, 0)]
    (case,) = found["shacl"]
    assert case.is_passed
    assert (found["syntax"]._elem.findtext("system-out") or "").startswith("nothing found: 0 violations")


def test_what_is_below_the_severity_that_fails_passes_and_is_told() -> None:
    warned = replace(CLEAN, findings=(OVER_TWO_LINES,))
    (case,) = suites(warned)["rules"]
    assert case.is_passed
    assert "data/a b.ttl:4:7: warning\nThe same label." in case.system_out
    (failed,) = suites(warned, ReportOptions(fail_on=Severity.WARNING))["rules"]
    told = failure(failed)
    assert told is not None
    assert told.type == "warning"


def test_findings_of_a_rule_in_a_file_are_one_failure() -> None:
    three = (WRONG_VALUE, replace(WRONG_VALUE, line=7, end_line=7), replace(WRONG_VALUE, file="data/c.ttl", line=1))
    one, other = suites(replace(REPORT, findings=three))["shacl"]
    told = failure(one)
    assert told is not None
    assert told.message == "Expected a number. (and 1 more)"
    assert re.findall(r"^data.*: violation$", told.text, re.MULTILINE) == [
        "data/a b.ttl:3:6: violation",
        "data/a b.ttl:7:6: violation",
    ]
    assert other.name == "shape:Target-value in data/c.ttl"


def test_a_place_that_is_not_known_is_not_made_up() -> None:
    (case,) = suites(replace(REPORT, findings=(NOWHERE,)))["coverage"]
    assert case.name == "nothing-checked"
    assert {"file", "line"}.isdisjoint(case._elem.attrib)


def test_what_xml_cannot_hold_is_replaced() -> None:
    bad = replace(BROKEN_FILE, message={"en": "a\x00b\x1b\ufffe\ud800c]]>\r\nd\te"}, rule="\x01")
    (case,) = suites(replace(REPORT, findings=(bad,)), ReportOptions(("en",)))["syntax"]
    told = failure(case)
    assert told is not None
    assert told.message == "a\ufffdb\ufffd\ufffd\ufffdc]]>\r\nd\te"
    assert told.text == "data/z.ttl:9:2: violation\n" + told.message
    assert case.name == "\ufffd in data/z.ttl"


@settings(deadline=None)  # other work on the machine must not fail it
@given(REPORTS)
def test_any_report_is_read_with_all_that_it_says(report: Report) -> None:
    found = suites(report, ReportOptions(("en",)))
    cases = {(f.check, f.file, f.rule) for f in report.findings}
    failed = {(f.check, f.file, f.rule) for f in report.findings if f.severity is Severity.VIOLATION}
    idle = {"syntax", "shacl", "rules"} - {check for check, *_ in cases}
    assert sum(suite.tests for suite in found.values()) == len(cases) + len(idle)
    assert sum(suite.failures for suite in found.values()) == len(failed)
    said = {
        check: "\n".join((failure(case) or case._elem.find("system-out")).text or "" for case in suite if len(case._elem))
        for check, suite in found.items()
    }
    for finding in report.findings:
        assert in_xml(wording.message(finding, ("en",))) in said[finding.check]
        assert in_xml(wording.about(finding)) in said[finding.check]


def in_xml(text: str) -> str:
    """Return a text as XML can hold it, character by character, after the standard's list."""
    ranges = [(0x20, 0xD7FF), (0xE000, 0xFFFD), (0x10000, 0x10FFFF)]
    return "".join(c if c in "\t\n\r" or any(low <= ord(c) <= high for low, high in ranges) else "\ufffd" for c in text)
