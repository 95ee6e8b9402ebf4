"""What changed from release to release, as it is published: an index, a feed, and for each release its changes and its dumps.

``changes.json`` follows ``changes.schema.json`` beside this file: the releases, the newest first, with their sums and some of the
resources that changed. ``changes/VERSION.json``, ``.rdfp`` and ``.ru`` have all that changed, as the log of releases has it;
``changes/VERSION/1.json``, ``2.json`` … have it in pages, as people read it. The dumps of a release are in ``dumps/VERSION/``.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from bqwgraph.graph.namespaces import BASE
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication import releases
from bqwgraph.publication.change_reports import written
from bqwgraph.publication.dumps import WHOLE, DumpFile
from bqwgraph.publication.releases import ABOUT, CHANGES, Release

INDEX: Final = "changes.json"
FEED: Final = "changes.atom"
SCHEMA: Final = BASE + "schemas/changes-1.json"
PAGE_SIZE: Final = 100
"""Resources on a page of changes."""
SHOWN: Final = 20
"""Resources that the index shows of a release."""

Listing = dict[str, Any]
"""What ``changes.json`` says."""


def dumps_of(release: Release) -> list[DumpFile]:
    """Return the dumps of a release, by their paths below ``/dumps/``."""
    return [
        DumpFile(f"{release.version}/{file.name}", WHOLE, file.media_type, file.compression, file.size, file.sha256)
        for file in release.dumps
    ]


def files(log: Path, known: Iterable[Release], store: ox.Store) -> Iterator[tuple[str, bytes]]:
    """Make the files of the releases: each path with its content; ``store`` has the graph that is published beside them.

    Raises BrokenLog, OSError.
    """
    for release in known:
        for file in release.files:
            yield _path(release, file.name), releases.content(log, release, file)
        yield f"dumps/{release.version}/{ABOUT}", (log / release.version / ABOUT).read_bytes()
        changed = _changed(log, release)
        pages = _pages(changed["resources"])
        names = {one["subject"]["value"]: one["labels"] for one in changed["resources"] if "labels" in one} | changed["labels"]
        for number, resources in enumerate(pages, 1):
            mentioned = sorted(_mentioned(resources))
            page = {
                "release": release.version,
                "page": number,
                "pages": len(pages),
                "resources": resources,
                "labels": {iri: names[iri] for iri in mentioned if iri in names},
                "gone": [iri for iri in mentioned if _is_gone(iri, store)],
            }
            yield page_path(release.version, number), written(page).encode()


def listing(log: Path, known: Sequence[Release], snapshot: Snapshot) -> Listing:
    """Return what ``changes.json`` says of the releases; the snapshot is the one that is published beside them.

    Raises BrokenLog, OSError.
    """
    told = []
    for release in reversed(known):
        changed = _changed(log, release)["resources"]
        named = sorted((one for one in changed if one["subject"]["type"] == "uri"), key=lambda one: "labels" not in one)
        told.append(
            {
                **{name: value for name, value in asdict(release).items() if name != "files"},
                "date": release.date.isoformat(),
                "resources": [
                    {
                        **{key: value for key, value in one.items() if key != "properties"},
                        "gone": _is_gone(one["subject"]["value"], snapshot.store),
                    }
                    for one in named[:SHOWN]
                ],
                "pages": len(_pages(changed)),
                "forms": {
                    Path(file.name).suffix[1:]: _path(release, file.name) for file in release.files if file not in release.dumps
                },
                "dumps": [{**asdict(file), "name": _path(release, file.name)} for file in release.dumps],
            }
        )
    return {"$schema": SCHEMA, "snapshot": snapshot.digest, "releases": told}


def count(log: Path, known: Iterable[Release]) -> int:
    """Return how many files there are of the releases. Raises BrokenLog, OSError."""
    return sum(len(release.files) + 1 + len(_pages(_changed(log, release)["resources"])) for release in known)


def paths(text: bytes) -> set[str]:
    """Return the files that a ``changes.json`` tells of. Raises ValueError, KeyError or TypeError where it is none."""
    listing: Listing = json.loads(text)
    pages = {page_path(one["version"], number) for one in listing["releases"] for number in range(1, one["pages"] + 1)}
    return pages.union(*map(lasting, listing["releases"]))


def lasting(release: Listing) -> set[str]:
    """Return the files that an entry of ``changes.json`` tells of and that never change: all but the pages."""
    about = f"dumps/{release['version']}/{ABOUT}"
    return {*(file["name"] for file in release["dumps"]), *release["forms"].values(), about}


def _path(release: Release, name: str) -> str:
    stem, _, ending = name.partition(".")
    return f"changes/{release.version}.{ending}" if stem == CHANGES else f"dumps/{release.version}/{name}"


def page_path(version: str, number: int) -> str:
    """Return where a page of the changes of a release is; the first page is 1."""
    return f"changes/{version}/{number}.json"


def _changed(log: Path, release: Release) -> Listing:
    file = next(file for file in release.files if file.name == f"{CHANGES}.json")
    told: Listing = json.loads(releases.content(log, release, file))
    return told


def _pages(resources: Sequence[Listing]) -> list[Sequence[Listing]]:
    return [resources[start : start + PAGE_SIZE] for start in range(0, len(resources), PAGE_SIZE)]


def _mentioned(resources: Iterable[Listing]) -> set[str]:
    """Return the IRIs of resources, properties and values."""
    found = set[str]()
    for resource in resources:
        found |= {resource["subject"]["value"]} if resource["subject"]["type"] == "uri" else set()
        for one in resource["properties"]:
            found.add(one["predicate"])
            found |= {value["value"] for value in (*one["removed"], *one["added"]) if value["type"] == "uri"}
    return found


def _is_gone(iri: str, store: ox.Store) -> bool:
    """Whether an IRI is one of ours and the published graph says nothing of it, so that no page answers there."""
    if not iri.startswith(BASE):
        return False
    return not any(True for _ in store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph()))
