"""Which classes and properties the ontologies that were read define."""

from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.validation.sources import Node

_RDF, _RDFS, _OWL, _SH, _XSD = (PREFIXES[name] for name in ("rdf", "rdfs", "owl", "sh", "xsd"))
_DEFINING: Final = (
    *(_OWL + name for name in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "OntologyProperty")),
    *(_RDFS + name for name in ("Class", "Datatype")),
    _RDF + "Property",
)
_GIVEN: Final = (_RDF, _RDFS, _OWL, _SH, _XSD)
"""Namespaces that need no definition."""


@dataclass(frozen=True)
class Vocabulary:
    """The terms that are declared a class, a property or a datatype, or have a place among the classes."""

    defined: frozenset[Node]

    @classmethod
    def of(cls, *stores: ox.Store) -> "Vocabulary":
        """Return what stores define, in any of their graphs."""
        defined, type_ = set[Node](), ox.NamedNode(_RDF + "type")
        for store in stores:
            for kind in _DEFINING:
                defined |= {quad.subject for quad in store.quads_for_pattern(None, type_, ox.NamedNode(kind))}
            for name in ("subClassOf", "subPropertyOf"):
                for quad in store.quads_for_pattern(None, ox.NamedNode(_RDFS + name), None):
                    defined |= {quad.subject, quad.object}
        return cls(frozenset(defined))

    def lacks(self, term: Node) -> bool:
        """Whether a term is not defined, where anything is: without any ontology nobody can tell."""
        if not isinstance(term, ox.NamedNode) or term.value.startswith(_GIVEN):
            return False
        return bool(self.defined) and term not in self.defined
