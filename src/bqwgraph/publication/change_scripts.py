"""Changes for machines that apply them: RDF Patch and SPARQL 1.1 Update. Either makes exactly the new graph of the old one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import pyoxigraph as ox

from bqwgraph.graph.namespaces import BASE
from bqwgraph.publication.blank_nodes import Component, blank_nodes
from bqwgraph.publication.difference import Changes

_PLACES: Final = ("subject", "object")


class CannotWrite(Exception):
    """The changes have no form in the syntax that is wanted."""


def patch(changes: Changes) -> str:
    """Return an RDF Patch (https://jena.apache.org/documentation/rdf-patch/) of one transaction.

    An RDF Patch names blank nodes as the system does that it is applied to. Here that is the old graph with the labels that
    RDFC-1.0 gives it. The header says the SHA-256 of both graphs in that form, where they have one; the identifier is made
    from the rows, so that equal changes have equal identifiers.

    Raises CannotWrite where blank nodes go that have no such label.
    """
    if changes.gone and changes.old.untold:
        raise CannotWrite(f"{changes.old.name}: blank nodes are too many and too alike to be named in a patch")
    rows = [f"{sign} {quad} .\n" for sign, quads in (("D", changes.removed), ("A", changes.added)) for quad in quads]
    digests = [(f"{which}-sha256", graph.digest) for which, graph in (("old", changes.old), ("new", changes.new))]
    header = "".join(f'H {word} "{digest}" .\n' for word, digest in digests if digest)
    body = f"TX .\n{''.join(rows)}TC .\n"
    return f"H id <urn:uuid:{uuid5(NAMESPACE_URL, BASE + header + body)}> .\n{header}{body}"


def update(changes: Changes) -> str:
    """Return a SPARQL 1.1 Update.

    DELETE DATA has no blank nodes, so each component that goes is found by a pattern that nothing else matches: all that is
    said of its nodes, and nothing more. INSERT DATA makes new ones.

    Raises CannotWrite where the nodes that go are too alike for a pattern, or a blank node is the name of a graph.
    """
    if not all(one.is_told for one in changes.gone):
        raise CannotWrite(f"{changes.old.name}: blank nodes are too many and too alike to be found by a SPARQL update; try patch")
    if any(isinstance(quad.graph_name, ox.BlankNode) for one in (*changes.gone, *changes.come) for quad in one.quads):
        raise CannotWrite("SPARQL updates cannot make a graph whose name is a blank node; try patch")
    blank = {quad for one in changes.gone for quad in one.quads}
    ground = [quad for quad in changes.removed if quad not in blank]
    parts = [f"DELETE DATA {{\n{_data(ground)}}}" if ground else ""]
    parts += [_removal(one, has_names=changes.old.has_names) for one in changes.gone]
    parts += [f"INSERT DATA {{\n{_data(changes.added)}}}" if changes.added else ""]
    return " ;\n".join(filter(None, parts)) + "\n"


def _block(rows: Iterable[tuple[str, str]]) -> str:
    """Return triples, each after the name of its graph (empty for the default graph), as the quads of an update."""
    by_graph = defaultdict[str, list[str]](list)
    for name, triple in rows:
        by_graph[name].append(f"  {triple} .\n")
    return "".join(f"  GRAPH {name} {{\n{''.join(lines)}  }}\n" if name else "".join(lines) for name, lines in by_graph.items())


def _data(quads: Iterable[ox.Quad]) -> str:
    return _block((_graph(quad), str(quad.triple)) for quad in quads)


def _removal(component: Component, *, has_names: bool) -> str:
    """Return the operation that removes one component, or one that says the same, which makes no difference."""
    nodes = sorted({node for quad in component.quads for node in blank_nodes(quad)}, key=lambda node: node.value)
    variables = {node: f"?{node.value}" for node in nodes}
    pattern = _Pattern(component, variables)
    filters = [line for node in nodes for line in pattern.exactly(node, has_names=has_names)]
    filters += [
        f"FILTER(!sameTerm({variables[one]}, {variables[other]}))"
        for one, other in combinations(nodes, 2)
        if pattern.look(one) == pattern.look(other)
    ]
    conditions = "".join(f"  {line}\n" for line in filters)
    block = pattern.block()
    names = " ".join(variables.values())
    return f"DELETE {{\n{block}}} WHERE {{ SELECT {names} WHERE {{\n{block}{conditions}}} LIMIT 1 }}"


class _Pattern:
    """The statements of a component with variables for its blank nodes."""

    def __init__(self, component: Component, variables: dict[ox.BlankNode, str]) -> None:
        self._quads, self._variables = component.quads, variables
        self._about = {(node, place): list[ox.Quad]() for node in variables for place in _PLACES}
        for quad in component.quads:
            for place in _PLACES:
                term = getattr(quad, place)
                if isinstance(term, ox.BlankNode):
                    self._about[term, place].append(quad)

    def block(self) -> str:
        """Return the statements as the quads of an update."""
        return _block((_graph(q), f"{self._term(q.subject)} {q.predicate} {self._term(q.object)}") for q in self._quads)

    def look(self, node: ox.BlankNode) -> frozenset[tuple[str, ...]]:
        """Return what is said of a node, whichever the blank nodes are; nodes of different looks are not the same."""

        def seen(term: object) -> str:
            return "" if isinstance(term, ox.BlankNode) else str(term)

        return frozenset(
            (place, _graph(quad), quad.predicate.value, seen(quad.object if place == "subject" else quad.subject))
            for place in _PLACES
            for quad in self._about[node, place]
        )

    def exactly(self, node: ox.BlankNode, *, has_names: bool) -> Iterator[str]:
        """Return the filters by which a node is blank, and nothing is said of it but what the pattern says."""
        variable = self._variables[node]
        yield f"FILTER(isBlank({variable}))"
        for place, other in (("subject", "object"), ("object", "subject")):
            terms = {place: variable, other: "?other"}
            triple = f"{terms['subject']} ?p {terms['object']}"
            known = defaultdict[bool, list[str]](list)
            for quad in self._about[node, place]:
                same = f"?p = {quad.predicate} && sameTerm(?other, {self._term(getattr(quad, other))})"
                named = _graph(quad)
                known[bool(named)].append(f"?g = {named} && {same}" if named else same)
            yield f"FILTER NOT EXISTS {{ {triple} {_unless(known[False])}}}"
            if has_names:
                yield f"FILTER NOT EXISTS {{ GRAPH ?g {{ {triple} }} {_unless(known[True])}}}"

    def _term(self, term: object) -> str:
        return self._variables[term] if isinstance(term, ox.BlankNode) else str(term)


def _graph(quad: ox.Quad) -> str:
    return "" if isinstance(quad.graph_name, ox.DefaultGraph) else str(quad.graph_name)


def _unless(known: Iterable[str]) -> str:
    conditions = " || ".join(f"({one})" for one in known)
    return f"FILTER(!({conditions})) " if conditions else ""
