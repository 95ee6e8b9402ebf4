"""A finding: anything that can be wrong with a graph, in one form."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

import pyoxigraph as ox


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
class Place:
    """Where something stands: lines and columns are 1-based and count characters, the end is just behind; 0: unknown."""

    file: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0


@dataclass(frozen=True)
class Finding:
    """One fault. ``rule`` is the IRI of the shape or the name of the rule; ``line`` and ``column`` are 1-based, 0: unknown.

    ``check`` names the check that found it (``syntax``, ``shacl``, ``rules`` …). Where a fault lies between two values, the
    second stands in ``related``. ``result`` is what a SHACL engine reported: the triples of one ``sh:ValidationResult``,
    whose node is the first one's subject.
    """

    rule: str
    severity: Severity
    message: Mapping[str, str]
    focus: str = ""
    path: str = ""
    value: str = ""
    file: str = ""
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0
    related: tuple[Place, ...] = ()
    check: str = ""
    result: tuple[ox.Triple, ...] = ()

    def text(self, language: str) -> str:
        """Return the message in a language, else in English, else in any."""
        return self.message.get(language) or self.message.get("en") or next(iter(self.message.values()), "")


@dataclass(frozen=True)
class Report:
    """What was checked, and what was found.

    ``files`` and ``triples`` of data, ``shapes`` and ``rules`` that were applied, ``focus_nodes`` that shapes looked at, by which
    ``engine`` (name and version), in which ``checks``.
    """

    findings: tuple[Finding, ...]
    files: int
    triples: int
    shapes: int
    rules: int
    focus_nodes: int = 0
    engine: str = ""
    checks: tuple[str, ...] = ()

    def conforms(self, fail_on: Severity = Severity.VIOLATION) -> bool:
        """Whether nothing was found of the severity or above."""
        return all(finding.severity < fail_on for finding in self.findings)

    def strict(self) -> "Report":
        """Return the report in which it is a violation that something was not really checked."""
        return replace(self, findings=tuple(map(_strict, self.findings)))


def _strict(finding: Finding) -> Finding:
    is_lax = finding.check == "coverage" and finding.severity is Severity.WARNING
    return replace(finding, severity=Severity.VIOLATION) if is_lax else finding
