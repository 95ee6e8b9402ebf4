"""What portals harvest: the catalogue, VoID, and dumps, from the real server."""

import gzip
import hashlib
import re

import httpx
import pyoxigraph as ox
import pytest

from conftest import fetch


@pytest.mark.parametrize("path", ["/catalogue", "/.well-known/void"])
def test_descriptions_in_every_form_say_the_same(service: httpx.Client, path: str) -> None:
    forms = {
        "text/turtle": ("ttl", ox.RdfFormat.TURTLE),
        "application/n-triples": ("nt", ox.RdfFormat.N_TRIPLES),
        "application/ld+json": ("jsonld", ox.RdfFormat.JSON_LD),
        "application/rdf+xml": ("rdf", ox.RdfFormat.RDF_XML),
    }
    said = list[ox.Dataset]()
    for accept, (suffix, form) in forms.items():
        answer = fetch(service, path, accept=accept)
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(accept)
        assert answer.headers["content-location"] == f"{path}.{suffix}"
        assert "Accept" in answer.headers["vary"]
        assert service.get(f"{path}.{suffix}").content == answer.content
        again = service.get(path, headers={"accept": accept, "if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.headers["vary"]) == (304, answer.headers["vary"])
        said.append(ox.Dataset(ox.parse(answer.content, format=form)))
        said[-1].canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    assert all(said[0] == other for other in said)
    assert len(said[0]) > 50
    assert fetch(service, path, accept="image/png").status_code == 406


def test_the_catalogue_has_a_page_and_a_link_set(service: httpx.Client) -> None:
    """They are of what the graph says of it, and are there before the files are."""
    page = service.get("/catalogue", headers={"accept": "text/html,*/*;q=0.8", "accept-language": "en"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-location"] == f"{str(service.base_url).rstrip('/')}/catalogue.html?lang=en"
    assert ">Catalogue of bqwgraph<" in page.text
    assert service.get("/catalogue.html?lang=en", headers={"accept": "image/png"}).content == page.content
    for link in ("linkset", "describedby"):
        assert f'rel="{link}"' in page.headers["link"]
    told = service.get("/catalogue", params={"format": "linkset"})
    assert told.json()["linkset"][0]["cite-as"] == [{"href": "https://w3id.org/bqwgraph/catalogue"}]
    assert fetch(service, "/catalogue", accept="*/*").headers["content-type"].startswith("text/turtle")


def test_void_counts_what_the_endpoint_counts(service: httpx.Client) -> None:
    void = fetch(service, "/.well-known/void", accept="application/n-triples").text
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    counted = service.get("/sparql", params={"query": query, "format": "csv"}).text.split()[1]
    assert f'<http://rdfs.org/ns/void#triples> "{counted}"^^' in void


def test_dumps_are_listed_and_are_what_their_checksums_say(service: httpx.Client) -> None:
    index = fetch(service, "/dumps/", accept="application/json").json()
    assert index["snapshot"] == service.get("/health").json()["snapshot"]
    files = {file["name"]: file for file in index["files"]}
    assert {f"bqwgraph.{suffix}" for suffix in ("ttl", "nt", "nq", "trig", "jsonld", "rdf", "nt.gz", "nt.zst")} <= files.keys()
    whole = service.get("/dumps/bqwgraph.nt")
    assert hashlib.sha256(whole.content).hexdigest() == files["bqwgraph.nt"]["sha256"]
    packed = service.get("/dumps/bqwgraph.nt.gz")
    assert gzip.decompress(packed.content) == whole.content
    sums = service.get("/dumps/SHA256SUMS").text
    assert f"{files['bqwgraph.nt']['sha256']}  bqwgraph.nt" in sums
    table = service.get("/dumps/queries/actions.csv")
    assert table.headers["content-type"] == "text/csv; charset=utf-8"
    assert table.text == service.get("/queries/actions", params={"format": "csv"}).text


def test_a_dump_comes_in_ranges_and_not_again(service: httpx.Client) -> None:
    whole = fetch(service, "/dumps/bqwgraph.nt")
    assert "content-encoding" not in whole.headers
    part = service.get("/dumps/bqwgraph.nt", headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert service.get("/dumps/bqwgraph.nt", headers={"if-none-match": whole.headers["etag"]}).status_code == 304
    head = service.head("/dumps/bqwgraph.nt")
    assert (head.status_code, head.content, head.headers["content-length"]) == (200, b"", str(len(whole.content)))


@pytest.mark.parametrize(
    "path", ["/dumps/bqwgraph.nt", "/dumps/queries/actions.csv", "/catalogue.ttl", "/.well-known/void.nt", "/sitemap.xml"]
)
def test_what_is_made_of_the_graph_has_its_date(service: httpx.Client, path: str) -> None:
    assert fetch(service, path).headers["last-modified"] == service.get("/action/5.ttl").headers["last-modified"]


@pytest.mark.parametrize(
    "path", ["/dumps/nothing.ttl", "/dumps/%2e%2e%2fcatalogue.ttl", "/dumps/%2fetc%2fpasswd", "/catalogue.pdf"]
)
def test_nothing_else_is_served(service: httpx.Client, path: str) -> None:
    assert fetch(service, path).status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_page_lists_them(service: httpx.Client, language: str) -> None:
    page = fetch(service, f"/dumps/?lang={language}", accept="text/html")
    assert "bqwgraph.ttl" in page.text
    assert "SHA-256" in page.text


def test_the_sitemap_names_pages_that_answer(service: httpx.Client) -> None:
    index = fetch(service, "/sitemap.xml")
    assert index.headers["content-type"] == "application/xml"
    base = str(service.base_url).rstrip("/")
    (part,) = re.findall(r"<loc>([^<]*)</loc>", index.text)
    listed = service.get(part)
    again = service.get(part, headers={"if-none-match": listed.headers["etag"]})
    assert (listed.status_code, again.status_code, again.content) == (200, 304, b"")
    places = re.findall(r"<loc>([^<]*)</loc>", listed.text)
    assert len(places) > 9000
    for place in places[::450]:
        assert place.startswith(base)
        page = service.get(place)
        assert page.status_code == 200, place
        assert f'<link rel="canonical" href="{place}">' in page.text
    assert service.get("/sitemap-2.xml").status_code == 404
    assert service.get("/sitemap-1.xml/").status_code == 404


def test_robots_are_told_at_once_where_the_sitemap_is(service: httpx.Client) -> None:
    told = service.get("/robots.txt")
    assert told.headers["content-type"] == "text/plain; charset=utf-8"
    assert f"Sitemap: {str(service.base_url).rstrip('/')}/sitemap.xml" in told.text
    assert service.get("/robots.txt", headers={"if-none-match": told.headers["etag"]}).status_code == 304
