"""HTML pages over HTTP: the language that a request asks for, and the headers."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from fastapi import Request
from fastapi.responses import HTMLResponse

from bqwgraph.pages import rendering
from bqwgraph.pages.rendering import LANGUAGES, Where
from bqwgraph.service.front import base_of
from bqwgraph.service.settings import Settings

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Pages:
    """Renders templates in the language that a request asks for."""

    rendering: rendering.Pages
    settings: Settings

    @property
    def messages(self) -> Mapping[str, Mapping[str, str]]:
        """The texts of each language, by name."""
        return self.rendering.messages

    def where(self, request: Request, path: str | None = None, parameters: Collection[str] | None = None) -> Where:
        """Return for whom and where the page is that a request asks for.

        ``path``: where it differs from the request's; ``parameters``: those that make the page another one, if not all do.
        """
        path = request.scope["path"].removeprefix("/") if path is None else path
        asked = {name: value for name, value in request.query_params.items() if parameters is None or name in parameters}
        return Where(language_of(request), base_of(request, self.settings), path, asked)

    def render(
        self,
        request: Request,
        template: str,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        where: Where | None = None,
        **values: Any,  # noqa: ANN401 - a template's values are of any type
    ) -> HTMLResponse:
        """Return a page."""
        where = where or self.where(request)
        return page_response(where, self.rendering.render(where, template, **values), status, headers)


def page_response(
    where: Where, text: str, status: HTTPStatus = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> HTMLResponse:
    """Return a page that was rendered, with what every page is sent with."""
    told = {**SECURITY_HEADERS, "Content-Language": where.lang, "Vary": "Accept, Accept-Language", **(headers or {})}
    return HTMLResponse(text, status, told)


def language_of(request: Request) -> str:
    """Return the page language: ``?lang=``, else the first of ours in Accept-Language by its quality, else Chinese."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    best, best_quality = LANGUAGES[0], 0.0
    for item in request.headers.get("accept-language", "").split(","):
        tag, _, parameters = item.strip().partition(";")
        quality = parameters.strip().removeprefix("q=") if parameters else "1"
        ours = {"zh": "zh-Hans", "en": "en"}.get(tag.partition("-")[0].lower())
        if ours and quality.replace(".", "", 1).isdigit() and float(quality) > best_quality:
            best, best_quality = ours, float(quality)
    return best
