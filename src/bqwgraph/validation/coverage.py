"""Whether anything was checked: files that say nothing, shapes whose target matches nothing, classes that nobody defines."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import shorten
from bqwgraph.validation.findings import Finding, Place, Severity
from bqwgraph.validation.placing import placed
from bqwgraph.validation.shacl import plain
from bqwgraph.validation.shapes import OWL, RDF, RDFS, SH, Shapes, Target
from bqwgraph.validation.sources import Corpus, Node
from bqwgraph.validation.vocabulary import Vocabulary

_TYPE: Final = ox.NamedNode(RDF + "type")
_SUBCLASS: Final = ox.NamedNode(RDFS + "subClassOf")


class Coverage:
    """What the targets of shapes match in data."""

    def __init__(self, corpus: Corpus, shapes: Shapes) -> None:
        self._corpus = corpus
        self._shapes = shapes
        self._matched = {target: self._focus_nodes(target) for target in shapes.targets if not self._is_off(target.shape)}

    @property
    def focus_nodes(self) -> int:
        """The number of nodes that shapes look at."""
        return len(set[Node]().union(*self._matched.values()))

    def findings(self) -> Iterator[Finding]:
        """Yield what keeps a check from being one."""
        for source in self._corpus.sources:
            if not self._corpus.says_something(source):
                message = {"en": "the file says nothing: it has no triples", "zh-Hans": "文件没有内容：一条三元组也没有"}
                yield Finding("file-empty", Severity.WARNING, message, file=source.name, check="coverage")
        vocabulary = Vocabulary.of(self._corpus.store, self._shapes.corpus.store)
        for target, matched in self._matched.items():
            if not matched:
                yield self._about(
                    target,
                    "target-matches-nothing",
                    f"nothing in the data is matched by {_said(target)}: the shape checks nothing",
                    f"数据中没有 {_said(target)} 所指的节点：该形状什么也没有检查",
                )
            if target.kind == "targetClass" and not target.implicit and vocabulary.lacks(target.term):
                name = shorten(plain(target.term))
                yield self._about(
                    target,
                    "target-class-undefined",
                    f"no ontology that was read defines the class {name}",
                    f"所读的本体都没有定义类 {name}",
                )
        yield from self._unused()
        yield from self._without_content()
        for quad in self._shapes.corpus.store.quads_for_pattern(None, ox.NamedNode(SH + "target"), None):
            yield self._about(
                Target(quad.subject, "target", quad.object),
                "target-not-followed",
                "sh:target is not SHACL Core: it is not followed, and the shape checks nothing by it",
                "sh:target 不属于 SHACL Core，不予执行：该形状未据此检查",
            )
        for quad in self._shapes.corpus.store.quads_for_pattern(None, ox.NamedNode(OWL + "imports"), None):
            finding = self._about(
                Target(quad.subject, "imports", quad.object),
                "import-not-followed",
                "owl:imports is not followed: give the file by --shapes as well",
                "owl:imports 不予执行：请另以 --shapes 给出该文件",
            )
            yield replace(finding, severity=Severity.INFO)

    def _unused(self) -> Iterator[Finding]:
        """Yield shapes that no target and no other shape leads to."""
        targeted = {target.shape for target in self._shapes.targets} | {
            quad.subject for quad in self._shapes.corpus.store.quads_for_pattern(None, ox.NamedNode(SH + "target"), None)
        }
        for shape in sorted(self._shapes.all - targeted - self._shapes.referenced, key=str):
            if not self._is_off(shape):
                place = self._shapes.place(shape)
                yield _idle(
                    "shape-unused",
                    shape,
                    "the shape has no target, and no other shape uses it: it checks nothing",
                    "该形状没有目标，也没有别的形状用它：什么也不检查",
                    [place] if place else [],
                )

    def _without_content(self) -> Iterator[Finding]:
        """Yield shapes that others use but that nobody describes, and properties without a path: engines pass over both."""
        store = self._shapes.corpus.store
        properties = {quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(SH + "property"), None)}
        for shape in sorted(self._shapes.referenced, key=str):
            name, places = _name(shape), [s.object for s in self._shapes.corpus.to(shape)[:1]]
            if shape in properties and not self._shapes.values(shape, "path") and not self._is_off(shape):
                english, chinese = "has no sh:path: it checks nothing", "没有 sh:path：什么也不检查"
                yield _idle(
                    "property-without-path", shape, f"{name or 'the shape'} {english}", f"{name or '该形状'} {chinese}", places
                )
            elif name and not self._shapes.corpus.about(shape):
                english, chinese = "is nowhere described: it checks nothing", "没有任何描述：什么也不检查"
                yield _idle("shape-without-content", shape, f"{name} {english}", f"{name} {chinese}", places)

    def _about(self, target: Target, rule: str, english: str, chinese: str) -> Finding:
        finding = Finding(
            rule,
            Severity.WARNING,
            {"en": english, "zh-Hans": chinese},
            plain(target.shape),
            (OWL if target.kind == "imports" else SH) + target.kind,
            plain(target.term),
            check="coverage",
        )
        return placed(finding, self._places(target))

    def _places(self, target: Target) -> list[Place]:
        about = self._shapes.corpus.about(target.shape)
        stating = [s for s in about if s.triple.object == target.term and s.triple.predicate.value.endswith(f"#{target.kind}")]
        return [s.object for s in stating[:1]] or [s.subject for s in about[:1]]

    def _is_off(self, shape: Node) -> bool:
        return any(
            isinstance(value, ox.Literal) and value.value in {"true", "1"} for value in self._shapes.values(shape, "deactivated")
        )

    def _focus_nodes(self, target: Target) -> set[Node]:
        store = self._corpus.store
        if target.kind == "targetNode":
            return {target.term}
        if target.kind == "targetClass":
            return {q.subject for kind in self._below(target.term) for q in store.quads_for_pattern(None, _TYPE, kind)}
        if not isinstance(target.term, ox.NamedNode):
            return set()
        quads = store.quads_for_pattern(None, target.term, None)
        return {quad.subject if target.kind == "targetSubjectsOf" else quad.object for quad in quads}

    def _below(self, kind: Node) -> set[ox.NamedNode | ox.BlankNode]:
        found, waiting = set[ox.NamedNode | ox.BlankNode](), [kind]
        while waiting:
            one = waiting.pop()
            if isinstance(one, ox.NamedNode | ox.BlankNode) and one not in found:
                found.add(one)
                waiting += [quad.subject for quad in self._corpus.store.quads_for_pattern(None, _SUBCLASS, one)]
        return found


def _said(target: Target) -> str:
    return (
        f"sh:{target.kind} {shorten(plain(target.term))}" if not target.implicit else f"the class {shorten(plain(target.term))}"
    )


def _idle(rule: str, shape: Node, english: str, chinese: str, places: list[Place]) -> Finding:
    message = {"en": english, "zh-Hans": chinese}
    return placed(Finding(rule, Severity.WARNING, message, plain(shape), check="coverage"), places)


def _name(shape: Node) -> str:
    return shorten(shape.value) if isinstance(shape, ox.NamedNode) else ""
