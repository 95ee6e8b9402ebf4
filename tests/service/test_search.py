"""``/search`` over HTTP: the page, the JSON, and what hostile or odd input meets."""

import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bqwgraph.pages.rendering import LANGUAGES
from bqwgraph.search.index import GROUPS
from conftest import ROOT

HTML = {"accept": "text/html"}
JSON = {"accept": "application/json"}


def results(service: httpx.Client, q: str, **parameters: str) -> list[dict[str, object]]:
    response = service.get("/search", params={"q": q, **parameters}, headers=JSON)
    assert response.status_code == 200
    found: list[dict[str, object]] = response.json()["results"]
    return found


def test_json_by_accept_and_by_format(service: httpx.Client) -> None:
    accepted = service.get("/search", params={"q": "鹤山"}, headers=JSON)
    named = service.get("/search", params={"q": "鹤山", "format": "json"}, headers=HTML)
    assert accepted.headers["content-type"] == named.headers["content-type"] == "application/json"
    first = accepted.json()["results"][0]
    assert first | {"score": 0} == {
        "iri": "https://w3id.org/bqwgraph/place/nbs2023-440784",
        "url": f"{str(service.base_url).rstrip('/')}/place/nbs2023-440784?lang=zh-Hans",
        "label": {"zh-Hans": "鹤山市", "en": "Heshan City"},
        "kind": "bqw:Place",
        "kind_label": {"zh-Hans": "县级市", "en": "County-level city"},
        "level": "county",
        "group": "places",
        "score": 0,
        "within": {
            "iri": "https://w3id.org/bqwgraph/place/nbs2023-4407",
            "url": f"{str(service.base_url).rstrip('/')}/place/nbs2023-4407?lang=zh-Hans",
            "label": {"zh-Hans": "江门市", "en": "Jiangmen City"},
        },
    }
    assert service.get(str(first["url"])).status_code == 200


def test_limit_and_group(service: httpx.Client) -> None:
    response = service.get("/search", params={"q": "鹤山", "limit": "2", "format": "json"}).json()
    assert (len(response["results"]), response["more"]) == (2, True)
    assert {found["group"] for found in results(service, "鹤山", group="places")} == {"places"}
    for wrong in ({"limit": "0"}, {"limit": "101"}, {"limit": "many"}, {"group": "none"}):
        assert service.get("/search", params={"q": "鹤山", **wrong}).status_code == 400


@pytest.mark.parametrize(
    ("lang", "label", "other"), [("zh-Hans", "五洞村", "Wudong Village"), ("en", "Wudong Village", "五洞村")]
)
def test_the_page_shows_both_names_what_and_where(service: httpx.Client, lang: str, label: str, other: str) -> None:
    page = service.get("/search", params={"q": "伍洞村", "lang": lang}, headers=HTML).text
    (first,) = re.findall(r'<ol class="plain found">\s*<li>(.*?)</li>', page, re.DOTALL)[:1]
    assert f'href="/place/nbs2023-440703101219?lang={lang}"' in first
    assert label in first
    assert other in first
    assert ("蓬江区棠下镇" if lang == "zh-Hans" else "Tangxia Town, Pengjiang District") in first


def test_what_was_typed_is_marked_and_stays_in_the_field(service: httpx.Client) -> None:
    page = service.get("/search", params={"q": "鹤山", "lang": "zh-Hans"}, headers=HTML).text
    assert "<mark>鹤山</mark>市" in page
    assert 'name="q" value="鹤山"' in page


def test_a_group_with_more_links_to_all_of_it(service: httpx.Client) -> None:
    page = service.get("/search", params={"q": "鹤山", "lang": "en"}, headers=HTML).text
    link = re.search(r'href="(/search\?q=%E9%B9%A4%E5%B1%B1&amp;group=places&amp;lang=en)"', page)
    assert link is not None
    whole = service.get(link[1].replace("&amp;", "&"), headers=HTML).text
    assert whole.count("<li><a") > page.count("/place/")
    assert 'id="terms"' not in whole


def test_a_code_with_two_meanings_is_told(service: httpx.Client) -> None:
    (note,) = service.get("/search", params={"q": "440703101"}, headers=JSON).json()["notes"]
    assert note.keys() == set(LANGUAGES)
    assert "place:nbs2023-440703101" in note["en"]
    assert "mca2026:440703101" in note["zh-Hans"]
    assert note["en"] in service.get("/search", params={"q": "440703101", "lang": "en"}, headers=HTML).text


def test_nothing_found_says_how_to_go_on(service: httpx.Client) -> None:
    response = service.get("/search", params={"q": "zzzzzz", "lang": "en"}, headers=HTML)
    assert response.status_code == 200
    assert "Nothing fits" in response.text
    assert '<a href="/search?q=heshan&amp;lang=en">' in response.text


def test_what_was_typed_is_escaped(service: httpx.Client) -> None:
    evil = "<script>alert(1)</script>\"'><img src=x>"
    page = service.get("/search", params={"q": evil}, headers=HTML).text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_an_answer_is_known_by_its_tag(service: httpx.Client) -> None:
    for headers in (HTML, JSON):
        first = service.get("/search", params={"q": "heshan"}, headers=headers)
        again = service.get("/search", params={"q": "heshan"}, headers={**headers, "if-none-match": first.headers["etag"]})
        assert again.status_code == 304
        assert "Accept-Language" in first.headers["vary"]


def test_every_page_has_the_field_and_the_script(service: httpx.Client) -> None:
    page = service.get("/queries?lang=en", headers=HTML).text
    assert '<form class="find" role="search" action="/search"' in page
    script = service.get(re.findall(r'<script src="([^"]+)" defer>', page)[0])
    assert script.status_code == 200
    assert len(script.content) < 4096


def test_every_group_has_a_name() -> None:
    said = yaml.safe_load((ROOT / "src/bqwgraph/web/messages/search.yaml").read_text("utf-8"))
    assert {f"search_{group}" for group in GROUPS} <= said.keys()


def test_the_index_goes_with_the_service(tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from bqwgraph.cli import main; main()", "serve", "--port", "0"]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, encoding="utf-8") as process:
        try:
            assert process.stdout is not None
            address = next(found[0] for line in process.stdout if (found := re.search(r"http://[0-9.:]+(?=/queries)", line)))
            assert httpx.get(f"{address}/search?q=heshan&format=json", timeout=60).status_code == 200
            assert list(tmp_path.glob("bqwgraph-search-*/index.sqlite"))
        finally:
            process.terminate()
        assert process.wait(30) == 0
    assert not list(tmp_path.glob("bqwgraph-search-*"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300), st.sampled_from(["json", "html"]))
def test_any_bytes_are_answered(service: httpx.Client, typed: bytes, written: str) -> None:
    quoted = "".join(f"%{byte:02X}" for byte in typed)
    assert service.get(f"/search?q={quoted}&format={written}").status_code == 200
