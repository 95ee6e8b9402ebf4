"""Describing a resource for a person: its facts, what names it, and the words of the source that it rests on."""

import csv
import io
from dataclasses import dataclass

import pyoxigraph as ox

from bqwgraph.engine.interface import Engine, Question
from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.namespaces import BASE, shorten
from bqwgraph.queries.saved import Parameter
from bqwgraph.queries.values import BadParameter, read, run

_PREFIXES = """
PREFIX bqw: <https://w3id.org/bqwgraph/ontology#>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
_FACTS = """SELECT DISTINCT ?property ?other ?label ?language {
    <%s> ?property ?other . BIND(LANG(?other) AS ?language)
    FILTER NOT EXISTS { ?other a bqw:Excerpt }
    OPTIONAL { ?other rdfs:label ?label . FILTER(LANGMATCHES(LANG(?label), "zh-Hans")) }
} ORDER BY ?property ?other"""
_INCOMING = """SELECT DISTINCT ?property ?other ?label {
    ?other ?property <%s> . OPTIONAL { ?other rdfs:label ?label . FILTER(LANGMATCHES(LANG(?label), "zh-Hans")) }
} ORDER BY ?property ?other LIMIT 50"""
_EVIDENCE = """SELECT DISTINCT ?property ?start ?end ?exact {
    ?property rdfs:subPropertyOf bqw:words . FILTER(?property != bqw:words)
    <%s> ?property ?excerpt . ?excerpt oa:hasSelector/oa:exact ?exact ; oa:hasSelector ?selector .
    ?selector oa:start ?start ; oa:end ?end .
} ORDER BY ?start"""


@dataclass(frozen=True)
class Description:
    """What the graph says of ``iri``: pairs of property and value, as text, in three groups."""

    iri: str
    facts: list[tuple[str, str]]
    incoming: list[tuple[str, str]]
    evidence: list[tuple[str, str]]


def find(resource: str, engine: Engine) -> str:
    """Return the IRI that a person's words for a resource mean; see `values.read`. Raises BadParameter."""
    title = {"zh-Hans": "资源", "en": "Resource"}
    if resource.isascii() and ((resource.isdigit() and len(resource) > 1) or resource.startswith("mca2026:")):
        return str(run(read(Parameter("resource", "place", "", title), resource), engine).term.value)
    for kind in ("place", "action", "policy"):
        try:
            return str(run(read(Parameter("resource", kind, "", title), resource), engine).term.value)
        except BadParameter:
            continue
    return str(run(read(Parameter("resource", "resource", "", title), resource), engine).term.value)


def description(resource: str, engine: Engine) -> Description:
    """Describe a resource, however it is named. Raises BadParameter where nothing has that name."""
    iri = find(resource, engine)

    def rows(query: str) -> list[dict[str, str]]:
        answer = engine.answer(Question.table(_PREFIXES + query % iri, ox.QueryResultsFormat.CSV), 30)
        return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8"))))

    def named(row: dict[str, str]) -> str:
        short = shorten(row["other"]) + (f"@{recommended(row['language'])}" if row.get("language") else "")
        return f"{short}  {row['label']}" if row["label"] else short

    return Description(
        iri,
        [(shorten(row["property"]), named(row)) for row in rows(_FACTS)],
        [(shorten(row["property"]), named(row)) for row in rows(_INCOMING) if row["other"].startswith(BASE)],
        [(shorten(row["property"]), f"{row['start']}-{row['end']} {row['exact']}") for row in rows(_EVIDENCE)],
    )
