"""The examples of the ontology are true of the graph: what they name is there, and what they state holds."""

import re

import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import PREFIXES, expand
from bqwgraph.graph.snapshot import Snapshot

HEAD = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())

NAMED = re.compile(r"\b([a-z][a-z-]*):([A-Za-z0-9][A-Za-z0-9-]*)")
STATEMENT = re.compile(
    r'([a-z][a-z-]*:[A-Za-z0-9-]+) (bqw:\w+) ("[^"]*"(?:\^\^xsd:\w+)?|[a-z][a-z-]*:[A-Za-z0-9-]+|\d+(?:\.\d+)?|true|false)'
)
WORDS = re.compile(r"([a-z][a-z-]*:[A-Za-z0-9-]+) (bqw:\w+Words)：指向“(.+?)”(?:和“(.+?)”)?。")


@pytest.fixture(scope="module")
def examples(snapshot: Snapshot) -> list[tuple[str, str]]:
    """Term and example, in both languages."""
    found = snapshot.store.query(f"{HEAD} SELECT ?term ?example {{ ?term rdfs:isDefinedBy ?ontology ; skos:example ?example }}")
    assert isinstance(found, ox.QuerySolutions)
    return [(row[0].value, row[1].value) for row in found]


def holds(snapshot: Snapshot, pattern: str) -> bool:
    return bool(snapshot.store.query(f"{HEAD} ASK {{ {pattern} }}"))


def test_what_examples_name_is_in_the_graph(snapshot: Snapshot, examples: list[tuple[str, str]]) -> None:
    named = {
        (term, f"{prefix}:{name}")
        for term, text in examples
        for prefix, name in NAMED.findall(text)
        if prefix in PREFIXES.keys() - {"xsd"}
    }
    assert len(named) > 100
    assert [pair for pair in sorted(named) if not holds(snapshot, f"<{expand(pair[1])}> ?property ?value")] == []


def test_what_examples_state_holds(snapshot: Snapshot, examples: list[tuple[str, str]]) -> None:
    stated = {(term, *statement) for term, text in examples for statement in STATEMENT.findall(text)}
    assert len(stated) > 40
    assert [row for row in sorted(stated) if not holds(snapshot, " ".join(row[1:]))] == []


def test_words_that_examples_quote_are_those_of_the_node(snapshot: Snapshot, examples: list[tuple[str, str]]) -> None:
    quoted = [
        (node, path, words)
        for _, text in examples
        for node, path, *all_words in WORDS.findall(text)
        for words in all_words
        if words
    ]
    assert len(quoted) >= 6
    assert [row for row in quoted if not holds(snapshot, f'{row[0]} {row[1]}/oa:hasSelector/oa:exact "{row[2]}"')] == []
