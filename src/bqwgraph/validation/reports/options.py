"""In which form a report is wanted, and what the reporters have to know for it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from bqwgraph.validation.findings import Finding, Severity

SourceLines = Callable[[str], Sequence[str] | None]
"""Takes a file as findings name it; gives its lines without their ends, or None where it cannot be read as text."""

ENGLISH: Final = "en"
CHINESE: Final = "zh-Hans"
_LINE_END = re.compile(r"\r\n?|\n")


class ReportFormat(StrEnum):
    """Forms of a report."""

    TEXT = "text"
    JSON = "json"
    TURTLE = "turtle"
    JSONLD = "jsonld"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"


def no_lines(file: str) -> None:
    """Show no source lines."""


def lines_of(text: str) -> list[str]:
    r"""Return the lines of a text as positions count them: they end with LF, CR LF or CR and nothing else.

    >>> lines_of("\ufeff<urn:a>\r\n'\u2028'\r.")
    ['<urn:a>', "'\u2028'", '.']
    """
    return _LINE_END.split(text.removeprefix("\ufeff"))


def lines_below(root: Path) -> SourceLines:
    """Return what reads the lines of files below a folder."""

    def lines(file: str) -> list[str] | None:
        try:
            text = (root / file).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError):
            return None
        return lines_of(text)

    return lines


@dataclass(frozen=True)
class ReportOptions:
    """What the reporters need beside the report.

    ``languages`` of messages, the first leading; ``colour``: whether text may have terminal colours; ``lines`` gives a file's
    lines for text; ``base`` is the path from where the reader stands (for CI the root of the repository) to the folder that
    findings name files from; ``fail_on`` is the least severity that fails.
    """

    languages: tuple[str, ...] = (ENGLISH, CHINESE)
    colour: bool = False
    lines: SourceLines = no_lines
    base: str = ""
    fail_on: Severity = Severity.VIOLATION

    def path(self, file: str) -> str:
        """Return a finding's file as the reader of the report names it.

        >>> ReportOptions(base="graph").path("data/policies/1.ttl")
        'graph/data/policies/1.ttl'
        """
        return (PurePosixPath(self.base) / file).as_posix() if file else ""


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings in the order of the files; the same findings come out in the same order."""
    return sorted(findings, key=_order)


def _order(finding: Finding) -> tuple[object, ...]:
    place = (finding.file, finding.line, finding.column, finding.end_line, finding.end_column)
    about = (finding.focus, finding.path, finding.rule, finding.value, finding.check, finding.severity)
    return *place, *about, *sorted(finding.message.items())
