"""Workflow commands, read as GitHub's runner reads them (``ActionCommand.TryParseV2`` and its checks of columns)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from bqwgraph.graph.namespaces import shorten
from bqwgraph.validation.findings import Report
from bqwgraph.validation.reports import wording
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions, in_order
from bqwgraph.validation.reports.render import render

from .material import BROKEN_FILE, CLEAN, NOWHERE, OVER_TWO_LINES, REPORT, REPORTS, WRONG_VALUE

Command = tuple[str, dict[str, str], str]


def lines(report: Report, options: ReportOptions | None = None) -> list[str]:
    text = render(report, ReportFormat.GITHUB, options or ReportOptions()).decode()
    assert text.endswith("\n")
    assert "\r" not in text
    return text.removesuffix("\n").split("\n")


def parse(line: str) -> Command | None:
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    name, _, rest = line[2:end].partition(" ")
    pairs = (pair.split("=", 1) for pair in rest.split(",") if pair)
    properties = {pair[0].strip(): unescape(pair[1], property_too=True) for pair in pairs if len(pair) == 2}
    return name, properties, unescape(line[end + 2 :])


def unescape(text: str, *, property_too: bool = False) -> str:
    for code, character in (("%0D", "\r"), ("%0A", "\n"), *((("%3A", ":"), ("%2C", ",")) if property_too else ()), ("%25", "%")):
        text = text.replace(code, character)
    return text


def commands(report: Report, options: ReportOptions | None = None) -> list[Command]:
    return [command for line in lines(report, options) if (command := parse(line))]


def test_a_violation_on_one_line_is_an_error_with_columns() -> None:
    assert lines(replace(REPORT, findings=(WRONG_VALUE,)))[0] == (
        "::error file=data/a b.ttl,line=3,endLine=3,col=6,endColumn=20,title=shape%3ATarget-value"
        "::Expected a number.%0A应为数字。%0Atarget:1-1 bqw:value 四百八十万"
    )


def test_over_two_lines_there_are_no_columns() -> None:
    ((name, properties, message),) = commands(replace(REPORT, findings=(OVER_TWO_LINES,)), ReportOptions(base="graph"))
    assert name == "warning"
    assert properties == {"file": "graph/data/a b.ttl", "line": "4", "endLine": "5", "title": "label-unique"}
    assert message == "The same label.\nurn:x#a"


def test_without_an_end_the_place_is_one_character() -> None:
    ((name, properties, _),) = commands(replace(REPORT, findings=(BROKEN_FILE,)))
    assert name == "error"
    assert properties == {
        "file": "data/z.ttl",
        "line": "9",
        "endLine": "9",
        "col": "2",
        "endColumn": "2",
        "title": "syntax",
    }


def test_without_a_file_it_is_a_notice_of_the_run() -> None:
    assert commands(replace(REPORT, findings=(NOWHERE,)), ReportOptions(("en",))) == [
        ("notice", {"title": "nothing-checked"}, "nothing-checked is not met")
    ]


def test_without_a_line_it_is_about_the_file() -> None:
    ((_, properties, _),) = commands(replace(REPORT, findings=(replace(WRONG_VALUE, line=0),)))
    assert properties == {"file": "data/a b.ttl", "title": "shape:Target-value"}


def test_the_log_ends_with_what_was_checked() -> None:
    *_, english, chinese = lines(REPORT)
    assert english.startswith("2 violations, 1 warning, 1 info; checked 2 files")
    assert chinese.startswith("违规 2 条")
    assert lines(CLEAN)[0].startswith("nothing found")


@pytest.mark.parametrize("text", ["a%0Ab", "50%", "a\nb\rc", "x::y,z=1", "::error::z"])
def test_escapes_read_back(text: str) -> None:
    hostile = replace(WRONG_VALUE, message={"en": text}, rule=text, file=text, focus="", path="", value="")
    ((_, properties, message),) = commands(replace(REPORT, findings=(hostile,)))
    assert (properties["file"], properties["title"], message) == (text, text, text)


@settings(deadline=None)  # other work on the machine must not fail it
@given(REPORTS)
def test_any_report_reads_back_equal_and_starts_no_other_command(report: Report) -> None:
    options = ReportOptions(("en",))
    found = commands(report, options)
    assert len(found) == len(report.findings)
    for (name, properties, message), finding in zip(found, in_order(report.findings), strict=True):
        assert name == {"VIOLATION": "error", "WARNING": "warning", "INFO": "notice"}[finding.severity.name]
        assert properties.get("file", "") == finding.file
        assert properties["title"] == shorten(finding.rule)
        about = wording.about(finding)
        assert message == wording.message(finding, ("en",)) + (f"\n{about}" if about else "")
        if "col" in properties:
            assert properties["line"] == properties["endLine"]
            assert int(properties["col"]) <= int(properties["endColumn"])
