"""A finding: anything that can be wrong with a graph, in one form."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class Severity(IntEnum):
    """How much a finding matters: must, should, may."""

    INFO = 1
    WARNING = 2
    VIOLATION = 3

    @classmethod
    def named(cls, name: str) -> "Severity":
        """Return the severity of a name such as ``Violation``, or of SHACL's IRI for it."""
        return cls[name.rpartition("#")[2].upper()]


@dataclass(frozen=True)
class Finding:
    """One fault. ``rule`` is the IRI of the shape or the name of the rule; ``line`` and ``column`` are 1-based, 0: unknown."""

    rule: str
    severity: Severity
    message: Mapping[str, str]
    focus: str = ""
    path: str = ""
    value: str = ""
    file: str = ""
    line: int = 0
    column: int = 0

    def text(self, language: str) -> str:
        """Return the message in a language, else in English, else in any."""
        return self.message.get(language) or self.message.get("en") or next(iter(self.message.values()), "")


@dataclass(frozen=True)
class Report:
    """What was checked, and what was found."""

    findings: tuple[Finding, ...]
    files: int
    triples: int
    shapes: int
    rules: int

    def conforms(self, fail_on: Severity = Severity.VIOLATION) -> bool:
        """Whether nothing was found of the severity or above."""
        return all(finding.severity < fail_on for finding in self.findings)
