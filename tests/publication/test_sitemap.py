"""The sitemap: by the protocol's rules, both languages, every page; robots.txt as RFC 9309's own reader takes it."""

import xml.etree.ElementTree as ET
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit
from urllib.robotparser import RobotFileParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.publication.paths import pages, paths
from bqwgraph.publication.sitemap import robots, sitemaps

from .conftest import PUBLIC, Site

MAPS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
LINK = "{http://www.w3.org/1999/xhtml}link"


def parsed(body: bytes) -> ET.Element:
    return ET.fromstring(body)  # noqa: S314 - what we have just written


def urls(body: bytes) -> list[ET.Element]:
    root = parsed(body)
    assert root.tag == MAPS + "urlset"
    assert {child.tag for child in root} <= {MAPS + "url"}
    return list(root)


def text(entry: ET.Element, name: str) -> str:
    found = entry.findall(MAPS + name)
    assert len(found) == 1
    return found[0].text or ""


def test_the_index_names_its_files_with_the_day_of_the_data(site: Site) -> None:
    root = parsed((site.root / "sitemap.xml").read_bytes())
    assert root.tag == MAPS + "sitemapindex"
    for entry in root:
        assert [child.tag for child in entry] == [MAPS + "loc", MAPS + "lastmod"]
        assert text(entry, "loc").startswith(f"{PUBLIC}/sitemap-")
        assert (site.root / text(entry, "loc").removeprefix(f"{PUBLIC}/")).is_file()
        date.fromisoformat(text(entry, "lastmod"))
    modified = 'dcterms:modified "' + text(root[0], "lastmod")
    assert any(modified in path.read_text("utf-8") for path in (Path(__file__).parents[2] / "ontology").rglob("*.ttl"))


def test_every_page_is_there_in_both_languages(site: Site, snapshot: Snapshot) -> None:
    entries = urls((site.root / "sitemap-1.xml").read_bytes())
    places = [text(entry, "loc") for entry in entries]
    assert len(places) == len(set(places)) == 2 * len(pages(snapshot)) > 9000
    for path in ("", "place/nbs2023-440784", "vocab/genre", "place", "queries/actions", "ontology", "dumps/", "graph/stated"):
        here = f"{PUBLIC}/{path}"
        alternates = {"zh-Hans": f"{here}?lang=zh-Hans", "en": f"{here}?lang=en", "x-default": here}
        for lang in ("zh-Hans", "en"):
            entry = entries[places.index(f"{here}?lang={lang}")]
            assert [child.tag for child in entry] == [MAPS + "loc", MAPS + "lastmod", LINK, LINK, LINK]
            links = entry.findall(LINK)
            assert {link.get("hreflang"): link.get("href") for link in links} == alternates
            assert {link.get("rel") for link in links} == {"alternate"}


def test_what_is_gone_or_empty_is_left_out(small: Path) -> None:
    with (small / "data/dataset.ttl").open("a", encoding="utf-8") as file:
        file.write("\n@prefix owl: <http://www.w3.org/2002/07/owl#> .\nplace:old a bqw:Place ; owl:deprecated true .\n")
    snapshot = build(GraphFolder.at(small))
    found = pages(snapshot)
    assert {"place/old", "action"} <= set(paths(snapshot))
    assert not {"place/old", "action"} & set(found)
    assert {"vocab", "vocab/level", "vocab/level/town", "dataset", "place"} <= set(found)


PATHS = st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=30), max_size=40)


@given(PATHS, st.integers(1, 7), st.integers(1500, 4000))
def test_no_file_is_larger_than_it_may_be_and_nothing_is_lost(names: list[str], most: int, size: int) -> None:
    made = list(sitemaps(names, "https://data.example.org/&x", "2026-11-23", (most, size)))
    *files, (index_name, index) = made
    assert index_name == "sitemap.xml"
    assert [text(entry, "loc").rpartition("/")[2] for entry in parsed(index)] == [name for name, _ in files]
    found = list[str]()
    for _, body in files:
        entries = urls(body)
        assert len(entries) <= most
        assert len(body) <= size or len(entries) == 1
        found += [text(entry, "loc") for entry in entries]
    assert all(place.isascii() for place in found)
    wanted = [f"/&x/{name}?lang={lang}" for name in names for lang in ("zh-Hans", "en")]
    # What is an escape in a name already, or begins a query or a fragment, stays one: an IRI holds none as a plain sign.
    plain = [name for name in names if not set(name) & set("%?#")]
    if plain == names:
        assert [unquote(urlsplit(place).path) + "?" + urlsplit(place).query for place in found] == wanted


@pytest.mark.parametrize(("base", "prefix"), [("https://data.example.org", ""), ("https://data.example.org/kg", "/kg")])
def test_robots_may_read_resources_and_not_ask_queries(base: str, prefix: str) -> None:
    lines = robots(base).decode().splitlines()
    reader = RobotFileParser()
    reader.parse(lines)
    assert reader.site_maps() == [f"{base}/sitemap.xml"]
    for path in (
        "/",
        "/place/nbs2023-4407?lang=en",
        "/queries/actions",
        "/sparql",
        "/dumps/bqwgraph.ttl",
        "/ontology?format=ttl",
    ):
        assert reader.can_fetch("bot", base + path), path
    assert not reader.can_fetch("bot", f"{base}/sparql?query=ASK%20%7B%7D")
    assert f"Disallow: {prefix}/sparql?*&query=" in lines
