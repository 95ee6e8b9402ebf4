"""What the things in a table are called."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Question
from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.queries.values import Steps

Node = Mapping[str, str]
"""A term in the form of SPARQL 1.1 JSON results."""
Names = Mapping[str, Mapping[str, str]]
"""The names of things by IRI and language (small letters; `_WORDS`: it has no name, these are the words of the source)."""

_WORDS: Final = "words"
_MOST: Final = 3000
"""Things whose names are looked up; others are shown by their prefixed names."""
_WRITABLE: Final = re.compile(r'[^\x00-\x20<>"{}|^`\\]+')
"""What may stand between angle brackets in a query; another store may hold other things."""
_QUERY: Final = f"""PREFIX oa: <{PREFIXES["oa"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
SELECT ?thing ?name ?lang WHERE {{
    VALUES ?thing {{ %s }}
    {{ ?thing rdfs:label ?name . BIND(LANG(?name) AS ?lang) }}
    UNION {{ ?thing oa:hasSelector/oa:exact ?name . BIND("{_WORDS}" AS ?lang) }}
}}
ORDER BY ?thing ?lang DESC(?name)"""


@dataclass(frozen=True)
class Name:
    """What a thing is called, and in which language that is (empty: none is said)."""

    text: str
    lang: str


def names_of(rows: Iterable[Iterable[Node | None]]) -> Steps[Names]:
    """Return the names of the things in a table, as far as they have any."""
    cells = (cell["value"] for row in rows for cell in row if cell is not None and cell["type"] == "uri")
    things = [iri for iri in dict.fromkeys(cells) if _WRITABLE.fullmatch(iri)][:_MOST]
    if not things:
        return {}
    answer = yield Question.table(_QUERY % " ".join(f"<{iri}>" for iri in things), ox.QueryResultsFormat.CSV)
    names = dict[str, dict[str, str]]()
    for row in csv.DictReader(io.StringIO(answer.body.decode("utf-8"))):
        names.setdefault(row["thing"], {})[row["lang"].lower()] = row["name"]
    return names


def name_in(lang: str, iri: str, names: Names) -> Name | None:
    """Return a thing's name in a language, else in another, else its words; None where it has neither.

    >>> name_in("en", "urn:a", {"urn:a": {"words": "鹤山市"}})
    Name(text='“鹤山市”', lang='zh-Hans')
    """
    own = names.get(iri, {})
    for tag in (lang.lower(), *sorted(own.keys() - {_WORDS}), _WORDS):
        if tag in own:
            return Name(f"“{own[tag]}”", "zh-Hans") if tag == _WORDS else Name(own[tag], recommended(tag))
    return None
