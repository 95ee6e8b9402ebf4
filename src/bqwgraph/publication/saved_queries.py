"""Saved queries as linked data: what each asks, its text, and where it is answered.

The words are SHACL's for SPARQL executables (``sh:SPARQLSelectExecutable``, ``sh:select``) with schema.org's ``target``, as
public catalogues of example queries use them.
"""

import pyoxigraph as ox

from bqwgraph.engine.guard import Form
from bqwgraph.graph.namespaces import BASE, PREFIXES
from bqwgraph.queries.saved import SavedQuery


def described(query: SavedQuery, endpoint: str) -> list[ox.Triple]:
    """Return the description of a saved query whose answer is a table or a boolean; ``endpoint`` answers it."""
    word = "ask" if query.form is Form.ASK else "select"
    node = ox.NamedNode(f"{BASE}queries/{query.name}")

    def say(prefix: str, local: str, value: ox.NamedNode | ox.Literal) -> ox.Triple:
        return ox.Triple(node, ox.NamedNode(PREFIXES[prefix] + local), value)

    triples = [
        say("rdf", "type", ox.NamedNode(f"{PREFIXES['sh']}SPARQLExecutable")),
        say("rdf", "type", ox.NamedNode(f"{PREFIXES['sh']}SPARQL{word.capitalize()}Executable")),
        say("sh", word, ox.Literal(query.text)),
        say("schema", "target", ox.NamedNode(endpoint)),
    ]
    triples += [say("dcterms", "title", ox.Literal(text, language=tag)) for tag, text in query.title.items()]
    triples += [say("dcterms", "description", ox.Literal(text, language=tag)) for tag, text in query.question.items()]
    return triples + [say("schema", "keywords", ox.Literal(tag)) for tag in query.tags]
