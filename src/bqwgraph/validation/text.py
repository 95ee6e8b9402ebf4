"""The report that people read."""

from collections.abc import Iterable, Iterator

from bqwgraph.graph.namespaces import shorten
from bqwgraph.validation.findings import Finding, Report, Severity


def lines(report: Report, language: str) -> Iterator[str]:
    """Yield the lines of a report, findings in the order of the files, and what was checked at the end."""
    yield from finding_lines(report.findings, language)
    counts = ", ".join(
        _counted(sum(finding.severity is severity for finding in report.findings), severity.name.lower())
        for severity in sorted(Severity, reverse=True)
    )
    yield f"{counts}; checked {report.files} files, {report.triples} triples, {report.shapes} shapes files, {report.rules} rules"


def finding_lines(findings: Iterable[Finding], language: str) -> Iterator[str]:
    """Yield two lines a finding, in the order of the files: ``file:line:column: severity: message``, and what it is about."""
    for finding in sorted(findings, key=lambda f: (f.file, f.line, f.column, f.focus, f.path, f.rule, f.value)):
        where = ":".join(str(part) for part in (finding.file, finding.line, finding.column) if part)
        yield f"{where or '(no file)'}: {finding.severity.name.lower()}: {finding.text(language)}"
        about = " ".join(shorten(item) for item in (finding.focus, finding.path, finding.value) if item)
        yield f"    {about}  [{shorten(finding.rule)}]"


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
