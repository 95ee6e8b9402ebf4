"""HTML pages: templates, their two languages, and the message catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from typing import Any, Final

import yaml
from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from bqwgraph.graph.namespaces import shorten
from bqwgraph.service.front import base_of
from bqwgraph.service.settings import Settings

LANGUAGES: Final = ("zh-Hans", "en")
SECURITY_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Pages:
    """Renders templates in the language that a request asks for."""

    environment: Environment
    messages: Mapping[str, Mapping[str, str]]
    settings: Settings

    @classmethod
    def load(cls, settings: Settings) -> "Pages":
        """Read the templates and the catalogue from the package."""
        environment = Environment(
            loader=PackageLoader("bqwgraph", "web/templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["short"] = shorten
        folder = files("bqwgraph") / "web" / "messages"
        messages = {name: yaml.safe_load((folder / f"{name}.yaml").read_text("utf-8")) for name in LANGUAGES}
        return cls(environment, messages, settings)

    def render(
        self,
        request: Request,
        template: str,
        status: HTTPStatus = HTTPStatus.OK,
        headers: Mapping[str, str] | None = None,
        **values: Any,  # noqa: ANN401 - a template's values are of any type
    ) -> HTMLResponse:
        """Return a page; ``t`` in the template is the catalogue, ``lang`` its language, ``base`` the service's address."""
        language = language_of(request)
        page = self.environment.get_template(template).render(
            t=self.messages[language],
            lang=language,
            other=next(name for name in LANGUAGES if name != language),
            path=request.url.path,
            base=base_of(request, self.settings),
            **values,
        )
        return HTMLResponse(
            page, status, {**SECURITY_HEADERS, "Content-Language": language, "Vary": "Accept, Accept-Language", **(headers or {})}
        )


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
