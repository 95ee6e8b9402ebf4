"""Building a folder: the same bytes again, only what changed, and nothing of others removed."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.publication.build import CannotPublish, publish, steps
from conftest import ROOT, Installed

from .conftest import PUBLIC, Site, contents


def test_progress_is_told_as_often_as_promised(site: Site, snapshot: Snapshot) -> None:
    assert len(site.told) == steps(snapshot)
    assert site.told == list(site.published.files) == list(site.published.written)
    assert set(contents(site.root)) == set(site.published.files)


def test_another_process_writes_the_same_bytes_in_less_than_a_minute(site: Site, tmp_path: Path) -> None:
    """With other hashes of strings, so that no order is left to chance."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, "-m", "bqwgraph.publication.build", ROOT, tmp_path / "again", PUBLIC + "/"],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONHASHSEED": "12345"},
        check=True,
    )
    after = os.times()
    told = json.loads(done.stdout)
    assert told["written"] == told["files"] == list(site.published.files)
    assert contents(tmp_path / "again") == contents(site.root)
    assert after.children_user + after.children_system - before.children_user - before.children_system < 60


def test_what_did_not_change_is_not_written(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    first = publish(build(GraphFolder.at(small)), out, PUBLIC)
    times = {path: (out / path).stat().st_mtime_ns for path in first.files}
    again = publish(build(GraphFolder.at(small)), out, PUBLIC)
    assert (again.written, again.removed) == ((), ())
    assert {path: (out / path).stat().st_mtime_ns for path in again.files} == times

    moved = publish(build(GraphFolder.at(small)), out, "https://elsewhere.example.org")
    assert {Path(path).stem for path in moved.written} == {"catalogue", "void", "changes", "sitemap", "sitemap-1", "robots"}


def test_a_changed_fact_changes_its_dumps_and_what_tells_of_them(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(build(GraphFolder.at(small)), out, PUBLIC)
    with (small / "data/dataset.ttl").open("a", encoding="utf-8") as file:
        file.write('\ndataset:bqwgraph rdfs:comment "more"@en .\n')
    changed = publish(build(GraphFolder.at(small)), out, PUBLIC).written
    assert {"dumps/bqwgraph.ttl", "dumps/bqwgraph.nq.zst", "dumps/SHA256SUMS", "dumps/index.json", "catalogue.ttl"} <= set(
        changed
    )
    assert not [path for path in changed if "vocabularies" in path or "queries" in path]


def test_only_dumps_of_an_earlier_build_are_removed(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(build(GraphFolder.at(small)), out, PUBLIC)
    (out / "dumps/release-1.ttl").write_text("")
    (tmp_path / "outside.txt").write_text("")
    index = out / "dumps/index.json"
    told = json.loads(index.read_text("utf-8"))
    told["files"] += [{**told["files"][0], "name": name} for name in ("../../outside.txt", str(tmp_path / "outside.txt"))]
    index.write_text(json.dumps(told), "utf-8")
    (small / "queries/actions.rq").unlink()
    shutil.rmtree(small / "ontology/vocab")
    removed = publish(build(GraphFolder.at(small)), out, PUBLIC).removed
    assert {"dumps/queries/actions.csv", "dumps/vocabularies.ttl", "dumps/vocabularies.nt.gz"} <= set(removed)
    assert not (out / "dumps/vocabularies.ttl").exists()
    assert (out / "dumps/release-1.ttl").exists()
    assert (tmp_path / "outside.txt").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": [{"name": "x"}]}', '{"files": 1}'])
def test_an_index_that_is_none_is_no_reason_to_fail(small: Path, tmp_path: Path, text: str) -> None:
    out = tmp_path / "out"
    (out / "dumps").mkdir(parents=True)
    (out / "dumps/index.json").write_text(text)
    assert publish(build(GraphFolder.at(small)), out, PUBLIC).removed == ()
    assert json.loads((out / "dumps/index.json").read_text("utf-8"))["files"]


def test_files_can_be_read_by_a_web_server(site: Site) -> None:
    assert {path.stat().st_mode & 0o777 for path in site.root.rglob("*") if path.is_file()} == {0o644}


def test_a_graph_that_is_not_described_is_told(small: Path, tmp_path: Path) -> None:
    (small / "data/dataset.ttl").unlink()
    with pytest.raises(CannotPublish, match=r"data/dataset\.ttl: expected <https://w3id\.org/bqwgraph/catalogue>"):
        publish(build(GraphFolder.at(small)), tmp_path / "out", PUBLIC)


def test_the_module_tells_what_is_wrong(small: Path, tmp_path: Path) -> None:
    (small / "data/dataset.ttl").unlink()
    for folder in (small, tmp_path / "nowhere"):
        command: list[str | Path] = [sys.executable, "-m", "bqwgraph.publication.build", folder, tmp_path / "out", PUBLIC]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 1
        assert set(json.loads(done.stdout)) == {"error"}
        assert "Traceback" not in done.stderr


def test_the_command(installed: Installed, small: Path, tmp_path: Path) -> None:
    done = installed.run("build", "site", "--graph", str(small), "--public-url", PUBLIC, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "files in site: " in done.stdout
    assert done.stderr == ""  # no bar where there is no terminal
    assert f"{PUBLIC}/dumps/bqwgraph.ttl" in (tmp_path / "site/catalogue.ttl").read_text("utf-8")
    again = installed.run("build", "site", "--graph", str(small), BQWGRAPH_PUBLIC_URL=PUBLIC, cwd=tmp_path)
    assert "0 written, 0 removed" in again.stdout

    (small / "data/dataset.ttl").unlink()
    done = installed.run("build", "site", "--graph", str(small), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "data/dataset.ttl: expected" in done.stderr
    (tmp_path / "file").write_text("")
    assert installed.run("build", "file", "--graph", str(ROOT), cwd=tmp_path).returncode == 2
