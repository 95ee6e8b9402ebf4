"""Describing a resource for machines and people: two questions to an engine, and what the answers say.

A description holds all statements about the resource (with the members of lists), what points at it (a page of it), the labels of
what it names and of what points at it, and its evidence: the words of the excerpts with their places. A shape brings its
property shapes along, a concept scheme its concepts. All of it is in the default graph; nothing is added.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Answer, Question
from bqwgraph.graph.namespaces import BASE, GRAPHS, KINDS, ONTOLOGY, PREFIXES, TERMS
from bqwgraph.queries.values import Steps

Term = ox.NamedNode | ox.Literal | ox.BlankNode

PAGE_SIZE: Final = 100
"""Statements that point at a resource, or entries of a list, on one page."""
DATASET: Final = BASE + "dataset"
_SHORT: Final = 3
"""Characters of a name that is compared by its characters, not its pairs of them."""
_LONGEST: Final = 400
"""Characters of an IRI that is looked up; no IRI of the graph comes near."""
_PREFIXES: Final = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n"
    for name in ("bqw", "dcat", "dcterms", "geo", "oa", "owl", "rdf", "rdfs", "sh", "skos", "void", "xsd")
)
_LABELS: Final = ("rdfs:label", "sh:name", "skos:notation", "bqw:reason", "geo:asWKT", "oa:exact", "oa:start", "oa:end")
"""What is said of a neighbour: what it is called, why it was concluded, and of an excerpt its words and their place."""
_RDF, _OA = PREFIXES["rdf"], PREFIXES["oa"]
_LABEL_ORDER: Final = tuple(
    PREFIXES[prefix] + name for prefix, name in (("skos", "prefLabel"), ("rdfs", "label"), ("sh", "name"), ("dcterms", "title"))
)

_CORE: Final = """CONSTRUCT { ?s ?p ?o } WHERE {
    {
        %(iri)s (sh:property|^skos:inScheme)? ?s . ?s ?p ?o
    } UNION {
        %(iri)s (sh:property|^skos:inScheme)? ?owner . ?owner ?with ?list . FILTER(isBlank(?list))
        ?list rdf:rest* ?s . FILTER(isBlank(?s)) ?s ?p ?o
    } UNION {
        SELECT ?s ?p ?o WHERE {
            VALUES ?o { %(iri)s } ?s ?p ?o .
            FILTER(isIRI(?s) && ?s != ?o && ?p NOT IN (skos:inScheme, skos:topConceptOf))
        } ORDER BY ?p ?s LIMIT %(most)d OFFSET %(skipped)d
    }
}"""
_AROUND: Final = """CONSTRUCT { ?s ?p ?o } WHERE {
    { VALUES ?s { %(near)s } ?s ?p ?o FILTER(?p IN (%(labels)s, oa:hasSelector, oa:hasSource)) }
    UNION { VALUES ?near { %(near)s } ?near oa:hasSelector ?s . ?s ?p ?o FILTER(?p IN (rdf:type, oa:exact, oa:start, oa:end)) }
}"""
"""The properties stand in a filter: as a second VALUES they were joined with everything, and took fifty times as long."""
_DATASET: Final = """CONSTRUCT {
    %(iri)s a dcat:Dataset, void:Dataset ; ?p ?o ; void:vocabulary <%(terms)s> ; void:uriSpace "%(base)s" ;
        dcterms:hasPart ?part ; void:subset ?subset ; void:triples ?triples ; void:entities ?entities ; void:classes ?classes ;
        void:properties ?properties ; void:distinctSubjects ?subjects ; void:distinctObjects ?objects ;
        void:sparqlEndpoint <%(base)ssparql> ; rdfs:seeAlso <%(base)s.well-known/void>, <%(base)scatalogue> .
    ?part rdfs:label ?label . ?agent rdfs:label ?called .
    ?subset dcterms:title ?title .
} WHERE {
    {
        VALUES ?p { dcterms:creator dcterms:publisher dcterms:license dcterms:modified dcterms:created owl:versionInfo }
        <%(ontology)s> ?p ?o
    } UNION {
        VALUES ?p { dcterms:title dcterms:description }
        <%(base)sdataset/bqwgraph> ?p ?o
    } UNION {
        ?part a skos:ConceptScheme ; rdfs:label ?label
    } UNION {
        <%(ontology)s> dcterms:creator|dcterms:publisher ?agent . ?agent rdfs:label ?called
    } UNION {
        ?subset a dcat:Dataset ; dcterms:title ?title
    } UNION {
        SELECT (COUNT(*) AS ?triples) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?with) AS ?properties)
            (COUNT(DISTINCT ?value) AS ?objects) { ?s ?with ?value }
    } UNION {
        SELECT (COUNT(DISTINCT ?class) AS ?classes) { ?s a ?class }
    } UNION {
        SELECT (COUNT(DISTINCT ?s) AS ?entities) { ?s a ?class FILTER(isIRI(?class)) }
    }
}"""
"""The whole: what its parts say of themselves, and the figures that `bqwgraph.publication.void` gives of the default graph."""
_WHOLE: Final = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <%s> { ?s ?p ?o } }"
_SHAPES: Final = """CONSTRUCT { ?s ?p ?o } WHERE {
    { GRAPH ?graph { ?s ?p ?o } FILTER(STRSTARTS(STR(?graph), "%sontology/shapes/")) }
    UNION { ?s rdfs:subClassOf ?o . BIND(rdfs:subClassOf AS ?p) FILTER(isIRI(?o)) }
}"""
_MEMBERS: Final = """CONSTRUCT { ?s ?p ?o } WHERE {
    { SELECT DISTINCT ?s WHERE { %s } ORDER BY %s LIMIT %d OFFSET %d }
    ?s ?p ?o FILTER(?p IN (rdf:type, %s))
}"""
_FACTS: Final = """SELECT ?kind ?thing ?value WHERE {
    {
        VALUES ?class { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
        ?thing a ?class ; rdfs:label ?value . BIND("label" AS ?kind)
    } UNION {
        SELECT ("modified" AS ?kind) (<%s> AS ?thing) (MAX(?date) AS ?value) WHERE {
            VALUES ?class { owl:Ontology skos:ConceptScheme dcat:Dataset }
            ?described a ?class ; dcterms:modified ?date . FILTER(STRSTARTS(STR(?described), "%s"))
        }
    } UNION {
        VALUES (?kind ?property) { ("version" owl:versionIRI) ("license" dcterms:license) }
        <%s> ?property ?value . BIND(<%s> AS ?thing)
    }
}"""
"""What every page needs and no resource changes: names of terms, the date of the data, the version and the licence."""
_NEAR: Final = """SELECT ?thing (GROUP_CONCAT(DISTINCT STR(?name); SEPARATOR=" / ") AS ?shown) (MAX(?alike) AS ?rank) WHERE {
    ?thing rdfs:label ?name . FILTER(STRSTARTS(STR(?thing), %(start)s))
    BIND(LCASE(CONCAT(SUBSTR(STR(?thing), %(length)d), " ", STR(?name))) AS ?text)
    BIND(%(alike)s AS ?alike) FILTER(?alike > 0)
} GROUP BY ?thing ORDER BY DESC(?rank) STRLEN(STR(?thing)) ?thing LIMIT 30"""


def checked(path: str) -> str | None:
    """Return the IRI below the base that a decoded path (without the first slash) names, or None where none can be meant.

    >>> checked("place/nbs2023-4407")
    'https://w3id.org/bqwgraph/place/nbs2023-4407'
    >>> checked("place/../secret") is None
    True
    """
    segments = path.split("/")
    if len(path) > _LONGEST or any(segment in {"", ".", ".."} for segment in segments):
        return None
    if any(sign in '<>"{}|\\^`%?#' or sign <= " " or "\x7f" <= sign <= "\xa0" or not sign.isprintable() for sign in path):
        return None
    try:
        return str(ox.NamedNode(BASE + path).value)
    except ValueError:
        return None


def describe(iri: str, page: int = 1) -> "Steps[Description | None]":
    """Describe a resource, by two questions; ``page`` counts from 1. The result is None where the graph says nothing of it.

    Raises ValueError where the IRI is none.
    """
    core = triples_of((yield Question.graph(describing(iri, page), ox.RdfFormat.N_TRIPLES)))
    found = Description.of(iri, page, core)
    if found is None:
        return None
    subjects = found.subjects
    near = {t.object for t in found.triples if isinstance(t.object, ox.NamedNode) and t.object.value not in subjects}
    near |= {t.subject for t in found.triples if isinstance(t.subject, ox.NamedNode) and t.subject.value != iri}
    values = " ".join(sorted(map(str, near)))
    text = _AROUND % {"near": values, "labels": ", ".join(_LABELS)}
    around = triples_of((yield Question.graph(_PREFIXES + text, ox.RdfFormat.N_TRIPLES)))
    return replace(found, triples=tuple(dict.fromkeys((*found.triples, *around))))


def describing(iri: str, page: int = 1) -> str:
    """Return the query for what is said of a resource and what points at it. Raises ValueError where the IRI is none."""
    return _PREFIXES + _CORE % {"iri": str(ox.NamedNode(iri)), "most": PAGE_SIZE + 1, "skipped": (page - 1) * PAGE_SIZE}


def with_names(found: "Description") -> "Steps[Description]":
    """Add the names of what a document names of ours and does not describe: for a page, since they are not in the document."""
    subjects = found.subjects
    named = {t.object for t in found.triples if isinstance(t.object, ox.NamedNode) and t.object.value.startswith(BASE)}
    values = " ".join(sorted(str(node) for node in named if node.value not in subjects))
    if not values:
        return found
    text = _AROUND % {"near": values, "labels": ", ".join(_LABELS)}
    around = triples_of((yield Question.graph(_PREFIXES + text, ox.RdfFormat.N_TRIPLES)))
    return replace(found, triples=(*found.triples, *around))


def triples_of(answer: Answer) -> list[ox.Triple]:
    """Return the triples of an answer in N-Triples, in order."""
    triples = {quad.triple for quad in ox.parse(answer.body, format=ox.RdfFormat.N_TRIPLES)}
    return sorted(triples, key=lambda t: (str(t.subject), t.predicate.value, str(t.object)))


def dataset() -> Question:
    """Return the question that describes the dataset from what the ontology's header and the schemes say."""
    text = _DATASET % {"iri": f"<{DATASET}>", "ontology": ONTOLOGY, "terms": TERMS, "base": BASE}
    return Question.graph(_PREFIXES + text, ox.RdfFormat.N_TRIPLES)


def document(path: str, graphs: Iterable[str]) -> Question | None:
    """Return the question that gives the document at a path whole, or None where the path is of none.

    Documents are ``ontology`` and what stands below it, all ``shapes`` together, and the named graphs.
    """
    if path == "shapes":
        return Question.graph(_PREFIXES + _SHAPES % GRAPHS, ox.RdfFormat.N_TRIPLES)
    if path == "ontology":
        graph = GRAPHS + "ontology/bqw"
    elif path.startswith("ontology/"):
        graph = GRAPHS + path
    else:
        graph = BASE + path
    if graph not in graphs or not graph.startswith(GRAPHS):
        return None
    return Question.graph(_WHOLE % graph, ox.RdfFormat.N_TRIPLES)


_LISTED: Final = {"vocab": "?s a skos:ConceptScheme", "shapes": "?s a sh:NodeShape"}


def members(path: str, page: int = 1, graphs: Collection[str] = ()) -> Question | None:
    """Return the question for a page of what a path holds; None where it holds nothing.

    A path is a kind of instances, ``vocab`` or ``shapes``, or that of one of ``graphs``.
    """
    if path in _LISTED:
        pattern = _LISTED[path]
    elif path in KINDS and BASE + path != DATASET:  # the whole dataset, which is not a list of its parts
        pattern = f'?s a ?class . FILTER(isIRI(?s) && STRSTARTS(STR(?s), "{BASE}{path}/"))'
    elif path.startswith("graph/") and BASE + path in graphs:
        pattern = f"GRAPH <{BASE}{path}> {{ ?s ?with ?any }} FILTER(isIRI(?s))"
    else:
        return None
    order = "STRLEN(STR(?s)) ?s" if path == "place" else "?s"
    text = _MEMBERS % (pattern, order, PAGE_SIZE + 1, (page - 1) * PAGE_SIZE, ", ".join(_LABELS))
    return Question.graph(_PREFIXES + text, ox.RdfFormat.N_TRIPLES)


def place_in_list(iri: str) -> tuple[int, str]:
    """Return a key that sorts IRIs as `members` does: places by their levels, since a code is the longer, the lower the level."""
    return len(iri) if iri.startswith(f"{BASE}place/") else 0, iri


def house_facts() -> Question:
    """Return the question whose answer `House.read` reads."""
    return Question.table(_PREFIXES + _FACTS % (ONTOLOGY, BASE, ONTOLOGY, ONTOLOGY), ox.QueryResultsFormat.JSON)


def nearest(path: str) -> Question:
    """Return the question for what is most like a path that leads nowhere, by IRI or name (columns thing, shown)."""
    folder, _, name = path.rpartition("/")
    start = f"{BASE}{folder}/" if folder else BASE
    word = name.lower()[:60]
    length = 2 if len(word) > _SHORT else 1
    pairs = sorted({word[at : at + length] for at in range(len(word) - length + 1)})[:40]
    alike = " + ".join(f"IF(CONTAINS(?text, {ox.Literal(pair)}), 1, 0)" for pair in pairs)
    text = _NEAR % {"start": ox.Literal(start), "length": len(start) + 1, "alike": alike}
    return Question.table(_PREFIXES + text, ox.QueryResultsFormat.JSON)


@dataclass(frozen=True)
class Quote:
    """The words of an excerpt, where they begin and end in the source (in characters), and the source's IRI."""

    excerpt: str
    exact: str
    start: int
    end: int
    source: str


@dataclass(frozen=True)
class Description:
    """What the graph says of ``iri``.

    ``incoming`` are pairs of property and subject that point at it, in order, one page of them. ``more``: others follow.
    """

    iri: str
    page: int
    more: bool
    triples: tuple[ox.Triple, ...]
    incoming: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, iri: str, page: int, triples: Iterable[ox.Triple]) -> "Description | None":
        """Make a description of triples; None where none is about the resource. One that is beyond the page is left out."""
        kept, node = list(triples), ox.NamedNode(iri)
        pointing = [t for t in kept if t.object == node and t.subject != node and t.predicate.value not in _OF_SCHEME]
        own = {t.object for t in kept if t.subject == node and t.predicate.value == PREFIXES["sh"] + "property"}
        order = sorted((t.predicate.value, key_of(t.subject), t) for t in pointing if t.subject not in own)
        beyond = {t for _, _, t in order[PAGE_SIZE:]}
        incoming = tuple((predicate, subject) for predicate, subject, _ in order[:PAGE_SIZE])
        found = cls(iri, page, bool(beyond), tuple(t for t in kept if t not in beyond), incoming)
        return found if iri in found.subjects else None

    @classmethod
    def of_document(cls, iri: str, triples: Iterable[ox.Triple]) -> "Description":
        """Make a description of all that a document says; ``iri`` is what it is about."""
        return cls(iri, 1, more=False, triples=tuple(triples), incoming=())

    @property
    def subjects(self) -> Collection[str]:
        """The IRIs (or labels) of the nodes of which the description says something."""
        return self._by_subject.keys()

    @cached_property
    def _by_subject(self) -> dict[str, dict[str, list[Term]]]:
        grouped = dict[str, dict[str, list[Term]]]()
        for t in self.triples:
            if not isinstance(t.object, ox.Triple):
                grouped.setdefault(key_of(t.subject), {}).setdefault(t.predicate.value, []).append(t.object)
        return grouped

    def values(self, subject: str, predicate: str) -> list[Term]:
        """Return what a property of a subject (both as IRI) is."""
        return list(self._by_subject.get(subject, {}).get(predicate, ()))

    def about(self, subject: str) -> Mapping[str, list[Term]]:
        """Return all properties of a subject with their values."""
        return self._by_subject.get(subject, {})

    def labels(self, iri: str) -> dict[str, str]:
        """Return the names of a node by language tag (small letters), as far as the description has them; ``""``: no language."""
        found = dict[str, str]()
        for predicate in _LABEL_ORDER:
            for value in self.values(iri, predicate):
                if isinstance(value, ox.Literal):
                    found.setdefault(value.language or "", value.value)
        return found

    def quote(self, iri: str) -> Quote | None:
        """Return the words of an excerpt, or None where the node is none."""
        said = dict[str, str]()
        for selector in self.values(iri, _OA + "hasSelector"):
            for name in ("exact", "start", "end"):
                for value in self.values(selector.value, _OA + name):
                    said[name] = value.value
        if not {"exact", "start", "end"} <= said.keys():
            return None
        source = next((str(value.value) for value in self.values(iri, _OA + "hasSource")), "")
        return Quote(iri, said["exact"], int(said["start"]), int(said["end"]), source)

    def items(self, head: ox.BlankNode | ox.NamedNode) -> list[Term] | None:
        """Return the members of an RDF list, or None where the node is none."""
        found, seen, node = list[Term](), set[str](), head
        while node.value != _RDF + "nil":
            key = key_of(node)
            first, rest = self.values(key, _RDF + "first"), self.values(key, _RDF + "rest")
            if len(first) != 1 or len(rest) != 1 or key in seen or isinstance(rest[0], ox.Literal):
                return None
            seen.add(key)
            found.append(first[0])
            node = rest[0]
        return found


_OF_SCHEME: Final = frozenset({PREFIXES["skos"] + "inScheme", PREFIXES["skos"] + "topConceptOf"})


@dataclass(frozen=True)
class House:
    """What is said of the graph as a whole: terms' names by IRI and language, date (ISO), the IRIs of version and licence."""

    terms: Mapping[str, Mapping[str, str]]
    modified: str
    version: str
    license: str

    @classmethod
    def read(cls, rows: Iterable[Mapping[str, Mapping[str, str]]]) -> "House":
        """Read the rows of an answer to `house_facts`, in the form of SPARQL 1.1 JSON results."""
        terms, said = dict[str, dict[str, str]](), dict[str, str]()
        for row in rows:
            kind, value = row["kind"]["value"], row.get("value")
            if value is None:
                continue
            if kind == "label":
                terms.setdefault(row["thing"]["value"], {})[value.get("xml:lang", "").lower()] = value["value"]
            else:
                said[kind] = value["value"]
        return cls(terms, said.get("modified", ""), said.get("version", ""), said.get("license", ""))


def is_deprecated(found: Description) -> bool:
    """Whether the resource is marked as one that is no longer to be used."""
    return any(value.value == "true" for value in found.values(found.iri, PREFIXES["owl"] + "deprecated"))


def successors(found: Description) -> list[str]:
    """Return the IRIs of what has taken the resource's place."""
    replacing = found.values(found.iri, PREFIXES["dcterms"] + "isReplacedBy")
    return [value.value for value in replacing if isinstance(value, ox.NamedNode)]


def key_of(node: object) -> str:
    """Return what a subject is called among a description's: its IRI, or the label of a blank node."""
    return node.value if isinstance(node, ox.NamedNode) else str(node)
