"""Everything that `bqwgraph validate` checks, of a graph folder or of any other files."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.reading import GraphError
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.queries.saved import load
from bqwgraph.validation import evidence, expected, formatting, lint, refused, rules, shacl
from bqwgraph.validation.coverage import Coverage
from bqwgraph.validation.engines.interface import DEFAULT, Engine
from bqwgraph.validation.engines.wire import ShapesRefused
from bqwgraph.validation.failure import ValidationFailure
from bqwgraph.validation.findings import Finding, Report
from bqwgraph.validation.placing import Placing
from bqwgraph.validation.shapes import Shapes
from bqwgraph.validation.sources import SYNTAXES, Corpus, Source, find, source_of, unreadable

CHECKS: Final = {
    "syntax": "every file can be read",
    "shacl": "the shapes",
    "rules": "the house rules (ontology/rules/*.rq) that belong to no other check",
    "skos": "rules of SKOS and of concept schemes",
    "evidence": "the lock of the excerpts; with --document, the excerpts themselves",
    "terms": "terms of ours that are used and nowhere defined",
    "links": "links to nodes of ours that are not there",
    "labels": "labels in both languages",
    "expected": "saved queries against their expected results (tests/expected/)",
    "format": "Turtle files in the canonical form (bqwgraph fmt)",
    "shapes": "shapes that are wrong themselves",
    "coverage": "whether anything was checked at all",
}
"""The checks by name, and what each is about."""

OF_FILES: Final = ("syntax", "shacl", "coverage")
"""What is checked by default where there is no graph folder."""

_THREADS: Final = 4
_ANYWHERE: Final = frozenset({*OF_FILES, "shapes", "format"})
_BY_RULES: Final = frozenset({"rules", "skos", "terms", "links", "labels"})
_NEED_SHAPES: Final = frozenset({"shacl", "shapes", "coverage"})


@dataclass(frozen=True)
class Options:
    """What to check (nothing: what is usual), by which engine, and by which other one for comparison; the source document."""

    only: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()
    engine: Engine = DEFAULT
    against: Engine | None = None
    document: bytes | None = None

    def chosen(self, usual: Sequence[str], possible: frozenset[str]) -> tuple[str, ...]:
        """Return the checks to make, in order. Raises ValidationFailure for one that is unknown or not possible, and for none."""
        for name in sorted(self.only | self.skip):
            if name not in CHECKS:
                raise ValidationFailure(f"there is no check {name!r}; they are: {', '.join(CHECKS)}")
        for name in sorted(self.only - possible):
            raise ValidationFailure(f"the check {name!r} needs a graph folder (--graph), not files")
        chosen = tuple(name for name in CHECKS if name in (self.only or usual) and name not in self.skip)
        if not chosen:
            raise ValidationFailure("no check is left: nothing would be checked")
        return chosen


def validate(folder: GraphFolder, options: Options | None = None) -> Report:
    """Check a graph folder: its files, and all shapes and rules over what they say and what follows from it.

    Raises ValidationFailure and OSError where it could not run.
    """
    options = options or Options()
    checks = options.chosen(tuple(CHECKS), frozenset(CHECKS))
    shapes = None
    if _NEED_SHAPES & {*checks}:
        shapes = _read_shapes(
            [source_of(folder, path) for path in folder.shapes()], f"{folder.root}: no shapes in ontology/shapes/"
        )
    with ThreadPoolExecutor(_THREADS) as pool:
        formatted = _formatted(pool, {folder.name(path): path for path in folder.turtle()}, checks)
        try:
            snapshot = build(folder)
        except GraphError as error:
            return _unreadable(error, len(folder.turtle()), checks)
        return _Checking(options, checks, Corpus.of_snapshot(snapshot), snapshot.triples, shapes, snapshot).report(
            pool, formatted
        )


def validate_files(data: Sequence[str], shapes: Sequence[str], options: Options | None = None) -> Report:
    """Check files, folders and patterns against shapes. Raises ValidationFailure and OSError where it could not run."""
    options = options or Options()
    checks = options.chosen(OF_FILES, _ANYWHERE)
    read = None
    if _NEED_SHAPES & {*checks}:
        missing = "no shapes: name them by --shapes (they may be in a data file), or check --only syntax"
        read = _read_shapes([Source.at(path) for path in find(shapes)], missing)
    paths = find(data)
    with ThreadPoolExecutor(_THREADS) as pool:
        turtle = {path.as_posix(): path for path in paths if SYNTAXES[path.suffix.lower()] == ox.RdfFormat.TURTLE}
        formatted = _formatted(pool, turtle, checks)
        try:
            corpus = Corpus.of([Source.at(path) for path in paths])
        except GraphError as error:
            return _unreadable(error, len(paths), checks)
        return _Checking(options, checks, corpus, len(corpus.store), read, None).report(pool, formatted)


def _formatted(pool: ThreadPoolExecutor, turtle: Mapping[str, Path], checks: tuple[str, ...]) -> Future[list[Finding]]:
    """Begin with the check that needs nothing but the files, before they are read."""
    return pool.submit(formatting.check, turtle if "format" in checks else {})


def _read_shapes(sources: list[Source], missing: str) -> Shapes:
    """Return the shapes of files. Raises ValidationFailure where there are none, or they cannot be read."""
    if not sources:
        raise ValidationFailure(f"{missing}: nothing would be checked")
    try:
        shapes = Shapes(Corpus.of(sources))
    except GraphError as error:
        raise ValidationFailure("\n  ".join(["the shapes cannot be read:", *map(str, error.faults)])) from error
    if not shapes.all:
        raise ValidationFailure(f"no shapes in {', '.join(source.name for source in sources)}: nothing would be checked")
    return shapes


def _unreadable(error: GraphError, files: int, checks: tuple[str, ...]) -> Report:
    """Return the report on files that are not what they should be: nothing else can be checked then."""
    if "syntax" not in checks:
        raise ValidationFailure(f"the data cannot be read, and its syntax is not to be checked:\n  {error}") from error
    return Report(tuple(map(unreadable, error.faults)), files, 0, 0, 0, checks=("syntax",))


@dataclass(frozen=True)
class _Checking:
    """One run over what was read."""

    options: Options
    checks: tuple[str, ...]
    corpus: Corpus
    triples: int
    shapes: Shapes | None
    snapshot: Snapshot | None

    @cached_property
    def _placing(self) -> Placing:
        return Placing(self.corpus)

    def report(self, pool: ThreadPoolExecutor, formatted: Future[list[Finding]]) -> Report:
        """Make the checks, side by side: engines run in processes of their own. Raises ValidationFailure."""
        if not self.triples:
            raise ValidationFailure(f"no triples in {_counted(len(self.corpus.sources), 'file')}: nothing was checked")
        engine = pool.submit(self._run_engine)
        by_rule = [partial(self._by_rule, rule) for rule in self._rules]
        makers: list[Callable[[], Iterator[Finding]]] = [self._expected, self._evidence, self._lint, self._coverage, *by_rule]
        rest = [formatted, *(pool.submit(_all, maker) for maker in makers)]
        found = [*self._shacl(engine), *(finding for made in rest for finding in made.result())]
        return Report(
            findings=tuple(found),
            files=len(self.corpus.sources),
            triples=self.triples,
            shapes=len(self.shapes.all) if self.shapes else 0,
            rules=len(self._rules),
            focus_nodes=self._covered.focus_nodes if self._covered else 0,
            engine=self._engines if "shacl" in self.checks else "",
            checks=self.checks,
        )

    @property
    def _engines(self) -> str:
        engine, against = self.options.engine, self.options.against
        return f"{engine.label}, {against.label}" if against else engine.label

    def _run_engine(self) -> list[shacl.Told]:
        if "shacl" not in self.checks or self.shapes is None:
            return []
        engine, against = self.options.engine, self.options.against
        if against:
            return shacl.cross_check(engine, against, self.shapes, self.corpus.text)
        return shacl.run(engine, self.shapes, self.corpus.text)

    def _shacl(self, results: "Future[list[shacl.Told]]") -> list[Finding]:
        if self.shapes is None:
            return []
        try:
            found = results.result()
        except ShapesRefused as error:
            why = refused.reasons(self.shapes, self.corpus, self.options.engine)
            raise ShapesRefused("\n  ".join([str(error), *why])) from error
        return shacl.findings(found, self.shapes, self._placing)

    @cached_property
    def _rules(self) -> list[rules.Rule]:
        if self.snapshot is None or not _BY_RULES & {*self.checks}:
            return []
        every = [rules.read(path) for path in self.snapshot.folder.rules()]
        for rule in every:
            if rule.check not in _BY_RULES:
                raise ValidationFailure(
                    f"ontology/rules/{rule.name}.rq: check: {rule.check}: expected one of {', '.join(sorted(_BY_RULES))}"
                )
        return [rule for rule in every if rule.check in self.checks]

    def _by_rule(self, rule: rules.Rule) -> Iterator[Finding]:
        if self.snapshot is not None:
            yield from rules.check(self.snapshot.store, rule, self._placing)

    def _evidence(self) -> Iterator[Finding]:
        if self.snapshot is None or "evidence" not in self.checks:
            return
        excerpts = evidence.excerpts(self.snapshot.store)
        yield from evidence.check_lock(self.snapshot.folder, excerpts)
        if self.options.document is not None:
            try:
                wrong = list(evidence.verify(excerpts, self.options.document))
            except UnicodeDecodeError as error:
                raise ValidationFailure("the document is not UTF-8 text") from error
            yield from evidence.placed(wrong, self._placing)

    def _expected(self) -> Iterator[Finding]:
        if self.snapshot is None or "expected" not in self.checks:
            return
        folder = self.snapshot.folder
        files = expected.files(folder)
        if not files and "expected" in self.options.only:
            raise ValidationFailure(f"no expected results in {folder.root}/tests/expected/: nothing would be checked")
        if files:
            engine, queries = EmbeddedEngine(self.snapshot), load(folder)
            for path in files:
                yield from expected.check(path, folder.name(path), engine, queries)

    def _lint(self) -> Iterator[Finding]:
        if self.shapes is not None and "shapes" in self.checks:
            yield from lint.check(self.shapes, self.corpus, self.options.engine)

    @cached_property
    def _covered(self) -> Coverage | None:
        return Coverage(self.corpus, self.shapes) if self.shapes is not None else None

    def _coverage(self) -> Iterator[Finding]:
        if self._covered is not None and "coverage" in self.checks:
            yield from self._covered.findings()


def _all(maker: Callable[[], Iterator[Finding]]) -> list[Finding]:
    return list(maker())


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
