"""Reading requests quickly: queries that are the same get one name, and percent signs are decoded as they should be."""

from urllib.parse import unquote_to_bytes

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.engine.tokens import TokenError, tokenize
from bqwgraph.service.answering import normalised
from bqwgraph.service.requests import unquoted


def texts(query: str) -> list[str] | None:
    """Return the tokens of a text, or None where it is no query: then it is not answered, and so not kept."""
    try:
        return [token.text for token in tokenize(query)]
    except TokenError:
        return None


TOKENS = st.sampled_from(
    [
        *("SELECT", "*", "{", "}", "?s", "<http://a#b>", "<", ">", "&&", "1", '"a # b"', "'a  b'", '"""a\n#  "b"""', "'''#'''"),
        *("ex:a\\#b", "PREFIX", "ex:", '"\\""', "'\\''", "鹤山", '"鹤  山"', "^^", "@en", "_:b", ";", ".", "''", '""'),
    ]
)
SPACE = st.sampled_from([" ", "\n", "\t", "  ", " # comment 'x\n", "\r\n", '\n# """ <\n', " #\r"])


@given(st.lists(st.tuples(TOKENS, SPACE, SPACE), max_size=12))
def test_spacing_and_comments_make_no_difference(parts: list[tuple[str, str, str]]) -> None:
    one, other = ("".join(token + parts_of[which] for token, *parts_of in parts) for which in (0, 1))
    assert normalised(one) == normalised(other)


@given(st.lists(st.tuples(TOKENS, SPACE), max_size=6), st.lists(st.tuples(TOKENS, SPACE), max_size=6))
def test_what_has_one_name_has_the_same_tokens(one: list[tuple[str, str]], other: list[tuple[str, str]]) -> None:
    first, second = ("".join(map("".join, parts)) for parts in (one, other))
    if normalised(first) == normalised(second):
        assert texts(first) == texts(second)


CHARACTERS = st.text(alphabet="ab <>#'\"\\\n\r\t?{}:\x01u0041é\u3000", max_size=14)


@given(CHARACTERS, CHARACTERS)
def test_any_text_that_has_one_name_has_the_same_tokens(first: str, second: str) -> None:
    if normalised(first) == normalised(second):
        tokens = texts(first), texts(second)
        assert None in tokens or tokens[0] == tokens[1]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ASK { FILTER(1<2)#>\n FILTER(1>2)\n }", "ASK { FILTER(1<2)#> FILTER(1>2)\n\n }"),
        ("ASK { FILTER(1<'>' || 'a  b' = 'a b') }", "ASK { FILTER(1<'>' || 'a b' = 'a b') }"),
        ("SELECT ?a\u1680?b { BIND(1 AS ?b) }", "SELECT ?a ?b { BIND(1 AS ?b) }"),
        ("ASK\u3000{}", "ASK {}"),
        ("ASK\x0b{}", "ASK {}"),
    ],
)
def test_what_is_answered_otherwise_has_another_name(one: str, other: str) -> None:
    """To an engine, which knows where ``<`` is an operator, and which blanks belong to a name or to nothing."""

    def answer(query: str) -> bytes | None:
        try:
            found = ox.Store().query(query)
        except SyntaxError:
            return None
        assert not isinstance(found, ox.QueryTriples)
        return found.serialize(format=ox.QueryResultsFormat.JSON)

    assert answer(one) != answer(other)
    assert normalised(one) != normalised(other)


def test_an_iri_with_a_fragment_is_no_doubt() -> None:
    assert normalised("ASK { ?s  <http://example.org/a#b> 'x' }") == normalised("ASK { ?s <http://example.org/a#b>  'x' } # c")


@given(st.lists(st.sampled_from([b"a", b"=", b"%", b"%41", b"%e9", b"+", b"\n", b"\r", b"_", b" ", b"4", b"G", b"%0a", b"\x00"])))
def test_percent_signs_are_decoded_as_by_the_library(parts: list[bytes]) -> None:
    data = b"".join(parts)
    assert unquoted(data) == unquote_to_bytes(data.replace(b"+", b" "))
