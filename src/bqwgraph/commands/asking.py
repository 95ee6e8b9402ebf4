"""Commands that answer from the graph: ``query``, ``describe``, ``info``."""

import csv
import io
import platform
import sys
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import pyoxigraph as ox
import typer
from rich.console import Console
from rich.table import Table

from bqwgraph.commands.support import Failed, GraphOption, err, failing, folder_at, out, snapshot_at, write
from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.guard import admit
from bqwgraph.engine.interface import Engine, QueryError, Question, Wanted
from bqwgraph.graph.namespaces import shorten
from bqwgraph.queries.describe import description
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import load
from bqwgraph.queries.values import BadParameter, run


class Format(StrEnum):
    """Forms of output."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    TTL = "ttl"
    NT = "nt"
    JSONLD = "jsonld"


_TABLES = {
    Format.TABLE: ox.QueryResultsFormat.CSV,
    Format.CSV: ox.QueryResultsFormat.CSV,
    Format.TSV: ox.QueryResultsFormat.TSV,
    Format.JSON: ox.QueryResultsFormat.JSON,
    Format.XML: ox.QueryResultsFormat.XML,
}


_GRAPHS = {
    Format.TABLE: ox.RdfFormat.TURTLE,
    Format.TTL: ox.RdfFormat.TURTLE,
    Format.NT: ox.RdfFormat.N_TRIPLES,
    Format.JSONLD: ox.RdfFormat.JSON_LD,
    Format.XML: ox.RdfFormat.RDF_XML,
    Format.JSON: ox.RdfFormat.JSON_LD,
}


def query(
    name: Annotated[str, typer.Argument(help="A saved query's name, a file with SPARQL, or - for standard input.")],
    values: Annotated[list[str] | None, typer.Argument(metavar="[PARAMETER=VALUE]...")] = None,
    form: Annotated[Format, typer.Option("--format", "-f")] = Format.TABLE,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds that the query may take.")] = 30,
    graph: GraphOption = None,
) -> None:
    """Answer a saved query, or any SPARQL query, from the graph."""
    with failing():
        text, notes, engine = _prepared(name, values or [], graph)
        try:
            answer = engine.answer(Question(text, _wanted(text, engine, form)), timeout)
        except QueryError as error:
            raise Failed(2, f"{name}: {error}") from error
        for note in notes:
            err.print(f"note: {note}", markup=False, highlight=False, soft_wrap=True)
        if form is Format.TABLE and isinstance(answer.written, ox.QueryResultsFormat):
            _print_table(answer.body)
        else:
            write(answer.body)


def _prepared(name: str, values: list[str], graph: Path | None) -> tuple[str, tuple[str, ...], Engine]:
    pairs = [value.partition("=") for value in values]
    wrong = next((pair[0] for pair in pairs if not pair[1]), None)
    if wrong is not None:
        raise Failed(2, f"{wrong!r}: expected PARAMETER=VALUE, for example place=鹤山市")
    if len({pair[0] for pair in pairs}) < len(pairs):
        raise Failed(2, "a parameter is given more than once")
    queries = load(folder_at(graph))
    if name in queries:
        engine = EmbeddedEngine(snapshot_at(graph))
        try:
            prepared = run(prepare(queries[name], {key: value for key, _, value in pairs}), engine)
        except BadParameter as error:
            nearest = "".join(f"\n    {value}" for value in error.nearest)
            raise Failed(2, f"{error}{nearest and chr(10) + '  would do:' + nearest}") from error
        return prepared.text, tuple(map(str, prepared.notes)), engine
    if pairs:
        raise Failed(2, f"{name}: only saved queries take parameters; they are: {', '.join(queries)}")
    if name != "-" and not Path(name).is_file():
        raise Failed(2, f"{name}: neither a file nor a saved query; the saved queries are: {', '.join(queries)}")
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    try:
        return data.decode("utf-8"), (), EmbeddedEngine(snapshot_at(graph))
    except UnicodeDecodeError as error:
        raise Failed(2, f"{name}: not UTF-8 text") from error


def _wanted(text: str, engine: Engine, form: Format) -> Wanted:
    gives_triples = admit(text, engine.graphs).gives_triples
    fitting = _GRAPHS if gives_triples else _TABLES
    if form not in fitting:
        kind = "a graph" if gives_triples else "a table"
        raise Failed(2, f"--format {form}: the answer is {kind}; it can be had as {', '.join(fitting)}")
    return Wanted(_TABLES.get(form), _GRAPHS.get(form))


def _print_table(body: bytes) -> None:
    rows = list(csv.reader(io.StringIO(body.decode("utf-8"))))
    if not rows or rows[0] in (["true"], ["false"]):
        write(body)
        return
    table = Table(*rows[0], header_style="bold")
    for row in rows[1:]:
        table.add_row(*(shorten(cell) for cell in row))
    wide = Console() if out.is_terminal else Console(width=10_000)
    wide.print(table, markup=False)
    err.print(f"{len(rows) - 1} rows", style="dim")


def describe(
    resource: Annotated[str, typer.Argument(help="An IRI, a prefixed name, a code, or an exact name.")],
    form: Annotated[Format, typer.Option("--format", "-f")] = Format.TABLE,
    graph: GraphOption = None,
) -> None:
    """Show what the graph says of a resource, with the words of the source that it rests on."""
    with failing():
        engine = EmbeddedEngine(snapshot_at(graph))
        try:
            described = description(resource, engine)
        except BadParameter as error:
            nearest = "".join(f"\n    {value}" for value in error.nearest)
            raise Failed(2, f"{error}{nearest and chr(10) + '  would do:' + nearest}") from error
        if form is not Format.TABLE:
            if form not in _GRAPHS:
                raise Failed(2, f"--format {form}: a description can be had as {', '.join(_GRAPHS)}")
            write(engine.answer(Question.graph(f"DESCRIBE <{described.iri}>", _GRAPHS[form]), 30).body)
            return
        out.print(described.iri, style="bold", markup=False, highlight=False)
        for title, rows in (("", described.facts), ("is named by", described.incoming), ("evidence", described.evidence)):
            if rows and title:
                out.print(f"\n{title}", style="bold")
            for left, right in rows:
                out.print(f"  {left:<24} {right}", markup=False, highlight=False, soft_wrap=True)


def info(graph: GraphOption = None) -> None:
    """Say which versions, which graph and how much of it is here."""
    with failing():
        snapshot = snapshot_at(graph)
        table = Table(show_header=False, box=None)
        for name in ("bqwgraph", "pyoxigraph", "rdflib", "shacl", "pyshacl", "reasonable", "fastapi"):
            table.add_row(name, version(name))
        table.add_row("python", platform.python_version())
        table.add_row("graph", str(snapshot.folder.root))
        table.add_row("digest", snapshot.digest)
        table.add_row("triples", f"{snapshot.triples:,}")
        for name, count in sorted(snapshot.graphs.items()):
            table.add_row(f"  {shorten(name)}", f"{count:,}")
        Console(width=None if out.is_terminal else 200).print(table)
