"""The releases as an Atom feed (RFC 4287): one entry a release, with its sums and some of the resources that changed.

Identifiers are IRIs below the base, whatever host serves the feed; times are the dates of the releases, at midnight UTC. Texts
are in Chinese and English side by side.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Any, Final
from xml.etree import ElementTree as ET

import pyoxigraph as ox

from bqwgraph.graph.namespaces import BASE, shorten
from bqwgraph.publication import facts
from bqwgraph.publication.change_reports import SIGNS, sums
from bqwgraph.publication.changes import FEED, Listing
from bqwgraph.publication.difference import Change
from bqwgraph.publication.dumps import WHOLE
from bqwgraph.publication.facts import CATALOGUE, NotDescribed
from bqwgraph.publication.signposting import address

MEDIA_TYPE: Final = "application/atom+xml"
_ID: Final = BASE + "changes"
_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot have."""
_DECLARATION: Final = '<?xml version="1.0" encoding="utf-8"?>\n'
_LANGUAGES: Final = ("zh-Hans", "en")


def write(listing: Listing, store: ox.Store, public_url: str) -> bytes:
    """Return the feed of what ``changes.json`` says; who publishes it, and under which title, is what the graph says.

    Where there is no release yet, its time is the date of the graph. Raises NotDescribed where the graph lacks one of these.
    """
    iri = facts.dataset(WHOLE)
    dates = [release["date"] for release in listing["releases"]] or _said(store, iri, "dcterms:modified")
    if not dates:
        raise NotDescribed(f"data/dataset.ttl: expected dcterms:modified of <{iri}>")
    feed = ET.Element("feed", {"xmlns": "http://www.w3.org/2005/Atom", "xml:lang": "en"})
    _text(feed, "id", _ID)
    _text(feed, "title", " / ".join(_said(store, iri, "dcterms:title")))
    _text(feed, "updated", _moment(dates[0]))
    for publisher in facts.values(store, CATALOGUE, "dcterms:publisher"):
        names = _said(store, publisher.value, "skos:prefLabel") or [shorten(publisher.value)]
        _text(ET.SubElement(feed, "author"), "name", " / ".join(names))
    _link(feed, "self", f"{public_url}/{FEED}", MEDIA_TYPE)
    _link(feed, "alternate", f"{public_url}/changes", "text/html")
    for licence in facts.values(store, iri, "dcterms:license"):
        _link(feed, "license", licence.value)
    for release in listing["releases"]:
        _entry(feed, release, public_url)
    ET.indent(feed, " ")
    return f"{_DECLARATION}{ET.tostring(feed, encoding='unicode')}\n".encode()


def _entry(feed: ET.Element, release: Mapping[str, Any], public_url: str) -> None:
    version, entry = release["version"], ET.SubElement(feed, "entry")
    _text(entry, "id", f"{_ID}/{version}")
    _text(entry, "title", f"bqwgraph {version}")
    _text(entry, "updated", _moment(release["date"]))
    _text(entry, "published", _moment(release["date"]))
    _link(entry, "alternate", f"{public_url}/changes/{version}", "text/html")
    _link(entry, "alternate", f"{public_url}/changes/{version}.json", "application/json")
    changes = release["changes"]
    texts = {language: sums(changes["resources"], changes["statements"], language) for language in _LANGUAGES}
    _text(entry, "summary", " / ".join(texts.values()))
    paragraphs = "".join(f'<p lang="{language}">{escape(text)}</p>' for language, text in texts.items())
    items = "".join(f"<li>{_resource(resource, public_url)}</li>" for resource in release["resources"])
    _text(entry, "content", f"{paragraphs}<ul>{items}</ul>" if items else paragraphs).set("type", "html")


def _resource(resource: Mapping[str, Any], public_url: str) -> str:
    iri, labels = resource["subject"]["value"], resource.get("labels", {})
    names = [labels[tag] for tag in ("zh-hans", "en") if tag in labels] or list(labels.values())[:1] or [shorten(iri)]
    text = escape(f"{SIGNS[Change(resource['change'])]} {' / '.join(names)}")
    if resource["gone"]:
        return text
    if iri.startswith(BASE):
        return f'<a href="{escape(public_url)}/{escape(address(iri.removeprefix(BASE)))}">{text}</a>'
    return f'<a href="{escape(address(iri))}">{text}</a>' if iri.startswith(("http://", "https://")) else text


def _text(parent: ET.Element, name: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, name)
    element.text = _FORBIDDEN.sub("\ufffd", text)
    return element


def _link(parent: ET.Element, rel: str, target: str, kind: str = "") -> None:
    ET.SubElement(parent, "link", {"rel": rel, "href": target, **({"type": kind} if kind else {})})


def _moment(day: str) -> str:
    return f"{day}T00:00:00Z"


def _said(store: ox.Store, iri: str, name: str) -> list[str]:
    """Return the texts that the graph has of a property, Chinese first."""
    found = [value for value in facts.values(store, iri, name) if isinstance(value, ox.Literal)]
    return [value.value for value in sorted(found, key=lambda value: value.language or "", reverse=True)]
