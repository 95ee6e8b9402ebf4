"""Every house rule is silent on a valid file and speaks on an invalid one."""

import time
from pathlib import Path

import pyoxigraph as ox
import pytest

from .support import ROOT, RULE_FIXTURES, RULES, header, named, rows

RULE_FILES = named(RULES, "*.rq")


@pytest.mark.parametrize("data", named(RULE_FIXTURES, "valid*.ttl"))
def test_valid_file_has_no_rows(data: Path) -> None:
    assert rows(RULES / f"{data.parent.name}.rq", data) == []


@pytest.mark.parametrize("data", named(RULE_FIXTURES, "invalid*.ttl"))
def test_invalid_file_has_rows_that_say_where(data: Path) -> None:
    found = rows(RULES / f"{data.parent.name}.rq", data)
    assert found
    assert all("focus" in row for row in found)


@pytest.mark.parametrize("rule", RULE_FILES)
def test_rule_has_a_valid_and_an_invalid_file(rule: Path) -> None:
    folder = RULE_FIXTURES / rule.stem
    assert list(folder.glob("valid*.ttl"))
    assert list(folder.glob("invalid*.ttl"))


def test_every_folder_of_files_has_its_rule() -> None:
    assert {folder.name for folder in RULE_FIXTURES.iterdir()} == {rule.stem for rule in RULES.glob("*.rq")}


@pytest.mark.parametrize("rule", RULE_FILES)
def test_header_says_in_both_languages_what_is_wrong(rule: Path) -> None:
    told = header(rule)
    assert set(told) - {"check"} == {"title", "message", "severity"}
    assert told.get("check", "rules") in {"rules", "skos", "terms", "links", "labels"}
    for key in ("title", "message"):
        texts = told[key]
        assert isinstance(texts, dict)
        assert set(texts) == {"zh-Hans", "en"}
        assert all(isinstance(text, str) and text.strip() for text in texts.values())
    assert told["severity"] in {"Violation", "Warning", "Info"}


def test_all_rules_together_are_fast_on_the_graph() -> None:
    store = ox.Store()
    for folder in ("ontology", "data"):
        for path in sorted((ROOT / folder).rglob("*.ttl")):
            store.bulk_load(path=str(path), format=ox.RdfFormat.TURTLE)
    start = time.process_time()
    for rule in sorted(RULES.glob("*.rq")):
        list(store.query(rule.read_text("utf-8")))  # type: ignore[arg-type]
    assert time.process_time() - start < 5
