"""What changed from release to release, as it is published: true to the log, read by a feed parser, repeatable."""

import json
import shutil
import time
from collections.abc import Callable
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import feedparser
import jsonschema
import pytest

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import build
from bqwgraph.publication.build import NO_LOG, CannotPublish, Log, Published, publish, steps
from bqwgraph.publication.dumps import read_index
from conftest import Installed
from releasing import Releasable

from .conftest import PUBLIC, contents
from .test_difference import SCHEMA as DIFFERENCE

SCHEMA = json.loads(files("bqwgraph.publication").joinpath("changes.schema.json").read_text("utf-8"))
ATOM = "{http://www.w3.org/2005/Atom}"
MANY = 230


def published(releasable: Releasable, out: Path, log: Log) -> Published:
    return publish(build(GraphFolder.at(releasable.root)), out, PUBLIC, log=log)


@pytest.fixture
def log(releasable: Releasable, tmp_path: Path) -> Path:
    """Three releases; in the second many things are added, in the third one of them changes and one goes."""
    folder = tmp_path / "log"
    added = [f'<urn:x:{number}> rdfs:label "thing {number}"@en .\n' for number in range(MANY)]
    hostile = '<javascript:1> rdfs:label "<b>&\\u0001 \\"]]>"@en ; rdfs:seeAlso <urn:x:1> , [ rdfs:label "blank" ] .'
    releasable.release(folder)
    for version, day, said in (
        ("0.2.0", "2026-12-01", "".join(added)),
        ("0.10.0", "2027-01-02", "".join(added[1:]).replace('"thing 7"', '"thing seven"') + hostile),
    ):
        releasable.becomes(version, day, said)
        releasable.release(folder)
    return folder


def test_the_index_says_what_the_log_has(releasable: Releasable, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    made = published(releasable, out, Log.at(log))
    told = json.loads((out / "changes.json").read_text("utf-8"))
    jsonschema.validate(told, SCHEMA, format_checker=jsonschema.FormatChecker())
    assert told["snapshot"] == build(GraphFolder.at(releasable.root)).digest == told["releases"][0]["snapshot"]
    assert [(one["version"], one["date"], one["previous"], one["pages"]) for one in told["releases"]] == [
        ("0.10.0", "2027-01-02", "0.2.0", 1),
        ("0.2.0", "2026-12-01", "0.1.0", 3),
        ("0.1.0", "2026-11-23", "", 0),
    ]
    third, second, first = told["releases"]
    datasets = 5 + 1  # and the catalogue, whose version or date changed
    assert second["changes"]["resources"] == {"added": MANY, "removed": 0, "changed": datasets}
    assert third["changes"]["resources"] == {"added": 1, "removed": 1, "changed": 1 + datasets}
    assert len(second["resources"]) == 20
    removed = {"subject": {"type": "uri", "value": "urn:x:0"}, "change": "removed", "labels": {"en": "thing 0"}, "gone": False}
    assert removed in third["resources"]  # it is not ours, so it may be somewhere
    assert first["resources"] == []
    assert set(first["forms"]) == {"json"}
    for release in told["releases"]:
        for name in (*release["forms"].values(), *(file["name"] for file in release["dumps"])):
            path, folder = out / name, log / release["version"]
            assert path.read_bytes() == (folder / path.name.replace(f"{release['version']}.", "changes.")).read_bytes()
            assert name in made.files


def test_the_pages_have_all_that_changed_once(releasable: Releasable, log: Path, tmp_path: Path) -> None:
    published(releasable, tmp_path / "out", Log.at(log))
    for version, count in (("0.2.0", 3), ("0.10.0", 1)):
        whole = json.loads((tmp_path / f"out/changes/{version}.json").read_text("utf-8"))
        jsonschema.validate(whole, DIFFERENCE)
        pages = [
            json.loads((tmp_path / f"out/changes/{version}/{number}.json").read_text("utf-8")) for number in range(1, count + 1)
        ]
        assert [resource for page in pages for resource in page["resources"]] == whole["resources"]
        assert all(len(page["resources"]) <= 100 for page in pages)
        assert {(page["release"], page["pages"]) for page in pages} == {(version, count)}
    assert pages[0]["labels"]["urn:x:1"] == {"en": "thing 1"}


def test_what_is_gone_is_not_linked(releasable: Releasable, tmp_path: Path) -> None:
    base, log, out = "https://w3id.org/bqwgraph/place/", tmp_path / "log", tmp_path / "out"
    releasable.release(log)
    said = f'<{base}stays> rdfs:label "stays"@en . <{base}goes> rdfs:label "goes"@en ; rdfs:seeAlso <{base}never> .'
    releasable.becomes("0.2.0", "2026-12-01", said)
    releasable.release(log)
    releasable.becomes("0.3.0", "2026-12-02", f'<{base}stays> rdfs:label "stays"@en .')
    published(releasable, out, Log.at(log))
    (release, _) = json.loads((out / "changes.json").read_text("utf-8"))["releases"]
    gone = {one["subject"]["value"].rpartition("/")[2]: one["gone"] for one in release["resources"] if one["change"] == "added"}
    assert gone == {"stays": False, "goes": True}
    assert json.loads((out / "changes/0.2.0/1.json").read_text("utf-8"))["gone"] == [f"{base}goes", f"{base}never"]
    feed = feedparser.parse(str(out / "changes.atom")).entries[0].content[0].value
    assert (f"{PUBLIC}/place/stays" in feed, f"{PUBLIC}/place/goes" in feed, "goes" in feed) == (True, False, True)


def test_dumps_of_the_releases_are_listed_and_have_checksums(releasable: Releasable, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    published(releasable, out, Log.at(log))
    index = json.loads((out / "dumps/index.json").read_text("utf-8"))
    assert [release["version"] for release in index["releases"]] == ["0.10.0", "0.2.0", "0.1.0"]
    sums = dict(line.split("  ")[::-1] for line in (out / "dumps/SHA256SUMS").read_text("utf-8").splitlines())
    for release in index["releases"]:
        assert len(release["files"]) == 6
        for file in release["files"]:
            assert sums[file["name"]] == file["sha256"]
            assert (out / "dumps" / file["name"]).stat().st_size == file["size"]
        about = f"{release['version']}/release.json"
        assert (out / "dumps" / about).read_bytes() == (log / about).read_bytes()
    catalogue = (out / "catalogue.ttl").read_text("utf-8")
    assert all(f"{PUBLIC}/dumps/{file['name']}" in catalogue for release in index["releases"] for file in release["files"])
    assert not [file.name for file in read_index((out / "dumps/index.json").read_bytes()) if file.name.startswith("0.")]


def test_a_feed_parser_reads_the_feed(releasable: Releasable, log: Path, tmp_path: Path) -> None:
    published(releasable, tmp_path / "out", Log.at(log))
    feed = feedparser.parse(str(tmp_path / "out/changes.atom"))
    assert not feed.bozo
    assert (feed.version, feed.encoding) == ("atom10", "utf-8")
    assert feed.feed.id == "https://w3id.org/bqwgraph/changes"
    assert feed.feed.updated == "2027-01-02T00:00:00Z"
    assert "百千万工程知识图谱" in feed.feed.title
    assert feed.feed.author == "agent:contributors"  # which the small graph has no name of
    links = {link.rel: link.href for link in feed.feed.links}
    assert (links["self"], links["alternate"]) == (f"{PUBLIC}/changes.atom", f"{PUBLIC}/changes")
    assert [entry.id for entry in feed.entries] == [
        f"https://w3id.org/bqwgraph/changes/{version}" for version in ("0.10.0", "0.2.0", "0.1.0")
    ]
    assert [time.strftime("%Y-%m-%d", entry.updated_parsed) for entry in feed.entries] == [
        "2027-01-02",
        "2026-12-01",
        "2026-11-23",
    ]
    newest = feed.entries[0]
    assert newest.link == f"{PUBLIC}/changes/0.10.0"
    assert "resources: 1 added, 1 removed, 7 changed" in newest.summary
    assert "资源：新增 1，移除 1，改动 7" in newest.summary
    assert "thing seven" in newest.content[0].value
    assert f'href="{PUBLIC}/dataset/bqwgraph"' in newest.content[0].value
    assert "javascript" not in newest.content[0].value


def required(feed: ET.Element) -> list[str]:
    """Return which of the elements that RFC 4287 (4.1.1, 4.1.2) requires are missing, or are there more than once."""
    faults = [f"feed: {name}" for name in ("id", "title", "updated") if len(feed.findall(ATOM + name)) != 1]
    entries = feed.findall(f"{ATOM}entry")
    for entry in entries:
        faults += [f"entry: {name}" for name in ("id", "title", "updated") if len(entry.findall(ATOM + name)) != 1]
        faults += ["entry: content or alternate"] * (
            entry.find(f"{ATOM}content") is None and entry.find(f"{ATOM}link[@rel='alternate']") is None
        )
    if feed.find(f"{ATOM}author/{ATOM}name") is None:
        faults.append("author")
    for parent in (feed, *entries):
        alternates = [(link.get("type"), link.get("hreflang")) for link in parent.findall(f"{ATOM}link[@rel='alternate']")]
        faults += ["alternate: two of one type and language"] * (len(set(alternates)) < len(alternates))
        faults += [
            f"{time.text}" for time in parent.findall(f"{ATOM}updated") if not datetime.fromisoformat(str(time.text)).tzinfo
        ]
    ids = [element.text for element in feed.iter(f"{ATOM}id")]
    return faults + ["id: twice"] * (len(set(ids)) < len(ids))


def test_the_feed_has_what_the_rfc_requires(releasable: Releasable, log: Path, tmp_path: Path) -> None:
    published(releasable, tmp_path / "some", Log.at(log))
    published(releasable, tmp_path / "none", NO_LOG)
    some, none = (ET.parse(tmp_path / name / "changes.atom").getroot() for name in ("some", "none"))  # noqa: S314 - our own file
    assert required(some) == required(none) == []
    assert len(some.findall(f"{ATOM}entry")) == 3
    assert none.findtext(f"{ATOM}updated") == "2027-01-02T00:00:00Z"  # the date of the graph, not of today
    some.remove(some.findall(f"{ATOM}updated")[0])
    assert required(some) == ["feed: updated"]


def test_building_again_gives_the_same_bytes_and_writes_nothing(releasable: Releasable, log: Path, tmp_path: Path) -> None:
    out, told = tmp_path / "out", list[str]()
    snapshot = build(GraphFolder.at(releasable.root))
    first = publish(snapshot, out, PUBLIC, told.append, Log.at(log))
    assert len(told) == len(first.files) == len(set(first.files)) == steps(snapshot, Log.at(log))
    assert set(contents(out)) == set(first.files)
    again = published(releasable, out, Log.at(log))
    assert (again.written, again.removed) == ((), ())
    published(releasable, tmp_path / "other", Log.at(log))
    assert contents(tmp_path / "other") == contents(out)


def test_what_is_not_published_any_more_is_removed(releasable: Releasable, log: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    published(releasable, out, Log.at(log))
    published(releasable, out, NO_LOG)
    assert set(contents(out)) == set(published(releasable, tmp_path / "other", NO_LOG).files)
    assert json.loads((out / "changes.json").read_text("utf-8"))["releases"] == []


def test_an_index_that_is_none_is_no_reason_to_fail(releasable: Releasable, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/changes.json").write_text('{"releases": [{}]}')
    assert published(releasable, tmp_path / "out", NO_LOG).removed == ()


DAMAGES: dict[str, Callable[[Path], object]] = {
    "not the file that was released": lambda log: (log / "0.2.0/bqwgraph.nt.gz").write_bytes(b""),
    "not the file": lambda log: (log / "0.2.0/changes.json").write_text("{}"),
    r"0\.1\.0 is not there": lambda log: shutil.rmtree(log / "0.1.0"),
}


@pytest.mark.parametrize("said", DAMAGES)
def test_a_damaged_log_is_not_published(releasable: Releasable, log: Path, tmp_path: Path, said: str) -> None:
    DAMAGES[said](log)
    with pytest.raises(CannotPublish, match=said):
        published(releasable, tmp_path / "out", Log.at(log))


def test_the_command(installed: Installed, releasable: Releasable, log: Path, tmp_path: Path) -> None:
    command = ("build", "site", "--graph", str(releasable.root), "--releases")
    done = installed.run(*command, str(log), cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "site/dumps/0.1.0/bqwgraph.ttl.gz").is_file()
    assert installed.run(*command, "nowhere", cwd=tmp_path).returncode == 2
    (log / "0.2.0/changes.json").write_text("{}")
    done = installed.run(*command, str(log), cwd=tmp_path)
    assert done.returncode == 1
    assert "not the file that was released" in done.stderr
