"""`bqwgraph fmt` as a user calls it, from the wheel; and that a file is written whole or not at all."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bqwgraph.graph.rewriting import Change
from conftest import ROOT, Installed

BEFORE = "@prefix e: <urn:e:> .\n\n# one\ne:b e:p 2, 1 . # of 1\n"
AFTER = "@prefix e: <urn:e:> .\n\n# one\ne:b\n    e:p\n        1 ,  # of 1\n        2 .\n"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "deep" / "a.ttl").write_text(BEFORE)
    (tmp_path / "in" / "b.ttl").write_text(AFTER)
    (tmp_path / "in" / "c.txt").write_text("no Turtle")
    return tmp_path


def test_it_writes_in_place_and_says_what(installed: Installed, place: Path) -> None:
    done = installed.run("fmt", "in", cwd=place)
    assert (done.returncode, done.stdout, done.stderr) == (0, "in/deep/a.ttl: formatted\n", "2 files, 1 formatted\n")
    assert (place / "in" / "deep" / "a.ttl").read_text() == AFTER
    again = installed.run("fmt", "in", cwd=place)
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "2 files, 0 formatted\n")


def test_check_says_where_and_writes_nothing(installed: Installed, place: Path) -> None:
    done = installed.run("fmt", "--check", "in/deep/a.ttl", "in/b.ttl", cwd=place)
    assert (done.returncode, done.stdout) == (1, "in/deep/a.ttl:4: not in canonical form\n")
    assert done.stderr == "2 files, 1 not in canonical form\n"
    assert (place / "in" / "deep" / "a.ttl").read_text() == BEFORE
    assert installed.run("fmt", "--check", "in/b.ttl", cwd=place).returncode == 0


def test_diff_shows_and_writes_nothing(installed: Installed, place: Path) -> None:
    (place / "in" / "b.ttl").write_text(AFTER.removesuffix("\n"))
    done = installed.run("fmt", "--diff", "in", cwd=place)
    assert done.returncode == 1
    assert "--- in/deep/a.ttl\n+++ in/deep/a.ttl\n@@ -1,4 +1,7 @@\n" in done.stdout
    assert "\n-e:b e:p 2, 1 . # of 1\n+e:b\n+    e:p\n+        1 ,  # of 1\n+        2 .\n" in done.stdout
    assert "\n-        2 .\n\\ No newline at end of file\n+        2 .\n" in done.stdout
    assert (place / "in" / "deep" / "a.ttl").read_text() == BEFORE


def test_a_diff_can_be_applied(installed: Installed, place: Path) -> None:
    done = installed.run("fmt", "--diff", "in/deep/a.ttl", cwd=place)
    (place / "changes.patch").write_text(done.stdout)
    subprocess.run(["git", "apply", "-p0", "changes.patch"], cwd=place, check=True)
    assert (place / "in" / "deep" / "a.ttl").read_text() == AFTER


def test_faults_are_told_and_the_other_files_are_formatted(installed: Installed, place: Path) -> None:
    (place / "in" / "0.ttl").write_text("<urn:s> <urn:p> 1 .\n<urn:s> <urn:p>")
    done = installed.run("fmt", "in", cwd=place)
    assert (done.returncode, done.stdout) == (1, "in/deep/a.ttl: formatted\n")
    assert "bqwgraph: in/0.ttl:2:16: " in done.stderr
    (place / "in" / "1.ttl").write_text("<< <urn:s> <urn:p> 1 >> <urn:p> 1 .")
    done = installed.run("fmt", "--check", "in", cwd=place)
    assert done.returncode == 2
    assert "bqwgraph: in/1.ttl:1:1: not formatted: << is of RDF 1.2" in done.stderr
    assert (place / "in" / "1.ttl").read_text().startswith("<<")


def test_what_is_hidden_in_a_folder_is_left_alone(installed: Installed, place: Path) -> None:
    (place / "in" / ".venv").mkdir()
    (place / "in" / ".venv" / "z.ttl").write_text(BEFORE)
    (place / "in" / "folder.ttl").mkdir()
    done = installed.run("fmt", "in", cwd=place)
    assert (done.returncode, done.stderr) == (0, "2 files, 1 formatted\n")
    assert (place / "in" / ".venv" / "z.ttl").read_text() == BEFORE


def test_without_paths_it_is_the_graph(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("fmt", "--check").returncode == 0
    for name in ("ontology", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    with (tmp_path / "data" / "actions.ttl").open("a") as file:
        file.write('action:1 skos:note "a" .\n')
    done = installed.run("fmt", "--check", "--graph", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "data/actions.ttl:30: not in canonical form\n")
    assert installed.run("fmt", "--graph", str(tmp_path)).stdout == "data/actions.ttl: formatted\n"
    text = (tmp_path / "data" / "actions.ttl").read_text("utf-8")
    assert '    skos:notation "1" ;\n    skos:note "a" .\n\naction:2\n' in text


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nowhere"], "nowhere: no such file or folder"),
        (["in/c.txt"], "in/c.txt: expected Turtle, in a file called *.ttl"),
        (["--check", "--diff"], "expected one of --check and --diff"),
        (["in", "--graph", "."], "expected PATH or --graph, not both"),
        (["--graph", "in"], "not a graph folder"),
    ],
)
def test_what_cannot_run(installed: Installed, place: Path, arguments: list[str], told: str) -> None:
    done = installed.run("fmt", *arguments, cwd=place)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.ttl").write_text(BEFORE)
    (tmp_path / "real.ttl").chmod(0o640)
    (tmp_path / "link.ttl").symlink_to("real.ttl")
    Change("link.ttl", tmp_path / "link.ttl", BEFORE.encode(), AFTER.encode()).write()
    assert (tmp_path / "link.ttl").is_symlink()
    assert (tmp_path / "real.ttl").read_text() == AFTER
    assert (tmp_path / "real.ttl").stat().st_mode & 0o777 == 0o640


def test_a_write_that_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.ttl").write_text(BEFORE)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        Change("a.ttl", tmp_path / "a.ttl", BEFORE.encode(), AFTER.encode()).write()
    assert [path.name for path in tmp_path.iterdir()] == ["a.ttl"]
    assert (tmp_path / "a.ttl").read_text() == BEFORE
