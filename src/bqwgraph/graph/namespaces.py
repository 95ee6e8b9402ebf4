"""The IRIs of the house: one base, one prefix a kind, and the foreign prefixes we use.

>>> expand("action:5")
'https://w3id.org/bqwgraph/action/5'
>>> shorten("https://w3id.org/bqwgraph/place/nbs2023-4407")
'place:nbs2023-4407'
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

BASE: Final = "https://w3id.org/bqwgraph/"
ONTOLOGY: Final = BASE + "ontology"
TERMS: Final = ONTOLOGY + "#"
GRAPHS: Final = BASE + "graph/"
INFERRED_GRAPH: Final = GRAPHS + "inferred"
STATED_GRAPH: Final = GRAPHS + "stated"

KINDS: Final = (
    "action",
    "agent",
    "aim",
    "conclusion",
    "contribution",
    "count",
    "dataset",
    "designation",
    "excerpt",
    "fact",
    "geometry",
    "list",
    "measure",
    "mention",
    "milestone",
    "partnership",
    "period",
    "place",
    "place-group",
    "policy",
    "policy-set",
    "programme",
    "selector",
    "source",
    "target",
    "task",
)
"""Kinds of instances; each is a prefix and a path segment below the base."""

SCHEMES: Final = (
    "category",
    "comparator",
    "completeness",
    "deadline-basis",
    "designation-type",
    "genre",
    "glossary",
    "ground",
    "indicator",
    "industrial-chain",
    "industry-cluster",
    "level",
    "name-status",
    "origin",
    "partnership-kind",
    "place-type",
    "policy-theme",
    "status",
    "task-kind",
    "unit",
)
"""Concept schemes; each is a prefix and a folder below ``…/vocab/``."""

FOREIGN: Final[Mapping[str, str]] = MappingProxyType(
    {
        "adms": "http://www.w3.org/ns/adms#",
        "dcat": "http://www.w3.org/ns/dcat#",
        "dcterms": "http://purl.org/dc/terms/",
        "eli": "http://data.europa.eu/eli/ontology#",
        "foaf": "http://xmlns.com/foaf/0.1/",
        "geo": "http://www.opengis.net/ont/geosparql#",
        "m8g": "http://data.europa.eu/m8g/",
        "oa": "http://www.w3.org/ns/oa#",
        "owl": "http://www.w3.org/2002/07/owl#",
        "prov": "http://www.w3.org/ns/prov#",
        "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "schema": "https://schema.org/",
        "sh": "http://www.w3.org/ns/shacl#",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "vann": "http://purl.org/vocab/vann/",
        "void": "http://rdfs.org/ns/void#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

PREFIXES: Final[Mapping[str, str]] = MappingProxyType(
    dict(
        sorted(
            {
                "bqw": TERMS,
                "graph": GRAPHS,
                "query": BASE + "queries/",
                "shape": BASE + "shapes/",
                "vocab": BASE + "vocab/",
                **{kind: f"{BASE}{kind}/" for kind in KINDS},
                **{scheme: f"{BASE}vocab/{scheme}/" for scheme in SCHEMES},
                **FOREIGN,
            }.items()
        )
    )
)
"""Every prefix that our Turtle, our answers and our queries use."""

_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
_LONGEST_FIRST = tuple(sorted(PREFIXES.items(), key=lambda item: -len(item[1])))


def expand(name: str) -> str | None:
    """Return the IRI that a prefixed name with one of our prefixes stands for, else None."""
    prefix, colon, local = name.partition(":")
    namespace = PREFIXES.get(prefix) if colon else None
    return namespace + local if namespace is not None else None


@lru_cache(maxsize=16_384)  # a site has some ten thousand names, and says them again and again
def shorten(iri: str) -> str:
    """Return the prefixed name of an IRI, or the IRI itself where no prefix fits."""
    for prefix, namespace in _LONGEST_FIRST:
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri
