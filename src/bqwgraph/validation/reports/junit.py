"""JUnit XML: a suite for each check, in it a test case for each rule and file that something was found in.

What fails is what makes the command fail; findings below that severity stand in ``system-out`` of a case that passes. A
check that found nothing is one passing case. The first suite says in ``system-out`` what was checked. There are no times in
it: the same findings give the same bytes.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from xml.sax.saxutils import escape, quoteattr

from bqwgraph.graph.namespaces import shorten
from bqwgraph.validation.findings import Finding, Report, Severity
from bqwgraph.validation.reports import wording
from bqwgraph.validation.reports.options import ENGLISH, ReportOptions, in_order

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML 1.0 document may hold, not even escaped (production 2, Char)."""


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as a ``testsuites`` document."""
    ordered = sorted(in_order(report.findings), key=lambda finding: finding.check)
    found = {check: list(group) for check, group in groupby(ordered, key=lambda finding: finding.check)}
    suites = [_Suite(check, found.get(check, []), options) for check in dict.fromkeys((*report.checks, *found))]
    sums = {"tests": sum(suite.tests for suite in suites), "failures": sum(suite.failures for suite in suites)}
    head = f"<testsuites{_attributes(name='bqwgraph validate', **sums, errors=0, time=0)}>"
    said = "\n".join(wording.summary(report, options.fail_on, language) for language in options.languages)
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        head,
        *(line for number, suite in enumerate(suites) for line in suite.lines("" if number else said)),
        "</testsuites>",
    ]
    return "\n".join(lines) + "\n"


class _Suite:
    """What one check found; its cases are made of what is in the same file against the same rule."""

    def __init__(self, check: str, findings: list[Finding], options: ReportOptions) -> None:
        self._name = check or "validation"
        self._options = options
        cases: dict[tuple[str, str], list[Finding]] = {}
        for finding in findings:
            cases.setdefault((finding.file, finding.rule), []).append(finding)
        self._cases = cases
        self.tests = len(cases) or 1
        self.failures = sum(_worst(found) >= options.fail_on for found in cases.values())

    def lines(self, summary: str) -> Iterator[str]:
        sums = {"tests": self.tests, "failures": self.failures, "errors": 0, "skipped": 0, "time": 0}
        yield f"<testsuite{_attributes(name=self._name, **sums)}>"
        for (file, rule), found in self._cases.items():
            yield from self._case(file, rule, found)
        if not self._cases:
            yield f"<testcase{_attributes(classname=f'bqwgraph.{self._name}', name=self._name, time=0)}/>"
        if summary:
            yield f"<system-out>{_text(summary)}</system-out>"
        yield "</testsuite>"

    def _case(self, file: str, rule: str, found: list[Finding]) -> Iterator[str]:
        name = f"{shorten(rule)} in {self._options.path(file)}" if file else shorten(rule)
        place: dict[str, str | int] = {"file": self._options.path(file), "line": found[0].line} if file and found[0].line else {}
        yield f"<testcase{_attributes(classname=f'bqwgraph.{self._name}', name=name, time=0, **place)}>"
        told = _text("\n\n".join(map(self._told, found)))
        worst = _worst(found)
        if worst >= self._options.fail_on:
            first = next(finding for finding in found if finding.severity is worst)
            message = wording.message(first, self._options.languages[:1])
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            yield f"<failure{_attributes(message=message + more, type=wording.severity(worst, ENGLISH))}>{told}</failure>"
        else:
            yield f"<system-out>{told}</system-out>"
        yield "</testcase>"

    def _told(self, finding: Finding) -> str:
        place = wording.where(self._options.path(finding.file), finding.line, finding.column)
        head = f"{place}: {wording.severity(finding.severity, ENGLISH)}"
        also = [f"see {wording.where(self._options.path(at.file), at.line, at.column)}" for at in finding.related]
        about = [text for text in [wording.about(finding)] if text]
        return "\n".join([head, *wording.messages(finding, self._options.languages).values(), *about, *also])


def _worst(found: list[Finding]) -> Severity:
    return max(finding.severity for finding in found)


def _attributes(**values: str | int) -> str:
    return "".join(f" {name}={quoteattr(_allowed(str(value)))}" for name, value in values.items())


def _text(text: str) -> str:
    return escape(_allowed(text), {"\r": "&#13;"})


def _allowed(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
