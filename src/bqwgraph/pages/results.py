"""A table of results as a page shows it: names instead of IRIs, links, numbers that can be read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.namespaces import PREFIXES, shorten
from bqwgraph.pages.names import Names, Node, name_in
from bqwgraph.pages.rendering import Where

_XSD: Final = PREFIXES["xsd"]
_NUMBERS: Final = frozenset(_XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger"))
OF_CODES: Final = frozenset(
    [
        *("basis", "comparator", "completeness", "deadline_basis", "kind", "level", "missing", "origin", "relation", "status"),
        "threshold_comparator",
    ]
)
"""Columns in which bare names of concepts stand; a page has words for them."""
_GROUPED_FROM: Final = 10_000
"""From which number on its digits are grouped; years and codes are below, or no numbers."""


@dataclass(frozen=True)
class Cell:
    """A value: its text, the text's language where it has one, where it leads, and whether it is a number.

    ``code`` is what stands in the answer where the text is a word for it.
    """

    text: str
    lang: str = ""
    href: str = ""
    number: bool = False
    code: str = ""


@dataclass(frozen=True)
class Head:
    """A column: its name in the answer, its title, and whether numbers stand in it."""

    name: str
    title: str
    number: bool


@dataclass(frozen=True)
class Table:
    """A table to be shown."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]


def table(head: Sequence[str], rows: Iterable[Sequence[Node | None]], names: Names, where: Where, t: Mapping[str, str]) -> Table:
    """Return a table for the reader of a page, whose messages are ``t``."""
    shown = [_row(head, row, names, where, t) for row in rows]
    numbers = [any(cell.number for cell in column) for column in zip(*shown, strict=True)] or [False] * len(head)
    heads = [Head(name, _title(name, t), number) for name, number in zip(head, numbers, strict=True)]
    return Table(heads, shown)


def _row(head: Sequence[str], row: Sequence[Node | None], names: Names, where: Where, t: Mapping[str, str]) -> list[Cell]:
    """Return the cells of a row; a thing whose name stands in the row already is shown by its prefixed name."""
    cells = [_cell(node, name, names, where, t) for name, node in zip(head, row, strict=True)]
    said = {cell.text for cell in cells if not cell.href}
    return [
        Cell(shorten(node["value"]), "", cell.href) if node and cell.href and cell.text in said else cell
        for node, cell in zip(row, cells, strict=True)
    ]


def _title(name: str, t: Mapping[str, str]) -> str:
    """Return a column's title: its message, else its name in plain words; ``_zh`` and ``_en`` say the language."""
    for lang in ("zh", "en"):
        if name.endswith(f"_{lang}"):
            return t[f"queries_in_{lang}"].format(name=_title(name.removesuffix(f"_{lang}"), t))
    return t.get(f"column_{name}") or name.replace("_", " ").capitalize()


def _cell(node: Node | None, column: str, names: Names, where: Where, t: Mapping[str, str]) -> Cell:
    if node is None:
        return Cell("")
    value, kind = node["value"], node.get("datatype", "")
    if node["type"] == "uri":
        return _thing(value, names, where)
    if kind == _XSD + "boolean":
        return Cell(t["resource_yes"] if value in {"true", "1"} else t["resource_no"])
    if kind in _NUMBERS:
        return Cell(_number(value), number=True)
    if column in OF_CODES and f"word_{value}" in t:
        return Cell(t[f"word_{value}"], code=value)
    lang = recommended(node.get("xml:lang", "")) or {"zh": "zh-Hans", "en": "en"}.get(column[-2:] if "_" in column else "", "")
    return Cell(value, lang)


def _thing(iri: str, names: Names, where: Where) -> Cell:
    name = name_in(where.lang, iri, names)
    return Cell(name.text, name.lang, where.href(iri)) if name else Cell(shorten(iri), "", where.href(iri))


def _number(value: str) -> str:
    try:
        number = Decimal(value)
    except InvalidOperation:  # a double may be INF or NaN
        return value
    return f"{number:,f}" if number.is_finite() and abs(number) >= _GROUPED_FROM else value
