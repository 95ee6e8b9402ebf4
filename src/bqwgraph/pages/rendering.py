"""Templates, their two languages, the message catalogue, and where the links of a page lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined

from bqwgraph.graph.namespaces import BASE, shorten
from bqwgraph.publication.signposting import address

LANGUAGES: Final = ("zh-Hans", "en")


@dataclass(frozen=True)
class Where:
    """Whom a page is for, and where it stands: its language, its path below ``base`` (the address without a slash at the end).

    ``asked`` are the parameters that it was asked for with; a link to the page in the other language keeps them.

    Links are paths, so that they lead on under whatever name of the host a reader came by; ``absolute`` makes an address of one.

    >>> here = Where("en", "https://example.org/graph", "place/nbs2023-4407", {"page": "2"})
    >>> here.link("ontology#Place")
    '/graph/ontology?lang=en#Place'
    >>> here.absolute(here.in_language("zh-Hans"))
    'https://example.org/graph/place/nbs2023-4407?page=2&lang=zh-Hans'
    """

    lang: str
    base: str
    path: str = ""
    asked: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def _root(self) -> str:
        return urlsplit(self.base).path

    @property
    def service(self) -> str:
        """The address of the service, without a slash at the end; empty where there is none to link to."""
        return self.base

    @property
    def address(self) -> str:
        """The public address of this page's path, where a client gets what it prefers."""
        return f"{self.base}/{address(self.path)}"

    def absolute(self, path: str) -> str:
        """Return the address that a link has from elsewhere."""
        return self.base.removesuffix(self._root) + path

    def link(self, path: str, **query: str | int) -> str:
        """Return the path of a page in this page's language, or nothing where there is none; ``path`` may have a fragment."""
        plain, mark, fragment = path.partition("#")
        return f"{self._root}/{address(plain)}?{urlencode({**query, 'lang': self.lang})}{mark}{address(fragment)}"

    def file(self, path: str) -> str:
        """Return the path of what has no language: data, a style sheet."""
        return f"{self._root}/{address(path)}"

    def data(self, suffix: str, page: int = 1) -> str:
        """Return the address of a page of what is at this path as data, by the suffix of its syntax."""
        return f"{self.file(self.path)}.{suffix}" + (f"?page={page}" if page > 1 else "")

    def at_service(self, path: str) -> str:
        """Return the path of what the service does; use it only where there is a `service`."""
        return self.file(path)

    def csv(self, query: str) -> str:
        """Return where the answer to a saved query without parameters is as CSV."""
        return f"{self.file(f'queries/{query}')}?format=csv"

    def in_language(self, lang: str) -> str:
        """Return the path of this page in another language."""
        return self.public(lang).removeprefix(self.absolute(""))

    def public(self, lang: str = "") -> str:
        """Return the public address of this page in a language; without one, in that which a client prefers."""
        asked = {name: value for name, value in self.asked.items() if name not in _OF_FORM and (name, value) != _FIRST}
        asked |= {"lang": lang} if lang else {}
        return self.address + (f"?{urlencode(asked)}" if asked else "")

    def href(self, iri: str) -> str:
        """Return where an IRI leads: to a page of ours if it is ours, else to the web, or nowhere (the empty text)."""
        if iri.startswith(BASE):
            return self.link(iri.removeprefix(BASE))
        return address(iri) if iri.startswith(("http://", "https://")) else ""


_FIRST: Final = ("page", "1")
"""What a page is without: its first part."""
_OF_FORM: Final = frozenset({"format", "lang"})
"""Parameters that say how a page is wanted, not which."""


@dataclass(frozen=True)
class Pages:
    """Renders templates; ``messages`` holds the texts of each language by name."""

    environment: Environment
    messages: Mapping[str, Mapping[str, str]]

    @classmethod
    def load(cls) -> "Pages":
        """Read the templates and the catalogue from the package."""
        environment = Environment(
            loader=PackageLoader("bqwgraph", "web/templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.filters["short"] = shorten
        said = dict[str, Mapping[str, str]]()
        for part in (files("bqwgraph") / "web" / "messages").iterdir():
            said |= yaml.safe_load(part.read_text("utf-8"))
        return cls(environment, {lang: {name: text[lang] for name, text in said.items()} for lang in LANGUAGES})

    def render(self, where: Where, template: str, **values: Any) -> str:  # noqa: ANN401 - a template's values are of any type
        """Return a page as HTML; in the template ``t`` is the catalogue, ``where`` the page's place, ``lang`` its language."""
        return self.environment.get_template(template).render(
            t=self.messages[where.lang],
            lang=where.lang,
            other=next(name for name in LANGUAGES if name != where.lang),
            languages=LANGUAGES,
            where=where,
            base=where.base,
            **values,
        )
