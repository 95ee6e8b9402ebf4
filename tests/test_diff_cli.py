"""`bqwgraph diff` as a user calls it, from the wheel."""

import json
import shutil
from pathlib import Path

import pytest
import zstandard

from conftest import ROOT, Installed


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "old.ttl").write_text("<urn:s> <urn:p> 1 .\n")
    (tmp_path / "new.owl").write_text(
        '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description r:about="urn:s">'
        '<p xmlns="urn:" r:datatype="http://www.w3.org/2001/XMLSchema#integer">2</p></r:Description></r:RDF>'
    )
    return tmp_path


def test_exit_codes_are_those_of_diff(installed: Installed, place: Path) -> None:
    done = installed.run("diff", "old.ttl", "old.ttl", cwd=place)
    assert (done.returncode, done.stdout, done.stderr) == (0, "no difference\n", "")
    done = installed.run("diff", "old.ttl", "new.owl", "--lang", "zh", cwd=place)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == "~ <urn:s>\n    ~ <urn:p> 1 → 2\n资源：新增 0，移除 0，改动 1；陈述：新增 1，移除 1\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("old.ttl", "bad.ttl"), "bad.ttl:2:"),
        (("old.ttl", "missing.ttl"), "missing.ttl"),
        (("old.ttl", "."), "neither a graph folder"),
        (("old.ttl", "new.owl", "--inferred"), "--inferred is about graph folders"),
        (("blank.trig", "old.ttl", "-f", "patch"), "statements about a triple"),
        (("old.nq", "named.nq", "-f", "update"), "try patch"),
    ],
)
def test_what_cannot_be_done_is_said(installed: Installed, place: Path, arguments: tuple[str, ...], said: str) -> None:
    (place / "bad.ttl").write_text("<urn:s> <urn:p> 1 .\n<urn:s> <urn:p>")
    (place / "blank.trig").write_text("<urn:s> <urn:p> <<( _:x <urn:p> 1 )>> .\n")
    (place / "old.nq").write_text("")
    (place / "named.nq").write_text("<urn:s> <urn:p> <urn:o> _:g .\n")
    done = installed.run("diff", *arguments, cwd=place)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_graph_folders(installed: Installed, tmp_path: Path) -> None:
    for name in ("ontology", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    same = installed.run("diff", str(ROOT), str(tmp_path))
    assert (same.returncode, same.stdout) == (0, "no difference\n")
    moved = tmp_path / "data" / "moved.ttl"
    moved.write_bytes((tmp_path / "data" / "actions.ttl").read_bytes())
    prefixes = "@prefix action: <https://w3id.org/bqwgraph/action/> . @prefix bqw: <https://w3id.org/bqwgraph/ontology#> .\n"
    (tmp_path / "data" / "actions.ttl").write_text(prefixes + "action:99 a bqw:Action .\n", "utf-8")
    done = installed.run("diff", str(ROOT), str(tmp_path), "--format", "json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["counts"]["statements"]) == (1, {"added": 1, "removed": 0})
    assert [one["subject"]["value"] for one in told["resources"]] == ["https://w3id.org/bqwgraph/action/99"]
    more = installed.run("diff", str(ROOT), str(tmp_path), "--inferred")
    assert "      a prov:Plan" in more.stdout


def test_versions_of_a_log_of_releases(installed: Installed, place: Path) -> None:
    for version in ("1.0.0", "1.1.0"):
        (place / "log" / version).mkdir(parents=True)
        said = f'<urn:s> <urn:p> "{version}" .\n'.encode()
        (place / "log" / version / "bqwgraph.nt.zst").write_bytes(zstandard.ZstdCompressor().compress(said))
    done = installed.run("diff", "1.0.0", "1.1.0", "--releases", "log", cwd=place)
    assert (done.returncode, done.stdout.splitlines()[1]) == (1, '    ~ <urn:p> "1.0.0" → "1.1.0"')
    assert installed.run("diff", "1.0.0", "old.ttl", "--releases", "log", cwd=place).returncode == 1
    missing = installed.run("diff", "1.0.0", "2.0.0", "--releases", "log", cwd=place)
    assert (missing.returncode, missing.stdout) == (2, "")
    assert "2.0.0: expected a folder" in missing.stderr
