"""All paths below the base that answer: resources, the lists of what a kind holds, and documents."""

from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import BASE, GRAPHS, KINDS, ONTOLOGY, PREFIXES
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.describing import checked

TOPS: Final = ("graph", "ontology", "shapes", "vocab", *KINDS)
"""The first segments of the paths of all resources."""
_VERSION: Final = ox.NamedNode(PREFIXES["owl"] + "versionIRI")


def paths(snapshot: Snapshot) -> list[str]:
    """Return the paths (decoded, without the first slash) at which the graph may have something, in order.

    A fragment belongs to the page of its document. A kind of which the graph has nothing is among them.
    """
    whole = ox.DefaultGraph()
    subjects = {quad.subject for quad in snapshot.store.quads_for_pattern(None, None, None, whole)}
    nodes = {node.value for node in subjects if isinstance(node, ox.NamedNode)}
    versions = snapshot.store.quads_for_pattern(ox.NamedNode(ONTOLOGY), _VERSION, None, whole)
    nodes |= {quad.object.value for quad in versions if isinstance(quad.object, ox.NamedNode)}
    found = {iri.removeprefix(BASE).partition("#")[0] for iri in nodes if iri.startswith(BASE)}
    found |= {iri.removeprefix(BASE) for iri in snapshot.graphs}
    found |= {iri.removeprefix(GRAPHS) for iri in snapshot.graphs if iri.startswith(GRAPHS + "ontology/")}
    found |= {top for top in TOPS if top != "graph"}
    return sorted(path for path in found if path.partition("/")[0] in TOPS and checked(path))
