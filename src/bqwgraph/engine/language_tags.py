"""Language tags know no case (RDF 1.1, RFC 5646), but pyoxigraph keeps them in small letters; here they meet what people write.

In a query, a string that ``LANG(…)`` is compared with is folded, so that ``LANG(?name) = "zh-Hans"`` finds what the files call
``zh-Hans``; in an answer, tags get the capitals that RFC 5646 (2.1.1) recommends.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise, takewhile

import pyoxigraph as ox

from bqwgraph.engine.interface import ResultFormat
from bqwgraph.engine.tokens import Kind, Token, TokenError, tokenize

_TAG = rb"[a-z]{1,8}(?:-[a-z0-9]{1,8})+"
_WRITTEN = {
    ox.QueryResultsFormat.JSON: re.compile(rb'("xml:lang":")(%b)(?=")' % _TAG),
    ox.QueryResultsFormat.XML: re.compile(rb'(<literal xml:lang=")(%b)(?=">)' % _TAG),
    ox.RdfFormat.RDF_XML: re.compile(rb'( xml:lang=")(%b)(?=">)' % _TAG),
    ox.RdfFormat.JSON_LD: re.compile(rb'("@language":")(%b)(?=")' % _TAG),
}
"""Each begins with fixed bytes: a search for those is many times quicker than one that looks behind."""
_CAPITALS = {2: str.upper, 4: str.title}
"""Regions have two letters, scripts four."""
_AFTER_QUOTE = re.compile(rb'("@)(%b)(?![a-zA-Z0-9-])' % _TAG)
_LANG = re.compile(r"lang(?!match|dir)")
_PLAIN_MATCH = re.compile(r"langmatches\s*\(\s*lang\s*\(\s*[?$]\w+\s*\)")
"""Where LANG is most often met, and compared with nothing."""
_LINES = frozenset(
    {ox.QueryResultsFormat.TSV, ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG}
)


@lru_cache(maxsize=256)
def recommended(tag: str) -> str:
    """Return a tag with the recommended capitals.

    >>> recommended("zh-hans-cn")
    'zh-Hans-CN'
    """
    first, *rest = tag.lower().split("-")
    return "-".join([first, *(_CAPITALS.get(len(part), str.lower)(part) for part in rest)])


def fold_compared(query: str) -> str:
    """Return the query with the strings that LANG is compared with in small letters; nothing else changes.

    >>> fold_compared('FILTER(LANG(?a) = "zh-Hans" && ?b = "A")')
    'FILTER(LANG(?a) = "zh-hans" && ?b = "A")'
    """
    if _LANG.search(_PLAIN_MATCH.sub("", query.lower())) is None:
        return query
    tokens = _tokens(query)
    for token in _compared(tokens):
        query = query[: token.start] + token.text.lower() + query[token.end :]
    return query


def fold_both(query: str) -> str:
    """Return the query with ``LANG(…)`` and what it is compared with in small letters, whatever letters the store keeps.

    >>> fold_both('FILTER(LANG(?a) = "zh-Hans")')
    'FILTER(LCASE(LANG(?a)) = "zh-hans")'
    """
    if "lang" not in query.lower():
        return query
    tokens = _tokens(query)
    edits = [(token.start, token.end, token.text.lower()) for token in _compared(tokens)]
    for index, (token, bracket) in enumerate(pairwise(tokens)):
        if token.is_word("LANG") and bracket.text == "(":
            behind = tokens[_end_of_call(tokens, index + 1) - 1].end
            edits += [(token.start, token.start, "LCASE("), (behind, behind, ")")]
    for start, end, text in sorted(edits, reverse=True):
        query = query[:start] + text + query[end:]
    return query


def _tokens(query: str) -> list[Token]:
    """Return the tokens of a query; none where it has no tokens, which is for the parser to say."""
    try:
        return list(tokenize(query))
    except TokenError:
        return []


def _compared(tokens: list[Token]) -> Iterator[Token]:
    for index, token in enumerate(tokens):
        if token.is_word("LANG"):
            yield from _string_before(tokens[:index])
            yield from _strings_behind(tokens[_end_of_call(tokens, index + 1) :])


def _string_before(tokens: list[Token]) -> Iterator[Token]:
    match tokens[-2:]:
        case [Token(Kind.STRING) as string, Token(text="=" | "!=")]:
            yield string


def _strings_behind(tokens: list[Token]) -> Iterator[Token]:
    words = list(takewhile(lambda token: token.is_word("NOT", "IN"), tokens))
    match tokens[len(words) : len(words) + 2]:
        case [Token(text="=" | "!="), Token(Kind.STRING) as string]:
            yield string
        case [Token(text="("), *_] if words:
            listed = takewhile(lambda token: token.text != ")", tokens[len(words) + 1 :])
            yield from (token for token in listed if token.kind is Kind.STRING)


def _end_of_call(tokens: list[Token], start: int) -> int:
    depth = 0
    for index in range(start, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index + 1
    return len(tokens)


def restore_written(body: bytes, result_format: ResultFormat) -> bytes:
    """Return an answer with its language tags in the recommended capitals.

    >>> restore_written(b'<urn:a> <urn:b> "@zh-hans"@zh-hans .', ox.RdfFormat.N_TRIPLES)
    b'<urn:a> <urn:b> "@zh-hans"@zh-Hans .'
    """
    if result_format in _LINES:
        return _AFTER_QUOTE.sub(_Quotes(body).capitals, body)
    pattern = _WRITTEN.get(result_format)
    return body if pattern is None else pattern.sub(lambda match: match[1] + _recommended(match[2]), body)


_BEFORE_STRING = frozenset(b" \t\n")
_ESCAPED = re.compile(rb"\\.", re.DOTALL)


class _Quotes:
    """Tells quotation marks that end a string from those that begin one, or that a string holds, from left to right."""

    def __init__(self, body: bytes) -> None:
        self._body, self._seen, self._inside = body, 0, False

    def capitals(self, match: re.Match[bytes]) -> bytes:
        return match[1] + _recommended(match[2]) if self._ends_string(match.start()) else match[0]

    def _ends_string(self, quote: int) -> bool:
        escapes = 0
        while self._body[quote - escapes - 1 : quote - escapes] == b"\\":
            escapes += 1
        if escapes % 2:
            return False
        if quote and self._body[quote - 1] not in _BEFORE_STRING:
            return True
        line = self._body.rfind(b"\n", self._seen, quote)
        if line >= 0:  # no string goes on over the end of a line
            self._seen, self._inside = line, False
        marks = _ESCAPED.sub(b"", self._body[self._seen : quote]).count(b'"')
        self._seen, self._inside = quote, self._inside ^ bool(marks % 2)
        return self._inside


@lru_cache(maxsize=256)
def _recommended(tag: bytes) -> bytes:
    return recommended(tag.decode("ascii")).encode("ascii")
