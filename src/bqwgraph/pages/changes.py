"""Changes as pages show them: signs, names instead of IRIs, and no more values than somebody reads."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.namespaces import shorten
from bqwgraph.pages.rendering import Pages, Where
from bqwgraph.pages.view import Shown
from bqwgraph.publication.change_reports import SIGNS, sums
from bqwgraph.publication.difference import Change

_VALUES: Final = 20
_CHARACTERS: Final = 600

Told = Mapping[str, Any]
"""A part of what the JSON files say (changes.schema.json, difference.schema.json)."""


@dataclass(frozen=True)
class ShownProperty:
    """What became of a property: values that went and came, and how many more there are of each."""

    name: Shown
    removed: Sequence[Shown]
    added: Sequence[Shown]
    more_removed: int
    more_added: int


@dataclass(frozen=True)
class ShownResource:
    """A resource that changed: ``change`` is added, removed or changed, ``sign`` what stands for it."""

    sign: str
    change: str
    name: Shown
    short: str
    properties: Sequence[ShownProperty]


class ChangesView:
    """Shows changes to the reader of a page.

    ``labels`` are those of properties and values, by IRI; ``gone`` are IRIs that lead nowhere any more.
    """

    def __init__(self, where: Where, labels: Told, gone: Collection[str]) -> None:
        self._where, self._lang, self._labels, self._gone = where, where.lang, labels, gone

    def resources(self, told: Iterable[Told]) -> list[ShownResource]:
        """Return resources with what became of their properties, as far as it is told."""
        return [self._resource(one) for one in told]

    def _resource(self, told: Told) -> ShownResource:
        subject, change = told["subject"], Change(told["change"])
        name = self._named(subject["value"], told.get("labels", {})) if subject["type"] == "uri" else self._term(subject)
        properties = [self._property(one) for one in told.get("properties", [])]
        return ShownResource(SIGNS[change], change.value, name, shorten(subject["value"]), properties)

    def _property(self, told: Told) -> ShownProperty:
        removed, added = ([self._term(term) for term in told[change][:_VALUES]] for change in ("removed", "added"))
        more = (len(told["removed"]) - len(removed), len(told["added"]) - len(added))
        return ShownProperty(self._named(told["predicate"], self._labels.get(told["predicate"], {})), removed, added, *more)

    def _named(self, iri: str, labels: Mapping[str, str]) -> Shown:
        href = "" if iri in self._gone else self._where.href(iri)
        for tag in (self._lang.lower(), *sorted(labels)):
            if tag in labels:
                return Shown(_cut(labels[tag]), recommended(tag) if tag else "", href)
        return Shown(shorten(iri), "", href)

    def _term(self, told: Told) -> Shown:
        if told["type"] == "uri":
            return self._named(told["value"], self._labels.get(told["value"], {}))
        if told["type"] == "bnode":
            return Shown(f"_:{told['value']}")
        if told["type"] == "triple":
            return Shown(f"<<( {' '.join(self._term(part).text for part in told['value'].values())} )>>")
        return Shown(_cut(told["value"]), told.get("xml:lang", ""))


def _cut(text: str) -> str:
    return text if len(text) <= _CHARACTERS else f"{text[:_CHARACTERS]}…"


def changes_page(pages: Pages, where: Where, listing: Told) -> str:
    """Return the page of all releases; ``listing`` is the content of ``changes.json``."""
    gone = {one["subject"]["value"] for release in listing["releases"] for one in release["resources"] if one["gone"]}
    view = ChangesView(where, {}, gone)
    shown = [
        {**release, "sums": _sums(release, where.lang), "resources": view.resources(release["resources"])}
        for release in listing["releases"]
    ]
    return pages.render(where, "changes.html", releases=shown, snapshot=listing["snapshot"])


NONE: Final[Told] = {"resources": [], "labels": {}, "gone": []}
"""A page of changes where nothing changed."""


def release_page(pages: Pages, where: Where, release: Told, told: Told, number: int) -> str:
    """Return a page, by its ``number``, of what changed in a release; ``told`` is the content of the file that it is made of."""
    return pages.render(
        where,
        "release.html",
        release=release,
        sums=_sums(release, where.lang),
        resources=ChangesView(where, told["labels"], set(told["gone"])).resources(told["resources"]),
        number=number,
        pages=release["pages"],
        previous=where.link(where.path, page=number - 1) if number > 1 else "",
        next=where.link(where.path, page=number + 1) if number < release["pages"] else "",
    )


def _sums(release: Told, lang: str) -> str:
    return sums(release["changes"]["resources"], release["changes"]["statements"], lang)
