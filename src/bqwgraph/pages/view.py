"""A description as a page shows it: names instead of IRIs, words of the source beside what they support."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.namespaces import PREFIXES, TERMS, shorten
from bqwgraph.pages.foreign import plain
from bqwgraph.pages.rendering import Where
from bqwgraph.publication.describing import Description, House, Quote, Term

_RDF, _RDFS, _SKOS, _OWL, _SH = (PREFIXES[name] for name in ("rdf", "rdfs", "skos", "owl", "sh"))
_NAMES: Final = (_SKOS + "prefLabel", PREFIXES["dcterms"] + "title", _RDFS + "label", PREFIXES["sh"] + "name")
_FIRST: Final = (*_NAMES, _SKOS + "altLabel", TERMS + "officialName", _SKOS + "definition", _RDF + "type")
Statement = tuple[str, str, str]
"""A subject's and a predicate's IRI, and an object as N-Triples writes it."""
_GENERAL: Final = frozenset({TERMS + "words", PREFIXES["prov"] + "wasDerivedFrom"})
"""Properties that only repeat what a closer one says."""
_ABOUT_NODES: Final = frozenset(
    [
        *(_SKOS + name for name in ("changeNote", "editorialNote", "historyNote", "note", "scopeNote")),
        *(_RDF + "type", _RDFS + "comment", TERMS + "origin", PREFIXES["prov"] + "hadPrimarySource"),
    ]
)
"""Properties by which the graph speaks of its nodes: where a node comes from, these statements do not."""
_SUPPORTED: Final[Mapping[str, tuple[str, ...]]] = {
    "nameWords": (*_NAMES, TERMS + "mentions", TERMS + "designates"),
    "valueWords": (TERMS + "value", TERMS + "statedValue", TERMS + "statedSize"),
    "thresholdWords": (TERMS + "thresholdValue",),
    "qualifierWords": (TERMS + "qualifier", TERMS + "category"),
    "deadlineWords": (TERMS + "deadline",),
    "policyWords": (TERMS + "contributionOf",),
    "targetWords": (TERMS + "contributionTo",),
}
"""Which statement the words of a property support; where there is none of these, they stand in a row of their own."""


@dataclass(frozen=True)
class Shown:
    """A value: its text, the text's language where it has one, and where it leads."""

    text: str
    lang: str = ""
    href: str = ""


@dataclass(frozen=True)
class ShownQuote:
    """Words of a source: the words, what the excerpt is called, and the address of its page."""

    quote: Quote
    href: str


@dataclass
class Row:
    """A property with its values and the words that support them; ``origin`` (a local name) says where the values come from."""

    predicate: str
    name: Shown
    values: list[Shown] = field(default_factory=list)
    quotes: list[ShownQuote] = field(default_factory=list)
    origin: str = ""


@dataclass(frozen=True)
class Reason:
    """A conclusion about the resource, and its reason."""

    name: Shown
    text: Shown | None


def by_number(iri: str) -> list[str | int]:
    """Return a key that sorts names as people count: ``action/2`` before ``action/10``.

    >>> sorted(["action/10", "action/2", "m²"], key=by_number)
    ['action/2', 'action/10', 'm²']
    """
    return [int(part) if at % 2 else part for at, part in enumerate(_NUMBERS.split(iri))]


_NUMBERS: Final = re.compile(r"([0-9]+)")


class View:
    """Shows descriptions to the reader of a page.

    ``yes_no`` are the words for true and false, ``inferred`` are the statements that a rule added.
    """

    def __init__(self, house: House, where: Where, yes_no: tuple[str, str], inferred: Collection[Statement] = ()) -> None:
        self._house, self._lang, self._yes_no, self._inferred = house, where.lang, yes_no, inferred
        self.href, self.link = where.href, where.link

    def named(self, found: Description, iri: str) -> Shown:
        """Return a node by its name in the page's language, else in another, else by its words, else by its short IRI."""
        labels = {**plain(iri), **self._house.terms.get(iri, {}), **found.labels(iri)}
        for tag in (self._lang.lower(), *sorted(labels)):
            if tag in labels:
                return Shown(labels[tag], recommended(tag) if tag else "", self.href(iri))
        quote = found.quote(iri)
        texts = (
            [quote.exact]
            if quote
            else [v.value for name in _OF_WORDS for v in found.values(iri, name) if isinstance(v, ox.Literal)]
        )
        ends = [v.value for name in _OF_PLACE for v in found.values(iri, name) if isinstance(v, ox.Literal)]
        if len(ends) == len(_OF_PLACE):
            return Shown("–".join(ends), "", self.href(iri))
        return Shown(f"“{texts[0]}”" if texts else shorten(iri), "", self.href(iri))

    def titles(self, found: Description) -> list[Shown]:
        """Return the names of the resource, the page's language first."""
        labels = {tag: text for tag, text in found.labels(found.iri).items() if tag}
        order = sorted(labels, key=lambda tag: (tag != self._lang.lower(), tag))
        return [Shown(labels[tag], recommended(tag)) for tag in order] or [self.named(found, found.iri)]

    def other_name(self, found: Description, iri: str) -> Shown | None:
        """Return the name of a node in a language that is not the page's, or None where it has no other."""
        labels = {tag: text for tag, text in found.labels(iri).items() if tag and tag != self._lang.lower()}
        tag = min(labels, default="")
        return Shown(labels[tag], recommended(tag)) if self._lang.lower() in found.labels(iri) and tag else None

    def kinds(self, found: Description) -> list[Shown]:
        """Return the classes of the resource by name, ours if there are any."""
        classes = self.classes(found)
        own = [iri for iri in classes if iri.startswith(TERMS)]
        return [self.named(found, iri) for iri in own or classes]

    def classes(self, found: Description) -> list[str]:
        """Return the IRIs of the classes of the resource."""
        return [value.value for value in found.values(found.iri, _RDF + "type") if isinstance(value, ox.NamedNode)]

    def shown(self, found: Description, subject: str, predicate: str) -> list[Shown]:
        """Return what a property of a subject is, in the page's language where it is a text."""
        return self._shown(found, found.values(subject, predicate))

    def crumbs(self, found: Description) -> list[Shown]:
        """Return what the resource is part of, the largest first: places that it lies in, what a part belongs to, its scheme."""
        above = next((values for name in _ABOVE if (values := found.values(found.iri, name))), [])
        return [
            self.named(found, iri)
            for iri in sorted({node.value for node in above if isinstance(node, ox.NamedNode)}, key=lambda iri: (len(iri), iri))
        ]

    def rows(self, found: Description, subject: str = "") -> list[Row]:
        """Return the statements about the resource, or another subject, with their evidence."""
        said, own = found.about(subject or found.iri), self.origin(found, subject)
        rows = dict[str, Row]()
        words = dict[str, list[ShownQuote]]()
        for predicate in sorted(said, key=self._place_of):
            values = said[predicate]
            quotes = [quote for value in values if (quote := self._quoted(found, value))]
            if predicate in _GENERAL or (predicate == _RDFS + "label" and rows.keys() & set(_NAMES)):
                continue
            if quotes and predicate.startswith(TERMS):
                words[predicate] = quotes
            else:
                computed = all((subject or found.iri, predicate, str(value)) in self._inferred for value in values)
                origin = "computed" if computed else "" if predicate in _ABOUT_NODES else own
                rows[predicate] = Row(predicate, self.term(predicate), self._shown(found, values), origin=origin)
        for predicate, quotes in words.items():
            supported = next((name for name in _SUPPORTED.get(predicate.removeprefix(TERMS), ()) if name in rows), predicate)
            row = rows.setdefault(supported, Row(predicate, self.term(predicate)))
            row.quotes.extend(quotes)
            row.origin = "layout" if predicate == TERMS + "layoutWords" else "stated"
        return list(rows.values())

    def origin(self, found: Description, subject: str = "") -> str:
        """Return where the statements about a node come from: the local name of a concept of the scheme ``origin``, if any."""
        concepts = found.values(subject or found.iri, TERMS + "origin")
        return concepts[0].value.rpartition("/")[2] if concepts else ""

    def pointing(self, found: Description) -> list[Row]:
        """Return what points at the resource, one row a property."""
        rows, close = dict[str, Row](), {subject for predicate, subject in found.incoming if predicate not in _GENERAL}
        for predicate, subject in found.incoming:
            if predicate not in _GENERAL or subject not in close:
                rows.setdefault(predicate, Row(predicate, self.term(predicate))).values.append(self.named(found, subject))
        return list(rows.values())

    def reasons(self, found: Description) -> list[Reason]:
        """Return the conclusions about the resource, with their reasons."""
        about = [subject for predicate, subject in found.incoming if predicate == TERMS + "about"]
        return [Reason(self.named(found, iri), self.text(found, iri, TERMS + "reason")) for iri in about]

    def members(self, found: Description) -> list[list[Row]]:
        """Return the statements about each concept of a scheme or property of a shape that the description brings along."""
        return [self.rows(found, iri) for iri in self.subjects(found)]

    def subjects(self, found: Description) -> list[str]:
        """Return what belongs to the resource and is described with it: concepts of a scheme, property shapes of a shape."""
        node, own = ox.NamedNode(found.iri), {value.value for value in found.values(found.iri, PREFIXES["sh"] + "property")}
        return sorted(
            subject for subject in found.subjects if subject in own or node in found.values(subject, _SKOS + "inScheme")
        )

    def text(self, found: Description, subject: str, predicate: str) -> Shown | None:
        """Return a text in the page's language, else in another; None where there is none."""
        texts = [value for value in found.values(subject, predicate) if isinstance(value, ox.Literal)]
        texts.sort(key=lambda value: (value.language != self._lang.lower(), value.language or ""))
        return Shown(texts[0].value, recommended(texts[0].language or "")) if texts else None

    def term(self, iri: str) -> Shown:
        """Return a property or class by its name."""
        labels = {**plain(iri), **self._house.terms.get(iri, {})}
        return Shown(labels.get(self._lang.lower()) or shorten(iri), "", self.href(iri))

    def _place_of(self, predicate: str) -> tuple[int, bool, str]:
        at = _FIRST.index(predicate) if predicate in _FIRST else len(_FIRST)
        return at, not predicate.startswith(TERMS), predicate

    def _quoted(self, found: Description, value: Term) -> ShownQuote | None:
        quote = found.quote(value.value) if isinstance(value, ox.NamedNode) else None
        return ShownQuote(quote, self.href(quote.excerpt)) if quote else None

    def _shown(self, found: Description, values: Iterable[Term]) -> list[Shown]:
        texts = [value for value in values if isinstance(value, ox.Literal) and value.language]
        mine = [value for value in texts if value.language == self._lang.lower()]
        others = sorted((value for value in values if value not in texts), key=lambda value: by_number(str(value)))
        return [self._value(found, value) for value in (*(mine or texts), *others)]

    def _value(self, found: Description, value: Term) -> Shown:
        if isinstance(value, ox.NamedNode):
            return self.named(found, value.value)
        if isinstance(value, ox.BlankNode):
            return Shown("、".join(self._value(found, item).text for item in found.items(value) or ()))
        if value.datatype.value == PREFIXES["xsd"] + "boolean":
            return Shown(self._yes_no[value.value in {"false", "0"}])
        if value.datatype.value == PREFIXES["xsd"] + "decimal":
            return Shown(f"{Decimal(value.value):,f}")
        return Shown(value.value, recommended(value.language or ""))


_ABOVE: Final = (TERMS + "within", PREFIXES["dcterms"] + "isPartOf", _SKOS + "inScheme")
_OF_PLACE: Final = (PREFIXES["oa"] + "start", PREFIXES["oa"] + "end")
_OF_WORDS: Final = (PREFIXES["oa"] + "exact", PREFIXES["geo"] + "asWKT")
