"""Pages as files: what they are called, and how they link to each other on a web server that has no rules.

A page in Chinese is ``place/x.html``, in English ``place/x.en.html``; later pages of a long one are ``place/x.page2.html`` and so
on, and what a page shows as data is ``place/x.ttl`` beside it. Links between files are relative, so that a folder of them works
at any address.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urlencode

from bqwgraph.pages.rendering import LANGUAGES, Where
from bqwgraph.publication.signposting import address


def page_file(path: str, lang: str, page: int = 1) -> str:
    """Return the name of a page's file.

    >>> page_file("place", "en", 2), page_file("", "zh-Hans")
    ('place.page2.en.html', 'index.html')
    """
    name = f"{path}index" if not path or path.endswith("/") else path
    return _of_page(name, page) + ("" if lang == LANGUAGES[0] else f".{lang}") + ".html"


def data_file(path: str, suffix: str, page: int = 1) -> str:
    """Return the name of the file with what a page shows as data."""
    return f"{_of_page(path, page)}.{suffix}"


def _of_page(name: str, page: int) -> str:
    return name if page == 1 else f"{name}.page{page}"


@dataclass(frozen=True)
class InFile(Where):
    """A page that is a file among others; ``paths`` are those that have one, ``elsewhere`` is the service's address, if any.

    >>> here = InFile("en", "https://data.example.org", "place/x", paths={"ontology"})
    >>> here.link("ontology#Place"), here.file("static/style.css"), here.public("en")
    ('../ontology.en.html#Place', '../static/style.css', 'https://data.example.org/place/x?lang=en')
    >>> here.link("sparql")
    ''
    """

    paths: Collection[str] = field(default=(), kw_only=True)
    elsewhere: str = field(default="", kw_only=True)

    @property
    def service(self) -> str:
        """See `Where.service`."""
        return self.elsewhere

    def link(self, path: str, **query: str | int) -> str:
        """Return where a page is: a file, or at the service what there is no file for."""
        plain, mark, fragment = path.partition("#")
        if plain in self.paths and query.keys() <= {"page"}:
            return self.file(page_file(plain, self.lang, int(query.get("page", 1)))) + mark + address(fragment)
        asked = urlencode({**query, "lang": self.lang})
        return f"{self.elsewhere}/{address(plain)}?{asked}{mark}{address(fragment)}" if self.elsewhere else ""

    def file(self, path: str) -> str:
        """Return where a file is, seen from this one."""
        return self._up + address(path)

    def at_service(self, path: str) -> str:
        """See `Where.at_service`."""
        return f"{self.elsewhere}/{address(path)}"

    def csv(self, query: str) -> str:
        """See `Where.csv`: the dumps have it."""
        return self.file(f"dumps/queries/{query}.csv")

    def data(self, suffix: str, page: int = 1) -> str:
        """Return the file with a page of what is at this path as data."""
        return self.file(data_file(self.path, suffix, page))

    def in_language(self, lang: str) -> str:
        """Return the file with this page in another language."""
        return self.file(page_file(self.path, lang, self._page))

    @property
    def _page(self) -> int:
        return int(self.asked.get("page", "1"))

    @cached_property
    def _up(self) -> str:
        return "../" * self.path.count("/")


@dataclass(frozen=True)
class Anywhere(InFile):
    """A page that is shown at any address, as that which says that nothing is there: its links are whole addresses."""

    @cached_property
    def _up(self) -> str:
        return f"{self.base}/"
