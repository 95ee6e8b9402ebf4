"""GitHub workflow commands: annotations on the lines of a pull request.

The escapes are those of GitHub's own toolkit (``@actions/core``, ``command.ts``), the columns follow its runner, which takes
them on one line only and counts the last one in.
"""

from bqwgraph.graph.namespaces import shorten
from bqwgraph.validation.findings import Finding, Report, Severity
from bqwgraph.validation.reports import wording
from bqwgraph.validation.reports.options import ReportOptions, in_order

_COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(report: Report, options: ReportOptions) -> str:
    """Return a command a finding, and for the log what was checked."""
    commands = [_command(finding, options) for finding in in_order(report.findings)]
    sums = [wording.visible(wording.summary(report, options.fail_on, language)) for language in options.languages]
    return "".join(line + "\n" for line in (*commands, *sums))


def _command(finding: Finding, options: ReportOptions) -> str:
    properties = {"file": options.path(finding.file), **_position(finding), "title": shorten(finding.rule)}
    written = ",".join(f"{name}={str(value).translate(_IN_PROPERTIES)}" for name, value in properties.items() if value)
    about = wording.about(finding)
    text = wording.message(finding, options.languages) + (f"\n{about}" if about else "")
    return f"::{_COMMANDS[finding.severity]} {written}::{text.translate(_IN_DATA)}"


def _position(finding: Finding) -> dict[str, int]:
    if not finding.file or not finding.line:
        return {}
    end = max(finding.end_line, finding.line)
    if end > finding.line:
        return {"line": finding.line, "endLine": end}
    last = max(finding.end_column - 1, finding.column)
    return {"line": finding.line, "endLine": end, "col": finding.column, "endColumn": last}
