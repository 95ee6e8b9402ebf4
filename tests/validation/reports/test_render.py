"""What holds for every format: the same bytes each time, UTF-8, and a time that grows as the findings do."""

import doctest
import time
from dataclasses import replace
from types import ModuleType

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bqwgraph.validation.findings import Finding, Report
from bqwgraph.validation.reports import options, source, wording
from bqwgraph.validation.reports import render as rendering
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions
from bqwgraph.validation.reports.render import render

from .material import BROKEN_FILE, REPORT, REPORTS, WRONG_VALUE, result

LINES = ['x "江门" ' * 500] * 20


@pytest.mark.parametrize("form", ReportFormat)
def test_the_order_of_findings_leaves_no_trace(form: ReportFormat) -> None:
    same_place = [replace(BROKEN_FILE, rule="other"), replace(BROKEN_FILE, value="x"), replace(BROKEN_FILE, message={"en": "y"})]
    found = (*REPORT.findings, *same_place)
    one, two = (render(replace(REPORT, findings=order), form, ReportOptions()) for order in (found, found[::-1]))
    assert one == two
    assert one.endswith(b"\n")


@settings(deadline=None)  # other work on the machine must not fail it
@given(REPORTS, st.sampled_from(ReportFormat))
def test_the_same_report_gives_the_same_utf_8(report: Report, form: ReportFormat) -> None:
    body = render(report, form, ReportOptions(lines=lambda _: LINES))
    assert body.decode("utf-8")
    assert body == render(report, form, ReportOptions(lines=lambda _: LINES))


@pytest.mark.parametrize("form", ReportFormat)
def test_half_a_character_is_replaced(form: ReportFormat) -> None:
    """A surrogate gets into a string from a file name that is not UTF-8, and UTF-8 has no bytes for it."""
    bad = replace(WRONG_VALUE, message={"en": "a\ud800b"}, file="a\udcffb.ttl", related=())
    body = render(replace(REPORT, findings=(bad, replace(BROKEN_FILE, message={"en": "\udfff"}))), form, ReportOptions())
    said = body.decode("utf-8")
    assert "a\ufffdb" in said or "a<U+D800>b" in said or "a%EF%BF%BDb" in said


def many(number: int) -> tuple[Finding, ...]:
    return tuple(
        replace(
            WRONG_VALUE,
            rule=f"urn:shape{index % 50}",
            file=f"data/{index % 20}.ttl",
            line=1 + index % 20,
            column=1 + index % 4000,
            end_line=1 + index % 20,
            end_column=4 + index % 4000,
            result=result(f"r{index}", ox.BlankNode(f"shared{index % 100}")),
        )
        for index in range(number)
    )


@pytest.mark.parametrize("form", ReportFormat)
def test_time_grows_as_the_findings_do(form: ReportFormat) -> None:
    """Eight times the findings take about eight times as long; were it their square, 64 times."""

    def seconds(number: int) -> float:
        report = replace(REPORT, findings=many(number))
        start = time.process_time()
        assert len(render(report, form, ReportOptions(lines=lambda _: LINES))) > 50 * number
        return time.process_time() - start

    assert min(seconds(2000) for _ in range(2)) < 24 * min(seconds(250) for _ in range(4))


@pytest.mark.parametrize("module", [options, wording, source, rendering], ids=lambda module: module.__name__.rpartition(".")[2])
def test_examples_in_docstrings_run(module: ModuleType) -> None:
    tried = doctest.testmod(module)
    assert tried.attempted
    assert not tried.failed
