"""Everything that `bqwgraph validate` checks of a graph folder."""

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.validation import evidence, rules, shacl
from bqwgraph.validation.findings import Finding, Report, Severity
from bqwgraph.validation.placing import Placing
from bqwgraph.validation.shacl import ValidationFailure


def validate(folder: GraphFolder) -> Report:
    """Check the syntax of every file, then all shapes and rules over what they say and what follows from it.

    Raises ValidationFailure and OSError where it could not run.
    """
    try:
        snapshot = build(folder)
    except GraphError as error:
        faults = tuple(
            Finding("syntax", Severity.VIOLATION, {"en": f.message}, file=f.file, line=f.line, column=f.column)
            for f in error.faults
        )
        return Report(faults, len(folder.turtle()), 0, 0, 0)
    return validate_snapshot(snapshot)


def validate_snapshot(snapshot: Snapshot) -> Report:
    """Check a snapshot that was built; see `validate`."""
    folder = snapshot.folder
    shapes = b"\n".join(path.read_bytes() for path in folder.shapes())
    if not shapes.strip():
        raise ValidationFailure(f"{folder.root}: no shapes in ontology/shapes/: nothing would be checked")
    found = shacl.validate(snapshot.store, shapes)
    for rule in folder.rules():
        found += rules.check(snapshot.store, rule)
    found += evidence.check_lock(folder, evidence.excerpts(snapshot.store))
    placing = Placing(snapshot)
    return Report(
        findings=tuple(map(placing.place, found)),
        files=len(folder.turtle()),
        triples=snapshot.triples,
        shapes=len(folder.shapes()),
        rules=len(folder.rules()),
    )
