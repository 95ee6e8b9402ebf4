"""Pages in Debian's Chromium, from the real service: each fails on an error in the console and on a request to another host."""

import re
import shutil
from collections.abc import Collection, Iterator
from typing import Literal, Protocol
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from conftest import ROOT

SCREENSHOTS = ROOT / "build" / "screenshots"
"""Where tests leave what the pages looked like."""
AXE = ROOT / "src" / "bqwgraph" / "web" / "workbench" / "node_modules" / "axe-core" / "axe.min.js"
_REFUSED = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


class OpenPage(Protocol):
    """Opens a page of the service at a path; ``refusals`` are statuses that the test provokes, of which the console tells."""

    def __call__(
        self,
        path: str,
        *,
        lang: Literal["zh-Hans", "en"] = "zh-Hans",
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        js: bool = True,
        refusals: Collection[int] = (),
    ) -> Page: ...


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser for a module, not for all: while there is one, an event loop runs that other tests would meet."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium here (Debian: apt-get install chromium): no page was opened")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, service: httpx.Client) -> Iterator[OpenPage]:
    host = urlsplit(str(service.base_url)).netloc
    contexts, wrong = [], list[str]()

    def open_page(
        path: str,
        *,
        lang: Literal["zh-Hans", "en"] = "zh-Hans",
        width: int = 1280,
        scheme: Literal["light", "dark"] = "light",
        js: bool = True,
        refusals: Collection[int] = (),
    ) -> Page:
        def heard(message: ConsoleMessage) -> None:
            refused = _REFUSED.match(message.text)
            if message.type in {"error", "warning"} and not (refused and int(refused[1]) in refusals):
                wrong.append(f"console: {message.text}")

        def asked(request: Request) -> None:
            address = urlsplit(request.url)
            if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != host:
                wrong.append(f"another host was asked: {request.url}")

        context = browser.new_context(
            base_url=str(service.base_url),
            locale="zh-CN" if lang == "zh-Hans" else "en-GB",
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=js,
            reduced_motion="reduce",
        )
        contexts.append(context)
        opened = context.new_page()
        opened.set_default_timeout(10_000)
        opened.on("console", heard)
        opened.on("pageerror", lambda error: wrong.append(f"script: {error}"))
        opened.on("request", asked)
        opened.goto(path)
        return opened

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


def shoot(page: Page, name: str) -> None:
    """Leave a picture of the whole page."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=SCREENSHOTS / f"{name}.png", full_page=True, caret="initial"
    )  # hiding it takes a style that our policy forbids


def violations(page: Page) -> list[str]:
    """Return what axe finds, a line for each rule and its first element."""
    if not AXE.is_file():
        pytest.skip(
            f"{AXE.relative_to(ROOT)} is not here (npm ci in {AXE.parents[2].relative_to(ROOT)}): accessibility was not looked at"
        )
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("axe.run(document).then(({ violations }) => violations)")
    return [f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html']} ({rule['nodes'][0]['failureSummary']})" for rule in found]
