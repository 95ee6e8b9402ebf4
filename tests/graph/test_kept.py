"""Snapshots on disk: what comes back is what was built, or it is built anew."""

import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.graph import kept
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import Snapshot, build, digest


@pytest.fixture
def small(tmp_path: Path) -> GraphFolder:
    for name in ("ontology", "data"):
        (tmp_path / "graph" / name).mkdir(parents=True)
    (tmp_path / "graph" / "data" / "d.ttl").write_text("<urn:a> <urn:b> ( 'x_:y' [ <urn:c> '江门'@zh-Hans ] ) .\n", "utf-8")
    return GraphFolder.at(tmp_path / "graph")


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return tmp_path / "snapshots"


def quads(snapshot: Snapshot) -> set[ox.Quad]:
    return set(snapshot.store)


def test_a_loaded_snapshot_is_the_one_that_was_built(folder: GraphFolder, snapshot: Snapshot, where: Path) -> None:
    kept.keep(snapshot, where)
    loaded = kept.load(folder, where)
    assert loaded is not None
    assert quads(loaded) == quads(snapshot)
    assert (loaded.digest, loaded.graphs, loaded.triples) == (snapshot.digest, snapshot.graphs, snapshot.triples)


def test_blank_nodes_keep_their_names(small: GraphFolder, where: Path) -> None:
    built = kept.obtain(small, where)
    again = kept.load(small, where)
    assert again is not None
    assert quads(again) == quads(built) == quads(build(small))


def test_a_kept_snapshot_is_loaded_and_not_built(small: GraphFolder, where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept.obtain(small, where)
    monkeypatch.setattr("bqwgraph.graph.kept._build_apart", lambda *_: pytest.fail("it was built again"))
    assert kept.obtain(small, where).triples == len(build(small).store) // 2


def test_another_graph_is_another_snapshot(small: GraphFolder, where: Path) -> None:
    before = kept.obtain(small, where)
    (small.root / "data" / "e.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n")
    assert kept.load(small, where) is None
    assert kept.obtain(small, where).triples == before.triples + 1


def test_other_parts_make_another_file(where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = kept.path_of("0", where)
    monkeypatch.setattr("bqwgraph.graph.kept.version", lambda name: f"{name} of tomorrow")
    assert kept.path_of("0", where) != now


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "no end", "another seal"])
def test_a_damaged_file_is_told_and_built_anew(
    small: GraphFolder, where: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    built = kept.obtain(small, where)
    path = kept.path_of(digest(small), where)
    good = path.read_bytes()
    bad = {
        "cut": good[: len(good) // 2],
        "flipped": good.replace(b"<urn:b>", b"<urn:B>", 1),
        "empty": b"",
        "no end": good[: good.rfind(b"# ")],
        "another seal": good.replace(good.split(b": ")[1][:8], b"00000000", 1),
    }
    path.write_bytes(bad[damage])
    assert kept.load(small, where) is None
    assert f"{path} is damaged" in caplog.text
    assert quads(kept.obtain(small, where)) == quads(built)
    assert path.read_bytes() == good


def test_two_builds_write_the_same_bytes(folder: GraphFolder, snapshot: Snapshot, where: Path) -> None:
    first = kept.keep(snapshot, where / "1").read_bytes()
    assert kept.keep(build(folder), where / "2").read_bytes() == first


def test_faults_of_the_graph_come_from_the_process_that_builds(small: GraphFolder, where: Path) -> None:
    for name in ("d", "e"):
        (small.root / "data" / f"{name}.ttl").write_text("<urn:a> <urn:b>\n  <urn:c> , .\n")
    with pytest.raises(GraphError) as raised:
        kept.obtain(small, where)
    assert [(fault.file, fault.line) for fault in raised.value.faults] == [("data/d.ttl", 2), ("data/e.ttl", 2)]
    assert not where.exists()


def test_a_folder_that_cannot_be_is_told(small: GraphFolder, where: Path) -> None:
    where.write_text("a file")
    with pytest.raises(kept.NotKept, match=r"snapshots/snapshot-.*: Not a directory"):
        kept.obtain(small, where)
    with pytest.raises(kept.NotKept, match="could not be kept in /proc/nowhere: No such file or directory"):
        kept.obtain(small, Path("/proc/nowhere"))


def test_an_unfinished_file_is_not_left_nor_taken(small: GraphFolder, where: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        kept.keep(build(small), where)
    assert not list(where.iterdir())
    assert kept.load(small, where) is None


def test_only_the_newest_two_stay(small: GraphFolder, where: Path) -> None:
    for number in range(4):
        (small.root / "data" / "d.ttl").write_text(f"<urn:a> <urn:b> {number} .\n")
        path = kept.keep(build(small), where)
        os.utime(path, (number, number))
    (where / "notes.nq").write_text("not ours")
    assert kept.load(small, where) is not None
    assert len(list(where.glob("snapshot-*"))) == 2
    assert (where / "notes.nq").exists()
