"""What the commands share: where they write, the options of several, and how they fail."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bqwgraph.graph.folder import GraphFolder, NotAGraphFolder
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.queries.saved import HeaderError

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


@contextmanager
def failing() -> Iterator[None]:
    """Tell a person of what failed, in one line of red, and end with the exit code for it."""
    try:
        yield
    except Failed as error:
        err.print(f"bqwgraph: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(error.code) from error
    except (GraphError, NotAGraphFolder, HeaderError, OSError) as error:
        err.print(f"bqwgraph: {error}", style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2) from error


def folder_at(graph: Path | None) -> GraphFolder:
    """Return the graph folder that ``--graph`` names, or the packaged one. Raises NotAGraphFolder."""
    return GraphFolder.packaged() if graph is None else GraphFolder.at(graph)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something is under way, on a terminal only."""
    if err.is_terminal:
        with err.status(what):
            yield
    else:
        yield


def snapshot_at(graph: Path | None) -> Snapshot:
    """Return the snapshot of the graph folder that ``--graph`` names. Raises NotAGraphFolder, GraphError."""
    with working("Reading the graph"):
        return build(folder_at(graph))


def write(body: bytes) -> None:
    """Write an answer to standard output, with an end of line where it has none."""
    sys.stdout.buffer.write(body if body.endswith(b"\n") else body + b"\n")
    sys.stdout.buffer.flush()
