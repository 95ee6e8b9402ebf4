"""The pages for those who take the data away, and for those who add to it."""

import re
from html import unescape
from pathlib import Path

import httpx
import pytest

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.pages.guide import PATTERNS, patterns
from bqwgraph.pages.rendering import LANGUAGES
from conftest import ROOT, fetch


def page(service: httpx.Client, path: str, lang: str) -> str:
    answer = service.get(path, params={"lang": lang})
    assert answer.status_code == 200
    assert answer.headers["content-language"] == lang
    return unescape(answer.text)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["/data", "/contribute"])
def test_every_link_and_every_address_leads_somewhere(service: httpx.Client, path: str, lang: str) -> None:
    text = page(service, path, lang)
    links = set(re.findall(r'href="(/[^"]*)"', text)) | set(re.findall(r"<code>(http://[^<… ]+)</code>", text))
    assert len(links) > 10
    assert [link for link in sorted(links) if fetch(service, link).status_code != 200] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_commands_on_the_data_page_name_what_is_served(service: httpx.Client, lang: str) -> None:
    text = page(service, "/data", lang).partition("<main")[2]
    asked = set(re.findall(r"http://[\w.:]+/[\w./-]+", " ".join(re.findall(r"<pre[^>]*><code>(.*?)</code>", text, re.DOTALL))))
    assert len(asked) == 5
    for address in asked:
        assert fetch(service, address).status_code == 200, address
    assert "CC BY 4.0" in text


def test_patterns_are_blocks_of_the_graph_itself(folder: GraphFolder) -> None:
    shown = {pattern.of: pattern for pattern in patterns(folder.root)}
    assert shown.keys() == PATTERNS.keys()
    for pattern in shown.values():
        lines = (ROOT / pattern.file).read_text("utf-8").splitlines()
        assert "\n".join(lines[pattern.line - 1 :]).startswith(pattern.text)
    assert shown["policy"].text.splitlines()[0] == "policy:5"
    assert shown["policy"].text.endswith("prov:hadPrimarySource source:panorama .")
    assert "a bqw:Place ;" in shown["place"].text


def test_a_folder_without_them_shows_none(tmp_path: Path) -> None:
    assert patterns(tmp_path) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_contributors_see_each_pattern_with_its_file_and_line(service: httpx.Client, folder: GraphFolder, lang: str) -> None:
    text = page(service, "/contribute", lang)
    for pattern in patterns(folder.root):
        assert f"<code>{pattern.file}:{pattern.line}</code>" in text
        assert pattern.text in text
