"""The examples in docstrings run."""

import doctest
from importlib import import_module

import pytest


@pytest.mark.parametrize("name", ["blank_nodes", "change_reports", "difference"])
def test_examples(name: str) -> None:
    found = doctest.testmod(import_module(f"bqwgraph.publication.{name}"))
    assert found.attempted
    assert found.failed == 0
