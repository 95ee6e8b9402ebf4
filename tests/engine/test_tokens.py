"""The SPARQL tokenizer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.engine.tokens import Kind, TokenError, decode_escapes, tokenize


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("?a<?b", [Kind.VARIABLE, Kind.MARK, Kind.VARIABLE]),
        ("<http://a/b>", [Kind.IRI]),
        (r"<http://a/\u0041#b>", [Kind.IRI]),
        ("ex:service :x _:b place:nbs2023-4407", [Kind.NAME, Kind.NAME, Kind.BLANK, Kind.NAME]),
        ("'''it's # no comment'''@zh-Hans", [Kind.STRING, Kind.LANGUAGE]),
        ('"a\\"b" # comment "', [Kind.STRING]),
        ("1 1.5 .5 1e3 1.", [Kind.NUMBER] * 5),
        ("a^^xsd:int || && !=", [Kind.WORD, Kind.MARK, Kind.NAME, Kind.MARK, Kind.MARK, Kind.MARK]),
        ("江:门", [Kind.NAME]),
    ],
)
def test_kinds(text: str, kinds: list[Kind]) -> None:
    assert [token.kind for token in tokenize(text)] == kinds


@pytest.mark.parametrize(("text", "line", "column"), [("ASK {\n  \x00", 2, 3), ('ASK { "', 1, 7), ("a \\ b", 1, 3)])
def test_what_is_no_token_is_placed(text: str, line: int, column: int) -> None:
    with pytest.raises(TokenError) as raised:
        list(tokenize(text))
    assert (raised.value.line, raised.value.column) == (line, column)


@given(st.text(max_size=60))
def test_tokens_are_pieces_of_the_text_in_order(text: str) -> None:
    end = 0
    try:
        for token in tokenize(text):
            assert text[token.start : token.end] == token.text
            assert token.start >= end
            end = token.end
    except TokenError:
        pass


def test_escapes_beyond_unicode_stay() -> None:
    assert decode_escapes(r"\u0053\U00000045\UFFFFFFFF") == r"SE\UFFFFFFFF"
