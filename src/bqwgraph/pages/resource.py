"""The page about what there is at a path: a resource, a list of what a path holds, or the ontology's terms."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import Any, Final

import pyoxigraph as ox

from bqwgraph.engine.interface import Question
from bqwgraph.graph.namespaces import BASE, GRAPHS, ONTOLOGY, PREFIXES, TERMS
from bqwgraph.pages.ontology import LINKS, documentation
from bqwgraph.pages.place_map import around
from bqwgraph.pages.rendering import Pages, Where
from bqwgraph.pages.sections import tables
from bqwgraph.pages.view import Row, Shown, Statement, View, by_number
from bqwgraph.publication import schema_org
from bqwgraph.publication.contents import Content
from bqwgraph.publication.describing import (
    Description,
    House,
    describing,
    is_deprecated,
    key_of,
    place_in_list,
    successors,
    triples_of,
)
from bqwgraph.publication.ontology_history import Touch
from bqwgraph.publication.signposting import RDF_TYPES
from bqwgraph.queries.values import Steps

_SKOS: Final = PREFIXES["skos"]


_SMALL: Final = 3
"""Towns from which on a map says something."""


@dataclass(frozen=True)
class Edition:
    """What pages are made of: the digest of the snapshot, by which they are cited, and the releases that touched the ontology."""

    digest: str
    touches: Sequence[Touch]


def page(pages: Pages, where: Where, content: Content, house: House, edition: Edition) -> Steps[str]:
    """Make the page about what there is at ``where.path``, as HTML."""
    t, found = pages.messages[where.lang], content.found
    shared: dict[str, Any] = {
        "iri": BASE + where.path,
        "data": {extension: where.data(extension, 1 if content.whole else content.page) for extension, _ in RDF_TYPES},
        "rdf_types": dict(RDF_TYPES),
        "previous": where.link(where.path, page=content.page - 1) if content.page > 1 else "",
        "next": where.link(where.path, page=content.page + 1) if content.more else "",
        "schema_org": schema_org.document(found, where.address, house.license) if content.listed is None else None,
    }
    yes_no = t["resource_yes"], t["resource_no"]
    members: Sequence[str] | None = content.listed
    if members is None and found.iri not in found.subjects:  # a file of the graph that is about many things
        typed = (subject for subject in found.subjects if found.values(subject, PREFIXES["rdf"] + "type"))
        members = [subject for subject in typed if not subject.startswith("_:")]
    if members is not None:
        view = View(house, where, yes_no)
        ordered = sorted(members, key=lambda iri: (place_in_list(iri)[0], by_number(iri)))
        listed = [(view.named(found, iri), view.other_name(found, iri)) for iri in ordered]
        return pages.render(where, "members.html", **shared, heading=_heading(where.path, t), members=listed)
    inferred = yield from _inferred(found.iri)
    view = View(house, where, yes_no, inferred)
    titles = view.titles(found)
    citation = t["resource_citation"].format(
        date=house.modified, title=titles[0].text, version=house.version.rpartition("/")[2], digest=edition.digest[:12]
    )
    shared |= {"titles": titles, "rows": view.rows(found), "citation": citation}
    if found.iri == ONTOLOGY:
        told = yield from documentation(view, found, edition.touches)
        abstract = view.text(found, ONTOLOGY, PREFIXES["dcterms"] + "abstract")
        return pages.render(where, "terms.html", **shared, told=told, abstract=abstract, links=LINKS)
    classes = [kind.removeprefix(TERMS) for kind in view.classes(found) if kind.startswith(TERMS)]
    first = content.page == 1
    pointing = None if found.more else {predicate.removeprefix(TERMS) for predicate, _ in found.incoming}
    about = (yield from tables(found.iri, classes, where, pointing)) if first else []
    has_parts = first and "Place" in classes and (pointing is None or "within" in pointing)
    picture = (yield from around(found.iri, where, t["home_village_note"])) if has_parts else None
    return pages.render(
        where,
        "resource.html",
        **shared,
        kinds=view.kinds(found),
        origin=view.origin(found),
        crumbs=view.crumbs(found),
        lead=_lead(view, found, classes, t),
        tables=about,
        picture=picture if picture and len(picture.spots) >= _SMALL else None,
        asked=describing(found.iri),
        deprecated=is_deprecated(found),
        replaced=[view.named(found, iri) for iri in successors(found)],
        reasons=view.reasons(found),
        members=_tree(view, found),
        pointing=view.pointing(found),
    )


@dataclass(frozen=True)
class Member:
    """What belongs to a resource: a concept with those below it, a property shape."""

    name: Shown
    text: Shown | None
    rows: Sequence[Row]
    below: Sequence["Member"]


def _tree(view: View, found: Description) -> list[Member]:
    """Return the concepts of a scheme, those below another within it, or the property shapes of a shape."""
    own = sorted(view.subjects(found), key=by_number)
    below = dict[str, list[str]]()
    for iri in own:
        broader = [value.value for value in found.values(iri, _SKOS + "broader") if value.value in own and value.value != iri]
        below.setdefault(broader[0] if broader else "", []).append(iri)

    def grown(parent: str, depth: int) -> list[Member]:
        return [
            Member(
                view.named(found, iri),
                view.text(found, iri, _SKOS + "definition") or view.text(found, iri, PREFIXES["sh"] + "message"),
                view.rows(found, iri),
                grown(iri, depth + 1) if depth < _DEEPEST else [],
            )
            for iri in below.get(parent, ())
        ]

    return grown("", 0)


_DEEPEST: Final = 10
"""Levels of a tree of concepts that a page shows; a circle, which validation reports, ends here."""


def _inferred(iri: str) -> Steps[frozenset[Statement]]:
    """Ask which statements about a resource a rule added."""
    query = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{GRAPHS}inferred> {{ VALUES ?s {{ <{iri}> }} ?s ?p ?o }} }}"
    found = triples_of((yield Question.graph(query, ox.RdfFormat.N_TRIPLES)))
    return frozenset((key_of(triple.subject), triple.predicate.value, str(triple.object)) for triple in found)


def _lead(view: View, found: Description, classes: Sequence[str], t: Mapping[str, str]) -> str:
    """Return a sentence that says what a resource is, for the classes that have one; it says no more than the statements do."""
    kind = next((kind for kind in classes if f"resource_lead_{kind}" in t), "")
    said = {
        name: next((value.text for value in view.shown(found, found.iri, property_iri)), "")
        for name, property_iri in _IN_LEADS.items()
    }
    wanted = {name for _, name, _, _ in Formatter().parse(t[f"resource_lead_{kind}"]) if name} if kind else set()
    if not kind or not all(said[name] for name in wanted - {"name"}):
        return ""
    return t[f"resource_lead_{kind}"].format(**said | {"name": view.titles(found)[0].text})


_IN_LEADS: Final[Mapping[str, str]] = {
    "within": TERMS + "directlyWithin",
    "type": TERMS + "placeType",
    "genre": TERMS + "genre",
    "order": TERMS + "order",
    "part_of": PREFIXES["dcterms"] + "isPartOf",
}


def _heading(path: str, t: Mapping[str, str]) -> str:
    if path.startswith(("graph/", "ontology/")):
        return t["members_graph"].format(name=path.removeprefix("graph/"))
    return t.get(f"members_{path}") or t["members_of"].format(name=path)
