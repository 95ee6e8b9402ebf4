"""Validating one posted graph against the shapes, beside the graph that it is meant to join.

It runs as ``python -m bqwgraph.validation.posted FOLDER``, a process that can be killed. Standard input is a line of JSON (what
is wanted, see `Wanted`), our graph as N-Triples, and the posted bytes; standard output is the report. The exit code is 0 where it
conforms, 1 where there are findings, and 2 where it could not run: then the reason is on standard error.
"""

import json
import resource
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.reading import GraphError
from bqwgraph.validation import shacl
from bqwgraph.validation.coverage import Coverage
from bqwgraph.validation.engines.interface import DEFAULT
from bqwgraph.validation.failure import ValidationFailure
from bqwgraph.validation.findings import Report
from bqwgraph.validation.placing import Placing
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions, lines_of
from bqwgraph.validation.reports.render import render
from bqwgraph.validation.shapes import Shapes
from bqwgraph.validation.sources import Corpus, Source, source_of, unreadable

SYNTAXES: Final[Mapping[str, ox.RdfFormat]] = MappingProxyType(
    {
        "ttl": ox.RdfFormat.TURTLE,
        "nt": ox.RdfFormat.N_TRIPLES,
        "nq": ox.RdfFormat.N_QUADS,
        "trig": ox.RdfFormat.TRIG,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdf": ox.RdfFormat.RDF_XML,
    }
)
"""The syntaxes that a posted graph may have, by the ending that a file of it has."""

NOTHING: Final = "there are no triples in what was posted: nothing was checked"
"""What is told where there was nothing to check."""
_BASE: Final = "https://example.org/posted"
"""What relative IRIs of a posted graph are relative to: it has no address of its own."""


@dataclass(frozen=True)
class Wanted:
    """The syntax of the posted graph, the form and languages of the report, and the bytes of memory that it all may take."""

    syntax: str
    form: str
    languages: tuple[str, ...]
    memory: int

    def head(self, ours: int) -> bytes:
        """Return the first line of standard input; ``ours`` is the number of bytes of our graph."""
        return json.dumps({**asdict(self), "ours": ours}).encode() + b"\n"


def report(folder: GraphFolder, ours: bytes, source: Source) -> Report:
    """Return what the shapes of a folder find in a posted graph, with ours (N-Triples, conforming) beside it.

    Raises ValidationFailure where there is nothing to check or it could not run.
    """
    try:
        corpus = Corpus.of([source])
    except GraphError as error:
        return Report(tuple(map(unreadable, error.faults)), 1, 0, 0, 0, checks=("syntax",))
    if not len(corpus.store):
        raise ValidationFailure(NOTHING)
    shapes = Shapes(Corpus.of([source_of(folder, path) for path in folder.shapes()]))
    covered = Coverage(corpus, shapes)
    told = shacl.run(DEFAULT, shapes, ours + corpus.text)
    return Report(
        findings=tuple(shacl.findings(told, shapes, Placing(corpus))),
        files=1,
        triples=len(corpus.store),
        shapes=len(shapes.all),
        rules=0,
        focus_nodes=covered.focus_nodes,
        engine=DEFAULT.label,
        checks=("syntax", "shacl"),
    )


def main() -> int:
    """See the module."""
    folder, stream = GraphFolder.at(Path(sys.argv[1])), sys.stdin.buffer
    told = json.loads(stream.readline())
    wanted = Wanted(told["syntax"], told["form"], tuple(told["languages"]), told["memory"])
    resource.setrlimit(resource.RLIMIT_AS, (wanted.memory, wanted.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ours, posted = stream.read(told["ours"]), stream.read()
    source = Source(f"posted.{wanted.syntax}", posted, SYNTAXES[wanted.syntax], _BASE)
    try:
        made = report(folder, ours, source)
    except (ValidationFailure, MemoryError) as error:
        sys.stderr.write(str(error) or "it needs more memory than it may have")
        return 2
    lines = lines_of(posted.decode("utf-8", "replace"))
    options = ReportOptions(wanted.languages, lines=lambda _: lines)
    sys.stdout.buffer.write(render(made, ReportFormat(wanted.form), options))
    return 0 if made.conforms() else 1


if __name__ == "__main__":
    sys.exit(main())
