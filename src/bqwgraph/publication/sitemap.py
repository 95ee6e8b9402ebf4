"""What search engines are told: ``sitemap.xml`` with every page in both languages (sitemaps.org), and ``robots.txt``."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from bqwgraph.publication.signposting import address

LANGUAGES: Final = ("zh-Hans", "en")
MOST_PAGES: Final = 50_000
MOST_BYTES: Final = 50_000_000
"""What one file may hold, by the protocol; the index takes as many files."""
_BEGIN: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
_END: Final = b"</urlset>\n"


def sitemaps(
    paths: Iterable[str], public_url: str, modified: str, most: tuple[int, int] = (MOST_PAGES, MOST_BYTES)
) -> Iterator[tuple[str, bytes]]:
    """Make the sitemap's files, the index last: the name of each with its content.

    ``paths`` are those of pages (decoded, without the first slash) below ``public_url``, ``modified`` is the day (ISO) of the
    data, ``most`` are the pages and bytes of a file.

    >>> [name for name, _ in sitemaps(["", "place"], "https://data.example.org", "2026-11-23")]
    ['sitemap-1.xml', 'sitemap.xml']
    """
    names, entries, size = list[str](), list[bytes](), 0
    most_pages, most_bytes = most[0], most[1] - len(_BEGIN) - len(_END)
    for path in paths:
        for entry in _entries(f"{public_url}/{address(path)}", modified):
            if entries and (len(entries) == most_pages or size + len(entry) > most_bytes):
                names.append(f"sitemap-{len(names) + 1}.xml")
                yield names[-1], _file(entries)
                entries, size = [], 0
            entries.append(entry)
            size += len(entry)
    names.append(f"sitemap-{len(names) + 1}.xml")
    yield names[-1], _file(entries)
    yield "sitemap.xml", _index([f"{public_url}/{name}" for name in names], modified)


def robots(public_url: str) -> bytes:
    """Return ``robots.txt``: resources are for all, answers to queries are not for crawlers, and where the sitemap is."""
    asked = f"{urlsplit(public_url).path}/sparql?"
    lines = ("User-agent: *", f"Disallow: {asked}query=", f"Disallow: {asked}*&query=", "", f"Sitemap: {public_url}/sitemap.xml")
    return "\n".join((*lines, "")).encode()


def _entries(page: str, modified: str) -> Iterator[bytes]:
    places = {lang: f"{page}?lang={lang}" for lang in LANGUAGES} | {"x-default": page}
    links = [f'<xhtml:link rel="alternate" hreflang="{lang}" href={quoteattr(place)}/>' for lang, place in places.items()]
    for lang in LANGUAGES:
        place = f"<loc>{escape(places[lang])}</loc>"
        yield f"<url>{place}{_day(modified)}{''.join(links)}</url>\n".encode()


def _day(modified: str) -> str:
    return f"<lastmod>{escape(modified)}</lastmod>" if modified else ""


def _file(entries: Sequence[bytes]) -> bytes:
    return _BEGIN + b"".join(entries) + _END


def _index(places: Iterable[str], modified: str) -> bytes:
    told = "".join(f"<sitemap><loc>{escape(place)}</loc>{_day(modified)}</sitemap>\n" for place in places)
    begin = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{begin}\n{told}</sitemapindex>\n'.encode()
