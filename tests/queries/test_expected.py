"""Each saved query against a result that was keyed in from the document (``tests/expected/NAME.csv``).

A file ``NAME.PARAMETER=VALUE.csv`` is the result for a parameter; ``*`` stands for a value that was not keyed in.
"""

from pathlib import Path

import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.queries.saved import SavedQuery, load
from bqwgraph.validation.expected import answer, check, differences, files

EXPECTED = Path(__file__).parent.parent / "expected"


@pytest.fixture(scope="session")
def queries(folder: GraphFolder) -> dict[str, SavedQuery]:
    return load(folder)


@pytest.mark.parametrize("path", sorted(EXPECTED.glob("*.csv")), ids=lambda path: path.stem)
def test_the_result_is_what_the_document_says(path: Path, engine: EmbeddedEngine, queries: dict[str, SavedQuery]) -> None:
    assert differences(answer(path, engine, queries), path.read_text("utf-8")) == []


def test_every_query_has_an_expected_result(folder: GraphFolder, queries: dict[str, SavedQuery]) -> None:
    keyed_in = {path.stem.split(".")[0] for path in files(folder)}
    assert keyed_in == set(queries)


def test_a_row_that_differs_is_told_with_its_line(tmp_path: Path, engine: EmbeddedEngine, queries: dict[str, SavedQuery]) -> None:
    lines = (EXPECTED / "actions.csv").read_text("utf-8").splitlines()
    lines[3] = lines[3].replace(",", ",x", 1)
    path = tmp_path / "actions.csv"
    path.write_text("\n".join([*lines, "11,one,too,many,5"]), "utf-8")
    found = list(check(path, "actions.csv", engine, queries))
    assert [(finding.file, finding.line) for finding in found] == [("actions.csv", 4), ("actions.csv", len(lines) + 1)]
    assert "no row" in found[1].text("en")


def test_a_table_without_its_query_is_told(tmp_path: Path, engine: EmbeddedEngine, queries: dict[str, SavedQuery]) -> None:
    (tmp_path / "nothing.csv").write_text("a\n1\n", "utf-8")
    (found,) = check(tmp_path / "nothing.csv", "nothing.csv", engine, queries)
    assert "no saved query" in found.text("en")


@pytest.mark.parametrize(
    ("found", "expected", "lines"),
    [
        ("a\n1", "a\n1.0", []),
        ("a\n1", "a\n*", []),
        ("a\n1", "b\n1", [1]),
        ("a\n1\n2", "a\n1", [3]),
        ("a\n1", "a\n1\n2", [3]),
        ('a\n"x\ny"\n2', 'a\n"x\ny"\n3', [4]),
        ("a\nx", "a\ny", [2]),
    ],
)
def test_tables_are_compared_line_by_line(found: str, expected: str, lines: list[int]) -> None:
    assert [difference.line for difference in differences(found, expected)] == lines
