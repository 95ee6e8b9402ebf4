"""Formatting files: which ones, where they differ from the canonical form, and writing them so that none is ever half-written."""

import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from bqwgraph.graph.authored import NotFormatted
from bqwgraph.graph.files import files_below
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.formatting import first_difference, format_turtle

__all__ = ["CannotFormat", "Change", "NotFormatted", "change", "graph_files", "turtle_files"]

SUFFIX = ".ttl"


class CannotFormat(Exception):
    """A path that was given is no Turtle file and no folder."""


@dataclass(frozen=True)
class Change:
    """A file that is not in the canonical form: what people call it, where it is, its text and its new text."""

    name: str
    path: Path
    before: bytes
    after: bytes

    @property
    def line(self) -> int:
        """The first line that differs, counted from 1."""
        return first_difference(self.before, self.after)

    def diff(self) -> str:
        """Return the change as a unified diff."""
        before, after = (_lines(text) for text in (self.before, self.after))
        return "".join(_ended(line) for line in unified_diff(before, after, self.name, self.name))

    def write(self) -> None:
        """Put the new text in the place of the old one, whole or not at all. Raises OSError."""
        target = self.path.resolve()  # a link stays a link
        descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(self.after)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(target, temporary)
            Path(temporary).replace(target)
        finally:
            with suppress(FileNotFoundError):
                Path(temporary).unlink()


def turtle_files(paths: Iterable[Path]) -> dict[Path, str]:
    """Return the files that are meant, with what to call them: those given, and all Turtle files in the folders given.

    What is hidden in a folder is left alone.
    Raises CannotFormat for what is not there and for a file that is not called ``….ttl``.
    """
    files: dict[Path, str] = {}
    for path in paths:
        if path.is_dir():
            files |= {file: str(file) for file in files_below(path, {SUFFIX})}
        elif not path.is_file():
            raise CannotFormat(f"{path}: no such file or folder")
        elif path.suffix.lower() != SUFFIX:
            raise CannotFormat(f"{path}: expected Turtle, in a file called *{SUFFIX}, or a folder with such files")
        else:
            files[path] = str(path)
    return files


def graph_files(folder: GraphFolder) -> dict[Path, str]:
    """Return the Turtle files of a graph folder, with what to call them."""
    return {path: folder.name(path) for path in folder.turtle()}


def change(path: Path, name: str) -> Change | None:
    """Return what formatting a file changes, or nothing. Raises OSError, and what ``format_turtle`` raises."""
    before = path.read_bytes()
    after = format_turtle(before, name)
    return Change(name, path, before, after) if after != before else None


def _lines(text: bytes) -> Sequence[str]:
    """Return the lines of a text, in which LF alone ends a line."""
    lines = text.decode("utf-8").split("\n")
    return [f"{line}\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _ended(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
