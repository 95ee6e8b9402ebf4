"""Clients that people have: what they send beside the query is understood, in each form that they know."""

import httpx
import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper

ACTION = "https://w3id.org/bqwgraph/action/5"
WAYS = [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)]


def answer(service: httpx.Client, query: str, form: str, method: str, way: str) -> tuple[str, bytes]:
    """Return the media type and the bytes that SPARQLWrapper gets."""
    asking = SPARQLWrapper(f"{str(service.base_url).rstrip('/')}/sparql")
    asking.setQuery(query)
    asking.setReturnFormat(form)
    asking.setMethod(method)
    asking.setRequestMethod(way)
    found = asking.query()
    return found.info()["content-type"].partition(";")[0], found.response.read()


@pytest.mark.parametrize(("method", "way"), WAYS)
@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        *((form, "application/rdf+xml") for form in (XML, RDFXML)),
        *((form, "text/turtle") for form in (TURTLE, N3)),
        (JSONLD, "application/ld+json"),
    ],
)
def test_sparqlwrapper_gets_graphs(service: httpx.Client, form: str, media_type: str, method: str, way: str) -> None:
    """It says ``format=turtle`` and the like beside Accept; XML is what it asks for by default."""
    written, body = answer(service, f"DESCRIBE <{ACTION}>", form, method, way)
    assert written == media_type
    assert {quad.subject for quad in ox.parse(body, format=ox.RdfFormat.from_media_type(media_type))} == {ox.NamedNode(ACTION)}


@pytest.mark.parametrize(("method", "way"), WAYS)
@pytest.mark.parametrize("form", [XML, JSON, CSV, TSV])
def test_sparqlwrapper_gets_tables(service: httpx.Client, form: str, method: str, way: str) -> None:
    query = f"SELECT ?action {{ VALUES ?action {{ <{ACTION}> }} ?action a ?class }}"
    written, body = answer(service, query, form, method, way)
    assert form in written or form == TSV
    assert ACTION.encode() in body


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_takes_the_endpoint_for_a_store(service: httpx.Client, method: str) -> None:
    endpoint = f"{str(service.base_url).rstrip('/')}/sparql"
    actions = Graph(SPARQLStore(endpoint, method=method), URIRef("https://w3id.org/bqwgraph/graph/data/actions"))
    assert 0 < len(actions) < len(Dataset(store=SPARQLStore(endpoint, method=method)).default_graph)
    assert actions.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5").graph is not None
    assert actions.query("ASK {}").askAnswer
