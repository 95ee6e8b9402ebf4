"""The engine `shacl`: fast, and as good as silent, since it has no messages of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox
import shacl

from bqwgraph.validation.engines.wire import ShapesRefused, blank_nodes

_PROBE_SHAPES = b"""\
_:z <http://www.w3.org/ns/shacl#nodeKind> <http://www.w3.org/ns/shacl#IRI> .
<urn:x:s> <http://www.w3.org/ns/shacl#node> _:a .
_:z <http://www.w3.org/ns/shacl#targetSubjectsOf> <urn:x:p> .
_:a <http://www.w3.org/ns/shacl#targetObjectsOf> <urn:x:p> .
_:a <http://www.w3.org/ns/shacl#nodeKind> <http://www.w3.org/ns/shacl#IRI> .
"""
_PROBE_DATA = b"<urn:x:s> <urn:x:p> _:y .\n_:c <urn:x:p> _:b .\n_:y <urn:x:p> _:c .\n"
_PROBE_RESULTS = {("z", "c"), ("z", "y"), ("a", "y"), ("a", "b"), ("a", "c")}


def results(shapes: bytes, data: bytes) -> Iterator[ox.Triple]:
    """Return the triples of the results. Raises ShapesRefused for shapes that the engine refuses."""
    probed = _Naming.of(_PROBE_SHAPES, _PROBE_DATA).named(_report(_PROBE_SHAPES, _PROBE_DATA))
    found = dict[ox.NamedNode | ox.BlankNode | ox.Triple, dict[str, str]]()
    for triple in probed:
        if isinstance(triple.object, ox.BlankNode):
            found.setdefault(triple.subject, {})[triple.predicate.value.rpartition("#")[2]] = triple.object.value
    if {(terms["sourceShape"], terms["focusNode"]) for terms in found.values() if "focusNode" in terms} != _PROBE_RESULTS:
        raise RuntimeError("this version names blank nodes in a way that bqwgraph does not know")
    return _Naming.of(shapes, data).named(_report(shapes, data))


def _report(shapes: bytes, data: bytes) -> bytes:
    try:
        compiled = shacl.Shapes.from_text(shapes.decode(), format="ntriples")
        report = compiled.validate_text(data.decode(), format="ntriples")
    except ValueError as error:
        raise ShapesRefused(str(error)) from error
    written: str = report.serialize("ntriples")
    return written.encode()


@dataclass(frozen=True)
class _Naming:
    """The engine calls blank nodes ``0_bN`` in data and ``1_bN`` in shapes, numbered as they appear, shapes before data."""

    shapes: list[str]
    data: list[str]

    @classmethod
    def of(cls, shapes: bytes, data: bytes) -> "_Naming":
        """Return the naming of two graphs."""
        return cls(blank_nodes(shapes), blank_nodes(data))

    def named(self, report: bytes) -> Iterator[ox.Triple]:
        """Yield the triples of a report with blank nodes called as they were."""
        for quad in ox.parse(report, format=ox.RdfFormat.N_TRIPLES):
            yield ox.Triple(quad.subject, quad.predicate, self._name(quad.object))

    def _name(
        self, term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
    ) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
        if not isinstance(term, ox.BlankNode):
            return term
        graph, underscored, number = term.value.partition("_b")
        if not underscored or graph not in {"0", "1"}:
            return term
        names = self.shapes + self.data if graph == "0" else self.shapes
        return ox.BlankNode(names[int(number)])
