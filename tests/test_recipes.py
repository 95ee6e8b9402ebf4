"""The recipes of docs/recipes.md, run as they stand there against the real service; only its address is another."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from rdflib import SKOS, Graph, Literal, URIRef

from conftest import ROOT

WRITTEN = "http://127.0.0.1:8000"
"""The address of the service in the document."""
RECIPES = {
    name: (language, text)
    for name, language, text in re.findall(
        r"<!-- recipe: ([a-z-]+) -->\n```(\w+)\n(.*?)```", (ROOT / "docs" / "recipes.md").read_text("utf-8"), re.DOTALL
    )
}
HARVESTERS = ROOT / "tests" / "publication" / "harvesters"


def lines(text: str) -> list[str]:
    return [line.rstrip("\r") for line in text.splitlines()]


def of_heshan(told: str, _: Path) -> None:
    head, *rows = lines(told)
    assert head == "policy,title_zh,relation,via_zh"
    assert "https://w3id.org/bqwgraph/policy/1,江门市承接产业有序转移促进区域协调发展实施方案,applies-within,江门市" in rows


def counted(told: str, _: Path) -> None:
    assert lines(told) == ["measures", "49"]


def in_turtle(told: str, _: Path) -> None:
    heshan, name = URIRef("https://w3id.org/bqwgraph/place/nbs2023-440784"), Literal("鹤山市", lang="zh-Hans")
    assert (heshan, SKOS.prefLabel, name) in Graph().parse(data=told)


def not_again(told: str, there: Path) -> None:
    assert lines(told) == ["304"]
    assert "dcat:Catalog" in (there / "catalogue.ttl").read_text("utf-8")


def whole(told: str, there: Path) -> None:
    assert lines(told) == ["bqwgraph.nt.gz: OK"]
    assert (there / "bqwgraph.nt.gz").stat().st_size > 100_000


def titled(told: str, _: Path) -> None:
    assert "江门市承接产业有序转移促进区域协调发展实施方案" in lines(told)


def ten_actions(told: str, _: Path) -> None:
    assert [line.partition(" ")[0] for line in lines(told)] == [str(number) for number in range(1, 11)]
    assert lines(told)[8] == "9 Action to Improve the Business Environment"


def by_level(told: str, _: Path) -> None:
    assert [line.split() for line in lines(told)[1:4]] == [["county", "1"], ["town", "6"], ["village", "60"]]


def reaching_heshan(told: str, _: Path) -> None:
    assert "千亿级经济强县培育行动" in lines(told)


def genres(told: str, _: Path) -> None:
    expected = ["policy,genre", "<https://w3id.org/bqwgraph/policy/1>,Implementation plan", "policies", "9"]
    assert [line for line in lines(told) if line] == expected


def harvested(told: str, _: Path) -> None:
    found = json.loads(told)
    assert len(found) == 5
    assert "Gazetteer of Jiangmen" in {one["title"] for one in found}
    assert all(one["resources"] >= 12 for one in found)  # four syntaxes, each plain and packed in two ways


EXPECTED: dict[str, Callable[[str, Path], None]] = {
    "table": of_heshan,
    "sparql": counted,
    "resource": in_turtle,
    "conditional": not_again,
    "dump": whole,
    "rdflib": titled,
    "sparqlwrapper": ten_actions,
    "pandas": by_level,
    "fetch": reaching_heshan,
    "comunica": genres,
    "ckan": harvested,
}


def command(name: str, language: str, file: Path) -> list[str | Path]:
    """Return what runs a recipe that was written to a file; skips where a program that it needs is not here."""
    if language == "js":
        return [needed(shutil.which("node"), "Node, which runs it, is not here"), file]
    if language == "json":
        python = needed(os.environ.get("BQWGRAPH_CKAN_PYTHON"), "BQWGRAPH_CKAN_PYTHON names no Python with CKAN's harvester")
        return [python, HARVESTERS / "harvest_by_ckan.py", file]
    if language == "python":
        return [sys.executable, file]
    needed("" if name == "comunica" else shutil.which("curl"), "curl is not here")
    return ["bash", "-euo", "pipefail", file]


def needed(program: str | None, why: str) -> str:
    if program is None:
        pytest.skip(why)
    return program


def surroundings(name: str) -> dict[str, str]:
    """Return the environment of a recipe: Comunica is found as if it were installed."""
    if name != "comunica":
        return dict(os.environ)
    program = needed(os.environ.get("BQWGRAPH_COMUNICA"), "BQWGRAPH_COMUNICA names no comunica-sparql (.ci/run installs it)")
    return {**os.environ, "PATH": f"{Path(program).parent}{os.pathsep}{os.environ['PATH']}"}


def made(service: httpx.Client) -> None:
    """Wait until what is published is there: the recipes of it would have to be patient."""
    ends = time.monotonic() + 120
    while service.get("/catalogue").status_code == 503 and time.monotonic() < ends:
        time.sleep(1)


def test_every_recipe_is_run() -> None:
    assert RECIPES.keys() == EXPECTED.keys()
    document = (ROOT / "docs" / "recipes.md").read_text("utf-8")
    assert document.count("\n```") == 2 * len(RECIPES)


@pytest.mark.parametrize("name", RECIPES)
def test_recipe(service: httpx.Client, tmp_path: Path, name: str) -> None:
    language, text = RECIPES[name]
    assert WRITTEN in text
    if name in {"conditional", "dump", "ckan"}:
        made(service)
    file = tmp_path / f"recipe.{'mjs' if language == 'js' else language}"
    file.write_text(text.replace(WRITTEN, str(service.base_url).rstrip("/")), "utf-8")
    run = command(name, language, file)
    done = subprocess.run(
        run, cwd=tmp_path, env=surroundings(name), capture_output=True, encoding="utf-8", timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    EXPECTED[name](done.stdout, tmp_path)
