"""What search engines read of a resource: schema.org's view of places, documents and terms."""

from collections.abc import Mapping
from typing import Final

import pyoxigraph as ox

from bqwgraph.engine.language_tags import recommended
from bqwgraph.graph.namespaces import PREFIXES, TERMS
from bqwgraph.publication.describing import DATASET, Description
from bqwgraph.publication.facts import CATALOGUE

_SCHEMA: Final = "https://schema.org/"
_SKOS: Final = PREFIXES["skos"]
_TYPES: Final[Mapping[str, str]] = {
    PREFIXES["dcat"] + "Dataset": "Dataset",
    TERMS + "Place": "Place",
    TERMS + "Policy": "DigitalDocument",
    TERMS + "Source": "DigitalDocument",
    _SKOS + "ConceptScheme": "DefinedTermSet",
    _SKOS + "Concept": "DefinedTerm",
}


def type_of(found: Description) -> str:
    """Return schema.org's name for what a resource is, or nothing."""
    classes = {value.value for value in found.values(found.iri, PREFIXES["rdf"] + "type")}
    return next((name for iri, name in _TYPES.items() if iri in classes), "")


def type_iris(found: Description) -> list[str]:
    """Return the IRIs of what a resource is: schema.org's, or else our own classes."""
    name = type_of(found)
    if name:
        return [_SCHEMA + name]
    classes = found.values(found.iri, PREFIXES["rdf"] + "type")
    return sorted(value.value for value in classes if isinstance(value, ox.NamedNode) and value.value.startswith(TERMS))


def document(found: Description, address: str, license_iri: str) -> dict[str, object] | None:
    """Return the JSON-LD for a page about a resource, or None where schema.org has no name for what it is."""
    kind, labels = type_of(found), found.labels(found.iri)
    if not kind or not labels:
        return None
    names = [{"@value": text, "@language": recommended(tag)} if tag else text for tag, text in labels.items()]
    told: dict[str, object] = {"@context": _SCHEMA, "@type": kind, "@id": found.iri, "url": address, "name": names}
    if kind in {"DigitalDocument", "DefinedTermSet"}:
        told["isPartOf"] = {"@type": "Dataset", "@id": DATASET}
    if kind in {"Dataset", "DefinedTermSet"} and license_iri:
        told["license"] = license_iri
    for word, property_iri in _LINKS.get(kind, {}).items():
        linked = [value.value for value in found.values(found.iri, property_iri) if isinstance(value, ox.NamedNode)]
        if linked:
            told[word] = [{"@id": iri} for iri in linked]
    if kind == "Dataset":
        told["includedInDataCatalog"] = {"@id": CATALOGUE}
    said = [*found.values(found.iri, _SKOS + "definition"), *found.values(found.iri, PREFIXES["dcterms"] + "description")]
    definitions = [value for value in said if isinstance(value, ox.Literal)]
    if definitions:
        told["description"] = [{"@value": text.value, "@language": recommended(text.language or "und")} for text in definitions]
    return told


def catalogue(address: str, name: str, description: str) -> dict[str, object]:
    """Return the JSON-LD for the home page, whose ``address`` is given: the catalogue of what is published."""
    told = {"@type": "DataCatalog", "@id": CATALOGUE, "url": address, "name": name, "description": description}
    return {
        "@context": _SCHEMA,
        **told,
        "dataset": [{"@type": "Dataset", "@id": DATASET, "name": name, "description": description}],
    }


_LINKS: Final[Mapping[str, Mapping[str, str]]] = {
    "Place": {"containedInPlace": TERMS + "directlyWithin", "sameAs": _SKOS + "exactMatch"},
    "DefinedTerm": {"inDefinedTermSet": _SKOS + "inScheme"},
}
