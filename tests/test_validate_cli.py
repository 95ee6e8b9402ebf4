"""`bqwgraph validate` as a user calls it, from the wheel: exit codes, and files that are not ours."""

import os
from pathlib import Path

import pytest

from conftest import Installed

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .\n"
SHAPE = HEAD + "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .\n"
WARNING = SHAPE.replace("sh:minCount 1", "sh:minCount 1 ; sh:severity sh:Warning")
TWO = SHAPE + "ex:T a sh:NodeShape ; sh:targetClass ex:D ; sh:nodeKind sh:IRI .\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in {
        "good.ttl": HEAD + "ex:a a ex:C ; ex:p 1 .\n",
        "bad.ttl": HEAD + "ex:a a ex:C ;\n  ex:q 1 .\n",
        "syntax.ttl": "ex:a a ;;",
        "shapes.ttl": SHAPE,
        "warning.ttl": WARNING,
        "two.ttl": TWO,
        "broken.ttl": SHAPE + "ex:S sh:property [[ .",
        "refused.ttl": HEAD + "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path\n 5 ] .",
        "query.rq": "SELECT * { ?s ?p ?o }",
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "empty").mkdir()
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ("good.ttl -s shapes.ttl", 0, "0 violations, 0 warnings"),
        ("good.ttl -s shapes.ttl --strict --cross-check --engine pyshacl", 0, "0 violations, 0 warnings"),
        (
            "bad.ttl -s shapes.ttl",
            1,
            "bad.ttl:3:1: violation [http://example.org/S]\n  http://example.org/p: expected",
        ),
        ("bad.ttl -s shapes.ttl --lang zh", 1, "至少应有 1 个值"),
        ("*.ttl --only syntax", 1, "syntax.ttl:1:1: violation [syntax]\n  The prefix ex:"),
        ("bad.ttl -s warning.ttl", 0, "bad.ttl:3:1: warning"),
        ("bad.ttl -s warning.ttl --fail-on warning", 1, "bad.ttl:3:1: warning"),
        ("good.ttl -s two.ttl", 0, "two.ttl:4:38: warning [target-matches-nothing]\n  nothing in the data is matched by"),
        ("good.ttl -s two.ttl --strict", 1, "two.ttl:4:38: violation"),
        ("good.ttl -s two.ttl --strict --skip coverage", 0, "0 warnings"),
        ("bad.ttl -s shapes.ttl --only syntax,coverage --only shapes", 0, "0 violations"),
        ("nothing.ttl -s shapes.ttl", 2, "nothing.ttl: no such file or folder"),
        ("empty -s shapes.ttl", 2, "empty: no RDF files in this folder"),
        ("query.rq -s shapes.ttl", 2, "query.rq: its ending is none of"),
        ("good.ttl", 2, "no shapes: name them by --shapes"),
        ("good.ttl -s nothing.ttl", 2, "nothing.ttl: no such file"),
        ("good.ttl -s broken.ttl", 2, "broken.ttl:4:19: "),
        ("good.ttl -s refused.ttl", 2, "refused.ttl:4:2: "),
        ("good.ttl -s shapes.ttl --only shackle", 2, "there is no check 'shackle'; they are: syntax, shacl"),
        ("good.ttl -s shapes.ttl --skip syntax,shacl,coverage", 2, "no check is left"),
        ("good.ttl -s shapes.ttl --engine jena", 2, "the engines are shacl, pyshacl"),
        ("good.ttl -s shapes.ttl --fail-on never", 2, "never"),
        ("good.ttl -s shapes.ttl --nonsense", 2, "nonsense"),
        ("good.ttl -s shapes.ttl --seal", 2, "leave DATA out"),
        ("-s shapes.ttl", 2, "--shapes goes with DATA"),
        ("--seal --only shacl", 2, "leave --only and --skip out"),
        ("--graph empty", 2, "not a graph folder"),
        ("--document nothing.txt", 2, "nothing.txt"),
    ],
)
def test_exit_codes(installed: Installed, files: Path, arguments: str, code: int, told: str) -> None:
    done = installed.run("validate", *arguments.split(), cwd=files)
    assert done.returncode == code, done.stdout + done.stderr
    assert told in (done.stdout if code < 2 else done.stderr)
    assert "Traceback" not in done.stderr


def test_every_report_says_what_the_exit_code_says(installed: Installed, files: Path) -> None:
    forms = {
        "json": '"passed": false',
        "sarif": '"exitCode": 1',
        "junit": ' failures="1"',
        "github": "::error file=two.ttl,line=4",
    }
    reports = [argument for form in forms for argument in ("--report", f"{form}=report.{form}")]
    done = installed.run("validate", "good.ttl", "-s", "two.ttl", "--strict", *reports, cwd=files)
    assert done.returncode == 1
    for form, told in forms.items():
        assert told in (files / f"report.{form}").read_text("utf-8"), form


def test_names_of_files_need_not_be_unicode(installed: Installed, files: Path) -> None:
    name = os.fsdecode(b"b\xff.ttl")
    (files / name).write_text((files / "bad.ttl").read_text("utf-8"), "utf-8")
    assert installed.run("validate", name, "-s", "shapes.ttl", cwd=files).returncode == 1
    done = installed.run("validate", "no" + name, "-s", "shapes.ttl", cwd=files)
    assert (done.returncode, done.stderr) == (2, "bqwgraph: nob\\udcff.ttl: no such file or folder\n")
