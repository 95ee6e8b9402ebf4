"""Figures of a graph, counted once from its triples: what VoID, DCAT and the service description say of it.

The definitions are VoID's (https://www.w3.org/TR/void/#statistics): entities are subjects that have a class; literals count as
objects.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox

from bqwgraph.publication.statements import named

_TYPE: Final = named("rdf:type")

_Node = ox.NamedNode | ox.BlankNode | ox.Triple
_Term = _Node | ox.Literal


@dataclass(frozen=True)
class PropertyFigures:
    """How a property is used.

    ``classes`` and ``datatypes`` count its triples by the class and by the datatype (IRIs) of the object; an object of
    several classes counts for each.
    """

    triples: int
    subjects: int
    objects: int
    classes: Mapping[str, int]
    datatypes: Mapping[str, int]


@dataclass(frozen=True)
class ClassFigures:
    """How a class is used: its instances, one of them (empty where none has an IRI), and their properties by IRI."""

    entities: int
    triples: int
    example: str
    properties: Mapping[str, PropertyFigures]


@dataclass(frozen=True)
class Figures:
    """The figures of one graph, classes and properties by IRI."""

    triples: int
    entities: int
    subjects: int
    objects: int
    classes: Mapping[str, ClassFigures]
    properties: Mapping[str, PropertyFigures]


@dataclass(frozen=True)
class Links:
    """Links to another dataset by one property: ``subjects`` nodes have ``triples`` of them."""

    predicate: str
    triples: int
    subjects: int
    objects: int


def figures(triples: Iterable[ox.Triple]) -> Figures:
    """Count a graph; a triple that comes twice counts once."""
    counted = set(triples)
    types = defaultdict[_Term, list[str]](list)
    for triple in counted:
        if triple.predicate == _TYPE and isinstance(triple.object, ox.NamedNode):
            types[triple.subject].append(triple.object.value)

    whole = defaultdict[str, _Use](_Use)
    of_class = defaultdict[str, defaultdict[str, _Use]](lambda: defaultdict(_Use))
    for triple in counted:
        classes = types.get(triple.object, [])
        name = triple.predicate.value
        whole[name].count(triple, classes)
        for kind in types.get(triple.subject, ()):
            of_class[kind][name].count(triple, classes)

    instances = defaultdict[str, list[_Term]](list)
    for node, classes in types.items():
        for kind in classes:
            instances[kind].append(node)
    return Figures(
        triples=len(counted),
        entities=len(types),
        subjects=len({triple.subject for triple in counted}),
        objects=len({triple.object for triple in counted}),
        classes={
            kind: ClassFigures(
                entities=len(nodes),
                triples=sum(use.triples for use in of_class[kind].values()),
                example=min((node.value for node in nodes if isinstance(node, ox.NamedNode)), key=_shortest, default=""),
                properties=_all(of_class[kind]),
            )
            for kind, nodes in sorted(instances.items())
        },
        properties=_all(whole),
    )


def links(triples: Iterable[ox.Triple], space: str) -> list[Links]:
    """Count the links to the nodes whose IRIs begin with ``space``, by property."""
    found = defaultdict[str, _Use](_Use)
    for triple in set(triples):
        if isinstance(triple.object, ox.NamedNode) and triple.object.value.startswith(space):
            found[triple.predicate.value].count(triple, ())
    return [Links(name, use.triples, len(use.subjects), len(use.objects)) for name, use in sorted(found.items())]


@dataclass
class _Use:
    triples: int = 0
    subjects: set[_Term] = field(default_factory=set)
    objects: set[_Term] = field(default_factory=set)
    classes: Counter[str] = field(default_factory=Counter)
    datatypes: Counter[str] = field(default_factory=Counter)

    def count(self, triple: ox.Triple, classes: Iterable[str]) -> None:
        self.triples += 1
        self.subjects.add(triple.subject)
        self.objects.add(triple.object)
        self.classes.update(classes)
        if isinstance(triple.object, ox.Literal):
            self.datatypes[triple.object.datatype.value] += 1


def _all(uses: Mapping[str, _Use]) -> dict[str, PropertyFigures]:
    return dict(_each(uses))


def _each(uses: Mapping[str, _Use]) -> Iterator[tuple[str, PropertyFigures]]:
    for name, use in sorted(uses.items()):
        classes, datatypes = (dict(sorted(counted.items())) for counted in (use.classes, use.datatypes))
        yield name, PropertyFigures(use.triples, len(use.subjects), len(use.objects), classes, datatypes)


def _shortest(iri: str) -> tuple[int, str]:
    """Sort IRIs so that ``place:nbs2023-44`` comes before the villages."""
    return len(iri), iri
