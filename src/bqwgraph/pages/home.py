"""The panorama: the document on one page, made of the answers to the queries in ``panorama/``."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Question
from bqwgraph.pages.map import Map, Spot, draw
from bqwgraph.pages.rendering import Pages, Where
from bqwgraph.publication import schema_org
from bqwgraph.publication.about import About
from bqwgraph.queries.values import Steps

QUERIES: Final[Mapping[str, str]] = {
    path.name.removesuffix(".rq"): path.read_text("utf-8")
    for path in sorted((files("bqwgraph") / "pages" / "panorama").iterdir(), key=lambda path: path.name)
    if path.name.endswith(".rq")
}
"""The queries that the page is made of, by name; a reader can open each."""

_KIND: Final = re.compile(r" (?:City|District)$")
"""What the map leaves off the English name of a county-level unit, where there is little room; the table beside has it."""

Row = Mapping[str, str]


@dataclass(frozen=True)
class Action:
    """One of the actions, with the names and IRIs of its measures."""

    iri: str
    order: str
    name: str
    measures: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Link:
    """A judgement on a policy and an action: ``basis`` is shared-term, implied or candidate; ``measure`` its number, if any."""

    iri: str
    basis: str
    measure: str


@dataclass(frozen=True)
class Policy:
    """A policy; ``links`` holds, for each action in order, what was judged of the two."""

    iri: str
    order: str
    title: str
    genre: str
    links: Sequence[Sequence[Link]]


@dataclass(frozen=True)
class Target:
    """A target; ``carried``: its year is stated for another, and carried over."""

    iri: str
    name: str
    policy: str
    carried: bool


@dataclass(frozen=True)
class Partner:
    """A participant on the diagram: its name, how far down it stands."""

    iri: str
    name: str
    y: int


@dataclass(frozen=True)
class Pair:
    """A partnership: its kind, and its participants, the second of which may be missing."""

    iri: str
    kind: str
    number: int
    a: Partner
    b: Partner | None
    open_ended: bool


@dataclass(frozen=True)
class County:
    """A county-level unit with its typical villages, and all its village-level units."""

    iri: str
    name: str
    group: int
    typical: bool
    villages: int
    all_villages: int


@dataclass(frozen=True)
class Panorama:
    """All that the page shows, in one language."""

    counts: Mapping[str, int]
    actions: Sequence[Action]
    policies: Sequence[Policy]
    targets: Mapping[str, Sequence[Target]]
    pairs: Sequence[Pair]
    left: Sequence[Partner]
    right: Sequence[Partner]
    counties: Sequence[County]
    map: Map | None
    unplaced: Sequence[tuple[str, str, int]]


def page(pages: Pages, where: Where, about: About) -> Steps[str]:
    """Make the home page."""
    t = pages.messages[where.lang]
    shown = yield from panorama(where.lang, t["home_village_note"])
    catalogue = schema_org.catalogue(where.address, t["site"], t["tagline"])
    return pages.render(where, "home.html", shown=shown, about=about, queries=QUERIES, catalogue=catalogue)


def panorama(lang: str, village_note: str) -> Steps[Panorama]:
    """Ask for what the page shows; ``village_note`` words a number of typical villages, ``{count}`` in it."""
    rows = dict[str, list[Row]]()
    for name, text in QUERIES.items():
        answer = yield Question.table(text, ox.QueryResultsFormat.JSON)
        found = json.loads(answer.body)["results"]["bindings"]
        rows[name] = [{key: value["value"] for key, value in row.items()} for row in found]
    tongue = "zh" if lang == "zh-Hans" else "en"
    pairs, left, right = _pairs(rows["partnerships"], tongue)
    counties = [
        County(
            row["county"],
            row[tongue],
            number,
            row["typical"] == "true",
            int(row["villages"]),
            int(row["all_villages"]),
        )
        for number, row in enumerate(rows["counties"])
    ]
    spots = _spots(rows["towns"], counties, tongue, village_note)
    return Panorama(
        counts={row["of"]: int(row["count"]) for row in rows["counts"]},
        actions=_actions(rows["measures"], tongue),
        policies=_policies(rows["policies"], rows["links"], rows["measures"], tongue),
        targets=_targets(rows["targets"], tongue),
        pairs=pairs,
        left=left,
        right=right,
        counties=counties,
        map=draw(spots, [(county.iri, _KIND.sub("", county.name), county.group, county.typical) for county in counties]),
        unplaced=[(spot.iri, spot.name, spot.size) for spot in spots if not spot.point],
    )


def _actions(rows: Sequence[Row], tongue: str) -> list[Action]:
    return [
        Action(
            row["action"],
            row["action_order"],
            row[tongue],
            [(one["measure"], one[tongue]) for one in rows if one["action"] == row["action"] and "measure" in one],
        )
        for row in rows
        if "measure" not in row
    ]


def _policies(rows: Sequence[Row], links: Sequence[Row], measures: Sequence[Row], tongue: str) -> list[Policy]:
    actions = [row["action"] for row in measures if "measure" not in row]
    return [
        Policy(
            row["policy"],
            row["order"],
            row[tongue],
            row.get(f"genre_{tongue}", ""),
            [
                [
                    Link(link["contribution"], link["basis"], link.get("measure_order", ""))
                    for link in links
                    if link["policy"] == row["policy"] and link["action"] == action
                ]
                for action in actions
            ],
        )
        for row in rows
    ]


def _targets(rows: Sequence[Row], tongue: str) -> dict[str, list[Target]]:
    """Group targets by year; those without one are last, under the empty text."""
    found = dict[str, list[Target]]()
    for row in rows:
        target = Target(row["target"], row[tongue], row["policy"], row.get("basis") == "carried-over")
        found.setdefault(row.get("year", ""), []).append(target)
    return found


def _pairs(rows: Sequence[Row], tongue: str) -> tuple[list[Pair], list[Partner], list[Partner]]:
    """Return the partnerships, and their participants on the left and on the right of the diagram, each once."""
    sides = [dict[str, Partner](), dict[str, Partner]()]
    kinds = list[str]()
    pairs = list[Pair]()
    for row in rows:
        kinds += [row["kind"]] if row["kind"] not in kinds else []
        for side, name in zip(sides, "ab", strict=True):
            if name in row:
                side.setdefault(row[name], Partner(row[name], row[f"{name}_{tongue}"], len(side)))
        b = sides[1][row["b"]] if "b" in row else None
        number = kinds.index(row["kind"])
        pairs.append(Pair(row["partnership"], row[f"kind_{tongue}"], number, sides[0][row["a"]], b, row["open"] == "true"))
    return pairs, list(sides[0].values()), list(sides[1].values())


def _spots(rows: Sequence[Row], counties: Sequence[County], tongue: str, village_note: str) -> list[Spot]:
    groups = {county.iri: county.group for county in counties}
    return [
        Spot(
            row["town"],
            row[tongue],
            village_note.format(count=row["villages"]) if row["villages"] != "0" else "",
            row.get("point", ""),
            groups.get(row["county"], 0),
            int(row["villages"]),
            row["typical"] == "true",
        )
        for row in rows
    ]
