"""Every IRI below the base, at its path, from the real service: a crawl, and what each answer carries."""

import json
import random
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
import signposting

from bqwgraph.graph.namespaces import BASE, GRAPHS, KINDS, PREFIXES
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.pages.rendering import LANGUAGES
from conftest import ROOT, Installed, address_of

FORMATS = {
    "ttl": ("text/turtle", ox.RdfFormat.TURTLE),
    "nt": ("application/n-triples", ox.RdfFormat.N_TRIPLES),
    "jsonld": ("application/ld+json", ox.RdfFormat.JSON_LD),
    "rdf": ("application/rdf+xml", ox.RdfFormat.RDF_XML),
}
SAMPLE = 150
"""IRIs that are asked for in Turtle; the whole graph has some thousands."""
DATE = "Mon, 23 Nov 2026 00:00:00 GMT"


CATALOGUE = BASE + "catalogue"
"""It is described by what is published, not by the graph: see test_published.py."""


@pytest.fixture(scope="module")
def iris(snapshot: Snapshot) -> list[str]:
    """A sample of all IRIs of ours that the graph says something of or names, some of each kind, drawn with a seed."""
    kinds = dict[str, set[str]]()
    for quad in snapshot.store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        for node in (quad.subject, quad.object):
            if isinstance(node, ox.NamedNode) and node.value.startswith(BASE) and not node.value.startswith(CATALOGUE):
                kinds.setdefault(node.value.rpartition("#" if "#" in node.value else "/")[0], set()).add(node.value)
    kinds[GRAPHS] = {graph for graph in snapshot.graphs if snapshot.graphs[graph] < 5000}
    draw = random.Random(20261126)  # noqa: S311 - a sample, not a secret
    chosen = {iri for kind in sorted(kinds) for iri in draw.sample(sorted(kinds[kind]), min(2, len(kinds[kind])))}
    rest = sorted(set().union(*kinds.values()) - chosen)
    return sorted(chosen | set(draw.sample(rest, SAMPLE - len(chosen))))


def path_of(iri: str) -> str:
    return "/" + quote(iri.removeprefix(BASE).partition("#")[0])


def lowered(term: object) -> object:
    if isinstance(term, ox.Literal) and term.language:
        return ox.Literal(term.value, language=term.language.lower())
    return term


def read(response: httpx.Response, extension: str, context: str) -> set[ox.Triple]:
    """Parse an answer; the context of JSON-LD is put in its place."""
    media_type, rdf = FORMATS[extension]
    assert response.headers["content-type"].partition(";")[0] == media_type
    content = response.content
    if extension == "jsonld":
        document = json.loads(content)
        if isinstance(document, dict):
            document["@context"] = json.loads(context)["@context"]
            content = json.dumps(document).encode()
    return {quad.triple for quad in ox.parse(content, format=rdf)}


def disagreeing(triples: set[ox.Triple], snapshot: Snapshot) -> list[ox.Triple]:
    """Return the statements that the graph does not make (blank nodes have other names in each answer)."""
    return [
        t
        for t in triples
        if not isinstance(t.subject, ox.BlankNode)
        and not isinstance(t.object, ox.BlankNode)
        and ox.Quad(t.subject, t.predicate, lowered(t.object), ox.DefaultGraph()) not in snapshot.store  # type: ignore[arg-type]
    ]


@pytest.fixture(scope="module")
def context(service: httpx.Client) -> str:
    return service.get("/context.jsonld").text


def test_every_iri_answers_in_turtle_and_says_what_the_graph_says(
    service: httpx.Client, snapshot: Snapshot, iris: list[str], context: str
) -> None:
    assert len(iris) == SAMPLE
    assert {iri.removeprefix(BASE).partition("/")[0] for iri in iris} >= {*KINDS, "vocab", "shapes", "graph"}
    for iri in iris:
        response = service.get(path_of(iri), headers={"accept": "text/turtle"})
        assert response.status_code == 200, iri
        triples = read(response, "ttl", context)
        assert disagreeing(triples, snapshot) == [], iri
        if not iri.startswith(GRAPHS) and not iri.endswith("/0.1.0"):
            assert any(t.subject == ox.NamedNode(iri) for t in triples), iri


def test_all_forms_of_a_resource_say_the_same(service: httpx.Client, iris: list[str], context: str) -> None:
    for iri in [f"{BASE}{path}" for path in ("policy/1", "vocab/genre", "ontology")] + iris[::25]:
        said = [
            {(t.subject, t.predicate, lowered(t.object)) for t in read(service.get(f"{path_of(iri)}.{name}"), name, context)}
            for name in FORMATS
        ]
        grounded = [{t for t in one if not any(isinstance(term, ox.BlankNode) for term in t)} for one in said]
        assert all(one == grounded[0] for one in grounded), iri
        assert len({len(one) for one in said}) == 1, iri
        page = service.get(path_of(iri), headers={"accept": "text/html"})
        assert page.status_code == 200
        assert "<h1" in page.text


@pytest.mark.parametrize(
    ("accept", "kind", "ending"),
    [
        ("text/turtle", "text/turtle", ".ttl"),
        ("text/html, text/turtle;q=0.5", "text/html", ".html?lang=zh-Hans"),
        ("text/turtle, text/html;q=0.5", "text/turtle", ".ttl"),
        ("application/ld+json;q=0.9, text/turtle;q=0.8", "application/ld+json", ".jsonld"),
        ("application/rdf+xml", "application/rdf+xml", ".rdf"),
        ("*/*", "text/html", ".html?lang=zh-Hans"),
        ("application/linkset+json", "application/linkset+json", "?format=linkset"),
    ],
)
def test_negotiated(service: httpx.Client, accept: str, kind: str, ending: str) -> None:
    response = service.get("/action/5", headers={"accept": accept})
    assert response.headers["content-type"].partition(";")[0] == kind
    assert response.headers["content-location"] == f"{str(service.base_url).rstrip('/')}/action/5{ending}"
    assert {"Accept", "Accept-Language"} <= set(re.split(r",\s*", response.headers["vary"]))
    located = service.get(response.headers["content-location"], headers={"accept": "image/png"})
    assert located.content == response.content


def test_named_by_parameter_or_extension(service: httpx.Client) -> None:
    ways = [
        service.get("/action/5", params={"format": "ttl"}),
        service.get("/action/5.ttl", headers={"accept": "text/html"}),
        service.get("/action/5", headers={"accept": "text/turtle"}),
    ]
    assert len({way.content for way in ways}) == 1
    assert "Accept," not in ways[1].headers["vary"]
    assert service.get("/action/5", params={"format": "docx"}).status_code == 400
    assert service.get("/action/5", headers={"accept": "image/png"}).status_code == 406


def test_head_and_dates(service: httpx.Client) -> None:
    whole, head = service.get("/action/5.ttl"), service.head("/action/5.ttl")
    assert head.content == b""
    assert {**head.headers, "date": ""} == {**whole.headers, "date": ""}
    assert whole.headers["last-modified"] == DATE
    assert whole.headers["cache-control"] == "public, no-cache"
    for path in ("/action/5.ttl", "/action/6.ttl"):  # kept already, and not
        assert service.get(path, headers={"if-modified-since": DATE}).status_code == 304
        assert service.get(path, headers={"if-modified-since": "Sun, 22 Nov 2026 00:00:00 GMT"}).status_code == 200
        assert service.get(path, headers={"if-modified-since": DATE, "if-none-match": '"other"'}).status_code == 200
        assert service.get(path, headers={"if-modified-since": "yesterday"}).status_code == 200


def test_any_tag_does_not_make_a_thing_that_is_not_there(service: httpx.Client) -> None:
    assert service.get("/policy/99", headers={"if-none-match": "*"}).status_code == 404
    assert service.get("/policy/8.nt", headers={"if-none-match": "*"}).status_code == 304


def test_pages_of_what_points_at_a_resource(service: httpx.Client) -> None:
    first = service.get("/place/nbs2023-4407.nt")
    assert first.links["next"]["url"].endswith("/place/nbs2023-4407.nt?page=2")
    assert "prev" not in first.links
    second = service.get(first.links["next"]["url"])
    assert second.links["prev"]["url"].endswith("/place/nbs2023-4407.nt")
    assert first.content != second.content
    assert service.get("/place/nbs2023-4407.nt?page=500").status_code == 404
    assert service.get("/place/nbs2023-4407.nt?page=0").status_code == 400
    assert service.get("/place/nbs2023-4407?lang=en&page=2").text.count('rel="next"') == 1


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("/place/nbs2023-44078410", "place/nbs2023-440784104"),
        ("/place/鹤山市", "place/nbs2023-440784"),
        ("/policy/99", "policy/9"),
        ("/vocab/genre/action-plans", "vocab/genre/action-plan"),
        ("/shapes/Targets", "shapes/Target"),
    ],
)
def test_what_is_not_there_is_404_with_what_may_have_been_meant(service: httpx.Client, path: str, near: str) -> None:
    response = service.get(path, headers={"accept": "text/turtle"})
    assert response.status_code == 404
    nearest = [one["iri"] for one in response.json()["nearest"]]
    assert BASE + near in nearest
    page = service.get(path, headers={"accept": "text/html"})
    assert page.status_code == 404
    assert f'href="{str(service.base_url).rstrip("/")}/' in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/place/%2e%2e/%2e%2e/etc/passwd",
        "/place/..%2f..%2fhealth",
        "/place//x",
        "/place/%3E%20.%20%3Fs%20%3Fp%20%3Fo%20%7D%20%23",
        "/place/x%22%3E%3Cscript%3E",
        "/place/%00",
        "/place/%ff%fe",
        "/place/%E2%80%AE",
        "/place/" + "x" * 5000,
        "/place/" + "村" * 300,
        "/vocab/genre/a/b/c/d",
        "/ontology/9.9.9",
        "/graph/%2e%2e",
        "/graph/nothing",
        "/shapes/%F0%9F%98%80",
        "/place/x.ttl.ttl",
        "/policy/1%23x",
    ],
)
def test_hostile_paths_are_404(service: httpx.Client, path: str) -> None:
    for accept in ("text/html", "text/turtle"):
        response = service.get(path, headers={"accept": accept})
        assert response.status_code == 404, response.text
        assert "<script>" not in response.text


def test_ontology_and_its_version_are_the_whole_file(service: httpx.Client, context: str) -> None:
    triples = read(service.get("/ontology.ttl"), "ttl", context)
    written = {quad.triple for quad in ox.parse(path=ROOT / "ontology" / "bqw.ttl", format=ox.RdfFormat.TURTLE)}
    assert len(triples) == len(written)
    version = read(service.get("/ontology/0.1.0.ttl"), "ttl", context)
    assert len(version) == len(written)
    page = service.get("/ontology?lang=en").text
    assert ">bqwgraph ontology</h1>" in page
    assert ">bqwgraph contributors</a>" in page
    for name in ("Place", "contributesTo", "words"):
        assert f'id="{name}"' in page


def test_context_is_the_published_one(service: httpx.Client, context: str) -> None:
    assert context == (ROOT / "ontology" / "context.jsonld").read_text("utf-8")
    answer = service.get("/context.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert service.get("/context.jsonld", headers={"if-none-match": answer.headers["etag"]}).status_code == 304
    assert json.loads(service.get("/policy/1.jsonld").text)["@context"] == str(answer.url)


class TestPages:
    def test_in_both_languages(self, service: httpx.Client) -> None:
        zh, en = (service.get("/target/4-2", params={"lang": lang, "format": "html"}) for lang in ("zh-Hans", "en"))
        assert zh.headers["content-language"] == "zh-Hans"
        assert "打造6条产值超500亿元的产业链" in zh.text
        assert "Create 6 industrial chains with an output value over CNY 50 billion" in zh.text
        assert "Stated by the document" in en.text
        for page in (zh, en):
            assert '<q lang="zh-Hans">产值超 500 亿元</q>' in page.text
            assert '<link rel="canonical"' in page.text
            assert 'hreflang="zh-Hans"' in page.text
            assert "unsafe" not in page.headers["content-security-policy"]
            assert "50,000,000,000" in page.text

    def test_no_bare_iri_where_there_is_a_name(self, service: httpx.Client, iris: list[str]) -> None:
        for iri in iris[::6]:
            if not iri.startswith(GRAPHS):
                page = service.get(path_of(iri), params={"lang": "en", "format": "html"}).text
                shown = re.findall(r"<a href=[^>]*>([^<]*)</a>", page.partition("<h2>")[2].partition("<h2>Download")[0])
                bare = [
                    text for text in shown if re.match(r"(place|policy|action|measure|task|vocab|bqw|list|target|source):", text)
                ]
                assert bare == [], iri

    def test_schema_org_of_a_place(self, service: httpx.Client) -> None:
        page = service.get("/place/nbs2023-440784", params={"lang": "en", "format": "html"}).text
        (block,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
        told = json.loads(block)
        assert (told["@type"], told["@id"]) == ("Place", f"{BASE}place/nbs2023-440784")
        assert {"@value": "Heshan City", "@language": "en"} in told["name"]
        assert told["containedInPlace"] == [{"@id": f"{BASE}place/nbs2023-4407"}]


class TestSignposts:
    def test_level_1_read_by_a_client(self, service: httpx.Client) -> None:
        for path, kind in (("policy/1", "https://schema.org/DigitalDocument"), ("dataset", "https://schema.org/Dataset")):
            found = signposting.find_signposting_http(f"{str(service.base_url).rstrip('/')}/{path}")
            assert found.citeAs is not None
            assert str(found.citeAs.target) == BASE + path
            assert {str(sign.type) for sign in found.describedBy} == {media_type for media_type, _ in FORMATS.values()}
            assert {str(sign.target) for sign in found.types} >= {"https://schema.org/AboutPage", kind}
            assert found.license is not None
            assert str(found.license.target) == "https://creativecommons.org/licenses/by/4.0/"
            assert found.linksets
            for sign in found.describedBy:
                described = service.get(str(sign.target))
                assert described.headers["content-type"].partition(";")[0] == str(sign.type)
                assert described.links["describes"]["url"].endswith(path)
            if path != "dataset":
                assert found.collection is not None
                assert str(found.collection.target).endswith("/dataset")

    def test_level_2_says_the_same_and_more(self, service: httpx.Client) -> None:
        answer = service.get("/vocab/genre", params={"format": "linkset"})
        assert answer.headers["content-type"] == "application/linkset+json"
        (page, *metadata) = answer.json()["linkset"]
        assert page["anchor"].endswith("/vocab/genre")
        assert page["cite-as"] == [{"href": f"{BASE}vocab/genre"}]
        assert {item["href"].rpartition("/")[2] for item in page["item"]} == {
            "action-plan",
            "implementation-plan",
            "measures",
            "work-plan",
        }
        assert {one["describes"][0]["href"] for one in metadata} == {page["anchor"]}
        assert len(metadata) == len(FORMATS)
        by_iri = service.get("/linkset", params={"iri": f"{BASE}vocab/genre"})
        assert by_iri.json() == answer.json()

    @pytest.mark.parametrize("form", ["application/linkset+json", "application/linkset"])
    def test_level_2_read_by_a_client(self, service: httpx.Client, form: str) -> None:
        page = f"{str(service.base_url).rstrip('/')}/policy/1"
        told = signposting.find_signposting_linkset(
            f"{page}?format={'linkset' if form.endswith('json') else 'linkset-text'}", form
        )
        found = told.for_context(page)
        assert str(found.citeAs.target) == f"{BASE}policy/1"
        assert len(found.describedBy) == len(FORMATS)

    def test_headers_stay_small(self, service: httpx.Client, iris: list[str]) -> None:
        assert (
            max(len(service.head(path_of(iri)).headers.get("link", "")) for iri in [*iris[::10], f"{BASE}vocab/glossary"]) < 4000
        )

    def test_link_sets_of_others_are_not_known(self, service: httpx.Client) -> None:
        assert service.get("/linkset", params={"iri": "https://example.org/"}).status_code == 400
        assert service.get("/linkset").status_code == 400
        assert service.get("/linkset", params={"iri": f"{BASE}policy/99"}).status_code == 404


RETIRED = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix fact: <https://w3id.org/bqwgraph/fact/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .

fact:b09
    dcterms:isReplacedBy fact:b10 ;
    owl:deprecated true .
"""


@pytest.fixture
def with_retired(installed: Installed, tmp_path: Path) -> Iterator[httpx.Client]:
    """The service over a copy of the graph in which an instance is deprecated; it is validated before it is served."""
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "data" / "retired.ttl").write_text(RETIRED, "utf-8")
    command: list[str | Path] = [installed.command, "serve", "--port", "0", "--graph", tmp_path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8") as process:
        with httpx.Client(base_url=address_of(process), timeout=30) as client:
            yield client
        process.terminate()


def test_a_deprecated_instance_is_gone_and_names_its_successor(with_retired: httpx.Client) -> None:
    for accept in ("text/turtle", "application/linkset+json"):
        gone = with_retired.get("/fact/b09", headers={"accept": accept})
        assert gone.status_code == 410
        assert [one["iri"] for one in gone.json()["successors"]] == [f"{BASE}fact/b10"]
        assert with_retired.get(gone.links["successor-version"]["url"]).status_code == 200
    page = with_retired.get("/fact/b09", headers={"accept": "text/html"})
    assert page.status_code == 410
    assert "/fact/b10?lang=" in page.text
    assert with_retired.get("/fact/b10.ttl").status_code == 200


def test_a_saved_query_is_described_where_rdf_is_asked_for(service: httpx.Client, context: str) -> None:
    query = ox.NamedNode(f"{BASE}queries/targets-due")
    for name in ("ttl", "nt", "rdf"):
        triples = read(service.get("/queries/targets-due", headers={"accept": FORMATS[name][0]}), name, context)
        text = ox.Literal((ROOT / "queries" / "targets-due.rq").read_text("utf-8"))
        endpoint = ox.NamedNode(f"{str(service.base_url).rstrip('/')}/sparql")
        assert ox.Triple(query, ox.NamedNode(PREFIXES["sh"] + "select"), text) in triples
        assert ox.Triple(query, ox.NamedNode(PREFIXES["schema"] + "target"), endpoint) in triples
        by_name = service.get(f"/queries/targets-due.{name}", headers={"accept": "text/html"})
        asked = service.get("/queries/targets-due", headers={"accept": FORMATS[name][0]})
        assert by_name.content == asked.content
        assert asked.headers["content-location"] == f"{str(service.base_url).rstrip('/')}/queries/targets-due.{name}"
        assert service.get("/queries/targets-due.nt", headers={"if-none-match": asked.headers["etag"]}).status_code == (
            304 if name == "nt" else 200
        )
    assert service.get("/queries/actions.csv").text == service.get("/queries/actions", params={"format": "csv"}).text
    assert service.get("/queries/actions.docx").status_code == 404
    assert service.get("/queries/actions").headers["content-type"] == "application/sparql-results+json"
    assert service.get("/queries/actions", headers={"accept": "application/json"}).json()["head"]


@pytest.mark.parametrize("path", ["/place/", "/vocab/genre/", "/vocab/", "/shapes/"])
def test_a_namespace_answers_as_what_it_holds(service: httpx.Client, path: str) -> None:
    answer = service.get(path, headers={"accept": "text/turtle"})
    assert answer.status_code == 200
    assert answer.content == service.get(f"{path.rstrip('/')}.ttl").content


def test_places_are_listed_by_their_levels(service: httpx.Client) -> None:
    pages = [service.get(f"/place?lang=en&page={page}", headers={"accept": "text/html"}).text for page in (1, 2)]
    codes = [code for page in pages for code in re.findall(r'<li><a href="/place/nbs2023-(\d+)\?', page)]
    assert [len(code) for code in codes] == sorted(len(code) for code in codes)
    assert codes[:10] == ["44", "4403", "4407", "4420", "440703", "440704", "440705", "440781", "440783", "440784"]
    assert len(set(codes)) == len(codes)


def test_where_words_stand_is_told_and_no_identifier(service: httpx.Client) -> None:
    page = service.get("/excerpt/1713-1716?lang=en", headers={"accept": "text/html"}).text
    assert '<a href="/selector/1713-1716-position?lang=en">1713–1716</a>' in page
    assert ">selector:" not in page


@pytest.mark.parametrize(
    ("lang", "said", "meant"),
    [
        ("zh-Hans", "图谱没有说到这个地址。", "也许要找的是："),
        ("en", "The graph says nothing of this address.", "Perhaps this was meant:"),
    ],
)
def test_what_is_not_there_is_told_in_the_page_s_language(service: httpx.Client, lang: str, said: str, meant: str) -> None:
    page = service.get("/place/nbs2023-44078?lang=" + lang, headers={"accept": "text/html"})
    assert page.status_code == 404
    assert said in page.text.partition('<p role="alert">')[2].partition("</p>")[0]
    assert meant in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_page_leads_to_its_sections(service: httpx.Client, lang: str) -> None:
    page = service.get(f"/place/nbs2023-440783?lang={lang}", headers={"accept": "text/html"}).text
    nav = page.partition('<nav class="within')[2].partition("</nav>")[0]
    there = re.findall('href="#([^"]+)"', nav)
    assert there == [*re.findall('<section aria-labelledby="([^"]+)"', page), "facts"]
    assert all(f'id="{name}"' in page for name in there)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("path", ["dataset", "dataset/bqwgraph", "ontology", "shapes/Action", "shapes/Place"])
def test_nothing_on_a_page_is_called_by_its_prefixed_name(service: httpx.Client, path: str, lang: str) -> None:
    page = service.get(f"/{path}?lang={lang}", headers={"accept": "text/html"}).text
    assert re.findall(r"<a [^>]*>((?:xsd|rdf|void|dcterms|adms|agent):\w+)</a>", page) == []


def test_what_the_graph_says_of_a_node_is_not_said_to_be_the_document_s(service: httpx.Client) -> None:
    page = service.get("/partnership/3-4?lang=en", headers={"accept": "text/html"}).text
    rows = {
        re.sub("<[^>]+>", "", head): row for row, head in re.findall(r'(<th scope="row">(.*?)</th>.*?</tr>)', page, re.DOTALL)
    }
    assert "Stated by the document" in rows["preferred label"]
    for name in ("Type", "has origin", "note", "had primary source"):
        assert 'class="from"' not in rows[name], name


def test_values_are_in_the_order_that_people_count_in(service: httpx.Client) -> None:
    page = service.get("/vocab/plan?lang=en", headers={"accept": "text/html"}).text
    top = page.partition(">has top concept</a>")[2].partition("</tr>")[0]
    assert re.findall(r'href="/action/(\d+)', top) == [str(number) for number in range(1, 11)]
