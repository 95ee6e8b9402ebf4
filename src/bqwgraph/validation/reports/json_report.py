"""The report as JSON, after ``report.schema.json`` beside this file."""

import json
from typing import Final

from bqwgraph.graph.namespaces import BASE
from bqwgraph.validation.findings import Finding, Place, Report
from bqwgraph.validation.reports import wording
from bqwgraph.validation.reports.options import ReportOptions, in_order

SCHEMA: Final = BASE + "schemas/report-1.json"
"""What the schema calls itself; it has a new number when a reader of the old would go wrong."""


def render(report: Report, options: ReportOptions) -> str:
    """Return the whole report; messages are there in all the languages they have. What is not known is left out."""
    document = {
        "$schema": SCHEMA,
        "passed": report.conforms(options.fail_on),
        "fail_on": options.fail_on.name.lower(),
        "counts": {severity.name.lower(): number for severity, number in wording.counts(report).items()},
        "checked": {
            "files": report.files,
            "triples": report.triples,
            "shapes": report.shapes,
            "rules": report.rules,
            "focus_nodes": report.focus_nodes,
            "engine": report.engine,
            "checks": list(report.checks),
        },
        "findings": [_finding(finding, options) for finding in in_order(report.findings)],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _finding(finding: Finding, options: ReportOptions) -> dict[str, object]:
    told = {
        "check": finding.check,
        "focus": finding.focus,
        "path": finding.path,
        "value": finding.value,
        "component": wording.component(finding),
        "place": _place(finding, options),
        "related": [_place(place, options) for place in finding.related],
    }
    return {
        "rule": finding.rule,
        "severity": finding.severity.name.lower(),
        "message": dict(finding.message) or wording.messages(finding, options.languages),
        **{name: value for name, value in told.items() if value},
    }


def _place(place: Finding | Place, options: ReportOptions) -> dict[str, object]:
    if not place.file:
        return {}
    numbers = {"line": place.line, "column": place.column, "end_line": place.end_line, "end_column": place.end_column}
    return {"file": options.path(place.file), **{name: number for name, number in numbers.items() if number}}
