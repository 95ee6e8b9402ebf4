"""What stands before the application: the path that a proxy serves it under, and what trusted proxies say of a request.

Links are built from an address that settings give (`Settings.base_url`). Only a proxy whose own address is trusted may say
another with ``X-Forwarded-Host``, ``-Proto`` and ``-Prefix``, and who the client is with ``X-Forwarded-For``; from anybody else
these headers change nothing, and the Host header never does.
"""

import re
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Final

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from bqwgraph.service.settings import Settings

_BASE: Final = "bqwgraph.base"
_HOST: Final = re.compile(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")
_PREFIX: Final = re.compile(r"(?:/[A-Za-z0-9._~-]+)*/?")


def base_of(connection: HTTPConnection, settings: Settings) -> str:
    """Return the address of the service for links in the answer to a request, without a slash at the end."""
    base: str = connection.scope.get(_BASE, settings.base_url)
    return base


def base_key(scope: Scope) -> str:
    """Return what a kept answer depends on beside the request's own lines: the address that a proxy gave, or nothing."""
    key: str = scope.get(_BASE, "")
    return key


class Front:
    """Wraps the application; takes the root path off, and reads forwarded headers where they may be believed."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app, self._settings = app, settings
        self._root = settings.root_path.rstrip("/")
        self._networks = settings.trusted_networks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and (self._root or self._networks):
            scope = dict(scope)
            if self._root and (scope["path"] == self._root or scope["path"].startswith(f"{self._root}/")):
                scope["path"] = scope["path"].removeprefix(self._root) or "/"
            if self._networks:
                self._believe(scope)
        await self._app(scope, receive, send)

    def _believe(self, scope: Scope) -> None:
        client = scope.get("client")
        if client is None or not self._trusts(client[0]):
            return
        told = {
            name.decode("latin-1"): value.decode("latin-1").strip()
            for name, value in scope["headers"]
            if name.startswith(b"x-forwarded-")
        }
        hops = [hop.strip() for hop in told.get("x-forwarded-for", "").split(",") if hop.strip()]
        strangers = [hop for hop in hops if not self._trusts(hop)]
        if hops:
            scope["client"] = (strangers[-1] if strangers else hops[0], 0)
        base = _told_base(told)
        if base and not self._settings.public_url:
            scope[_BASE] = base

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._networks)


def _told_base(told: Mapping[str, str]) -> str:
    host = told.get("x-forwarded-host", "").rpartition(",")[2].strip()
    proto = told.get("x-forwarded-proto", "http").rpartition(",")[2].strip().lower()
    prefix = told.get("x-forwarded-prefix", "")
    if not _HOST.fullmatch(host) or proto not in {"http", "https"} or not _PREFIX.fullmatch(prefix):
        return ""
    return f"{proto}://{host}{prefix.rstrip('/')}"
