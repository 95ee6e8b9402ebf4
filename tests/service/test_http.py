"""The service as clients meet it: the real server, from the wheel, over HTTP."""

import csv
import gzip
import io
import json
import subprocess
import uuid
from pathlib import Path
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest
import zstandard

from conftest import Installed, address_of

ACTIONS = "PREFIX bqw: <https://w3id.org/bqwgraph/ontology#> SELECT ?action { ?action a bqw:Action } ORDER BY ?action"
GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { <https://w3id.org/bqwgraph/action/5> } ?s ?p ?o }"
FORM = "application/x-www-form-urlencoded"
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
        ("ASK { } ; INSERT DATA { <urn:a> <urn:b> <urn:c> }", 403, "update"),
        ("BASE <http://[> SELECT * FROM <x> { ?s ?p ?o }", 403, "no such graph"),
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
        ("POST", "/sparql", {"content-type": "application/x-www-form-urlencoded"}, b"", 400),
        ("GET", "/sparql?timeout=no&query=a", {}, None, 400),
        ("GET", "/sparql?query=a&query=b", {}, None, 400),
        ("GET", "/sparql?query=%ff", {}, None, 400),
        ("GET", "/sparql?format=pdf&query=" + quote(ACTIONS), {}, None, 400),
        ("GET", "/sparql?query=" + quote(ACTIONS), {"accept": "image/png"}, None, 406),
        ("POST", "/sparql", {"content-type": "text/plain"}, b"ASK {}", 415),
        ("POST", "/sparql", {"content-type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ("POST", "/sparql", {"content-type": "application/x-www-form-urlencoded"}, b"update=CLEAR%20ALL", 403),
        ("POST", "/sparql", {"content-type": "application/sparql-query"}, b"\xff", 400),
        ("POST", "/sparql", {"content-type": "application/sparql-query; charset=GBK"}, "ASK { ?s ?p '江' }".encode("gbk"), 415),
        ("POST", "/sparql", {"content-type": "application/sparql-query;charset=latin1"}, "ASK { ?s ?p '江' }".encode(), 415),
        ("POST", "/sparql", {"content-type": f"{FORM}; charset=iso-8859-1"}, b"query=ASK{?s?p'%C3%A9'}", 415),
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
        assert method in response.json()["detail"]


@pytest.mark.parametrize("charset", ["UTF-8", '"utf-8"', "utf8", "iso-8859-1", "us-ascii"])
def test_another_encoding_that_says_the_same_is_welcome(service: httpx.Client, charset: str) -> None:
    """Some clients call every form ISO 8859-1."""
    text = "江" if charset.strip('"').lower().startswith("utf") else "a"
    query = quote(f"SELECT ('{text}' AS ?x) {{}}")
    headers = {"content-type": f"{FORM}; charset={charset}", "accept": "text/csv"}
    assert service.post("/sparql", content=f"query={query}", headers=headers).text.split() == ["x", text]


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
    assert "<script>" not in page.text
    assert page.text.count("&lt;script&gt;") == 2


def test_links_are_built_from_the_address_and_not_from_the_host_header(service: httpx.Client) -> None:
    page = service.get("/", headers={"host": "evil.example", "x-forwarded-host": "evil.example", "accept": "text/html"})
    assert "evil" not in page.text
    assert json.loads(service.get("/openapi.json", headers={"host": "evil.example"}).text)["servers"] == [
        {"url": str(service.base_url).rstrip("/")}
    ]


def test_an_answer_has_an_etag_and_is_not_sent_twice(service: httpx.Client) -> None:
    first = service.get("/sparql", params={"query": ACTIONS}, headers={"accept": "text/csv"})
    etag = first.headers["etag"]
    again = service.get("/sparql", params={"query": ACTIONS}, headers={"accept": "text/csv", "if-none-match": etag})
    assert again.status_code == 304
    assert again.headers["etag"] == etag
    assert not again.content
    other = service.get("/sparql", params={"query": ACTIONS}, headers={"accept": "text/tab-separated-values"})
    assert other.headers["etag"] != etag
    posted = service.post("/sparql", data={"query": ACTIONS}, headers={"accept": "text/csv"})
    assert posted.headers["etag"] == etag


@pytest.mark.parametrize("path", ["/sparql?query=ASK%7B%7D", "/action/5?format=html", "/queries/actions?format=ttl"])
def test_an_answer_that_is_known_says_no_more_than_it_must(service: httpx.Client, path: str) -> None:
    """RFC 9110, 15.4.5; what is missing here the client has. Once before the answer is kept and once after."""
    first = service.head(path)
    known = {"if-none-match": first.headers["etag"]}
    for again in (service.get(path, headers=known), service.get(path) and service.get(path, headers=known)):
        assert again.status_code == 304
        said = {"access-control-allow-origin", "cache-control", "content-location", "date", "etag", "vary"} & first.headers.keys()
        assert {name: again.headers[name] for name in said - {"date"}} == {name: first.headers[name] for name in said - {"date"}}
        assert set(again.headers) == said


@pytest.mark.parametrize("query", ["garbage", "LOAD <urn:x>", "ASK FROM <urn:x> {}"])
def test_only_what_can_be_answered_is_known(service: httpx.Client, query: str) -> None:
    """RFC 9110, 13.2.1: a condition counts for nothing where the answer would be no success."""
    answer = service.get("/sparql", params={"query": query}, headers={"if-none-match": "*"})
    assert answer.status_code in {400, 403}
    assert (
        service.get("/sparql", params={"query": f"ASK {{}} # {uuid.uuid4()}"}, headers={"if-none-match": "*"}).status_code == 304
    )


def test_a_post_is_answered_whole(service: httpx.Client) -> None:
    """RFC 9110, 13.1.2: 304 is for GET and HEAD."""
    etag = service.head("/sparql", params={"query": ACTIONS}).headers["etag"]
    for known in (etag, "*"):
        posted = service.post("/sparql", data={"query": ACTIONS}, headers={"if-none-match": known})
        assert posted.status_code == 200
        assert posted.content


def test_a_query_does_not_end_in_the_dataset_of_another(service: httpx.Client) -> None:
    stated = "https://w3id.org/bqwgraph/graph/stated"
    count = r"SELECT (COUNT(*) AS ?n) { ?s ?p ?o } #\u"
    whole = service.get("/sparql", params={"query": f"{count}\0{stated}", "format": "csv"})
    part = service.get("/sparql", params={"query": count, "default-graph-uri": stated, "format": "csv"})
    assert whole.status_code == part.status_code == 200
    assert int(part.text.split()[1]) < int(whole.text.split()[1])


@pytest.mark.parametrize(
    ("field", "one", "other", "path", "told"),
    [
        ("accept-encoding", "gzip", "identity", "/sparql?format=csv&query=SELECT*{?s?p?o}LIMIT+99", "content-encoding"),
        ("accept-language", "zh-Hans", "en", "/place?format=html", "content-language"),
        ("accept", "application/n-triples", "text/turtle", "/policy/7?page=1", "content-type"),
    ],
)
def test_lines_of_a_header_are_read_as_one(service: httpx.Client, field: str, one: str, other: str, path: str, told: str) -> None:
    """RFC 9110, 5.3; and an answer to two lines is not kept for a client that sends one of them."""
    never_asked = f"{path}&nothing={uuid.uuid4()}"

    def ask(*lines: str) -> str | None:
        request = service.build_request("GET", never_asked)
        others = [pair for pair in request.headers.multi_items() if pair[0] != field]
        request.headers = httpx.Headers([*others, *((field, line) for line in lines)])
        said: str | None = service.send(request).headers.get(told)
        return said

    both = ask(one, other)
    assert ask(other) != ask(one)
    assert both == ask(f"{one}, {other}")


def test_a_repeated_answer_comes_from_the_cache_and_is_the_same(service: httpx.Client) -> None:
    def hits() -> int:
        lines = service.get("/metrics").text.splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("bqwgraph_cache_hits_total"))

    nobody_asked = f'SELECT ("{uuid.uuid4()}" AS ?who) ?s ?p ?o {{ ?s ?p ?o }} LIMIT 100'
    url, before = f"/sparql?format=csv&query={quote(nobody_asked)}", hits()
    first, second = service.get(url), service.get(url)
    assert first.content == second.content
    assert {**first.headers, "date": ""} == {**second.headers, "date": ""}
    assert hits() == before + 1
    plain = service.get(url, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == first.content


@pytest.mark.parametrize("call", ["NOW()", "RAND()", "UUID()", "struuid ( )", "now # ?\n ()"])
def test_what_is_never_the_same_is_not_kept(service: httpx.Client, call: str) -> None:
    def ask(**headers: str) -> httpx.Response:
        return service.get("/sparql", params={"query": f"SELECT ({call} AS ?x) {{}}", "format": "csv"}, headers=headers)

    first, second = ask(), ask(**{"if-none-match": "*"})
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.content != second.content
    assert "etag" not in first.headers
    assert first.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_answers_are_compressed_as_the_client_takes_it(service: httpx.Client, coding: str) -> None:
    plain = service.get("/queries/typical-places?format=csv", headers={"accept-encoding": "identity"})
    with service.stream("GET", "/queries/typical-places?format=csv", headers={"accept-encoding": coding}) as response:
        assert response.headers["content-encoding"] == coding
        packed = b"".join(response.iter_raw())
    assert len(packed) < len(plain.content) / 2
    unpacked = gzip.decompress(packed) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj().decompress(packed)
    assert unpacked == plain.content


@pytest.mark.parametrize("path", ["/", "/sparql", "/queries/actions", "/health", "/nowhere"])
def test_head_is_get_without_the_body(service: httpx.Client, path: str) -> None:
    head, get = service.head(path), service.get(path)
    assert head.status_code == get.status_code
    assert head.headers["content-type"] == get.headers["content-type"]
    assert not head.content


def test_options_and_other_origins(service: httpx.Client) -> None:
    options = service.options("/sparql", headers={"origin": "http://x.example", "access-control-request-method": "POST"})
    assert options.status_code == 204
    assert "POST" in options.headers["allow"]
    assert options.headers["access-control-allow-origin"] == "*"
    assert "*" in options.headers["access-control-allow-headers"].split(", "), "whatever a library adds"
    assert "access-control-allow-credentials" not in options.headers
    answer = service.get("/sparql", params={"query": ACTIONS}, headers={"origin": "http://x.example"})
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(("accept", "rdf"), [("*/*", ox.RdfFormat.TURTLE), ("application/rdf+xml", ox.RdfFormat.RDF_XML)])
def test_the_service_description_is_true(service: httpx.Client, accept: str, rdf: ox.RdfFormat) -> None:
    response = service.get("/sparql", headers={"accept": accept})
    said = {(q.subject.value, q.predicate.value, q.object.value) for q in ox.parse(response.content, format=rdf)}
    endpoint = f"{str(service.base_url).rstrip('/')}/sparql"
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert (endpoint, sd + "endpoint", endpoint) in said
    assert not any("Federated" in value for _, _, value in said)
    (triples,) = (v for s, p, v in said if s.endswith("#default-graph") and p.endswith("void#triples"))
    counted = service.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}).text.split()[1]
    assert triples == counted


def test_graphs_can_be_fetched_whole(service: httpx.Client) -> None:
    name = "https://w3id.org/bqwgraph/graph/data/actions"
    graph = service.get("/graphs", params={"graph": name}, headers={"accept": "application/n-triples"})
    count = f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}"
    counted = service.get("/sparql", params={"query": count, "format": "csv"}).text.split()[1]
    assert len(graph.text.splitlines()) == int(counted)
    assert service.head("/graphs?default").status_code == 200
    assert service.get("/graphs", params={"graph": "http://example.org/"}).status_code == 404
    assert service.get("/graphs").status_code == 400
    assert service.put("/graphs", params={"graph": name}).status_code == 405
    assert service.delete("/graphs", params={"graph": name}).status_code == 405


def test_a_client_may_ask_for_less_time(service: httpx.Client) -> None:
    bomb = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a > ?d) }"
    response = service.get("/sparql", params={"query": bomb, "timeout": "0.5"})
    assert response.status_code == 504
    assert response.json()["limit"] == "timeout"
    assert response.elapsed.total_seconds() < 1


def test_an_answer_that_is_too_large_is_refused_and_never_cut(service: httpx.Client) -> None:
    response = service.get("/sparql", params={"query": "SELECT * { ?a ?b ?c . ?d ?e ?f }"})
    assert response.status_code == 503
    assert response.json()["limit"] == "result-size"


@pytest.mark.parametrize(
    "url",
    [
        "/static/../settings.py",
        "/static/%2e%2e/%2e%2e/cli.py",
        "/queries/..%2factions",
        "/queries/%00",
        "/%ff",
        "/sparql/%0d%0aX: y",
    ],
)
def test_strange_addresses_are_nothing(service: httpx.Client, url: str) -> None:
    response = service.get(url)
    assert response.status_code in {400, 404, 405, 422}
    assert "x" not in response.headers


@pytest.mark.parametrize("language", ["zh-Hans", "en"])
def test_a_saved_query_has_a_page_with_its_answer(service: httpx.Client, language: str) -> None:
    page = service.get("/queries/places-within", params={"place": "鹤山市", "lang": language}, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert f'href="/place/nbs2023-440784106?lang={language}"' in page.text
    assert "VALUES ?place" in page.text
    wrong = service.get("/queries/places-within", params={"place": "<script>", "lang": language}, headers={"accept": "text/html"})
    assert wrong.status_code == 422
    assert "<script>" not in wrong.text
    assert "&lt;script&gt;" in wrong.text


def test_a_long_table_is_cut_on_the_page_and_says_so(service: httpx.Client) -> None:
    page = service.get(
        "/sparql", params={"query": "SELECT * { ?s ?p ?o } LIMIT 1500", "lang": "en"}, headers={"accept": "text/html"}
    )
    assert "1500 rows, of which the first 1000 are shown" in page.text
    assert page.text.count("<tr>") == 1001


def test_what_is_allowed_is_said(service: httpx.Client) -> None:
    assert service.put("/sparql").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert service.put("/queries/actions").headers["allow"] == "GET, HEAD, OPTIONS"


def test_no_redirect_follows_the_host_header(service: httpx.Client) -> None:
    response = service.get("/queries/", headers={"host": "evil.example"})
    assert "evil" not in response.headers.get("location", "")


def test_each_request_is_logged_with_its_query(installed: Installed, tmp_path: Path) -> None:
    log = tmp_path / "log"
    command: list[str | Path] = [installed.command, "serve", "--port", "0", "--access-log"]
    with (
        log.open("wb") as errors,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, encoding="utf-8") as process,
        httpx.Client(base_url=address_of(process), timeout=30) as client,
    ):
        client.get("/sparql", params={"query": ACTIONS, "format": "csv"})
        client.post("/sparql", data={"query": f"{ACTIONS}  # again", "format": "csv"})
        client.get("/health", headers={"x-forwarded-for": "203.0.113.9"})
        client.options("/sparql")
        process.terminate()
        process.wait(20)
    first, second, health, asked = map(json.loads, log.read_text("utf-8").splitlines())
    assert len(first["query"]) == 16
    assert first["query"] == second["query"]
    assert (second["method"], second["path"], second["status"]) == ("POST", "/sparql", 200)
    assert second["bytes"] > 0
    assert second["ms"] > 0
    assert (health["query"], health["client"]) == ("", "127.0.0.1")
    assert (asked["method"], asked["status"]) == ("OPTIONS", 204)
