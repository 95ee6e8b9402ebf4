"""All paths below the base that answer: resources, the lists of what a kind holds, and documents."""

from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import BASE, GRAPHS, KINDS, ONTOLOGY, PREFIXES
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.describing import checked
from bqwgraph.queries.saved import load

TOPS: Final = ("graph", "ontology", "shapes", "vocab", *KINDS)
"""The first segments of the paths of all resources."""
_OWN: Final = ("", "queries", "dumps/", "data", "contribute", "changes")
_TRUE: Final = ox.Literal(value=True)
_DEPRECATED: Final = ox.NamedNode(PREFIXES["owl"] + "deprecated")
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


def own(snapshot: Snapshot) -> list[str]:
    """Return the paths of the pages that are about no resource: home, the saved queries, those on the data and its making."""
    return [*_OWN, *(f"queries/{name}" for name in load(snapshot.folder))]


def pages(snapshot: Snapshot) -> list[str]:
    """Return the paths of all pages that are worth finding.

    Kinds of which the graph has nothing have none, and an instance that is no longer to be used is left out.
    """
    there = paths(snapshot)
    kinds = {path.partition("/")[0] for path in there if "/" in path}
    marked = snapshot.store.quads_for_pattern(None, _DEPRECATED, _TRUE, ox.DefaultGraph())
    gone = {quad.subject.value.removeprefix(BASE) for quad in marked if isinstance(quad.subject, ox.NamedNode)}
    instances = {path for path in gone if path.partition("/")[0] in KINDS}
    return [*own(snapshot), *(path for path in there if path not in instances and (path not in TOPS or path in kinds))]
