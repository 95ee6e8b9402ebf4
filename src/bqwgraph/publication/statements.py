"""What is said in a description: triples, collected by prefixed names, without blank nodes."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import PREFIXES

DESCRIBING: Final[Mapping[str, str]] = MappingProxyType(
    {
        **PREFIXES,
        "dcatap": "http://data.europa.eu/r5r/",
        "formats": "http://www.w3.org/ns/formats/",
        "spdx": "http://spdx.org/rdf/terms#",
        "vcard": "http://www.w3.org/2006/vcard/ns#",
        "void-ext": "http://ldf.fi/void-ext#",
    }
)
"""The prefixes of the house, and those that only descriptions of datasets use."""

Value = str | int | ox.NamedNode | ox.Literal
"""An IRI (str), a number, or any term."""


class Statements:
    """Triples in the making.

    >>> said = Statements()
    >>> said.say("urn:a", "void:triples", 2)
    >>> [str(triple.object) for triple in said.triples]
    ['"2"^^<http://www.w3.org/2001/XMLSchema#integer>']
    """

    def __init__(self) -> None:
        self.triples: list[ox.Triple] = []

    def say(self, subject: str, name: str, *values: Value) -> None:
        """Say that the node with the IRI ``subject`` has a property (a prefixed name), once for each value."""
        predicate = named(name)
        self.triples += [ox.Triple(ox.NamedNode(subject), predicate, _term(value)) for value in values]

    def is_a(self, subject: str, *classes: str) -> None:
        """Say of which classes (prefixed names) a node is."""
        self.say(subject, "rdf:type", *map(named, classes))


def named(name: str) -> ox.NamedNode:
    """Return the node that a prefixed name stands for."""
    prefix, _, local = name.partition(":")
    return ox.NamedNode(DESCRIBING[prefix] + local)


def both(chinese: str, english: str) -> tuple[ox.Literal, ox.Literal]:
    """Return a text in our two languages."""
    return ox.Literal(chinese, language="zh-Hans"), ox.Literal(english, language="en")


def typed(text: str, datatype: str) -> ox.Literal:
    """Return a literal of a datatype (a prefixed name)."""
    return ox.Literal(text, datatype=named(datatype))


def _term(value: Value) -> ox.NamedNode | ox.Literal:
    if isinstance(value, str):
        return ox.NamedNode(value)
    return typed(str(value), "xsd:integer") if isinstance(value, int) else value
