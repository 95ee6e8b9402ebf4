"""Asking an index: likely things by pieces of their names, and the best of them by how what was typed fits.

Nothing that is typed is a pattern, and nothing takes longer than a moment: what is looked at is bounded, and time is.
"""

import sqlite3
import time
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from rapidfuzz.distance import OSA

from bqwgraph.graph.namespaces import BASE, shorten
from bqwgraph.queries.values import significant
from bqwgraph.search.words import core, fold, grams, has_chinese, key, toneless

LONGEST: Final = 200
"""Characters of what is looked for; the rest is left out."""
GROUPS: Final = ("actions", "policies", "places", "designations", "terms", "queries", "others", "words")
_SECONDS: Final = 0.5
_MOST_LIKELY: Final = 150
_MOST_BEGINNING: Final = 100
_MOST_POSTINGS: Final = 24_000
"""Bytes of lists of things that are counted together, four a thing; those of rare pieces come first."""
_MOST_TOKENS: Final = 8
_AT_ONCE: Final = 500
"""Values in one question to SQLite."""

_WEIGHTS: Final = {
    "label": 1.0,
    "iri": 1.0,
    "code": 1.0,
    "notation": 1.0,
    "name": 0.97,
    "core": 0.95,
    "hidden": 0.94,
    "path": 0.93,
    "hidden-core": 0.92,
    "pinyin": 0.92,
    "question": 0.7,
    "words": 0.6,
}
_SPELT, _STARTS, _HOLDS, _SOUNDS, _WRONG = 0.95, 0.7, 0.45, 0.6, 0.55
"""What a fit is worth: another spelling, a beginning, a part, the same sound, and, less `_LESS` for each, wrong characters."""
_PART: Final = 0.15
"""What is added for the part of the name that was typed, if it was all of it."""
_LESS: Final = 0.08
_GOOD: Final = 0.4
"""A score from which on wrong characters are not thought of."""
_RANK: Final = 0.002
"""What a step in the order of kinds takes off a score: it orders what fits equally well, or nearly."""
_IDENTIFIERS: Final = frozenset({"iri", "code", "notation"})
_NOT_WRONG: Final = _IDENTIFIERS | {"words", "question", "path"}
_ONLY_BEGINNINGS: Final = 2
"""Letters that are looked for at the beginning of names only."""
_SHORT, _LONG = 3, 8
"""From how many characters one may be wrong, and from how many two."""


@dataclass(frozen=True)
class Thing:
    """Something that was found: its IRI, what it is called and is, in Chinese and English, and what it is within (IRI, or empty).

    ``kind`` is its class as a prefixed name, ``level`` a place's level (or empty). ``by`` is another name by which it was found,
    ``score`` from 0 to 1.
    """

    iri: str
    kind: str
    group: str
    level: str
    label: tuple[str, str]
    kind_label: tuple[str, str]
    within: str
    within_label: tuple[str, str]
    by: str = ""
    score: float = 0.0


@dataclass(frozen=True)
class Clash:
    """A bare code that is another place's by the list of 2026, ``other``, than by that of 2023, ``meant`` (IRIs, or empty)."""

    code: str
    meant: str
    other: str


@dataclass(frozen=True)
class Found:
    """What was found, the best first; ``cut``: what was looked for was longer than is looked at."""

    things: Sequence[Thing]
    clash: Clash | None = None
    cut: bool = False


@dataclass(frozen=True)
class _Wanted:
    """What is looked for, in the forms that are compared."""

    exact: str
    word: str
    spellings: tuple[str, ...]
    tokens: tuple[str, ...]
    sound: str
    codes: tuple[str, ...]


@dataclass(frozen=True)
class _Row:
    iri: str
    kind: str
    group: str
    level: str
    rank: float
    label: tuple[str, str]
    kind_label: tuple[str, str]
    within: str
    within_label: tuple[str, str]


def find(index: Path, text: str) -> Found:
    """Find what a text may name. Any text is allowed; the same text finds the same things."""
    given = text.encode("utf-8", "ignore").decode("utf-8").strip()
    with closing(sqlite3.connect(f"{index.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as store:
        until = time.monotonic() + _SECONDS
        store.set_progress_handler(lambda: time.monotonic() > until, 10_000)
        try:
            return _find(store, given[:LONGEST], cut=len(given) > LONGEST)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
                raise
            return Found((), cut=len(given) > LONGEST)


def _find(store: sqlite3.Connection, text: str, *, cut: bool) -> Found:
    wanted = _read(store, text)
    candidates = {*_exact(store, wanted), *_beginning(store, wanted), *_likely(store, wanted)}
    keys, things = _keys(store, candidates), _things(store, candidates)
    best = {number: _best(_fits(wanted, keys[number], things[number])) for number in candidates}
    if max((score for score, _ in best.values()), default=0.0) < _GOOD:
        wrong = {number: _best(_fits_wrong(wanted, keys[number])) for number in candidates}
        best = {number: max(best[number], wrong[number]) for number in candidates}
    found = [
        Thing(row.iri, row.kind, row.group, row.level, row.label, row.kind_label, row.within, row.within_label, by, score)
        for number, row in things.items()
        for by, score in [(best[number][1], round(best[number][0] - row.rank * _RANK, 4))]
        if best[number][0] > 0
    ]
    found.sort(key=lambda thing: (-thing.score, len(thing.label[0]), thing.iri))
    return Found(found, _clash(store, wanted), cut)


def _read(store: sqlite3.Connection, text: str) -> _Wanted:
    exact, word = fold(shorten(text) if text.startswith(BASE) else text), key(text)
    sound = ""
    if has_chinese(word):
        readings = dict(_in(store, "SELECT sign, syllable FROM reading WHERE sign IN", set(word)))
        sound = "".join(readings.get(sign, sign) for sign in word)
    scheme, _, digits = exact.rpartition(":")
    codes: tuple[str, ...] = ()
    if digits.isascii() and digits.isdigit() and scheme in {"", "nbs2023", "mca2026"}:
        codes = tuple(f"{one}:{significant(digits)}" for one in ((scheme,) if scheme else ("nbs2023", "mca2026")))
    tokens = tuple(dict.fromkeys(filter(None, map(key, text.split()[:_MOST_TOKENS]))))
    spellings = dict.fromkeys((word, core(word), toneless(word), core(toneless(word))))
    return _Wanted(exact, word, tuple(filter(None, spellings)), tokens, "" if has_chinese(sound) else sound, codes)


def _exact(store: sqlite3.Connection, wanted: _Wanted) -> Iterator[int]:
    texts = {wanted.exact, wanted.sound, core(wanted.sound), *wanted.spellings, *wanted.codes} - {""}
    return (number for (number,) in _in(store, "SELECT thing FROM key WHERE text IN", texts, f"LIMIT {_MOST_BEGINNING}"))


def _beginning(store: sqlite3.Connection, wanted: _Wanted) -> Iterator[int]:
    exact = wanted.exact if wanted.codes or ":" in wanted.exact else ""
    for start in filter(None, (wanted.word, wanted.sound, *wanted.codes[:1], exact)):
        found = "SELECT thing FROM key WHERE text >= ? AND text < ? ORDER BY text LIMIT ?"
        yield from (number for (number,) in store.execute(found, (start, start + chr(0x10FFFF), _MOST_BEGINNING)))


def _likely(store: sqlite3.Connection, wanted: _Wanted) -> Iterator[int]:
    """Yield the things that have most pieces in common with what is looked for."""
    common, looked = Counter[int](), 0
    pieces = {piece for word in {wanted.word, *wanted.tokens, *wanted.spellings} for piece in grams(word)}
    for size, posting in sorted(_in(store, "SELECT length(things), things FROM gram WHERE text IN", pieces)):
        looked += size
        if looked > _MOST_POSTINGS and common:
            break
        common.update(array("I", posting[:_MOST_POSTINGS]))
    return (number for number, _ in common.most_common(_MOST_LIKELY))


def _keys(store: sqlite3.Connection, numbers: Iterable[int]) -> Mapping[int, list[tuple[str, str, str]]]:
    keys = defaultdict[int, list[tuple[str, str, str]]](list)
    for number, *found in _in(store, "SELECT thing, text, sort, shown FROM key WHERE thing IN", numbers):
        keys[number].append((found[0], found[1], found[2]))
    return keys


def _things(store: sqlite3.Connection, numbers: Iterable[int]) -> Mapping[int, _Row]:
    columns = "id, iri, kind, grp, level, rank, zh, en, kind_zh, kind_en, within, within_zh, within_en"
    return {
        number: _Row(iri, kind, group, level, rank, (zh, en), (kind_zh, kind_en), within, (within_zh, within_en))
        for number, iri, kind, group, level, rank, zh, en, kind_zh, kind_en, within, within_zh, within_en in _in(
            store, f"SELECT {columns} FROM thing WHERE id IN", numbers
        )
    }


def _in(
    store: sqlite3.Connection, query: str, values: Iterable[str] | Iterable[int], tail: str = ""
) -> Iterator[tuple[Any, ...]]:
    """Ask for the rows that have one of some values."""
    given = list(values)
    for at in range(0, len(given), _AT_ONCE):
        some = given[at : at + _AT_ONCE]
        yield from store.execute(f"{query} ({', '.join('?' * len(some))}) {tail}", some)


def _best(fits: Iterable[tuple[float, str]]) -> tuple[float, str]:
    return max(fits, default=(0.0, ""))


def _fits(wanted: _Wanted, keys: Sequence[tuple[str, str, str]], row: _Row) -> Iterator[tuple[float, str]]:
    """Yield how well each name fits, from 0 to 1, with the name where it is another than the label."""
    for text, sort, shown in keys:
        fit = _fit_identifier(wanted, text) if sort in _IDENTIFIERS else _fit_name(wanted, text)
        if fit:
            yield _WEIGHTS[sort] * fit, shown
    if len(wanted.tokens) > 1 and row.group != "words":
        told = [text for text, sort, _ in keys if sort not in _IDENTIFIERS] + [key(label) for label in row.within_label]
        if all(any(token in text for text in told) for token in wanted.tokens):
            yield _HOLDS + _PART, ""


def _fit_identifier(wanted: _Wanted, text: str) -> float:
    if text == wanted.exact or text in wanted.codes:
        return 1
    starts = [*wanted.codes[:1], *([wanted.exact] if ":" in wanted.exact else [])]
    return _STARTS + _PART * len(wanted.word) / len(text) if any(map(text.startswith, starts)) else 0


def _fit_name(wanted: _Wanted, text: str) -> float:
    word = wanted.word
    if not word:
        return 0
    if text == word:
        return 1
    if text in wanted.spellings:
        return _SPELT
    if text.startswith(word):
        return _STARTS + _PART * len(word) / len(text)
    holds = word in text and (len(word) > _ONLY_BEGINNINGS or has_chinese(word))
    return _HOLDS + _PART * len(word) / len(text) if holds else 0


def _fits_wrong(wanted: _Wanted, keys: Iterable[tuple[str, str, str]]) -> Iterator[tuple[float, str]]:
    """Yield how well names fit that sound the same, or in which a character or two are wrong."""
    sound, sounds = wanted.sound, {wanted.sound, core(wanted.sound)} - {""}
    for text, sort, shown in keys:
        weight = _WEIGHTS[sort]
        if sort == "pinyin" and sound and (text in sounds or text.startswith(sound)):
            yield weight * (_SOUNDS if text in sounds else _SOUNDS - _PART / 2), shown
        if sort in _NOT_WRONG or has_chinese(text) != has_chinese(wanted.word):
            continue
        for word in wanted.spellings:
            wrong = _wrong(word, text)
            if wrong:
                yield weight * (_WRONG - _LESS * wrong), shown


def _wrong(word: str, text: str) -> float:
    """Return how many characters of a word are wrong for a name, a half more where it is only part of it; 0: too many."""
    most = (len(word) >= _SHORT) + (len(word) >= _LONG)
    if not most:
        return 0
    whole = OSA.distance(word, text, score_cutoff=most)
    if whole <= most:
        return whole
    if len(word) <= _SHORT or len(text) <= len(word) or not has_chinese(word):
        return 0
    parts = (OSA.distance(word, text[at : at + len(word)], score_cutoff=1) for at in range(len(text) - len(word) + 1))
    return 1.5 if min(parts) <= 1 else 0


def _clash(store: sqlite3.Connection, wanted: _Wanted) -> Clash | None:
    if len(wanted.codes) != len(("nbs2023", "mca2026")):
        return None
    query = "SELECT key.text, thing.iri FROM key JOIN thing ON thing.id = key.thing WHERE key.sort = 'code' AND key.text IN"
    found = dict(_in(store, query, wanted.codes))
    meant, other = (found.get(code, "") for code in wanted.codes)
    return Clash(wanted.exact, meant, other) if other and meant != other else None
