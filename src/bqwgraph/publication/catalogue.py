"""The catalogue in DCAT-AP 3.0.1: what ``data/dataset.ttl`` says, with the files, services and figures of a snapshot.

Codes are those of the EU authority tables; they are named, not described: harvesters have the tables. The place that a dataset
covers is named by its GeoNames IRI, as DCAT-AP asks. There is no clock in it. All nodes have IRIs but the period that a dataset
covers: udata fetches a period that has one, and reads a blank node in place; of a bare year it makes a day of its own choice,
so the years of the graph become their first and last day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.namespaces import BASE, ONTOLOGY, shorten
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication import facts
from bqwgraph.publication.dumps import COMPRESSIONS, WHOLE, DumpFile, datasets
from bqwgraph.publication.facts import CATALOGUE, NotDescribed
from bqwgraph.publication.statements import Statements, both, named, typed
from bqwgraph.publication.statistics import Figures
from bqwgraph.publication.syntaxes import OF_DATASETS, OF_GRAPHS
from bqwgraph.publication.void import Counted

_EU: Final = "http://publications.europa.eu/resource/authority/"
_IANA: Final = "https://www.iana.org/assignments/media-types/"
_GEONAMES: Final = "https://sws.geonames.org/"
_CONTACT: Final = CATALOGUE + "#contact"
_SYNTAXES: Final = {syntax.media_type: syntax for syntax in (*OF_GRAPHS, *OF_DATASETS)}

_SHA256: Final = "https://spdx.org/rdf/terms#checksumAlgorithm_sha256"
"""As DCAT-AP's shapes want it; SPDX itself writes http:// (and udata 17 fails on that together with xsd:hexBinary)."""

STANDARDS: Final = {
    WHOLE: ONTOLOGY,
    "gazetteer": ONTOLOGY,
    "ontology": "https://www.w3.org/TR/owl2-overview/",
    "shapes": "https://www.w3.org/TR/shacl/",
    "vocabularies": "https://www.w3.org/TR/skos-reference/",
}
"""What the datasets conform to."""

_OF_RELEASE: Final = (
    *("dcat:keyword", "dcat:theme", "dcat:version", "dcterms:accessRights", "dcterms:issued", "dcterms:language"),
    *("dcterms:license", "dcterms:modified"),
)
"""What a release says of itself."""

_OF_ALL: Final = ("dcterms:creator", "dcterms:provenance", "dcterms:publisher", "dcterms:rights")
"""What the graph says of all its releases; of their values nothing else is repeated, so that they are described once."""

SPARQL: Final = BASE + "sparql"
QUERIES: Final = BASE + "queries"


@dataclass(frozen=True)
class Released:
    """A release of the graph: its version, that of the one before (or empty), its snapshot's digest, dumps and default graph."""

    version: str
    previous: str
    digest: str
    dumps: Iterable[DumpFile]
    store: ox.Store


def describe(
    snapshot: Snapshot, known: Counted, dumps: Iterable[DumpFile], public_url: str, released: Iterable[Released] = ()
) -> list[ox.Triple]:
    """Return the catalogue; what must resolve is linked below ``public_url``. Releases are described as versions of the graph.

    Raises NotDescribed where the graph says nothing of the catalogue or of one of its datasets.
    """
    store, described = snapshot.store, [facts.dataset(name) for name in datasets(snapshot)]
    for iri in (CATALOGUE, *described):
        if not facts.values(store, iri, "dcterms:title"):
            raise NotDescribed(f"data/dataset.ttl: expected <{iri}> with its title, dates, rights and coverage")
    said = Statements()
    _catalogue(said, store, public_url)
    for name in datasets(snapshot):
        _dataset(said, snapshot, name, known.figures[name], public_url)
    for dump in dumps:
        if not dump.query:
            _distribution(said, store, dump, facts.dataset(dump.dataset), public_url)
    for release in released:
        _version(said, store, release, public_url)
    _services(said, store, described, public_url)
    return said.triples


def _catalogue(said: Statements, store: ox.Store, public_url: str) -> None:
    _repeat(said, store, CATALOGUE)
    said.say(CATALOGUE, "foaf:homepage", f"{public_url}/")
    said.say(CATALOGUE, "dcat:service", SPARQL, QUERIES)
    said.is_a(_CONTACT, "vcard:Kind", "vcard:Group")
    said.say(_CONTACT, "vcard:hasURL", f"{public_url}/")
    for agent in facts.values(store, CATALOGUE, "dcterms:publisher"):
        names = facts.values(store, agent.value, "skos:prefLabel")
        said.is_a(agent.value, "foaf:Agent", "foaf:Group")
        said.say(agent.value, "foaf:name", *names)
        said.say(agent.value, "dcterms:type", *facts.values(store, agent.value, "dcterms:type"))
        said.say(_CONTACT, "vcard:fn", *names)


def _repeat(said: Statements, store: ox.Store, iri: str) -> None:
    """Repeat what the graph says of a catalogue or dataset, and of the nodes that belong to it."""
    for triple in facts.said(store, iri, "dcat", "dcterms"):
        if triple.predicate in (named("dcterms:spatial"), named("dcterms:temporal")):
            continue
        said.triples.append(triple)
        if triple.predicate in (named("dcterms:rights"), named("dcterms:provenance")) and isinstance(triple.object, ox.NamedNode):
            statement = triple.object
            said.is_a(statement.value, *(shorten(kind.value) for kind in facts.values(store, statement.value, "rdf:type")))
            said.say(statement.value, "rdfs:label", *facts.values(store, statement.value, "rdfs:label"))
    _places(said, store, iri, iri)


def _places(said: Statements, store: ox.Store, dataset: str, of: str) -> None:
    """Say of ``of`` which places a dataset covers."""
    for place in facts.values(store, dataset, "dcterms:spatial"):
        matches = [match.value for match in facts.values(store, place.value, "skos:exactMatch")]
        said.say(of, "dcterms:spatial", *(match for match in matches if match.startswith(_GEONAMES)))


def _period(said: Statements, store: ox.Store, dataset: str, of: str, name: str) -> None:
    """Say of ``of`` which time a dataset covers."""
    for period in facts.values(store, dataset, "dcterms:temporal"):
        node = ox.BlankNode(f"period-of-{name}")
        said.triples.append(ox.Triple(ox.NamedNode(of), named("dcterms:temporal"), node))
        said.triples.append(ox.Triple(node, named("rdf:type"), named("dcterms:PeriodOfTime")))
        for end, day in (("dcat:startDate", "01-01"), ("dcat:endDate", "12-31")):
            for year in facts.values(store, period.value, end):
                said.triples.append(ox.Triple(node, named(end), typed(f"{year.value}-{day}", "xsd:date")))


def _dataset(said: Statements, snapshot: Snapshot, name: str, found: Figures, public_url: str) -> None:
    iri = facts.dataset(name)
    _repeat(said, snapshot.store, iri)
    _period(said, snapshot.store, iri, iri, name)
    said.is_a(iri, "void:Dataset")
    said.say(iri, "dcterms:conformsTo", STANDARDS[name])
    said.say(iri, "dcterms:identifier", typed(iri, "xsd:anyURI"))
    said.say(iri, "dcat:contactPoint", _CONTACT)
    said.say(iri, "dcat:landingPage", f"{public_url}/{iri.removeprefix(BASE)}")
    said.say(iri, "void:triples", found.triples)
    said.say(iri, "void:entities", found.entities)
    said.say(iri, "void:classes", len(found.classes))
    said.say(iri, "void:properties", len(found.properties))
    said.say(iri, "void:distinctSubjects", found.subjects)
    said.say(iri, "void:distinctObjects", found.objects)


def _version(said: Statements, current: ox.Store, release: Released, public_url: str) -> None:
    """Describe a release: by its own words, but by those of the graph as it is now where they need a description themselves."""
    whole, iri = facts.dataset(WHOLE), version_of(release.version)
    said.is_a(iri, "dcat:Dataset")
    said.say(whole, "dcat:hasVersion", iri)
    said.say(iri, "dcat:isVersionOf", whole)
    if release.previous:
        said.say(iri, "dcat:previousVersion", version_of(release.previous))
    for title in facts.values(release.store, whole, "dcterms:title"):
        if isinstance(title, ox.Literal) and title.language:
            language = title.language
            named = f"{title.value} {release.version}"
            about = f"{named}: a release, which does not change." if language == "en" else f"{named}：发布的版本，不再改动。"
            said.say(iri, "dcterms:title", ox.Literal(named, language=recommended(language)))
            said.say(iri, "dcterms:description", ox.Literal(about, language=recommended(language)))
    for store, names in ((release.store, _OF_RELEASE), (current, _OF_ALL)):
        for name in names:
            said.say(iri, name, *facts.values(store, whole, name))
    _places(said, release.store, whole, iri)
    _period(said, release.store, whole, iri, f"{WHOLE}-{release.version}")
    said.say(iri, "dcterms:accrualPeriodicity", f"{_EU}frequency/NEVER")
    said.say(iri, "dcterms:conformsTo", STANDARDS[WHOLE])
    said.say(iri, "dcterms:identifier", typed(iri, "xsd:anyURI"))
    said.say(iri, "dcat:contactPoint", _CONTACT)
    said.say(iri, "dcat:landingPage", f"{public_url}/changes/{release.version}")
    said.say(iri, "adms:versionNotes", *both(f"快照 {release.digest}", f"Snapshot {release.digest}"))
    for dump in release.dumps:
        _distribution(said, release.store, dump, iri, public_url)


def version_of(version: str) -> str:
    """Return the IRI of a release in the catalogue.

    >>> version_of("1.0.0")
    'https://w3id.org/bqwgraph/catalogue#bqwgraph-1.0.0'
    """
    return f"{CATALOGUE}#{WHOLE}-{version}"


def _distribution(said: Statements, store: ox.Store, dump: DumpFile, of: str, public_url: str) -> None:
    """Describe a file of the dataset ``of``, which has the words that the store has of the dataset that the dump is of."""
    iri, dataset, syntax = f"{CATALOGUE}#{dump.name}", facts.dataset(dump.dataset), _SYNTAXES[dump.media_type]
    checksum = f"{CATALOGUE}#sha256-{dump.name}"
    said.say(of, "dcat:distribution", iri)
    said.is_a(iri, "dcat:Distribution")
    for language, packed in (("zh-Hans", "，{} 压缩"), ("en", ", compressed with {}")):
        how = syntax.name + (packed.format(dump.compression) if dump.compression else "")
        for title in facts.values(store, dataset, "dcterms:title"):
            if isinstance(title, ox.Literal) and title.language == language.lower():
                said.say(iri, "dcterms:title", ox.Literal(f"{dump.name} ({how})", language=language))
                colon = "：" if language != "en" else ": "
                said.say(iri, "dcterms:description", ox.Literal(f"{title.value}{colon}{how}", language=language))
    for name in ("issued", "language", "license", "modified", "rights"):
        said.say(iri, f"dcterms:{name}", *facts.values(store, dataset, f"dcterms:{name}"))
    said.say(iri, "dcterms:format", f"{_EU}file-type/{syntax.file_type}")
    said.say(iri, "dcat:mediaType", _IANA + syntax.media_type)
    if dump.compression:
        said.say(iri, "dcat:compressFormat", _IANA + COMPRESSIONS[dump.compression][1])
    said.say(iri, "dcat:accessURL", f"{public_url}/dumps/")
    said.say(iri, "dcat:downloadURL", f"{public_url}/dumps/{dump.name}")
    said.say(iri, "dcat:byteSize", typed(str(dump.size), "xsd:nonNegativeInteger"))
    said.say(iri, "dcatap:availability", f"{_EU}planned-availability/EXPERIMENTAL")
    said.say(iri, "spdx:checksum", checksum)
    said.is_a(checksum, "spdx:Checksum")
    said.say(checksum, "spdx:algorithm", _SHA256)
    said.say(checksum, "spdx:checksumValue", typed(dump.sha256, "xsd:hexBinary"))


def _services(said: Statements, store: ox.Store, described: list[str], public_url: str) -> None:
    for iri in (SPARQL, QUERIES):
        said.is_a(iri, "dcat:DataService")
        for name in ("accessRights", "language", "license", "publisher", "rights"):
            said.say(iri, f"dcterms:{name}", *facts.values(store, described[0], f"dcterms:{name}"))
        said.say(iri, "dcterms:identifier", typed(iri, "xsd:anyURI"))
        said.say(iri, "dcat:contactPoint", _CONTACT)
        said.say(iri, "dcat:servesDataset", *described)
        said.say(iri, "dcat:theme", *facts.values(store, described[0], "dcat:theme"))
        said.say(iri, "dcat:endpointURL", f"{public_url}/{iri.removeprefix(BASE)}")
        said.say(iri, "dcat:landingPage", f"{public_url}/{iri.removeprefix(BASE)}")
    said.say(SPARQL, "dcterms:title", *both("SPARQL 端点", "SPARQL endpoint"))
    said.say(SPARQL, "dcterms:description", *both("用 SPARQL 1.1 查询整个图谱。", "Queries the whole graph by SPARQL 1.1."))
    said.say(SPARQL, "dcterms:conformsTo", "https://www.w3.org/TR/sparql11-protocol/", "https://www.w3.org/TR/sparql11-query/")
    said.say(SPARQL, "dcat:endpointDescription", f"{public_url}/sparql", f"{public_url}/.well-known/void")
    said.say(SPARQL, "dcat:keyword", *both("SPARQL 端点", "SPARQL"))
    said.say(QUERIES, "dcterms:title", *both("现成查询的接口", "Interface of the saved queries"))
    said.say(
        QUERIES,
        "dcterms:description",
        *both(
            "按参数回答现成的查询，格式有 CSV、JSON 等。",
            "Answers the saved queries by their parameters, as CSV, JSON and others.",
        ),
    )
    said.say(QUERIES, "dcterms:conformsTo", "https://spec.openapis.org/oas/v3.1.0")
    said.say(QUERIES, "dcat:endpointDescription", f"{public_url}/openapi.json")
    said.say(QUERIES, "dcat:keyword", *both("接口", "API"))
