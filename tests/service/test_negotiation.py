"""Content negotiation against a plain reading of RFC 9110."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.service.negotiation import GRAPHS, TABLES, by_name, choose


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, "application/sparql-results+json"),
        ("", "application/sparql-results+json"),
        ("*/*;q=0.1, text/csv;q=0.2", "text/csv"),
        ("text/*", "text/csv"),
        ("text/*;q=0.9, text/csv;q=0", "text/tab-separated-values"),
        ("application/sparql-results+json;q=0, */*", "application/sparql-results+xml"),
        ("TEXT/CSV", "text/csv"),
        ("text/csv;charset=utf-8", "text/csv"),
        ("text/csv;header=absent", None),
        ("text/csv;header=present", "text/csv"),
        ("text/tab-separated-values;header=present", None),
        ('application/json;profile="x"', None),
        ("text/html", None),
        ("*/*;q=0", None),
        ("text/csv;q=2", None),
        ("nonsense, text/csv", "text/csv"),
        ('text/x;a="b,c", text/csv;q=0.1', "text/csv"),
        ("text/csv ; q=0.3 , application/json ; q=0.2", "text/csv"),
        ("*/csv", None),
    ],
)
def test_choice(accept: str | None, expected: str | None) -> None:
    chosen = choose(accept, TABLES)
    assert (chosen and chosen.media_type) == expected


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ('application/ld+json;profile="a b";charset=utf-8;q=0.5, text/turtle;q=0.4', "application/ld+json"),
        ('text/turtle;profile="x", application/n-triples;q=0.1', "application/n-triples"),
    ],
)
def test_a_profile_of_json_ld_is_ignored(accept: str, expected: str) -> None:
    chosen = choose(accept, GRAPHS)
    assert chosen
    assert chosen.media_type == expected


def test_a_format_may_be_a_media_type_whose_plus_sign_was_not_escaped() -> None:
    for name in ("application/sparql-results+json", "application/sparql-results json", "JSON"):
        assert by_name(name, TABLES) == TABLES[0]


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        *(
            ("turtle", "text/turtle"),
            ("n3", "text/turtle"),
            ("rdf+xml", "application/rdf+xml"),
            ("json-ld", "application/ld+json"),
        ),
        *(("xml", "application/rdf+xml"), ("json", "application/ld+json"), ("N-Triples", "application/n-triples")),
    ],
)
def test_a_syntax_has_other_names(name: str, media_type: str) -> None:
    found = by_name(name, GRAPHS)
    assert found
    assert found.media_type == media_type
    assert by_name("turtle", TABLES) is by_name("csv", GRAPHS) is None


RANGES = st.sampled_from(
    ["*/*", "text/*", "application/*", *(offer.media_type for offer in (*TABLES, *GRAPHS)), "image/png", "x/y;a=b"]
)
QUALITIES = st.sampled_from(["", ";q=1", ";q=0.5", ";q=0.001", ";q=0", ";q=0.75"])


@given(st.lists(st.tuples(RANGES, QUALITIES), min_size=1, max_size=6, unique_by=lambda item: item[0]))
def test_the_best_offer_wins(ranges: list[tuple[str, str]]) -> None:
    def quality(media_type: str) -> float:
        kind = media_type.partition("/")[0]
        for name in (media_type, f"{kind}/*", "*/*"):
            for given_range, q in ranges:
                if given_range == name:
                    return float(q[3:]) if q else 1.0
        return 0.0

    chosen = choose(", ".join(name + q for name, q in ranges), TABLES)
    best = max(quality(offer.media_type) for offer in TABLES)
    assert (quality(chosen.media_type) if chosen else 0.0) == best


@given(st.text(max_size=80))
def test_no_header_breaks_it(accept: str) -> None:
    choose(accept, TABLES)
