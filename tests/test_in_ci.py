"""Validation where it is used: the GitHub action, the pre-commit hooks and the recipes of the documentation, really run."""

import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml
from junitparser import JUnitXml

from conftest import ROOT, Installed

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .\n\n"
SHAPES = HEAD + "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .\n"
GOOD = HEAD + "ex:a\n    a ex:C ;\n    ex:p 1 .\n"
BAD = HEAD + "ex:a a ex:C ;\n  ex:q 1 .\n"

needs_git = pytest.mark.skipif(not shutil.which("git"), reason="pre-commit works on git repositories, and git is not here")


def recipe(name: str) -> str:
    """Return the block of the documentation behind a mark."""
    found = re.search(rf"<!-- {name} -->\n```yaml\n(.*?)```", (ROOT / "docs" / "validation.md").read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]


def without_downloads() -> dict[str, str]:
    """Return settings with which pip builds and installs our package with the parts that are here already."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BQWGRAPH_", "GIT_", "GITHUB_"))}
    pip = {"PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0"}
    return {**kept, **pip, "PYTHONPATH": sysconfig.get_path("purelib")}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository of somebody else's, with data and shapes."""
    for name, text in {"data/a.ttl": GOOD, "shapes/s.ttl": SHAPES, "my data/b.ttl": GOOD.replace("ex:a", "ex:b")}.items():
        (tmp_path / "repository" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "repository" / name).write_text(text, "utf-8")
    return tmp_path / "repository"


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ("vendor.github-actions", (ROOT / "action.yml").read_text("utf-8")),
        ("vendor.github-workflows", recipe("github")),
        ("vendor.gitlab-ci", recipe("gitlab")),
    ],
)
def test_what_has_a_schema_is_valid(schema: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "given.yml").write_text(text, "utf-8")
    transform = ["--data-transform", "gitlab-ci"] if "gitlab" in schema else []
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", schema, *transform, str(tmp_path / "given.yml")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("validate-manifest", (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")),
        ("validate-config", recipe("pre-commit")),
    ],
)
def test_what_pre_commit_reads_is_valid(command: str, text: str, tmp_path: Path) -> None:
    (tmp_path / "given.yaml").write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", command, tmp_path / "given.yaml"], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout


# The GitHub action


class Action:
    """The steps of the action, run one after the other in the environment that a runner gives them."""

    def __init__(self, runner: Path) -> None:
        self.told = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
        self.runner = runner

    def step(self, number: int, workspace: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
        """Run a step with inputs; return its exit code, what it printed, and its outputs."""
        step = self.told["runs"]["steps"][number]
        (self.runner / "output").write_text("")
        (self.runner / "script.sh").write_text(step["run"], "utf-8")
        environment = {
            **without_downloads(),
            **{name: self._value(text, inputs) for name, text in step.get("env", {}).items()},
            "GITHUB_ACTIONS": "true",
            "GITHUB_ACTION_PATH": str(ROOT),
            "GITHUB_OUTPUT": str(self.runner / "output"),
            "GITHUB_WORKSPACE": str(workspace),
            "RUNNER_TEMP": str(self.runner),
        }
        shell = {"bash": ["bash", "--noprofile", "--norc", "-eo", "pipefail"]}[step["shell"]]  # as GitHub documents it
        command: list[str | Path] = [*shell, self.runner / "script.sh"]
        done = subprocess.run(command, cwd=workspace, env=environment, capture_output=True, encoding="utf-8", check=False)
        written = (self.runner / "output").read_text("utf-8").splitlines()
        return done.returncode, done.stdout + done.stderr, dict(line.split("=", 1) for line in written)

    def _value(self, text: str, inputs: dict[str, str]) -> str:
        found = re.fullmatch(r"\$\{\{ inputs\.([a-z-]+) \}\}", text)
        assert found, text
        return inputs.get(found[1], str(self.told["inputs"][found[1]]["default"]))


@pytest.fixture(scope="module")
def action(tmp_path_factory: pytest.TempPathFactory) -> Action:
    action = Action(tmp_path_factory.mktemp("runner"))
    code, printed, _ = action.step(0, action.runner)
    assert code == 0, printed
    return action


def test_the_action_puts_no_input_into_a_script() -> None:
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert all("${{" not in step["run"] for step in action["runs"]["steps"])
    known = {f"${{{{ steps.validate.outputs.{name} }}}}" for name in action["outputs"]}
    assert {output["value"] for output in action["outputs"].values()} == known


def test_the_action_passes_what_conforms(action: Action, repository: Path) -> None:
    code, printed, outputs = action.step(1, repository, data="data\nmy data/*.ttl\n", shapes="shapes/", args="--strict --lang en")
    assert (code, outputs) == (0, {"exit-code": "0", "sarif": "bqwgraph.sarif"}), printed
    assert "checked 2 files" in printed
    assert json.loads((repository / "bqwgraph.sarif").read_text("utf-8"))["runs"][0]["results"] == []


def test_the_action_annotates_faults_and_fails(action: Action, repository: Path) -> None:
    (repository / "my data" / "b.ttl").write_text(BAD, "utf-8")
    code, printed, outputs = action.step(1, repository, data="my data", shapes="shapes/s.ttl", sarif="out.sarif")
    assert (code, outputs) == (1, {"exit-code": "1", "sarif": "out.sarif"}), printed
    assert "::error file=my data/b.ttl,line=4,endLine=4,col=1,endColumn=4,title=" in printed
    (result,) = json.loads((repository / "out.sarif").read_text("utf-8"))["runs"][0]["results"]
    assert result["locations"][0]["physicalLocation"]["region"]["startLine"] == 4


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"data": "nothing/", "shapes": "shapes/"}, "nothing/: no such file or folder"),
        ({"data": "data/", "shapes": "broken.ttl"}, "broken.ttl:1:11: "),
        ({"data": "$(touch here)", "shapes": "shapes/; touch here", "args": "--lang `touch${IFS}here`"}, "Invalid value"),
        ({}, "not a graph folder"),
    ],
)
def test_the_action_that_cannot_run_fails_without_a_file(
    action: Action, repository: Path, inputs: dict[str, str], told: str
) -> None:
    (repository / "broken.ttl").write_text("<urn:a> a ;;")
    (repository / "bqwgraph.sarif").write_text("of another run")
    code, printed, outputs = action.step(1, repository, **inputs)
    assert (code, outputs) == (2, {"exit-code": "2"}), printed
    assert told in printed
    assert not (repository / "here").exists()


def test_the_action_takes_a_repository_as_a_graph_folder(action: Action) -> None:
    code, printed, outputs = action.step(1, ROOT, args="--only syntax", sarif=str(action.runner / "out.sarif"))
    assert (code, outputs["exit-code"]) == (0, "0"), printed


# GitLab


def test_the_recipe_for_gitlab_writes_its_report(installed: Installed, repository: Path) -> None:
    job = yaml.safe_load(recipe("gitlab"))["validate"]
    (repository / "data" / "a.ttl").write_text(BAD, "utf-8")
    (script,) = job["script"]
    command, *arguments = script.split()
    assert command == "bqwgraph"
    done = installed.run(*arguments, cwd=repository)
    assert done.returncode == 1, done.stderr
    report = JUnitXml.fromfile(str(repository / job["artifacts"]["reports"]["junit"]))
    assert report.failures == 1


# pre-commit


@pytest.fixture(scope="module")
def hooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a release of this repository has in it, as a git repository."""
    release = tmp_path_factory.mktemp("hooks") / "release"
    for name in ("src", "ontology", "data", "queries", "tests/expected"):
        shutil.copytree(ROOT / name, release / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, release)
    git(release, "init", "-q", "-b", "main")
    commit(release)
    return release


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=folder, env=without_downloads(), capture_output=True, check=True)
    return done.stdout.decode().strip()


def commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "all")


@needs_git
def test_the_hooks_work_in_pre_commit(hooks: Path, repository: Path, tmp_path: Path) -> None:
    config = yaml.safe_load(recipe("pre-commit"))
    config["repos"][0] |= {"repo": str(hooks), "rev": git(hooks, "rev-parse", "HEAD")}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    git(repository, "init", "-q", "-b", "main")
    commit(repository)
    environment = {**without_downloads(), "PRE_COMMIT_HOME": str(tmp_path / "kept"), "PRE_COMMIT_COLOR": "never"}

    def run() -> tuple[int, str]:
        git(repository, "add", "-A")
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose"]
        done = subprocess.run(command, cwd=repository, env=environment, capture_output=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout

    code, printed = run()
    assert (code, "data/a.ttl: formatted" in printed, "files were modified by this hook" in printed) == (1, True, True), printed
    code, printed = run()
    assert (code, "checked 1 file," in printed) == (0, True), printed
    path = repository / "data" / "a.ttl"
    path.write_text(path.read_text("utf-8").replace("ex:p 1", "ex:q 1"), "utf-8")
    code, printed = run()
    assert (code, "modified" in printed) == (1, False), printed
    assert "data/a.ttl:3:1: violation [http://example.org/S]" in printed
