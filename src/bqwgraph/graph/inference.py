"""What follows from the authored files: the OWL RL closure, then one CONSTRUCT query a rule. Triples go as lines of N-Triples."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import pyoxigraph as ox
import reasonable

from bqwgraph.graph.reading import GraphError, SyntaxFault

OWL = "http://www.w3.org/2002/07/owl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_Link = tuple[str, str, str]

_TYPE: Final = RDF + "type"
_REFLEXIVE: Final = frozenset(
    [OWL + "sameAs", OWL + "equivalentClass", OWL + "equivalentProperty", RDFS + "subClassOf", RDFS + "subPropertyOf"]
)
_ANNOTATIONS: Final = frozenset([RDFS + "isDefinedBy", RDFS + "seeAlso", OWL + "versionIRI", OWL + "priorVersion"])
_DECLARATIONS: Final = frozenset(
    OWL + kind for kind in ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty", "Ontology", "NamedIndividual")
) | frozenset([RDF + "Property", RDFS + "Class", RDFS + "Datatype"])
_ANYTHING: Final = _DECLARATIONS | {RDFS + "Literal", RDFS + "Resource", OWL + "Thing", RDF + "List", RDF + "nil"}
_IDENTITY: Final = frozenset([OWL + "sameAs", OWL + "hasKey", OWL + "FunctionalProperty", OWL + "InverseFunctionalProperty"])


def closure(lines: Collection[bytes]) -> set[bytes]:
    """Return what OWL 2 RL adds to triples: types by subclass, and sub-property, inverse, symmetric, transitive links.

    Triples are canonical N-Triples without the line's end. Literals and blank nodes are left out on both sides (no rule that
    we use concludes from them), and so is what says nothing: ``x = x``, ``owl:Thing``, and types that are themselves OWL's
    vocabulary.
    """
    parts = (line.decode("utf-8").split(" ", 2) for line in lines)
    links = [(s[1:-1], p[1:-1], o[1:-3]) for s, p, o in parts if s.startswith("<") and o.startswith("<")]
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(sorted(_fertile(links)))
    concluded = set[bytes]()
    for subject, predicate, value in reasoner.reason():
        says_nothing = predicate in _REFLEXIVE and subject == value
        if not (says_nothing or value.startswith(OWL) or subject.startswith(OWL)):
            concluded.add(f"<{subject}> <{predicate}> <{value}> .".encode())
    return concluded.difference(lines)


def _fertile(links: list[_Link]) -> list[_Link]:
    """Return the links from which OWL 2 RL can conclude something new, the axioms among them.

    Each rule but those of identity joins an axiom with links of the property, or members of the class, that the axiom names.
    Of a property with nothing but domains and ranges, only links matter whose ends are not known to be in them.
    Where axioms speak of identity, or make vocabulary of ordinary terms, all links are returned.
    """
    axioms = [link for link in links if _is_axiom(link)]
    if any(_is_beyond(link) for link in axioms):
        return links
    reach = _reach(axioms)
    if _TYPE in reach.active or _TYPE in reach.domains or _TYPE in reach.ranges:
        return links
    members = {(subject, value) for subject, predicate, value in links if predicate == _TYPE}

    def is_fertile(link: _Link) -> bool:
        subject, predicate, value = link
        if predicate == _TYPE:
            return value in reach.active
        ends = [(subject, kind) for kind in reach.domains[predicate]] + [(value, kind) for kind in reach.ranges[predicate]]
        return predicate in reach.active or not members.issuperset(ends)

    return [*axioms, *filter(is_fertile, links)]


@dataclass(frozen=True)
class _Reach:
    """The terms that axioms are about, but for the domains and ranges of properties, which are apart."""

    active: set[str] = field(default_factory=set)
    domains: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    ranges: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))


def _reach(axioms: list[_Link]) -> _Reach:
    reach = _Reach()
    for subject, predicate, value in axioms:
        if predicate == RDFS + "domain":
            reach.domains[subject].append(value)
        elif predicate == RDFS + "range":
            reach.ranges[subject].append(value)
        elif predicate == _TYPE:
            reach.active.update([subject] if value not in _DECLARATIONS else [])
        elif predicate in {RDFS + "subClassOf", RDFS + "subPropertyOf"}:
            reach.active.add(subject)  # what is of the wider one is not of the narrower
        else:
            reach.active.update([subject, value])
    return reach


def _is_beyond(axiom: _Link) -> bool:
    """Say whether from an axiom new identities follow, or new axioms that are not of the terms that it names."""
    _, predicate, value = axiom
    return bool(_IDENTITY & {predicate, value}) or (predicate != _TYPE and _is_vocabulary(value) and value not in _ANYTHING)


def _is_axiom(link: _Link) -> bool:
    """Say whether a link is of the vocabulary of RDF, RDFS or OWL and more than an annotation."""
    _, predicate, value = link
    if predicate == _TYPE:
        return _is_vocabulary(value)
    return _is_vocabulary(predicate) and predicate not in _ANNOTATIONS


def _is_vocabulary(term: str) -> bool:
    return term.startswith((RDF, RDFS, OWL))


def construct(store: ox.Store, rule: str, name: str) -> set[bytes]:
    """Return the triples that a rule's CONSTRUCT query gives over the store's default graph, as lines of canonical N-Triples.

    Raises GraphError, naming the rule's file, where the text is not a CONSTRUCT query.
    """
    try:
        answer = store.query(rule)
    except SyntaxError as error:
        raise GraphError([SyntaxFault(name, error.lineno or 1, error.offset or 1, error.msg)]) from error
    if not isinstance(answer, ox.QueryTriples):
        raise GraphError([SyntaxFault(name, 1, 1, "expected a CONSTRUCT query")])
    return set((answer.serialize(format=ox.RdfFormat.N_TRIPLES) or b"").splitlines())
