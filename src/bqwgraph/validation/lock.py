"""``data/validated.lock``: the digest of the graph that validation passed; `serve` does not validate that one again."""

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import digest


def is_validated(folder: GraphFolder) -> bool:
    """Whether the folder is, file for file, what validation passed when the lock was written."""
    path = folder.root / "data" / "validated.lock"
    return path.is_file() and path.read_text("ascii").strip() == digest(folder)


def write(folder: GraphFolder) -> None:
    """Note that the folder as it is has passed validation."""
    (folder.root / "data" / "validated.lock").write_text(digest(folder) + "\n", "ascii")
