"""The package where there is no npm: it builds all the same, says what is left out, and its query form works."""

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import httpx
import pytest

from conftest import ROOT, address_of

BUILT = ("workbench.js", "workbench.licences.txt")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout in which nothing was built."""
    copy = tmp_path_factory.mktemp("without") / "copy"
    for name in ("src", "ontology", "data", "queries", "tests/expected"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules", *BUILT))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, copy)
    return copy


def test_the_wheel_is_built_without_the_workbench_and_says_so(sources: Path, tmp_path: Path) -> None:
    command: list[str | Path] = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path]
    told = subprocess.run(command, cwd=sources, env={**os.environ, "PATH": ""}, capture_output=True, encoding="utf-8", check=True)
    assert "The query workbench is left out, and a plain query form stands in for it: there is no npm here" in told.stderr
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "bqwgraph/web/static/workbench.css" in names
    assert not [name for name in names if name.endswith(BUILT) or "/workbench/" in name]


def test_the_query_form_works_without_the_workbench(sources: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "from bqwgraph.cli import main; main()", "serve", "--port", "0", "--graph", ROOT],
        env={**os.environ, "PYTHONPATH": str(sources / "src")},
        cwd=sources,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        with httpx.Client(base_url=address_of(process), timeout=30, headers={"accept": "text/html"}) as client:
            page = client.get("/sparql", params={"query": "SELECT ?n { VALUES ?n { 1 2 } }", "lang": "en", "format": "html"})
        process.terminate()
    assert "workbench.js" not in page.text
    assert "Ctrl+Enter" not in page.text
    assert '<textarea id="query" name="query"' in page.text
    assert "2 rows" in page.text
