"""Binding: an RDF term takes the place of a ``VALUES ?name { … }`` block, found by tokens and never by text.

A block that holds ``UNDEF`` is taken out where no value is given; one that holds terms is the parameter's default and stays.
"""

from collections.abc import Collection, Mapping

import pyoxigraph as ox

from bqwgraph.engine.tokens import Kind, tokenize

Term = ox.NamedNode | ox.Literal


def parameter_blocks(query: str) -> dict[str, list[tuple[int, int]]]:
    """Return, by variable name, the spans of the one-variable ``VALUES`` blocks of a query.

    >>> parameter_blocks("SELECT * { VALUES ?a { UNDEF } ?a ?b ?c }")
    {'a': [(11, 30)]}
    """
    tokens = list(tokenize(query))
    blocks = dict[str, list[tuple[int, int]]]()
    for index, token in enumerate(tokens[:-2]):
        variable, brace = tokens[index + 1], tokens[index + 2]
        if token.is_word("VALUES") and variable.kind is Kind.VARIABLE and brace.text == "{":
            end = next((t.end for t in tokens[index + 3 :] if t.text == "}" and t.kind is Kind.MARK), None)
            if end is not None:
                blocks.setdefault(variable.text[1:], []).append((token.start, end))
    return blocks


def bind(query: str, values: Mapping[str, Term | None]) -> str:
    r"""Return the query with each named block holding its term; where the term is None, its default holds.

    >>> bind("ASK { VALUES ?a { UNDEF } ?a ?b ?c }", {"a": ox.Literal('"}')})
    'ASK { VALUES ?a { "\\"}" } ?a ?b ?c }'
    """
    blocks = parameter_blocks(query)
    spans = [(start, end, name) for name in values for start, end in blocks[name]]
    for start, end, name in sorted(spans, reverse=True):
        term = values[name]
        if term is not None:
            block = f"VALUES ?{name} {{ {term} }}"
        else:
            block = "" if any(token.is_word("UNDEF") for token in tokenize(query[start:end])) else query[start:end]
        query = query[:start] + block + query[end:]
    return query


class Template:
    """A query in which variables give way to terms, wherever they stand; for what a query does not select.

    An engine plans better around a term than around a variable that a ``VALUES`` block holds. The blocks of these variables,
    which make the query one that runs as it stands, are left out.

    >>> Template("ASK { VALUES ?a { UNDEF } ?a ?b ?c }", ["a"]).fill({"a": ox.NamedNode("http://example.org/")})
    'ASK {  <http://example.org/> ?b ?c }'
    """

    def __init__(self, query: str, names: Collection[str]) -> None:
        blocks = parameter_blocks(query)
        spans = [(start, end, "") for name in names for start, end in blocks.get(name, ())]
        variables = [token for token in tokenize(query) if token.kind is Kind.VARIABLE and token.text[1:] in names]
        inside = [token for token in variables if any(start <= token.start < end for start, end, _ in spans)]
        spans += [(token.start, token.end, token.text[1:]) for token in variables if token not in inside]
        self._parts, at = list[tuple[str, str]](), 0
        for start, end, name in sorted(spans):
            self._parts.append((query[at:start], name))
            at = end
        self._rest = query[at:]

    def fill(self, values: Mapping[str, Term]) -> str:
        """Return the query about terms."""
        return "".join(text + (str(values[name]) if name else "") for text, name in self._parts) + self._rest
