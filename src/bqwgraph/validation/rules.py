"""House rules: one SELECT query a rule, whose rows are faults (``ontology/rules/NAME.rq``).

A row's ``?focus`` is the node at fault; ``?path`` and ``?value`` say more where they are bound. The header (``#+`` YAML) has
``message`` in both languages and ``severity``.
"""

from pathlib import Path

import pyoxigraph as ox
import yaml

from bqwgraph.validation.findings import Finding, Severity
from bqwgraph.validation.shacl import ValidationFailure


def check(store: ox.Store, rule: Path) -> list[Finding]:
    """Return a finding a row of the rule's query over the store's default graph; raises ValidationFailure for a broken rule."""
    text = rule.read_text("utf-8")
    header = yaml.safe_load("\n".join(line[2:] for line in text.splitlines() if line.startswith("#+")))
    try:
        rows = store.query(text)
    except SyntaxError as error:
        raise ValidationFailure(f"{rule.name}: {error.msg}") from error
    if not isinstance(rows, ox.QuerySolutions):
        raise ValidationFailure(f"{rule.name}: expected a SELECT query")
    names = {variable.value for variable in rows.variables}

    def value(row: ox.QuerySolution, name: str) -> str:
        term = row[name] if name in names else None
        return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""

    return [
        Finding(
            rule=rule.stem,
            severity=Severity.named(header["severity"]),
            message=header["message"],
            focus=value(row, "focus"),
            path=value(row, "path"),
            value=value(row, "value") or value(row, "other"),
        )
        for row in rows
    ]
