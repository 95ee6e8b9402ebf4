"""Commands that write what others take: ``shapes``, ``diff``, ``release``, ``build``, ``push``."""

import os
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress, track

from bqwgraph.commands.support import (
    Failed,
    GraphOption,
    Language,
    ReleasesOption,
    err,
    failing,
    folder_at,
    out,
    snapshot_at,
    working,
    write,
)
from bqwgraph.graph.namespaces import BASE


class DiffFormat(StrEnum):
    """Forms of what changed."""

    TEXT = "text"
    JSON = "json"
    PATCH = "patch"
    UPDATE = "update"


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

    with failing():
        if releases:
            old, new = (releases / given if (releases / given).is_dir() else given for given in (old, new))
        if inferred and not (difference.is_folder(old) or difference.is_folder(new)):
            raise Failed(2, "--inferred is about graph folders: a file or a release has what it has")
        try:
            with working("Comparing"):
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
            write(said.encode("utf-8"))
        if changes:
            raise typer.Exit(1)


def _print_changes(said: str) -> None:
    for line in said.split("\n"):
        style = {"+": "green", "-": "red", "~": "yellow"}.get(line.lstrip()[:1])
        out.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def shapes(graph: GraphOption = None) -> None:
    """Write the shapes as one file of Turtle, with the subclass axioms that they need: for pySHACL, Jena, TopBraid."""
    from bqwgraph.publication.shapes_file import shapes_file  # noqa: PLC0415 - few commands need it

    with failing():
        write(shapes_file(folder_at(graph)))


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

    with failing():
        snapshot = snapshot_at(graph)
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

    with failing():
        if not lock.is_validated(folder_at(graph)):
            raise Failed(1, "the graph is not the one that was validated: run `bqwgraph validate --seal` first")
        snapshot = snapshot_at(graph)
        try:
            with working("Writing the release"):
                made, is_new = releases.write(snapshot, log)
        except (releases.NotReleased, releases.BrokenLog, CannotTell) as error:
            raise Failed(1, str(error)) from error
        said = f"{made.version} of {made.date}, {made.statements:,} statements"
        out.print(f"{said}: {'added to' if is_new else 'is already in'} {log}", highlight=False, soft_wrap=True)


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
    with failing():
        try:
            checked_url(store)
        except ValueError as error:
            raise Failed(2, f"--store: {error}") from error
    with failing(), Push(snapshot_at(graph), Target(store, default_as), credentials, timeout) as pushing:
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
