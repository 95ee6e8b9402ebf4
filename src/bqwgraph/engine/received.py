"""What another store sent as a table: whether it is one, and all of it, as far as its ends show.

Where a connection closes early, an answer of no stated length ends without a sign, and a page may be called JSON. Reading the
whole would take longer than the store took.
"""

import csv
import json
import re
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import BackEndFailed
from bqwgraph.engine.tokens import Kind, tokenize

_ENDS: Final = {
    ox.QueryResultsFormat.JSON: (re.compile(rb"(?:\xef\xbb\xbf)?\s*\{"), re.compile(rb"\}\s*$")),
    ox.QueryResultsFormat.XML: (re.compile(rb"(?:\xef\xbb\xbf)?\s*<"), re.compile(rb"</(?:[\w.-]+:)?sparql\s*>\s*$")),
}
"""How they begin (with or without a byte order mark) and end."""
_TAIL: Final = 200
"""Bytes at the end among which the last sign is."""


_VARIABLES: Final = re.compile(rb'"vars"\s*:\s*(\[[^\]]*\])')


def check_table(body: bytes, written: ox.QueryResultsFormat, query: str) -> None:
    """Raise BackEndFailed where ``body`` is plainly not the whole of a table, or of a boolean, in this format, for this query.

    In CSV and JSON, which we read ourselves, it must have the columns that the query names.
    """
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
    columns = _columns(body, written)
    missing = [name for name in _projected(query) if name not in columns] if columns is not None else []
    if missing:
        raise BackEndFailed(f"the store's answer is to another query: it has no {', '.join(missing)}")


def _columns(body: bytes, written: ox.QueryResultsFormat) -> list[str] | None:
    """Return the names of the columns of a table in CSV or JSON (none: it has none), or None in another format."""
    if written == ox.QueryResultsFormat.JSON:
        found = _VARIABLES.search(body)
        try:
            return list(json.loads(found[1])) if found else []
        except ValueError:
            return []
    if written == ox.QueryResultsFormat.CSV:
        return next(csv.reader([body.partition(b"\n")[0].decode("utf-8-sig").strip()]), [])
    return None


def _projected(query: str) -> list[str]:
    """Return the variables that a SELECT query names, in order; none where it takes all, or has another form.

    >>> _projected("SELECT DISTINCT ?a (COUNT(?b) AS ?n) WHERE { ?a ?b ?c }")
    ['a', 'n']
    """
    names, depth, last, selects = list[str](), 0, "", False
    for token in tokenize(query):
        if not selects:
            if token.is_word("ASK", "CONSTRUCT", "DESCRIBE"):
                break
            selects = token.is_word("SELECT")
        elif token.kind is Kind.VARIABLE:
            last = token.text[1:]
            names += [] if depth else [last]
        elif token.text in {"(", ")"}:
            depth += 1 if token.text == "(" else -1
            names += [] if depth or token.text == "(" else [last]
        elif depth == 0 and not token.is_word("DISTINCT", "REDUCED"):
            break
    return names
