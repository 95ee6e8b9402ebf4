"""The documentation of the ontology: a diagram of its main classes, and each term with its definition, example and use."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Question
from bqwgraph.graph.namespaces import PREFIXES, TERMS, shorten
from bqwgraph.pages.diagram import Diagram, lay_out
from bqwgraph.pages.view import Row, Shown, View
from bqwgraph.publication.describing import Description
from bqwgraph.publication.ontology_history import Touch
from bqwgraph.queries.values import Steps

_FOLDER: Final = files("bqwgraph") / "pages" / "terms"
LINKS: Final = (_FOLDER / "links.rq").read_text("utf-8")
USES: Final = (_FOLDER / "uses.rq").read_text("utf-8")
_SKOS, _RDFS, _OWL = (PREFIXES[name] for name in ("skos", "rdfs", "owl"))
_VERSIONS: Final = frozenset(
    [
        *(_OWL + name for name in ("versionInfo", "versionIRI", "priorVersion", "backwardCompatibleWith", "incompatibleWith")),
        *(PREFIXES["dcterms"] + name for name in ("created", "issued", "modified")),
        PREFIXES["adms"] + "status",
    ]
)
"""What the header of the ontology says of its version."""
_TOLD: Final = frozenset(
    [
        *(_SKOS + name for name in ("definition", "example", "scopeNote")),
        _RDFS + "label",
        _RDFS + "isDefinedBy",
        PREFIXES["rdf"] + "type",
    ]
)
"""What a term's entry tells in words, and so not in its table."""


@dataclass(frozen=True)
class Term:
    """A class or property as its entry tells of it; ``query`` finds where it is used, ``uses`` how often."""

    id: str
    name: str
    texts: Mapping[str, Sequence[Shown]]
    rows: Sequence[Row]
    uses: int
    query: str
    deprecated: bool


@dataclass(frozen=True)
class Version:
    """A release of the graph that touched the ontology, as the page tells of it.

    ``href`` leads to all that it changed, ``version`` is the version that it gave the ontology, if another; ``terms`` are the
    terms by what became of them.
    """

    release: str
    href: str
    date: str
    first: bool
    version: Shown | None
    terms: Mapping[str, Sequence[Shown]]


@dataclass(frozen=True)
class Documentation:
    """The terms, by the message that heads them; the diagram; and its arrows as rows (from, by which property, to, how often).

    ``header`` is what the ontology says of its version and ``about`` what else it says of itself; ``versions`` are the releases
    that touched it, the newest first.
    """

    groups: Mapping[str, Sequence[Term]]
    diagram: Diagram
    links: Sequence[tuple[Shown, Shown, Shown, int]]
    header: Sequence[Row]
    about: Sequence[Row]
    versions: Sequence[Version]


def documentation(view: View, found: Description, touches: Iterable[Touch]) -> Steps[Documentation]:
    """Ask how the terms of the ontology, which ``found`` describes, are used, and lay out what leads to what."""
    uses = {row["term"]: int(row["uses"]) for row in (yield from _rows(USES))}
    links = yield from _rows(LINKS)
    groups: dict[str, list[Term]] = {"terms_classes": [], "terms_properties": []}
    for iri in sorted(name for name in found.subjects if name.startswith(TERMS)):
        is_class = any(value.value == _OWL + "Class" for value in found.values(iri, PREFIXES["rdf"] + "type"))
        groups["terms_classes" if is_class else "terms_properties"].append(
            _term(view, found, iri, uses.get(iri, 0), is_class=is_class)
        )
    rows = view.rows(found)
    return Documentation(
        groups,
        _diagram(view, found, links, uses),
        _listed(view, found, links),
        [row for row in rows if row.predicate in _VERSIONS],
        [row for row in rows if row.predicate not in _VERSIONS],
        [_version(view, found, touch) for touch in touches],
    )


def _rows(query: str) -> Steps[list[dict[str, str]]]:
    answer = yield Question.table(query, ox.QueryResultsFormat.JSON)
    return [{name: value["value"] for name, value in row.items()} for row in json.loads(answer.body)["results"]["bindings"]]


def _term(view: View, found: Description, iri: str, uses: int, *, is_class: bool) -> Term:
    name = iri.removeprefix(TERMS)
    asked = f"?thing a bqw:{name} . ?thing rdfs:label ?label" if is_class else f"?thing bqw:{name} ?value"
    variables = "?thing ?label" if is_class else "?thing ?value"
    return Term(
        name,
        view.named(found, iri).text,
        {word: view.shown(found, iri, _SKOS + word) for word in ("definition", "scopeNote", "example")},
        [row for row in view.rows(found, iri) if row.predicate not in _TOLD],
        uses,
        f"PREFIX bqw: <{TERMS}>\nPREFIX rdfs: <{_RDFS}>\n\nSELECT {variables}\nWHERE {{ {asked} }}\nLIMIT 100",
        any(value.value == "true" for value in found.values(iri, _OWL + "deprecated")),
    )


def _version(view: View, found: Description, touch: Touch) -> Version:
    def term(iri: str) -> Shown:
        name = shorten(iri)
        return Shown(name, "", view.href(iri) if iri in found.subjects else "")

    version = Shown(touch.version_iri.rpartition("/")[2], "", view.href(touch.version_iri)) if touch.version_iri else None
    terms = {change: [term(iri) for iri in iris] for change, iris in touch.terms.items()}
    return Version(touch.release, view.link(f"changes/{touch.release}"), touch.date.isoformat(), touch.first, version, terms)


def _diagram(view: View, found: Description, links: Sequence[Mapping[str, str]], uses: Mapping[str, int]) -> Diagram:
    """Draw the classes that have things of their own: one whose things are all of narrower classes is left to these."""
    general = {value.value for iri in found.subjects for value in found.values(iri, _RDFS + "subClassOf") if iri in uses}
    said = dict[tuple[str, str], list[str]]()
    for row in links:
        if not {row["from"], row["to"]} & general:
            said.setdefault((row["from"], row["to"]), []).append(view.term(row["property"]).text)
    classes = dict.fromkeys(iri for pair in said for iri in pair)
    names = {iri: (view.named(found, iri).text, f"{uses.get(iri, 0):,}") for iri in classes}
    return lay_out(names, [(start, end, "、".join(texts)) for (start, end), texts in said.items()])


def _listed(view: View, found: Description, links: Sequence[Mapping[str, str]]) -> list[tuple[Shown, Shown, Shown, int]]:
    return [
        (view.named(found, row["from"]), view.term(row["property"]), view.named(found, row["to"]), int(row["count"]))
        for row in links
    ]
