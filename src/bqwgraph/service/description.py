"""The SPARQL 1.1 service description: what the endpoint offers, and the dataset behind it with its counts."""

import pyoxigraph as ox

from bqwgraph.graph.namespaces import BASE, PREFIXES
from bqwgraph.publication.about import About

_SD = "http://www.w3.org/ns/sparql-service-description#"
_FORMATS = "http://www.w3.org/ns/formats/"
_OFFERED = (
    "SPARQL_Results_JSON",
    "SPARQL_Results_XML",
    "SPARQL_Results_CSV",
    "SPARQL_Results_TSV",
    "Turtle",
    "N-Triples",
    "JSON-LD",
    "RDF_XML",
    "N-Quads",
    "TriG",
)


def service_description(about: About, base_url: str, rdf_format: ox.RdfFormat) -> bytes:
    """Return the description of the endpoint at ``base_url``/sparql in an RDF format."""
    rdf, void, xsd = (PREFIXES[name] for name in ("rdf", "void", "xsd"))
    triples = list[ox.Triple]()

    def say(subject: str, predicate: str, value: str | int) -> None:
        term = ox.NamedNode(value) if isinstance(value, str) else ox.Literal(str(value), datatype=ox.NamedNode(xsd + "integer"))
        triples.append(ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), term))

    service, dataset, default = (f"{base_url}/sparql", f"{base_url}/sparql#dataset", f"{base_url}/sparql#default-graph")
    say(service, rdf + "type", _SD + "Service")
    say(service, _SD + "endpoint", service)
    say(service, _SD + "supportedLanguage", _SD + "SPARQL11Query")
    if about.federated:
        say(service, _SD + "feature", _SD + "BasicFederatedQuery")
    for name in _OFFERED:
        say(service, _SD + "resultFormat", _FORMATS + name)
    say(service, _SD + "defaultDataset", dataset)
    say(dataset, rdf + "type", _SD + "Dataset")
    say(dataset, _SD + "defaultGraph", default)
    say(default, rdf + "type", _SD + "Graph")
    say(default, void + "triples", about.triples)
    for iri, count in sorted(about.graphs.items()):
        name = f"{base_url}/sparql#{iri.removeprefix(BASE)}"
        say(dataset, _SD + "namedGraph", name)
        say(name, rdf + "type", _SD + "NamedGraph")
        say(name, _SD + "name", iri)
        say(name, _SD + "graph", f"{name}-graph")
        say(f"{name}-graph", rdf + "type", _SD + "Graph")
        say(f"{name}-graph", void + "triples", count)
    return ox.serialize(triples, format=rdf_format, prefixes={"sd": _SD, "void": void}) or b""
