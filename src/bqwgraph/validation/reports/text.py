"""The report that people read."""

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final

from rich.color import ColorSystem
from rich.style import Style

from bqwgraph.graph.namespaces import shorten
from bqwgraph.validation.findings import Finding, Place, Report, Severity
from bqwgraph.validation.reports import wording
from bqwgraph.validation.reports.options import ENGLISH, ReportOptions, SourceLines, in_order
from bqwgraph.validation.reports.source import WIDTH, pointed_at
from bqwgraph.validation.reports.wording import visible

_PLAIN: Final = Style.null()
_STRONG: Final = Style(bold=True)
_QUIET: Final = Style(dim=True)
_SEVERITIES: Final = {
    Severity.VIOLATION: Style(color="red", bold=True),
    Severity.WARNING: Style(color="yellow", bold=True),
    Severity.INFO: Style(color="cyan", bold=True),
}


def render(report: Report, options: ReportOptions) -> str:
    """Return findings grouped by file, each with the line it points at, and at the end what was checked.

    What findings hold is data: nothing in it is read as markup, and nothing in it reaches a terminal as a command.
    """
    return "".join(line + "\n" for line in _Writer(options).lines(report))


def finding_lines(findings: Iterable[Finding], language: str) -> Iterator[str]:
    """Yield two lines a finding, in the order of the files: ``file:line:column: severity: message``, and what it is about."""
    for finding in in_order(findings):
        place = visible(wording.where(finding.file, finding.line, finding.column))
        message = visible(wording.message(finding, (language,)))
        yield f"{place}: {wording.severity(finding.severity, ENGLISH)}: {message}"
        yield f"    {visible(wording.about(finding))}  [{visible(shorten(finding.rule))}]"


class _Writer:
    """Writes one report; reads each file's lines once."""

    def __init__(self, options: ReportOptions) -> None:
        self._options = options
        self._source: SourceLines = lru_cache(maxsize=None)(options.lines)

    def lines(self, report: Report) -> Iterator[str]:
        for file, group in groupby(in_order(report.findings), key=lambda finding: finding.file):
            findings = list(group)
            name = visible(self._options.path(file)) or "(no file)"
            yield self._painted(f"{name} ({len(findings)})", _STRONG)
            yield ""
            for finding in findings:
                yield from self._finding(finding)
                yield ""
        style = _STRONG if report.conforms(self._options.fail_on) else _SEVERITIES[Severity.VIOLATION]
        for language in self._options.languages:
            yield self._painted(visible(wording.summary(report, self._options.fail_on, language)), style)

    def _finding(self, finding: Finding) -> Iterator[str]:
        style = _SEVERITIES[finding.severity]
        place = visible(wording.where(self._options.path(finding.file), finding.line, finding.column))
        rule = self._painted(f"[{visible(shorten(finding.rule))}]", _QUIET)
        yield f"{place}: {self._painted(wording.severity(finding.severity, self._options.languages[0]), style)} {rule}"
        for message in wording.messages(finding, self._options.languages).values():
            yield from (f"  {visible(line)}" for line in message.split("\n"))
        if about := wording.about(finding):
            yield f"  {self._painted(_short(about), _QUIET)}"
        yield from self._pointed_at(finding, style)
        for place_too in finding.related:
            name = wording.where(self._options.path(place_too.file), place_too.line, place_too.column)
            yield f"  {self._painted(visible(f'→ {name}'), _QUIET)}"
            yield from self._pointed_at(place_too, style)

    def _pointed_at(self, place: Place | Finding, style: Style) -> Iterator[str]:
        lines = self._source(place.file) if place.file else None
        shown = pointed_at(lines, place) if lines else None
        if shown is None:
            return
        number = f"{place.line:>6}"
        yield f"{self._painted(f'{number} |', _QUIET)} {shown[0]}"
        if shown[1]:
            yield f"{self._painted(' ' * len(number) + ' |', _QUIET)} {self._painted(shown[1], style)}"

    def _painted(self, text: str, style: Style) -> str:
        return style.render(text, color_system=ColorSystem.STANDARD) if self._options.colour else text


def _short(text: str) -> str:
    """Return a text, made visible, with its end cut off where it is too long to be read."""
    return visible(text if len(text) <= WIDTH else text[:WIDTH] + "…")
