"""What an engine is asked for an index: names, kinds and neighbours of everything that has an IRI of ours."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Question
from bqwgraph.graph.namespaces import BASE, PREFIXES

_PREFIXES: Final = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("bqw", "dcterms", "oa", "owl", "rdfs", "sh", "skos")
)
_OURS: Final = f'FILTER(STRSTARTS(STR(?thing), "{BASE}"))'
_NAMES: Final = f"""SELECT ?thing ?property ?value (LANG(?value) AS ?lang) WHERE {{
    {{
        VALUES ?property {{
            skos:prefLabel skos:altLabel skos:hiddenLabel rdfs:label dcterms:title sh:name skos:notation
            bqw:officialName bqw:pinyin bqw:nbsCode2023 bqw:mcaCode2026
        }}
        ?thing ?property ?value
    }} UNION {{
        ?thing a bqw:Policy ; bqw:order ?value . BIND(skos:notation AS ?property)
    }} UNION {{
        ?thing oa:hasSelector/oa:exact ?value . BIND(oa:exact AS ?property)
    }}
    {_OURS}
}}"""
_KINDS: Final = f"SELECT ?thing ?value WHERE {{ ?thing a ?value . {_OURS} }}"
_NEAR: Final = f"""SELECT ?thing ?property ?value WHERE {{
    VALUES ?property {{ bqw:directlyWithin bqw:level bqw:placeType skos:inScheme dcterms:isPartOf bqw:designates }}
    ?thing ?property ?value . {_OURS}
}}"""

QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        name: Question.table(_PREFIXES + text, ox.QueryResultsFormat.CSV)
        for name, text in (("names", _NAMES), ("kinds", _KINDS), ("near", _NEAR))
    }
)
"""By the name (without .csv) of the file in which `bqwgraph.search.build` looks for the answer."""
