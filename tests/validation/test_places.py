"""Every defect is found where it is: file, line, column and end, in every notation, for every constraint."""

from pathlib import Path

import pytest

from bqwgraph.validation.checks import Options, validate_files
from bqwgraph.validation.engines.interface import REFERENCE
from bqwgraph.validation.findings import Finding, Place, Report

from . import other_defects
from .defects import Defect, files, shapes

FILES = [*other_defects.files(), *files()]


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("defects")
    for name, data, _ in FILES:
        (folder / "data").mkdir(exist_ok=True)
        (folder / "data" / name).write_bytes(data)
    (folder / "shapes.ttl").write_text(shapes(), "utf-8")
    return validate_files([str(folder / "data")], [str(folder / "shapes.ttl")], Options(only=frozenset({"syntax", "shacl"})))


def defect(finding: Finding) -> Defect:
    main = Place(Path(finding.file).name, finding.line, finding.column, finding.end_line, finding.end_column)
    beside = frozenset(Place(Path(p.file).name, p.line, p.column, p.end_line, p.end_column) for p in finding.related)
    return Defect(finding.rule, main, beside)


def test_there_are_enough_defects() -> None:
    assert sum(len(defects) for _, _, defects in FILES) > 1000


@pytest.mark.parametrize(("name", "defects"), [(name, defects) for name, _, defects in FILES], ids=lambda value: str(value)[:20])
def test_every_defect_is_found_where_it_is(name: str, defects: list[Defect], report: Report) -> None:
    found = [defect(finding) for finding in report.findings if Path(finding.file).name == name]
    assert sorted(found, key=str) == sorted(defects, key=str)


def test_nothing_else_is_found(report: Report) -> None:
    assert len(report.findings) == sum(len(defects) for _, _, defects in FILES)
    assert all(finding.message.get("en") for finding in report.findings)


def test_both_engines_find_the_same(report: Report, tmp_path: Path) -> None:
    """All but one kind: of a component with an ASK validator, pySHACL does not report the value on a property shape."""
    (tmp_path / "data").mkdir()
    for name, data, _ in FILES:
        (tmp_path / "data" / name).write_bytes(data)
    (tmp_path / "shapes.ttl").write_text(shapes("component"), "utf-8")
    options = Options(only=frozenset({"shacl"}), against=REFERENCE)
    checked = validate_files([str(tmp_path / "data")], [str(tmp_path / "shapes.ttl")], options)
    assert len(checked.findings) == len([f for f in report.findings if not f.rule.endswith("P-component")])
