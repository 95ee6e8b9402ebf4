"""What another store sent as a table: whether it is one, and all of it, as far as its ends show.

Where a connection closes early, an answer of no stated length ends without a sign, and a page may be called JSON. Reading the
whole would take longer than the store took.
"""

import re
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import BackEndFailed

_ENDS: Final = {
    ox.QueryResultsFormat.JSON: (re.compile(rb"(?:\xef\xbb\xbf)?\s*\{"), re.compile(rb"\}\s*$")),
    ox.QueryResultsFormat.XML: (re.compile(rb"(?:\xef\xbb\xbf)?\s*<"), re.compile(rb"</(?:[\w.-]+:)?sparql\s*>\s*$")),
}
"""How they begin (with or without a byte order mark) and end."""
_TAIL: Final = 200
"""Bytes at the end among which the last sign is."""


def check_table(body: bytes, written: ox.QueryResultsFormat) -> None:
    """Raise BackEndFailed where ``body`` is plainly not the whole of a table, or of a boolean, in this format."""
    if not body:
        raise BackEndFailed("the store sent an empty answer: not even the names of the columns")
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BackEndFailed(f"the store's answer is not in UTF-8: byte {error.start + 1} is {body[error.start]:#04x}") from error
    if written in _ENDS:
        begins, ends = _ENDS[written]
        if begins.match(body) is None or (b"results" not in body and b"boolean" not in body):
            raise BackEndFailed(f"the store's answer is not what its Content-Type says: no {written.name}")
        if ends.search(body[-_TAIL:]) is None:
            raise BackEndFailed("the store's answer breaks off before its end")
