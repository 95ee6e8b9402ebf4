"""What goes between bqwgraph and the process of an engine; imported there, too, so it imports little itself."""

import re
from typing import Final

from bqwgraph.validation.failure import ValidationFailure

REFUSED: Final = 3
"""The exit code of an engine's process when the engine says that the shapes are wrong."""


class EngineFailure(ValidationFailure):
    """An engine crashed, gave what cannot be understood, or differs from another."""


class ShapesRefused(EngineFailure):
    """An engine says that it cannot work with the shapes, or with the data."""


_BLANK: Final = re.compile(rb"_:(\w+)")
_LINE_END, _SPACE = b"\n"[0], b" "[0]


def blank_nodes(text: bytes) -> list[str]:
    r"""Return the blank nodes of N-Triples as pyoxigraph writes them, in the order in which they first appear.

    One begins a line, or it ends one but for the dot; what looks like one in a literal does neither.

    >>> blank_nodes(b'_:b <urn:p> "_:c ." .\n_:b <urn:p> _:a .\n')
    ['b', 'a']
    """
    found = dict[bytes, None]()
    for match in _BLANK.finditer(text):
        start, end = match.span()
        before = text[start - 1] if start else _LINE_END
        if before == _LINE_END or (before == _SPACE and text[end : end + 3] == b" .\n"):
            found[match[1]] = None
    return [name.decode() for name in found]
