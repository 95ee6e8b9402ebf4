"""The shapes that data is validated against: what they target, what they demand, what they say to people."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.validation.findings import Place
from bqwgraph.validation.paths import Path, members, objects, read
from bqwgraph.validation.sources import Corpus, Node

SH: Final = PREFIXES["sh"]
RDF: Final = PREFIXES["rdf"]
RDFS: Final = PREFIXES["rdfs"]
OWL: Final = PREFIXES["owl"]

_TARGETS: Final = ("targetNode", "targetClass", "targetSubjectsOf", "targetObjectsOf")
_OF_SHAPES: Final = ("property", "node", "not", "qualifiedValueShape")
_OF_LISTS: Final = ("and", "or", "xone")


@dataclass(frozen=True)
class Target:
    """What a shape is about: ``kind`` is the local name of the property that says so."""

    shape: Node
    kind: str
    term: Node
    implicit: bool = False
    """The shape is a class and targets its own instances."""


class Shapes:
    """A shapes graph, made of all files at once."""

    def __init__(self, corpus: Corpus) -> None:
        self.corpus = corpus

    @property
    def text(self) -> bytes:
        """All shapes as N-Triples."""
        return self.corpus.text

    def values(self, shape: Node, name: str) -> list[Node]:
        """Return the values of one of SHACL's properties, e.g. ``minCount``."""
        return objects(self.corpus.store, shape, SH + name)

    def path(self, shape: Node) -> Path | None:
        """Return the path of a property shape."""
        return next((read(self.corpus.store, node) for node in self.values(shape, "path")), None)

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """What the shapes are about."""
        stated = [
            Target(quad.subject, name, quad.object)
            for name in _TARGETS
            for quad in self.corpus.store.quads_for_pattern(None, ox.NamedNode(SH + name), None)
        ]
        classes = {subject for kind in (RDFS + "Class", OWL + "Class") for subject in self._instances(kind)}
        return (*stated, *(Target(shape, "targetClass", shape, implicit=True) for shape in self._typed if shape in classes))

    @cached_property
    def _typed(self) -> dict[Node, None]:
        return dict.fromkeys(chain(self._instances(SH + "NodeShape"), self._instances(SH + "PropertyShape")))

    def _instances(self, kind: str) -> Iterator[Node]:
        for quad in self.corpus.store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), ox.NamedNode(kind)):
            yield quad.subject

    @cached_property
    def referenced(self) -> frozenset[Node]:
        """The shapes that other shapes use."""
        store = self.corpus.store
        used = {q.object for name in _OF_SHAPES for q in store.quads_for_pattern(None, ox.NamedNode(SH + name), None)}
        for name in _OF_LISTS:
            for quad in store.quads_for_pattern(None, ox.NamedNode(SH + name), None):
                used |= set(members(store, quad.object))
        return frozenset(used)

    @cached_property
    def all(self) -> frozenset[Node]:
        """Every shape: typed as one, with a target, or used by another."""
        return frozenset(self._typed) | self.referenced | {target.shape for target in self.targets}

    def named(self, shape: Node) -> Node:
        """Return a shape, or where it has no name, the nearest shape with one that uses it; itself where there is none."""
        seen, near = {shape}, [shape]
        while near and isinstance(near[0], ox.BlankNode):
            users = [statement.triple.subject for statement in self.corpus.to(near.pop(0))]
            near += [user for user in users if user not in seen]
            seen |= set(users)
        return near[0] if near else shape

    def place(self, node: Node) -> Place | None:
        """Return where a shape begins."""
        return next((statement.subject for statement in self.corpus.about(node)), None)


def by_language(messages: list[Node] | tuple[ox.Literal, ...]) -> dict[str, str]:
    """Return messages by language tag, with its usual capitals; those without one count as English where there is none."""
    told = dict[str, str]()
    for message in sorted((m for m in messages if isinstance(m, ox.Literal)), key=lambda m: (not m.language, m.value)):
        tag = recommended(message.language) if message.language else "en"
        if tag in told and message.language:
            told[tag] += " " + message.value
        else:
            told.setdefault(tag, message.value)
    return told
