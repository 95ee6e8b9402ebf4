"""Blank nodes of a dataset, told apart by what is said of them and not by their labels.

Blank nodes that statements connect make a component. Two datasets have the same component where RDFC-1.0 (RDF Dataset
Canonicalization, W3C 2024) writes both alike.

>>> a, b = (list(ox.parse(text, format=ox.RdfFormat.TURTLE)) for text in ("<urn:s> <urn:p> [], 1 .", "<urn:s> <urn:p> _:x ."))
>>> [one.key for one in components(a)] == [one.key for one in components(b)]
True
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import lgamma, log
from typing import Final

import pyoxigraph as ox

LABEL: Final = "c14n"
"""What the labels of RDFC-1.0 begin with."""

UNTOLD: Final = "alike"
"""What the labels of blank nodes begin with that were not told apart."""

_FEW: Final = 6
"""So many nodes that are alike can be told apart in no time, however they are connected."""

_BUDGET: Final = log(1e7)
"""What RDFC-1.0 may cost for a component: it takes seconds beyond, and soon years (no limit of time, so that runs repeat)."""


class CannotTell(Exception):
    """Statements that are not compared: the RDF 1.2 ones about a triple in which there is a blank node."""


@dataclass(frozen=True)
class Component:
    """Blank nodes that hang together: every statement that mentions one of them, sorted.

    Components with equal keys say the same. Where ``is_told`` is false, the nodes are too many and too alike: the key then
    depends on the order of the statements, so that components that say the same may have different keys, but never the reverse.
    """

    key: str
    quads: tuple[ox.Quad, ...]
    is_told: bool


def blank_nodes(quad: ox.Quad) -> Iterator[ox.BlankNode]:
    """Return the blank nodes of a statement: as subject, as object, as name of its graph."""
    for term in (quad.subject, quad.object, quad.graph_name):
        if isinstance(term, ox.BlankNode):
            yield term
        elif isinstance(term, ox.Triple) and "_:" in str(term):
            raise CannotTell(f"{term}: statements about a triple with a blank node (RDF 1.2) are not compared")


def components(quads: Iterable[ox.Quad]) -> list[Component]:
    """Return the components of a dataset; their blank nodes have the labels that RDFC-1.0 gives them in the whole dataset.

    Those that cannot be told apart in reasonable time have labels of their own (``UNTOLD``), and no others are standard then.
    Statements without blank nodes are left out. Raises CannotTell.
    """
    groups = _connected(quad for quad in quads if any(True for _ in blank_nodes(quad)))
    costs = _costs(groups)
    told = ox.Dataset(quad for group, cost in zip(groups, costs, strict=True) if cost <= _BUDGET for quad in group)
    told.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    found = [Component(_alone(group), _sorted(group), is_told=True) for group in _connected(told)]
    untold, number = [group for group, cost in zip(groups, costs, strict=True) if cost > _BUDGET], 0
    for group in untold:
        nodes = list(dict.fromkeys(node for quad in group for node in blank_nodes(quad)))
        key = _text(relabelled(group, {node: ox.BlankNode(f"{UNTOLD}{at}") for at, node in enumerate(nodes)}))
        named = {node: ox.BlankNode(f"{UNTOLD}{at}") for at, node in enumerate(nodes, number)}
        found.append(Component(f"{UNTOLD}\n{key}", _sorted(relabelled(group, named)), is_told=False))
        number += len(nodes)
    return sorted(found, key=lambda one: (one.key, _text(one.quads)))


def relabelled(quads: Iterable[ox.Quad], names: Mapping[ox.BlankNode, ox.BlankNode]) -> list[ox.Quad]:
    """Return statements with other labels for their blank nodes."""

    def named(term: object) -> object:
        return names.get(term, term) if isinstance(term, ox.BlankNode) else term

    return [ox.Quad(named(q.subject), q.predicate, named(q.object), named(q.graph_name)) for q in quads]  # type: ignore[arg-type]


def _connected(quads: Iterable[ox.Quad]) -> list[list[ox.Quad]]:
    """Return the statements that blank nodes connect, in the order in which they come."""
    parent = dict[ox.BlankNode, ox.BlankNode]()

    def root(node: ox.BlankNode) -> ox.BlankNode:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    all_of_them = list(quads)
    for quad in all_of_them:
        first, *others = blank_nodes(quad)
        for other in others:
            parent[root(other)] = root(first)
    groups = defaultdict[ox.BlankNode, list[ox.Quad]](list)
    for quad in all_of_them:
        groups[root(next(blank_nodes(quad)))].append(quad)
    return list(groups.values())


def _costs(groups: list[list[ox.Quad]]) -> list[float]:
    """Return the logarithm of a bound on the steps that RDFC-1.0 takes for each component.

    It tries every order of those neighbours of a node that look the same, for each node that looks like another one.
    """
    about = defaultdict[ox.BlankNode, list[ox.Quad]](list)
    for group in groups:
        for quad in group:
            for node in set(blank_nodes(quad)):
                about[node].append(quad)
    looks = {node: _look(node, quads) for node, quads in about.items()}
    common = Counter(looks.values())
    costs = []
    for group in groups:
        alike = {node for quad in group for node in blank_nodes(quad) if common[looks[node]] > 1}
        cost = 0.0
        if len(alike) > _FEW:
            orders = (lgamma(count + 1) for node in alike for count in _neighbours(node, about[node], alike, looks))
            cost = 3 * log(len(alike)) + sum(orders)
        costs.append(cost)
    return costs


def _look(node: ox.BlankNode, quads: Iterable[ox.Quad]) -> tuple[str, ...]:
    """Return what a blank node looks like without regard to which the others are (RDFC-1.0, 4.6: hash first degree quads)."""

    def seen(term: object) -> str:
        if isinstance(term, ox.BlankNode):
            return "_:a" if term == node else "_:z"
        return str(term)

    return tuple(sorted(f"{seen(q.subject)} {q.predicate} {seen(q.object)} {seen(q.graph_name)}" for q in quads))


def _neighbours(
    node: ox.BlankNode, quads: Iterable[ox.Quad], alike: set[ox.BlankNode], looks: Mapping[ox.BlankNode, tuple[str, ...]]
) -> Iterable[int]:
    """Return how many neighbours of a node look the same and are related to it in the same way, for each look and way."""
    groups = defaultdict[tuple[object, ...], set[ox.BlankNode]](set)
    for quad in quads:
        for place, term in enumerate((quad.subject, quad.object, quad.graph_name)):
            if isinstance(term, ox.BlankNode) and term != node and term in alike:
                groups[place, quad.predicate, looks[term]].add(term)
    return map(len, groups.values())


def _alone(group: Iterable[ox.Quad]) -> str:
    """Return a component as RDFC-1.0 writes it when it is alone."""
    alone = ox.Dataset(group)
    alone.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return _text(alone)


def _sorted(quads: Iterable[ox.Quad]) -> tuple[ox.Quad, ...]:
    return tuple(sorted(quads, key=str))


def _text(quads: Iterable[ox.Quad]) -> str:
    return "\n".join(sorted(map(str, quads)))
