"""Writing a part of the resources' files: ``python -m bqwgraph.site.writing``, several of which run side by side.

A line of JSON for each path says which files belong to it and which had to be written.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from bqwgraph.engine.embedded import TrustingEngine
from bqwgraph.engine.interface import NotWanted, QueryError
from bqwgraph.graph.folder import GraphFolder, NotAGraphFolder
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.pages.rendering import LANGUAGES, Pages
from bqwgraph.pages.resource import Edition
from bqwgraph.pages.resource import page as made_page
from bqwgraph.pages.static import InFile, data_file, page_file
from bqwgraph.publication import contents, json_ld
from bqwgraph.publication.build import NO_LOG, CannotPublish, Log, put
from bqwgraph.publication.contents import Content, Contents
from bqwgraph.publication.ontology_history import touches
from bqwgraph.publication.paths import own, paths
from bqwgraph.publication.releases import BrokenLog
from bqwgraph.publication.syntaxes import OF_GRAPHS
from bqwgraph.queries.values import run


@dataclass(frozen=True)
class Addresses:
    """What is public: the address of the site, and that of the service or nothing, both without a slash at the end."""

    public: str
    service: str = ""


def pages_of(snapshot: Snapshot, log: Log) -> frozenset[str]:
    """Return the paths that may have a page in the folder: what links lead to without the service."""
    return frozenset((*paths(snapshot), *own(snapshot), *(f"changes/{release.version}" for release in log.releases)))


class Resources:
    """The files of the resources of a snapshot. Raises BrokenLog, OSError."""

    def __init__(self, snapshot: Snapshot, addresses: Addresses, log: Log) -> None:
        self._engine, self._addresses = TrustingEngine(snapshot), addresses
        self._house = run(contents.house(), self._engine)
        self._contents = Contents(self._engine.graphs, self._house.version)
        self._context, self._pages, self._paths = json_ld.Context.published(), Pages.load(), pages_of(snapshot, log)
        self._edition = Edition(snapshot.digest, touches(log.folder, log.releases))

    def files(self, path: str) -> Iterator[tuple[str, bytes]]:
        """Make the files of a path: its pages in both languages, and what they show as data. Nothing is there: no files.

        The page of an instance that is no longer to be used says so; as data it is not given any more. Raises QueryError.
        """
        for page in count(1):
            shown = run(self._contents.to_read(path, page), self._engine)
            if shown is None:
                return
            asked = {"page": str(page)} if page > 1 else {}
            for lang in LANGUAGES:
                where = InFile(lang, self._addresses.public, path, asked, paths=self._paths, elsewhere=self._addresses.service)
                text = run(made_page(self._pages, where, shown, self._house, self._edition), self._engine)
                yield page_file(path, lang, page), text.encode()
            if not contents.is_gone(path, shown.found):
                yield from self._data(path, page, shown)
            if not shown.more:
                return

    def _data(self, path: str, page: int, shown: Content) -> Iterator[tuple[str, bytes]]:
        for syntax in OF_GRAPHS:
            told: Content | None = shown
            if self._contents.is_document(path):
                try:
                    told = run(self._contents.as_data(path, page, syntax.rdf), self._engine)
                except NotWanted:  # it holds what this syntax cannot say, such as a control character in XML
                    continue
            if told is not None:
                body = contents.write(told, syntax.rdf, self._context, self._addresses.public)
                yield data_file(path, syntax.suffix, page), body


def main() -> int:
    """Write: ``FOLDER OUT DIGEST PUBLIC_URL SERVICE_URL FIRST OF [LOG]``: every OF-th path, beginning with number FIRST.

    What was read must have the digest. LOG is the folder of releases.
    """
    folder, out, digest, public, service, first, of, *log = sys.argv[1:]
    try:
        snapshot = build(GraphFolder.at(Path(folder)))
        if snapshot.digest != digest:
            print("the files of the graph have changed while they were read", file=sys.stderr)  # noqa: T201 - the other process reads it
            return 1
        resources = Resources(snapshot, Addresses(public, service), Log.at(Path(log[0])) if log else NO_LOG)
        for path in paths(snapshot)[int(first) :: int(of)]:
            made = list(resources.files(path))
            written = [name for name, body in made if put(Path(out) / name, body)]
            print(json.dumps([[name for name, _ in made], written]), flush=True)  # noqa: T201 - as above
    except (GraphError, NotAGraphFolder, QueryError, CannotPublish, BrokenLog, OSError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - as above
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
