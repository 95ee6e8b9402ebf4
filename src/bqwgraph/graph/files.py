"""The files below a folder that somebody named."""

from collections.abc import Collection
from pathlib import Path


def files_below(folder: Path, endings: Collection[str]) -> list[Path]:
    """Return the files below a folder whose names end so (in small letters), sorted.

    What is hidden (its name begins with a dot) is left out, as shells do it: ``.git``, ``.venv``, what editors put aside.
    """
    found = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in endings and path.is_file())
    return [path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)]
