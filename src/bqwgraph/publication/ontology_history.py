"""When the ontology changed: the releases of the graph that touched it, as their own files tell."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from bqwgraph.graph.namespaces import ONTOLOGY, PREFIXES, TERMS
from bqwgraph.publication import releases
from bqwgraph.publication.releases import Release

_VERSION_IRI: Final = PREFIXES["owl"] + "versionIRI"


@dataclass(frozen=True)
class Touch:
    """A release that touched the ontology.

    ``terms`` are the IRIs of terms by what became of them (added, changed, removed); the ``first`` release has all of them, and
    no list. ``version_iri`` is the ontology's version IRI where the release gave it another one, else empty.
    """

    release: str
    date: date
    first: bool
    version_iri: str
    terms: Mapping[str, Sequence[str]]


def touches(log: Path, known: Iterable[Release]) -> tuple[Touch, ...]:
    """Return the releases of a log that touched the ontology, the newest first. Raises BrokenLog, OSError."""
    found = [_touch(release, _resources(log, release)) for release in known]
    return tuple(touch for touch in reversed(found) if touch is not None)


def _resources(log: Path, release: Release) -> list[dict[str, Any]]:
    file = next(file for file in release.files if file.name == f"{releases.CHANGES}.json")
    told: list[dict[str, Any]] = json.loads(releases.content(log, release, file))["resources"]
    return told


def _touch(release: Release, resources: Iterable[Mapping[str, Any]]) -> Touch | None:
    terms, touched, version_iri = dict[str, list[str]](), not release.previous, ""
    for resource in resources:
        iri = resource["subject"]["value"]
        if iri == ONTOLOGY:
            touched = True
            values = [value for one in resource["properties"] if one["predicate"] == _VERSION_IRI for value in one["added"]]
            version_iri = values[0]["value"] if values else ""
        elif iri.startswith(TERMS):
            touched = True
            terms.setdefault(resource["change"], []).append(iri)
    return Touch(release.version, release.date, not release.previous, version_iri, terms) if touched else None
