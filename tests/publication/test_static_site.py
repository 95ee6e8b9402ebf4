"""The published side as files: whole, linked, the service's own bytes, repeatable, and careful with what is not its own."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import httpx
import pyoxigraph as ox
import pytest

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.pages.static import page_file
from bqwgraph.publication.build import CannotPublish, Log
from bqwgraph.publication.paths import paths
from bqwgraph.site.build import MANIFEST, publish, steps
from bqwgraph.site.writing import Addresses
from conftest import ROOT, Installed
from releasing import Releasable

from .conftest import PUBLIC, Site, contents

LINK = re.compile(r'(?:href|action|src)="([^"]*)"')
ID = re.compile(r'\bid="([^"]*)"')
SERVICE = "https://ask.example.org"


@pytest.fixture(scope="module")
def whole(snapshot: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The real graph as a folder of files."""
    root, told = tmp_path_factory.mktemp("whole"), list[str]()
    before = os.times()
    published = publish(snapshot, root, Addresses(PUBLIC), told.append)
    after = os.times()
    seconds = sum(after[:4]) - sum(before[:4])
    assert seconds < 180, f"{seconds:.0f} s of processors; alone on two cores it takes 80 to 110, and less than a minute"
    return Site(root, published, told)


@pytest.fixture(scope="module")
def of_site(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The service, with the site's address as its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    with subprocess.Popen(
        [installed.command, "serve", "--port", port, "--public-url", PUBLIC],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        next(line for line in process.stdout if f"curl '{PUBLIC}" in line)  # it is ready
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            yield client
        process.terminate()


def test_every_path_has_its_pages_and_its_data(whole: Site, snapshot: Snapshot) -> None:
    names = set(whole.published.files)
    for path in paths(snapshot):
        for suffix in ("ttl", "nt", "jsonld", "rdf", "html", "en.html"):
            assert f"{path}.{suffix}" in names
    assert {"index.html", "index.en.html", "queries.html", "queries/actions.en.html", "queries/actions.ttl"} <= names
    assert {"404.html", "dumps/index.html", "static/style.css", "context.jsonld", "catalogue.ttl", ".well-known/void.nt"} <= names
    assert {"place.page2.html", "place.page2.en.html", "place.page15.ttl", "vocab/level/village.page14.html"} <= names
    assert set(contents(whole.root)) == names | {MANIFEST}


def test_progress_is_told_as_often_as_promised(whole: Site, snapshot: Snapshot) -> None:
    assert len(whole.told) == steps(snapshot)


def test_every_link_between_files_leads_to_one(whole: Site) -> None:
    names, missing, ids = set(whole.published.files), set[str](), dict[str, set[str]]()
    pages = [name for name in whole.published.files if name.endswith(".html") and not name.startswith("404")]
    assert len(pages) > 9000
    for name in pages:
        for link in {unescape(found) for found in LINK.findall((whole.root / name).read_text("utf-8"))}:
            if urlsplit(link).scheme:
                continue
            target, fragment = urldefrag(link)
            file = os.path.normpath(os.path.join(os.path.dirname(name), unquote(target))) if target else name  # noqa: PTH118, PTH120
            if file not in names:
                missing.add(f"{name}: {link}")
            elif fragment:
                if file not in ids:
                    ids[file] = set(ID.findall((whole.root / file).read_text("utf-8")))
                missing |= set() if unquote(fragment) in ids[file] else {f"{name}: {link}"}
    assert not missing, sorted(missing)[:20]


def test_links_stay_in_the_language(whole: Site) -> None:
    page = (whole.root / "place/nbs2023-440784.en.html").read_text("utf-8")
    inside = [link for link in LINK.findall(page) if link.endswith(".html")]
    assert [link for link in inside if not link.endswith(".en.html")] == ["../place/nbs2023-440784.html"]


def test_pages_name_the_public_addresses_of_each_other(whole: Site) -> None:
    page = (whole.root / "place.page2.en.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{PUBLIC}/place?page=2&amp;lang=en">' in page
    assert f'hreflang="zh-Hans" href="{PUBLIC}/place?page=2&amp;lang=zh-Hans"' in page
    assert f'hreflang="x-default" href="{PUBLIC}/place?page=2"' in page
    assert '<a rel="prev" href="place.en.html">' in page
    assert '<a rel="next" href="place.page3.en.html">' in page


SAMPLE = (
    "action/5",
    "place",
    "place?page=2",
    "place/nbs2023-440784104",
    "vocab/level/village?page=3",
    "vocab",
    "vocab/genre",
    "vocab/genre/action-plan",
    "ontology",
    "ontology/vocab/genre",
    "ontology/external",
    "shapes",
    "shapes/Place",
    "graph/inferred",
    "graph/data/actions",
    "dataset",
    "dataset/gazetteer",
    "excerpt/1759-1762",
    "target/4-1",
)


@pytest.mark.parametrize("name", SAMPLE)
def test_data_are_the_bytes_that_the_service_sends(whole: Site, of_site: httpx.Client, name: str) -> None:
    path, _, page = name.partition("?page=")
    for suffix in ("ttl", "nt", "jsonld", "rdf"):
        answer = of_site.get(f"/{path}.{suffix}", params={"page": page} if page else {})
        assert answer.status_code == 200
        file = f"{path}.page{page}.{suffix}" if page else f"{path}.{suffix}"
        assert (whole.root / file).read_bytes() == answer.content, file


@pytest.mark.parametrize("suffix", ["ttl", "nt", "jsonld", "rdf"])
def test_saved_queries_are_described_as_the_service_does(whole: Site, of_site: httpx.Client, suffix: str) -> None:
    answer = of_site.get("/queries/targets", params={"format": suffix})
    assert (whole.root / f"queries/targets.{suffix}").read_bytes() == answer.content


def test_a_page_says_what_the_service_says(whole: Site, of_site: httpx.Client) -> None:
    """Links apart, and what needs the service."""

    def text(page: str) -> str:
        main = page[page.index("<main") : page.index("</main>")]
        served_only = r'<form.*?</form>|<p class="(?:asked )?no-print">.*?</p>'
        return re.sub(r"<[^>]*>", "", re.sub(served_only, "", main, flags=re.DOTALL)).replace("\n", "")

    for path in ("place/nbs2023-440784104", "shapes", "ontology", "vocab/genre", "graph/inferred"):
        for lang in ("zh-Hans", "en"):
            served = of_site.get(f"/{path}", params={"lang": lang}, headers={"accept": "text/html"}).text
            assert text((whole.root / page_file(path, lang)).read_text("utf-8")) == text(served)


def test_without_a_service_nothing_leads_to_one(whole: Site) -> None:
    for name in ("index.en.html", "queries.html", "queries/evidence.en.html", "place.html"):
        page = (whole.root / name).read_text("utf-8")
        assert "<form" not in page
        assert not re.search(r'href="[^"]*(?:sparql|validate|health|openapi)', page)
        assert 'href=""' not in page


def test_with_a_service_links_lead_to_it(small: Path, tmp_path: Path) -> None:
    publish(build(GraphFolder.at(small)), tmp_path / "out", Addresses(PUBLIC, SERVICE))
    page = (tmp_path / "out/index.en.html").read_text("utf-8")
    assert f'href="{SERVICE}/sparql?lang=en"' in page
    assert f"{SERVICE}/queries/actions" in (tmp_path / "out/queries/actions.html").read_text("utf-8")
    assert 'href="queries.en.html"' in page
    assert f'href="{SERVICE}/place/nbs2023-4407?lang=en"' in (tmp_path / "out/dataset/bqwgraph.en.html").read_text("utf-8")


def test_what_is_not_there_is_said_at_any_depth(whole: Site) -> None:
    page = (whole.root / "404.en.html").read_text("utf-8")
    assert f'href="{PUBLIC}/static/style.css"' in page
    assert f'href="{PUBLIC}/index.en.html"' in page
    assert "canonical" not in page


def test_it_repeats_byte_for_byte(small: Path, tmp_path: Path) -> None:
    """In another process, with other hashes of strings."""
    first = publish(build(GraphFolder.at(small)), tmp_path / "one", Addresses(PUBLIC))
    program = "import sys; from bqwgraph.cli import main; sys.argv[0] = 'bqwgraph'; main()"
    command: list[str | Path] = [
        sys.executable,
        "-c",
        program,
        "build",
        tmp_path / "two",
        "--graph",
        small,
        "--public-url",
        PUBLIC,
    ]
    subprocess.run(
        command, env={**os.environ, "PYTHONHASHSEED": "12345", "BQWGRAPH_PUBLIC_URL": PUBLIC}, check=True, capture_output=True
    )
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    again = publish(build(GraphFolder.at(small)), tmp_path / "one", Addresses(PUBLIC))
    assert (again.files, again.written, again.removed) == (first.files, (), ())


def test_only_what_changed_is_written_and_only_its_own_files_are_removed(small: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    publish(build(GraphFolder.at(small)), out, Addresses(PUBLIC))
    assert (out / "vocab/level/town.html").is_file()
    (out / "vocab/level/mine.html").write_text("mine")
    (tmp_path / "outside.txt").write_text("")
    with (out / MANIFEST).open("a", encoding="utf-8") as file:
        file.write(f"../outside.txt\n{tmp_path}/outside.txt\nnever/there.ttl\n")
    (small / "queries/actions.rq").unlink()
    shutil.rmtree(small / "ontology/vocab")
    changed = publish(build(GraphFolder.at(small)), out, Addresses(PUBLIC))
    assert {"vocab/level/town.html", "vocab/level.ttl", "queries/actions.html", "dumps/vocabularies.ttl"} <= set(changed.removed)
    assert "never/there.ttl" not in changed.removed
    assert "index.html" in changed.written
    assert "static/style.css" not in changed.written
    assert not (out / "queries").exists()
    assert [path.name for path in (out / "vocab/level").iterdir()] == ["mine.html"]
    assert (tmp_path / "outside.txt").exists()


def test_what_is_gone_is_a_page_and_no_data(small: Path, tmp_path: Path) -> None:
    with (small / "data/dataset.ttl").open("a", encoding="utf-8") as file:
        file.write(
            "\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
            "place:old a bqw:Place ; owl:deprecated true ; dcterms:isReplacedBy place:new .\nplace:new a bqw:Place .\n"
        )
    publish(build(GraphFolder.at(small)), tmp_path / "out", Addresses(PUBLIC))
    page = (tmp_path / "out/place/old.en.html").read_text("utf-8")
    assert 'role="status"' in page
    assert 'href="../place/new.en.html"' in page
    assert {path.name for path in (tmp_path / "out/place").glob("old.*")} == {"old.html", "old.en.html"}


def test_releases_have_pages_that_the_list_and_the_ontology_lead_to(releasable: Releasable, tmp_path: Path) -> None:
    more, log, out = '<https://w3id.org/bqwgraph/ontology#Policy> rdfs:comment "more"@en .', tmp_path / "log", tmp_path / "out"
    shutil.copy(ROOT / "ontology/bqw.ttl", releasable.root / "ontology/bqw.ttl")
    releasable.release(log)
    releasable.becomes("0.2.0", "2026-12-01", f'{more} <https://w3id.org/bqwgraph/place/1> rdfs:label "one"@en .')
    releasable.release(log)
    releasable.becomes("0.3.0", "2026-12-02", more)
    releasable.release(log)
    publish(build(GraphFolder.at(releasable.root)), out, Addresses(PUBLIC), log=Log.at(log))
    for lang, ending in (("zh-Hans", "html"), ("en", "en.html")):
        ontology, listed = ((out / page_file(path, lang)).read_text("utf-8") for path in ("ontology", "changes"))
        history = ontology.partition('<h2 id="versions">')[2].partition("</table>")[0]
        versions = [f"changes/{version}.{ending}" for version in ("0.3.0", "0.2.0", "0.1.0")]
        assert re.findall(r'<a href="(changes/[^"]+)">\d', history) == versions[1:]  # the third left the ontology alone
        assert f'<code><a href="ontology.{ending}#Policy">bqw:Policy</a></code>' in history
        assert re.findall(r'<h2 id="[\d.]+"><a href="([^"]+)">', listed) == versions
        assert all((out / version).is_file() for version in versions)


def test_a_graph_that_cannot_be_published_leaves_a_list_of_what_was_written(small: Path, tmp_path: Path) -> None:
    (small / "data/dataset.ttl").unlink()
    with pytest.raises(CannotPublish, match=r"data/dataset\.ttl: expected"):
        publish(build(GraphFolder.at(small)), tmp_path / "out", Addresses(PUBLIC))
    assert (tmp_path / "out" / MANIFEST).is_file()


def test_a_graph_that_changes_meanwhile_is_refused(small: Path, tmp_path: Path) -> None:
    snapshot = build(GraphFolder.at(small))
    with (small / "data/dataset.ttl").open("a", encoding="utf-8") as file:
        file.write('\ndataset:bqwgraph rdfs:comment "more"@en .\n')
    with pytest.raises(CannotPublish, match="have changed while they were read"):
        publish(snapshot, tmp_path / "out", Addresses(PUBLIC))


def test_the_service_makes_dumps_and_no_pages(site: Site) -> None:
    assert not [name for name in site.published.files if name.endswith(".html")]


def test_files_can_be_read_by_a_web_server(whole: Site) -> None:
    assert {path.stat().st_mode & 0o777 for path in whole.root.rglob("*") if path.is_file()} == {0o644}


def test_turtle_of_a_resource_is_turtle(whole: Site) -> None:
    iri = ox.NamedNode("https://w3id.org/bqwgraph/place/nbs2023-440784104")
    assert any(triple.subject == iri for triple in whole.triples("place/nbs2023-440784104.ttl"))
    told = json.loads((whole.root / "place/nbs2023-440784104.jsonld").read_text("utf-8"))
    assert told["@context"] == f"{PUBLIC}/context.jsonld"
    assert (whole.root / "context.jsonld").read_bytes() == (ROOT / "ontology/context.jsonld").read_bytes()
