"""A SPARQL 1.1 tokenizer: enough of the grammar to know a keyword from the same word in a string, a comment or a name.

It follows the terminals of SPARQL 1.1 Query, section 19.8, and takes nothing as one token that a parser could take as two.
Whether the tokens make a query is the engine's business.

>>> [token.text for token in tokenize("ASK { ?s a 'SERVICE' } # LOAD")]
['ASK', '{', '?s', 'a', "'SERVICE'", '}']
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """What a token is."""

    IRI = "IRI"
    NAME = "prefixed name"
    VARIABLE = "variable"
    STRING = "string"
    LANGUAGE = "language tag"
    BLANK = "blank node"
    NUMBER = "number"
    WORD = "word"
    MARK = "punctuation"


@dataclass(frozen=True)
class Token:
    """A token, its text as it stands, and where it begins (0-based offset into the query)."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset just behind the token."""
        return self.start + len(self.text)

    def is_word(self, *words: str) -> bool:
        """Say whether the token is one of the keywords (given in capitals; SPARQL's keywords know no case)."""
        return self.kind is Kind.WORD and self.text.upper() in words


class TokenError(Exception):
    """A character that begins no token of SPARQL."""

    def __init__(self, text: str, offset: int) -> None:
        self.line, self.column = position(text, offset)
        self.character = text[offset]
        super().__init__(f"unexpected {self.character!r} at line {self.line}, column {self.column}")


_CHAR = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_FIRST = rf"{_CHAR}_0-9"
_VARIABLE = rf"{_FIRST}\u00B7\u0300-\u036F\u203F-\u2040"
_NAME = rf"{_VARIABLE}\-"
_UNIT = "(?:[0-9A-CE-Fa-ce-f][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2})"  # no surrogates
_ESCAPE = rf"\\u{_UNIT}|\\U(?:0000{_UNIT}|(?:000[1-9A-Fa-f]|0010)[0-9A-Fa-f]{{4}})"
_ECHAR = rf"\\[tbnrf\"'\\]|{_ESCAPE}"
_PREFIX = rf"(?:[{_CHAR}](?:[{_NAME}.]*[{_NAME}])?)?"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:(?:[{_FIRST}:]|{_PLX})(?:(?:[{_NAME}:.]|{_PLX})*(?:[{_NAME}:]|{_PLX}))?)?"
_LONG = rf"\"\"\"(?:\"{{0,2}}(?:[^\"\\]|{_ECHAR}))*\"\"\"|'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}))*'''"
_SHORT = rf"\"(?!\"\")(?:[^\"\\\r\n]|{_ECHAR})*\"|'(?!'')(?:[^'\\\r\n]|{_ECHAR})*'"

_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<SKIP>[ \t\r\n]+|\#[^\r\n]*)",
            rf"(?P<IRI><(?:[^<>\"{{}}|^`\\\x00-\x20]|{_ESCAPE})*>)",
            rf"(?P<STRING>{_LONG}|{_SHORT})",
            rf"(?P<VARIABLE>[?$][{_FIRST}][{_VARIABLE}]*)",
            rf"(?P<BLANK>_:[{_FIRST}](?:[{_NAME}.]*[{_NAME}])?)",
            rf"(?P<NAME>{_PREFIX}:{_LOCAL})",
            r"(?P<LANGUAGE>@[A-Za-z]+(?:-[A-Za-z0-9]+)*)",
            r"(?P<NUMBER>[0-9]+(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?)",
            r"(?P<WORD>[A-Za-z_][A-Za-z0-9_]*)",
            r"(?P<MARK>\^\^|&&|\|\||!=|<=|>=|<<\(?|\)?>>|\{\||\|\}|[{}()\[\];,.=<>!*/+\-|^?&~$])",
        )
    ),
    re.DOTALL,
)


def tokenize(text: str, offset: int = 0) -> Iterator[Token]:
    """Yield the tokens of a query from an offset on, without white space and comments. Raises TokenError."""
    while offset < len(text):
        match = _TOKEN.match(text, offset)
        if match is None:
            raise TokenError(text, offset)
        kind = match.lastgroup
        if kind is not None and kind != "SKIP":
            yield Token(Kind[kind], match.group(), offset)
        offset = match.end()


def tokenize_all_ways(text: str) -> Iterator[Token]:
    """Yield the tokens of every reading of a text, each once; what begins no token ends its reading.

    A parser knows whether ``<`` may begin an IRI where it stands, or is an operator. A tokenizer does not, so it is both.

    >>> [token.text for token in tokenize_all_ways("?a<?b-?c>?d")]
    ['?a', '<?b-?c>', '?d', '?b', '-', '?c', '>']
    """
    seen, begins = set[int](), [0]
    while begins:
        offset = begins.pop()
        while offset not in seen and (match := _TOKEN.match(text, offset)):
            seen.add(offset)
            kind = match.lastgroup
            if kind is not None and kind != "SKIP":
                yield Token(Kind[kind], match.group(), offset)
            if kind == Kind.IRI.name:
                begins.append(offset + 1)
            offset = match.end()


def position(text: str, offset: int) -> tuple[int, int]:
    """Return the 1-based line and column of an offset."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def decode_escapes(text: str) -> str:
    r"""Replace ``\uXXXX`` and ``\UXXXXXXXX``, as SPARQL does before it looks at the grammar (section 19.2).

    >>> decode_escapes(r"\u0041SK")
    'ASK'
    """
    return re.sub(_ESCAPE, lambda match: chr(int(match[0][2:], 16)), text)  # noqa: FURB166 - no prefix that int() knows
