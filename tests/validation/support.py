"""What the tests of shapes and rules share: where the files are, and how they are read."""

from dataclasses import replace
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
import yaml
from rdflib import RDFS, Graph

from bqwgraph.graph.reading import parse_turtle
from bqwgraph.validation.engines.interface import ENGINES
from bqwgraph.validation.sources import ntriples

from .here import Here

ROOT = Path(__file__).parents[2]
SHAPES = ROOT / "ontology" / "shapes"
RULES = ROOT / "ontology" / "rules"
SHAPE_FIXTURES = ROOT / "tests" / "shapes"
RULE_FIXTURES = ROOT / "tests" / "rules"
SHAPE = "https://w3id.org/bqwgraph/shapes/"


def named(folder: Path, pattern: str) -> list[object]:
    """Return the files of a folder as parameters that are named by their path in it."""
    return [pytest.param(path, id=path.relative_to(folder).as_posix()) for path in sorted(folder.rglob(pattern))]


@cache
def shapes(path: Path) -> Graph:
    """Return the shapes of one file."""
    return Graph().parse(path, format="turtle")


@cache
def _subclasses() -> bytes:
    """Return the subclass axioms of the ontology, which ``sh:class`` needs, as N-Triples."""
    ontology = ROOT / "ontology" / "bqw.ttl"
    axioms = parse_turtle(ontology.read_bytes(), ontology.name)
    return ntriples(axiom for axiom in axioms if axiom.predicate.value == str(RDFS.subClassOf))


def sources(data: Path, shape_file: Path) -> list[str]:
    """Validate a file by the shapes of one file; return the IRIs of the shapes that object, once each, sorted.

    Both engines do it, and must find the same.
    """
    text = ntriples(parse_turtle(data.read_bytes(), data.name)) + _subclasses()
    given = ntriples(parse_turtle(shape_file.read_bytes(), shape_file.name))
    fast, slow = ({replace(result, messages=()) for result in Here(name).run(given, text)} for name in ENGINES)
    assert fast == slow
    return sorted({result.shape.value for result in fast if isinstance(result.shape, ox.NamedNode)})


def expected(data: Path) -> list[str]:
    """Return the IRIs of the shapes that the first comments of an invalid file name (``# expect: shape:…``)."""
    marks = [
        line.removeprefix("# expect: shape:")
        for line in data.read_text("utf-8").splitlines()
        if line.startswith("# expect: shape:")
    ]
    return sorted(SHAPE + mark.strip() for mark in marks)


def header(rule: Path) -> dict[str, object]:
    """Return the YAML header of a rule: the lines that begin with ``#+``."""
    lines = [line[2:].removeprefix(" ") for line in rule.read_text("utf-8").splitlines() if line.startswith("#+")]
    return yaml.safe_load("\n".join(lines)) or {}


def rows(rule: Path, data: Path) -> list[dict[str, str]]:
    """Return the rows that a rule selects over a Turtle file, each as column to value."""
    store = ox.Store()
    store.load(path=str(data), format=ox.RdfFormat.TURTLE)
    answer = store.query(rule.read_text("utf-8"))
    assert isinstance(answer, ox.QuerySolutions)
    columns = [variable.value for variable in answer.variables]
    assert columns[0] == "focus"
    return [{c: str(row[c]) for c in columns if row[c] is not None} for row in answer]


def change(path: Path, old: str, new: str) -> tuple[int, int]:
    """Replace a text that a file has once or more, where it comes first; return the line and column where it stands."""
    text = path.read_text("utf-8")
    at = text.index(old)
    path.write_text(text[:at] + new + text[at + len(old) :], "utf-8")
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
