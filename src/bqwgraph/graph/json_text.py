r"""A JSON text as a tree whose values know where they stand; duplicate names in an object are kept.

>>> tree = read('{"a": [1, "b"]}')
>>> item = tree.items[0].items[1]
>>> item.start, item.end, item.text, item.parent.name
(10, 13, 'b', 'a')
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

_Kind = Literal["object", "array", "string", "number", "word"]
_TOKEN: Final = re.compile(
    r"[ \t\r\n]*+(?:([{}\[\],:])|(-?[0-9][0-9.eE+\-]*+)|(true|false|null)|(\"(?:[^\"\\]++|\\.)*+\"))", re.DOTALL
)


@dataclass(eq=False, slots=True)
class Value:
    """A value, from its first character to just behind its last (offsets from 0), and what it is in."""

    kind: _Kind
    start: int
    end: int = 0
    text: str = ""
    """What a string says; a number or a word as it is written."""
    parent: "Value | None" = None
    name: str = ""
    """In an object, the name of the member."""
    name_at: tuple[int, int] = (0, 0)
    items: list["Value"] = field(default_factory=list)
    """The values of an array's items or of an object's members."""

    @property
    def begin(self) -> int:
        """Where the value begins, with its name."""
        return self.name_at[0] if self.name_at[1] else self.start

    def get(self, name: str) -> "Value | None":
        """Return the value of a member."""
        return next((item for item in self.items if item.name == name), None) if self.kind == "object" else None

    def above(self) -> Iterator["Value"]:
        """Yield the value itself, what it is in, and so on up to the whole."""
        value: Value | None = self
        while value is not None:
            yield value
            value = value.parent

    def walk(self) -> Iterator["Value"]:
        """Yield the value itself and all in it, in the order of the text."""
        waiting = [self]
        while waiting:
            value = waiting.pop()
            yield value
            waiting += reversed(value.items)


class NotJson(Exception):
    """The text is not JSON."""


def read(text: str) -> Value:
    """Return the value that a text writes; raise NotJson. Nothing is said of why: pyoxigraph does that better."""
    return _Reader(text).read()


class _Reader:
    """Reads without recursion: a text may be nested as deep as it likes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def read(self) -> Value:
        whole = self._value(None)
        inner: Value | None = whole
        while inner is not None:
            inner = self._next_in(inner)
        if self._text[self._at :].strip(" \t\r\n"):
            raise NotJson
        return whole

    def _next_in(self, value: Value) -> Value | None:
        """Read what comes next in a value: return the item to go on with, or what the value is in, where it has ended."""
        if value.kind not in {"object", "array"}:
            return value.parent
        closing = "}" if value.kind == "object" else "]"
        mark, start = self._token()
        if mark == closing:
            value.end = self._at
            return value.parent
        if value.items:
            if mark != ",":
                raise NotJson
        else:
            self._at = start
        name, name_at = self._name() if value.kind == "object" else ("", (0, 0))
        item = self._value(value)
        item.name, item.name_at = name, name_at
        value.items.append(item)
        return item

    def _token(self) -> tuple[str, int]:
        match = _TOKEN.match(self._text, self._at)
        if not match:
            raise NotJson
        self._at = match.end()
        return match[match.lastindex or 0], match.start(match.lastindex or 0)

    def _name(self) -> tuple[str, tuple[int, int]]:
        mark, start = self._token()
        if mark[0] != '"':
            raise NotJson
        end = self._at
        if self._token()[0] != ":":
            raise NotJson
        return _said(mark), (start, end)

    def _value(self, parent: Value | None) -> Value:
        mark, start = self._token()
        if mark in {"{", "["}:
            return Value("object" if mark == "{" else "array", start, parent=parent)
        if mark[0] == '"':
            return Value("string", start, self._at, _said(mark), parent)
        if mark in {"}", "]", ",", ":"}:
            raise NotJson
        kind: _Kind = "word" if mark in {"true", "false", "null"} else "number"
        return Value(kind, start, self._at, mark, parent)


def _said(written: str) -> str:
    """Return what a string says."""
    if "\\" not in written:
        return written[1:-1]
    try:
        return str(json.loads(written, strict=False))
    except ValueError as error:
        raise NotJson from error
