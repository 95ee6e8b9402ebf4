"""Shapes that are wrong themselves: by the shapes of shapes (SHACL, appendix C), and by what those do not see."""

from collections.abc import Iterator
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import shorten
from bqwgraph.validation import shacl
from bqwgraph.validation.engines.interface import Engine
from bqwgraph.validation.failure import ValidationFailure
from bqwgraph.validation.findings import Finding, Severity
from bqwgraph.validation.paths import members
from bqwgraph.validation.placing import Placing, placed
from bqwgraph.validation.shacl import plain
from bqwgraph.validation.shapes import RDF, SH, Shapes
from bqwgraph.validation.sources import Corpus, Node, Source, Statement
from bqwgraph.validation.vocabulary import Vocabulary

_TERMS: Final = {
    **dict.fromkeys(("targetSubjectsOf", "targetObjectsOf", "equals", "disjoint", "lessThan", "lessThanOrEquals"), "property"),
    "class": "class",
}
_PATHS: Final = ("path", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath")
_USES: Final = ("property", "node", "not", "qualifiedValueShape")
_LISTS: Final = ("and", "or", "xone")


def check(shapes: Shapes, corpus: Corpus, engine: Engine) -> Iterator[Finding]:
    """Yield what is wrong with shapes; the corpus is the data, with the ontology if there is one."""
    placing = Placing(shapes.corpus)
    shapes_of_shapes = Shapes(Corpus.of([Source("shacl-shacl.ttl", _asset("shacl-shacl.ttl"), ox.RdfFormat.TURTLE)]))
    for finding in shacl.findings(shacl.run(engine, shapes_of_shapes, shapes.text), shapes_of_shapes, placing):
        yield replace(finding, check="shapes", result=())
    vocabulary = Vocabulary.of(corpus.store, shapes.corpus.store)
    for statement in _statements(shapes.corpus):
        name = statement.triple.predicate.value.removeprefix(SH)
        if name in _known() or name == statement.triple.predicate.value:
            if not (name == "path" and _forbids(shapes, statement.triple.subject)):
                yield from _undefined(statement, name, shapes, vocabulary)
        else:
            yield _unknown(statement, name)


def _asset(name: str) -> bytes:
    """Return a file that pySHACL brings, without importing it."""
    package = find_spec("pyshacl")
    if package is None or package.origin is None:
        raise ValidationFailure("pyshacl is not installed: its shapes of shapes are needed")
    return (Path(package.origin).parent / "assets" / name).read_bytes()


@cache
def _known() -> frozenset[str]:
    """Return the local names of SHACL's properties."""
    quads = ox.parse(_asset("shacl.ttl"), format=ox.RdfFormat.TURTLE)
    properties = {quad.subject.value for quad in quads if quad.object == ox.NamedNode(RDF + "Property")}
    return frozenset(iri.removeprefix(SH) for iri in properties if iri.startswith(SH))


def _statements(corpus: Corpus) -> Iterator[Statement]:
    for source in corpus.sources:
        for number in range(len(source.quads)):
            yield Statement(source, number)


def _forbids(shapes: Shapes, shape: Node) -> bool:
    """Whether a shape says that a property is not to be used: it need not be one that the ontology defines."""
    return any(isinstance(most, ox.Literal) and most.value == "0" for most in shapes.values(shape, "maxCount"))


def _unknown(statement: Statement, name: str) -> Finding:
    near = get_close_matches(name, sorted(_known()), 1)
    hint_en, hint_zh = (f"; is sh:{near[0]} meant?", f"；是 sh:{near[0]} 吗？") if near else ("", "")
    message = {
        "en": f"SHACL has no property sh:{name}: no engine looks at it{hint_en}",
        "zh-Hans": f"SHACL 没有 sh:{name} 这一属性，不会起作用{hint_zh}",
    }
    triple = statement.triple
    finding = Finding(
        "shacl-property-unknown", Severity.VIOLATION, message, plain(triple.subject), triple.predicate.value, check="shapes"
    )
    return placed(finding, [statement.predicate])


def _undefined(statement: Statement, name: str, shapes: Shapes, vocabulary: Vocabulary) -> Iterator[Finding]:
    triple = statement.triple
    used = [triple.object]
    if name in _LISTS or (name in {*_PATHS, "alternativePath", "ignoredProperties"} and isinstance(triple.object, ox.BlankNode)):
        used = members(shapes.corpus.store, triple.object)
    for term in used:
        if name in {*_USES, *_LISTS}:
            if not shapes.corpus.about(term):
                yield _about(statement, term, "shape-undefined", "shape", "形状")
        elif vocabulary.lacks(term) and name in {*_PATHS, *_TERMS, "alternativePath", "ignoredProperties"}:
            kind = _TERMS.get(name, "property")
            yield _about(statement, term, f"{kind}-undefined", kind, {"class": "类", "property": "属性"}[kind])


def _about(statement: Statement, term: Node, rule: str, english: str, chinese: str) -> Finding:
    triple, name = statement.triple, shorten(plain(term))
    where_en, where_zh = (
        ("no shapes file", "形状文件") if rule == "shape-undefined" else ("no ontology that was read", "所读的本体")
    )
    message = {"en": f"{where_en} defines the {english} {name}", "zh-Hans": f"{where_zh}没有定义{chinese} {name}"}
    severity = Severity.VIOLATION if rule == "shape-undefined" else Severity.WARNING
    finding = Finding(rule, severity, message, plain(triple.subject), triple.predicate.value, plain(term), check="shapes")
    return placed(finding, [statement.object])
