"""The examples in docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import bqwgraph

MODULES = sorted(module.name for module in pkgutil.walk_packages(bqwgraph.__path__, "bqwgraph."))


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
