"""SHACL, by pySHACL: the data with everything inferred, against all shapes at once."""

import pyoxigraph as ox
import pyshacl
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import SH
from rdflib.term import Node

from bqwgraph.validation.findings import Finding, Severity


class ValidationFailure(Exception):
    """The validator itself could not do its work, e.g. because a shape is wrong."""


def validate(data: ox.Store, shapes: bytes) -> list[Finding]:
    """Return the findings for a store's default graph against a shapes graph (Turtle); raises ValidationFailure."""
    shapes_graph = Graph().parse(data=shapes, format="turtle")
    _, report, text = pyshacl.validate(_as_rdflib(data), shacl_graph=shapes_graph, inference="none", advanced=False)
    if not isinstance(report, Graph):
        raise ValidationFailure(str(text))
    return sorted((_finding(report, shapes_graph, result) for result in report.subjects(SH.resultSeverity)), key=_order)


def _as_rdflib(data: ox.Store) -> Graph:
    nt = ox.serialize(
        (quad.triple for quad in data.quads_for_pattern(None, None, None, ox.DefaultGraph())),
        format=ox.RdfFormat.N_TRIPLES,
    )
    return Graph().parse(data=nt, format="nt")


def _finding(report: Graph, shapes: Graph, result: Node) -> Finding:
    shape = report.value(result, SH.sourceShape)
    messages = {
        message.language or "en": str(message)
        for message in [*report.objects(result, SH.resultMessage), *(shapes.objects(shape, SH.message) if shape else ())]
        if isinstance(message, Literal)
    }
    return Finding(
        rule=str(shape),
        severity=Severity.named(str(report.value(result, SH.resultSeverity))),
        message=messages,
        focus=_iri(report.value(result, SH.focusNode)),
        path=_iri(report.value(result, SH.resultPath)),
        value=str(report.value(result, SH.value) or ""),
    )


def _iri(node: Node | None) -> str:
    return str(node) if isinstance(node, URIRef) else ""


def _order(finding: Finding) -> tuple[str, str, str, str]:
    return finding.focus, finding.path, finding.rule, finding.value
