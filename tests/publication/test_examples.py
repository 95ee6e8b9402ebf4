"""The examples in docstrings of the describing run."""

import doctest
from importlib import import_module

import pytest

MODULES = ("describing", "signposting")


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    results = doctest.testmod(import_module(f"bqwgraph.publication.{name}"))
    assert results.attempted > 0
    assert results.failed == 0
