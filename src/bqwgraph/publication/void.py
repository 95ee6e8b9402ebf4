"""The VoID description of the graph (https://www.w3.org/TR/void/): figures, partitions, links, vocabularies, dumps.

Editors complete queries from it: the partition of a class by a property says by ``void:classPartition`` which classes, and
by ``void-ext:datatypePartition`` which datatypes, the property leads to, as void-generator writes it and sparql-editor reads it.
All nodes have IRIs below ``…/.well-known/void``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from bqwgraph.graph.namespaces import BASE, PREFIXES, TERMS, shorten
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication import facts
from bqwgraph.publication.dumps import WHOLE, DumpFile, content, datasets, graphs_of
from bqwgraph.publication.statements import DESCRIBING, Statements, both
from bqwgraph.publication.statistics import ClassFigures, Figures, Links, PropertyFigures, figures, links
from bqwgraph.publication.syntaxes import OF_DATASETS, OF_GRAPHS

DOCUMENT: Final = BASE + ".well-known/void"


@dataclass(frozen=True)
class Target:
    """Another dataset that we link to: our name for it, its title, its home page, and what its IRIs begin with."""

    name: str
    title: str
    home: str
    space: str


TARGETS: Final = (
    Target("geonames", "GeoNames", "https://www.geonames.org/", "https://sws.geonames.org/"),
    Target("wikidata", "Wikidata", "https://www.wikidata.org/", "http://www.wikidata.org/entity/"),
)


@dataclass(frozen=True)
class Counted:
    """What was counted of a snapshot: the figures of each dataset by its name, and the links of the whole graph by target."""

    figures: Mapping[str, Figures]
    links: Mapping[str, list[Links]]
    vocabularies: list[str]


def counted(snapshot: Snapshot) -> Counted:
    """Count a snapshot."""
    triples = content(snapshot, WHOLE)
    whole = figures(triples)
    parts = {name: figures(content(snapshot, name)) for name in datasets(snapshot) if name != WHOLE}
    return Counted(
        {WHOLE: whole, **parts},
        {target.name: links(triples, target.space) for target in TARGETS},
        _vocabularies(snapshot, [*whole.classes, *whole.properties]),
    )


def describe(snapshot: Snapshot, known: Counted, dumps: Iterable[DumpFile], public_url: str) -> list[ox.Triple]:
    """Return the description; dumps and the endpoint are linked below ``public_url``."""
    said = Statements()
    said.is_a(DOCUMENT, "void:DatasetDescription")
    said.say(DOCUMENT, "dcterms:title", *both("百千万工程知识图谱的 VoID 描述", "VoID description of bqwgraph"))
    said.say(DOCUMENT, "foaf:primaryTopic", facts.dataset(WHOLE))
    whole = facts.dataset(WHOLE)
    for name, found in known.figures.items():
        iri = facts.dataset(name)
        said.is_a(iri, "void:Dataset")
        said.triples += facts.core(snapshot.store, iri)
        _figures(said, iri, found)
        if name != WHOLE:
            said.say(whole, "void:subset", iri)
            said.say(iri, "void:subset", *graphs_of(snapshot, name))
    for dump in dumps:
        if not dump.query:
            said.say(facts.dataset(dump.dataset), "void:dataDump", f"{public_url}/dumps/{dump.name}")
    said.say(whole, "foaf:homepage", f"{public_url}/")
    said.say(whole, "void:sparqlEndpoint", f"{public_url}/sparql")
    said.say(whole, "void:uriSpace", ox.Literal(BASE))
    said.say(whole, "void:feature", *(DESCRIBING["formats"] + syntax.w3c for syntax in (*OF_GRAPHS, *OF_DATASETS)))
    said.say(whole, "void:vocabulary", *known.vocabularies)
    for graph, triples in snapshot.graphs.items():
        said.is_a(graph, "void:Dataset")
        said.say(graph, "void:triples", triples)
        said.say(whole, "void:subset", graph)
    _partitions(said, whole, known.figures[WHOLE])
    _linksets(said, whole, known.links)
    return said.triples


def _figures(said: Statements, iri: str, found: Figures) -> None:
    said.say(iri, "void:triples", found.triples)
    said.say(iri, "void:entities", found.entities)
    said.say(iri, "void:classes", len(found.classes))
    said.say(iri, "void:properties", len(found.properties))
    said.say(iri, "void:distinctSubjects", found.subjects)
    said.say(iri, "void:distinctObjects", found.objects)


def _partitions(said: Statements, whole: str, found: Figures) -> None:
    for kind, class_figures in found.classes.items():
        part = _part(f"class={_short(kind)}")
        said.say(whole, "void:classPartition", part)
        _of_class(said, part, kind, class_figures)
        if class_figures.example and kind.startswith(TERMS):
            said.say(whole, "void:exampleResource", class_figures.example)
        for name, use in class_figures.properties.items():
            inner = _part(f"class={_short(kind)}&property={_short(name)}")
            said.say(part, "void:propertyPartition", inner)
            _of_property(said, inner, name, use)
            for other, triples in use.classes.items():
                leads = _part(f"class={_short(kind)}&property={_short(name)}&object={_short(other)}")
                said.say(inner, "void:classPartition", leads)
                said.is_a(leads, "void:Dataset")
                said.say(leads, "void:class", other)
                said.say(leads, "void:triples", triples)
            for datatype, triples in use.datatypes.items():
                leads = _part(f"class={_short(kind)}&property={_short(name)}&datatype={_short(datatype)}")
                said.say(inner, "void-ext:datatypePartition", leads)
                said.is_a(leads, "void:Dataset")
                said.say(leads, "void-ext:datatype", datatype)
                said.say(leads, "void:triples", triples)
    for name, use in found.properties.items():
        part = _part(f"property={_short(name)}")
        said.say(whole, "void:propertyPartition", part)
        _of_property(said, part, name, use)


def _of_class(said: Statements, part: str, kind: str, found: ClassFigures) -> None:
    said.is_a(part, "void:Dataset")
    said.say(part, "void:class", kind)
    said.say(part, "void:entities", found.entities)
    said.say(part, "void:triples", found.triples)
    said.say(part, "void:properties", len(found.properties))
    if found.example:
        said.say(part, "void:exampleResource", found.example)


def _of_property(said: Statements, part: str, name: str, use: PropertyFigures) -> None:
    said.is_a(part, "void:Dataset")
    said.say(part, "void:property", name)
    said.say(part, "void:triples", use.triples)
    said.say(part, "void:distinctSubjects", use.subjects)
    said.say(part, "void:distinctObjects", use.objects)


def _linksets(said: Statements, whole: str, known: Mapping[str, list[Links]]) -> None:
    for target in TARGETS:
        other = _part(target.name)
        for found in known[target.name]:
            said.is_a(other, "void:Dataset")
            said.say(other, "dcterms:title", ox.Literal(target.title))
            said.say(other, "foaf:homepage", target.home)
            said.say(other, "void:uriSpace", ox.Literal(target.space))
            linkset = _part(f"links={target.name}&property={_short(found.predicate)}")
            said.is_a(linkset, "void:Linkset")
            said.say(whole, "void:subset", linkset)
            said.say(linkset, "void:linkPredicate", found.predicate)
            said.say(linkset, "void:subjectsTarget", whole)
            said.say(linkset, "void:objectsTarget", other)
            said.say(linkset, "void:triples", found.triples)
            said.say(linkset, "void:distinctSubjects", found.subjects)
            said.say(linkset, "void:distinctObjects", found.objects)


def _vocabularies(snapshot: Snapshot, terms: Iterable[str]) -> list[str]:
    """Return the vocabularies of the terms in use: what ``rdfs:isDefinedBy`` says of a term, else its namespace."""
    found = set[str]()
    for term in terms:
        said = snapshot.store.quads_for_pattern(ox.NamedNode(term), _DEFINED, None, ox.DefaultGraph())
        defined = {quad.object.value for quad in said if isinstance(quad.object, ox.NamedNode)}
        found |= defined or {next((space for space in PREFIXES.values() if term.startswith(space)), term)}
    return sorted(found)


_DEFINED: Final = ox.NamedNode(PREFIXES["rdfs"] + "isDefinedBy")


def _part(name: str) -> str:
    return f"{DOCUMENT}#{name}"


def _short(iri: str) -> str:
    """Return an IRI as it stands in a fragment: ``bqw:Place``, or whole and escaped where no prefix fits."""
    short = shorten(iri)
    return short if short != iri else quote(iri, safe="")
