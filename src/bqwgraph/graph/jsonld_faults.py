r"""Where a JSON-LD document that pyoxigraph refuses is wrong.

It counts columns in bytes, and of what is JSON but no JSON-LD it does not say where it stands. That is found by asking again:
of the items of an object or array, the one at fault is the last of the fewest with which the document is refused as before.

>>> refused_at('[{"@id": "urn:s"},\n {"@id": 5}, {"@id": 6}]', "", "@id value must be a string")
(2, 10)
"""

import re
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.json_text import NotJson, Value, read
from bqwgraph.graph.positions import Lines

_DEEPEST: Final = 100
"""Objects and arrays in each other that are looked into."""


def column(text: str, line: int, offset: int) -> int:
    """Return the column, in characters, of what pyoxigraph gives as one in bytes.

    >>> column('{"江门": x}', 1, 12)
    8
    """
    lines = re.split(r"\r\n?|\n", text)
    written = lines[line - 1].encode() if line <= len(lines) else b""
    return len(written[: offset - 1].decode("utf-8", "replace")) + 1


def refused_at(text: str, base: str, why: str) -> tuple[int, int] | None:
    """Return the line and column of the value for which a document is refused, with pyoxigraph's message; None: unknown."""
    try:
        value = read(text)
    except NotJson:
        return None
    for _ in range(_DEEPEST):
        if _without(text, value, 0, base) == why:
            break
        # Of the items, `fewer` are not enough for the message, `enough` are.
        fewer, enough = 0, len(value.items)
        while enough - fewer > 1:
            middle = (fewer + enough) // 2
            if _without(text, value, middle, base) == why:
                enough = middle
            else:
                fewer = middle
        text, value = _cut(text, value, enough), value.items[enough - 1]
    return Lines(text).position(value.start)


def _without(text: str, value: Value, kept: int, base: str) -> str | None:
    """Return why a document is refused where a value has only so many of its items; None where it is not."""
    try:
        for _ in ox.parse(_cut(text, value, kept), format=ox.RdfFormat.JSON_LD, base_iri=base or None):
            pass
    except SyntaxError as error:
        return error.msg
    return None


def _cut(text: str, value: Value, kept: int) -> str:
    """Return the text without the items behind those that are kept; what stands before them does not move."""
    if kept >= len(value.items):
        return text
    start = value.items[kept - 1].end if kept else value.items[0].begin
    return text[:start] + text[value.end - 1 :]
