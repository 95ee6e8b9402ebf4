"""What a page tells of a resource beside its own statements: tables made of queries, one file each in ``sections/``.

A file is a query with a ``#+`` header: ``title``, the classes (local names in our ontology) that it is ``of``, its ``rank`` on
the page, the variable that is the ``key`` of a row, the ``columns`` with their heads, what an ``empty`` table says, and, where
one gives the same as data, the ``saved`` query with its parameters (``this``: the resource). A section whose table is empty where
no statement with a property points at the resource says so by ``needs``. The query has ``VALUES ?this {
UNDEF }`` and ``VALUES ?lang { "en" }``.

A column ``x`` shows the value of ``?x``: as a link named by ``?x_label`` if it is there; as words of a source if ``?x_exact``,
``?x_start`` and ``?x_end`` are. Rows with the same key are one row, whose cells hold every value once.
"""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Question
from bqwgraph.graph.headers import header_of
from bqwgraph.graph.namespaces import BASE
from bqwgraph.pages.rendering import Where
from bqwgraph.publication.describing import Quote
from bqwgraph.queries.binding import Template
from bqwgraph.queries.values import Steps


@dataclass(frozen=True)
class Section:
    """A query for a table on pages of certain classes; texts are by language."""

    name: str
    text: str
    title: Mapping[str, str]
    of: Sequence[str]
    rank: int
    key: str
    columns: Mapping[str, Mapping[str, str]]
    empty: Mapping[str, str] = field(default_factory=dict)
    saved: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""

    @cached_property
    def template(self) -> Template:
        """The query, to be asked about a resource in a language."""
        return Template(self.text, ("this", "lang"))


@dataclass(frozen=True)
class Cell:
    """A value in a table: its text, where it leads, the words of a source that it is, if it is such; ``sign`` names its kind."""

    text: str
    href: str = ""
    quote: Quote | None = None
    sign: str = ""


@dataclass(frozen=True)
class Table:
    """A section about a resource: heads, and rows of cells of values.

    ``query`` is what was asked, ``data`` the path (with its parameters) of the same as data, or nothing.
    """

    name: str
    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Sequence[Cell]]]
    empty: str
    query: str
    data: str


SECTIONS: Final[Sequence[Section]] = sorted(
    (
        Section(name=path.name.removesuffix(".rq"), text=path.read_text("utf-8"), **header_of(path.read_text("utf-8")))
        for path in (files("bqwgraph") / "pages" / "sections").iterdir()
        if path.name.endswith(".rq")
    ),
    key=lambda section: (section.rank, section.name),
)


def tables(iri: str, classes: Iterable[str], where: Where, pointing: Collection[str] | None = None) -> Steps[list[Table]]:
    """Ask for the sections about a resource of some classes (local names); one without a row is left out, unless it says why.

    ``pointing`` are the local names of all properties that point at the resource, where they are known.
    """
    found, own = list[Table](), set(classes)
    for section in SECTIONS:
        if own & set(section.of) and (pointing is None or not section.needs or section.needs in pointing):
            table = yield from ask(section, iri, where)
            if table.rows or table.empty:
                found.append(table)
    return found


def ask(section: Section, iri: str, where: Where) -> Steps[Table]:
    """Ask for one section about a resource; a column in which no row has anything is left out."""
    query = section.template.fill({"this": ox.NamedNode(iri), "lang": ox.Literal(where.lang)})
    answer = yield Question.table(query, ox.QueryResultsFormat.JSON)
    rows = dict[str, dict[str, dict[str, Cell]]]()
    for row in json.loads(answer.body)["results"]["bindings"]:
        said = {name: value["value"] for name, value in row.items()}
        cells = rows.setdefault(said[section.key], {name: {} for name in section.columns})
        for name in section.columns:
            if name in said:
                cells[name].setdefault(said[name], _cell(name, said, where, uri=row[name]["type"] == "uri"))
    columns = [name for name in section.columns if any(cells[name] for cells in rows.values())]
    this = iri.removeprefix(BASE).replace("/", ":", 1)
    parameters = "&".join(
        f"{name}={this if value == 'this' else value}" for name, value in section.saved.items() if name != "query"
    )
    return Table(
        section.name,
        section.title[where.lang],
        [section.columns[name][where.lang] for name in columns],
        [[list(cells[name].values()) for name in columns] for cells in rows.values()],
        section.empty.get(where.lang, ""),
        query,
        f"queries/{section.saved['query']}?{parameters}" if section.saved else "",
    )


def _cell(name: str, said: Mapping[str, str], where: Where, *, uri: bool) -> Cell:
    value = said[name]
    href = where.href(value) if uri else ""
    if f"{name}_exact" in said:
        place = int(said[f"{name}_start"]), int(said[f"{name}_end"])
        return Cell(said[f"{name}_exact"], href, Quote(value, said[f"{name}_exact"], *place, ""))
    sign = value.rpartition("/")[2] if value.startswith((f"{BASE}vocab/ground/", f"{BASE}vocab/status/")) else ""
    return Cell(said.get(f"{name}_label", value), href, sign=sign)
