"""Saved queries against results that were keyed in from the document (``tests/expected/NAME.csv`` beside the graph).

A file ``NAME.PARAMETER=VALUE.csv`` is the result for a parameter; ``*`` stands for a value that was not keyed in.
"""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Engine, QueryError, Question
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import SavedQuery
from bqwgraph.queries.values import BadParameter, run
from bqwgraph.validation.findings import Finding, Severity

ANY: Final = "*"
_SECONDS: Final = 30


@dataclass(frozen=True)
class Difference:
    """A row that is not as expected: the line of the file, what should stand there and what the query gave; None: no row."""

    line: int
    wanted: list[str] | None
    found: list[str] | None


@dataclass(frozen=True)
class Keyed:
    """A result that was keyed in: with which values for the query's parameters, and the table as CSV."""

    values: Mapping[str, str]
    text: str

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return max(0, sum(1 for _ in csv.reader(io.StringIO(self.text))) - 1)


def keyed(folder: GraphFolder) -> dict[str, list[Keyed]]:
    """Return the results that were keyed in beside a graph, by the name of the query."""
    found = dict[str, list[Keyed]]()
    for path in files(folder):
        name, *values = path.stem.split(".")
        given = dict(value.split("=", 1) for value in values if "=" in value)
        found.setdefault(name, []).append(Keyed(given, path.read_text("utf-8")))
    return found


def files(folder: GraphFolder) -> list[Path]:
    """Return the files of expected results beside a graph."""
    return sorted((folder.root / "tests" / "expected").glob("*.csv"))


def differences(found: str, expected: str) -> list[Difference]:
    r"""Return the rows in which two tables (CSV) differ; numbers are compared as numbers.

    >>> differences("a\n1.0\n2", "a\n1\n3")
    [Difference(line=3, wanted=['3'], found=['2'])]
    """
    reader, rows = csv.reader(io.StringIO(expected)), list[tuple[int, list[str]]]()
    line = 1
    for row in reader:
        rows.append((line, row))
        line = reader.line_num + 1
    pairs = zip_longest(rows, csv.reader(io.StringIO(found)))
    return [
        Difference(wanted[0] if wanted else line, wanted and wanted[1], given)
        for wanted, given in pairs
        if wanted is None or given is None or len(wanted[1]) != len(given) or not all(map(_same, given, wanted[1]))
    ]


def _same(found: str, expected: str) -> bool:
    if expected in {ANY, found}:
        return True
    try:
        return float(found) == float(expected)
    except ValueError:
        return False


def answer(path: Path, engine: Engine, queries: dict[str, SavedQuery]) -> str:
    """Return the table (CSV) that the query of a file gives now. Raises KeyError, BadParameter, QueryError."""
    name, *values = path.stem.split(".")
    prepared = run(prepare(queries[name], dict(value.split("=", 1) for value in values)), engine)
    return engine.answer(Question.table(prepared.text, ox.QueryResultsFormat.CSV), _SECONDS).body.decode("utf-8")


def check(path: Path, name: str, engine: Engine, queries: dict[str, SavedQuery]) -> Iterator[Finding]:
    """Yield a finding a row that is not as a file says; ``name`` is what people call the file."""
    rule = f"expected-{path.stem.split('.')[0]}"

    def finding(line: int, english: str, chinese: str, value: str = "") -> Finding:
        message = {"en": english, "zh-Hans": chinese}
        return Finding(rule, Severity.VIOLATION, message, value=value, file=name, line=line, column=1, check="expected")

    try:
        found = answer(path, engine, queries)
    except KeyError:
        yield finding(1, "there is no saved query of this name", "没有这一名称的查询")
        return
    except (BadParameter, QueryError) as error:
        yield finding(1, f"the query cannot be answered: {error}", f"查询无法回答：{error}")
        return
    for difference in differences(found, path.read_text("utf-8")):
        wanted, given = (_row(row) for row in (difference.wanted, difference.found))
        yield finding(
            difference.line,
            f"expected {wanted or 'no row'}, found {given or 'no row'}",
            f"应为 {wanted or '无此行'}，实为 {given or '无此行'}",
            given,
        )


def _row(row: list[str] | None) -> str:
    return "" if row is None else ",".join(row)
