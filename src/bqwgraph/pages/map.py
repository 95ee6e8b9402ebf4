"""A map as a picture of points, drawn by where they stand to each other: no outlines. Names are put where they cover least."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, inf, radians, sqrt
from typing import Final

WIDTH: Final = 720
_MARGIN: Final = 40
_KM_A_DEGREE: Final = 111.2
_SMALLEST: Final = 1e-3
"""Degrees that a map spans at least: one spot alone has no extent."""
_NAME: Final = 14
_CAPTION: Final = 22
"""Sizes of names and captions, as the style sheet has them."""
_POINT: Final = re.compile(r"POINT ?\(\s*(-?[0-9.]+)\s+(-?[0-9.]+)\s*\)", re.IGNORECASE)


@dataclass(frozen=True)
class Spot:
    """Something at a point: ``point`` is its WKT (longitude, latitude), ``group`` numbers its colour, ``size`` what it counts."""

    iri: str
    name: str
    note: str
    point: str
    group: int = 0
    size: int = 0
    ringed: bool = False


@dataclass(frozen=True)
class Drawn:
    """A spot on the picture: where its centre is and its radius, and where its name begins or, ``before`` it, ends."""

    spot: Spot
    x: float
    y: float
    radius: float
    text_x: float
    text_y: float
    before: bool


@dataclass(frozen=True)
class Caption:
    """A name that stands for several spots, in the middle of them."""

    iri: str
    name: str
    x: float
    y: float
    group: int
    marked: bool = False


@dataclass(frozen=True)
class Map:
    """A picture ``width`` by ``height``; ``scale`` is the length of ``kilometres`` on it."""

    width: int
    height: int
    spots: Sequence[Drawn]
    captions: Sequence[Caption]
    scale: float
    kilometres: int


def position(wkt: str) -> tuple[float, float] | None:
    """Return longitude and latitude of a point in WKT (GeoSPARQL 1.1, 8.5.1), or None where it is none.

    >>> position("POINT(112.95776 22.77019)")
    (112.95776, 22.77019)
    """
    found = _POINT.fullmatch(wkt.strip())
    return (float(found[1]), float(found[2])) if found else None


def draw(spots: Iterable[Spot], captions: Iterable[tuple[str, str, int, bool]] = (), width: int = WIDTH) -> Map | None:
    """Draw what has a point, in the equirectangular projection of its middle; None where nothing has one.

    ``captions`` are the IRI, name, group and mark of what the spots of a group belong to. ``width`` is about that at which the
    picture is shown, since names and spots have sizes of their own.
    """
    placed = [(spot, at) for spot in spots if (at := position(spot.point))]
    if not placed:
        return None
    west, east = (pick(at[0] for _, at in placed) for pick in (min, max))
    south, north = (pick(at[1] for _, at in placed) for pick in (min, max))
    narrowing = cos(radians((south + north) / 2))
    across, along = max((east - west) * narrowing, _SMALLEST), max(north - south, _SMALLEST)
    unit = (width - 2 * _MARGIN) / max(across, along)
    left, height = (width - across * unit) / 2, round(2 * _MARGIN + along * unit)
    discs = [
        _Disc(left + (at[0] - west) * narrowing * unit, _MARGIN + (north - at[1]) * unit, 4 + 3.2 * sqrt(spot.size), spot)
        for spot, at in placed
    ]
    taken = [disc.box for disc in discs]
    inside = _Box(0, 0, width, height)
    names = {disc: _beside(disc, inside, taken) for disc in sorted(discs, key=lambda disc: not disc.spot.ringed)}
    drawn = [Drawn(d.spot, round(d.x, 1), round(d.y, 1), round(d.radius, 1), *names[d]) for d in discs]
    named = list[Caption]()
    for iri, name, group, marked in captions:
        near = [(disc.x, disc.y) for disc in discs if disc.spot.group == group]
        if near:
            x, y = _amid(f"★ {name}" if marked else name, near, inside, taken)
            named.append(Caption(iri, name, round(x, 1), round(y, 1), group, marked))
    kilometres = next(size for size in (100, 50, 20, 10, 5, 1) if size / _KM_A_DEGREE * unit <= width / 3 or size == 1)
    return Map(width, height, drawn, named, round(kilometres / _KM_A_DEGREE * unit, 1), kilometres)


@dataclass(frozen=True)
class _Box:
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: "_Box") -> float:
        if self.right <= other.left or other.right <= self.left or self.bottom <= other.top or other.bottom <= self.top:
            return 0.0
        across = min(self.right, other.right) - max(self.left, other.left)
        return across * (min(self.bottom, other.bottom) - max(self.top, other.top))


@dataclass(frozen=True)
class _Disc:
    x: float
    y: float
    radius: float
    spot: Spot

    @property
    def box(self) -> _Box:
        reach = self.radius + (4 if self.spot.ringed else 0)
        return _Box(self.x - reach, self.y - reach, self.x + reach, self.y + reach)


def _cost(box: _Box, inside: _Box, taken: Iterable[_Box]) -> float:
    """Return how much a box would cover of what is there; to leave the picture costs more."""
    outside = (box.right - box.left) * (box.bottom - box.top) - box.covers(inside)
    return sum(map(box.covers, taken)) + 10 * outside


def _beside(disc: _Disc, inside: _Box, taken: list[_Box]) -> tuple[float, float, bool]:
    """Return where the name of a spot begins or ends, right or left of it; that of a ringed one is always seen: it takes room."""
    wide, gap = _width(disc.spot.name, _NAME), disc.radius + 7
    choices = [(dx, dy) for dy in (5, -9, 18) for dx in (gap, -gap)]
    boxes = [
        _Box(x - (wide if dx < 0 else 0), y - 13, x + (wide if dx > 0 else 0), y + 3)
        for dx, dy in choices
        for x, y in [(disc.x + dx, disc.y + dy)]
    ]
    best = min(range(len(choices)), key=lambda index: (_cost(boxes[index], inside, taken), index))
    if disc.spot.ringed:
        taken.append(boxes[best])
    dx, dy = choices[best]
    return round(disc.x + dx, 1), round(disc.y + dy, 1), dx < 0


def _amid(name: str, near: Sequence[tuple[float, float]], inside: _Box, taken: list[_Box]) -> tuple[float, float]:
    """Return the middle and base line of a caption: amid its spots, moved aside as far as something would be covered."""
    x, y = (sum(values) / len(near) for values in zip(*near, strict=True))
    half = _width(name, _CAPTION) / 2 + 8
    steps = ((dx, dy) for dx in range(-120, 121, 15) for dy in range(-90, 91, 15))
    choices = sorted(steps, key=lambda by: by[0] ** 2 + by[1] ** 2)
    best, least = (0, 0), inf
    for dx, dy in choices:
        moved = 2 * hypot(dx, dy)
        if moved >= least:  # those that follow are farther
            break
        cost = _cost(_Box(x + dx - half, y + dy - 18, x + dx + half, y + dy + 6), inside, taken) + moved
        if cost < least:
            best, least = (dx, dy), cost
    x, y = x + best[0], y + best[1]
    taken.append(_Box(x - half, y - 18, x + half, y + 6))
    return x, y


def _width(text: str, size: int) -> float:
    """Return about how wide a text is: a Chinese character is as wide as it is high, a Latin one about two thirds of that."""
    return sum(size if sign > "\u25ff" else size * 0.64 for sign in text)
