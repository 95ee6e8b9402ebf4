"""No finding is lost in a generated province, and none is made up: fifty planted defects, each at its line and column."""

from pathlib import Path

from bqwgraph.bench.generate import generate
from bqwgraph.validation.checks import validate_files

from .measure_validation import EACH, PLANTS, missed, plant


def test_planted_defects_are_found_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "province"
    generate(600, 7, root)
    report = validate_files([f"{root}/ontology", f"{root}/data"], [f"{root}/ontology/shapes"])
    before = {(finding.file, finding.line, finding.column) for finding in report.findings}
    planted = plant(root)
    assert len(planted) == EACH * len(PLANTS)
    assert missed(root, planted, before) == (set(), set())
