"""What a measurement needs of a graph, made in a process of its own: ``python -m bqwgraph.bench.material FOLDER OUT``.

Keeps the built snapshot in ``snapshots-FOLDER/``, where the service finds it. Writes ``dataset.nq`` (everything that the
service answers from) and ``material.json``: the texts of the queries with the examples of their parameters bound, counts, and
the seconds that building, loading what was kept, and a bare load into pyoxigraph take.
"""

import json
import sys
import time
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph import kept
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import load
from bqwgraph.queries.values import run

SMALL: Final = (
    "actions-for-place",
    "evidence",
    "measures",
    "partnerships",
    "place-profile",
    "places-above",
    "policies-for-place",
    "targets",
    "tasks",
)
"""Saved queries whose answers are small in a graph of any size."""

ANALYTICAL: Final = (
    "actions-by-county",
    "actions-by-policies",
    "class-usage",
    "common-village-names",
    "counties-ranked",
    "judgements-by-policy",
    "places-named-by-level",
    "targets-by-year",
    "typical-villages-by-county",
    "units-by-county",
)
"""Saved queries that count over the whole graph."""


def main(folder: Path, out: Path) -> None:
    """Write the material for a graph folder."""
    began = time.perf_counter()
    snapshot = build(GraphFolder.at(folder))
    built = time.perf_counter() - began
    kept.keep(snapshot, snapshots_of(folder, out))
    dataset = out / "dataset.nq"
    snapshot.store.dump(str(dataset), format=ox.RdfFormat.N_QUADS)
    texts, triples = _texts(snapshot), snapshot.triples
    quads = len(snapshot.store)
    authored = sum(snapshot.graphs[snapshot.folder.graph_iri(path)] for path in snapshot.folder.turtle())
    files = snapshot.folder.turtle()
    del snapshot
    began = time.perf_counter()
    if kept.load(GraphFolder.at(folder), snapshots_of(folder, out)) is None:
        raise RuntimeError("what was kept cannot be loaded")
    loaded = time.perf_counter() - began
    material = {
        "texts": texts,
        "triples": triples,
        "authored": authored,
        "quads": quads,
        "build": built,
        "kept": loaded,
        "bare_dataset": _bare((dataset,), ox.RdfFormat.N_QUADS),
        "bare_authored": _bare(files, ox.RdfFormat.TURTLE),
    }
    (out / "material.json").write_text(json.dumps(material), "utf-8")


def snapshots_of(folder: Path, out: Path) -> Path:
    """Return where the snapshot of a folder is kept for a measurement."""
    return out / f"snapshots-{folder.name}"


def _texts(snapshot: Snapshot) -> dict[str, str]:
    queries, engine = load(snapshot.folder), EmbeddedEngine(snapshot)
    return {
        name: run(
            prepare(queries[name], {parameter.name: parameter.example for parameter in queries[name].parameters}), engine
        ).text
        for name in (*SMALL, *ANALYTICAL)
    }


def _bare(files: tuple[Path, ...], form: ox.RdfFormat) -> float:
    began, store = time.perf_counter(), ox.Store()
    for path in files:
        store.bulk_load(path=str(path), format=form)
    return time.perf_counter() - began


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
