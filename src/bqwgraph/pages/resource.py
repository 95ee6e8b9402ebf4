"""The page about what there is at a path: a resource, a list of what a path holds, or the ontology's terms."""

from collections.abc import Mapping
from typing import Any, Final

from bqwgraph.graph.namespaces import BASE, ONTOLOGY, PREFIXES, TERMS
from bqwgraph.pages.rendering import Pages, Where
from bqwgraph.pages.view import View
from bqwgraph.publication import schema_org
from bqwgraph.publication.contents import Content
from bqwgraph.publication.describing import Description, House, is_deprecated, successors
from bqwgraph.publication.signposting import RDF_TYPES

_DEFINITION: Final = PREFIXES["skos"] + "definition"


def render(pages: Pages, where: Where, content: Content, house: House, digest: str) -> str:
    """Return the page about what there is at ``where.path`` as HTML; ``digest`` names the snapshot that it is cited by."""
    t = pages.messages[where.lang]
    view, found = View(house, where, (t["resource_yes"], t["resource_no"])), content.found
    shared: dict[str, Any] = {
        "iri": BASE + where.path,
        "data": {extension: where.data(extension, 1 if content.whole else content.page) for extension, _ in RDF_TYPES},
        "rdf_types": dict(RDF_TYPES),
        "previous": where.link(where.path, page=content.page - 1) if content.page > 1 else "",
        "next": where.link(where.path, page=content.page + 1) if content.more else "",
        "schema_org": schema_org.document(found, where.address, house.license) if content.listed is None else None,
    }
    if content.listed is not None:
        listed = [view.named(found, iri) for iri in content.listed]
        return pages.render(where, "members.html", **shared, heading=_heading(where.path, t), members=listed)
    titles = view.titles(found)
    citation = t["resource_citation"].format(
        date=house.modified,
        title=titles[0].text,
        version=house.version.rpartition("/")[2],
        digest=digest[:12],
    )
    shared |= {"titles": titles, "rows": view.rows(found), "citation": citation}
    if found.iri == ONTOLOGY:
        return pages.render(where, "terms.html", **shared, groups=_terms(view, found))
    own = [
        {"name": view.named(found, iri), "rows": view.rows(found, iri), "text": view.text(found, iri, _DEFINITION)}
        for iri in view.subjects(found)
    ]
    return pages.render(
        where,
        "resource.html",
        **shared,
        kinds=view.kinds(found),
        deprecated=is_deprecated(found),
        replaced=[view.named(found, iri) for iri in successors(found)],
        reasons=view.reasons(found),
        members=own,
        pointing=view.pointing(found),
    )


def _heading(path: str, t: Mapping[str, str]) -> str:
    if path.startswith("graph/"):
        return t["members_graph"].format(name=path.removeprefix("graph/"))
    return t.get(f"members_{path}") or t["members_of"].format(name=path)


def _terms(view: View, found: Description) -> list[tuple[str, list[dict[str, object]]]]:
    classes, properties = list[dict[str, object]](), list[dict[str, object]]()
    for iri in sorted(name for name in found.subjects if name.startswith(TERMS)):
        kinds = {value.value for value in found.values(iri, PREFIXES["rdf"] + "type")}
        shown: dict[str, object] = {
            "id": iri.removeprefix(TERMS),
            "titles": [view.named(found, iri)],
            "rows": view.rows(found, iri),
            "deprecated": any(value.value == "true" for value in found.values(iri, PREFIXES["owl"] + "deprecated")),
        }
        (classes if PREFIXES["owl"] + "Class" in kinds else properties).append(shown)
    return [("terms_classes", classes), ("terms_properties", properties)]
