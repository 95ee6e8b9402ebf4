"""What `bqwgraph validate` is for: a defect of each kind in the real data shows up where it is, to people and to machines.

And a CI job is green where the graph is, not where there is nothing, and by another code where the shapes are broken.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from typer.testing import CliRunner

from bqwgraph.cli import app
from bqwgraph.validation.checks import CHECKS
from bqwgraph.validation.findings import Severity
from bqwgraph.validation.reports.options import ReportFormat
from conftest import Installed

from .support import ROOT, SHAPE, change

VIOLATION, WARNING = Severity.VIOLATION, Severity.WARNING
LEVELS = {VIOLATION: "error", WARNING: "warning"}


@dataclass(frozen=True)
class Defect:
    """What stands in a file instead of a text that it has, by which rule that is wrong, and where: behind the ¦."""

    check: str
    rule: str
    severity: Severity
    file: str
    old: str
    new: str
    place: str

    def position(self, folder: Path) -> tuple[int, int]:
        """Return the line and column where the defect is in a folder, 0 where it is in no line."""
        before, mark, behind = self.place.partition("¦")
        text = (folder / self.file).read_text("utf-8")
        at = text.index(before + behind) + len(before)
        return (text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)) if mark else (0, 0)


ACTIONS, PARTNERSHIPS, LOCK = "data/actions.ttl", "data/partnerships.ttl", "data/evidence.lock"
LOCKED = (ROOT / LOCK).read_text("ascii")[:8]
LEVEL, ORDER = "ontology/vocab/level.ttl", "Action-order"
DEFECTS = {
    "missing": Defect("shacl", ORDER, VIOLATION, ACTIONS, "    bqw:order 2 ;\n", "", "¦action:2\n"),
    "wrong": Defect("shacl", ORDER, VIOLATION, ACTIONS, "bqw:order 3", 'bqw:order "three"', '¦"three"'),
    "too many": Defect("shacl", ORDER, VIOLATION, ACTIONS, "bqw:order 4", "bqw:order\n        4 ,\n        44", "¦44 ;"),
    "house rule": Defect("rules", "order-unique", VIOLATION, ACTIONS, "bqw:order 8", "bqw:order 9", "bqw:order ¦9"),
    "SKOS": Defect("skos", "concept-top", VIOLATION, LEVEL, "skos:topConceptOf", "skos:inScheme", "¦level:province ,"),
    "unknown term": Defect("terms", "class-undeclared", VIOLATION, ACTIONS, "a bqw:Action", "a bqw:Acton", "¦bqw:Acton"),
    "dangling link": Defect("links", "dangling-link", VIOLATION, ACTIONS, "programme:bqw ;", "programme:bwq ;", "¦programme:bwq"),
    "label": Defect("labels", "label-language", VIOLATION, PARTNERSHIPS, "@en", "@fr", '¦"Counterpart industrial'),
    "evidence": Defect("evidence", "evidence-lock", VIOLATION, LOCK, LOCKED, "f" * len(LOCKED), ""),
    "expected": Defect(
        "expected",
        "expected-industries",
        VIOLATION,
        "tests/expected/industries.csv",
        "cluster,2,",
        "cluster,22,",
        "¦industry-cluster,22",
    ),
    "form": Defect("format", "format", WARNING, "data/source.ttl", "\n    bqw:sha256", "\n     bqw:sha256", "¦     bqw:sha256"),
    "shape": Defect(
        "shapes",
        "shacl-property-unknown",
        VIOLATION,
        "ontology/shapes/Policy.ttl",
        "sh:minCount 1 ;",
        "sh:minCoutn 1 ;",
        "¦sh:minCoutn",
    ),
    "coverage": Defect(
        "coverage",
        "target-matches-nothing",
        WARNING,
        "ontology/shapes/Aim.ttl",
        "sh:targetClass bqw:Aim",
        "sh:targetClass bqw:Aym",
        "¦bqw:Aym",
    ),
}
SYNTAX = Defect("syntax", "syntax", VIOLATION, ACTIONS, "bqw:order 7 ;", "bqw:order ;", "bqw:order ¦;")


@dataclass(frozen=True)
class Reported:
    """What one run of the command wrote, about which folder."""

    folder: Path
    code: int
    text: str
    github: str
    sarif: Sequence[dict[str, Any]]
    junit: JUnitXml

    def assert_shows(self, defect: Defect) -> None:
        line, column = defect.position(self.folder)
        rule = SHAPE + defect.rule if defect.check == "shacl" else defect.rule
        shown = f"shape:{defect.rule}" if defect.check == "shacl" else defect.rule
        place = f"{defect.file}:{line}:{column}" if line else defect.file
        _, found, behind = self.text.partition(f"\n{place}: {defect.severity.name.lower()} [{shown}]\n")
        assert found, f"{place} [{shown}]"
        if line:
            offending = (self.folder / defect.file).read_text("utf-8").split("\n")[line - 1]
            assert f"\n{line:>6} | {offending}\n" in behind.partition("\n\n")[0] + "\n"

        level = LEVELS[defect.severity]
        where = f"file={re.escape(defect.file)}" + (rf",line={line},endLine=\d+(,col={column},endColumn=\d+)?" if line else "")
        assert re.search(rf"^::{level} {where},title={re.escape(shown.replace(':', '%3A'))}::", self.github, re.MULTILINE)

        locations = [
            place
            for result in self.sarif
            for place in [result["locations"][0]["physicalLocation"]]
            if (result["ruleId"], result["level"], place["artifactLocation"]["uri"]) == (rule, level, defect.file)
            if (place.get("region", {}).get("startLine", 0), place.get("region", {}).get("startColumn", 0)) == (line, column)
        ]
        assert {location["artifactLocation"]["uriBaseId"] for location in locations} == {"%SRCROOT%"}
        assert defect.check in {suite.name for suite in self.junit if suite.failures} or defect.severity < VIOLATION


def copied(folder: Path, *planted: Defect) -> Path:
    """Return a copy of the real data with defects in it."""
    for name in ("ontology", "data", "queries", "tests/expected"):
        shutil.copytree(ROOT / name, folder / name)
    for defect in planted:
        change(folder / defect.file, defect.old, defect.new)
    return folder


def reported(installed: Installed, folder: Path) -> Reported:
    """Run the command once, as a CI job does."""
    reports = ["--report", "text=out.txt", "--report", "sarif=out.sarif", "--report", "junit=out.xml"]
    done: subprocess.CompletedProcess[str] = installed.run("validate", "--graph", ".", "--format", "github", *reports, cwd=folder)
    assert done.returncode < 2, done.stderr
    sarif = json.loads((folder / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    text, junit = (folder / "out.txt").read_text("utf-8"), JUnitXml.fromfile(str(folder / "out.xml"))
    return Reported(folder, done.returncode, text, done.stdout, sarif, junit)


@pytest.fixture(scope="module")
def damaged(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Reported:
    return reported(installed, copied(tmp_path_factory.mktemp("damaged"), *DEFECTS.values()))


def test_there_is_a_defect_for_every_check() -> None:
    assert {defect.check for defect in (*DEFECTS.values(), SYNTAX)} == set(CHECKS)


@pytest.mark.parametrize("defect", DEFECTS.values(), ids=DEFECTS)
def test_a_defect_shows_up_where_it_is(damaged: Reported, defect: Defect) -> None:
    assert damaged.code == 1
    damaged.assert_shows(defect)


def test_a_syntax_error_shows_up_where_it_is(installed: Installed, tmp_path: Path) -> None:
    broken = reported(installed, copied(tmp_path, SYNTAX))
    assert broken.code == 1
    broken.assert_shows(SYNTAX)
    assert len(broken.sarif) == 1


def test_the_real_data_is_clean_in_every_form(installed: Installed, tmp_path: Path) -> None:
    reports = [argument for form in ReportFormat for argument in ("--report", f"{form}=out.{form}")]
    done = installed.run("validate", "--graph", str(ROOT), "--strict", "--fail-on", "warning", *reports, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["findings"] == []
    assert json.loads((tmp_path / "out.sarif").read_text("utf-8"))["runs"][0]["results"] == []
    assert "sh:conforms true" in (tmp_path / "out.turtle").read_text("utf-8")
    assert not re.search("^::", (tmp_path / "out.github").read_text("utf-8"), re.MULTILINE)
    assert JUnitXml.fromfile(str(tmp_path / "out.junit")).failures == 0
    assert all((tmp_path / f"out.{form}").stat().st_size for form in ReportFormat)


HEAD = "@prefix ex: <http://example.org/> .\n"
CLEAN = {
    "data/a.ttl": HEAD + "\nex:a\n    a ex:C ;\n    ex:p 1 .\n",
    "ontology/shapes/s.ttl": HEAD + "@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n"
    "ex:S\n    a sh:NodeShape ;\n    sh:targetClass ex:C ;\n    sh:nodeKind sh:IRI .\n",
}


@pytest.mark.parametrize("form", ReportFormat)
@pytest.mark.parametrize(
    ("files", "code"),
    [
        (CLEAN, 0),
        ({"ontology/shapes/s.ttl": CLEAN["ontology/shapes/s.ttl"]}, 1),
        ({"data/a.ttl": CLEAN["data/a.ttl"]}, 2),
        ({}, 2),
        ({**CLEAN, "ontology/shapes/s.ttl": HEAD + "ex:S a ;;"}, 2),
    ],
    ids=["clean", "no data", "no shapes", "empty", "broken shapes"],
)
def test_a_job_ends_by_the_same_code_in_every_form(tmp_path: Path, form: str, files: dict[str, str], code: int) -> None:
    for name in ("data", "ontology"):
        (tmp_path / name).mkdir()
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    done = CliRunner().invoke(app, ["validate", "--graph", str(tmp_path), "--strict", "--format", form])
    assert done.exit_code == code, done.output
