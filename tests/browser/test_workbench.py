"""The query workbench in a real browser: what a reader does with it, in both languages, wide and narrow, light and dark."""

import csv
import re
import subprocess
import sys
from typing import Literal
from urllib.parse import parse_qs, quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from bqwgraph.graph.namespaces import PREFIXES
from browser.conftest import OpenPage, shoot, violations

COUNTIES = "各县（市、区）典型村占比"
ACTIONS = "SELECT ?action { ?action a bqw:Action ; bqw:order ?n } ORDER BY ?n"
PLACES = "SELECT ?p { ?d bqw:designates ?p }"


@pytest.fixture(autouse=True)
def _built(service: httpx.Client) -> None:
    if service.get("/static/workbench.js").status_code != httpx.codes.OK:
        pytest.skip("the package was built without npm: there is no workbench, and the plain form is tested elsewhere")


def asking(query: str, lang: str = "zh-Hans") -> str:
    """Return the address of a query of the house's prefixes; it declares those that it uses."""
    used = sorted({prefix for prefix in re.findall(r"\b(\w+):\w", query) if prefix in PREFIXES})
    query = "".join(f"PREFIX {prefix}: <{PREFIXES[prefix]}>\n" for prefix in used) + query
    return f"/sparql?query={quote(query)}&lang={lang}"


def write(page: Page, text: str) -> None:
    """Put the text in place of what the editor holds, key by key."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


def run(page: Page) -> None:
    page.keyboard.press("Escape")
    page.keyboard.press("Control+Enter")


def text_of(page: Page) -> str:
    return "\n".join(line.strip("\n") for line in page.locator(".cm-line").all_inner_texts())


def accept(page: Page, key: str) -> None:
    page.wait_for_timeout(200)  # a list that has only just come up takes no keys, so that nobody accepts what he has not seen
    page.keyboard.press(key)


def test_an_example_is_run_and_edited(page: OpenPage) -> None:
    opened = page("/sparql?lang=zh-Hans")
    opened.get_by_label("筛选示例").fill("占比")
    opened.get_by_role("link", name=COUNTIES, exact=True).first.click()
    expect(opened.locator("#result tbody tr")).to_have_count(7)
    assert text_of(opened).startswith("# 各县（市、区）有几个典型村")
    opened.locator(".cm-content").click()
    opened.keyboard.press("Control+End")
    opened.keyboard.type("\nLIMIT 2")
    run(opened)
    expect(opened.locator("#result tbody tr")).to_have_count(2)
    expect(opened.locator("#result .notice")).to_have_text("行数到了查询自己的 LIMIT 2，可能还有更多。")


def test_a_syntax_error_is_shown_on_its_line_and_goes_when_it_is_mended(page: OpenPage) -> None:
    opened = page("/sparql?lang=en", lang="en", refusals={400})
    write(opened, "ASK\n{ ?s foo:a ?o }")
    run(opened)
    expect(opened.get_by_role("alert")).to_contain_text("the prefix foo: is not declared")
    assert "✕" in mark_on(opened, 2)
    opened.get_by_role("button", name="Go to line 2, column 6").click()
    for _ in "foo":
        opened.keyboard.press("Delete")
    opened.keyboard.type("bqw")
    run(opened)
    expect(opened.locator("#result .truth")).to_have_text("No (false)")
    expect(opened.locator(".cm-lint-marker")).to_have_count(0)


def mark_on(page: Page, line: int) -> str:
    """Return the sign in the margin of a line."""
    top = page.locator(".cm-line").nth(line - 1).bounding_box()
    marks = page.locator(".cm-lint-marker-error")
    expect(marks).to_have_count(1)
    mark = marks.bounding_box()
    assert top is not None
    assert mark is not None
    assert abs(mark["y"] - top["y"]) < top["height"]
    return str(marks.evaluate("mark => getComputedStyle(mark, '::before').content"))


@pytest.mark.parametrize("typed", ["鹤山", "Heshan", "heshan", "440784", "place:鹤山", "鹤山巿"])
def test_a_place_is_completed_by_any_of_its_names(page: OpenPage, service: httpx.Client, typed: str) -> None:
    service.get("/search", params={"q": typed}).raise_for_status()  # returns when the index is made
    opened = page("/sparql?lang=zh-Hans")
    write(opened, f"SELECT * {{ ?p bqw:within {typed}")
    first = opened.locator(".cm-tooltip-autocomplete li").first
    expect(first).to_contain_text("place:nbs2023-440784")
    expect(first).to_contain_text("鹤山市 · Heshan City")
    accept(opened, "Tab")
    assert text_of(opened).startswith(
        "PREFIX bqw: <https://w3id.org/bqwgraph/ontology#>\nPREFIX place: <https://w3id.org/bqwgraph/place/>\n"
    )
    assert "SELECT * { ?p bqw:within place:nbs2023-440784}" in text_of(opened)
    run(opened)
    expect(opened.locator("#result .told")).to_contain_text("行")


def test_without_the_search_a_place_is_completed_by_sparql(page: OpenPage) -> None:
    opened = page("/sparql?lang=en", lang="en", refusals={404})
    opened.route("**/search?*", lambda route: route.fulfill(status=404))
    write(opened, "SELECT * { ?p bqw:within heshan")
    expect(opened.locator(".cm-tooltip-autocomplete li").first).to_contain_text("place:nbs2023-440784")


@pytest.mark.parametrize(
    ("typed", "completed", "said"),
    [
        ("?s a bqw:Pol", "bqw:Policy", "政策文件"),
        ("?s a 政策", "bqw:Policy", "政策文件"),
        ("?s directlyW", "bqw:directlyWithin", "直属"),
    ],
)
def test_terms_are_completed_by_name_and_label(page: OpenPage, typed: str, completed: str, said: str) -> None:
    opened = page("/sparql?lang=zh-Hans")
    write(opened, f"SELECT * {{ {typed}")
    first = opened.locator(".cm-tooltip-autocomplete li").first
    expect(first).to_contain_text(completed)
    expect(first).to_contain_text(said)
    accept(opened, "Enter")
    assert f" {completed}}}" in text_of(opened)


def test_nothing_is_completed_in_comments_and_strings(page: OpenPage) -> None:
    opened = page("/sparql?lang=en", lang="en")
    write(opened, "# 鹤山")
    opened.wait_for_timeout(600)
    expect(opened.locator(".cm-tooltip-autocomplete")).to_have_count(0)


def test_prefixes_of_a_pasted_query_are_declared_when_it_runs(page: OpenPage) -> None:
    opened = page("/sparql?lang=en", lang="en")
    opened.locator(".cm-content").click()
    opened.keyboard.press("Control+A")
    opened.keyboard.insert_text("SELECT ?m { ?m a bqw:Measure }")  # as a paste does: at once
    run(opened)
    expect(opened.locator("#result .told")).to_contain_text("49 rows")
    opened.wait_for_timeout(1200)  # until the editor has looked at it
    expect(opened.locator(".cm-lint-marker")).to_have_count(0)
    assert text_of(opened).startswith("PREFIX bqw: <https://w3id.org/bqwgraph/ontology#>")


def test_things_are_shown_by_their_names_and_lead_to_their_pages(page: OpenPage) -> None:
    opened = page(asking(ACTIONS, "en"), lang="en")
    first = opened.locator("#result tbody a").first
    expect(first).not_to_have_text("action:1")
    expect(opened.locator("#result tbody code").first).to_have_text("action:1")
    name = first.inner_text()
    first.click()
    expect(opened.locator("h1")).to_contain_text(name)
    assert urlsplit(opened.url).path == "/action/1"


def test_a_long_table_is_paged_by_keyboard(page: OpenPage) -> None:
    opened = page(asking("SELECT ?s { ?s ?p ?o } LIMIT 250", "en"), lang="en")
    expect(opened.locator(".turner")).to_contain_text("rows 1–100 of 250")
    later = opened.get_by_role("button", name="100 later")
    later.press("Enter")
    opened.get_by_role("button", name="100 later").press("Enter")
    expect(opened.locator(".turner")).to_contain_text("rows 201–250 of 250")
    expect(opened.locator("#result tbody tr")).to_have_count(50)
    expect(opened.get_by_role("button", name="100 later")).to_be_disabled()


def test_a_table_is_downloaded(page: OpenPage) -> None:
    opened = page(asking(ACTIONS))
    with opened.expect_download() as download:
        opened.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.reader(download.value.path().read_text("utf-8").splitlines()))
    assert rows[0] == ["action"]
    assert rows[1:] == [[f"https://w3id.org/bqwgraph/action/{number}"] for number in range(1, 11)]


def test_a_permanent_link_leads_to_the_query_its_view_and_its_answer(page: OpenPage, service: httpx.Client) -> None:
    opened = page("/sparql?lang=en", lang="en")
    write(opened, "SELECT ?p ?wkt { ?p geo:hasGeometry/geo:asWKT ?wkt } LIMIT 3")
    run(opened)
    opened.get_by_role("tab", name="Map").click()
    expect(opened.locator(".map .spot")).to_have_count(3)
    assert urlsplit(opened.url).fragment == "map"
    assert service.get("/health").json()["snapshot"].startswith(opened.locator(".away code").first.inner_text())
    query = parse_qs(urlsplit(opened.locator("#permalink").get_attribute("href") or "").query)["query"][0]
    assert "hasGeometry" in query
    again = page(opened.url.removeprefix(str(service.base_url)), lang="en")
    expect(again.locator(".map .spot")).to_have_count(3)
    assert text_of(again) == query


def test_going_back_brings_the_query_before(page: OpenPage) -> None:
    opened = page(asking("ASK { }", "en"), lang="en")
    expect(opened.locator(".truth")).to_be_visible()
    write(opened, "SELECT ?a { }")
    run(opened)
    expect(opened.locator("#result .told")).to_contain_text("1 row")
    opened.go_back()
    expect(opened.locator(".truth")).to_be_visible()
    assert text_of(opened) == "ASK { }"


def test_places_are_put_on_a_map_and_villages_at_their_town_s_seat(page: OpenPage) -> None:
    opened = page(asking(PLACES))
    opened.get_by_role("tab", name="地图").click()
    expect(opened.locator(".map figcaption")).to_contain_text("59 处没有自己的坐标，计在所属镇街的驻地")
    expect(opened.get_by_text("图中各处（66）")).to_be_visible()
    expect(opened.locator(".map a[aria-label^=外海街道]")).to_have_attribute("aria-label", re.compile("外海街道：.*麻三村"))


def test_numbers_are_drawn_as_bars_as_long_as_they_say(page: OpenPage) -> None:
    opened = page("/sparql?lang=zh-Hans&example=typical-villages-by-county")
    opened.get_by_role("button", name="运行").click()
    opened.get_by_role("tab", name="图表").click()
    expect(opened.locator(".chart .bar")).to_have_count(7)
    widths = {
        bar.locator("text").first.inner_html(): float(bar.locator("rect").get_attribute("width") or 0)
        for bar in opened.locator(".chart g").all()
    }
    assert widths["新会区"] / widths["台山市"] == pytest.approx(8 / 10, abs=0.01)
    expect(opened.get_by_role("img", name="台山市 10")).to_be_visible()


def test_a_graph_is_a_table_of_statements_and_turtle(page: OpenPage) -> None:
    opened = page(asking("DESCRIBE <https://w3id.org/bqwgraph/place/nbs2023-440784>", "en"), lang="en")
    expect(opened.locator("#result .told")).to_contain_text("statements")
    expect(opened.locator("#result thead")).to_contain_text("predicate")
    opened.get_by_role("tab", name="Raw").click()
    expect(opened.locator("#panel-raw")).to_contain_text("@prefix place: <https://w3id.org/bqwgraph/place/>")
    expect(opened.get_by_role("link", name="Turtle")).to_be_visible()


def test_a_query_that_the_service_stops_is_told_in_words(page: OpenPage) -> None:
    opened = page("/sparql?lang=zh-Hans", refusals={504, 403})
    opened.route("**/sparql", lambda route: route.continue_(url=f"{route.request.url}?timeout=0.3"))
    write(opened, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    run(opened)
    expect(opened.get_by_role("alert")).to_contain_text("查询超过了时间限制，已被停止，没有结果")
    write(opened, "SELECT * { SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }")
    run(opened)
    expect(opened.get_by_role("alert")).to_contain_text("这里不允许这样的查询")


def test_a_running_query_is_stopped_by_the_same_button(page: OpenPage) -> None:
    opened = page("/sparql?lang=en", lang="en")
    write(opened, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    run(opened)
    opened.get_by_role("button", name="Stop").click()
    expect(opened.locator("#result .notice")).to_have_text("Stopped.")
    expect(opened.get_by_role("button", name="Run")).to_be_visible()


def test_code_to_copy_asks_the_same(page: OpenPage) -> None:
    opened = page(asking('SELECT ("it\'s" AS ?a) ?o { bqw:Policy rdfs:label ?o FILTER(LANG(?o) = "en") }', "en"), lang="en")
    expect(opened.locator("#result .told")).to_contain_text("1 row")
    code = dict(zip(["curl", "python", "r", "node"], opened.locator(".copies pre code").all_text_contents(), strict=True))
    for command in (
        ["bash", "-c", code["curl"]],
        [sys.executable, "-c", code["python"]],
        ["node", "--input-type=module", "-e", code["node"]],
    ):
        answer = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=60).stdout
        assert "it's" in answer
        assert "Policy" in answer


def test_the_permanent_link_is_copied(page: OpenPage) -> None:
    opened = page(asking(ACTIONS, "en"), lang="en")
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    opened.get_by_role("button", name="Copy the link").click()
    expect(opened.locator(".copier [role=status]").first).to_have_text("Copied")
    assert opened.evaluate("navigator.clipboard.readText()") == opened.evaluate("document.querySelector('#permalink').href")


def test_everything_is_reached_by_keyboard_and_the_editor_can_be_left(page: OpenPage) -> None:
    opened = page(asking(ACTIONS, "en"), lang="en")
    expect(opened.get_by_role("tab", name="Table")).to_be_visible()
    opened.locator(".cm-content").focus()
    opened.keyboard.press("Escape")
    opened.keyboard.press("Tab")
    expect(opened.get_by_role("button", name="Run")).to_be_focused()
    opened.get_by_role("tab", name="Table").focus()
    opened.keyboard.press("ArrowRight")
    expect(opened.get_by_role("tab", name="Raw")).to_be_focused()
    expect(opened.locator("#panel-raw pre")).to_be_visible()
    opened.keyboard.press("Home")
    expect(opened.get_by_role("tab", name="Table")).to_have_attribute("aria-selected", "true")
    expect(opened.get_by_role("textbox", name="SPARQL query editor")).to_have_attribute(
        "aria-description", re.compile("Escape, then Tab")
    )


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_each_view_is_accessible_and_fits(
    page: OpenPage, lang: Literal["zh-Hans", "en"], width: int, scheme: Literal["light", "dark"]
) -> None:
    query = (
        "SELECT ?place (COUNT(?village) AS ?villages) { ?d bqw:designates ?village . ?village bqw:directlyWithin ?place } "
        "GROUP BY ?place ORDER BY DESC(?villages)"
    )
    opened = page(asking(query, lang), lang=lang, width=width, scheme=scheme)
    for tab, shown in {"table": ".answer tbody code", "map": ".map .spot", "chart": ".chart .bar", "raw": ".raw"}.items():
        opened.locator(f"#tab-{tab}").click()
        expect(opened.locator(shown).first).to_be_visible()
        shoot(opened, f"workbench-{tab}-{lang}-{width}-{scheme}")
        assert violations(opened) == [], tab
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, tab


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
def test_without_javascript_the_form_answers(page: OpenPage, lang: Literal["zh-Hans", "en"]) -> None:
    opened = page("/sparql?example=typical-places&lang=" + lang, lang=lang, js=False)
    opened.get_by_role("button", name="Run" if lang == "en" else "运行").click()
    expect(opened.locator("#result tbody tr")).to_have_count(67)
    link = opened.locator("#result tbody a").first
    expect(link).to_have_text("Heshan City" if lang == "en" else "鹤山市")
    assert opened.locator("#result tbody code").first.inner_text() == "place:nbs2023-440784"
    shoot(opened, f"workbench-plain-{lang}")
    link.click()
    assert urlsplit(opened.url).path == "/place/nbs2023-440784"
