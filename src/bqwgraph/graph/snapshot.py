"""The snapshot: everything the service answers from, built whole from a folder and never changed afterwards."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyoxigraph as ox

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.inference import closure, construct
from bqwgraph.graph.namespaces import GRAPHS, INFERRED_GRAPH
from bqwgraph.graph.reading import BLANK, GraphError, SyntaxFault, to_ntriples


@dataclass(frozen=True)
class Snapshot:
    """One reading of a graph folder.

    ``digest`` is the SHA-256 (hex) of the files that went in: equal digests, equal answers. ``graphs`` maps the
    IRI of each named graph to its number of triples. The store's default graph is the authored files and the inferred graph;
    ``triples`` is their number.
    """

    folder: GraphFolder
    digest: str
    store: ox.Store
    graphs: dict[str, int]
    triples: int


def digest(folder: GraphFolder) -> str:
    """Return the SHA-256 of the files that a snapshot of the folder is made from, without reading them as RDF."""
    return _digest(folder, _contents(folder))


def build(folder: GraphFolder) -> Snapshot:
    """Read, infer and index a folder.

    Raises GraphError with every broken file's fault; nothing is half-loaded. Raises OSError where a file cannot be read.
    """
    contents = _contents(folder)
    store, graphs, known = ox.Store(), dict[str, int](), set[bytes]()

    authored = _read(folder, contents)
    extend(store, b"".join(authored.values()), ox.DefaultGraph())
    for graph, text in authored.items():
        extend(store, text, ox.NamedNode(graph))
        lines = set(text.splitlines())
        graphs[graph] = len(lines)
        known |= lines

    def infer(lines: set[bytes]) -> None:
        text = _text(lines - known)
        extend(store, text, ox.DefaultGraph())
        extend(store, text, ox.NamedNode(INFERRED_GRAPH))
        known.update(lines)

    given = len(known)
    infer(closure(known))
    for path in folder.inference():
        infer(construct(store, contents[path].decode("utf-8"), folder.name(path)))
    graphs[INFERRED_GRAPH] = len(known) - given
    for path in folder.views():
        view = construct(store, contents[path].decode("utf-8"), folder.name(path))
        extend(store, _text(view), ox.NamedNode(GRAPHS + path.stem))
        graphs[GRAPHS + path.stem] = len(view)
    return Snapshot(folder, _digest(folder, contents), store, graphs, len(known))


def extend(store: ox.Store, text: bytes, graph: ox.NamedNode | ox.DefaultGraph) -> None:
    """Add canonical N-Triples to a graph of the store; blank nodes keep their names (a load would give them new ones)."""
    if BLANK in text:
        lines = text.splitlines(keepends=True)
        blank = b"".join(line for line in lines if BLANK in line)
        text = b"".join(line for line in lines if BLANK not in line)
        store.extend(
            ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in ox.parse(blank, format=ox.RdfFormat.N_TRIPLES)
        )
    store.load(text, format=ox.RdfFormat.N_TRIPLES, to_graph=graph, lenient=True)  # checked when it was first read


def _contents(folder: GraphFolder) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (*folder.turtle(), *folder.inference(), *folder.views())}


def _digest(folder: GraphFolder, contents: Mapping[Path, bytes]) -> str:
    total = sha256()
    for path, data in contents.items():
        total.update(f"{folder.name(path)}\0{sha256(data).hexdigest()}\n".encode())
    return total.hexdigest()


def _read(folder: GraphFolder, contents: Mapping[Path, bytes]) -> dict[str, bytes]:
    texts, faults = dict[str, bytes](), list[SyntaxFault]()
    for path in folder.turtle():
        try:
            texts[folder.graph_iri(path)] = to_ntriples(contents[path], folder.name(path))
        except GraphError as error:
            faults += error.faults
    if faults:
        raise GraphError(faults)
    return texts


def _text(lines: Iterable[bytes]) -> bytes:
    """Return lines in order, so that two builds put the same triples into a store in the same order."""
    return b"".join(line + b"\n" for line in sorted(lines))
