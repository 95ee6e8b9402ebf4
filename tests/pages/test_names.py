"""What things in tables are called."""

import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.pages.names import Name, Names, Node, name_in, names_of
from bqwgraph.queries.values import run

BASE = "https://w3id.org/bqwgraph/"
NAMES: Names = {
    "urn:a": {"en": "A", "zh-hans": "甲"},
    "urn:b": {"zh-hans": "乙"},
    "urn:c": {"": "C"},
    "urn:d": {"words": "丁", "zh-hans": "丁项"},
    "urn:e": {"words": "戊"},
}


@pytest.mark.parametrize(
    ("iri", "chinese", "english"),
    [
        ("urn:a", Name("甲", "zh-Hans"), Name("A", "en")),
        ("urn:b", Name("乙", "zh-Hans"), Name("乙", "zh-Hans")),
        ("urn:c", Name("C", ""), Name("C", "")),
        ("urn:d", Name("丁项", "zh-Hans"), Name("丁项", "zh-Hans")),
        ("urn:e", Name("“戊”", "zh-Hans"), Name("“戊”", "zh-Hans")),
        ("urn:f", None, None),
    ],
)
def test_a_name_is_in_the_language_of_the_page_or_else_in_another(iri: str, chinese: Name | None, english: Name | None) -> None:
    assert (name_in("zh-Hans", iri, NAMES), name_in("en", iri, NAMES)) == (chinese, english)


def row(*iris: str) -> list[Node | None]:
    return [None, {"type": "literal", "value": "urn:z"}, *({"type": "uri", "value": iri} for iri in iris)]


def asked(*iris: str) -> list[str]:
    """Return the things that are asked for, in a table with these."""
    question = next(names_of([row(*iris)]), None)
    return [] if question is None else question.query.partition("VALUES ?thing { ")[2].partition(" }")[0].split()


def test_each_thing_is_asked_for_once_and_none_that_cannot_be_written() -> None:
    assert asked("urn:b", "urn:a", "urn:a", "urn:c d", "urn:>") == ["<urn:b>", "<urn:a>"]
    assert asked("urn:c d") == []
    assert len(asked(*(f"urn:{number}" for number in range(4000)))) == 3000


def test_labels_and_the_words_of_excerpts_are_found(engine: EmbeddedEngine) -> None:
    things = ("place/nbs2023-440784", "excerpt/1713-1716", "ontology#Policy")
    names = run(names_of([row(*(BASE + thing for thing in things))]), engine)
    assert names[BASE + things[0]] == {"zh-hans": "鹤山市", "en": "Heshan City"}
    assert set(names[BASE + things[1]]) >= {"words"}
    assert names[BASE + things[2]]["en"] == "Policy"
