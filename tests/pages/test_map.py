"""The map: where things stand to each other, and what is put where."""

from math import cos, dist, radians

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.pages.map import Spot, draw, position

DEGREES = st.tuples(st.floats(111.5, 113.5), st.floats(21.5, 23.0))


def spot(longitude: float, latitude: float, **more: object) -> Spot:
    told = {"group": 0, "size": 0, "ringed": False, **more}
    return Spot(f"https://example.org/{longitude}-{latitude}", "某镇", "", f"POINT({longitude:.5f} {latitude:.5f})", **told)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wkt", "expected"),
    [
        ("POINT(112.95776 22.77019)", (112.95776, 22.77019)),
        ("POINT (112 22)", (112.0, 22.0)),
        ("", None),
        ("POINT EMPTY", None),
        ("LINESTRING(1 2, 3 4)", None),
        ("<http://www.opengis.net/def/crs/EPSG/0/4326> POINT(1 2)", None),
    ],
)
def test_positions(wkt: str, expected: tuple[float, float] | None) -> None:
    assert position(wkt) == expected


def test_north_is_up_and_east_is_right() -> None:
    drawn = draw([spot(112, 22), spot(113, 22), spot(112, 22.5)])
    assert drawn
    first, east, north = drawn.spots
    assert first.x < east.x
    assert first.y == east.y
    assert north.y < first.y
    assert north.x == first.x


def test_distances_are_those_of_the_scale() -> None:
    drawn = draw([spot(112.0, 22.0), spot(112.3, 22.4)])
    assert drawn
    one, other = drawn.spots
    on_earth = dist((0, 0), (0.3 * cos(radians(22.2)) * 111.2, 0.4 * 111.2))
    assert dist((one.x, one.y), (other.x, other.y)) / drawn.scale * drawn.kilometres == pytest.approx(on_earth, rel=0.01)


@given(st.lists(DEGREES, min_size=1, max_size=30))
def test_everything_that_has_a_point_is_inside_the_picture(points: list[tuple[float, float]]) -> None:
    drawn = draw([spot(*point) for point in points])
    assert drawn
    assert len(drawn.spots) == len(points)
    for one in drawn.spots:
        assert one.x - one.radius > 0
        assert one.x + one.radius < drawn.width
        assert one.y - one.radius > 0
        assert one.y + one.radius < drawn.height


def test_nothing_is_drawn_of_what_has_no_point() -> None:
    assert draw([]) is None
    without = Spot("https://example.org/x", "某镇", "", "")
    assert draw([without]) is None
    drawn = draw([without, spot(112, 22)])
    assert drawn
    assert [one.spot.name for one in drawn.spots] == ["某镇"]


def test_what_counts_more_is_larger_in_area() -> None:
    drawn = draw([spot(112, 22, size=size) for size in (0, 1, 4)])
    assert drawn
    none, one, four = (each.radius for each in drawn.spots)
    assert four - none == pytest.approx(2 * (one - none), abs=0.11)


def test_captions_keep_off_the_spots_and_off_each_other() -> None:
    spots = [spot(112 + 0.01 * step, 22 + 0.002 * step, group=group) for group in (0, 1) for step in range(4)]
    drawn = draw([*spots, spot(111.5, 21.5, group=2)], [("a", "甲市", 0, False), ("b", "乙市", 1, True)])
    assert drawn
    first, second = drawn.captions
    assert abs(first.y - second.y) >= 22 or abs(first.x - second.x) >= 44
    for caption in drawn.captions:
        assert not any(abs(one.x - caption.x) < 22 and caption.y - 18 < one.y < caption.y for one in drawn.spots)


def test_a_caption_without_spots_is_left_out() -> None:
    drawn = draw([spot(112, 22)], [("b", "乙市", 1, False)])
    assert drawn
    assert drawn.captions == []
