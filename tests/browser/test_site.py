"""The pages that people read, in Chromium: each kind in both languages, wide and narrow, light and dark, without scripts too."""

import re
from itertools import combinations
from typing import Literal

import httpx
import pytest
from playwright.sync_api import Page, expect

from browser.conftest import OpenPage, shoot, violations
from conftest import fetch

Lang = Literal["zh-Hans", "en"]
LANGS: tuple[Lang, ...] = ("zh-Hans", "en")
PAGES = {
    "home": "/",
    "county": "/place/nbs2023-440784",
    "village": "/place/nbs2023-440703101219",
    "policy": "/policy/4",
    "action": "/action/5",
    "measure": "/measure/5-3",
    "target": "/target/4-2",
    "contribution": "/contribution/3-action-5",
    "excerpt": "/excerpt/1713-1716",
    "list": "/place",
    "ontology": "/ontology",
    "scheme": "/vocab/origin",
    "shape": "/shapes/Action",
    "queries": "/queries",
    "query": "/queries/typical-villages-by-county",
    "data": "/data",
    "dumps": "/dumps/",
    "changes": "/changes",
    "contribute": "/contribute",
    "validate": "/validate",
    "search": "/search?q=heshan",
    "lost": "/place/nowhere",
}
LARGEST = 100_000
"""Bytes of a page and of what it loads, compressed."""
SHIFT = 0.02


@pytest.fixture(scope="module", autouse=True)
def ready(service: httpx.Client) -> None:
    for path in ("/dumps/", "/search?q=heshan"):
        fetch(service, path)


def opened(page: OpenPage, name: str, lang: Lang, *, width: int = 1280, scheme: Literal["light", "dark"] = "light") -> Page:
    path = f"{PAGES[name]}{'&' if '?' in PAGES[name] else '?'}lang={lang}"
    return page(path, lang=lang, width=width, scheme=scheme, refusals=(404,) if name == "lost" else ())


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_of_one_language(page: OpenPage, name: str, lang: Lang) -> None:
    shown = opened(page, name, lang)
    shoot(shown, f"site-{name}-{lang}-wide")
    assert shown.locator("html").get_attribute("lang") == lang
    assert shown.locator("h1").count() == 1
    assert shown.locator("main").count() == 1
    assert violations(shown) == []


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_in_the_dark_and_on_a_phone(page: OpenPage, name: str) -> None:
    shown = opened(page, name, "zh-Hans", width=390, scheme="dark")
    shoot(shown, f"site-{name}-zh-Hans-narrow-dark")
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390, "the page is wider than the window"
    assert violations(shown) == []


@pytest.mark.parametrize("name", ["home", "county", "policy", "action", "ontology", "query", "data"])
def test_what_is_read_needs_no_script(page: OpenPage, name: str) -> None:
    path = PAGES[name]
    with_script, without = (page(f"{path}?lang=en", lang="en", js=js) for js in (True, False))
    assert without.locator("main").inner_text() == with_script.locator("main").inner_text()


@pytest.mark.parametrize("name", ["home", "county", "policy", "action", "village"])
def test_a_page_is_small_and_does_not_jump(page: OpenPage, name: str) -> None:
    shown = page(PAGES[name])
    loaded = shown.evaluate(
        "performance.getEntries().filter((e) => e.transferSize !== undefined).reduce((sum, e) => sum + e.transferSize, 0)"
    )
    assert 0 < loaded < LARGEST
    shift = shown.evaluate(
        """new Promise((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => list.getEntries().forEach((e) => { sum += e.value; }))
                .observe({ type: "layout-shift", buffered: true });
            setTimeout(() => resolve(sum), 300);
        })"""
    )
    assert shift < SHIFT


@pytest.mark.parametrize(
    ("lang", "action", "policy", "words"),
    [
        ("zh-Hans", "城乡融合发展行动", "江门市推进东西部县(市、区)结对合作行动方案", "第 2303–2309 字符"),
        (
            "en",
            "Action for Integrated Urban–Rural Development",
            "Action Plan of Jiangmen City for Advancing Paired",
            "characters 2303–2309",
        ),
    ],
)
def test_from_home_to_who_supports_an_action_and_on_what_words(
    page: OpenPage, lang: Lang, action: str, policy: str, words: str
) -> None:
    shown = page(f"/?lang={lang}", lang=lang)
    shown.locator(".actions").get_by_role("link", name=action, exact=True).click()
    first = shown.locator("#action-policies + * tbody tr").first
    expect(first).to_contain_text(policy)
    expect(first).to_contain_text("城乡融合发展")
    expect(first).to_contain_text(words)
    first.locator("a.quote").first.click()
    expect(shown.locator("h1")).to_contain_text("城乡融合发展")
    expect(shown.locator("html")).to_have_attribute("lang", lang)


@pytest.mark.parametrize(("lang", "county"), [("zh-Hans", "开平市"), ("en", "Kaiping City")])
def test_from_home_to_the_typical_villages_of_a_county_as_csv(page: OpenPage, lang: Lang, county: str) -> None:
    shown = page(f"/?lang={lang}", lang=lang)
    shown.locator("aside table").get_by_role("link", name=county).click()
    section = shown.locator("section", has=shown.locator("#place-typical"))
    assert section.locator("tbody tr").count() == 11  # ten villages and a town
    with shown.expect_download() as download:
        section.get_by_role("link", name="CSV").click()
    lines = download.value.path().read_text("utf-8").splitlines()
    assert lines[0] == "level,place,name_zh,town_zh,county_zh,category_zh,batch"
    assert sum(line.startswith("village,") for line in lines) == 10


def test_from_place_to_policy_to_evidence(page: OpenPage) -> None:
    shown = page("/?lang=zh-Hans")
    shown.locator(".map .caption").filter(has_text="鹤山市").click()
    shown.locator("#place-partners + * ").get_by_role("link", name="江门市推进东西部县(市、区)结对合作行动方案").click()
    expect(shown.locator("h1")).to_have_text("江门市推进东西部县(市、区)结对合作行动方案")
    shown.locator("#policy-partnerships + * a.quote").first.click()
    expect(shown.locator("h1")).to_contain_text("与")


def test_the_map_is_used_by_keyboard(page: OpenPage) -> None:
    shown = page("/?lang=zh-Hans")
    spot = shown.locator(".map .spot[aria-label^='桃源镇']")
    label = spot.locator("text")
    expect(label).to_be_hidden()
    spot.focus()
    expect(label).to_be_visible()
    spot.press("Enter")
    expect(shown.locator("h1")).to_have_text("桃源镇")


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [1280, 390])
def test_names_on_the_map_do_not_cover_each_other(page: OpenPage, lang: Lang, width: int) -> None:
    shown = page(f"/?lang={lang}", lang=lang, width=width)
    inside = shown.locator(".map").bounding_box()
    assert inside
    boxes = dict[str, tuple[float, float, float, float]]()
    for text in shown.locator(".map .caption text, .map .ringed text").all():
        box = text.bounding_box()
        assert box
        third = box["height"] / 3  # the line's own leading
        boxes[text.inner_html()] = (box["x"], box["y"] + third, box["x"] + box["width"], box["y"] + box["height"] - third)
        assert inside["x"] <= box["x"] < box["x"] + box["width"] <= inside["x"] + inside["width"]
    pairs = [
        (one, other)
        for (one, a), (other, b) in combinations(boxes.items(), 2)
        if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1])
    ]
    assert len(boxes) == 13
    assert pairs == []


@pytest.mark.parametrize(("lang", "other"), [("zh-Hans", "en"), ("en", "zh-Hans")])
def test_the_other_language_is_one_click_away_and_keeps_the_place(page: OpenPage, lang: Lang, other: Lang) -> None:
    shown = page(f"/queries/policies-for-place?place=鹤山市&lang={lang}", lang=lang)
    rows = shown.locator("table.results tbody tr").count()
    shown.locator(f"nav a[hreflang='{other}']").click()
    expect(shown.locator("html")).to_have_attribute("lang", other)
    assert shown.locator("table.results tbody tr").count() == rows
    assert "place=" in shown.url


def test_a_chosen_language_is_remembered(page: OpenPage) -> None:
    shown = page("/?lang=zh-Hans")
    shown.locator("nav a[hreflang='en']").click()
    expect(shown.locator("html")).to_have_attribute("lang", "en")
    shown.goto("/place/nbs2023-440784")
    expect(shown.locator("html")).to_have_attribute("lang", "en")
    shown.goto("/place/nbs2023-440784?lang=zh-Hans")
    shown.goto("/")
    expect(shown.locator("html")).to_have_attribute("lang", "zh-Hans")


def test_where_a_statement_comes_from_is_seen(page: OpenPage) -> None:
    shown = page("/place/nbs2023-440784?lang=en", lang="en")
    seals = shown.locator(".facts .seal")
    kinds = {re.sub(r"^seal ", "", seals.nth(index).get_attribute("class") or "") for index in range(seals.count())}
    assert {"stated", "outside", "computed"} <= kinds
    colours = {shown.locator(f".legend .{kind}").evaluate("e => getComputedStyle(e).backgroundColor") for kind in kinds}
    assert len(colours) == len(kinds)


def test_a_printed_page_has_what_is_read_and_nothing_to_press(page: OpenPage) -> None:
    shown = page("/policy/4?lang=zh-Hans")
    shown.emulate_media(media="print")
    expect(shown.locator(".masthead nav")).to_be_hidden()
    expect(shown.locator("form.find")).to_be_hidden()
    expect(shown.locator("#policy-targets")).to_be_visible()


@pytest.mark.parametrize(
    ("lang", "example", "run"), [("zh-Hans", "有六处错误的数据", "校验"), ("en", "a graph with six faults", "Validate")]
)
@pytest.mark.parametrize("width", [1280, 390])
def test_an_example_is_validated_and_its_report_kept_without_scripts(
    page: OpenPage, lang: Lang, example: str, run: str, width: int
) -> None:
    shown = page(f"/validate?lang={lang}", lang=lang, width=width, js=False)
    shown.get_by_role("link", name=example).click()
    shown.get_by_role("button", name=run, exact=True).click()
    expect(shown.locator(".faults > li")).to_have_count(6)
    assert shown.locator("#validate textarea").input_value().startswith("# ")
    with shown.expect_download() as download:
        shown.get_by_role("button", name="SARIF").click()
    assert download.value.suggested_filename == "report.sarif"


@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_is_accessible_and_fits(page: OpenPage, lang: Lang, width: int, scheme: Literal["light", "dark"]) -> None:
    shown = page(f"/validate?example=faults&lang={lang}", lang=lang, width=width, scheme=scheme)
    shown.locator("#validate button.first").click()
    expect(shown.locator(".faults > li")).to_have_count(6)
    shoot(shown, f"site-report-{lang}-{width}-{scheme}")
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert violations(shown) == []
