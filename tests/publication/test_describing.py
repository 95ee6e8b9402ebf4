"""Descriptions of resources, as they come from the graph."""

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph.namespaces import BASE, PREFIXES, TERMS
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.describing import PAGE_SIZE, Description, checked, describe
from bqwgraph.queries.values import run

JIANGMEN = BASE + "place/nbs2023-4407"


def described(engine: EmbeddedEngine, path: str, page: int = 1) -> Description:
    found: Description | None = run(describe(BASE + path, page), engine, 60)
    assert found is not None
    return found


@pytest.mark.parametrize("path", ["policy/1", "target/4-2", "excerpt/16-20", "vocab/genre", "shapes/Target", "ontology#Place"])
def test_all_statements_about_a_resource_and_nothing_that_the_graph_does_not_say(
    snapshot: Snapshot, engine: EmbeddedEngine, path: str
) -> None:
    found = described(engine, path)
    own = snapshot.store.quads_for_pattern(ox.NamedNode(BASE + path), None, None, ox.DefaultGraph())
    assert {quad.triple for quad in own if not isinstance(quad.object, ox.BlankNode)} <= set(found.triples)
    for t in found.triples:
        if not isinstance(t.subject, ox.BlankNode) and not isinstance(t.object, ox.BlankNode):
            assert ox.Quad(t.subject, t.predicate, t.object, ox.DefaultGraph()) in snapshot.store


def test_what_points_at_a_resource_comes_whole_in_pages(snapshot: Snapshot, engine: EmbeddedEngine) -> None:
    expected = {
        (quad.predicate.value, quad.subject.value)
        for quad in snapshot.store.quads_for_pattern(None, None, ox.NamedNode(JIANGMEN), ox.DefaultGraph())
        if isinstance(quad.subject, ox.NamedNode)
    }
    pages, number, more = list[tuple[str, str]](), 1, True
    while more:
        found = described(engine, "place/nbs2023-4407", number)
        assert len(found.incoming) <= PAGE_SIZE
        assert found.more == (len(found.incoming) == PAGE_SIZE and len(pages) + PAGE_SIZE < len(expected))
        pointing = {(t.predicate.value, t.subject) for t in found.triples if t.object == ox.NamedNode(JIANGMEN)}
        assert pointing == {(predicate, ox.NamedNode(subject)) for predicate, subject in found.incoming}
        pages += found.incoming
        number, more = number + 1, found.more
    assert len(pages) == len(set(pages)) > 1000
    assert set(pages) == expected


def test_names_of_what_a_resource_names_and_of_what_points_at_it(engine: EmbeddedEngine) -> None:
    found = described(engine, "target/4-2")
    (policy,) = found.values(found.iri, TERMS + "setBy")
    assert found.labels(str(policy.value))["zh-hans"] == "关于促进制造业高质量发展的若干措施"
    assert {found.labels(subject)["en"] for _, subject in found.incoming} == {
        "The deadline of 2025 carries over to the other targets of the sentence"
    }


def test_evidence_has_words_and_offsets(engine: EmbeddedEngine) -> None:
    found = described(engine, "target/4-2")
    (excerpt,) = found.values(found.iri, TERMS + "thresholdWords")
    quote = found.quote(str(excerpt.value))
    assert quote is not None
    assert (quote.exact, quote.start, quote.end, quote.source) == ("产值超 500 亿元", 2546, 2556, BASE + "source/panorama")


def test_a_scheme_brings_its_concepts_and_a_shape_its_properties_with_lists(engine: EmbeddedEngine) -> None:
    genre = described(engine, "vocab/genre")
    assert genre.values(BASE + "vocab/genre/measures", PREFIXES["skos"] + "definition")
    shape = described(engine, "shapes/Target")
    (languages,) = shape.values(BASE + "shapes/Target-prefLabel", PREFIXES["sh"] + "languageIn")
    assert isinstance(languages, ox.BlankNode)
    assert [item.value for item in shape.items(languages) or ()] == ["zh-Hans", "en"]


def test_of_what_is_not_there_nothing_is_said(engine: EmbeddedEngine) -> None:
    nothing: Description | None = run(describe(BASE + "policy/99"), engine, 60)
    assert nothing is None


@pytest.mark.parametrize("path", ["", "a//x", "../x", "a/..", "a b", "a\x00", "a>b", 'a"', "%20", "a#b", "x" * 500, "\u202eb"])
def test_paths_that_no_iri_has(path: str) -> None:
    assert checked(path) is None


@given(st.text(max_size=450))
def test_a_checked_path_is_an_iri_that_stays_below_the_base(path: str) -> None:
    iri = checked(path)
    if iri is not None:
        assert iri == BASE + path
        assert str(ox.NamedNode(iri)) == f"<{iri}>"
        assert not any(sign in path for sign in '<>"{}|\\^`% \n#?')
