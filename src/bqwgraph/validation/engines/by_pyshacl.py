"""The engine `pyshacl`: the reference, slow. Its own messages are left out: they differ by engine, ours do not."""

import re
from collections.abc import Iterator

import pyoxigraph as ox
import pyshacl
from pyparsing import ParseException
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import SH, XSD
from rdflib.term import Node

from bqwgraph.validation.engines.wire import ShapesRefused


def results(shapes: bytes, data: bytes) -> Iterator[ox.Triple]:
    """Return the triples of the results. Raises ShapesRefused for shapes that pySHACL refuses."""
    try:
        _, report, text = pyshacl.validate(
            _graph(data), shacl_graph=_graph(shapes), inference="none", advanced=False, inplace=True
        )
    except RecursionError:
        raise
    except (RuntimeError, re.error, ParseException) as error:  # of shapes that it cannot load, of patterns and of queries
        raise ShapesRefused(str(error)) from error
    if not isinstance(report, Graph):
        raise ShapesRefused(str(text))
    for result in report.objects(None, SH.result):
        for _, predicate, term in report.triples((result, None, None)):
            yield ox.Triple(_named(result), ox.NamedNode(str(predicate)), _term(term))


def _graph(text: bytes) -> Graph:
    """Return a graph with blank nodes and literals just as they are written; rdflib's own parser changes both."""
    graph = Graph()
    for quad in ox.parse(text, format=ox.RdfFormat.N_TRIPLES):
        graph.add((_node(quad.subject), URIRef(quad.predicate.value), _node(quad.object)))
    return graph


def _node(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    if isinstance(term, ox.Triple):
        raise ShapesRefused("pySHACL knows no triples within triples (RDF 1.2)")
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = URIRef(term.datatype.value)
    return Literal(term.value, datatype=None if datatype == XSD.string else datatype, normalize=False)


def _named(node: Node) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(str(node)) if isinstance(node, BNode) else ox.NamedNode(str(node))


def _term(node: Node) -> ox.NamedNode | ox.BlankNode | ox.Literal:
    if not isinstance(node, Literal):
        return _named(node)
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or XSD.string)))
