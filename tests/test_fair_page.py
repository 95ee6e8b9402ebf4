"""What docs/fair.md names as its evidence is there."""

import re

import pytest

from conftest import ROOT

NAMED = sorted(set(re.findall(r"`((?:tests|ontology|queries)/[^`]+)`", (ROOT / "docs" / "fair.md").read_text("utf-8"))))


@pytest.mark.parametrize("named", NAMED)
def test_named_evidence_is_there(named: str) -> None:
    path, _, function = named.partition("::")
    assert (ROOT / path).is_file()
    assert re.search(rf"\bdef {function}\(", (ROOT / path).read_text("utf-8")) or not function


def test_every_item_has_its_evidence_or_a_reason() -> None:
    rows = re.findall(r"^\| (?!item|---)(.+) \|$", (ROOT / "docs" / "fair.md").read_text("utf-8"), re.MULTILINE)
    assert len(rows) > 40
    assert [row for row in rows if "`" not in row.rpartition(" | ")[2] and "third party" not in row] == []
