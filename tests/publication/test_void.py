"""The VoID description says what SPARQL counts in the graph, as service description and catalogue do, and editors can read it."""

import pyoxigraph as ox
import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph.namespaces import BASE, PREFIXES
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.about import About
from bqwgraph.publication.describing import DATASET, dataset, triples_of
from bqwgraph.publication.syntaxes import OF_GRAPHS
from bqwgraph.service.description import service_description

from .conftest import PUBLIC, Site, numbers

WHOLE = f"<{BASE}dataset/bqwgraph>"
FIGURES = ("triples", "entities", "classes", "properties", "distinctSubjects", "distinctObjects")


@pytest.fixture(scope="module")
def void(site: Site) -> ox.Store:
    return site.store(".well-known/void.ttl")


@pytest.fixture(scope="module")
def catalogue(site: Site) -> ox.Store:
    return site.store("catalogue.ttl")


def rows(store: ox.Store, query: str) -> set[tuple[str, ...]]:
    prefixes = {**PREFIXES, "void-ext": "http://ldf.fi/void-ext#"}
    found = store.query(query, prefixes=prefixes)
    assert isinstance(found, ox.QuerySolutions)
    return {
        tuple(value.value if isinstance(value, ox.NamedNode | ox.Literal) else "" for value in (row[v] for v in found.variables))
        for row in found
    }


def test_all_nodes_have_iris_below_our_base(void: ox.Store) -> None:
    for quad in void:
        assert isinstance(quad.subject, ox.NamedNode)
        assert quad.subject.value.startswith(BASE)
        assert not isinstance(quad.object, ox.BlankNode)


def test_it_is_the_same_in_every_syntax(site: Site) -> None:
    for name in (".well-known/void", "catalogue"):
        read = []
        for syntax in OF_GRAPHS:
            dataset = ox.Dataset(ox.parse(path=site.root / f"{name}.{syntax.suffix}", format=syntax.rdf))
            dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
            read.append({str(quad) for quad in dataset})
        assert all(there == read[0] for there in read[1:])


@pytest.mark.parametrize("name", ["bqwgraph", "gazetteer", "ontology", "shapes", "vocabularies"])
def test_void_and_dcat_say_the_same_figures(void: ox.Store, catalogue: ox.Store, name: str) -> None:
    for figure in FIGURES:
        query = f"SELECT ?n {{ <{BASE}dataset/{name}> void:{figure} ?n }}"
        assert len(numbers(void, query)) == 1
        assert numbers(void, query) == numbers(catalogue, query), figure


def test_void_and_the_service_description_say_the_same_figures(void: ox.Store, snapshot: Snapshot) -> None:
    about = About(snapshot.digest, snapshot.triples, snapshot.graphs)
    description = ox.Store()
    description.load(service_description(about, PUBLIC, ox.RdfFormat.TURTLE), format=ox.RdfFormat.TURTLE)
    sd = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
    default = numbers(description, sd + "SELECT ?n { ?dataset sd:defaultGraph/void:triples ?n }")
    assert numbers(void, f"SELECT ?n {{ {WHOLE} void:triples ?n }}") == default
    named = numbers(description, sd + "SELECT ?name ?n { ?graph sd:name ?name ; sd:graph/void:triples ?n }")
    assert (
        numbers(
            void, f'SELECT ?g ?n {{ {WHOLE} void:subset ?g . ?g void:triples ?n FILTER(STRSTARTS(STR(?g), "{BASE}graph/")) }}'
        )
        == named
    )
    counted = numbers(snapshot.store, "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
    assert named == counted
    assert default[()] == numbers(snapshot.store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[()]


def test_the_dataset_says_the_same_figures_and_leads_to_the_rest(void: ox.Store, engine: EmbeddedEngine) -> None:
    said = ox.Store()
    said.extend(ox.Quad(*triple) for triple in triples_of(engine.answer(dataset(), 30)))
    for figure in FIGURES:
        assert numbers(said, f"SELECT ?n {{ <{DATASET}> void:{figure} ?n }}") == numbers(
            void, f"SELECT ?n {{ {WHOLE} void:{figure} ?n }}"
        )
    subsets = {name for (name,) in rows(said, f"SELECT ?s {{ <{DATASET}> void:subset ?s }}")}
    assert subsets == {f"{BASE}dataset/{name}" for name in ("bqwgraph", "gazetteer", "ontology", "shapes", "vocabularies")}
    assert rows(said, f"SELECT ?o {{ <{DATASET}> rdfs:seeAlso ?o }}") == {(f"{BASE}.well-known/void",), (f"{BASE}catalogue",)}


def test_partitions_are_those_of_the_graph(void: ox.Store, snapshot: Snapshot) -> None:
    assert numbers(void, f"SELECT ?c ?n {{ {WHOLE} void:classPartition ?p . ?p void:class ?c ; void:entities ?n }}") == numbers(
        snapshot.store, "SELECT ?c (COUNT(DISTINCT ?s) AS ?n) { ?s a ?c } GROUP BY ?c"
    )
    assert numbers(
        void, f"SELECT ?p ?n {{ {WHOLE} void:propertyPartition ?u . ?u void:property ?p ; void:triples ?n }}"
    ) == numbers(snapshot.store, "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p")


def test_an_editor_reads_where_properties_lead(void: ox.Store, snapshot: Snapshot) -> None:
    """The left side asks as sparql-editor of the SIB does."""
    read = rows(
        void,
        """SELECT DISTINCT ?subjectClass ?prop ?objectClass ?objectDatatype WHERE {
            { ?cp void:class ?subjectClass ; void:propertyPartition ?pp .
              ?pp void:property ?prop .
              OPTIONAL {
                { ?pp void:classPartition [ void:class ?objectClass ] }
                UNION { ?pp void-ext:datatypePartition [ void-ext:datatype ?objectDatatype ] }
              }
            } UNION {
              ?ls void:subjectsTarget [ void:class ?subjectClass ] ; void:linkPredicate ?prop ;
                  void:objectsTarget [ void:class ?objectClass ] .
            }
        }""",
    )
    classes = rows(snapshot.store, "SELECT DISTINCT ?c ?p ?d ('' AS ?t) { ?s a ?c ; ?p ?o . ?o a ?d }")
    datatypes = rows(
        snapshot.store, "SELECT DISTINCT ?c ?p ('' AS ?d) ?t { ?s a ?c ; ?p ?o FILTER(isLiteral(?o)) BIND(DATATYPE(?o) AS ?t) }"
    )
    leading = {row[:2] for row in classes | datatypes}
    nowhere = {(*row, "", "") for row in rows(snapshot.store, "SELECT DISTINCT ?c ?p { ?s a ?c ; ?p ?o }") if row not in leading}
    assert read == classes | datatypes | nowhere


def test_linksets_vocabularies_and_examples(void: ox.Store, snapshot: Snapshot) -> None:
    linked = numbers(
        void,
        f"""SELECT ?space ?p ?n {{ {WHOLE} void:subset ?l . ?l a void:Linkset ; void:subjectsTarget {WHOLE} ;
            void:objectsTarget/void:uriSpace ?space ; void:linkPredicate ?p ; void:triples ?n }}""",
    )
    for (space, predicate), count in linked.items():
        asked = f'SELECT (COUNT(*) AS ?n) {{ ?s <{predicate}> ?o FILTER(STRSTARTS(STR(?o), "{space}")) }}'
        assert numbers(snapshot.store, asked)[()] == count > 0
    assert {space for space, _ in linked} == {"https://sws.geonames.org/", "http://www.wikidata.org/entity/"}
    vocabularies = {row[0] for row in rows(void, f"SELECT ?v {{ {WHOLE} void:vocabulary ?v }}")}
    assert {
        BASE + "ontology",
        "http://www.w3.org/2004/02/skos/core",
        "http://www.w3.org/ns/prov#",
        PREFIXES["sh"],
    } <= vocabularies
    examples = {row[0] for row in rows(void, f"SELECT ?e {{ {WHOLE} void:exampleResource ?e }}")}
    assert BASE + "action/1" in examples
    for example in examples:
        assert example.startswith(BASE)
        assert numbers(snapshot.store, f"SELECT (COUNT(*) AS ?n) {{ <{example}> ?p ?o }}")[()] > 0


def test_dumps_are_linked_where_they_are(void: ox.Store, site: Site) -> None:
    linked = {row[0] for row in rows(void, "SELECT ?d { ?dataset void:dataDump ?d }")}
    files = {path for path in site.published.files if path.startswith("dumps/bqwgraph.")}
    assert {f"{PUBLIC}/{path}" for path in files} <= linked
    assert {address.removeprefix(f"{PUBLIC}/") for address in linked} <= set(site.published.files)
