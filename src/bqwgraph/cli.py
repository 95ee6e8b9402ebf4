"""The command line: ``bqwgraph serve | reload | validate | query | describe | evidence | fmt | shapes | build | release | …``.

Exit codes: 0 fine, 1 the data is at fault (``diff``: there are differences), 2 it could not run.
"""

import io
import sys
import traceback

import typer

from bqwgraph.commands import asking, checking, publishing, serving

app = typer.Typer(
    help="A knowledge graph of Jiangmen's part in the 百千万工程, validated and answering SPARQL.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(asking.query)
app.command()(asking.describe)
app.command()(asking.info)
app.command()(checking.validate)
app.command()(checking.evidence)
app.command()(checking.fmt)
app.command()(publishing.diff)
app.command()(publishing.shapes)
app.command()(serving.serve)
app.command()(serving.reload)
app.command(name="build")(publishing.build_site)
app.command()(publishing.release)
app.command()(publishing.push)
app.command()(serving.bench)


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
