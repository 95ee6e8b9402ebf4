"""What pages tell machines: canonical and other-language addresses, Open Graph, schema.org; one page of each kind."""

import json
import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from bqwgraph.graph.namespaces import BASE

PAGES = (
    "/",
    "/queries",
    "/queries/actions",
    "/queries/evidence?resource=target:4-1",
    "/sparql",
    "/validate",
    "/dataset",
    "/dataset/gazetteer",
    "/ontology",
    "/shapes",
    "/vocab",
    "/vocab/genre",
    "/vocab/genre/action-plan",
    "/place?page=2",
    "/place/nbs2023-440784104",
    "/policy/1",
    "/graph/stated?page=3",
)
LINK = re.compile(r'<link rel="(canonical|alternate)"(?: hreflang="([^"]*)")? href="([^"]*)">')
META = re.compile(r'<meta property="(og:[a-z:_]+)" content="([^"]*)">')


def page(service: httpx.Client, address: str, lang: str) -> str:
    path, _, query = address.partition("?")
    answer = service.get(
        path, params={**{k: v[0] for k, v in parse_qs(query).items()}, "lang": lang}, headers={"accept": "text/html"}
    )
    assert answer.status_code == 200, address
    return answer.text


@pytest.mark.parametrize("address", PAGES)
def test_a_page_names_itself_and_the_other_language(service: httpx.Client, address: str) -> None:
    here = str(service.base_url).rstrip("/") + address
    for lang in ("zh-Hans", "en"):
        text = page(service, address, lang)
        links = {(rel, language): unescape(target) for rel, language, target in LINK.findall(text)}
        assert set(links) == {("canonical", ""), *(("alternate", name) for name in ("zh-Hans", "en", "x-default"))}
        assert links["canonical", ""] == links["alternate", lang]
        assert _parts(links["alternate", "x-default"]) == _parts(here)
        for language in ("zh-Hans", "en"):
            query = "&" if "?" in here else "?"
            assert _parts(links["alternate", language]) == _parts(f"{here}{query}lang={language}")


def _parts(address: str) -> tuple[str, dict[str, list[str]]]:
    parts = urlsplit(address)
    return f"{parts.netloc}{parts.path}", parse_qs(parts.query)


@pytest.mark.parametrize("address", PAGES)
def test_a_page_says_how_it_is_shown_where_it_is_shared(service: httpx.Client, address: str) -> None:
    for lang, locale, other in (("zh-Hans", "zh_CN", "en_GB"), ("en", "en_GB", "zh_CN")):
        text = page(service, address, lang)
        said = dict(META.findall(text))
        title = re.search(r"<title>([^<]*)</title>", text)
        assert title
        assert said["og:title"] == title[1]
        assert (said["og:type"], said["og:locale"], said["og:locale:alternate"]) == ("website", locale, other)
        canonical = re.search(r'<link rel="canonical" href="([^"]*)">', text)
        assert canonical
        assert said["og:url"] == canonical[1]
        assert len(said["og:description"]) > 20
        assert len(META.findall(text)) == len(said)


def test_the_addresses_that_are_named_answer(service: httpx.Client) -> None:
    for _, _, target in LINK.findall(page(service, "/place?page=2", "en")):
        assert service.get(unescape(target), headers={"accept": "text/html"}).status_code == 200


def told(text: str) -> dict[str, object]:
    (found,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    document: dict[str, object] = json.loads(found)
    assert document["@context"] == "https://schema.org/"
    return document


def test_the_home_page_is_the_catalogue_for_search_engines(service: httpx.Client) -> None:
    found = told(page(service, "/", "en"))
    assert (found["@type"], found["@id"]) == ("DataCatalog", f"{BASE}catalogue")
    assert found["url"] == f"{service.base_url}".rstrip("/") + "/"
    assert isinstance(found["dataset"], list)
    assert found["dataset"][0]["@id"] == f"{BASE}dataset"


@pytest.mark.parametrize("name", ["dataset", "dataset/bqwgraph", "dataset/gazetteer"])
def test_a_dataset_has_what_search_engines_want_of_one(service: httpx.Client, name: str) -> None:
    found = told(page(service, f"/{name}", "en"))
    assert (found["@type"], found["@id"]) == ("Dataset", BASE + name)
    assert str(found["license"]).startswith("http")
    assert found["includedInDataCatalog"] == {"@id": f"{BASE}catalogue"}
    for word, most in (("name", 1000), ("description", 5000)):
        texts = found[word]
        assert isinstance(texts, list)
        assert {text["@language"] for text in texts} == {"zh-Hans", "en"}
        assert all(0 < len(text["@value"]) < most for text in texts)
        assert word == "name" or all(len(text["@value"]) >= 50 for text in texts if text["@language"] == "en")


def test_a_page_that_says_what_is_wrong_has_no_lasting_address(service: httpx.Client) -> None:
    answer = service.get("/place/none", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert not LINK.findall(answer.text)
    assert not META.findall(answer.text)
