"""Commands that check files: ``validate``, ``evidence``, ``fmt``."""

from dataclasses import replace
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bqwgraph.commands.support import Failed, GraphOption, Language, err, failing, folder_at, out, snapshot_at, working, write
from bqwgraph.graph.reading import GraphError
from bqwgraph.validation.findings import Severity
from bqwgraph.validation.reports.options import CHINESE, ENGLISH, ReportFormat, ReportOptions, lines_below


class Least(StrEnum):
    """The least severity of a finding that matters."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def severity(self) -> Severity:
        """The severity."""
        return Severity.named(self.value)


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

    with failing():
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
            with working("Validating"):
                report = (
                    checks.validate_files(data, shapes or [], options) if data else checks.validate(folder_at(graph), options)
                )
        except ValidationFailure as error:
            raise Failed(2, str(error)) from error
        if strict:
            report = report.strict()
        root = Path() if data else folder_at(graph).root
        written = ReportOptions(
            (lang.tag,) if lang else (ENGLISH, CHINESE),
            colour=out.is_terminal and not out.no_color,
            lines=lines_below(root),
            base=_from_here(root),
            fail_on=fail_on.severity,
        )
        for kind, path in outputs:
            path.write_bytes(render(report, kind, replace(written, colour=False)))
        write(render(report, form, written))
        if not report.conforms(fail_on.severity):
            raise typer.Exit(1)
        if seal:
            lock.write(folder_at(graph))


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

    with failing():
        content = document.read_bytes()
        snapshot = snapshot_at(graph)
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


def fmt(
    paths: Annotated[list[Path] | None, typer.Argument(metavar="PATH", help="Turtle files, or folders of them.")] = None,
    graph: GraphOption = None,
    *,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; say where each file first differs.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Write nothing; show what would change.")] = False,
) -> None:
    """Write Turtle in its canonical form, comments kept: the files given, or all of the graph folder."""
    from bqwgraph.graph import rewriting  # noqa: PLC0415 - other commands need no formatter

    with failing():
        if (check and diff) or (paths and graph):
            raise Failed(2, "expected one of --check and --diff" if check and diff else "expected PATH or --graph, not both")
        try:
            files = rewriting.turtle_files(paths) if paths else rewriting.graph_files(folder_at(graph))
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
                write(change.diff().encode())
            elif change:
                said = f"{name}:{change.line}: not in canonical form" if check else f"{name}: formatted"
                out.print(said, markup=False, highlight=False, soft_wrap=True)
            changes += change is not None
        if changes and (check or diff):
            code = max(code, 1)
        err.print(f"{len(files)} files, {changes} {'not in canonical form' if check or diff else 'formatted'}", style="dim")
        if code:
            raise typer.Exit(code)
