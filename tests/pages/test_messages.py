"""The message catalogue: `src/bqwgraph/web/messages/PART.yaml`, each text in both languages side by side."""

import csv
import re
from collections import Counter
from http import HTTPStatus
from pathlib import Path
from string import Formatter

import pytest
import yaml

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.pages.rendering import LANGUAGES
from bqwgraph.pages.results import OF_CODES
from bqwgraph.queries.saved import load
from conftest import ROOT

WEB = ROOT / "src" / "bqwgraph" / "web"
PARTS = sorted((WEB / "messages").glob("*.yaml"))
SAID = {part: yaml.safe_load(part.read_text("utf-8")) for part in PARTS}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
def test_each_text_is_in_both_languages_with_the_same_placeholders(part: Path) -> None:
    for name, texts in SAID[part].items():
        assert texts.keys() == set(LANGUAGES), name
        assert all(isinstance(text, str) and text.strip() for text in texts.values()), name
        assert placeholders(texts["zh-Hans"]) == placeholders(texts["en"]), name


def test_no_name_is_given_twice() -> None:
    names = Counter(line for part in PARTS for line in part.read_text("utf-8").splitlines() if re.match(r"\w+:$", line))
    assert [name for name, times in names.items() if times > 1] == []


def test_every_message_that_a_template_asks_for_is_there() -> None:
    asked = {name for page in (WEB / "templates").glob("*.html") for name in re.findall(r"\bt\.(\w+)", page.read_text("utf-8"))}
    assert asked - {name for said in SAID.values() for name in said} == set()


def codes() -> set[str]:
    """Return the bare names that stand in the answers of saved queries."""
    tables = [csv.DictReader(path.read_text("utf-8").splitlines()) for path in (ROOT / "tests" / "expected").glob("*.csv")]
    values = {row[name] for table in tables for row in table for name in OF_CODES & set(table.fieldnames or ())}
    return {value for value in values if re.fullmatch("[a-z][a-z-]+", value)}


def test_every_bare_name_in_an_answer_has_words() -> None:
    assert {f"word_{code}" for code in codes()} - {name for said in SAID.values() for name in said} == set()


def test_every_message_is_asked_for_somewhere(folder: GraphFolder) -> None:
    """By its name, or by the beginning of it and an end that the code or the graph gives; the workbench has a test of its own."""
    sources = [*(WEB / "templates").glob("*.html"), *WEB.parent.rglob("*.py")]
    code = "\n".join(path.read_text("utf-8") for path in sources)
    words = set(re.findall(r"\w+", code))
    beginnings = {*re.findall(r'"(\w+_)" ~', code), *re.findall(r'f"(\w+_)\{', code)}
    queries = load(folder).values()
    ends = {
        *re.findall(r'"([\w-]+)"', code),
        *(re.sub("_(zh|en)$", "", name) for query in queries for name in re.findall(r"[?$](\w+)", query.text)),
        *(tag for query in queries for tag in query.tags),
        *(str(status.value) for status in HTTPStatus),
        *(shape.stem for shape in folder.shapes()),
        *codes(),
    }
    names = [name for said in SAID.values() for name in said if not name.startswith("workbench_")]
    behind = ["", *re.findall(r' ~ "(_\w+)"', code)]
    made = {beginning + end + rest for beginning in beginnings for end in ends for rest in behind}
    assert [name for name in names if name not in words | made] == []
