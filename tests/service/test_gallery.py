"""The pages of the saved queries: by topic, with pickers, readable results, and what they were tested with."""

import csv
import html
import io
import re
import shlex

import httpx
import pytest
import yaml

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.pages.rendering import LANGUAGES
from bqwgraph.queries.saved import load
from conftest import ROOT

HTML = {"accept": "text/html"}
MESSAGES = ROOT / "src" / "bqwgraph" / "web" / "messages"


def page(service: httpx.Client, name: str, lang: str = "en", **values: str) -> str:
    response = service.get(f"/queries/{name}", params={**values, "lang": lang}, headers=HTML)
    assert response.status_code == 200, response.text
    return response.text


def cells(text: str) -> list[list[str]]:
    rows = re.findall(r"<tr>(<td.*?)</tr>", text)
    return [[html.unescape(re.sub("<.*?>", "", cell)) for cell in re.findall("<td.*?</td>", row)] for row in rows]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_query_stands_once_in_the_gallery_in_both_languages(service: httpx.Client, folder: GraphFolder, lang: str) -> None:
    text = service.get("/queries", params={"lang": lang}, headers=HTML).text
    for name, query in load(folder).items():
        assert text.count(f'<li class="card" id="{name}">') == 1
        assert html.escape(query.question[lang], quote=False) in html.unescape(text) or query.question[lang] in html.unescape(
            text
        )
        assert f'href="/queries/{name}?lang={lang}"' in text


def test_a_topic_shows_the_queries_that_have_it(service: httpx.Client, folder: GraphFolder) -> None:
    text = service.get("/queries", params={"topic": "targets", "lang": "en"}, headers=HTML).text
    shown = set(re.findall(r'<li class="card" id="([^"]+)">', text))
    assert shown == {name for name, query in load(folder).items() if "targets" in query.tags}
    assert 'aria-current="true">Targets and industries' in text
    listed = service.get("/queries", params={"topic": "targets", "format": "json"}).json()
    assert {query["name"] for query in listed} == shown
    none = service.get("/queries", params={"topic": "<b>", "lang": "en"}, headers=HTML)
    assert none.status_code == 200
    assert "No query has this topic" in none.text


def test_every_topic_and_every_column_has_a_name_in_both_languages(folder: GraphFolder) -> None:
    said = {name for part in MESSAGES.glob("*.yaml") for name in yaml.safe_load(part.read_text("utf-8"))}
    queries = load(folder)
    assert {f"topic_{tag}" for query in queries.values() for tag in query.tags} <= said
    columns = set[str]()
    for path in (ROOT / "tests" / "expected").glob("*.csv"):
        columns |= set(next(csv.reader(io.StringIO(path.read_text("utf-8")))))
    assert {f"column_{re.sub('_(zh|en)$', '', column)}" for column in columns} <= said


def test_where_a_value_must_be_given_the_page_begins_with_the_example(service: httpx.Client) -> None:
    text = page(service, "policies-for-place", "zh-Hans")
    assert 'value="鹤山市"' in text
    assert "没有填写，下面是示例的结果。" in text
    assert cells(text) == cells(page(service, "policies-for-place", "zh-Hans", place="鹤山市"))
    assert "没有填写" not in page(service, "policies-for-place", "zh-Hans", place="鹤山市")
    assert "没有填写" not in page(service, "policies", "zh-Hans")


def test_actions_policies_and_concepts_are_picked_by_their_names(service: httpx.Client) -> None:
    text = page(service, "policy-links", action="5", basis="implied")
    assert '<option value="">any</option>' in text
    assert '<option value="5" selected>5 Action for Integrated Urban–Rural Development</option>' in text
    assert text.index('<option value="5.3">') < text.index('<option value="10">')
    assert '<option value="implied" selected>implied</option>' in text
    assert re.search(r'<option value="1">1 Implementation Plan of Jiangmen', text)
    levels = page(service, "typical-places", "zh-Hans", level="village")
    assert '<option value="village" selected>村级</option>' in levels
    by_name = page(service, "policies-for-action", "zh-Hans", action="城乡融合发展行动")
    assert '<option value="5" selected>' in by_name


def test_places_are_suggested_and_may_be_typed(service: httpx.Client) -> None:
    text = page(service, "places-within", place="place:nbs2023-440784")
    assert 'value="place:nbs2023-440784"' in text
    assert '<option value="开平市">Kaiping City</option>' in text
    assert '<option value="共和镇">Gonghe Town</option>' in text
    assert "五洞村" not in text


def test_things_are_shown_by_name_and_lead_to_their_pages(service: httpx.Client) -> None:
    text = page(service, "policies-for-place", "en", place="鹤山市")
    assert re.search(r'<a href="/policy/3\?lang=en" lang="en">Action Plan of Jiangmen City for Advancing Paired', text)
    assert '<td lang="zh-Hans">江门市推进东西部县(市、区)结对合作行动方案</td>' in text
    chinese = page(service, "policies-for-place", "zh-Hans", place="鹤山市")
    assert '<a href="/policy/3?lang=zh-Hans">policy:3</a>' in chinese  # its title stands beside it


@pytest.mark.parametrize(("lang", "words"), [("zh-Hans", "适用于所在地"), ("en", "applies within")])
def test_bare_names_are_shown_as_words_with_the_name_beside(service: httpx.Client, lang: str, words: str) -> None:
    text = page(service, "policies-for-place", lang, place="鹤山市")
    assert f'<td title="applies-within">{words}</td>' in text
    assert "applies-within" in service.get("/queries/policies-for-place?place=鹤山市&format=csv").text


def test_numbers_and_columns_can_be_read(service: httpx.Client) -> None:
    text = page(service, "targets", "zh-Hans")
    assert '<td class="number">100,000,000,000</td>' in text
    assert '<th scope="col" title="indicator_zh">指标（中）</th>' in text
    assert '<th scope="col" title="indicator_zh">Indicator (Chinese)</th>' in page(service, "targets", "en")


def test_what_was_keyed_in_is_told_and_compared(service: httpx.Client) -> None:
    text = page(service, "policies-for-place", "en", place="鹤山市")
    assert "agrees line by line with 11 rows" in text
    assert 'href="/queries/policies-for-place?place=%E6%B1%9F%E9%97%A8%E5%B8%82&amp;lang=en"' in text
    assert "agrees line by line" not in page(service, "policies-for-place", "en", place="台山市")
    assert "as was keyed in from the document, which has none" in page(service, "policies-for-action", "en", action="7")


def test_the_downloads_and_the_line_for_a_terminal_give_the_answer(service: httpx.Client) -> None:
    text = page(service, "policies-for-place", place="鹤山市")
    links = re.findall(r'href="(/queries/policies-for-place\?[^"]*format=[a-z]+)"', text)
    kinds = {service.get(html.unescape(link)).headers["content-type"].partition(";")[0] for link in links}
    json, xml = "application/sparql-results+json", "application/sparql-results+xml"
    assert kinds == {"text/csv", "text/tab-separated-values", json, xml}
    (line,) = re.findall(r"<code lang=\"en\">(curl .*?)</code>", text)
    words = shlex.split(html.unescape(line))
    assert words[:4] == ["curl", "-H", "Accept: text/csv", "-G"]
    assert words[4].endswith("/queries/policies-for-place")
    assert words[5:] == ["--data-urlencode", "place=鹤山市"]
    opened = re.findall(r'href="(/sparql\?query=[^"]+)"', text)
    assert "policy:" in service.get(html.unescape(opened[0]), headers=HTML).text


def test_a_wrong_value_leads_to_the_nearest(service: httpx.Client) -> None:
    wrong = service.get("/queries/policies-for-place", params={"place": "鹤山", "lang": "en"}, headers=HTML)
    assert wrong.status_code == 422
    (link,) = re.findall(r'<li><a href="([^"]+)">鹤山市 place:nbs2023-440784</a>', wrong.text)
    assert cells(service.get(html.unescape(link), headers=HTML).text)


WRONG = [
    ("policies-for-place", "place=鹤山", "place：图谱中没有叫“鹤山”的地方；请填 IRI、前缀名、代码或编号，或完整的名称"),
    ("policies-for-place", "place=莲塘村", "place：“莲塘村”有 2 个；请用 IRI 或代码说明是哪一个"),
    ("policies-for-place", "place=999999", "place：没有哪个地方的 nbs2023 代码是 999999"),
    ("policies-for-place", "place=action:5", "place：没有这样的地方：action:5"),
    ("policies-for-place", "place=" + "x" * 400, "place：超过 300 个字符；例如：鹤山市"),
    ("policies-for-place", "place=%20", "place：没有填写；例如：鹤山市"),
    ("policies-for-place", "place=1&place=2", "place：给了不止一次"),
    ("policies-for-place", "place=鹤山市&nothing=1", "nothing：policies-for-place 没有这个参数；它的参数是 place"),
    ("actions", "nothing=1", "nothing：actions 没有这个参数；它不带参数"),
    ("policy-links", "basis=x", "basis：应是以下之一：shared-term, implied, candidate, rejected"),
    ("targets-due", "year=25", "year：应是四位数的年份，例如 2025，而不是“25”"),
    ("counties-with-typical-villages", "at_least=ten", "at_least：应是数字，例如 10，而不是“ten”"),
]


@pytest.mark.parametrize(("name", "asked", "told"), WRONG)
def test_what_is_wrong_with_a_value_is_told_in_the_page_s_language(
    service: httpx.Client, name: str, asked: str, told: str
) -> None:
    page = service.get(f"/queries/{name}?{asked}&lang=zh-Hans", headers=HTML)
    assert page.status_code == 422
    (said,) = re.findall(r'<p role="alert" class="error" lang="zh-Hans">(.*?)</p>', page.text)
    assert html.unescape(said) == told
    download = service.get(f"/queries/{name}?{asked}&lang=zh-Hans&format=csv", headers=HTML)
    assert download.status_code == 422
    assert f'<p role="alert" lang="zh-Hans">{said}</p>' in download.text
    assert "<h1>422 所填的内容不对</h1>" in download.text
    problem = service.get(f"/queries/{name}?{asked}&format=csv", headers={"Accept-Language": "zh"}).json()
    assert problem["title"] == "Unprocessable Entity"
    assert not re.search("[\u4e00-\u9fff]", re.sub("鹤山市?|莲塘村", "", problem["detail"])), "programs are told in English"


def test_how_a_code_was_read_is_told_in_the_page_s_language(service: httpx.Client) -> None:
    asked = "/queries/policies-for-place?place=440703101&lang="
    assert "440703101 按 nbs2023 代码读作" in service.get(asked + "zh-Hans", headers=HTML).text
    assert "440703101 is read as the nbs2023 code" in service.get(asked + "en", headers=HTML).text


@pytest.mark.parametrize("query", ["path=1", "self=1", "nothing=<b>", "place=1&place=2", "place=%00", "place=" + "x" * 400])
def test_odd_parameters_are_told(service: httpx.Client, query: str) -> None:
    answer = service.get(f"/queries/policies-for-place?{query}", headers=HTML)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "<b>" not in answer.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_query_has_a_page(service: httpx.Client, folder: GraphFolder, lang: str) -> None:
    for name, query in load(folder).items():
        text = page(service, name, lang)
        assert query.title[lang] in html.unescape(text)
        assert 'class="results"' in text or "No results" in text or "没有结果" in text, name
