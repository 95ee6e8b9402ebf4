"""A ``sh:ValidationReport`` (W3C SHACL, section 3) in Turtle or JSON-LD, with the places of the results beside it.

Only what SHACL found goes in. Where a result stands is said in W3C's Pointer Methods in RDF: ``earl:pointer`` leads to a
``ptr:StartEndPointer``, whose two ends have ``ptr:lineNumber``, ``ptr:charNumber`` (from 1, the end just behind) and
``ptr:reference``, the file's name; places that belong to the finding too are a ``dcterms:relation``. Where SHACL did not run,
e.g. because a file has a syntax error, there is no report, and the document is empty: no ``sh:conforms`` could be true.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import count
from typing import Final, TypeVar

import pyoxigraph as ox

from bqwgraph.engine.language_tags import restore_written
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.validation.findings import Finding, Place, Report
from bqwgraph.validation.reports.options import ReportOptions, in_order
from bqwgraph.validation.reports.wording import encoded

SHACL_CHECK: Final = "shacl"
"""What `Report.checks` calls SHACL."""

_POINTER_PREFIXES: Final = {"earl": "http://www.w3.org/ns/earl#", "ptr": "http://www.w3.org/2009/pointers#"}
_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
_T = TypeVar("_T", bound=_Term)
_DEPTH: Final = 4
"""How deep blank nodes are looked into to tell them apart: results differ in what is near."""


def _named(prefix: str, local: str) -> ox.NamedNode:
    return ox.NamedNode((_POINTER_PREFIXES.get(prefix) or PREFIXES[prefix]) + local)


_TYPE: Final = _named("rdf", "type")
_POSITIVE: Final = _named("xsd", "positiveInteger")
_POINTER: Final = _named("earl", "pointer")
_RELATION: Final = _named("dcterms", "relation")
_START: Final = _named("ptr", "startPointer")
_END: Final = _named("ptr", "endPointer")


def turtle(report: Report, options: ReportOptions) -> str:
    """Return the report in Turtle."""
    triples = list(_triples(report, options))
    used = {term.value[: _local(term.value)] for triple in triples for term in triple if isinstance(term, ox.NamedNode)}
    prefixes = {name: iri for name, iri in {**PREFIXES, **_POINTER_PREFIXES}.items() if iri in used or name == "xsd"}
    return _written(triples, ox.RdfFormat.TURTLE, prefixes)


def jsonld(report: Report, options: ReportOptions) -> str:
    """Return the report in JSON-LD, expanded."""
    return _written(_triples(report, options), ox.RdfFormat.JSON_LD, {}) + "\n"


def _written(triples: Iterable[ox.Triple], form: ox.RdfFormat, prefixes: dict[str, str]) -> str:
    body = BytesIO()
    ox.serialize(triples, body, format=form, prefixes=prefixes)
    return restore_written(body.getvalue(), form).decode("utf-8")


def _local(iri: str) -> int:
    return max(iri.rfind("#"), iri.rfind("/")) + 1


def _triples(report: Report, options: ReportOptions) -> Iterator[ox.Triple]:
    results = [finding for finding in in_order(report.findings) if finding.result]
    if not results and SHACL_CHECK not in report.checks:
        return
    new = _Labels()
    root = new.node()
    yield ox.Triple(root, _TYPE, _named("sh", "ValidationReport"))
    yield ox.Triple(root, _named("sh", "conforms"), ox.Literal(not results))
    for finding in results:
        yield ox.Triple(root, _named("sh", "result"), new.of(finding.result[0].subject))
    said: set[ox.Triple] = set()
    for finding in results:
        for triple in _result(finding, new, options):
            if triple not in said:
                said.add(triple)
                yield triple


def _result(finding: Finding, new: "_Labels", options: ReportOptions) -> Iterator[ox.Triple]:
    """Yield what is said of one result, of its place, and of the blank nodes that it leads to."""
    node = finding.result[0].subject
    about: dict[_Term, list[ox.Triple]] = {}
    for triple in finding.result:
        about.setdefault(triple.subject, []).append(triple)
    at: tuple[Finding | Place, ...] = (finding, *finding.related)
    places = [(_POINTER if place is finding else _RELATION, _Pointer(place, new, options)) for place in at if place.file]
    waiting: deque[_Term] = deque([node])
    seen: set[_Term] = {node}
    while waiting:
        subject = waiting.popleft()
        triples = sorted(about.get(subject, ()), key=lambda triple: (triple.predicate != _TYPE, *_key(triple, about, _DEPTH)))
        for triple in triples:
            yield ox.Triple(new.of(triple.subject), triple.predicate, new.of(triple.object))
            if triple.object in about and triple.object not in seen:
                seen.add(triple.object)
                waiting.append(triple.object)
        if subject == node:
            yield from (ox.Triple(new.of(node), link, place.node) for link, place in places)
    for _, place in places:
        yield from place.triples


def _key(triple: ox.Triple, about: dict[_Term, list[ox.Triple]], depth: int) -> tuple[str, str]:
    """Return what to sort a triple by: no label of a blank node, but what is said of it."""
    if not isinstance(triple.object, ox.BlankNode):
        return triple.predicate.value, str(triple.object)
    near = sorted(_key(next_one, about, depth - 1) for next_one in about.get(triple.object, ())) if depth else []
    return triple.predicate.value, repr(near)


class _Labels:
    """Gives blank nodes new labels, numbered as they come: engines' own labels differ from run to run."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self._given: dict[_Term, ox.BlankNode] = {}

    def node(self) -> ox.BlankNode:
        return ox.BlankNode(f"b{next(self._numbers)}")

    def of(self, term: _T) -> _T | ox.BlankNode:
        if not isinstance(term, ox.BlankNode):
            return term
        return self._given.get(term) or self._given.setdefault(term, self.node())


class _Pointer:
    """A place as W3C's Pointer Methods say it: ``node``, and the triples about it."""

    def __init__(self, place: Finding | Place, new: _Labels, options: ReportOptions) -> None:
        self._file = ox.Literal(encoded(options.path(place.file)).decode())
        start = (place.line, place.column)
        end = (place.end_line, place.end_column)
        if place.line and place.end_line:
            self.node = new.node()
            ends = ((_START, new.node(), start), (_END, new.node(), end))
            self.triples = [
                ox.Triple(self.node, _TYPE, _named("ptr", "StartEndPointer")),
                *(ox.Triple(self.node, link, node) for link, node, _ in ends),
                *(triple for _, node, at in ends for triple in self._point(node, *at)),
            ]
        else:
            self.node = new.node()
            self.triples = list(self._point(self.node, *start))

    def _point(self, node: ox.BlankNode, line: int, column: int) -> Iterator[ox.Triple]:
        yield ox.Triple(node, _TYPE, _named("ptr", "LineCharPointer" if line else "SinglePointer"))
        yield ox.Triple(node, _named("ptr", "reference"), self._file)
        if line:
            yield ox.Triple(node, _named("ptr", "lineNumber"), ox.Literal(str(line), datatype=_POSITIVE))
        if line and column:
            yield ox.Triple(node, _named("ptr", "charNumber"), ox.Literal(str(column), datatype=_POSITIVE))
