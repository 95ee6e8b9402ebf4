"""What there is at the paths below the base: a resource, a list, or a document; by questions to an engine.

A path may hold one thing for readers and another for machines: a page about a named graph, or about all shapes, lists what is in
it; as data the same path is the document itself.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache

import pyoxigraph as ox

from bqwgraph.engine.evaluation import prefixes_of
from bqwgraph.engine.interface import Question
from bqwgraph.engine.language_tags import restore_written
from bqwgraph.graph.namespaces import BASE, KINDS, ONTOLOGY
from bqwgraph.publication import json_ld
from bqwgraph.publication.describing import (
    DATASET,
    PAGE_SIZE,
    Description,
    House,
    dataset,
    describe,
    document,
    house_facts,
    is_deprecated,
    members,
    place_in_list,
    triples_of,
    with_names,
)
from bqwgraph.queries.values import Steps


@dataclass(frozen=True)
class Content:
    """What there is at a path, or on one page of it.

    ``found`` holds the statements; ``listed`` are the members on a page of a list, ``body`` is a document that is sent as it is.
    ``more``: another page follows. ``whole``: as data the path is one document, which has no pages.
    """

    found: Description
    listed: tuple[str, ...] | None = None
    page: int = 1
    more: bool = False
    whole: bool = False
    body: bytes | None = None


def house() -> Steps[House]:
    """Ask for what is said of the graph as a whole."""
    return _house_of((yield house_facts()).body)


@lru_cache(maxsize=4)
def _house_of(body: bytes) -> House:
    return House.read(json.loads(body)["results"]["bindings"])


@dataclass(frozen=True)
class Contents:
    """The paths of a graph: ``graphs`` are the IRIs of its named graphs, ``version`` is that of its ontology.

    Paths are decoded, without the first slash and without an extension; pages count from 1. Where nothing is at a path, or on
    a page of it, the result is None.
    """

    graphs: Collection[str]
    version: str

    def to_read(self, path: str, page: int = 1) -> Steps[Content | None]:
        """Find what a page about the path shows, with the names of all that it mentions."""
        listing = members(path, page, self.graphs)
        if listing is not None:
            found = _list(BASE + path, page, triples_of((yield listing)))
            return replace(found, whole=self.is_document(path)) if found else None
        whole = self._document(path)
        if whole is None:
            return (yield from _resource(BASE + path, page))
        if page > 1:
            return None
        told = _about(BASE + path, triples_of((yield whole)))
        return Content((yield from with_names(told)))

    def as_data(self, path: str, page: int, written: ox.RdfFormat) -> Steps[Content | None]:
        """Find what the path is for machines; ``written`` is the format that they want."""
        whole = self._document(path)
        if whole is None:
            return (yield from self.to_read(path, page))
        if page > 1:
            return None
        if path.startswith("graph/"):
            body = (yield Question.graph(whole.query, written)).body
            return Content(Description.of_document(BASE + path, ()), body=body)
        return Content(_about(BASE + path, triples_of((yield whole))))

    def is_document(self, path: str) -> bool:
        """Whether the path holds a document, so that data differs from what a page shows."""
        return self._document(path) is not None

    def _document(self, path: str) -> Question | None:
        whole = document(path, self.graphs)
        return document("ontology", self.graphs) if whole is None and self.version == BASE + path else whole


def is_gone(path: str, found: Description) -> bool:
    """Whether a path is that of an instance that is no longer to be used; terms of the ontology stay, marked."""
    return path.partition("/")[0] in KINDS and is_deprecated(found)


def write(content: Content, written: ox.RdfFormat, context: json_ld.Context, base: str) -> bytes:
    """Return content in an RDF format; JSON-LD names its context below ``base`` (an address without a slash at its end)."""
    triples = content.found.triples
    if content.body is not None:
        return content.body
    if written == ox.RdfFormat.JSON_LD:
        root = "" if content.listed is not None else content.found.iri
        return json_ld.write(triples, root, context, f"{base}/context.jsonld")
    prefixes = None if written == ox.RdfFormat.N_TRIPLES else prefixes_of(triples)
    return restore_written(ox.serialize(triples, format=written, prefixes=prefixes) or b"", written)


def _about(iri: str, triples: list[ox.Triple]) -> Description:
    told = Description.of_document(iri, triples)
    return told if iri in told.subjects else replace(told, iri=ONTOLOGY)


def _resource(iri: str, page: int) -> Steps[Content | None]:
    found = yield from describe(iri, page)
    if found is None and iri == DATASET:
        found = Description.of_document(DATASET, triples_of((yield dataset())))
    if found is None or (page > 1 and not found.incoming):
        return None
    return Content(found, page=page, more=found.more)


def _list(iri: str, page: int, triples: list[ox.Triple]) -> Content | None:
    found = Description.of_document(iri, triples)
    names = sorted((name for name in found.subjects if not name.startswith("_:")), key=place_in_list)
    if not names:
        return None
    beyond = set(names[PAGE_SIZE:])
    kept = [t for t in triples if not (isinstance(t.subject, ox.NamedNode) and t.subject.value in beyond)]
    return Content(Description.of_document(iri, kept), tuple(names[:PAGE_SIZE]), page, more=bool(beyond))
