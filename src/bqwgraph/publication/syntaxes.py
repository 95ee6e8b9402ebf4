"""Triples as files: the syntaxes that we publish in, what others call them, and text that repeats byte for byte."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.language_tags import recommended, restore_written
from bqwgraph.graph.canonical import Terms, predicate_key, to_turtle
from bqwgraph.publication.statements import DESCRIBING, named


@dataclass(frozen=True)
class Syntax:
    """A syntax of RDF: suffix of its files, media type, codes in the EU authority table and in W3C's list of formats."""

    name: str
    suffix: str
    media_type: str
    file_type: str
    w3c: str
    rdf: ox.RdfFormat


TURTLE: Final = Syntax("Turtle", "ttl", "text/turtle", "RDF_TURTLE", "Turtle", ox.RdfFormat.TURTLE)
N_TRIPLES: Final = Syntax("N-Triples", "nt", "application/n-triples", "RDF_N_TRIPLES", "N-Triples", ox.RdfFormat.N_TRIPLES)
N_QUADS: Final = Syntax("N-Quads", "nq", "application/n-quads", "RDF_N_QUADS", "N-Quads", ox.RdfFormat.N_QUADS)
TRIG: Final = Syntax("TriG", "trig", "application/trig", "RDF_TRIG", "TriG", ox.RdfFormat.TRIG)
JSON_LD: Final = Syntax("JSON-LD", "jsonld", "application/ld+json", "JSON_LD", "JSON-LD", ox.RdfFormat.JSON_LD)
RDF_XML: Final = Syntax("RDF/XML", "rdf", "application/rdf+xml", "RDF_XML", "RDF_XML", ox.RdfFormat.RDF_XML)

OF_GRAPHS: Final = (TURTLE, N_TRIPLES, JSON_LD, RDF_XML)
"""The syntaxes for one graph."""
OF_DATASETS: Final = (N_QUADS, TRIG)
"""The syntaxes for named graphs."""

_Value = str | int | dict[str, str]
"""What stands for a value in JSON-LD."""

_XSD: Final = DESCRIBING["xsd"]
_TYPE: Final = named("rdf:type")


def write(triples: Iterable[ox.Triple], syntax: Syntax, prefixes: Mapping[str, str] = DESCRIBING) -> bytes:
    """Return triples as a file; the same triples give the same bytes, in whatever order they come.

    Turtle is canonical (`bqwgraph.graph.canonical`), JSON-LD has the prefixes that it uses as its context.
    Raises ValueError for named graphs, which the syntaxes of OF_DATASETS are for.
    """
    if syntax == TURTLE:
        return to_turtle(triples, prefixes).encode()
    ordered = sorted(set(triples), key=str)
    if syntax == JSON_LD:
        return _json_ld(ordered, prefixes)
    known = _used(ordered, prefixes) if syntax == RDF_XML else None
    return restore_written(ox.serialize(ordered, format=syntax.rdf, prefixes=known) or b"", syntax.rdf)


def _used(triples: Iterable[ox.Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes that the predicates take."""
    terms = Terms(prefixes)
    for predicate in {triple.predicate for triple in triples}:
        terms.name(predicate)
    return dict(sorted(terms.used.items()))


def _json_ld(ordered: list[ox.Triple], prefixes: Mapping[str, str]) -> bytes:
    terms = Terms(prefixes)
    nodes = [_node(subject, list(about), terms) for subject, about in groupby(ordered, attrgetter("subject"))]
    context = json.dumps(dict(sorted(terms.used.items())), ensure_ascii=False, indent=1)
    body = ",\n".join(json.dumps(node, ensure_ascii=False) for node in nodes)
    return f'{{"@context": {context},\n"@graph": [\n{body}\n]}}\n'.encode()


def _node(subject: ox.NamedNode | ox.BlankNode | ox.Triple, about: list[ox.Triple], terms: Terms) -> dict[str, object]:
    node: dict[str, object] = {"@id": _name(subject, terms)}
    said = {predicate: [triple.object for triple in triples] for predicate, triples in _by_predicate(about)}
    if not any(isinstance(value, ox.Literal) for value in said.get(_TYPE, [])):  # which @type would take for names
        types = [_name(value, terms) for value in said.pop(_TYPE, [])]
        if types:
            node["@type"] = _one_or_all(types)
    for predicate in sorted(said, key=lambda predicate: predicate_key(predicate, terms.name(predicate))):
        node[_name(predicate, terms)] = _one_or_all([_value(value, terms) for value in said[predicate]])
    return node


def _by_predicate(about: list[ox.Triple]) -> Iterator[tuple[ox.NamedNode, Iterator[ox.Triple]]]:
    return groupby(about, attrgetter("predicate"))


def _one_or_all(values: Sequence[object]) -> object:
    return values[0] if len(values) == 1 else values


def _name(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, terms: Terms) -> str:
    if isinstance(term, ox.NamedNode):
        return terms.name(term).removeprefix("<").removesuffix(">")
    return str(term)


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple, terms: Terms) -> _Value:
    if not isinstance(term, ox.Literal):
        return {"@id": _name(term, terms)}
    text, datatype = term.value, term.datatype.value.removeprefix(_XSD)
    if term.language:
        return {"@language": recommended(term.language), "@value": text}
    if datatype == "string":
        return text
    if datatype == "boolean" and text in {"true", "false"}:
        return text == "true"
    if datatype == "integer" and text.isdigit() and str(int(text)) == text:
        return int(text)
    return {"@type": _name(term.datatype, terms), "@value": text}
