"""The W3C SHACL test suite: what each engine makes of it is what the documentation says."""

from pathlib import Path

from . import w3c


def test_table_of_the_documentation_is_what_the_suite_gives(shared: Path) -> None:
    written = w3c.BETWEEN.search(w3c.PAGE.read_text("utf-8"))
    assert written is not None
    assert w3c.table((shared / "suites" / "shacl").resolve()) == written[0]


def test_the_default_engine_passes_what_the_reference_passes() -> None:
    written = w3c.BETWEEN.search(w3c.PAGE.read_text("utf-8"))
    assert written is not None
    assert "| **fails** | passes |" not in written[0]
