"""What SHACL forbids in the queries of shapes (section 5.2.1, appendix A), where an engine would let it pass.

>>> refusal("SELECT $this { { SELECT ?a { ?a ?b ?c } } }")
'a subquery must return $this'
"""

from collections.abc import Iterator
from itertools import takewhile
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.tokens import Kind, TokenError, tokenize
from bqwgraph.validation.shapes import SH, Shapes

_FORBIDDEN: Final = ("MINUS", "VALUES", "SERVICE")


def refusals(shapes: Shapes) -> Iterator[str]:
    """Yield a line for each query of a constraint that is not allowed, with its place."""
    for quad in shapes.corpus.store.quads_for_pattern(None, ox.NamedNode(SH + "select"), None):
        why = refusal(quad.object.value) if isinstance(quad.object, ox.Literal) else None
        if why:
            stated = next((s for s in shapes.corpus.about(quad.subject) if s.triple.object == quad.object), None)
            place = stated.object if stated else None
            yield f"{place.file}:{place.line}:{place.column}: sh:select: {why}" if place else f"sh:select: {why}"


def refusal(query: str) -> str | None:
    """Return why a query is not allowed; None where it is, and where it is no query, which is for engines to say."""
    try:
        tokens = list(tokenize(query))
    except TokenError:
        return None
    forbidden = next((token.text.upper() for token in tokens if token.is_word(*_FORBIDDEN)), None)
    if forbidden:
        return f"{forbidden} is not allowed in the queries of shapes"
    if not any(token.is_word("SELECT") for token in tokens):
        return "expected a SELECT query"
    selects = [number for number, token in enumerate(tokens) if token.is_word("SELECT")]
    for number in selects[1:]:
        returned = list(takewhile(lambda token: token.text != "{", tokens[number + 1 :]))
        if not any(token.text == "*" or (token.kind is Kind.VARIABLE and token.text[1:] == "this") for token in returned):
            return "a subquery must return $this"
    return None
