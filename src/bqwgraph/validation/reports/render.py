"""Any report in any form."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from bqwgraph.validation.findings import Report
from bqwgraph.validation.reports import github, json_report, junit, sarif, shacl_report, text
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions
from bqwgraph.validation.reports.wording import encoded

_REPORTERS: Final[Mapping[ReportFormat, Callable[[Report, ReportOptions], str]]] = MappingProxyType(
    {
        ReportFormat.TEXT: text.render,
        ReportFormat.JSON: json_report.render,
        ReportFormat.TURTLE: shacl_report.turtle,
        ReportFormat.JSONLD: shacl_report.jsonld,
        ReportFormat.SARIF: sarif.render,
        ReportFormat.JUNIT: junit.render,
        ReportFormat.GITHUB: github.render,
    }
)


def render(report: Report, form: ReportFormat, options: ReportOptions) -> bytes:
    """Return a report in a form, as UTF-8; the same report and options give the same bytes.

    >>> options = ReportOptions(languages=("en",))
    >>> print(render(Report((), 2, 30, 1, 0), ReportFormat.TEXT, options).decode(), end="")
    nothing found: 0 violations, 0 warnings, 0 infos; checked 2 files, 30 triples, 1 shape, 0 rules, 0 focus nodes; passed
    """
    return encoded(_REPORTERS[form](report, options))
