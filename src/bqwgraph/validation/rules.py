"""House rules: one SELECT query a rule, whose rows are faults (``ontology/rules/NAME.rq``).

A row's ``?focus`` is the node at fault; ``?path`` and ``?value`` say more where they are bound. The header (``#+`` YAML) has
``message`` in both languages and ``severity``, and ``check`` where the rule belongs to another check than ``rules``.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import yaml

from bqwgraph.graph.headers import header_of
from bqwgraph.validation.failure import ValidationFailure
from bqwgraph.validation.findings import Finding, Severity
from bqwgraph.validation.placing import Placing, placed
from bqwgraph.validation.shacl import plain
from bqwgraph.validation.sources import Node

_WRITTEN: Final = ox.QueryResultsFormat.JSON


@dataclass(frozen=True)
class Rule:
    """A rule: its name, its query, and what its header says."""

    name: str
    query: str
    message: dict[str, str]
    severity: Severity
    check: str


def read(path: Path) -> Rule:
    """Return a rule. Raises ValidationFailure where its header lacks something."""
    text = path.read_text("utf-8")
    try:
        header = header_of(text)
        return Rule(path.stem, text, header["message"], Severity.named(header["severity"]), header.get("check", "rules"))
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise ValidationFailure(f"{path}: expected a header with message and severity: {error}") from error


def check(store: ox.Store, rule: Rule, placing: Placing | None = None) -> list[Finding]:
    """Return a finding a row of the rule's query over the store's default graph; raises ValidationFailure for a broken rule."""
    try:
        rows = store.query(rule.query)
    except SyntaxError as error:
        raise ValidationFailure(f"ontology/rules/{rule.name}.rq: {error.msg}") from error
    if not isinstance(rows, ox.QuerySolutions):
        raise ValidationFailure(f"ontology/rules/{rule.name}.rq: expected a SELECT query")
    names = {variable.value for variable in rows.variables}
    # Written and read again, the rows are found while other threads run; most rules find none.
    found = ox.parse_query_results(rows.serialize(format=_WRITTEN) or b"", format=_WRITTEN)
    if not isinstance(found, ox.QuerySolutions):
        raise TypeError("a SELECT query gives solutions")
    return [_finding(rule, {name: row[name] for name in names if row[name] is not None}, placing) for row in found]


def _finding(rule: Rule, row: dict[str, Node], placing: Placing | None) -> Finding:
    focus, path, value = row.get("focus"), row.get("path"), row.get("value", row.get("other"))
    finding = Finding(
        rule=rule.name,
        severity=rule.severity,
        message=rule.message,
        focus="" if focus is None else plain(focus),
        path="" if path is None else plain(path),
        value="" if value is None else plain(value),
        check=rule.check,
    )
    return placed(finding, placing.fact(focus, finding.path, value)) if placing and focus is not None else finding
