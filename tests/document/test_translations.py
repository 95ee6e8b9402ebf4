"""English labels say what the Chinese ones say: no currency where the document writes none, no sum, verb or hedge lost."""

import re

import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.graph.snapshot import Snapshot

HEAD = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())

CURRENCY = re.compile(r"yuan|CNY|RMB|renminbi", re.IGNORECASE)


@pytest.fixture(scope="module")
def labels(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    """Node, Chinese and English name of each node that the document states, and of each term of the glossary."""
    found = snapshot.store.query(f"""{HEAD}
        SELECT ?node ?chinese ?english {{
            {{ ?node bqw:origin origin:stated }} UNION {{ ?node skos:inScheme <https://w3id.org/bqwgraph/vocab/glossary> }}
            VALUES ?path {{ skos:prefLabel dcterms:title }}
            ?node ?path ?chinese , ?english .
            FILTER(LANGMATCHES(LANG(?chinese), "zh") && LANGMATCHES(LANG(?english), "en"))
        }}""")
    assert isinstance(found, ox.QuerySolutions)
    return [(row[0].value, row[1].value, row[2].value) for row in found]


def test_a_currency_is_in_both_or_in_neither(labels: list[tuple[str, str, str]]) -> None:
    assert len(labels) > 300
    assert [row for row in labels if ("元" in row[1]) != bool(CURRENCY.search(row[2]))] == []


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("千亿", "hundred-billion|100 billion"),
        ("百亿", "ten-billion"),
        ("万亿", "trillion"),
        ("1000亿", "100 billion"),
        ("500亿", "50 billion"),
        ("100亿", "10 billion"),
        ("50亿", "5 billion"),
        ("产值超10亿", "over CNY 1 billion"),
    ],
)
def test_sums_keep_their_size(labels: list[tuple[str, str, str]], chinese: str, english: str) -> None:
    named = [row for row in labels if re.search(rf"(?<!\d){chinese}", row[1])]
    assert named
    assert [row for row in named if not re.search(rf"(?<![0-9]){english}", row[2], re.IGNORECASE)] == []


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("宜居宜业", "good to live and work in"),
        ("培育形成", "cultivate and form"),
        ("打造6条", "create 6"),
        ("力争", "strive for"),
        ("不少于", "at least"),
        ("达到", "reach"),
        ("迈入", "enters"),
        ("初步", "initially"),
        ("逐步构建", "gradually build"),
        ("全面推进", "advance across the board"),
        ("着力推动", "put effort into promoting"),
        ("积极", "actively"),
        ("持续推动", "continuously promote"),
        ("高标准", "high standard"),
        ("高水平", "high standard"),
        ("多种形式", "many forms"),
        ("探索", "explore"),
    ],
)
def test_verbs_and_hedges_are_kept(labels: list[tuple[str, str, str]], chinese: str, english: str) -> None:
    named = [row for row in labels if chinese in row[1]]
    assert named
    assert [row for row in named if english not in row[2].lower()] == []
