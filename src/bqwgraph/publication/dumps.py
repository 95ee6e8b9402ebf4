"""Dumps: the graph and its parts as files, in every syntax, plain and compressed; tables of the saved queries; their index.

The same snapshot gives the same bytes (with the same versions of zlib and zstandard, as far as compressed files go).
``bqwgraph.*`` is the default graph, but in N-Quads and TriG the whole dataset with its named graphs.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

import pyoxigraph as ox
import zstandard

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.interface import Question
from bqwgraph.engine.language_tags import restore_written
from bqwgraph.graph.namespaces import BASE, GRAPHS, PREFIXES
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.statements import named
from bqwgraph.publication.syntaxes import N_QUADS, N_TRIPLES, OF_DATASETS, OF_GRAPHS, TRIG, TURTLE, Syntax, write
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import SavedQuery, load
from bqwgraph.queries.values import run

WHOLE: Final = "bqwgraph"
"""The dataset that is the whole graph."""

PARTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "gazetteer": ("data/places/",),
        "ontology": ("ontology/bqw", "ontology/external", "ontology/alignments/"),
        "shapes": ("ontology/shapes/",),
        "vocabularies": ("ontology/vocab/",),
    }
)
"""The other datasets, and which files they are made of (beginnings of names)."""

COMPRESSIONS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"gzip": (".gz", "application/gzip"), "zstd": (".zst", "application/zstd")}
)
"""How files are compressed: suffix and media type."""

_COMPRESS: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType(
    {
        "gzip": lambda data: gzip.compress(data, 9, mtime=0),
        "zstd": lambda data: zstandard.ZstdCompressor(level=12).compress(data),
    }
)
_QUERY_SECONDS: Final = 60.0
_CSV: Final = "text/csv"


@dataclass(frozen=True)
class DumpFile:
    """A file of the dumps: its path below ``/dumps/``, what is in it, its size in bytes and its SHA-256 (hex).

    ``dataset`` is the last segment of the dataset's IRI; ``media_type`` is that of the content when it is unpacked;
    ``compression`` is ``gzip``, ``zstd`` or empty. A table has its ``query`` and the ``values`` that were given.
    """

    name: str
    dataset: str
    media_type: str
    compression: str
    size: int
    sha256: str
    query: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


def datasets(snapshot: Snapshot) -> list[str]:
    """Return the datasets that the snapshot has anything of, the whole graph first."""
    return [WHOLE, *(name for name in PARTS if graphs_of(snapshot, name))]


def graphs_of(snapshot: Snapshot, dataset: str) -> list[str]:
    """Return the IRIs of the named graphs that a part is made of, sorted."""
    begin = tuple(GRAPHS + name for name in PARTS[dataset])
    return [graph for graph in sorted(snapshot.graphs) if graph.startswith(begin)]


def content(snapshot: Snapshot, dataset: str) -> list[ox.Triple]:
    """Return the triples of a dataset, each once.

    The shapes come with the subclass axioms that ``sh:class`` and ``sh:targetClass`` need, so that they stand alone.
    """
    if dataset == WHOLE:
        return [quad.triple for quad in snapshot.store.quads_for_pattern(None, None, None, ox.DefaultGraph())]
    graphs = [ox.NamedNode(graph) for graph in graphs_of(snapshot, dataset)]
    found = {quad.triple for graph in graphs for quad in snapshot.store.quads_for_pattern(None, None, None, graph)}
    if dataset == "shapes":
        axioms = snapshot.store.quads_for_pattern(None, named("rdfs:subClassOf"), None, ox.DefaultGraph())
        found |= {quad.triple for quad in axioms if not isinstance(quad.subject, ox.BlankNode)}
    return list(found)


def files(snapshot: Snapshot) -> Iterator[tuple[DumpFile, bytes]]:
    """Make the dumps, one after the other: each file with its content."""
    for dataset in datasets(snapshot):
        triples = content(snapshot, dataset)
        for syntax in OF_GRAPHS:
            yield from _forms(f"{dataset}.{syntax.suffix}", dataset, syntax, write(triples, syntax))
        if dataset == WHOLE:
            lines = _quads(snapshot)
            for syntax in OF_DATASETS:
                yield from _forms(f"{dataset}.{syntax.suffix}", dataset, syntax, _write_quads(lines, syntax))


def archived(snapshot: Snapshot) -> Iterator[tuple[DumpFile, bytes]]:
    """Make the dumps that a release keeps: the whole graph, in the syntaxes that lead to all others, compressed."""
    triples = content(snapshot, WHOLE)
    bodies = {syntax: write(triples, syntax) for syntax in (TURTLE, N_TRIPLES)}
    for syntax, body in {**bodies, N_QUADS: _quads(snapshot)}.items():
        for dump, packed in _forms(f"{WHOLE}.{syntax.suffix}", WHOLE, syntax, body):
            if dump.compression:
                yield dump, packed


def count(snapshot: Snapshot) -> int:
    """Return how many files there will be, tables included."""
    forms, named_datasets = 1 + len(COMPRESSIONS), len(datasets(snapshot))
    return forms * (named_datasets * len(OF_GRAPHS) + len(OF_DATASETS)) + len(_tabular(snapshot))


def tables(snapshot: Snapshot) -> Iterator[tuple[DumpFile, bytes]]:
    """Ask every saved query that gives a table: with the example where a value must be given, else for everything.

    Raises QueryError where one cannot be answered, BadParameter where the graph does not have its example.
    """
    engine = EmbeddedEngine(snapshot)
    for name, query in _tabular(snapshot).items():
        values = {parameter.name: parameter.example for parameter in query.parameters if parameter.required}
        question = Question.table(run(prepare(query, values), engine).text, ox.QueryResultsFormat.CSV)
        body = engine.answer(question, _QUERY_SECONDS).body
        yield replace(_described(f"queries/{name}.csv", WHOLE, _CSV, "", body), query=name, values=values), body


def checksums(listed: Iterable[DumpFile]) -> bytes:
    """Return the text of ``SHA256SUMS``, which ``sha256sum --check`` reads."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in listed).encode()


def index(listed: Iterable[DumpFile], digest: str, released: Mapping[str, Iterable[DumpFile]] = MappingProxyType({})) -> bytes:
    """Return ``index.json``: the snapshot's digest and what is known of each file, and of those of the releases, by version."""
    told = {
        "snapshot": digest,
        "files": [asdict(file) for file in listed],
        "releases": [{"version": version, "files": [asdict(file) for file in files]} for version, files in released.items()],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def read_index(text: bytes) -> list[DumpFile]:
    """Return the files that an ``index.json`` lists. Raises ValueError, KeyError or TypeError where it is none."""
    entries: list[dict[str, Any]] = json.loads(text)["files"]
    return [DumpFile(**entry) for entry in entries]


def _tabular(snapshot: Snapshot) -> dict[str, SavedQuery]:
    return {name: query for name, query in load(snapshot.folder).items() if not query.form.gives_triples}


def _forms(name: str, dataset: str, syntax: Syntax, body: bytes) -> Iterator[tuple[DumpFile, bytes]]:
    yield _described(name, dataset, syntax.media_type, "", body), body
    for compression, compress in _COMPRESS.items():
        packed = compress(body)
        yield _described(name + COMPRESSIONS[compression][0], dataset, syntax.media_type, compression, packed), packed


def _described(name: str, dataset: str, media_type: str, compression: str, body: bytes) -> DumpFile:
    return DumpFile(name, dataset, media_type, compression, len(body), hashlib.sha256(body).hexdigest())


def _quads(snapshot: Snapshot) -> bytes:
    """Return the whole dataset as N-Quads, the default graph first, each graph's lines sorted."""
    blocks = [_lines(snapshot, ox.DefaultGraph())]
    for graph in sorted(snapshot.graphs):
        end = f" <{graph}> .\n".encode()
        blocks += [line.removesuffix(b" .") + end for line in _lines(snapshot, ox.NamedNode(graph)).splitlines()]
    return b"".join(blocks)


def _lines(snapshot: Snapshot, graph: ox.NamedNode | ox.DefaultGraph) -> bytes:
    text = snapshot.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b""
    return b"".join(sorted(text.splitlines(keepends=True)))


def _write_quads(lines: bytes, syntax: Syntax) -> bytes:
    """Return the dataset in a syntax that keeps the names of blank nodes, which graphs share."""
    if syntax == N_QUADS:
        return restore_written(lines, N_QUADS.rdf)
    prefixes = {name: namespace for name, namespace in PREFIXES.items() if namespace != BASE}
    quads = ox.parse(lines, format=N_QUADS.rdf)
    return restore_written(ox.serialize(quads, format=TRIG.rdf, prefixes=prefixes) or b"", TRIG.rdf)
