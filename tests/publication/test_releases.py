"""The log of releases: what is in it is never changed, its versions and dates go one way, and damage is told."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import jsonschema
import pyoxigraph as ox
import pytest
import zstandard

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import build
from bqwgraph.publication.releases import BrokenLog, NotReleased, Release, content, read, write
from bqwgraph.validation import lock
from conftest import ROOT, Installed
from releasing import Releasable

from .conftest import contents
from .test_difference import SCHEMA, canonical, from_json, patched, updated


def dump(log: Path, version: str) -> list[ox.Quad]:
    packed = (log / version / "bqwgraph.nt.zst").read_bytes()
    return list(ox.parse(zstandard.ZstdDecompressor().decompress(packed), format=ox.RdfFormat.N_TRIPLES))


def test_the_first_release_has_the_graph_and_counts_it(releasable: Releasable, tmp_path: Path) -> None:
    log = tmp_path / "new/log"
    snapshot = build(GraphFolder.at(releasable.root))
    release, is_new = write(snapshot, log)
    assert is_new
    assert read(log) == (release,)
    assert (release.version, str(release.date), release.previous) == ("0.1.0", "2026-11-23", "")
    assert (release.snapshot, release.statements) == (snapshot.digest, snapshot.triples)
    assert [file.name for file in release.dumps] == [
        f"bqwgraph.{syntax}.{packed}" for syntax in ("ttl", "nt", "nq") for packed in ("gz", "zst")
    ]
    assert {path.name for path in (log / "0.1.0").iterdir()} == {file.name for file in release.files} | {"release.json"}
    for file in release.files:
        body = content(log, release, file)
        assert (len(body), sha256(body).hexdigest()) == (file.size, file.sha256)
    subjects = {quad.subject for quad in dump(log, "0.1.0") if isinstance(quad.subject, ox.NamedNode)}
    assert release.changes.statements == {"added": snapshot.triples, "removed": 0}
    assert release.changes.resources == {"added": len(subjects), "removed": 0, "changed": 0}
    told = json.loads((log / "0.1.0/changes.json").read_text("utf-8"))
    jsonschema.validate(told, SCHEMA)
    assert (told["counts"]["statements"], told["resources"]) == (release.changes.statements, [])


def test_the_next_release_says_what_changed(releasable: Releasable, tmp_path: Path) -> None:
    log = tmp_path / "log"
    releasable.release(log)
    releasable.becomes("0.2.0", "2026-12-01", '<urn:x:new> rdfs:label "new"@en ; rdfs:seeAlso ( 1 2 ) .')
    second = releasable.release(log)
    releasable.becomes("0.10.0", "2026-12-01", '<urn:x:new> rdfs:label "newer"@en ; rdfs:seeAlso ( 1 3 ) .')
    third = releasable.release(log)
    assert read(log)[1:] == (second, third)
    assert (second.previous, third.previous) == ("0.1.0", "0.2.0")
    assert second.changes.resources["added"] == 1
    assert third.changes.resources["added"] == 0
    for release in (second, third):
        old, new = dump(log, release.previous), canonical(dump(log, release.version))
        patch, update, told = ((log / release.version / f"changes.{name}").read_text("utf-8") for name in ("rdfp", "ru", "json"))
        assert canonical(old) != new
        assert canonical(patched(old, patch)) == new
        assert canonical(updated(old, update)) == new
        assert canonical(from_json(old, told)) == new


def test_a_release_never_changes(releasable: Releasable, tmp_path: Path) -> None:
    log = tmp_path / "log"
    releasable.release(log)
    before = contents(log)
    assert write(build(GraphFolder.at(releasable.root)), log)[1] is False
    releasable.becomes("0.1.0", "2026-11-24")
    with pytest.raises(NotReleased, match=r"0\.1\.0 was released already, of another graph"):
        releasable.release(log)
    assert contents(log) == before
    assert [path.name for path in log.iterdir()] == ["0.1.0"]


def test_the_same_graphs_make_the_same_log(releasable: Releasable, tmp_path: Path) -> None:
    logs = tmp_path / "one", tmp_path / "other"
    for version, day in (("0.1.0", "2026-11-23"), ("0.2.0", "2026-12-01")):
        releasable.becomes(version, day)
        for log in logs:
            releasable.release(log)
    assert contents(logs[0]) == contents(logs[1])


@pytest.mark.parametrize(
    ("version", "day", "said"),
    [
        ("0.0.9", "2026-12-01", r"dcat:version 0\.0\.9: expected one above 0\.1\.0"),
        ("0.2.0", "2026-11-22", r"dcterms:modified 2026-11-22: expected 2026-11-23, the date of 0\.1\.0, or a later one"),
        ("0.2", "2026-12-01", r"dcat:version of <.*>: expected one of the form 1\.2\.3, found 0\.2"),
        ("0.2.0", "2026", r"dcterms:modified of <.*>: expected one day as 2026-11-23, found 2026"),
    ],
)
def test_versions_and_dates_go_one_way(releasable: Releasable, tmp_path: Path, version: str, day: str, said: str) -> None:
    releasable.release(tmp_path / "log")
    releasable.becomes(version, day)
    with pytest.raises(NotReleased, match=said):
        releasable.release(tmp_path / "log")
    assert len(read(tmp_path / "log")) == 1


def _told(log: Path, change: Callable[[dict[str, object]], object]) -> None:
    about = log / "0.2.0/release.json"
    told = json.loads(about.read_text("utf-8"))
    change(told)
    about.write_text(json.dumps(told), "utf-8")


DAMAGES: dict[str, Callable[[Path], object]] = {
    r"0\.1\.0 is not there": lambda log: shutil.rmtree(log / "0.1.0"),
    r"0\.2\.0.release\.json: expected what `bqwgraph release` wrote": lambda log: (log / "0.2.0/release.json").unlink(),
    r"it is that of 0\.2\.0, and its folder is called 0\.3\.0": lambda log: (log / "0.2.0").rename(log / "0.3.0"),
    r"its date 2025-01-01 is before that of 0\.1\.0": lambda log: _told(log, lambda told: told.update(date="2025-01-01")),
    r"it does not know 0\.1\.0": lambda log: _told(log, lambda told: told.update(previous="")),
    r"release\.json: expected what": lambda log: _told(log, lambda told: told.pop("files")),
    r"\.\./x: expected the name of a file": lambda log: _told(log, lambda told: told["files"][0].update(name="../x")),  # type: ignore[index]
}


@pytest.mark.parametrize("said", DAMAGES)
def test_a_log_that_is_not_as_it_was_written_is_told(releasable: Releasable, tmp_path: Path, said: str) -> None:
    log = tmp_path / "log"
    releasable.release(log)
    releasable.becomes("0.2.0", "2026-12-01")
    releasable.release(log)
    DAMAGES[said](log)
    with pytest.raises(BrokenLog, match=said):
        read(log)


def test_a_file_that_is_not_the_one_released_is_told(releasable: Releasable, tmp_path: Path) -> None:
    release: Release = releasable.release(tmp_path / "log")
    (tmp_path / "log/0.1.0/bqwgraph.nt.gz").write_bytes(b"")
    damaged = next(file for file in release.files if file.name == "bqwgraph.nt.gz")
    with pytest.raises(BrokenLog, match="not the file that was released"):
        content(tmp_path / "log", release, damaged)
    with pytest.raises(BrokenLog, match="not the file that was released"):
        releasable.release(tmp_path / "log")


def test_other_things_in_the_log_are_left_alone(releasable: Releasable, tmp_path: Path) -> None:
    for name in (".0.9.0.half", "notes", "1.0"):
        (tmp_path / "log" / name).mkdir(parents=True)
    (tmp_path / "log/README").write_text("")
    release = releasable.release(tmp_path / "log")
    assert read(tmp_path / "log") == (release,)


def test_the_command(installed: Installed, releasable: Releasable, tmp_path: Path) -> None:
    command = ("release", "log", "--graph", str(releasable.root))
    done = installed.run(*command, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "bqwgraph validate --seal" in done.stderr
    assert not (tmp_path / "log").exists()
    lock.write(GraphFolder.at(releasable.root))
    done = installed.run(*command, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0.1.0 of 2026-11-23, ")
    assert done.stdout.endswith(": added to log\n")
    assert installed.run(*command, cwd=tmp_path).stdout.endswith(": is already in log\n")
    releasable.becomes("0.1.0", "2026-11-24")
    lock.write(GraphFolder.at(releasable.root))
    done = installed.run(*command, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "0.1.0 was released already" in done.stderr
    assert (tmp_path / "log/0.1.0").stat().st_mode & 0o777 == 0o755


def test_the_real_graph_says_its_version_where_the_software_says_it() -> None:
    """So that a release of both has one version."""
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    dataset, ontology = ((ROOT / name).read_text("utf-8") for name in ("data/dataset.ttl", "ontology/bqw.ttl"))
    version = project.partition('\nversion = "')[2].partition('"')[0]
    assert dataset.count(f'dcat:version "{version}"') == dataset.count("dcat:version ") == 5
    assert f'owl:versionInfo "{version}"' in ontology
