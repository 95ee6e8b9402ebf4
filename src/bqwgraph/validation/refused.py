"""Where shapes are wrong that an engine refuses: engines do not say it.

What the shapes of shapes find is told first; then queries and patterns that cannot be read.
"""

from collections.abc import Container, Iterator
from itertools import pairwise
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.evaluation import syntax_error
from bqwgraph.engine.tokens import Kind, TokenError, tokenize
from bqwgraph.validation import lint
from bqwgraph.validation.engines.interface import Engine
from bqwgraph.validation.findings import Severity
from bqwgraph.validation.paths import objects
from bqwgraph.validation.shapes import OWL, SH, Shapes
from bqwgraph.validation.sources import Corpus, Node, Statement

_QUERIES: Final = ("select", "ask")
_VALIDATORS: Final = ("validator", "nodeValidator", "propertyValidator")


def reasons(shapes: Shapes, corpus: Corpus, engine: Engine) -> Iterator[str]:
    """Yield a line for each thing that is wrong with shapes, with its place."""
    for finding in lint.check(shapes, corpus, engine):
        if finding.severity is Severity.VIOLATION:
            yield f"{finding.file}:{finding.line}:{finding.column}: {finding.text('en')}"
    yield from _of_queries(shapes)
    yield from _of_patterns(shapes)


def _of_queries(shapes: Shapes) -> Iterator[str]:
    for name in _QUERIES:
        for statement in _stating(shapes, name):
            why = _unreadable(shapes, statement)
            if why:
                yield _line(statement, f"the query cannot be read: {why}")
    for name in ("sparql", *_VALIDATORS):
        for statement in _stating(shapes, name):
            if not any(shapes.values(statement.triple.object, query) for query in _QUERIES):
                yield _line(statement, "expected a query, in sh:select or sh:ask")


def _of_patterns(shapes: Shapes) -> Iterator[str]:
    for statement in _stating(shapes, "pattern"):
        pattern = statement.triple.object
        if isinstance(pattern, ox.Literal) and not _is_pattern(pattern.value):
            yield _line(statement, f"{pattern.value!r} is no regular expression")


def _stating(shapes: Shapes, name: str) -> Iterator[Statement]:
    """Yield the statements with one of SHACL's properties."""
    quads = shapes.corpus.store.quads_for_pattern(None, ox.NamedNode(SH + name), None)
    for subject in sorted({quad.subject for quad in quads}, key=str):
        yield from (s for s in shapes.corpus.about(subject) if s.triple.predicate.value == SH + name)


def _line(statement: Statement, why: str) -> str:
    place = statement.object
    return f"{place.file}:{place.line}:{place.column}: {why}"


def _unreadable(shapes: Shapes, statement: Statement) -> str | None:
    """Return why a query cannot be read, with the prefixes that the shapes declare for it."""
    query = statement.triple.object
    if not isinstance(query, ox.Literal):
        return "it is no text"
    prefixes = dict(_prefixes(shapes, statement.triple.subject))
    try:
        undeclared = _undeclared(query.value, prefixes)
        if undeclared:
            return f"the prefix {undeclared}: is not declared, neither in it nor by sh:prefixes"
        ox.Store().query(query.value, prefixes=prefixes)
    except TokenError as error:
        return str(error)
    except SyntaxError as error:
        return str(syntax_error(query.value, error.msg))
    return None


def _undeclared(query: str, prefixes: Container[str]) -> str | None:
    tokens = list(tokenize(query))
    own = {name.text.partition(":")[0] for word, name in pairwise(tokens) if word.is_word("PREFIX")}
    used = (token.text.partition(":")[0] for token in tokens if token.kind is Kind.NAME)
    return next((prefix for prefix in used if prefix not in own and prefix not in prefixes), None)


def _prefixes(shapes: Shapes, node: Node) -> Iterator[tuple[str, str]]:
    waiting, seen = shapes.values(node, "prefixes"), set[Node]()
    while waiting:
        ontology = waiting.pop()
        if ontology in seen:
            continue
        seen.add(ontology)
        waiting += objects(shapes.corpus.store, ontology, OWL + "imports")
        for declaration in shapes.values(ontology, "declare"):
            for prefix in shapes.values(declaration, "prefix")[:1]:
                for namespace in shapes.values(declaration, "namespace")[:1]:
                    if isinstance(prefix, ox.Literal) and isinstance(namespace, ox.Literal):
                        yield prefix.value, namespace.value


def _is_pattern(pattern: str) -> bool:
    """Whether SPARQL can use a text as a pattern: if not, its REGEX is an error, and nothing is bound."""
    rows = ox.Store().query(f'SELECT (REGEX("", {ox.Literal(pattern)}) AS ?matches) {{ }}')
    return isinstance(rows, ox.QuerySolutions) and next(iter(rows))["matches"] is not None
