"""What changed between two graphs: statements, and the resources that they are about.

A graph is a graph folder (its authored files, as one graph), what ``bqwgraph build`` wrote (of which ``dumps/bqwgraph.nq`` or
``.nt`` is read), a release that ``bqwgraph release`` wrote, or an RDF file of any syntax, by its ending, packed with gzip or
zstd or not.
Blank nodes are compared by what is said of them (``blank_nodes``): a component of which a statement changed is
removed and added whole.

>>> from tempfile import TemporaryDirectory
>>> with TemporaryDirectory() as name:
...     old, new = Path(name, "old.ttl"), Path(name, "new.ttl")
...     _ = old.write_text("<urn:s> <urn:p> 1, [ <urn:q> 2 ] .")
...     _ = new.write_text("_:x <urn:q> 2 . <urn:s> <urn:p> _:x .")
...     [quad.object.value for quad in compare(read(old), read(new)).removed]
['1']
"""

import gzip
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox
import zstandard

from bqwgraph.graph.canonical import RDFS, SKOS, natural_key, predicate_key
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import INFERRED_GRAPH, shorten
from bqwgraph.graph.reading import BLANK, GraphError, SyntaxFault, parse, to_ntriples
from bqwgraph.graph.snapshot import build
from bqwgraph.publication.blank_nodes import LABEL, Component, blank_nodes, components, relabelled

RELEASED: Final = "bqwgraph.nt.zst"
"""The file of a release that is compared: its default graph, inferred statements and all."""

DUMPS: Final = (
    *(f"dumps/bqwgraph.{syntax}{packed}" for syntax in ("nq", "nt") for packed in ("", ".gz", ".zst")),
    RELEASED,
)
"""The files of a published folder, or a release, that can be compared, the first that is there."""

LABELS: Final = (SKOS + "prefLabel", RDFS + "label", "http://purl.org/dc/terms/title", "https://schema.org/name")
"""What names a resource, the best first."""

_BASE: Final = "file:///"
"""What relative IRIs are relative to, in both graphs: where a file lies is no part of what it says."""

_DATASETS: Final = (ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG)
_MORE_ENDINGS: Final = {"owl": ox.RdfFormat.RDF_XML}


class CannotCompare(Exception):
    """Something that was given is no graph that can be compared."""


@dataclass(frozen=True)
class Graph:
    """One of the two graphs: what people call it, and its statements as canonical N-Quads without their ends.

    ``has_names`` says whether it can have named graphs.
    """

    name: str
    lines: frozenset[bytes] = field(repr=False)
    has_names: bool = False

    @cached_property
    def components(self) -> list[Component]:
        """The statements with blank nodes, under the labels of RDFC-1.0."""
        marked = sorted(line for line in self.lines if BLANK in line)
        return components(quads(marked))

    @cached_property
    def ground(self) -> frozenset[bytes]:
        """The statements without blank nodes."""
        marked = [line for line in self.lines if BLANK in line]  # which may be the words of a literal
        each = zip(marked, quads(marked), strict=True)
        return self.lines.difference(line for line, quad in each if any(True for _ in blank_nodes(quad)))

    @property
    def untold(self) -> int:
        """How many components have blank nodes that are not told apart."""
        return sum(not one.is_told for one in self.components)

    @property
    def digest(self) -> str | None:
        """The SHA-256 of the graph as RDFC-1.0 writes it; None where not all blank nodes are told apart."""
        if self.untold:
            return None
        blank = _lines(quad for one in self.components for quad in one.quads)
        total = sha256()
        for line in sorted([*self.ground, *blank]):
            total.update(line + b" .\n")
        return total.hexdigest()

    def merged(self) -> "Graph":
        """Return the graph with what its named graphs say as one graph."""
        one = ox.DefaultGraph()
        return Graph(self.name, _lines(ox.Quad(q.subject, q.predicate, q.object, one) for q in quads(sorted(self.lines))))


class Change(StrEnum):
    """What happened to a resource."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


Subject = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
GraphName = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


@dataclass
class Property:
    """The values of one property that a resource lost and got in one graph, sorted."""

    predicate: ox.NamedNode
    graph: GraphName
    removed: list[Value] = field(default_factory=list)
    added: list[Value] = field(default_factory=list)


@dataclass
class Resource:
    """A subject of statements that were removed or added. A blank node is never changed, but removed or added."""

    subject: Subject
    change: Change
    properties: list[Property]


@dataclass(frozen=True)
class Changes:
    """What is different: the statements that were removed and added, sorted, and the components of blank nodes among them.

    Blank nodes of what was removed have the labels that RDFC-1.0 gives them in the old graph (``_:c14n0``), those of what was
    added have others (``_:new0``).
    """

    old: Graph
    new: Graph
    removed: tuple[ox.Quad, ...]
    added: tuple[ox.Quad, ...]
    gone: tuple[Component, ...]
    come: tuple[Component, ...]
    notes: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.removed or self.added)

    @cached_property
    def resources(self) -> list[Resource]:
        """The subjects of the statements, by their names; blank nodes last."""
        properties = defaultdict[Subject, dict[tuple[ox.NamedNode, GraphName], Property]](dict)
        for statements, is_added in ((self.removed, False), (self.added, True)):
            for quad in statements:
                assert not isinstance(quad.subject, ox.Triple)  # noqa: S101 - RDF has no such statement
                at = properties[quad.subject].setdefault(
                    (quad.predicate, quad.graph_name), Property(quad.predicate, quad.graph_name)
                )
                (at.added if is_added else at.removed).append(quad.object)
        before, after = (_subjects(graph, properties) for graph in (self.old, self.new))
        found = []
        for subject in sorted(properties, key=_order):
            given = sorted(
                properties[subject].values(),
                key=lambda one: (predicate_key(one.predicate, shorten(one.predicate.value)), str(one.graph)),
            )
            was = subject in before or (isinstance(subject, ox.BlankNode) and bool(given[0].removed))
            stays = subject in after or (isinstance(subject, ox.BlankNode) and bool(given[0].added))
            change = Change.CHANGED if was and stays else Change.REMOVED if was else Change.ADDED
            found.append(Resource(subject, change, given))
        return found

    @cached_property
    def counts(self) -> dict[Change, int]:
        """How many resources with a name were added, removed, changed."""
        counted = Counter(one.change for one in self.resources if isinstance(one.subject, ox.NamedNode))
        return {change: counted[change] for change in Change}

    @cached_property
    def labels(self) -> dict[ox.NamedNode, dict[str, str]]:
        """The labels, by language, of resources, properties and values; the new graph's before the old one's."""
        wanted = {term for quad in (*self.removed, *self.added) for term in (quad.subject, quad.predicate, quad.object)}
        found = defaultdict[ox.NamedNode, dict[str, str]](dict)
        for graph in (self.new, self.old):
            named = [quad for quad in quads(sorted(_starting(graph, wanted, LABELS))) if isinstance(quad.object, ox.Literal)]
            for quad in sorted(named, key=lambda quad: LABELS.index(quad.predicate.value)):
                if isinstance(quad.subject, ox.NamedNode) and isinstance(quad.object, ox.Literal):
                    found[quad.subject].setdefault(quad.object.language or "", quad.object.value)
        return dict(found)


def read(path: Path, *, inferred: bool = False) -> Graph:
    """Read a graph folder, a release or an RDF file; of a graph folder also what follows from it, if ``inferred``.

    Raises CannotCompare, GraphError, OSError.
    """
    if path.is_dir():
        dump = next((path / name for name in DUMPS if (path / name).is_file()), None)
        if dump:
            return _read_file(dump)
        if not is_folder(path):
            expected = f"neither a graph folder (ontology/ and data/) nor a release ({RELEASED} or {DUMPS[0]})"
            raise CannotCompare(f"{path}: {expected}")
        return _read_folder(GraphFolder.at(path), inferred=inferred)
    return _read_file(path)


def is_folder(path: Path) -> bool:
    """Whether a path is that of a graph folder."""
    return all((path / name).is_dir() for name in ("ontology", "data")) and not (path / "dumps").is_dir()


def compare(old: Graph, new: Graph) -> Changes:
    """Return what is different. Where only one can have named graphs, what the other's say is compared as one graph.

    Raises CannotTell.
    """
    notes = []
    if old.has_names != new.has_names:
        named, plain = (old, new) if old.has_names else (new, old)
        notes.append(f"{named.name}: named graphs are taken as one graph, since {plain.name} has none")
        old, new = (graph.merged() if graph.has_names else graph for graph in (old, new))
    notes += [
        f"{graph.name}: blank nodes of {graph.untold} groups are too many and too alike to be compared; where a group is not"
        " written in the same order on both sides it counts as removed and added"
        for graph in (old, new)
        if graph.untold
    ]
    gone, come = _less(old.components, new.components), _less(new.components, old.components)
    come = [Component(one.key, tuple(_as_new(one.quads)), one.is_told) for one in come]
    return Changes(
        old,
        new,
        _statements(old.ground - new.ground, gone),
        _statements(new.ground - old.ground, come),
        tuple(gone),
        tuple(come),
        tuple(notes),
    )


def quads(lines: Iterable[bytes]) -> list[ox.Quad]:
    """Return lines of N-Quads as statements; blank nodes keep their labels."""
    return list(ox.parse(b"".join(line + b" .\n" for line in lines), format=ox.RdfFormat.N_QUADS))


def _read_folder(folder: GraphFolder, *, inferred: bool) -> Graph:
    lines, faults = set[bytes](), list[SyntaxFault]()
    for path in folder.turtle():
        try:
            lines |= _split(to_ntriples(path.read_bytes(), folder.name(path)))
        except GraphError as error:
            faults += error.faults
    if faults:
        raise GraphError(faults)
    if inferred:
        store, one = build(folder).store, ox.DefaultGraph()
        found = store.quads_for_pattern(None, None, None, ox.NamedNode(INFERRED_GRAPH))
        lines |= _lines(ox.Quad(quad.subject, quad.predicate, quad.object, one) for quad in found)
    return Graph(str(folder.root), frozenset(lines))


def _read_file(path: Path) -> Graph:
    unpack = _UNPACK.get(path.suffix.lower())
    ending = path.with_suffix("").suffix if unpack else path.suffix
    syntax = _MORE_ENDINGS.get(ending[1:].lower()) or ox.RdfFormat.from_extension(ending[1:].lower())
    if syntax is None:
        expected = "a folder, or a file .ttl, .nt, .nq, .trig, .jsonld or .rdf, or one of them .gz or .zst"
        raise CannotCompare(f"{path}: expected {expected}")
    data = path.read_bytes()
    if unpack:
        try:
            data = unpack(data)
        except (EOFError, OSError, zstandard.ZstdError) as error:
            raise CannotCompare(f"{path}: not a whole {path.suffix[1:].lower()} file: {error}") from error
    lines = _lines(parse(data, str(path), syntax, _BASE))
    has_names = syntax in _DATASETS or any(not isinstance(q.graph_name, ox.DefaultGraph) for q in quads(lines))
    return Graph(str(path), lines, has_names)


def _unzstd(data: bytes) -> bytes:
    """Unpack a zstd file of one frame or more. Raises EOFError where one is not whole, ZstdError where it is none."""
    parts = list[bytes]()
    while data:
        frame = zstandard.ZstdDecompressor().decompressobj()
        parts.append(frame.decompress(data))
        if not frame.eof:
            raise EOFError("it ends too early")
        data = frame.unused_data
    return b"".join(parts)


_UNPACK: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType({".gz": gzip.decompress, ".zst": _unzstd})
"""How packed files are read, by their endings."""


def _lines(statements: Iterable[ox.Quad]) -> frozenset[bytes]:
    return frozenset(_split(ox.serialize(statements, format=ox.RdfFormat.N_QUADS) or b""))


def _split(text: bytes) -> set[bytes]:
    return {line.removesuffix(b" .") for line in text.split(b"\n") if line}


def _less(some: Iterable[Component], others: Iterable[Component]) -> list[Component]:
    """Return the components that are here more often than there, as often as they are."""
    left = Counter(one.key for one in others)
    found = []
    for one in some:
        if left[one.key]:
            left[one.key] -= 1
        else:
            found.append(one)
    return found


def _as_new(statements: Iterable[ox.Quad]) -> list[ox.Quad]:
    given = list(statements)
    nodes = {node for quad in given for node in blank_nodes(quad)}
    return relabelled(given, {node: ox.BlankNode(f"new{node.value.removeprefix(LABEL)}") for node in nodes})


def _statements(ground: Iterable[bytes], blank: Iterable[Component]) -> tuple[ox.Quad, ...]:
    return tuple(sorted([*quads(ground), *(quad for one in blank for quad in one.quads)], key=str))


def _order(subject: Subject) -> tuple[bool, object]:
    return isinstance(subject, ox.BlankNode), natural_key(shorten(subject.value))


def _subjects(graph: Graph, wanted: Iterable[object]) -> set[object]:
    """Return which of the resources are subjects in a graph."""
    by_text = {str(term).encode(): term for term in wanted}
    return {by_text[name] for name in {line.partition(b" ")[0] for line in graph.lines} & by_text.keys()}


def _starting(graph: Graph, subjects: Iterable[object], predicates: Iterable[str]) -> Iterator[bytes]:
    """Return the lines of a graph that begin with one of the subjects and one of the predicates."""
    names = {str(term).encode() for term in subjects if isinstance(term, ox.NamedNode)}
    properties = {f"<{predicate}>".encode() for predicate in predicates}
    for line in graph.lines:
        subject, predicate, _ = line.split(b" ", 2)
        if predicate in properties and subject in names:
            yield line
