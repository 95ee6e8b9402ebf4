"""The snapshot: everything the service answers from, built whole from a folder and never changed afterwards."""

from dataclasses import dataclass
from hashlib import sha256

import pyoxigraph as ox

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.inference import closure, construct
from bqwgraph.graph.namespaces import GRAPHS, INFERRED_GRAPH
from bqwgraph.graph.reading import GraphError, SyntaxFault, parse_turtle


@dataclass(frozen=True)
class Snapshot:
    """One reading of a graph folder.

    ``digest`` is the SHA-256 (hex) of the files that went in: equal digests, equal answers. ``graphs`` maps the
    IRI of each named graph to its number of triples. The store's default graph is the authored files and the inferred graph.
    """

    folder: GraphFolder
    digest: str
    store: ox.Store
    graphs: dict[str, int]

    @property
    def triples(self) -> int:
        """The number of triples in the default graph."""
        return sum(1 for _ in self.store.quads_for_pattern(None, None, None, ox.DefaultGraph()))


def digest(folder: GraphFolder) -> str:
    """Return the SHA-256 of the files that a snapshot of the folder is made from, without reading them as RDF."""
    total = sha256()
    for path in (*folder.turtle(), *folder.inference(), *folder.views()):
        total.update(f"{folder.name(path)}\0{sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def build(folder: GraphFolder) -> Snapshot:
    """Read, infer and index a folder.

    Raises GraphError with every broken file's fault; nothing is half-loaded. Raises OSError where a file cannot be read.
    """
    name_of = digest(folder)
    store, graphs, faults = ox.Store(), dict[str, int](), list[SyntaxFault]()

    def fill(graph: str, triples: list[ox.Triple], *, default: bool) -> None:
        names = (ox.NamedNode(graph), ox.DefaultGraph()) if default else (ox.NamedNode(graph),)
        store.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in triples for name in names)
        graphs[graph] = len(set(triples))

    authored = list[ox.Triple]()
    for path in folder.turtle():
        try:
            triples = parse_turtle(path.read_bytes(), folder.name(path))
        except GraphError as error:
            faults += error.faults
        else:
            authored += triples
            fill(folder.graph_iri(path), triples, default=True)
    if faults:
        raise GraphError(faults)

    inferred = list(closure(authored))
    fill(INFERRED_GRAPH, inferred, default=True)
    known = {*authored, *inferred}
    for path in folder.inference():
        new = list(set(construct(store, path.read_text("utf-8"), folder.name(path))) - known)
        inferred += new
        known.update(new)
        fill(INFERRED_GRAPH, new, default=True)
    graphs[INFERRED_GRAPH] = len(inferred)
    for path in folder.views():
        view = set(construct(store, path.read_text("utf-8"), folder.name(path)))
        fill(GRAPHS + path.stem, list(view), default=False)
    return Snapshot(folder, name_of, store, graphs)
