"""The catalogue is DCAT-AP by DCAT-AP's own shapes, true to the graph and the files, and harvesters' own code reads it whole.

Harvesters need environments of their own: BQWGRAPH_CKAN_PYTHON and BQWGRAPH_UDATA_PYTHON name a Python that has them
(``pip install -r harvesters/ckan.txt``, ``…/udata.txt``; ``.ci/run`` makes both).
"""

import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, SKOS, BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import OWL, PROV, SH
from rdflib.term import Node

from bqwgraph.graph.namespaces import BASE
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.catalogue import Released, describe
from bqwgraph.publication.dumps import DumpFile, read_index
from bqwgraph.publication.syntaxes import TURTLE, write
from bqwgraph.publication.void import Counted

from .conftest import PUBLIC, Site

EU = "http://publications.europa.eu/resource/authority/"
SPDX = "http://spdx.org/rdf/terms#"
VERSIONS = {name: URIRef(str(DCAT) + name) for name in ("hasVersion", "isVersionOf", "previousVersion")}
DATASETS = ["bqwgraph", "gazetteer", "ontology", "shapes", "vocabularies"]


@pytest.fixture(scope="module")
def catalogue(site: Site) -> Graph:
    return Graph().parse(site.root / "catalogue.ttl")


@pytest.fixture(scope="module")
def listed(site: Site) -> list[DumpFile]:
    return [file for file in read_index((site.root / "dumps/index.json").read_bytes()) if not file.query]


def findings(shared: Path, names: list[str], data: Graph) -> list[tuple[str, Node | None, Node | None]]:
    """Validate by shapes of DCAT-AP; return severity, path and value of each result."""
    shapes = Graph()
    for name in names:
        shapes.parse(shared / "suites/dcat-ap-3.0.1" / name)
    shapes.remove((None, OWL.imports, None))
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes)
    assert isinstance(report, Graph)
    return [
        (
            str(report.value(result, SH.resultSeverity)).rpartition("#")[2],
            report.value(result, SH.resultPath),
            report.value(result, SH.value),
        )
        for result in report.objects(None, SH.result)
    ]


def authorities(catalogue: Graph) -> Graph:
    """Return what the vocabularies that DCAT-AP imports say of the codes in use: of which list each is."""
    said = Graph()
    for code in set(catalogue.objects()):
        table = re.match(rf"({EU}[a-z-]+)/.|http://purl\.org/adms/(publishertype)/.", str(code))
        if table:
            scheme = URIRef(table[1] or f"http://purl.org/adms/{table[2]}/1.0")
            said.add((code, RDF.type, SKOS.Concept))
            said.add((code, SKOS.prefLabel, Literal("as in the table")))
            said.add((code, SKOS.inScheme, scheme))
            said.add((scheme, RDF.type, SKOS.ConceptScheme))
            said.add((scheme, DCTERMS.title, Literal("as in the table")))
    for algorithm in catalogue.objects(None, URIRef(SPDX + "algorithm")):
        said.add((algorithm, RDF.type, URIRef(SPDX + "ChecksumAlgorithm")))
    return said


RANGES = {
    DCTERMS.language: DCTERMS.LinguisticSystem,
    DCTERMS.license: DCTERMS.LicenseDocument,
    DCTERMS.spatial: DCTERMS.Location,
    DCTERMS.accessRights: DCTERMS.RightsStatement,
    DCTERMS.accrualPeriodicity: DCTERMS.Frequency,
    DCTERMS.conformsTo: DCTERMS.Standard,
    DCTERMS.format: DCTERMS.MediaTypeOrExtent,
    DCTERMS.type: SKOS.Concept,
    DCAT.mediaType: DCTERMS.MediaType,
    DCAT.compressFormat: DCTERMS.MediaType,
    DCAT.landingPage: FOAF.Document,
    DCAT.theme: SKOS.Concept,
    DCAT.themeTaxonomy: SKOS.ConceptScheme,
    FOAF.homepage: FOAF.Document,
    URIRef("http://data.europa.eu/r5r/availability"): SKOS.Concept,
}
"""What the values outside of our catalogue are, as their owners say."""


def test_dcat_aps_shapes_find_nothing(shared: Path, catalogue: Graph) -> None:
    assert findings(shared, ["shapes.ttl", "shapes_recommended.ttl", "deprecateduris.ttl"], catalogue) == []


def test_the_codes_are_those_of_the_authorities(shared: Path, catalogue: Graph) -> None:
    """One warning is for bodies of the EU alone: that the publisher is not in its list of them.

    The shape asks it of everybody; the text of DCAT-AP 3.0.1 asks it of European institutions and a few international bodies,
    and others to use lists of their own country. Our contributors are in none.
    """
    found = findings(shared, ["mdr-vocabularies.shape.ttl"], catalogue + authorities(catalogue))
    assert {(severity, path) for severity, path, _ in found} == {("Warning", DCTERMS.publisher)}


def test_values_are_of_the_classes_that_dcat_ap_expects(shared: Path, catalogue: Graph) -> None:
    known = Graph()
    for path, kind in RANGES.items():
        for value in catalogue.objects(None, path):
            known.add((value, RDF.type, kind))
    assert findings(shared, ["range.ttl"], catalogue + known) == []


def test_a_fault_would_be_found(shared: Path, catalogue: Graph) -> None:
    broken = catalogue - Graph()
    for title in list(broken.triples((URIRef(BASE + "dataset/shapes"), DCTERMS.title, None))):
        broken.remove(title)
    assert findings(shared, ["shapes.ttl"], broken) == [("Violation", DCTERMS.title, None)]


def test_every_dump_is_a_distribution(catalogue: Graph, listed: list[DumpFile]) -> None:
    found = {}
    for dataset, distribution in catalogue.subject_objects(DCAT.distribution):
        checksum = catalogue.value(distribution, URIRef(SPDX + "checksum"))
        packed = catalogue.value(distribution, DCAT.compressFormat)
        found[str(catalogue.value(distribution, DCAT.downloadURL))] = (
            str(dataset),
            str(catalogue.value(distribution, DCAT.mediaType)).removeprefix("https://www.iana.org/assignments/media-types/"),
            str(packed).rpartition("/")[2] if packed else "",
            int(str(catalogue.value(distribution, DCAT.byteSize))),
            str(catalogue.value(checksum, URIRef(SPDX + "checksumValue"))).lower(),
        )
    assert found == {
        f"{PUBLIC}/dumps/{file.name}": (
            f"{BASE}dataset/{file.dataset}",
            file.media_type,
            file.compression,
            file.size,
            file.sha256,
        )
        for file in listed
    }


@pytest.fixture(scope="module")
def with_releases(snapshot: Snapshot, known: Counted, listed: list[DumpFile]) -> Graph:
    """The catalogue with two releases, the first of which is dated earlier and is under another licence."""
    store, iri = ox.Store(), ox.NamedNode(f"{BASE}dataset/bqwgraph")
    store.extend(snapshot.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))
    for path, value in (
        (DCTERMS.modified, ox.Literal("2026-01-01", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#date"))),
        (DCTERMS.license, ox.NamedNode(f"{EU}licence/CC0")),
    ):
        store.remove(next(iter(store.quads_for_pattern(iri, ox.NamedNode(str(path)), None))))
        store.add(ox.Quad(iri, ox.NamedNode(str(path)), value))
    releases = [
        Released(version, previous, "0" * 64, [archived(version, file) for file in listed if file.name == "bqwgraph.nt.gz"], has)
        for version, previous, has in (("0.0.1", "", store), ("0.1.0", "0.0.1", snapshot.store))
    ]
    triples = describe(snapshot, known, listed, PUBLIC, releases)
    return Graph().parse(data=write(triples, TURTLE), format="turtle")


def archived(version: str, file: DumpFile) -> DumpFile:
    return replace(file, name=f"{version}/{file.name}")


def test_releases_are_versions_of_the_graph(with_releases: Graph, catalogue: Graph) -> None:
    whole = URIRef(f"{BASE}dataset/bqwgraph")
    first, second = (URIRef(f"{BASE}catalogue#bqwgraph-{version}") for version in ("0.0.1", "0.1.0"))
    assert set(with_releases.objects(whole, VERSIONS["hasVersion"])) == {first, second}
    assert set(with_releases.subject_objects(VERSIONS["previousVersion"])) == {(second, first)}
    for release, version, day, licence in (
        (first, "0.0.1", "2026-01-01", "CC0"),
        (second, "0.1.0", str(catalogue.value(whole, DCTERMS.modified)), "CC_BY_4_0"),
    ):
        assert with_releases.value(release, VERSIONS["isVersionOf"]) == whole
        assert str(with_releases.value(release, DCTERMS.modified)) == day
        assert str(with_releases.value(release, DCTERMS.license)).endswith(licence)
        assert str(with_releases.value(release, DCAT.landingPage)) == f"{PUBLIC}/changes/{version}"
        (distribution,) = with_releases.objects(release, DCAT.distribution)
        assert str(with_releases.value(distribution, DCAT.downloadURL)) == f"{PUBLIC}/dumps/{version}/bqwgraph.nt.gz"
        assert str(with_releases.value(distribution, DCTERMS.modified)) == day
        titles = {getattr(title, "language", ""): str(title) for title in with_releases.objects(release, DCTERMS.title)}
        assert titles.keys() == {"zh-Hans", "en"}
        assert all(title.endswith(f" {version}") for title in titles.values())
    assert {triple for triple in catalogue if not any(isinstance(term, BNode) for term in triple)} < set(with_releases)


def test_dcat_aps_shapes_find_nothing_about_releases(shared: Path, with_releases: Graph) -> None:
    assert findings(shared, ["shapes.ttl", "shapes_recommended.ttl", "deprecateduris.ttl"], with_releases) == []
    known = Graph()
    for path, kind in RANGES.items():
        for value in with_releases.objects(None, path):
            known.add((value, RDF.type, kind))
    assert findings(shared, ["range.ttl"], with_releases + known) == []
    found = findings(shared, ["mdr-vocabularies.shape.ttl"], with_releases + authorities(with_releases))
    assert {(severity, path) for severity, path, _ in found} == {("Warning", DCTERMS.publisher)}


def test_services_and_contact_are_where_the_service_answers(catalogue: Graph) -> None:
    services = {str(catalogue.value(iri, DCAT.endpointURL)): iri for iri in catalogue.subjects(RDF.type, DCAT.DataService)}
    assert set(services) == {f"{PUBLIC}/sparql", f"{PUBLIC}/queries"}
    described = catalogue.objects(services[f"{PUBLIC}/queries"], DCAT.endpointDescription)
    assert [str(address) for address in described] == [f"{PUBLIC}/openapi.json"]
    for iri in services.values():
        assert {str(dataset) for dataset in catalogue.objects(iri, DCAT.servesDataset)} == {
            f"{BASE}dataset/{name}" for name in DATASETS
        }
    (contact,) = set(catalogue.objects(None, DCAT.contactPoint))
    assert str(catalogue.value(contact, URIRef("http://www.w3.org/2006/vcard/ns#hasURL"))) == f"{PUBLIC}/"


def test_versions_agree(catalogue: Graph, snapshot: Snapshot) -> None:
    """There is one version of everything, and other releases are not named by what DCAT-AP has deprecated."""
    version = ox.NamedNode(str(OWL.versionInfo))
    said = snapshot.store.quads_for_pattern(ox.NamedNode(BASE + "ontology"), version, None, ox.DefaultGraph())
    assert {str(catalogue.value(URIRef(f"{BASE}dataset/{name}"), URIRef(str(DCAT) + "version"))) for name in DATASETS} == {
        quad.object.value for quad in said if isinstance(quad.object, ox.Literal)
    }
    for name in ("hasVersion", "isVersionOf"):
        assert not set(catalogue.subject_objects(DCTERMS[name]))


def test_what_it_says_the_graph_says(catalogue: Graph, snapshot: Snapshot) -> None:
    """No date, no agent, no place and no statement of rights or provenance that is not in the graph."""
    graph = {quad.triple for quad in snapshot.store.quads_for_pattern(None, None, None, ox.DefaultGraph())}
    terms = {triple.object.value for triple in graph if isinstance(triple.object, ox.NamedNode | ox.Literal)}
    years = {f"{year}{day}" for year in terms for day in ("-01-01", "-12-31")}
    for subject, predicate, value in catalogue:
        if predicate in (DCTERMS.issued, DCTERMS.modified, DCTERMS.publisher, DCTERMS.creator, DCTERMS.license, DCTERMS.rights):
            assert str(value) in terms, (subject, predicate, value)
        if predicate in (DCTERMS.provenance, DCTERMS.spatial, URIRef(str(DCAT) + "version"), DCAT.theme, FOAF.name):
            assert str(value) in terms, (subject, predicate, value)
        if predicate in (DCAT.startDate, DCAT.endDate):
            assert str(value) in years, (subject, predicate, value)
        if isinstance(value, Literal) and str(value.datatype).endswith(("#date", "#dateTime")):
            assert predicate in (DCTERMS.issued, DCTERMS.modified, DCAT.startDate, DCAT.endDate)
    assert not set(catalogue.triples((None, PROV.generatedAtTime, None)))
    for iri in [f"{BASE}catalogue", *(f"{BASE}dataset/{name}" for name in DATASETS)]:
        for predicate in (DCTERMS.title, DCTERMS.description, DCAT.keyword):
            authored = {
                (t.object.value, t.object.language) for t in graph if same(t, iri, predicate) and isinstance(t.object, ox.Literal)
            }
            assert {
                (str(v), v.language.lower())
                for v in catalogue.objects(URIRef(iri), predicate)
                if isinstance(v, Literal) and v.language
            } == authored


def same(triple: ox.Triple, subject: str, predicate: URIRef) -> bool:
    return triple.subject == ox.NamedNode(subject) and triple.predicate == ox.NamedNode(str(predicate))


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib uses it itself
def test_rdflib_reads_the_same_from_every_syntax(site: Site, catalogue: Graph) -> None:
    for suffix, name in (("jsonld", "json-ld"), ("rdf", "xml"), ("nt", "nt")):
        assert isomorphic(Graph().parse(site.root / f"catalogue.{suffix}", format=name), catalogue)


def harvested(variable: str, script: str, site: Site) -> tuple[list[dict[str, Any]], str]:
    python = os.environ.get(variable)
    if not python:
        pytest.skip(f"{variable} names no Python with this harvester, which needs an environment of its own")
    program = Path(__file__).parent / "harvesters" / script
    done = subprocess.run([python, program, site.root / "catalogue.ttl"], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), done.stderr


def test_ckan_reads_it_whole(site: Site, catalogue: Graph, listed: list[DumpFile]) -> None:
    datasets, told = harvested("BQWGRAPH_CKAN_PYTHON", "read_by_ckan.py", site)
    assert "WARNING" not in told
    assert len(datasets) == len(DATASETS)
    for read in datasets:
        extras = {extra["key"]: extra["value"] for extra in read["extras"]}
        iri = URIRef(extras["uri"])
        assert read["title"] in {str(title) for title in catalogue.objects(iri, DCTERMS.title)}
        assert read["notes"] in {str(text) for text in catalogue.objects(iri, DCTERMS.description)}
        assert (read["version"], read["url"]) == ("0.1.0", f"{PUBLIC}/{iri.removeprefix(BASE)}")
        assert {tag["name"] for tag in read["tags"]} == {str(word) for word in catalogue.objects(iri, DCAT.keyword)}
        for key, path in (
            *(("issued", DCTERMS.issued), ("modified", DCTERMS.modified), ("identifier", DCTERMS.identifier)),
            *(("frequency", DCTERMS.accrualPeriodicity), ("access_rights", DCTERMS.accessRights)),
            *(("spatial_uri", DCTERMS.spatial), ("publisher_uri", DCTERMS.publisher), ("contact_uri", DCAT.contactPoint)),
        ):
            assert extras[key] == str(catalogue.value(iri, path)), key
        for key, path in (("language", DCTERMS.language), ("theme", DCAT.theme), ("conforms_to", DCTERMS.conformsTo)):
            assert set(json.loads(extras[key])) == {str(value) for value in catalogue.objects(iri, path)}
        period = catalogue.value(iri, DCTERMS.temporal)
        assert extras["temporal_start"] == str(catalogue.value(period, DCAT.startDate))
        assert extras["temporal_end"] == str(catalogue.value(period, DCAT.endDate))
        assert extras["provenance"] in {str(label) for label in labels(catalogue, catalogue.value(iri, DCTERMS.provenance))}
        assert {"publisher_name", "publisher_type", "contact_name"} <= set(extras)
        assert extras["contact_url"] == f"{PUBLIC}/"
        resources = {resource["url"]: resource for resource in read["resources"]}
        files = {f"{PUBLIC}/dumps/{file.name}": file for file in listed if BASE + f"dataset/{file.dataset}" == str(iri)}
        assert set(resources) == set(files)
        for address, file in files.items():
            resource = resources[address]
            assert (resource["size"], resource["hash"], resource["access_url"]) == (file.size, file.sha256, f"{PUBLIC}/dumps/")
            assert resource["mimetype"].endswith(f"/{file.media_type}")
            assert {"name", "description", "license", "rights", "format", "hash_algorithm", "availability", "language"} <= set(
                resource
            )
            assert ("compress_format" in resource) == bool(file.compression)


def test_udata_reads_it(site: Site, catalogue: Graph, listed: list[DumpFile]) -> None:
    """All but the checksum: udata 17 takes hexBinary for bytes, which it refuses to save, so it is well that it skips ours."""
    datasets, told = harvested("BQWGRAPH_UDATA_PYTHON", "read_by_udata.py", site)
    assert "WARNING" not in told
    assert [read["harvest"]["uri"] for read in datasets] == [f"{BASE}dataset/{name}" for name in DATASETS]
    for read in datasets:
        iri = URIRef(read["harvest"]["uri"])
        assert read["title"] in {str(title) for title in catalogue.objects(iri, DCTERMS.title)}
        assert read["frequency"] == "irregular"
        assert len(read["tags"]) == len(set(catalogue.objects(iri, DCAT.keyword)))
        period = catalogue.value(iri, DCTERMS.temporal)
        assert read["temporal_coverage"] == {
            "start": str(catalogue.value(period, DCAT.startDate)),
            "end": str(catalogue.value(period, DCAT.endDate)),
        }
        assert set(read["extras"]["dcat"]) == {"provenance", "rights", "accessRights", "license"}
        resources = {resource["url"]: resource for resource in read["resources"]}
        files = {f"{PUBLIC}/dumps/{file.name}": file for file in listed if BASE + f"dataset/{file.dataset}" == str(iri)}
        assert {address: (found["filesize"], found["mime"]) for address, found in resources.items()} == {
            address: (file.size, file.media_type) for address, file in files.items()
        }


def labels(catalogue: Graph, node: Node | None) -> list[Node]:
    return list(catalogue.objects(node, URIRef("http://www.w3.org/2000/01/rdf-schema#label")))
