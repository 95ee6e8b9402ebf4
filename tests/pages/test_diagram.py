"""Diagrams: everything is drawn once, nothing lies upon something else, and arrows lead to the right where they can."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.pages.diagram import BOX_HEIGHT, BOX_WIDTH, lay_out

KEYS = st.lists(st.sampled_from("abcdefghij"), min_size=1, max_size=10, unique=True)


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[str], list[tuple[str, str, str]]]:
    keys = draw(KEYS)
    ends = st.sampled_from(keys)
    return keys, draw(st.lists(st.tuples(ends, ends, st.just("p")), max_size=20, unique=True))


def named(keys: list[str]) -> dict[str, tuple[str, str]]:
    return {key: (key.upper(), "1") for key in keys}


@given(graphs())
def test_all_is_drawn_and_no_box_lies_on_another(
    given_graph: tuple[list[str], list[tuple[str, str, str]]],
) -> None:
    keys, links = given_graph
    drawn = lay_out(named(keys), links)
    assert sorted(box.key for box in drawn.boxes) == sorted(keys)
    assert {(arrow.start.key, arrow.end.key) for arrow in drawn.arrows} == {(a, b) for a, b, _ in links if a != b}
    for one, other in combinations(drawn.boxes, 2):
        assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT
    for box in drawn.boxes:
        assert 0 <= box.x <= drawn.width - BOX_WIDTH
        assert 0 <= box.y <= drawn.height - BOX_HEIGHT


def test_arrows_lead_to_the_right() -> None:
    drawn = lay_out(named(["c", "b", "a", "d"]), [("a", "b", ""), ("b", "c", ""), ("a", "c", ""), ("d", "c", "")])
    place = {box.key: box.x for box in drawn.boxes}
    assert place["a"] < place["b"] < place["c"]
    assert place["d"] == place["b"]  # beside what it leads to


def test_a_circle_is_drawn_too() -> None:
    drawn = lay_out(named(["a", "b"]), [("a", "b", "there"), ("b", "a", "back")])
    assert [arrow.text for arrow in drawn.arrows] == ["there", "back"]
    assert drawn.boxes[0].x != drawn.boxes[1].x


def test_nothing_gives_an_empty_picture() -> None:
    drawn = lay_out({}, [])
    assert drawn.boxes == []
    assert drawn.width > 0
