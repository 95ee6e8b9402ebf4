"""The examples in docstrings run."""

import doctest
from importlib import import_module

import pytest

MODULES = ("engines.wire", "expected", "messages", "paths", "prebinding", "sources")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    found = doctest.testmod(import_module(f"bqwgraph.validation.{name}"))
    assert found.attempted
    assert found.failed == 0
