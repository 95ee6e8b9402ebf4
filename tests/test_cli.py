"""The command line as a user calls it, from the wheel, outside the checkout."""

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from bqwgraph import cli
from conftest import ROOT, Installed


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the graph that a test may break."""
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / "graph" / name)
    return tmp_path / "graph"


def test_a_saved_query_as_csv(installed: Installed) -> None:
    done = installed.run("query", "typical-places", "--format", "csv")
    assert done.returncode == 0
    assert len(list(csv.DictReader(io.StringIO(done.stdout)))) == 67


@pytest.mark.parametrize(("form", "begins"), [("json", "{"), ("xml", "<?xml"), ("tsv", "?order"), ("table", "┏")])
def test_forms(installed: Installed, form: str, begins: str) -> None:
    done = installed.run("query", "actions", "-f", form)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(begins)
    assert "城乡融合发展行动" in done.stdout


def test_a_query_from_standard_input_and_from_a_file(installed: Installed, tmp_path: Path) -> None:
    text = "ASK { ?s a <https://w3id.org/bqwgraph/ontology#Action> }"
    assert json.loads(installed.run("query", "-", "-f", "json", stdin=text).stdout)["boolean"] is True
    (tmp_path / "q.rq").write_text("DESCRIBE <https://w3id.org/bqwgraph/action/5>", "utf-8")
    done = installed.run("query", "q.rq", "-f", "ttl", cwd=tmp_path)
    assert "a bqw:Action" in done.stdout


def test_a_parameter(installed: Installed) -> None:
    done = installed.run("query", "policies-for-place", "place=鹤山市", "--format", "csv")
    assert "partner,开平市" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["query", "no-such-query"], "the saved queries are"),
        (["query", "places-within", "place=鹤山"], "鹤山市 place:nbs2023-440784"),
        (["query", "places-within", "place=莲塘村"], "nbs2023-440705101202"),
        (["query", "places-within", "鹤山市"], "expected PARAMETER=VALUE"),
        (["query", "places-within"], "needs it; for example: 鹤山市"),
        (["query", "actions", "--format", "ttl"], "the answer is a table"),
        (["query", "actions", "--format", "pdf"], "pdf"),
        (["describe", "nowhere"], "nowhere"),
        (["info", "--graph", "/no/such/folder"], "not a graph folder"),
        (["serve", "--port", "99999"], "port"),
        (["evidence", "/no/such/file"], "/no/such/file"),
    ],
)
def test_what_cannot_run_is_told_without_a_trace(installed: Installed, arguments: list[str], told: str) -> None:
    done = installed.run(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_query_that_is_not_sparql(installed: Installed) -> None:
    done = installed.run("query", "-", stdin="SELECT * { ?s ?p\n  }")
    assert done.returncode == 2
    assert "unexpected '}' at line 2, column 3" in done.stderr


def test_describe_shows_facts_and_the_words_they_rest_on(installed: Installed) -> None:
    done = installed.run("describe", "鹤山市")
    assert done.returncode == 0, done.stderr
    assert "https://w3id.org/bqwgraph/place/nbs2023-440784" in done.stdout
    assert "level:county" in done.stdout
    assert "bqw:nameWords" in done.stdout


def test_info(installed: Installed) -> None:
    done = installed.run("info")
    assert done.returncode == 0
    assert all(word in done.stdout for word in ("bqwgraph", "digest", "triples", "pyoxigraph"))


def test_validate_is_clean(installed: Installed) -> None:
    done = installed.run("validate")
    assert done.returncode == 0, done.stdout
    assert "0 violations, 0 warnings" in done.stdout


def test_a_syntax_error_is_placed_and_the_exit_code_depends_on_the_command(installed: Installed, copy: Path) -> None:
    path = copy / "data" / "actions.ttl"
    path.write_text(path.read_text("utf-8") + "\naction:11 a bqw:Action ;; , .\n", "utf-8")
    line = path.read_text("utf-8").count("\n")
    for command, code in ((["validate"], 1), (["query", "actions"], 2), (["serve", "--port", "0"], 2)):
        done = installed.run(*command, "--graph", str(copy))
        assert done.returncode == code, done.stdout + done.stderr
        said = done.stdout + done.stderr
        assert "data/actions.ttl" in said
        assert f"{line}:27" in said


def test_bad_data_is_found_and_not_served(installed: Installed, copy: Path) -> None:
    path = copy / "data" / "actions.ttl"
    path.write_text(path.read_text("utf-8").replace("bqw:order 7", "bqw:order 8", 1), "utf-8")
    checked = installed.run("validate", "--graph", str(copy))
    assert checked.returncode == 1
    assert "data/actions.ttl" in checked.stdout
    served = installed.run("serve", "--port", "0", "--graph", str(copy))
    assert served.returncode == 2
    assert "not valid" in served.stderr


def test_messages_in_chinese(installed: Installed, copy: Path) -> None:
    path = copy / "data" / "actions.ttl"
    path.write_text(path.read_text("utf-8").replace("bqw:order 7", "bqw:order 8", 1), "utf-8")
    done = installed.run("validate", "--graph", str(copy), "--lang", "zh")
    assert any("\u4e00" <= character <= "\u9fff" for character in done.stdout)


def test_a_fault_of_our_own_is_no_fault_of_the_data(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken() -> None:
        raise RuntimeError("of our own")

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "RuntimeError: of our own" in capsys.readouterr().err
