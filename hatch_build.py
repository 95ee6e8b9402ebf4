"""Builds the query workbench from its npm sources where npm is there; without it the wheel has a plain query form that works."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = Path("src/bqwgraph/web/workbench")
BUILT = ("src/bqwgraph/web/static/workbench.js", "src/bqwgraph/web/static/workbench.licences.txt")


class Workbench(BuildHookInterface):  # type: ignore[type-arg]  # hatchling's class takes a parameter only for its own type checks
    """Puts the built script into wheels and beside the sources of editable installs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - hatchling says what is passed
        """Build what is missing or older than its sources; where that cannot be, say so and go on without."""
        root = Path(self.root)
        if not _current(root):
            for built in BUILT:
                (root / built).unlink(missing_ok=True)
            failure = _build(root / SOURCES)
            if failure:
                self.app.display_warning(f"The query workbench is left out, and a plain query form stands in for it: {failure}")
        build_data["artifacts"] += [f"/{built}" for built in BUILT if (root / built).is_file()]


def _current(root: Path) -> bool:
    """Whether the script is there and newer than all it is made from."""
    built = root / BUILT[0]
    made_from = [path for path in (root / SOURCES).rglob("*") if path.is_file() and "node_modules" not in path.parts]
    return built.is_file() and all(path.stat().st_mtime <= built.stat().st_mtime for path in made_from)


def _build(sources: Path) -> str:
    """Install the parts and build; return why that failed, or the empty text."""
    npm = shutil.which("npm")
    if npm is None:
        return "there is no npm here"
    for command in ([npm, "ci", "--no-progress"], [npm, "run", "build"]):
        done = subprocess.run(command, cwd=sources, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - npm as found, no words of others
        if done.returncode:
            said = (done.stderr or done.stdout).strip()
            return f"`npm {command[1]}` failed: {said[-500:]}"
    return ""
