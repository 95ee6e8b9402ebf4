"""The line that a finding points at, and the carets under it, as a terminal of fixed columns shows them."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.cells import cell_len

from bqwgraph.validation.findings import Finding, Place
from bqwgraph.validation.reports.wording import visible

WIDTH: Final = 120
"""Columns that a line may take; a longer one is cut around the place."""
_BEFORE: Final = 40
"""Columns that are shown before the place where the line is cut."""
_CUT: Final = "…"


def pointed_at(lines: Sequence[str], place: Place | Finding) -> tuple[str, str] | None:
    r"""Return the line of a place and the carets under it, or None where the file has no such line.

    Wide characters take two columns, tabs are kept, what cannot be seen shows by number. Of a span over several lines the
    first is shown. Without a column there are no carets.

    >>> pointed_at(["<a> <b> \"江门\"@zh ."], Place("a.ttl", 1, 9, 1, 16))
    ('<a> <b> "江门"@zh .', '        ^^^^^^^^^')
    """
    parts = span(lines, place)
    if parts is None:
        return None
    before, marked, after = parts
    carets = (_columns(before, " ") + (_columns(marked, "^") or "^")) if place.column else ""
    return before + marked + after, carets


def span(lines: Sequence[str], place: Place | Finding) -> tuple[str, str, str] | None:
    """Return the line of a place in three parts: before it, what stands there, behind it; else as `pointed_at`."""
    if not 1 <= place.line <= len(lines):
        return None
    line = lines[place.line - 1]
    start = min(max(place.column - 1, 0), len(line))
    end = len(line) if place.end_line > place.line else min(max(place.end_column - 1, start + 1), len(line))
    return _cut(line, start, end)


def _columns(text: str, sign: str) -> str:
    """Return the sign as often as a text has columns, tabs as they are."""
    return "\t".join(sign * cell_len(part) for part in text.split("\t"))


def _cut(line: str, start: int, end: int) -> tuple[str, str, str]:
    """Return what is shown before, of and after the span, in all WIDTH columns at most; looks only at what is near."""
    left, right = max(0, start - WIDTH), start + WIDTH + 1
    before, marked, after = (
        visible(part) for part in (line[left:start], line[start : min(end, right)], line[min(end, right) : right])
    )
    if left == 0 and right >= len(line) and _width(before + marked + after) <= WIDTH:
        return before, marked, after
    kept = _fitting(reversed([visible(c) for c in line[left:start]]), _BEFORE)
    shown_before = (_CUT if kept < start else "") + visible(line[start - kept : start])
    room = WIDTH - _width(shown_before) - 1
    shown = _fitting((visible(c) for c in line[start:right]), room)
    stop = start + shown
    shown_after = visible(line[min(end, stop) : stop]) + (_CUT if stop < len(line) else "")
    return shown_before, visible(line[start : min(end, stop)]), shown_after


def _width(text: str) -> int:
    return sum(map(cell_len, text)) if "\t" not in text else sum(8 if c == "\t" else cell_len(c) for c in text)


def _fitting(pieces: Iterable[str], room: int) -> int:
    """Return how many pieces fit, one after the other, into so many columns."""
    count = 0
    for piece in pieces:
        room -= _width(piece)
        if room < 0:
            break
        count += 1
    return count
