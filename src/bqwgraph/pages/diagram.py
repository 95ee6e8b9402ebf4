"""A diagram of boxes and arrows, in columns, so that arrows lead to the right: Sugiyama's method in its simplest form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

BOX_WIDTH: Final = 132
BOX_HEIGHT: Final = 46
_ACROSS: Final = 158
_ALONG: Final = 66
_SWEEPS: Final = 6


@dataclass(frozen=True)
class Box:
    """A box: what it stands for, its name, a small text below that, and where its upper left corner is."""

    key: str
    name: str
    note: str
    x: int
    y: int


@dataclass(frozen=True)
class Arrow:
    """An arrow between two boxes, with what it says; ``path`` draws it (SVG 2, 9.3)."""

    start: Box
    end: Box
    text: str
    path: str


@dataclass(frozen=True)
class Diagram:
    """The picture, ``width`` by ``height``."""

    width: int
    height: int
    boxes: Sequence[Box]
    arrows: Sequence[Arrow]


def lay_out(names: Mapping[str, tuple[str, str]], links: Iterable[tuple[str, str, str]]) -> Diagram:
    """Lay out boxes (name and note by key) and links (from, to, text) between them; a link of a box with itself is not drawn."""
    drawn = [(start, end, text) for start, end, text in links if start != end]
    columns = _columns(list(names), [(start, end) for start, end, _ in drawn])
    tallest = max((len(column) for column in columns), default=0)
    boxes = dict[str, Box]()
    for across, column in enumerate(columns):
        shift = (tallest - len(column)) * _ALONG // 2
        for along, key in enumerate(column):
            boxes[key] = Box(key, *names[key], across * _ACROSS + 2, shift + along * _ALONG + 2)
    width = max(1, len(columns)) * _ACROSS - (_ACROSS - BOX_WIDTH) + 4
    arrows = [Arrow(boxes[start], boxes[end], text, _path(boxes[start], boxes[end])) for start, end, text in drawn]
    return Diagram(width, max(1, tallest) * _ALONG, list(boxes.values()), arrows)


def _columns(keys: Sequence[str], links: Sequence[tuple[str, str]]) -> list[list[str]]:
    """Give each box the column after the last of those that lead to it; links that would close a circle do not count."""
    forward = _without_circles(keys, links)
    depth = dict.fromkeys(keys, 0)
    for _ in keys:
        for start, end in forward:
            depth[end] = max(depth[end], depth[start] + 1)
    for key in keys:  # what nothing leads to stands beside what it leads to, not at the far left
        after = [depth[end] for start, end in forward if start == key]
        if after and not any(end == key for _, end in forward):
            depth[key] = min(after) - 1
    columns = [[key for key in keys if depth[key] == at] for at in range(max(depth.values(), default=0) + 1)]
    for _ in range(_SWEEPS):
        place = {key: at - len(column) / 2 for column in columns for at, key in enumerate(column)}
        beside = {key: [place[b if a == key else a] for a, b in links if key in {a, b}] for key in keys}
        middle = {key: sum(near) / len(near) if near else place[key] for key, near in beside.items()}
        columns = [sorted(column, key=lambda key: (middle[key], place[key])) for column in columns]
    return columns


def _without_circles(keys: Sequence[str], links: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    after = {key: [end for start, end in links if start == key] for key in keys}
    kept, done, open_now = list[tuple[str, str]](), set[str](), set[str]()

    def visit(key: str) -> None:
        open_now.add(key)
        for end in after[key]:
            if end in open_now:
                continue
            kept.append((key, end))
            if end not in done:
                visit(end)
        open_now.discard(key)
        done.add(key)

    for key in keys:
        if key not in done:
            visit(key)
    return kept


def _path(start: Box, end: Box) -> str:
    if start.x == end.x:
        x, down = start.x + BOX_WIDTH, (start.y + BOX_HEIGHT // 2, end.y + BOX_HEIGHT // 2)
        return f"M{x} {down[0]}C{x + 45} {down[0]} {x + 45} {down[1]} {x} {down[1]}"
    right = start.x < end.x
    x1, x2 = (start.x + BOX_WIDTH, end.x) if right else (start.x, end.x + BOX_WIDTH)
    y1, y2 = start.y + BOX_HEIGHT // 2, end.y + BOX_HEIGHT // 2
    bend = (x2 - x1) // 2
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
