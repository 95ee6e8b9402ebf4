"""FAIR Signposting (signposting.org, levels 1 and 2): typed links between a page, its metadata, its identifier and its licence.

Level 1 is the ``Link`` header (RFC 8288) of a page and of its metadata; level 2 is the link set (RFC 9264) that says the same
of all of them, and more than a header has room for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from urllib.parse import quote

RDF_TYPES: Final = (
    ("ttl", "text/turtle"),
    ("jsonld", "application/ld+json"),
    ("nt", "application/n-triples"),
    ("rdf", "application/rdf+xml"),
)
"""The extensions and media types in which every resource is described."""
LINKSET_JSON: Final = "application/linkset+json"
LINKSET: Final = "application/linkset"
_PAGE_TYPE: Final = "https://schema.org/AboutPage"


@dataclass(frozen=True)
class Link:
    """A link from ``anchor`` (an address) to ``target``; ``kind`` is the target's media type, where it is known."""

    anchor: str
    rel: str
    target: str
    kind: str = ""


@dataclass(frozen=True)
class Sign:
    """What is said of a resource.

    ``iri`` is its lasting identifier, ``page`` the address where it answers; ``types`` are IRIs of what it is; ``collection`` and
    ``items`` are addresses, ``license`` an IRI.
    """

    iri: str
    page: str
    types: Sequence[str]
    license: str
    collection: str = ""
    items: Sequence[str] = field(default=())

    def links(self) -> list[Link]:
        """Return the links of the page."""
        page = address(self.page)
        found = [Link(page, "cite-as", address(self.iri))]
        found += [Link(page, "describedby", f"{page}.{extension}", kind) for extension, kind in RDF_TYPES]
        found += [Link(page, "type", address(kind)) for kind in (_PAGE_TYPE, *self.types)]
        found += [Link(page, "license", address(self.license))] if self.license else []
        found += [Link(page, "collection", address(self.collection), "text/html")] if self.collection else []
        found += [Link(page, "item", address(item), "text/html") for item in self.items]
        return found

    def metadata_links(self) -> list[Link]:
        """Return the links of what describes the page, back to it."""
        page = address(self.page)
        return [Link(f"{page}.{extension}", "describes", page, "text/html") for extension, _ in RDF_TYPES]

    def header(self, *, extension: str = "") -> str:
        """Return the Link header of the page, or of the description with an extension; the items are left to the link set."""
        page = address(self.page)
        told = [link for link in self.links() if link.rel != "item"]
        if extension and extension != "html":
            told = [link for link in told if link.rel in {"cite-as", "license"}]
            told = [Link(f"{page}.{extension}", "describes", page, "text/html"), *told]
        sets = [Link(page, "linkset", f"{page}?format={name}", kind) for name, kind in _SETS]
        return ", ".join(map(_written, [*told, *sets]))

    def link_set(self, kind: str) -> bytes:
        """Return the link set as JSON or, where ``kind`` is its media type, in the form of a header."""
        links = [*self.links(), *self.metadata_links()]
        if kind == LINKSET:
            return (",\n".join(f'{_written(link)}; anchor="{link.anchor}"' for link in links) + "\n").encode("ascii")
        contexts = dict[str, dict[str, list[dict[str, str]]]]()
        for link in links:
            target = {"href": link.target, **({"type": link.kind} if link.kind else {})}
            contexts.setdefault(link.anchor, {}).setdefault(link.rel, []).append(target)
        document = {"linkset": [{"anchor": anchor, **relations} for anchor, relations in contexts.items()]}
        return json.dumps(document, indent=2).encode("ascii")


_SETS: Final = (("linkset", LINKSET_JSON), ("linkset-text", LINKSET))


@lru_cache(maxsize=16_384)  # pages name the same things again and again
def address(iri: str) -> str:
    """Return an IRI as a URI (RFC 3987, 3.1): what is not ASCII is percent-encoded.

    >>> address("https://example.org/村")
    'https://example.org/%E6%9D%91'
    """
    return quote(iri, safe="%/:?#[]@!$&'()*+,;=~-._")


def _written(link: Link) -> str:
    return f'<{link.target}>; rel="{link.rel}"' + (f'; type="{link.kind}"' if link.kind else "")
