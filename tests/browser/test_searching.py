"""The search field and the saved queries, by keyboard and by hand, with JavaScript and without."""

import time
from typing import Literal

import httpx
import pytest
from playwright.sync_api import expect

from browser.conftest import OpenPage, shoot, violations


@pytest.fixture(scope="module", autouse=True)
def index(service: httpx.Client) -> None:
    """Have the index made before a page waits for it."""
    while (answer := service.get("/search?q=heshan", timeout=60)).status_code == 503:
        time.sleep(int(answer.headers["retry-after"]))


def test_suggestions_by_keyboard(page: OpenPage) -> None:
    opened = page("/queries?lang=en", lang="en")
    field, options = opened.get_by_role("combobox", name="Search"), opened.get_by_role("option")
    field.press_sequentially("heshen")
    expect(options.first).to_contain_text("Heshan City")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(opened.get_by_role("search").get_by_role("status")).to_contain_text("suggestions")
    field.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    field.press("ArrowUp")
    expect(opened.locator("[aria-selected=true]")).to_have_count(0)
    field.press("Escape")
    expect(opened.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("heshen")
    field.fill("伍洞村")
    expect(options.first).to_contain_text("Wudong Village")
    field.press("ArrowDown")
    field.press("Enter")
    opened.wait_for_url("**/place/nbs2023-440703101219?lang=en")


def test_suggestions_are_accessible(page: OpenPage) -> None:
    opened = page("/queries?lang=en", lang="en")
    opened.get_by_role("combobox").press_sequentially("heshan")
    expect(opened.get_by_role("option").first).to_be_visible()
    opened.get_by_role("combobox").press("ArrowDown")
    assert violations(opened) == []


def test_a_suggestion_is_taken_with_the_mouse(page: OpenPage) -> None:
    opened = page("/queries")
    opened.get_by_role("combobox").press_sequentially("5.3")
    opened.get_by_role("option").first.click()
    opened.wait_for_url("**/measure/5-3?lang=zh-Hans")


@pytest.mark.parametrize("typed", ["鹤山", "heshan", "Heshen", "440784"])
def test_without_a_script_the_form_finds(page: OpenPage, typed: str) -> None:
    opened = page("/queries?lang=zh-Hans", js=False)
    opened.locator("#find").fill(typed)
    opened.locator("#find").press("Enter")
    expect(opened.locator(".found li").first).to_contain_text("鹤山市")


@pytest.mark.parametrize("lang", ["zh-Hans", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible_and_fit(
    page: OpenPage, lang: Literal["zh-Hans", "en"], scheme: Literal["light", "dark"], width: int
) -> None:
    for name, path in [
        ("search", "/search?q=鹤山"),
        ("nothing", "/search?q=zzz"),
        ("gallery", "/queries"),
        ("query", "/queries/policy-links"),
    ]:
        opened = page(f"{path}{'&' if '?' in path else '?'}lang={lang}", lang=lang, scheme=scheme, width=width)
        assert opened.evaluate("document.documentElement.scrollWidth") <= width
        shoot(opened, f"{name}-{lang}-{scheme}-{width}")
        assert violations(opened) == []


def test_a_saved_query_is_asked_with_what_was_picked(page: OpenPage) -> None:
    opened = page("/queries?lang=en", lang="en")
    opened.get_by_role("link", name="Policies for an action").click()
    opened.get_by_label("Action or measure").select_option("9")
    opened.get_by_role("button", name="Run").click()
    opened.wait_for_url("**/queries/policies-for-action?*action=9*")
    expect(opened.locator(".results tbody tr").first).to_be_visible()
    with opened.expect_download() as download:
        opened.get_by_role("link", name="CSV").click()
    assert download.value.path().read_text("utf-8").startswith("policy,title_zh,basis,measure_zh")
