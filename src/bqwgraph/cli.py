"""The command line: ``bqwgraph serve | reload | validate | query | describe | evidence | fmt | shapes | build | release | …``.

Exit codes: 0 fine, 1 the data is at fault (``diff``: there are differences), 2 it could not run.
"""

import csv
import io
import os
import platform
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import pyoxigraph as ox
import typer
from rich.console import Console
from rich.progress import Progress, track
from rich.table import Table

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.guard import admit
from bqwgraph.engine.interface import Engine, QueryError, Question, Wanted
from bqwgraph.graph.folder import GraphFolder, NotAGraphFolder
from bqwgraph.graph.namespaces import BASE, shorten
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.queries.describe import description
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import HeaderError, load
from bqwgraph.queries.values import BadParameter, run
from bqwgraph.validation.findings import Severity
from bqwgraph.validation.reports.options import CHINESE, ENGLISH, ReportFormat, ReportOptions, lines_below

app = typer.Typer(
    help="A knowledge graph of Jiangmen's part in the 百千万工程, validated and answering SPARQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out, err = Console(), Console(stderr=True)

GraphOption = Annotated[Path | None, typer.Option("--graph", metavar="DIR", help="Another graph folder of the same layout.")]

ReleasesOption = Annotated[
    Path | None,
    typer.Option("--releases", metavar="DIR", envvar="BQWGRAPH_RELEASES", help="The log of releases to publish as well."),
]


class Failed(Exception):
    """The command ends here: its exit code, and what to tell the person."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code


class Language(StrEnum):
    """Languages of messages."""

    EN = "en"
    ZH = "zh"

    @property
    def tag(self) -> str:
        """The language tag of the messages in shapes and rules."""
        return "zh-Hans" if self is Language.ZH else "en"


class Least(StrEnum):
    """The least severity of a finding that matters."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def severity(self) -> Severity:
        """The severity."""
        return Severity.named(self.value)


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


@contextmanager
def _failing() -> Iterator[None]:
    try:
        yield
    except Failed as error:
        err.print(f"bqwgraph: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(error.code) from error
    except (GraphError, NotAGraphFolder, HeaderError, OSError) as error:
        err.print(f"bqwgraph: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error


def _folder(graph: Path | None) -> GraphFolder:
    return GraphFolder.packaged() if graph is None else GraphFolder.at(graph)


@contextmanager
def _working(what: str) -> Iterator[None]:
    """Show that something is under way, on a terminal only."""
    if err.is_terminal:
        with err.status(what):
            yield
    else:
        yield


def _snapshot(graph: Path | None) -> Snapshot:
    with _working("Reading the graph"):
        return build(_folder(graph))


@app.command()
def query(
    name: Annotated[str, typer.Argument(help="A saved query's name, a file with SPARQL, or - for standard input.")],
    values: Annotated[list[str] | None, typer.Argument(metavar="[PARAMETER=VALUE]...")] = None,
    form: Annotated[Format, typer.Option("--format", "-f")] = Format.TABLE,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds that the query may take.")] = 30,
    graph: GraphOption = None,
) -> None:
    """Answer a saved query, or any SPARQL query, from the graph."""
    with _failing():
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
            _write(answer.body)


def _prepared(name: str, values: list[str], graph: Path | None) -> tuple[str, tuple[str, ...], Engine]:
    pairs = [value.partition("=") for value in values]
    wrong = next((pair[0] for pair in pairs if not pair[1]), None)
    if wrong is not None:
        raise Failed(2, f"{wrong!r}: expected PARAMETER=VALUE, for example place=鹤山市")
    if len({pair[0] for pair in pairs}) < len(pairs):
        raise Failed(2, "a parameter is given more than once")
    queries = load(_folder(graph))
    if name in queries:
        engine = EmbeddedEngine(_snapshot(graph))
        try:
            prepared = run(prepare(queries[name], {key: value for key, _, value in pairs}), engine)
        except BadParameter as error:
            nearest = "".join(f"\n    {value}" for value in error.nearest)
            raise Failed(2, f"{error}{nearest and chr(10) + '  would do:' + nearest}") from error
        return prepared.text, prepared.notes, engine
    if pairs:
        raise Failed(2, f"{name}: only saved queries take parameters; they are: {', '.join(queries)}")
    if name != "-" and not Path(name).is_file():
        raise Failed(2, f"{name}: neither a file nor a saved query; the saved queries are: {', '.join(queries)}")
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    try:
        return data.decode("utf-8"), (), EmbeddedEngine(_snapshot(graph))
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
        _write(body)
        return
    table = Table(*rows[0], header_style="bold")
    for row in rows[1:]:
        table.add_row(*(shorten(cell) for cell in row))
    wide = Console() if out.is_terminal else Console(width=10_000)
    wide.print(table, markup=False)
    err.print(f"{len(rows) - 1} rows", style="dim")


def _write(body: bytes) -> None:
    sys.stdout.buffer.write(body if body.endswith(b"\n") else body + b"\n")
    sys.stdout.buffer.flush()


@app.command()
def describe(
    resource: Annotated[str, typer.Argument(help="An IRI, a prefixed name, a code, or an exact name.")],
    form: Annotated[Format, typer.Option("--format", "-f")] = Format.TABLE,
    graph: GraphOption = None,
) -> None:
    """Show what the graph says of a resource, with the words of the source that it rests on."""
    with _failing():
        engine = EmbeddedEngine(_snapshot(graph))
        try:
            described = description(resource, engine)
        except BadParameter as error:
            nearest = "".join(f"\n    {value}" for value in error.nearest)
            raise Failed(2, f"{error}{nearest and chr(10) + '  would do:' + nearest}") from error
        if form is not Format.TABLE:
            if form not in _GRAPHS:
                raise Failed(2, f"--format {form}: a description can be had as {', '.join(_GRAPHS)}")
            _write(engine.answer(Question.graph(f"DESCRIBE <{described.iri}>", _GRAPHS[form]), 30).body)
            return
        out.print(described.iri, style="bold", markup=False, highlight=False)
        for title, rows in (("", described.facts), ("is named by", described.incoming), ("evidence", described.evidence)):
            if rows and title:
                out.print(f"\n{title}", style="bold")
            for left, right in rows:
                out.print(f"  {left:<24} {right}", markup=False, highlight=False, soft_wrap=True)


@app.command()
def info(graph: GraphOption = None) -> None:
    """Say which versions, which graph and how much of it is here."""
    with _failing():
        snapshot = _snapshot(graph)
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


@app.command()
def validate(
    data: Annotated[
        list[str] | None, typer.Argument(metavar="[DATA]...", help="RDF files, folders or patterns; none: the graph folder.")
    ] = None,
    shapes: Annotated[
        list[str] | None, typer.Option("--shapes", "-s", metavar="SHAPES", help="Shapes for DATA: files, folders, patterns.")
    ] = None,
    graph: GraphOption = None,
    only: Annotated[list[str] | None, typer.Option(metavar="CHECKS", help="Make these checks only, e.g. syntax,shacl.")] = None,
    skip: Annotated[list[str] | None, typer.Option(metavar="CHECKS", help="Leave these checks out.")] = None,
    engine: Annotated[str | None, typer.Option(metavar="NAME", help="The SHACL engine: shacl (default) or pyshacl.")] = None,
    fail_on: Annotated[Least, typer.Option(help="The least severity that makes the exit code 1.")] = Least.VIOLATION,
    document: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A copy of the document, to compare excerpts with.")
    ] = None,
    form: Annotated[ReportFormat, typer.Option("--format", "-f", help="The form of the report.")] = ReportFormat.TEXT,
    reports: Annotated[
        list[str] | None,
        typer.Option("--report", metavar="FORM=FILE", help="Write the report to a file as well, e.g. sarif=out.sarif."),
    ] = None,
    lang: Annotated[Language | None, typer.Option(help="Language of the messages.  [default: both]")] = None,
    *,
    cross_check: Annotated[bool, typer.Option("--cross-check", help="Run both SHACL engines; fail where they differ.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="It is a violation, too, that something was not really checked.")
    ] = False,
    seal: Annotated[
        bool, typer.Option("--seal", help="If it conforms, note the digest in data/validated.lock: serve trusts it.")
    ] = False,
) -> None:
    """Check the graph, or DATA against SHAPES. Exit code 0: conforms, 1: findings, 2: could not run.

    Forms of a report: text, json, turtle, jsonld, sarif, junit, github.
    """
    from bqwgraph.validation import checks, lock  # noqa: PLC0415 - reads YAML and queries, which few commands need
    from bqwgraph.validation.engines.interface import DEFAULT, ENGINES  # noqa: PLC0415 - as above
    from bqwgraph.validation.failure import ValidationFailure  # noqa: PLC0415 - as above
    from bqwgraph.validation.reports.render import render  # noqa: PLC0415 - as above

    with _failing():
        if data and (graph or document or seal):
            raise Failed(2, "--graph, --document and --seal are about a graph folder: leave DATA out")
        if shapes and not data:
            raise Failed(2, "--shapes goes with DATA; the shapes of a graph folder are in ontology/shapes/")
        if seal and (only or skip):
            raise Failed(2, "--seal is for a graph that passed every check: leave --only and --skip out")
        chosen = engine or DEFAULT.name
        if chosen not in ENGINES:
            raise Failed(2, f"--engine {engine}: the engines are {', '.join(ENGINES)}")
        outputs = [_output(report) for report in reports or []]
        against = next(other for name, other in ENGINES.items() if name != chosen) if cross_check else None
        options = checks.Options(
            only=_listed(only),
            skip=_listed(skip),
            engine=ENGINES[chosen],
            against=against,
            document=document.read_bytes() if document else None,
        )
        try:
            with _working("Validating"):
                report = checks.validate_files(data, shapes or [], options) if data else checks.validate(_folder(graph), options)
        except ValidationFailure as error:
            raise Failed(2, str(error)) from error
        if strict:
            report = report.strict()
        root = Path() if data else _folder(graph).root
        written = ReportOptions(
            (lang.tag,) if lang else (ENGLISH, CHINESE),
            colour=out.is_terminal and not out.no_color,
            lines=lines_below(root),
            base=_from_here(root),
            fail_on=fail_on.severity,
        )
        for kind, path in outputs:
            path.write_bytes(render(report, kind, replace(written, colour=False)))
        _write(render(report, form, written))
        if not report.conforms(fail_on.severity):
            raise typer.Exit(1)
        if seal:
            lock.write(_folder(graph))


def _output(given: str) -> tuple[ReportFormat, Path]:
    """Return the form and the file of a ``--report``."""
    kind, _, name = given.partition("=")
    if kind not in set(ReportFormat) or not name:
        raise Failed(2, f"--report {given}: expected FORM=FILE; the forms are {', '.join(ReportFormat)}")
    return ReportFormat(kind), Path(name)


def _from_here(root: Path) -> str:
    """Return the path from here to a folder below, which is how CI names files; nothing where it lies elsewhere."""
    here, there = Path.cwd(), root.resolve()
    return "" if here not in (there, *there.parents) else there.relative_to(here).as_posix().removeprefix(".")


def _listed(given: list[str] | None) -> frozenset[str]:
    """Return the names of an option that may be given more than once, or as a list with commas."""
    return frozenset(name.strip() for part in given or [] for name in part.split(",") if name.strip())


@app.command()
def evidence(
    document: Annotated[Path, typer.Argument(help="A copy of the source document (UTF-8).")],
    graph: GraphOption = None,
    lang: Annotated[Language, typer.Option(help="Language of the messages.")] = Language.EN,
) -> None:
    """Verify every excerpt against the document; if all hold, note them in data/evidence.lock."""
    from bqwgraph.validation import evidence  # noqa: PLC0415 - few commands need it
    from bqwgraph.validation.placing import Placing  # noqa: PLC0415 - as above
    from bqwgraph.validation.reports import text  # noqa: PLC0415 - as above
    from bqwgraph.validation.sources import Corpus  # noqa: PLC0415 - as above

    with _failing():
        content = document.read_bytes()
        snapshot = _snapshot(graph)
        found = evidence.excerpts(snapshot.store)
        if not found:
            raise Failed(2, "the graph has no excerpts to verify")
        try:
            wrong = list(evidence.placed(evidence.verify(found, content), Placing(Corpus.of_snapshot(snapshot))))
        except UnicodeDecodeError as error:
            raise Failed(2, f"{document}: not UTF-8 text") from error
        for line in text.finding_lines(wrong, lang.tag):
            out.print(line, markup=False, highlight=False, soft_wrap=True)
        if wrong:
            out.print(f"{len(wrong)} findings about {len(found)} excerpts")
            raise typer.Exit(1)
        evidence.write_lock(snapshot.folder, found)
        out.print(f"{len(found)} excerpts stand in the document as the graph says")


@app.command()
def fmt(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH", help="Turtle files, or folders of them.")] = None,
    graph: GraphOption = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say where each file first differs.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
) -> None:
    """Write Turtle in its canonical form, comments kept: the files given, or all of the graph folder."""
    from bqwgraph.graph import rewriting  # noqa: PLC0415 - other commands need no formatter

    with _failing():
        if (check and diff) or (paths and graph):
            raise Failed(2, "expected one of --check and --diff" if check and diff else "expected PATH or --graph, not both")
        try:
            files = rewriting.turtle_files(paths) if paths else rewriting.graph_files(_folder(graph))
        except rewriting.CannotFormat as error:
            raise Failed(2, str(error)) from error
        changes, code = 0, 0
        for path, name in files.items():
            try:
                change = rewriting.change(path, name)
                if change and not (check or diff):
                    change.write()
            except (GraphError, rewriting.NotFormatted, OSError) as error:
                err.print(f"bqwgraph: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
                code = max(code, 1 if isinstance(error, GraphError) else 2)
                continue
            if change and diff:
                _write(change.diff().encode())
            elif change:
                said = f"{name}:{change.line}: not in canonical form" if check else f"{name}: formatted"
                out.print(said, markup=False, highlight=False, soft_wrap=True)
            changes += change is not None
        if changes and (check or diff):
            code = max(code, 1)
        err.print(f"{len(files)} files, {changes} {'not in canonical form' if check or diff else 'formatted'}", style="dim")
        if code:
            raise typer.Exit(code)


class DiffFormat(StrEnum):
    """Forms of what changed."""

    TEXT = "text"
    JSON = "json"
    PATCH = "patch"
    UPDATE = "update"


@app.command()
def diff(
    old: Annotated[Path, typer.Argument(help="A graph folder, a release, or an RDF file (.gz and .zst, too).")],
    new: Annotated[Path, typer.Argument(help="What to compare it with.")],
    form: Annotated[DiffFormat, typer.Option("--format", "-f", help="For people, or to be applied.")] = DiffFormat.TEXT,
    lang: Annotated[Language, typer.Option(help="Language of the text.")] = Language.EN,
    releases: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A log of releases: OLD and NEW may be versions of it.")
    ] = None,
    *,
    inferred: Annotated[bool, typer.Option("--inferred", help="Compare what follows from graph folders, too.")] = False,
) -> None:
    """Say what changed from OLD to NEW. Exit code 0: nothing, 1: there are differences, 2: could not run.

    Forms: text, json, patch (RDF Patch), update (SPARQL 1.1 Update).
    """
    from bqwgraph.publication import change_reports, change_scripts, difference  # noqa: PLC0415 - few commands need it
    from bqwgraph.publication.blank_nodes import CannotTell  # noqa: PLC0415 - as above

    with _failing():
        if releases:
            old, new = (releases / given if (releases / given).is_dir() else given for given in (old, new))
        if inferred and not (difference.is_folder(old) or difference.is_folder(new)):
            raise Failed(2, "--inferred is about graph folders: a file or a release has what it has")
        try:
            with _working("Comparing"):
                changes = difference.compare(*(difference.read(path, inferred=inferred) for path in (old, new)))
                said = {
                    DiffFormat.TEXT: lambda: "\n".join(change_reports.text(changes, lang.tag)),
                    DiffFormat.JSON: lambda: change_reports.to_json(changes),
                    DiffFormat.PATCH: lambda: change_scripts.patch(changes),
                    DiffFormat.UPDATE: lambda: change_scripts.update(changes),
                }[form]()
        except (difference.CannotCompare, change_scripts.CannotWrite, CannotTell) as error:
            raise Failed(2, str(error)) from error
        for note in changes.notes:
            err.print(f"note: {note}", markup=False, highlight=False, soft_wrap=True)
        if form is DiffFormat.TEXT and out.is_terminal:
            _print_changes(said)
        else:
            _write(said.encode("utf-8"))
        if changes:
            raise typer.Exit(1)


def _print_changes(said: str) -> None:
    for line in said.split("\n"):
        style = {"+": "green", "-": "red", "~": "yellow"}.get(line.lstrip()[:1])
        out.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


@app.command()
def shapes(graph: GraphOption = None) -> None:
    """Write the shapes as one file of Turtle, with the subclass axioms that they need: for pySHACL, Jena, TopBraid."""
    from bqwgraph.publication.shapes_file import shapes_file  # noqa: PLC0415 - few commands need it

    with _failing():
        _write(shapes_file(_folder(graph)))


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.  [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0: any free one.  [default: 8000]")] = None,
    public_url: Annotated[str | None, typer.Option(help="The address that links are built from.")] = None,
    root_path: Annotated[str | None, typer.Option(metavar="PATH", help="The path below which a proxy serves it.")] = None,
    trusted_proxies: Annotated[
        str | None, typer.Option(metavar="ADDRESSES", help="Proxies whose X-Forwarded headers are believed.")
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds that a query may take.  [default: 30]")] = None,
    engine: Annotated[
        str | None,
        typer.Option(metavar="URL", help="A SPARQL 1.1 endpoint that answers; the graph folder gives the saved queries."),
    ] = None,
    snapshots: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep built snapshots here: the next start on the same graph is quick.")
    ] = None,
    releases: ReleasesOption = None,
    graph: GraphOption = None,
    *,
    watch: Annotated[bool, typer.Option("--watch", help="Read the graph anew when its files change.")] = False,
    access_log: Annotated[
        bool | None, typer.Option("--access-log", help="Write a line of JSON for each request to standard error.")
    ] = None,
) -> None:
    """Answer SPARQL over HTTP. SIGHUP reads the graph anew and swaps it in if it is valid.

    With --engine another store answers, and what it holds is not validated. Its credentials come from the environment:
    BQWGRAPH_ENGINE_USER and BQWGRAPH_ENGINE_PASSWORD.
    """
    from bqwgraph.service import run  # noqa: PLC0415 - the web framework is slow to import

    given = {
        "host": host,
        "port": port,
        "public_url": public_url,
        "root_path": root_path,
        "trusted_proxies": trusted_proxies,
        "timeout": timeout,
        "engine": engine,
        "snapshots": snapshots,
        "releases": releases,
        "access_log": access_log,
    }
    with _failing():
        try:
            run.serve(_folder(graph), {name: value for name, value in given.items() if value is not None}, out, watch=watch)
        except run.CannotServe as error:
            raise Failed(2, str(error)) from error


@app.command()
def reload(
    url: Annotated[str, typer.Argument(help="The address of the service.")] = "http://127.0.0.1:8000",
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds that reading and validating may take.")] = 600,
) -> None:
    """Tell a running service to read its graph anew, and say whether it was taken.

    The service and this command need the same BQWGRAPH_ADMIN_TOKEN in the environment.
    """
    import httpx  # noqa: PLC0415 - slow to import

    with _failing():
        token = os.environ.get("BQWGRAPH_ADMIN_TOKEN", "")
        if not token:
            raise Failed(2, "BQWGRAPH_ADMIN_TOKEN is not set; the service must have been started with it, too")
        try:
            headers = {"Authorization": f"Bearer {token}"}
            response = httpx.post(f"{url.rstrip('/')}/admin/reload", headers=headers, timeout=timeout, trust_env=False)
            told = response.json()
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise Failed(2, f"{url}: {error or type(error).__name__}") from error
        if response.status_code == httpx.codes.CONFLICT:
            raise Failed(1, f"the old snapshot stays: {told['detail']}")
        if not response.is_success:
            raise Failed(2, f"{url}: {response.status_code} {told.get('detail', '')}")
        out.print(f"{url} answers from {told['snapshot'][:12]}, {told['triples']:,} triples", highlight=False)


@app.command(name="build")
def build_site(
    to: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to write to; it is made where it is not there.")],
    public_url: Annotated[
        str, typer.Option(metavar="URL", envvar="BQWGRAPH_PUBLIC_URL", help="The address below which the files will be found.")
    ] = BASE.rstrip("/"),
    releases: ReleasesOption = None,
    service_url: Annotated[
        str, typer.Option(metavar="URL", help="Where the service answers, for links to queries; without it there are none.")
    ] = "",
    graph: GraphOption = None,
) -> None:
    """Write all that is published as files for a plain web server: each resource as pages and data, dumps, catalogue, VoID.

    With --releases also the dumps of the releases, and what changed from one to the next.

    The same graph gives the same bytes; only files that changed are written, and only those of earlier builds are removed.
    """
    from bqwgraph.publication.build import NO_LOG, CannotPublish, Log  # noqa: PLC0415 - other commands need none of it
    from bqwgraph.site import build as site  # noqa: PLC0415 - as above
    from bqwgraph.site.writing import Addresses  # noqa: PLC0415 - as above

    with _failing():
        snapshot = _snapshot(graph)
        addresses = Addresses(public_url.rstrip("/"), service_url.rstrip("/"))
        with Progress(console=err, disable=not err.is_terminal, transient=True) as bar:
            try:
                log = Log.at(releases) if releases else NO_LOG
                task = bar.add_task("Writing", total=site.steps(snapshot, log))
                published = site.publish(snapshot, to, addresses, lambda _: bar.advance(task), log)
            except CannotPublish as error:
                raise Failed(1, str(error)) from error
        changed = f"{len(published.written)} written, {len(published.removed)} removed"
        out.print(f"{len(published.files)} files in {to}: {changed}", highlight=False, soft_wrap=True)


@app.command()
def release(
    log: Annotated[Path, typer.Argument(metavar="DIR", help="The log of releases; it is made where it is not there.")],
    graph: GraphOption = None,
) -> None:
    """Add the graph to a log of releases: its dumps, what changed since the last one, checksums.

    Version and date are those in data/dataset.ttl. A release does not change: exit code 1 where another graph has this version.
    """
    from bqwgraph.publication import releases  # noqa: PLC0415 - few commands need it
    from bqwgraph.publication.blank_nodes import CannotTell  # noqa: PLC0415 - as above
    from bqwgraph.validation import lock  # noqa: PLC0415 - as above

    with _failing():
        if not lock.is_validated(_folder(graph)):
            raise Failed(1, "the graph is not the one that was validated: run `bqwgraph validate --seal` first")
        snapshot = _snapshot(graph)
        try:
            with _working("Writing the release"):
                made, is_new = releases.write(snapshot, log)
        except (releases.NotReleased, releases.BrokenLog, CannotTell) as error:
            raise Failed(1, str(error)) from error
        said = f"{made.version} of {made.date}, {made.statements:,} statements"
        out.print(f"{said}: {'added to' if is_new else 'is already in'} {log}", highlight=False, soft_wrap=True)


@app.command()
def push(
    store: Annotated[str, typer.Option(metavar="URL", help="Where the store speaks the Graph Store Protocol.")],
    begin: Annotated[str, typer.Option("--from", metavar="GRAPH", help="Go on from this graph (its IRI, or default).")] = "",
    default_as: Annotated[str, typer.Option(metavar="IRI", help="Put the default graph into this named graph.")] = "",
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds that the store may take for a graph.")] = 600,
    graph: GraphOption = None,
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Replace graphs that the store has already.")] = False,
) -> None:
    """Load every named graph and the default graph into a store, over the SPARQL 1.1 Graph Store Protocol.

    Credentials come from the environment: BQWGRAPH_ENGINE_USER and BQWGRAPH_ENGINE_PASSWORD.
    """
    from bqwgraph.engine.remote import Credentials, checked_url  # noqa: PLC0415 - the HTTP client is slow to import
    from bqwgraph.publication.push import Push, PushFailed, Target  # noqa: PLC0415 - as above

    credentials = Credentials.of(*(os.environ.get(f"BQWGRAPH_ENGINE_{name}", "") for name in ("USER", "PASSWORD")))
    with _failing():
        try:
            checked_url(store)
        except ValueError as error:
            raise Failed(2, f"--store: {error}") from error
    with _failing(), Push(_snapshot(graph), Target(store, default_as), credentials, timeout) as pushing:
        try:
            graphs = pushing.graphs(begin)
            present = None if replace else pushing.present(graphs)
            if present:
                raise Failed(2, f"{store} has {present} already; --replace replaces what it has")
            done = list(track(pushing.put(graphs), "Pushing", len(graphs), console=err, disable=not err.is_terminal))
        except PushFailed as error:
            go_on = f"\n  what came before it is there; go on with --from {error.graph}" if error.graph else ""
            raise Failed(2, f"{store}: {error}{go_on}") from error
        out.print(f"{sum(pushed.triples for pushed in done):,} triples in {len(done)} graphs are at {store}", soft_wrap=True)


@app.command()
def bench(
    places: Annotated[int, typer.Option(min=0, help="Places of the made-up province; 0: the packaged graph only.")] = 30_000,
    seconds: Annotated[float, typer.Option(min=1, max=30, help="Seconds that each measurement takes.")] = 3,
    to: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Write the report there.")] = None,
) -> None:
    """Measure the service beside others on this machine (needs the extra "bench")."""
    with _failing():
        try:
            from bqwgraph.bench import run  # noqa: PLC0415 - an extra
            from bqwgraph.bench.servers import CannotMeasure  # noqa: PLC0415 - as above
        except ModuleNotFoundError as error:
            raise Failed(2, f"{error.name} is not installed: pip install 'bqwgraph[bench]'") from error
        given = ["--places", str(places), "--seconds", f"{seconds:g}", *(["--out", str(to)] if to else [])]
        try:
            report = run.run(places, seconds, run.command_line(["bench", *given]))
        except (CannotMeasure, ValueError) as error:
            raise Failed(2, str(error)) from error
        if to:
            to.write_text(report, "utf-8")
        else:
            _write(report.encode("utf-8"))


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")  # names of files need not be Unicode
    try:
        app()
    except Exception:  # noqa: BLE001 - told below; Python's own exit code for it would say that the data is at fault
        traceback.print_exc()
        sys.exit(2)
