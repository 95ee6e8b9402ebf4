"""Making an index from answers: ``python -m bqwgraph.search.build FOLDER`` reads them there and writes ``index.sqlite`` beside.

The folder holds ``NAME.csv``, the answers to `QUESTIONS`, and ``queries.json``, a list of the saved queries (name, title,
question). A process of its own does this, since it takes seconds and the pinyin of Chinese takes memory.
"""

import csv
import json
import sqlite3
import sys
from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final, TypeAlias

from pypinyin import lazy_pinyin
from pypinyin.constants import PINYIN_DICT

from bqwgraph.graph.namespaces import BASE, PREFIXES, TERMS, shorten
from bqwgraph.search.words import core, fold, grams, has_chinese, key, shorter, toneless

INDEX: Final = "index.sqlite"
QUERIES: Final = "queries.json"
_RDFS, _SKOS, _OWL, _SH = (PREFIXES[name] for name in ("rdfs", "skos", "owl", "sh"))
_KINDS: Final = (
    *(("actions", TERMS + name) for name in ("Programme", "Action", "Measure", "MeasurePart", "Aim", "Milestone")),
    *(("policies", TERMS + name) for name in ("Policy", "PolicySet", "Task", "TaskList", "Target")),
    *(("places", TERMS + name) for name in ("Place", "PlaceGroup")),
    *(("designations", TERMS + name) for name in ("Designation", "Partnership")),
    *(("terms", name) for name in (_SKOS + "ConceptScheme", _SKOS + "Concept", _OWL + "Class")),
    *(("terms", _OWL + name) for name in ("ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    ("words", TERMS + "Excerpt"),
)
"""The groups of results, each with its classes; what is of several is the first. All else is among the others."""
_GROUPS: Final = {name: group for group, name in _KINDS}
_RANKS: Final = {name: rank for rank, (_, name) in enumerate(_KINDS)}
_QUERY_RANK: Final = 12
_OTHER_RANK: Final = 30
_LEVELS: Final = ("province", "prefecture", "county", "town", "village")
_LABELS: Final = (_SKOS + "prefLabel", PREFIXES["dcterms"] + "title", _RDFS + "label", _SH + "name")
_SORTS: Final = {
    **dict.fromkeys(_LABELS, "label"),
    _SKOS + "altLabel": "name",
    TERMS + "officialName": "name",
    _SKOS + "hiddenLabel": "hidden",
    _SKOS + "notation": "notation",
    PREFIXES["oa"] + "exact": "words",
}
_CODES: Final = {TERMS + "nbsCode2023": "nbs2023", TERMS + "mcaCode2026": "mca2026"}
_OFTEN: Final = 0xA000
"""The last of the characters whose readings are noted: those that people type."""
_TABLES: Final = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT, kind TEXT, grp TEXT, level TEXT, rank REAL, zh TEXT, en TEXT,
    kind_zh TEXT, kind_en TEXT, within TEXT, within_zh TEXT, within_en TEXT);
CREATE TABLE key (thing INTEGER, text TEXT, sort TEXT, shown TEXT, PRIMARY KEY (thing, text, sort)) WITHOUT ROWID;
CREATE TABLE gram (text TEXT PRIMARY KEY, things BLOB) WITHOUT ROWID;
CREATE TABLE reading (sign TEXT PRIMARY KEY, syllable TEXT) WITHOUT ROWID;
"""
_INSERT: Final = f"INSERT INTO thing VALUES ({', '.join('?' * 13)})"
_Postings: TypeAlias = "dict[str, array[int]]"
"""Which things have a piece in their names, by number."""


@dataclass
class _Thing:
    iri: str
    kinds: set[str] = field(default_factory=set)
    labels: dict[str, str] = field(default_factory=dict)
    names: list[tuple[str, str]] = field(default_factory=list)
    pinyin: str = ""
    near: dict[str, list[str]] = field(default_factory=dict)

    def first(self, name: str) -> str:
        return min(self.near.get(TERMS + name, ()), default="")

    @cached_property
    def kind(self) -> str:
        return min(self.kinds, key=lambda kind: (_RANKS.get(kind, _OTHER_RANK), not kind.startswith(TERMS), kind), default="")

    @property
    def level(self) -> str:
        return self.first("level").rpartition("/")[2]

    @property
    def within(self) -> str:
        for name in (TERMS + "directlyWithin", TERMS + "designates", PREFIXES["dcterms"] + "isPartOf", _SKOS + "inScheme"):
            if self.near.get(name):
                return min(self.near[name])
        return ""


def build(folder: Path) -> None:
    """Write the index of the answers in a folder. Raises OSError, KeyError where an answer has other columns."""
    things = dict[str, _Thing]()
    _read(folder, things)
    where = folder / INDEX
    where.unlink(missing_ok=True)
    store = sqlite3.connect(where, isolation_level=None)
    try:
        store.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; BEGIN;" + _TABLES)
        postings: _Postings = {}
        syllables = _write_things(store, things, postings)
        _write_queries(store, json.loads((folder / QUERIES).read_text("utf-8")), len(things), postings)
        store.executemany("INSERT INTO gram VALUES (?, ?)", ((gram, found.tobytes()) for gram, found in sorted(postings.items())))
        signs = ((chr(point), toneless(key(read.partition(",")[0]))) for point, read in PINYIN_DICT.items() if point < _OFTEN)
        store.executemany("INSERT INTO reading VALUES (?, ?)", (pair for pair in sorted(signs) if pair[1] in syllables))
        store.executescript("CREATE INDEX by_text ON key (text); CREATE INDEX by_iri ON thing (iri);")
    finally:
        store.close()


def _rows(folder: Path, name: str) -> Iterator[Mapping[str, str]]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _read(folder: Path, things: dict[str, _Thing]) -> None:
    found = list[tuple[int, str, str, str, str]]()
    for row in _rows(folder, "names"):
        rank = _LABELS.index(row["property"]) if row["property"] in _LABELS else len(_LABELS)
        found.append((rank, row["thing"], row["property"], row["value"], row["lang"].lower()))
    for _, iri, name, value, lang in sorted(found):
        thing = things.setdefault(iri, _Thing(iri))
        if name == TERMS + "pinyin":
            thing.pinyin = value
        elif name in _CODES:
            thing.names.append(("code", f"{_CODES[name]}:{value}"))
        else:
            thing.names.append((_SORTS[name], value))
            if _SORTS[name] == "label":
                thing.labels.setdefault(lang.partition("-")[0], value)
    for row in _rows(folder, "kinds"):
        if row["thing"] in things:
            things[row["thing"]].kinds.add(row["value"])
    for row in _rows(folder, "near"):
        if row["thing"] in things:
            things[row["thing"]].near.setdefault(row["property"], []).append(row["value"])


def _write_things(store: sqlite3.Connection, things: Mapping[str, _Thing], postings: _Postings) -> set[str]:
    """Write the things of the graph, and return the syllables of their names."""
    syllables = set[str]()
    numbers = {iri: number for number, iri in enumerate(sorted(things))}
    for iri, number in numbers.items():
        thing = things[iri]
        level, name = thing.level, thing.kind
        rank = _RANKS.get(name, _OTHER_RANK) + (_LEVELS.index(level) / len(_LEVELS) if level in _LEVELS else 0)
        within = _context(thing, things)
        zh, en = (_label(thing, lang) for lang in ("zh", "en"))
        kind = things.get(thing.first("placeType")) or things.get(name)
        row = (
            *(number, iri, _short(name), _GROUPS.get(name, "others"), level, rank, zh, en),
            *((_label(kind, "zh"), _label(kind, "en")) if kind else ("", "")),
            thing.within,
            *within,
        )
        store.execute(_INSERT, row)
        keys = set(_keys(thing, things.get(thing.within)))
        _index(store, number, keys, postings)
        syllables.update(*(map(_sound, text) for text, sort, _ in keys if sort in {"label", "name"} and has_chinese(text)))
    return syllables


def _label(thing: _Thing, lang: str) -> str:
    labels = thing.labels
    words = next((text for sort, text in thing.names if sort == "words"), "")
    return labels.get(lang) or labels.get("") or next(iter(labels.values()), "") or words or shorten(thing.iri)


def _context(thing: _Thing, things: Mapping[str, _Thing]) -> tuple[str, str]:
    """Return where a thing stands: a place's town and county, else what it is part of; in both languages."""
    above, at = list[_Thing](), things.get(thing.within)
    while at is not None and at not in above and (not above or at.level in {"county", "town"}):
        above.append(at)
        at = things.get(at.first("directlyWithin"))
    return "".join(_label(one, "zh") for one in reversed(above)), ", ".join(_label(one, "en") for one in above)


def _keys(thing: _Thing, parent: _Thing | None) -> Iterator[tuple[str, str, str]]:
    """Yield text, sort, and the name that is shown where a thing is found by it and it is not a label."""
    place = TERMS + "Place" in thing.kinds
    yield fold(shorten(thing.iri)), "iri", ""
    for sort, name in thing.names:
        if sort in {"notation", "code"}:
            yield fold(name), sort, ""
            continue
        text = key(name)
        if not text:
            continue
        yield text, sort, name if sort in {"name", "hidden"} else ""
        if place:
            short = "hidden-core" if sort == "hidden" else "core"
            yield from ((one, short, name if sort == "hidden" else "") for one in shorter(text))
        if has_chinese(text) and sort in {"label", "name", "hidden"} and not (place and thing.pinyin):
            yield _sound(text), "pinyin", ""
    zh = key(thing.labels.get("zh", ""))
    if place and thing.pinyin:
        spoken, short = toneless(key(thing.pinyin)), core(zh)
        yield from ((spoken + _sound(one.removeprefix(short)), "pinyin", "") for one in (zh, *shorter(zh)))
    if place and parent is not None and zh:
        yield key(parent.labels.get("zh", "")) + zh, "path", ""


_short = lru_cache(maxsize=256)(shorten)


@lru_cache(maxsize=4096)
def _sound(text: str) -> str:
    return toneless("".join(lazy_pinyin(text)))


def _index(store: sqlite3.Connection, number: int, keys: Iterable[tuple[str, str, str]], postings: _Postings) -> None:
    """Write the keys of a thing, and note the pieces of its names."""
    pieces = set[str]()
    for text, sort, shown in sorted(keys):
        store.execute("INSERT OR IGNORE INTO key VALUES (?, ?, ?, ?)", (number, text, sort, shown))
        if sort not in {"iri", "code", "notation", "path"}:
            pieces.update(grams(text))
    for piece in pieces:
        postings.setdefault(piece, array("I")).append(number)


def _write_queries(store: sqlite3.Connection, queries: Iterable[Mapping[str, str]], number: int, postings: _Postings) -> None:
    """Write the saved queries, which are not in the graph, with numbers from ``number`` on."""
    for at, query in enumerate(queries, number):
        iri, titles = f"{BASE}queries/{query['name']}", (query["title_zh"], query["title_en"])
        questions = (query["question_zh"], query["question_en"])
        store.execute(_INSERT, (at, iri, "query", "queries", "", _QUERY_RANK, *titles, "", "", "", *questions))
        keys = {
            (fold(shorten(iri)), "iri", ""),
            (key(query["name"]), "name", ""),
            *((key(title), "label", "") for title in titles),
            *((key(question), "question", "") for question in questions),
            (_sound(key(titles[0])), "pinyin", ""),
        }
        _index(store, at, keys, postings)


def main() -> None:
    """Make the index in the folder that the command line names."""
    build(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
