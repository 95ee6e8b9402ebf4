"""Behind a proxy: whose word is taken for the address of the service and of the client."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from bqwgraph.service.front import Front, base_of
from bqwgraph.service.settings import Settings

FORWARDED = {
    "x-forwarded-host": "kg.example.org",
    "x-forwarded-proto": "https",
    "x-forwarded-prefix": "/kg/",
    "x-forwarded-for": "203.0.113.9, 10.0.0.7",
    "host": "evil.example",
}


def seen(settings: Settings, path: str = "/sparql", headers: dict[str, str] | None = None) -> tuple[str, str, str]:
    """Return path, base address and client as the application sees them."""
    found = list[tuple[str, str, str]]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        found.append((scope["path"], base_of(Request(scope), settings), scope["client"][0]))

    async def nothing(*_: object) -> None:
        pass

    sent = [(name.encode(), value.encode()) for name, value in (headers or {}).items()]
    scope = {"type": "http", "path": path, "headers": sent, "client": ("10.0.0.1", 1)}
    asyncio.run(Front(app, settings)(scope, nothing, nothing))  # type: ignore[arg-type]
    (one,) = found
    return one


def test_forwarded_headers_change_nothing_unless_the_proxy_is_trusted() -> None:
    assert seen(Settings(), headers=FORWARDED) == ("/sparql", "http://127.0.0.1:8000", "10.0.0.1")
    other = Settings(trusted_proxies="192.0.2.0/24, ::1")
    assert seen(other, headers=FORWARDED) == ("/sparql", "http://127.0.0.1:8000", "10.0.0.1")


def test_a_trusted_proxy_is_believed() -> None:
    trusting = Settings(trusted_proxies="10.0.0.0/8")
    assert seen(trusting, headers=FORWARDED) == ("/sparql", "https://kg.example.org/kg", "203.0.113.9")
    assert seen(trusting, headers={"host": "evil.example"})[1] == "http://127.0.0.1:8000"


def test_a_public_address_that_was_set_stands_above_all() -> None:
    settings = Settings(trusted_proxies="10.0.0.0/8", public_url="https://data.example.org/")
    assert seen(settings, headers=FORWARDED)[1] == "https://data.example.org"


@pytest.mark.parametrize("host", ["a b", "a/b", 'a"><script>', "a\tb", "a@b", ""])
def test_a_host_that_is_none_is_not_believed(host: str) -> None:
    settings = Settings(trusted_proxies="10.0.0.0/8")
    assert seen(settings, headers={**FORWARDED, "x-forwarded-host": host})[1] == "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("path", "inside"), [("/kg/sparql", "/sparql"), ("/kg", "/"), ("/kg/", "/"), ("/kgx", "/kgx"), ("/sparql", "/sparql")]
)
def test_the_root_path_is_taken_off(path: str, inside: str) -> None:
    assert seen(Settings(root_path="/kg"), path)[:2] == (inside, "http://127.0.0.1:8000/kg")


@pytest.mark.parametrize("wrong", [{"root_path": "kg"}, {"trusted_proxies": "localhost"}, {"services": "file:///etc/passwd"}])
def test_wrong_settings_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Settings(**wrong)  # type: ignore[arg-type]
