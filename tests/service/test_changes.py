"""The releases over HTTP: what changed from one to the next, to read, to apply and to subscribe to, and their dumps."""

import gzip
import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import feedparser
import httpx
import pyoxigraph as ox
import pytest

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.validation import lock
from conftest import Installed, address_of, fetch
from releasing import Releasable

MANY = 130
THINGS = [f'<https://w3id.org/bqwgraph/place/{number}> rdfs:label "thing {number}"@en .\n' for number in range(MANY)]
ONTOLOGY = (
    '<https://w3id.org/bqwgraph/ontology> rdfs:label "ontology"@en ; '
    "<http://www.w3.org/2002/07/owl#versionIRI> <https://w3id.org/bqwgraph/ontology/0.2.0> .\n"
    "<https://w3id.org/bqwgraph/ontology#Thing> a <http://www.w3.org/2002/07/owl#Class> ; "
    'rdfs:label "thing"@en ; rdfs:isDefinedBy <https://w3id.org/bqwgraph/ontology> .\n'
)


@pytest.fixture(scope="module")
def served(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A service of a small graph that is none of the two releases beside it."""
    where = tmp_path_factory.mktemp("served")
    releasable, log = Releasable.in_folder(where / "graph"), where / "log"
    releasable.becomes("0.1.0", "2026-11-23", '<urn:x:list> rdfs:seeAlso ( 1 [ rdfs:label "<script>"@en ] ) .')
    releasable.release(log)
    values = ", ".join(f'"{number}"' for number in range(50))
    releasable.becomes(
        "0.2.0",
        "2026-11-24",
        "".join(THINGS) + ONTOLOGY + f"<urn:x:list> rdfs:seeAlso ( 1 2 ) . <javascript:alert(1)> rdfs:comment {values} .",
    )
    releasable.release(log)
    releasable.becomes("0.3.0", "2026-11-25", "".join(THINGS[:-1]) + ONTOLOGY)
    lock.write(GraphFolder.at(releasable.root))
    command: list[str | Path] = [installed.command, "serve", "--port", "0", "--graph", releasable.root, "--releases", log]
    with subprocess.Popen(command, cwd=where, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
        with httpx.Client(base_url=address_of(process), timeout=30) as client:
            yield client
        process.terminate()


def canonical(quads: list[ox.Quad]) -> ox.Dataset:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def released(service: httpx.Client, version: str) -> list[ox.Quad]:
    packed = fetch(service, f"/dumps/{version}/bqwgraph.nt.gz").content
    return list(ox.parse(gzip.decompress(packed), format=ox.RdfFormat.N_TRIPLES))


def test_a_patch_makes_the_new_release_of_the_old(served: httpx.Client) -> None:
    old, new = canonical(released(served, "0.1.0")), canonical(released(served, "0.2.0"))
    assert old != new
    answer = served.get("/changes/0.2.0", headers={"accept": "application/rdf-patch"})
    assert answer.headers["content-type"] == "application/rdf-patch"
    for row in answer.text.splitlines():
        if row[:2] in {"A ", "D "}:
            (quad,) = ox.parse(row[2:], format=ox.RdfFormat.N_QUADS)
            assert (quad in old) == (row[0] == "D")
            (old.remove if row[0] == "D" else old.add)(quad)
    old.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert old == new


def test_an_update_makes_the_new_release_of_the_old(served: httpx.Client) -> None:
    store = ox.Store()
    store.extend(released(served, "0.1.0"))
    answer = served.get("/changes/0.2.0", params={"format": "ru"})
    assert answer.headers["content-type"] == "application/sparql-update"
    store.update(answer.text)
    assert canonical(list(store)) == canonical(released(served, "0.2.0"))


def test_the_releases_are_listed_newest_first_and_nothing_else(served: httpx.Client) -> None:
    told = fetch(served, "/changes", accept="application/json").json()
    assert [release["version"] for release in told["releases"]] == ["0.2.0", "0.1.0"]
    assert told["snapshot"] == served.get("/health").json()["snapshot"]
    assert told["snapshot"] not in {release["snapshot"] for release in told["releases"]}
    page = served.get("/changes", headers={"accept": "text/html"}, params={"lang": "en"}).text
    assert f"is none of these releases; its snapshot is {told['snapshot'][:12]}" in page


@pytest.mark.parametrize(
    ("path", "forms"),
    [
        ("/changes", {"json": "application/json", "html": "text/html", "atom": "application/atom+xml"}),
        (
            "/changes/0.2.0",
            {
                "json": "application/json",
                "html": "text/html",
                "rdfp": "application/rdf-patch",
                "ru": "application/sparql-update",
            },
        ),
        ("/changes/0.1.0", {"json": "application/json", "html": "text/html"}),
    ],
)
def test_every_form_by_accept_format_and_ending(served: httpx.Client, path: str, forms: dict[str, str]) -> None:
    fetch(served, path)
    for ending, media_type in forms.items():
        answer = served.get(path, headers={"accept": f"{media_type}, */*;q=0.1"})
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type
        assert "Accept" in answer.headers["vary"]
        assert served.get(path, params={"format": ending}).content == answer.content
        extended = served.get(f"{path}.{ending}")
        assert extended.headers["content-type"] == answer.headers["content-type"]
        assert extended.content == answer.content
        if ending != "html":
            assert answer.headers["content-location"] == f"{path}.{ending}"
        head = served.head(f"{path}.{ending}")
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["etag"] == extended.headers["etag"]
        known = served.get(f"{path}.{ending}", headers={"if-none-match": extended.headers["etag"]})
        assert (known.status_code, known.content) == (304, b"")
    assert served.get(path, headers={"accept": "image/png"}).status_code == 406
    assert served.get(path, params={"format": "png"}).status_code == 400


@pytest.mark.parametrize("path", ["/changes.html", "/changes/0.2.0.html"])
def test_a_page_is_known_also_where_no_answer_is_kept(served: httpx.Client, path: str) -> None:
    tag = fetch(served, f"{path}?lang=en").headers["etag"]
    known = served.get(f"{path}?lang=en&unseen=1", headers={"if-none-match": tag})
    assert (known.status_code, known.headers["etag"]) == (304, tag)


def test_files_of_a_release_are_dated_as_it_is(served: httpx.Client) -> None:
    for path in ("/changes/0.2.0.rdfp", "/changes/0.2.0.json", "/dumps/0.2.0/bqwgraph.nt.gz"):
        assert fetch(served, path).headers["last-modified"] == "Tue, 24 Nov 2026 00:00:00 GMT"
    assert not [path for path in ("/changes.json", "/changes/0.2.0/1.json") if "last-modified" in served.get(path).headers]


def test_no_link_on_the_pages_leads_nowhere(served: httpx.Client) -> None:
    pages = ("/changes.html", "/changes/0.2.0.html", "/changes/0.2.0.html?page=2", "/changes/0.1.0.html", "/dumps/?format=html")
    told = [fetch(served, page).text.partition("<main")[2] for page in pages]  # the header's links are for the real graph
    found = {link for text in told for link in re.findall(r'href="([^"]+)"', text)}
    ours = sorted(unescape(link) for link in found if link.startswith("/"))
    assert len(ours) > 150
    assert [link for link in ours if fetch(served, link).status_code != 200] == []


def test_the_feed_is_read_by_a_feed_parser_and_leads_to_what_is_there(served: httpx.Client) -> None:
    answer = fetch(served, "/changes.atom")
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not feed.bozo
    base = str(served.base_url).rstrip("/")
    links = {link.rel: link.href for link in feed.feed.links}
    assert links["self"] == f"{base}/changes.atom"
    assert [entry.title for entry in feed.entries] == ["bqwgraph 0.2.0", "bqwgraph 0.1.0"]
    for link in (links["alternate"], *(link.href for entry in feed.entries for link in entry.links)):
        assert served.get(link).status_code == 200
    page = served.get("/changes", headers={"accept": "text/html"}).text
    assert '<link rel="alternate" type="application/atom+xml" title="版本" href="/changes.atom">' in page


@pytest.mark.parametrize(("language", "sums"), [("en", "resources: 133 added"), ("zh-Hans", "资源：新增 133")])
def test_pages_show_what_changed(served: httpx.Client, language: str, sums: str) -> None:
    listed = fetch(served, f"/changes?lang={language}", accept="text/html").text
    assert sums in listed
    assert listed.count("<li>") == 20
    assert f'<html lang="{language}">' in listed
    first, second = (
        served.get(f"/changes/0.2.0?lang={language}&page={number}", headers={"accept": "text/html"}).text for number in (1, 2)
    )
    assert f'<a href="/place/0?lang={language}" lang="en">thing 0</a>' in first + second
    for number in range(MANY - 1):
        assert (first + second).count(f">thing {number}</a>") == 1
    assert f'<span lang="en">thing {MANY - 1}</span>' in first + second  # which is gone
    assert f'rel="next" href="/changes/0.2.0?page=2&amp;lang={language}"' in first
    assert f'rel="prev" href="/changes/0.2.0?page=1&amp;lang={language}"' in second
    assert {"en": "and 30 more", "zh-Hans": "另有 30 项"}[language] in first + second
    assert "<script>" not in first + second
    assert 'href="javascript' not in first + second + listed
    assert "&lt;script&gt;" in first + second


def test_the_ontology_tells_which_releases_touched_it(served: httpx.Client) -> None:
    page = fetch(served, "/ontology?lang=en", accept="text/html").text
    _, _, first, second = page.partition('<h2 id="versions">')[2].partition("</table>")[0].split("<tr>")
    assert re.findall('href="([^"]*)"', first) == [
        "/changes/0.2.0?lang=en",
        "/ontology/0.2.0?lang=en",
        "/ontology?lang=en#Thing",
    ]
    assert "added: <code>" in first
    assert re.findall('href="([^"]*)"', second) == ["/changes/0.1.0?lang=en"]
    assert "The first release; all terms are new." in second


def test_the_first_release_has_sums_and_no_list(served: httpx.Client) -> None:
    page = fetch(served, "/changes/0.1.0?lang=en", accept="text/html").text
    assert "The first release." in page
    assert "<h3>" not in page
    told = served.get("/changes/0.1.0.json").json()
    assert told["counts"]["statements"]["added"] == told["new"]["statements"] > 0
    for ending in ("rdfp", "ru"):
        missing = served.get(f"/changes/0.1.0.{ending}")
        assert missing.status_code == 404
        assert "is the first release" in missing.json()["detail"]
        assert served.get("/changes/0.1.0", params={"format": ending}).status_code == 400


@pytest.mark.parametrize(
    "path",
    [
        "/changes/0.3.0",
        "/changes/0.2.0/3.json",
        "/changes/0.2.0?format=html&page=3",
        "/changes/0.2.0?format=html&page=x",
        "/changes/%2e%2e%2fcatalogue.ttl",
        "/changes/0.2.0.pdf",
        "/changes.pdf",
        "/dumps/0.3.0/bqwgraph.nt.gz",
    ],
)
def test_nothing_else_is_served(served: httpx.Client, path: str) -> None:
    assert fetch(served, path).status_code == 404


def test_what_is_not_there_is_404_with_what_is(served: httpx.Client) -> None:
    assert fetch(served, "/changes/0.9.0").json()["nearest"] == ["0.2.0", "0.1.0"]


def test_earlier_dumps_come_in_ranges_and_are_what_their_checksums_say(served: httpx.Client) -> None:
    index = fetch(served, "/dumps/", accept="application/json").json()
    assert [release["version"] for release in index["releases"]] == ["0.2.0", "0.1.0"]
    page = served.get("/dumps/", headers={"accept": "text/html"}).text
    sums = served.get("/dumps/SHA256SUMS").text
    for file in (file for release in index["releases"] for file in release["files"]):
        whole = served.get(f"/dumps/{file['name']}")
        assert (len(whole.content), hashlib.sha256(whole.content).hexdigest()) == (file["size"], file["sha256"])
        assert whole.headers["content-type"] == {"gzip": "application/gzip", "zstd": "application/zstd"}[file["compression"]]
        assert f"{file['sha256']}  {file['name']}\n" in sums
        assert f'/dumps/{file["name"]}"' in page
        part = served.get(f"/dumps/{file['name']}", headers={"range": "bytes=10-19", "if-range": whole.headers["etag"]})
        assert (part.status_code, part.content) == (206, whole.content[10:20])
        assert served.get(f"/dumps/{file['name']}", headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    about = json.loads(served.get("/dumps/0.1.0/release.json").text)
    assert about["version"] == "0.1.0"


def test_without_a_log_there_are_no_releases(service: httpx.Client) -> None:
    assert fetch(service, "/changes", accept="application/json").json()["releases"] == []
    page = service.get("/changes", params={"lang": "en"}, headers={"accept": "text/html"}).text
    assert "There is no release yet." in page
    feed = feedparser.parse(service.get("/changes.atom").content)
    assert not feed.bozo
    assert feed.entries == []
    assert feed.feed.author != ""


def test_the_description_of_the_interfaces_has_them(service: httpx.Client) -> None:
    paths = service.get("/openapi.json").json()["paths"]
    assert "application/atom+xml" in paths["/changes"]["get"]["responses"]["200"]["content"]
    assert "application/rdf-patch" in paths["/changes/{name}"]["get"]["responses"]["200"]["content"]


def test_a_log_that_cannot_be_published_is_told_at_the_start(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "0.1.0").mkdir()
    for log, said in (("nowhere", "nowhere"), (str(tmp_path), "release.json: expected what")):
        done = installed.run("serve", "--port", "0", "--releases", log, cwd=tmp_path)
        assert done.returncode == 2
        assert said in done.stderr
    both = installed.run("serve", "--port", "0", "--engine", "http://127.0.0.1:1/", BQWGRAPH_RELEASES=str(tmp_path))
    assert both.returncode == 2
    assert "leave out either" in both.stderr
