"""The documentation of ontology, vocabularies and shapes, from the real server."""

import re
from html import unescape

import httpx
import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import ONTOLOGY, PREFIXES, TERMS
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.pages.rendering import LANGUAGES


def page(service: httpx.Client, path: str, lang: str = "zh-Hans") -> str:
    answer = service.get(path, params={"lang": lang}, headers={"accept": "text/html"})
    assert answer.status_code == 200
    return unescape(answer.text)


def terms(snapshot: Snapshot) -> set[str]:
    kinds = [PREFIXES["owl"] + name for name in ("Class", "ObjectProperty", "DatatypeProperty")]
    return {
        quad.subject.value.removeprefix(TERMS)
        for quad in snapshot.store
        if quad.predicate.value == PREFIXES["rdf"] + "type"
        and quad.object.value in kinds
        and str(quad.subject).startswith(f"<{TERMS}")
    }


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_term_has_an_entry_with_definition_example_and_use(service: httpx.Client, snapshot: Snapshot, lang: str) -> None:
    text = page(service, "/ontology", lang)
    entries = dict(re.findall(r'<section class="term" id="(\w+)"(.*?)</section>', text, re.DOTALL))
    assert entries.keys() == terms(snapshot)
    for name, entry in entries.items():
        assert re.search(r"<p><span lang=\"[^\"]+\">.{8,}</span></p>", entry), name
        assert ("例" if lang == "zh-Hans" else "Example") in entry, name
    used = re.search(r"(?:用了|used) ([0-9,]+)", entries["Policy"])
    assert used
    assert used[1] == "9"
    assert (
        service.get(re.findall(r'href="(/sparql[^"]+)"', entries["Policy"])[0], headers={"accept": "text/csv"}).text.count("\n")
        > 9
    )


def test_the_diagram_shows_classes_that_lead_to_each_other(service: httpx.Client) -> None:
    text = page(service, "/ontology", "en")
    picture = text.partition('<svg class="diagram"')[2].partition("</svg>")[0]
    boxes = re.findall(r'<a href="#(\w+)"><rect', picture)
    assert {"Policy", "Action", "Measure", "Place", "Target", "Contribution", "Partnership"} <= set(boxes)
    assert "Judgement" not in boxes  # each is a Contribution or a Conclusion
    assert "Policy → Measure: contributes to" in picture
    assert "<table>" in text.partition("As a table")[2]  # what the picture says, in words


@pytest.mark.parametrize(("lang", "none"), [("zh-Hans", "尚未发布任何版本"), ("en", "Nothing has been released yet")])
def test_the_version_is_told_as_the_ontology_says_it(service: httpx.Client, snapshot: Snapshot, lang: str, none: str) -> None:
    told = page(service, "/ontology", lang).partition('<h2 id="versions">')[2].partition("</section>")[0]
    said = dict(re.findall(r'<dt><a href="([^"]+)"[^>]*>[^<]+</a></dt><dd>(.*?)</dd>', told))
    owl, dcterms, ontology = PREFIXES["owl"], PREFIXES["dcterms"], ox.NamedNode(ONTOLOGY)
    for name in (owl + "versionInfo", owl + "versionIRI", dcterms + "created", dcterms + "modified"):
        (quad,) = snapshot.store.quads_for_pattern(ontology, ox.NamedNode(name), None, ox.DefaultGraph())
        assert re.sub("<[^>]+>", "", said[name]) in str(quad.object)
    assert f'href="/ontology/{re.sub("<[^>]+>", "", said[owl + "versionInfo"])}?lang={lang}"' in said[owl + "versionIRI"]
    assert ("编制中" if lang == "zh-Hans" else "Under development") in told
    assert none in told
    assert f'href="/changes?lang={lang}"' in told


@pytest.mark.parametrize(("lang", "words"), [("zh-Hans", "行动的 IRI 应为"), ("en", "The IRI of an action is")])
def test_shapes_are_told_in_plain_words(service: httpx.Client, lang: str, words: str) -> None:
    text = page(service, "/shapes/Action", lang)
    assert words in text
    names = r"<details><summary>(?:<span[^>]*>)?[^<]+(?:</span>)?"
    members = re.findall(rf'{names} <span class="quiet" lang="([^"]+)">[^<]+</span>', text)
    assert len(members) == 8
    assert set(members) == {lang}


def test_concepts_stand_below_broader_ones(service: httpx.Client) -> None:
    text = page(service, "/vocab/plan").partition('<ul class="plain tree">')[2]
    outer = re.findall(r'<ul class="plain tree">\n<li>', text)
    assert len(outer) == 10  # below each of the ten actions, its measures
    assert text.index("城乡融合发展行动") < text.index("抓好城乡融合发展体制机制改革") < text.index("绿美江门生态建设行动")
