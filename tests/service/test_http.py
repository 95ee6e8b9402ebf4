"""The service as clients meet it: the real server, from the wheel, over HTTP."""

import csv
import io
import json
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

ACTIONS = "PREFIX bqw: <https://w3id.org/bqwgraph/ontology#> SELECT ?action { ?action a bqw:Action } ORDER BY ?action"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <https://w3id.org/bqwgraph/action/5> } ?s ?p ?o }"
FIRST = "https://w3id.org/bqwgraph/action/1"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        (None, "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("application/sparql-results+json", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        ("text/turtle, application/sparql-results+xml;q=0.3, text/csv;q=0.2", "application/sparql-results+xml"),
        ("text/html, text/csv;q=0.9", "text/html; charset=utf-8"),
    ],
)
def test_tables_by_accept(service: httpx.Client, accept: str | None, content_type: str) -> None:
    request = service.build_request("GET", "/sparql", params={"query": ACTIONS})
    del request.headers["accept"]
    if accept:
        request.headers["accept"] = accept
    response = service.send(request)
    assert response.status_code == 200
    assert response.headers["content-type"] == content_type
    assert "action" in response.text
    assert "Accept" in response.headers["vary"]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("name", "content_type", "rdf"),
    [
        ("ttl", "text/turtle; charset=utf-8", ox.RdfFormat.TURTLE),
        ("nt", "application/n-triples", ox.RdfFormat.N_TRIPLES),
        ("jsonld", "application/ld+json", ox.RdfFormat.JSON_LD),
        ("rdf", "application/rdf+xml", ox.RdfFormat.RDF_XML),
        ("nq", "application/n-quads", ox.RdfFormat.N_QUADS),
        ("trig", "application/trig", ox.RdfFormat.TRIG),
    ],
)
def test_graphs_by_accept_and_by_format(service: httpx.Client, name: str, content_type: str, rdf: ox.RdfFormat) -> None:
    accepted = service.get("/sparql", params={"query": GRAPH}, headers={"accept": content_type.partition(";")[0]})
    named = service.get("/sparql", params={"query": GRAPH, "format": name}, headers={"accept": "text/html"})
    assert accepted.headers["content-type"] == named.headers["content-type"] == content_type
    assert accepted.content == named.content
    triples = {quad.triple for quad in ox.parse(named.content, format=rdf)}
    assert any(triple.object == ox.Literal("城乡融合发展行动", language="zh-Hans") for triple in triples)


@pytest.mark.parametrize("how", ["form", "direct"])
def test_post(service: httpx.Client, how: str) -> None:
    accept = {"accept": "text/csv"}
    if how == "form":
        response = service.post("/sparql", data={"query": ACTIONS}, headers=accept)
    else:
        headers = {**accept, "content-type": "application/sparql-query; charset=utf-8"}
        response = service.post("/sparql", content=ACTIONS, headers=headers)
    assert response.text.split("\r\n")[:2] == ["action", FIRST]


def test_dataset_parameters(service: httpx.Client) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    stated = {"query": count, "default-graph-uri": "https://w3id.org/bqwgraph/graph/stated", "format": "csv"}
    whole = service.get("/sparql", params={"query": count, "format": "csv"}).text.split()
    assert 0 < int(service.get("/sparql", params=stated).text.split()[1]) < int(whole[1])
    other = service.get("/sparql", params={**stated, "default-graph-uri": "file:///etc/passwd"})
    assert other.status_code == 403
    assert "no such graph" in other.json()["detail"]


@pytest.mark.parametrize(
    ("query", "status", "told"),
    [
        ("SELECT * { ?s ?p", 400, "'{' at line 1, column 10 is never closed"),
        ("SELECT * { ?s ?p ?o } }", 400, "line 1, column 23 closes nothing"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", 403, "update"),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403, "SERVICE"),
        ("SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }", 403, "no such graph"),
    ],
)
def test_refused_with_a_reason(service: httpx.Client, query: str, status: int, told: str) -> None:
    response = service.get("/sparql", params={"query": query})
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == status
    assert told in response.json()["detail"]


@pytest.mark.parametrize(
    ("method", "url", "headers", "content", "status"),
    [
        ("GET", "/sparql", {}, None, 400),
        ("GET", "/sparql?query=a&query=b", {}, None, 400),
        ("GET", "/sparql?query=%ff", {}, None, 400),
        ("GET", "/sparql?format=pdf&query=" + quote(ACTIONS), {}, None, 400),
        ("GET", "/sparql?query=" + quote(ACTIONS), {"accept": "image/png"}, None, 406),
        ("POST", "/sparql", {"content-type": "text/plain"}, b"ASK {}", 415),
        ("POST", "/sparql", {"content-type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ("POST", "/sparql", {"content-type": "application/x-www-form-urlencoded"}, b"update=CLEAR%20ALL", 403),
        ("POST", "/sparql", {"content-type": "application/sparql-query"}, b"\xff", 400),
        ("POST", "/sparql", {"content-type": "application/sparql-query"}, b"#" * 1_000_001, 413),
        ("PUT", "/sparql", {}, None, 405),
        ("GET", "/nowhere", {}, None, 404),
    ],
)
def test_wrong_requests(
    service: httpx.Client, method: str, url: str, headers: dict[str, str], content: bytes | None, status: int
) -> None:
    response = service.request(method, url, headers=headers, content=content)
    assert response.status_code == status
    assert response.json()["detail"]
    if status == 405:
        assert "GET" in response.headers["allow"]


def test_a_saved_query_takes_its_parameters_from_the_query_string(service: httpx.Client) -> None:
    response = service.get("/queries/policies-for-place", params={"place": "鹤山市"}, headers={"accept": "text/csv"})
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert {"policy": "https://w3id.org/bqwgraph/policy/3", "relation": "partner", "via_zh": "开平市"}.items() <= rows[
        [row["relation"] for row in rows].index("partner")
    ].items()


def test_a_wrong_parameter_is_answered_with_what_would_do(service: httpx.Client) -> None:
    wrong = service.get("/queries/policies-for-place", params={"place": "鹤山"})
    assert wrong.status_code == 422
    assert "鹤山市 place:nbs2023-440784" in wrong.json()["nearest"]
    assert service.get("/queries/policies-for-place").status_code == 422
    assert service.get("/queries/actions", params={"nothing": "1"}).status_code == 422
    assert service.get("/queries/nothing").status_code == 404


def test_a_code_with_two_meanings_is_noted(service: httpx.Client) -> None:
    response = service.get("/queries/places-within", params={"place": "440703101", "format": "csv"})
    assert "place:nbs2023-440703102" in response.headers["bqwgraph-note"]


def test_openapi_describes_every_saved_query(service: httpx.Client) -> None:
    described = service.get("/openapi.json").json()["paths"]
    listed = service.get("/queries", headers={"accept": "application/json"}).json()
    assert len(listed) >= 8
    for query in listed:
        parameters = described[f"/queries/{query['name']}"]["get"]["parameters"]
        assert [p["name"] for p in parameters] == [p["name"] for p in query["parameters"]] + ["format"]


def test_health(service: httpx.Client) -> None:
    health = service.get("/health")
    assert health.json()["status"] == "ok"
    assert health.json()["snapshot"] == health.headers["bqwgraph-snapshot"]


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
@pytest.mark.parametrize("path", ["/", "/queries", "/sparql", "/nowhere", "/sparql?query=SELECT+oops"])
def test_pages_in_both_languages(service: httpx.Client, path: str, language: str) -> None:
    page = service.get(path, headers={"accept": "text/html", "accept-language": language})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert f'<html lang="{language}">' in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    asked = service.get(path + ("&" if "?" in path else "?") + f"lang={language}", headers={"accept": "text/html"})
    assert f'<html lang="{language}">' in asked.text


def test_markup_in_queries_and_results_is_shown_as_text(service: httpx.Client) -> None:
    query = "SELECT ('<script>alert(1)</script>' AS ?x) {}"
    page = service.get("/sparql", params={"query": query}, headers={"accept": "text/html"})
    assert "<script" not in page.text
    assert page.text.count("&lt;script&gt;") == 2


def test_links_are_built_from_the_address_and_not_from_the_host_header(service: httpx.Client) -> None:
    page = service.get("/", headers={"host": "evil.example", "x-forwarded-host": "evil.example", "accept": "text/html"})
    assert "evil" not in page.text
    assert json.loads(service.get("/openapi.json", headers={"host": "evil.example"}).text)["servers"] == [
        {"url": str(service.base_url).rstrip("/")}
    ]
