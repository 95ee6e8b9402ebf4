"""What follows from the authored files: the OWL RL closure, then one CONSTRUCT query a rule."""

from collections.abc import Iterable

import pyoxigraph as ox
import reasonable

from bqwgraph.graph.reading import GraphError, SyntaxFault

OWL = "http://www.w3.org/2002/07/owl#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
_TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
_REFLEXIVE = frozenset(
    [
        OWL + "sameAs",
        OWL + "equivalentClass",
        OWL + "equivalentProperty",
        RDFS + "subClassOf",
        RDFS + "subPropertyOf",
    ]
)


def closure(triples: Iterable[ox.Triple]) -> set[ox.Triple]:
    """Return what OWL 2 RL adds to the triples: types by subclass, and sub-property, inverse, symmetric, transitive links.

    Literals and blank nodes are left out on both sides (no rule that we use concludes from them), and so is what says
    nothing: ``x = x``, ``owl:Thing``, and types that are themselves OWL's vocabulary.
    """
    named = {
        (t.subject.value, t.predicate.value, t.object.value)
        for t in triples
        if isinstance(t.subject, ox.NamedNode) and isinstance(t.object, ox.NamedNode)
    }
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(sorted(named))
    result = set[ox.Triple]()
    for subject, predicate, value in {tuple(map(str, triple)) for triple in reasoner.reason()} - named:
        says_nothing = predicate in _REFLEXIVE and subject == value
        if not (says_nothing or subject.startswith(OWL) or value.startswith(OWL)):
            result.add(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value)))
    return result


def construct(store: ox.Store, rule: str, name: str) -> list[ox.Triple]:
    """Return the triples that a rule's CONSTRUCT query gives over the store's default graph.

    Raises GraphError, naming the rule's file, where the text is not a CONSTRUCT query.
    """
    try:
        answer = store.query(rule)
    except SyntaxError as error:
        raise GraphError([SyntaxFault(name, error.lineno or 1, error.offset or 1, error.msg)]) from error
    if not isinstance(answer, ox.QueryTriples):
        raise GraphError([SyntaxFault(name, 1, 1, "expected a CONSTRUCT query")])
    return list(answer)
