"""What a contributor copies: blocks of the graph's own files, with where they stand, so that a pattern is never out of date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bqwgraph.pages.rendering import Pages, Where

_WHOLE: Final = ""
PATTERNS: Final[Mapping[str, tuple[str, str]]] = {
    "place": ("data/places/440784.ttl", "place:nbs2023-440784104"),
    "policy": ("data/policies/5.ttl", "policy:5"),
    "excerpt": ("data/excerpts.ttl", "excerpt:2629-2647"),
    "contribution": ("data/contributions.ttl", "contribution:5-action-6"),
    "query": ("queries/actions.rq", _WHOLE),
    "shape": ("ontology/shapes/Action.ttl", "shape:Action-order"),
}
"""By what is to be added: the file that has one, and the subject that its block begins with."""


@dataclass(frozen=True)
class Pattern:
    """A block of a file: what it is of, the file's path below the graph folder, its first line (from 1), and its text."""

    of: str
    file: str
    line: int
    text: str


def contribute_page(pages: Pages, where: Where, shown: Sequence[Pattern]) -> str:
    """Return the page that tells how to add to the graph."""
    return pages.render(where, "contribute.html", patterns=shown)


def patterns(root: Path) -> list[Pattern]:
    """Read the blocks from a graph folder; those whose file or subject it does not have are left out."""
    found = (_read(root, of, file, subject) for of, (file, subject) in PATTERNS.items())
    return [pattern for pattern in found if pattern]


def _read(root: Path, of: str, file: str, subject: str) -> Pattern | None:
    try:
        lines = (root / file).read_text("utf-8").splitlines()
    except FileNotFoundError:
        return None
    if subject == _WHOLE:
        return Pattern(of, file, 1, "\n".join(lines))
    start = next((number for number, line in enumerate(lines) if line == subject), None)
    if start is None:
        return None
    end = next(number for number in range(start, len(lines)) if lines[number].endswith(" ."))
    return Pattern(of, file, start + 1, "\n".join(lines[start : end + 1]))
