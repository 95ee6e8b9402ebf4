"""Each saved query against a result that was keyed in from the document (``tests/expected/NAME.csv``).

A file ``NAME.PARAMETER=VALUE.csv`` is the result for a parameter; ``*`` stands for a value that was not keyed in.
"""

import csv
import io
from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.interface import Question
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import SavedQuery, load
from bqwgraph.queries.values import run

EXPECTED = Path(__file__).parent.parent / "expected"
ANY = "*"


@pytest.fixture(scope="session")
def queries(folder: GraphFolder) -> dict[str, SavedQuery]:
    return load(folder)


def same(found: str, expected: str) -> bool:
    if expected in {ANY, found}:
        return True
    try:
        return float(found) == float(expected)
    except ValueError:
        return False


@pytest.mark.parametrize("path", sorted(EXPECTED.glob("*.csv")), ids=lambda path: path.stem)
def test_the_result_is_what_the_document_says(path: Path, engine: EmbeddedEngine, queries: dict[str, SavedQuery]) -> None:
    name, *values = path.stem.split(".")
    arguments = dict(value.split("=", 1) for value in values)
    prepared = run(prepare(queries[name], arguments), engine)
    answer = engine.answer(Question.table(prepared.text, ox.QueryResultsFormat.CSV), 30)
    found = list(csv.reader(io.StringIO(answer.body.decode("utf-8"))))
    expected = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    assert found[0] == expected[0], "columns"
    different = [
        (number, row, wanted)
        for number, (row, wanted) in enumerate(zip(found, expected, strict=False))
        if len(row) != len(wanted) or not all(map(same, row, wanted))
    ]
    assert not different
    assert len(found) == len(expected)


def test_every_query_has_an_expected_result(queries: dict[str, SavedQuery]) -> None:
    keyed_in = {path.stem.split(".")[0] for path in EXPECTED.glob("*.csv")}
    assert keyed_in == set(queries)
