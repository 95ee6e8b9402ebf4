"""The files that are validated: what they say, and where in them it stands.

>>> corpus = Corpus.of([Source("a.ttl", b"<urn:s> a <urn:C> .", ox.RdfFormat.TURTLE)])
>>> corpus.about(ox.NamedNode("urn:s"))[0].object
Place(file='a.ttl', line=1, column=11, end_line=1, end_column=18)
"""

import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from glob import glob
from pathlib import Path
from typing import Final, Literal, Protocol

import pyoxigraph as ox

from bqwgraph.graph import jsonld, rdfxml
from bqwgraph.graph.files import files_below
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import INFERRED_GRAPH
from bqwgraph.graph.positions import Placed, Span, locate
from bqwgraph.graph.reading import GraphError, SyntaxFault, parse
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.validation.failure import ValidationFailure
from bqwgraph.validation.findings import Finding, Place, Severity

Node = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

SYNTAXES: Final = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".json": ox.RdfFormat.JSON_LD,
}
"""The syntax of a file by its ending."""

_SPOKEN_FOR: Final = frozenset({".xml", ".json"})
"""Endings of many files that are no RDF: read where they are named, not where they lie in a folder."""


def find(given: Iterable[str]) -> list[Path]:
    """Return the RDF files that arguments name: files, folders with all below them, and patterns (``**/*.ttl``), each once.

    What is hidden is read where it is named. Raises ValidationFailure for a name of nothing, and for a file whose ending is no
    known syntax.
    """
    found = dict[Path, Path]()
    for name in given:
        path = Path(name)
        if not name:
            raise ValidationFailure("an empty name: expected a file, a folder or a pattern")
        if path.is_dir():
            files = files_below(path, SYNTAXES.keys() - _SPOKEN_FOR)
            missing = f"{name}: no RDF files in this folder (looked for {', '.join(sorted(SYNTAXES.keys() - _SPOKEN_FOR))})"
        elif path.is_file():
            files, missing = [path], ""
        else:
            files = [Path(item) for item in sorted(glob(name, recursive=True)) if Path(item).is_file()]  # noqa: PTH207 - may be absolute
            missing = f"{name}: no such file or folder"
        if not files:
            raise ValidationFailure(missing)
        for item in files:
            if item.suffix.lower() not in SYNTAXES:
                raise ValidationFailure(f"{item}: its ending is none of {', '.join(SYNTAXES)}")
            found.setdefault(item.resolve(), item)
    return list(found.values())


@dataclass(eq=False)
class Source:
    """One file: what people call it, its bytes, its syntax, what its relative IRIs are relative to, and its graph's name."""

    name: str
    data: bytes = field(repr=False)
    syntax: ox.RdfFormat
    base: str = ""

    @classmethod
    def at(cls, path: Path) -> "Source":
        """Read a file; relative IRIs are relative to where it is. Raises OSError."""
        return cls(path.as_posix(), path.read_bytes(), SYNTAXES[path.suffix.lower()], path.resolve().as_uri())

    def parse(self) -> list[ox.Quad]:
        """Return what the file says, in its order. Raises GraphError."""
        return parse(self.data, self.name, self.syntax, self.base)

    @cached_property
    def quads(self) -> list[ox.Quad]:
        """What the file says, kept."""
        return self.parse()

    @cached_property
    def _located(self) -> "_Places | None":
        triples = [quad.triple for quad in self.quads]
        if self.syntax == ox.RdfFormat.RDF_XML:
            return rdfxml.locate(self.data, triples)
        text, syntax = self.data.decode("utf-8").removeprefix("\ufeff"), self.syntax
        if syntax == ox.RdfFormat.JSON_LD:
            return jsonld.locate(text, self.base, triples)
        if syntax == ox.RdfFormat.N_QUADS:
            text, syntax = _without_graph_names(text), ox.RdfFormat.N_TRIPLES
        return locate(text, self.base, syntax=syntax, triples=triples)

    @cached_property
    def by_subject(self) -> dict[Node, list[int]]:
        """The numbers of the statements about each node."""
        return self._numbers("subject")

    @cached_property
    def by_object(self) -> dict[Node, list[int]]:
        """The numbers of the statements whose object each term is."""
        return self._numbers("object")

    def _numbers(self, role: str) -> dict[Node, list[int]]:
        numbers = defaultdict[Node, list[int]](list)
        for number, quad in enumerate(self.quads):
            numbers[getattr(quad, role)].append(number)
        return dict(numbers)

    def placed(self, number: int) -> Placed | None:
        """Return the places of a statement's terms; None where the syntax does not tell."""
        return self._located[number] if self._located else None


def _without_graph_names(text: str) -> str:
    """Return N-Quads with blanks in place of the graphs' names, so that nothing moves."""
    return "".join(map(_blanked, re.split(r"(?<=[\n\r])", text)))


_TERM_OF_LINE: Final = re.compile(
    r"[ \t]*(?:<[^<>]*>|_:[^ \t<>\"]*[^ \t<>\".]|\"(?:[^\"\\]|\\.)*\"(?:@[A-Za-z0-9-]+|\^\^[ \t]*<[^<>]*>)?)"
)


def _blanked(line: str) -> str:
    position = 0
    for _ in range(3):
        term = _TERM_OF_LINE.match(line, position)
        if not term:
            return line
        position = term.end()
    graph = _TERM_OF_LINE.match(line, position)
    return line[:position] + " " * (graph.end() - position) + line[graph.end() :] if graph else line


class _Places(Protocol):
    """Where the terms of a file's statements stand, by the number of the statement."""

    def __getitem__(self, index: int, /) -> Placed | None: ...


@dataclass(frozen=True)
class Statement:
    """A statement of a file, and where its terms stand; without line where the syntax does not tell."""

    source: Source
    number: int

    @property
    def triple(self) -> ox.Triple:
        """What it says."""
        return self.source.quads[self.number].triple

    @property
    def subject(self) -> Place:
        """Where its subject stands."""
        return self._place("subject")

    @property
    def predicate(self) -> Place:
        """Where its predicate stands."""
        return self._place("predicate")

    @property
    def object(self) -> Place:
        """Where its object stands."""
        return self._place("object")

    def _place(self, role: Literal["subject", "predicate", "object"]) -> Place:
        placed = self.source.placed(self.number)
        if placed is None:
            return Place(self.source.name)
        span: Span = getattr(placed, role)
        return Place(self.source.name, span.line, span.column, span.end_line, span.end_column)


class Corpus:
    """Files that were read: a store with a named graph a file, and the statements of the files by what they are about."""

    def __init__(self, store: ox.Store, sources: dict[str, Source], text: bytes) -> None:
        self.store = store
        self.text = text
        """What the files say, and in a graph folder what follows from it, as N-Triples."""
        self._sources = sources
        self._order = {graph: number for number, graph in enumerate(sources)}

    @classmethod
    def of(cls, sources: Sequence[Source]) -> "Corpus":
        """Read files. Raises GraphError with every broken file's fault."""
        store, faults, texts = ox.Store(), list[SyntaxFault](), list[bytes]()
        named = {f"urn:bqwgraph:file:{number}": source for number, source in enumerate(sources)}
        for name, source in named.items():
            try:
                quads = source.parse()
            except GraphError as error:
                faults += error.faults
                continue
            graph = ox.NamedNode(name)
            store.extend(ox.Quad(quad.subject, quad.predicate, quad.object, graph) for quad in quads)
            texts.append(ntriples(quad.triple for quad in quads))
        if faults:
            raise GraphError(faults)
        return cls(store, named, b"".join(texts))

    @classmethod
    def of_snapshot(cls, snapshot: Snapshot) -> "Corpus":
        """Return the authored files of a snapshot, and what follows from them.

        The text is not taken from the store, which writes ``05`` as ``5``.
        """
        folder = snapshot.folder
        named = {folder.graph_iri(path): source_of(folder, path) for path in folder.turtle()}
        inferred = (quad.triple for quad in snapshot.store.quads_for_pattern(None, None, None, ox.NamedNode(INFERRED_GRAPH)))
        texts = [*(ntriples(quad.triple for quad in source.quads) for source in named.values()), ntriples(inferred)]
        return cls(snapshot.store, named, b"".join(texts))

    def about(self, node: Node) -> list[Statement]:
        """Return the statements whose subject a node is, in the order of the files."""
        if isinstance(node, ox.Literal | ox.Triple):
            return []
        return list(self._statements(self.store.quads_for_pattern(node, None, None), node, "by_subject"))

    def to(self, term: Node) -> list[Statement]:
        """Return the statements whose object a term is, in the order of the files."""
        return list(self._statements(self.store.quads_for_pattern(None, None, term), term, "by_object"))

    def _statements(self, quads: Iterable[ox.Quad], term: Node, role: str) -> Iterator[Statement]:
        graphs = {quad.graph_name.value for quad in quads if isinstance(quad.graph_name, ox.NamedNode)}
        for graph in sorted(graphs & self._sources.keys(), key=self._order.__getitem__):
            source = self._sources[graph]
            yield from (Statement(source, number) for number in getattr(source, role).get(term, ()))

    def says_something(self, source: Source) -> bool:
        """Whether a file has any triples."""
        graph = next(name for name, known in self._sources.items() if known is source)
        return any(True for _ in self.store.quads_for_pattern(None, None, None, ox.NamedNode(graph)))

    @property
    def sources(self) -> Sequence[Source]:
        """The files, in order."""
        return tuple(self._sources.values())


def source_of(folder: GraphFolder, path: Path) -> Source:
    """Return a Turtle file of a graph folder, by the name that people know there."""
    return Source(folder.name(path), path.read_bytes(), ox.RdfFormat.TURTLE)


def unreadable(fault: SyntaxFault) -> Finding:
    """Return the finding that a file is not in its syntax."""
    message = {"en": fault.message, "zh-Hans": f"语法错误：{fault.message}"}
    return Finding("syntax", Severity.VIOLATION, message, file=fault.file, line=fault.line, column=fault.column, check="syntax")


def ntriples(triples: Iterable[ox.Triple]) -> bytes:
    """Return triples as N-Triples."""
    text = io.BytesIO()
    ox.serialize(triples, text, ox.RdfFormat.N_TRIPLES)
    return text.getvalue()
