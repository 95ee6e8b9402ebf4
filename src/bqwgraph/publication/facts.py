"""What ``data/dataset.ttl`` says of the catalogue and its datasets, as descriptions repeat it."""

from collections.abc import Iterator
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import BASE
from bqwgraph.publication.statements import named

CATALOGUE: Final = BASE + "catalogue"

_TYPE: Final = named("rdf:type")
_CORE: Final = ("title", "description", "creator", "issued", "license", "modified", "publisher")


class NotDescribed(Exception):
    """The graph does not say what the catalogue or a dataset is."""


def dataset(name: str) -> str:
    """Return the IRI of a dataset.

    >>> dataset("gazetteer")
    'https://w3id.org/bqwgraph/dataset/gazetteer'
    """
    return f"{BASE}dataset/{name}"


def values(store: ox.Store, iri: str, name: str) -> list[ox.NamedNode | ox.Literal]:
    """Return what the graph says of a node by a property (a prefixed name), in a fixed order."""
    quads = store.quads_for_pattern(ox.NamedNode(iri), named(name), None, ox.DefaultGraph())
    return sorted((quad.object for quad in quads if isinstance(quad.object, ox.NamedNode | ox.Literal)), key=str)


def said(store: ox.Store, iri: str, *prefixes: str) -> Iterator[ox.Triple]:
    """Return the triples about a node whose property, or class, is of one of the vocabularies (prefixes)."""
    spaces = tuple(named(f"{prefix}:").value for prefix in prefixes)
    for quad in store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph()):
        term = quad.object if quad.predicate == _TYPE else quad.predicate
        if isinstance(term, ox.NamedNode) and term.value.startswith(spaces):
            yield quad.triple


def core(store: ox.Store, iri: str) -> Iterator[ox.Triple]:
    """Return what any description of a dataset repeats: title, description, who, when, licence."""
    wanted = {named(f"dcterms:{name}") for name in _CORE}
    return (triple for triple in said(store, iri, "dcterms") if triple.predicate in wanted)
