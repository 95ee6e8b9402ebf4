"""The shapes as one file that any SHACL tool can be pointed at, without the rest of the graph folder.

SHACL (2.1.3.2 and 4.1.1) has ``sh:class`` and ``sh:targetClass`` follow ``rdfs:subClassOf`` in the data. So the file carries the
subclass axioms below the classes that the shapes name, and is both the shapes and what is added to data that has no ontology.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.canonical import to_turtle
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import ONTOLOGY, PREFIXES
from bqwgraph.graph.reading import GraphError, SyntaxFault, parse_turtle

_TYPE: Final = ox.NamedNode(PREFIXES["rdf"] + "type")
_SUBCLASS: Final = ox.NamedNode(PREFIXES["rdfs"] + "subClassOf")
_TITLE: Final = ox.NamedNode(PREFIXES["dcterms"] + "title")
_VERSION: Final = ox.NamedNode(PREFIXES["owl"] + "versionInfo")
_VERSION_IRI: Final = ox.NamedNode(PREFIXES["owl"] + "versionIRI")
_CLASS_NAMING: Final = frozenset(PREFIXES["sh"] + name for name in ("class", "targetClass"))
_LIKE_THE_ONTOLOGY: Final = frozenset(
    {_VERSION.value, *(PREFIXES["dcterms"] + name for name in ("creator", "license", "modified", "publisher"))}
)
_TITLES: Final = (
    ox.Literal("百千万工程知识图谱的形状", language="zh-Hans"),
    ox.Literal("Shapes of the bqwgraph knowledge graph", language="en"),
)


def shapes_file(folder: GraphFolder) -> bytes:
    """Return the shapes of a graph folder, the axioms that they need, and what they are, as canonical Turtle (UTF-8).

    The version and the licence are the ontology's. The same folder gives the same bytes. Raises GraphError with the fault of
    each file that cannot be read, and OSError.
    """
    shapes, ontology, faults = list[ox.Triple](), list[ox.Triple](), list[SyntaxFault]()
    of_shapes = frozenset(folder.shapes())
    for path in folder.ontology():
        try:
            triples = parse_turtle(path.read_bytes(), folder.name(path))
        except GraphError as error:
            faults += error.faults
            continue
        (shapes if path in of_shapes else ontology).extend(triples)
    if faults:
        raise GraphError(faults)
    return to_turtle([*_header(ontology), *shapes, *_axioms(shapes, [*ontology, *shapes])], PREFIXES).encode()


def _header(ontology: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield what the file is; what the ontology says of its version, its licence and its makers goes for the file, too."""
    node = ox.NamedNode(PREFIXES["shape"].rstrip("/"))
    yield ox.Triple(node, _TYPE, ox.NamedNode(PREFIXES["owl"] + "Ontology"))
    for title in _TITLES:
        yield ox.Triple(node, _TITLE, title)
    for said in ontology:
        if said.subject == ox.NamedNode(ONTOLOGY) and said.predicate.value in _LIKE_THE_ONTOLOGY:
            yield ox.Triple(node, said.predicate, said.object)
            if said.predicate == _VERSION and isinstance(said.object, ox.Literal):
                yield ox.Triple(node, _VERSION_IRI, ox.NamedNode(PREFIXES["shape"] + said.object.value))


def _axioms(shapes: Iterable[ox.Triple], said: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
    """Yield the subclass axioms on the way down from the classes that the shapes name."""
    below = defaultdict[str, list[ox.Triple]](list)
    for triple in said:
        if triple.predicate == _SUBCLASS and isinstance(triple.object, ox.NamedNode):
            below[triple.object.value].append(triple)
    named = [t.object.value for t in shapes if t.predicate.value in _CLASS_NAMING and isinstance(t.object, ox.NamedNode)]
    seen = set(named)
    while named:
        for axiom in below[named.pop()]:
            yield axiom
            if isinstance(axiom.subject, ox.NamedNode) and axiom.subject.value not in seen:
                seen.add(axiom.subject.value)
                named.append(axiom.subject.value)
