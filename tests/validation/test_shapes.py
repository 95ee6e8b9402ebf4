"""Every shape does what it says: a valid file passes, an invalid one fails by the shapes it names and no other."""

import re
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import SH

from .support import SHAPE, SHAPE_FIXTURES, SHAPES, expected, named, shapes, sources

SHAPE_FILES = named(SHAPES, "*.ttl")
CORE = {
    *(
        "class",
        "datatype",
        "flags",
        "hasValue",
        "in",
        "languageIn",
        "lessThan",
        "maxCount",
        "maxExclusive",
        "maxInclusive",
        "maxLength",
    ),
    *("message", "minCount", "minExclusive", "minInclusive", "minLength", "name", "nodeKind", "path", "pattern", "property"),
    *("severity", "targetClass", "targetSubjectsOf", "uniqueLang"),
}
MUST_BE_TRIED = {SH.minCount, SH["in"], SH["class"], SH.pattern, SH.datatype, SH.hasValue}


def all_shapes() -> Graph:
    whole = Graph()
    for path in sorted(SHAPES.glob("*.ttl")):
        whole.parse(path, format="turtle")
    return whole


@pytest.mark.parametrize("data", named(SHAPE_FIXTURES, "valid*.ttl"))
def test_valid_file_passes(data: Path) -> None:
    assert sources(data, SHAPES / f"{data.parent.name}.ttl") == []


@pytest.mark.parametrize("data", named(SHAPE_FIXTURES, "invalid-*.ttl"))
def test_invalid_file_fails_by_the_shapes_it_names(data: Path) -> None:
    wanted = expected(data)
    assert wanted, "an invalid file begins with '# expect: shape:…'"
    assert sources(data, SHAPES / f"{data.parent.name}.ttl") == wanted


@pytest.mark.parametrize("path", SHAPE_FILES)
def test_class_has_a_valid_and_an_invalid_file(path: Path) -> None:
    folder = SHAPE_FIXTURES / path.stem
    assert list(folder.glob("valid*.ttl"))
    assert list(folder.glob("invalid-*.ttl"))


def test_every_folder_of_files_has_its_shapes() -> None:
    assert {folder.name for folder in SHAPE_FIXTURES.iterdir()} == {path.stem for path in SHAPES.glob("*.ttl")}


@pytest.mark.parametrize("path", SHAPE_FILES)
def test_every_shape_that_can_fail_has_a_file_that_fails_it(path: Path) -> None:
    graph, folder = shapes(path), SHAPE_FIXTURES / path.stem
    tried = {shape for data in folder.glob("invalid-*.ttl") for shape in expected(data)}
    for shape in set(graph.subjects(RDF.type, None)):
        if any((shape, constraint, None) in graph for constraint in MUST_BE_TRIED) and (shape, SH.path, None) in graph:
            assert str(shape) in tried, shape


@pytest.mark.parametrize("path", SHAPE_FILES)
def test_shapes_are_named_after_file_and_property(path: Path) -> None:
    graph = shapes(path)
    node = URIRef(SHAPE + path.stem)
    assert set(graph.subjects(RDF.type, SH.NodeShape)) == {node}
    assert_both_languages(graph, node, RDFS.label)
    listed = set(graph.objects(node, SH.property))
    assert listed == set(graph.subjects(RDF.type, SH.PropertyShape))
    for shape in listed:
        assert re.fullmatch(re.escape(f"{SHAPE}{path.stem}-") + r"[A-Za-z0-9]+", str(shape))


@pytest.mark.parametrize("path", SHAPE_FILES)
def test_shapes_say_what_is_expected_in_both_languages(path: Path) -> None:
    graph = shapes(path)
    for shape in graph.subjects(RDF.type, SH.PropertyShape):
        assert_both_languages(graph, shape, SH.name)
        assert_both_languages(graph, shape, SH.message)
        assert graph.value(shape, SH.severity) in {SH.Violation, SH.Warning, SH.Info}
    for shape in graph.subjects(SH.pattern, None):
        assert_both_languages(graph, shape, SH.message)
        assert (shape, SH.severity, None) in graph


def test_shapes_use_core_constraints_only() -> None:
    used = {str(predicate).removeprefix(str(SH)) for predicate in all_shapes().predicates() if str(predicate).startswith(str(SH))}
    assert used <= CORE


def test_shapes_have_no_blank_nodes_but_lists() -> None:
    graph = all_shapes()
    for node in set(graph.subjects()):
        assert isinstance(node, URIRef) or (node, RDF.first, None) in graph, list(graph.predicate_objects(node))


def test_shapes_conform_to_the_shapes_of_shapes() -> None:
    conforms, _, report = pyshacl.validate(Graph(), shacl_graph=all_shapes(), meta_shacl=True)
    assert conforms, report


def assert_both_languages(graph: Graph, shape: object, path: URIRef) -> None:
    texts = list(graph.objects(shape, path))  # type: ignore[arg-type]
    assert sorted(str(text.language) for text in texts if isinstance(text, Literal)) == ["en", "zh-Hans"], (shape, path)
