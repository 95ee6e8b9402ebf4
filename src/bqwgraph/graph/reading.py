"""Reading one file: its triples, or a fault that says where and what."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import count
from typing import Final, TypeVar

import pyoxigraph as ox

from bqwgraph.graph import jsonld_faults, rdfxml
from bqwgraph.graph.positions import Lines

_Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple | ox.DefaultGraph
_T = TypeVar("_T", bound=_Term)
_UNNAMED = (ox.BlankNode, ox.Triple)
_POSITION = re.compile(r"^Parser error (?:at|between) line [^:]*: ")


@dataclass(frozen=True)
class SyntaxFault:
    """A file that is not in its syntax: where it stops being so (1-based line and column, in characters; 0: unknown) and why."""

    file: str
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.message}" if self.line else f"{self.file}: {self.message}"


class GraphError(Exception):
    """A graph that cannot be read: one fault a broken file, and none of it half-loaded."""

    def __init__(self, faults: list[SyntaxFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


def syntax_fault(error: SyntaxError, name: str) -> SyntaxFault:
    """Return what pyoxigraph says of a file that it refuses, as a fault of that file.

    >>> str(syntax_fault(SyntaxError("Parser error at line 2 column 4: no", (None, 2, 4, None)), "a.ttl"))
    'a.ttl:2:4: no'
    """
    return SyntaxFault(name, error.lineno or 1, error.offset or 1, _POSITION.sub("", error.msg))


def parse_turtle(data: bytes, name: str) -> list[ox.Triple]:
    """Return the triples of a Turtle document; blank nodes numbered as they appear, so that readings repeat.

    ``name`` is what faults call the file, and what keeps its blank nodes apart from other files'.
    Relative IRIs are a fault: authored files use prefixes. Raises GraphError with one fault.

    >>> parse_turtle(b"<urn:a> <urn:b> 1 .", "a.ttl")[0].object.value
    '1'
    """
    return [quad.triple for quad in parse(data, name, ox.RdfFormat.TURTLE)]


def parse(data: bytes, name: str, syntax: ox.RdfFormat, base: str = "") -> list[ox.Quad]:
    """Return the quads of a document in any syntax, in its order; see `parse_turtle`. Without a base, relative IRIs are a fault.

    >>> parse(b"<> <#b> 1 .", "a.ttl", ox.RdfFormat.TURTLE, "file:///a.ttl")[0].predicate.value
    'file:///a.ttl#b'
    """
    if syntax == ox.RdfFormat.RDF_XML:
        quads = _of_rdfxml(data, name, base)
    else:
        content = _decoded(data, name)
        try:
            quads = list(ox.parse(content, format=syntax, base_iri=base or None))
        except SyntaxError as error:
            fault = syntax_fault(error, name) if syntax != ox.RdfFormat.JSON_LD else _fault_of_jsonld(error, name, content, base)
            raise GraphError([fault]) from error
    if not any(isinstance(term, _UNNAMED) for quad in quads for term in (quad.subject, quad.object, quad.graph_name)):
        return quads

    stem, numbers, new = sha256(name.encode()).hexdigest()[:8], count(1), dict[ox.BlankNode, ox.BlankNode]()

    def numbered(term: _T) -> _T | ox.BlankNode:
        if not isinstance(term, ox.BlankNode):
            return term
        if term not in new:
            new[term] = ox.BlankNode(f"b{stem}{next(numbers)}")
        return new[term]

    return [ox.Quad(numbered(q.subject), q.predicate, numbered(q.object), numbered(q.graph_name)) for q in quads]


def _of_rdfxml(data: bytes, name: str, base: str) -> list[ox.Quad]:
    try:
        quads = list(ox.parse(data, format=ox.RdfFormat.RDF_XML, base_iri=base or None))
    except SyntaxError as error:
        broken = rdfxml.well_formed(data)
        line, column = broken[:2] if broken else rdfxml.refused_at(data, base)
        raise GraphError([SyntaxFault(name, line, column, error.msg)]) from error
    broken = rdfxml.well_formed(data)  # pyoxigraph does not mind a document that breaks off
    if broken:
        line, column, why = broken
        raise GraphError([SyntaxFault(name, line, column, f"the XML is not well-formed: {why}")])
    dropped = rdfxml.dropped(data)
    if dropped:
        raise GraphError([SyntaxFault(name, *dropped)])
    return quads


_REMOTE: Final = "LoadDocumentCallback"
"""A word of what pyoxigraph says where a context is to be loaded."""


def _fault_of_jsonld(error: SyntaxError, name: str, text: str, base: str) -> SyntaxFault:
    fault = syntax_fault(error, name)
    if error.lineno and error.offset:
        return replace(fault, column=jsonld_faults.column(text, error.lineno, error.offset))
    line, column = jsonld_faults.refused_at(text, base, error.msg) or (0, 0)
    message = "contexts are not loaded from elsewhere: write this one into the file" if _REMOTE in error.msg else fault.message
    return SyntaxFault(name, line, column, message)


def to_ntriples(data: bytes, name: str) -> bytes:
    r"""Return a Turtle document as canonical N-Triples, a line a triple in the document's order; see `parse_turtle`.

    >>> to_ntriples(b"<urn:a> <urn:b> 'c' .", "a.ttl")
    b'<urn:a> <urn:b> "c" .\n'
    """
    text = _decoded(data, name)
    with _located(name):
        lines = _lines(ox.parse(text, format=ox.RdfFormat.TURTLE))
    return _lines(parse_turtle(data, name)) if BLANK in lines else lines


BLANK: Final = b"_:"
"""What the N-Triples of a blank node have in them (and some others may)."""


def _lines(triples: Iterable[ox.Triple] | Iterable[ox.Quad]) -> bytes:
    # Millions of triples pass here: they stay in the parser and the serializer, which is many times faster than Python objects.
    return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        raise GraphError([SyntaxFault(name, *Lines(good).position(len(good)), "not UTF-8 text")]) from error


@contextmanager
def _located(name: str) -> Iterator[None]:
    try:
        yield
    except SyntaxError as error:
        message = _POSITION.sub("", error.msg)
        raise GraphError([SyntaxFault(name, error.lineno or 1, error.offset or 1, message)]) from error
