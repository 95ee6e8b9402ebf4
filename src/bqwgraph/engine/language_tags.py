"""Language tags know no case (RDF 1.1, RFC 5646), but pyoxigraph keeps them in small letters; here they meet what people write.

In a query, a string that ``LANG(…)`` is compared with is folded, so that ``LANG(?name) = "zh-Hans"`` finds what the files call
``zh-Hans``; in an answer, tags get the capitals that RFC 5646 (2.1.1) recommends.
"""

import re
from collections.abc import Iterator
from itertools import pairwise, takewhile

import pyoxigraph as ox

from bqwgraph.engine.interface import ResultFormat
from bqwgraph.engine.tokens import Kind, Token, tokenize

_TAG = r"[a-z]{1,8}(?:-[a-z0-9]{1,8})+"
_WRITTEN = {
    ox.QueryResultsFormat.JSON: re.compile(rf'(?<="xml:lang":")({_TAG})(?=")'),
    ox.QueryResultsFormat.XML: re.compile(rf'(?<=<literal xml:lang=")({_TAG})(?=">)'),
    ox.RdfFormat.RDF_XML: re.compile(rf'(?<= xml:lang=")({_TAG})(?=">)'),
    ox.RdfFormat.JSON_LD: re.compile(rf'(?<="@language":")({_TAG})(?=")'),
}
_CAPITALS = {2: str.upper, 4: str.title}
"""Regions have two letters, scripts four."""
_AFTER_QUOTE = re.compile(rf'(?<!\\)((?:\\\\)*"@)({_TAG})(?![\w-])')
_LINES = frozenset(
    {ox.QueryResultsFormat.TSV, ox.RdfFormat.TURTLE, ox.RdfFormat.N_TRIPLES, ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG}
)


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
    if "lang" not in query.lower():
        return query
    tokens = list(tokenize(query))
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
    tokens = list(tokenize(query))
    edits = [(token.start, token.end, token.text.lower()) for token in _compared(tokens)]
    for index, (token, bracket) in enumerate(pairwise(tokens)):
        if token.is_word("LANG") and bracket.text == "(":
            behind = tokens[_end_of_call(tokens, index + 1) - 1].end
            edits += [(token.start, token.start, "LCASE("), (behind, behind, ")")]
    for start, end, text in sorted(edits, reverse=True):
        query = query[:start] + text + query[end:]
    return query


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
    """Return an answer with its language tags in the recommended capitals."""
    if result_format in _LINES:
        return _AFTER_QUOTE.sub(lambda match: match[1] + recommended(match[2]), body.decode("utf-8")).encode("utf-8")
    pattern = _WRITTEN.get(result_format)
    if pattern is None:
        return body
    return pattern.sub(lambda match: recommended(match[1]), body.decode("utf-8")).encode("utf-8")
