"""Content negotiation (RFC 9110, section 12.5.1): quality values, wildcards, parameters and lists."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

HTML: Final = "text/html"
_RESULTS, _RDF = ox.QueryResultsFormat, ox.RdfFormat


@dataclass(frozen=True)
class Offer:
    """A representation that we can send: its media type, what ``?format=`` calls it, how it is written (pages: elsewhere)."""

    media_type: str
    name: str
    table: ox.QueryResultsFormat | None = None
    graph: ox.RdfFormat | None = None

    @property
    def content_type(self) -> str:
        """The value of Content-Type, with the charset for text."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


PAGE: Final = Offer(HTML, "html")
TABLES: Final = (
    Offer("application/sparql-results+json", "json", table=_RESULTS.JSON),
    Offer("application/sparql-results+xml", "xml", table=_RESULTS.XML),
    Offer("text/csv", "csv", table=_RESULTS.CSV),
    Offer("text/tab-separated-values", "tsv", table=_RESULTS.TSV),
    Offer("application/json", "json", table=_RESULTS.JSON),
    Offer("application/xml", "xml", table=_RESULTS.XML),
)
GRAPHS: Final = (
    Offer("text/turtle", "ttl", graph=_RDF.TURTLE),
    Offer("application/n-triples", "nt", graph=_RDF.N_TRIPLES),
    Offer("application/ld+json", "jsonld", graph=_RDF.JSON_LD),
    Offer("application/rdf+xml", "rdf", graph=_RDF.RDF_XML),
    Offer("application/n-quads", "nq", graph=_RDF.N_QUADS),
    Offer("application/trig", "trig", graph=_RDF.TRIG),
    Offer("application/json", "jsonld", graph=_RDF.JSON_LD),
    Offer("application/xml", "rdf", graph=_RDF.RDF_XML),
)


_CALLED: Final = {
    "turtle": "ttl",
    "n3": "ttl",
    "n-triples": "nt",
    "ntriples": "nt",
    "json-ld": "jsonld",
    "json": "jsonld",
    "rdf+xml": "rdf",
    "rdfxml": "rdf",
    "xml": "rdf",
    "n-quads": "nq",
    "nquads": "nq",
}
"""What others call a syntax, SPARQLWrapper among them; a name that is offered itself means that."""


@dataclass(frozen=True)
class _Range:
    kind: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float

    def fits(self, offer: Offer) -> int:
        """How closely the range names the offer; 0: not at all."""
        kind, _, subtype = offer.media_type.partition("/")
        if not all(_is_so(name, value, offer) for name, value in self.parameters):
            return 0
        if self.kind == kind and self.subtype == subtype:
            return 3
        if self.kind == kind and self.subtype == "*":
            return 2
        return 1 if self.kind == self.subtype == "*" else 0


def _is_so(name: str, value: str, offer: Offer) -> bool:
    """Whether an offer is as a parameter of a media range wants it.

    Our tables have a header line (RFC 4180), and who knows no profile of JSON-LD must ignore it (JSON-LD 1.1, C).
    """
    match name:
        case "charset":
            return value == "utf-8"
        case "header":
            return value == "present" and offer.media_type == "text/csv"
    return name == "profile" and offer.graph == _RDF.JSON_LD


_NAME: Final = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_QUOTED: Final = r'"(?:[^"\\]|\\.)*"'
_ITEM: Final = re.compile(rf'(?:[^,"]|{_QUOTED})+')
_MEDIA: Final = re.compile(rf"\s*({_NAME})/({_NAME})\s*((?:;[^;]*)*)$")
_PARAMETER: Final = re.compile(rf";\s*({_NAME})\s*=\s*({_NAME}|{_QUOTED})\s*(?=;|$)")
_QUALITY: Final = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)$")


def choose(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that an Accept header likes best, or None where it takes none of them.

    Among equals the order of ``offers`` decides. Without a header all are welcome; what is no media range is passed over.

    >>> choose("text/csv;q=0.5, application/*", TABLES).name
    'json'
    >>> choose("text/html", TABLES) is None
    True
    """
    ranges = _ranges(accept) if accept and accept.strip() else (_Range("*", "*", frozenset(), 1.0),)
    best, best_quality = None, 0.0
    for offer in offers:
        fitting = [(item.fits(offer), item.quality) for item in ranges if item.fits(offer)]
        quality = max(fitting)[1] if fitting else 0.0
        if quality > best_quality:
            best, best_quality = offer, quality
    return best


def by_name(name: str, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that ``?format=`` names, by its short name, its media type, or what clients call it.

    The plus sign of a media type is often written as it is, and then says a space.

    >>> by_name("turtle", GRAPHS).name, by_name("xml", GRAPHS).name, by_name("xml", TABLES).name
    ('ttl', 'rdf', 'xml')
    """
    plain = name.lower().replace(" ", "+")
    for called in (plain, _CALLED.get(plain)):
        for offer in offers:
            if called in {offer.name, offer.media_type}:
                return offer
    return None


class NotOffered(Exception):
    """A form that we cannot send; ``named`` says whether ``format`` asked for it and not Accept."""

    def __init__(self, message: str, available: list[str], *, named: bool) -> None:
        super().__init__(message)
        self.available, self.named = available, named


def select(accept: str | None, offers: Sequence[Offer], name: str = "") -> Offer:
    """Return the offer that ``name`` (from ``?format=``) or else Accept asks for. Raises NotOffered."""
    chosen = by_name(name, offers) if name else choose(accept, offers)
    if chosen is None:
        available = list(dict.fromkeys(offer.name if name else offer.media_type for offer in offers))
        wanted = f"format {name!r}" if name else "what Accept asks for"
        raise NotOffered(f"{wanted} is not offered; it can be sent as {', '.join(available)}", available, named=bool(name))
    return chosen


@lru_cache(maxsize=256)
def _ranges(accept: str) -> tuple[_Range, ...]:
    ranges = list[_Range]()
    for item in _ITEM.findall(accept):
        match = _MEDIA.match(item)
        if match is None:
            continue
        quality, parameters = 1.0, set[tuple[str, str]]()
        for name, value in _PARAMETER.findall(match[3]):
            if name.lower() == "q":
                quality = float(value) if _QUALITY.match(value) else 0.0
                break
            parameters.add((name.lower(), value.strip('"').lower()))
        ranges.append(_Range(match[1].lower(), match[2].lower(), frozenset(parameters), quality))
    return tuple(ranges)
