"""What clients may send that no well-meaning one would: the real server answers, refuses or hangs up, and goes on."""

import gzip
import json
import re
import socket
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from urllib.parse import quote

import httpx
import pytest

COUNT = "SELECT (COUNT(*) AS ?n) { ?m a <https://w3id.org/bqwgraph/ontology#Measure> }"


@pytest.fixture(autouse=True)
def it_goes_on(service: httpx.Client) -> Iterator[None]:
    yield
    answer = service.get("/sparql", params={"query": f"{COUNT} # {time.monotonic()}", "format": "csv"})
    assert answer.text.split() == ["n", "49"]


@contextmanager
def raw(service: httpx.Client) -> Iterator[socket.socket]:
    with closing(socket.create_connection((service.base_url.host, service.base_url.port or 80), 10)) as connection:
        yield connection


def reply(connection: socket.socket) -> bytes:
    received = b""
    while data := connection.recv(65536):
        received += data
    return received


@pytest.mark.parametrize(
    "query",
    [
        "ASK {} \x00",
        "ASK { ?s ?p '\x00' }",
        "ASK { ?s ?p 'a' } " + "(" * 20_000,
        "SELECT " + "?x " * 50_000 + "{}",
        "ASK {" + "{" * 5_000 + "}" * 5_000 + "}",
        "SELECT * { ?s ?p ?o FILTER(" + "!" * 20_000 + "?o) }",
        "PREFIX a: <" + "x" * 100_000 + "> ASK {}",
        "\ufeffASK {}",
        "ASK { ?s <http://[> ?o }",
        "BASE <http://[> ASK { ?s <a> ?o }",
        "SELECT ('\\uD800' AS ?x) {}",
    ],
    ids=range(11),
)
def test_strange_queries(service: httpx.Client, query: str) -> None:
    answer = service.post("/sparql", data={"query": query}, headers={"accept": "text/csv"})
    assert answer.status_code in {200, 400, 503}
    if answer.status_code != 200:
        assert answer.json()["detail"]


@pytest.mark.parametrize("encoded", ["%ED%A0%80", "%FF", "%C0%AF", "%00"])
def test_bytes_that_are_no_text(service: httpx.Client, encoded: str) -> None:
    assert service.get(f"/sparql?query=ASK%20%7B%7D%20%23{encoded}").status_code in {200, 400}
    assert service.get(f"/queries/policies-for-place?place={encoded}").status_code in {400, 422}
    assert service.get(f"/queries/{encoded}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/queries/../../etc/passwd",
        "/queries/..%2f..%2fetc%2fpasswd",
        "/static/../messages/en.yaml",
        "/static/%2e%2e/messages/en.yaml",
        "/static/..%5cmessages%5cen.yaml",
        "/static//etc/passwd",
        "//evil.example/",
        "/graphs?graph=file:///etc/passwd",
        "/%00",
    ],
)
def test_paths_lead_nowhere_else(service: httpx.Client, path: str) -> None:
    with raw(service) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
        answer = reply(connection)
    assert answer.split(b" ", 2)[1] in {b"400", b"404"}
    assert b"root:" not in answer
    assert b"colon:" not in answer
    assert b"\r\nlocation:" not in answer.lower()


@pytest.mark.parametrize("field", ["place", "format", "lang", "x"])
def test_no_header_is_injected(service: httpx.Client, field: str) -> None:
    value = quote("440703101\r\nSet-Cookie: a=b\r\n\r\n<script>")
    answer = service.get(f"/queries/policies-for-place?place=440703101&{field}={value}")
    assert "set-cookie" not in answer.headers
    assert answer.status_code in {200, 400, 422}
    given = service.get("/sparql", params={"query": "ASK {}"}, headers={"accept": "text/csv", "origin": "https://evil.example"})
    assert given.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in given.headers


def test_a_compressed_body_is_not_unpacked(service: httpx.Client) -> None:
    bomb = gzip.compress(b"ASK {} #" + b" " * 50_000_000)
    headers = {"content-type": "application/sparql-query", "content-encoding": "gzip"}
    answer = service.post("/sparql", content=bomb, headers=headers)
    assert answer.status_code == 415
    assert answer.headers["accept-encoding"] == "identity"


def test_a_body_without_end_is_cut_off(service: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(10_000):
            yield b"#" * 10_000

    began = time.monotonic()
    try:
        answer = service.post("/sparql", content=endless(), headers={"content-type": "application/sparql-query"})
        assert answer.status_code == 413
    except (httpx.WriteError, httpx.ReadError, httpx.RemoteProtocolError):
        pass  # it hung up before all was sent
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(("path", "kind"), [("/sparql", "application/sparql-query"), ("/validate", "text/turtle")])
def test_who_hangs_up_within_a_body_is_no_failure_of_ours(service: httpx.Client, path: str, kind: str) -> None:
    def counted(status: int) -> int:
        found = re.search(rf'route="{path}",status="{status}"}} (\d+)', service.get("/metrics").text)
        return int(found[1]) if found else 0

    gone, failed = counted(499), counted(500)
    with raw(service) as connection:
        connection.sendall(f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Type: {kind}\r\nContent-Length: 60\r\n\r\nASK".encode())
        connection.shutdown(socket.SHUT_WR)
        assert reply(connection) == b""
    assert (counted(499), counted(500)) == (gone + 1, failed)


def test_many_fields_and_long_headers(service: httpx.Client) -> None:
    assert service.post("/sparql", data={f"a{n}": "" for n in range(2000)}).status_code == 400
    for header in ("accept", "accept-language", "if-none-match", "accept-encoding"):
        value = ",".join(f"a/{n};q=0.{n % 9}" for n in range(3000))
        assert service.get("/sparql?query=ASK{}", headers={header: value}).status_code in {200, 406, 431}


def test_clients_that_dawdle_hold_nobody_up(service: httpx.Client) -> None:
    connections = [socket.create_connection((service.base_url.host, service.base_url.port or 80), 10) for _ in range(100)]
    try:
        for connection in connections:
            connection.sendall(b"GET /sparql?query=ASK{} HTTP/1.1\r\nHost: a\r\nX-Slow: ")
        began = time.monotonic()
        assert service.get("/sparql", params={"query": COUNT + "#dawdle"}).status_code == 200
        assert time.monotonic() - began < 5
    finally:
        for connection in connections:
            connection.close()


def test_what_is_no_http_is_refused(service: httpx.Client) -> None:
    for sent in (b"\x16\x03\x01\x02\x00\x01\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"GET /\x00 HTTP/1.1\r\n\r\n", b"A" * 100_000):
        with raw(service) as connection:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            try:
                assert b" 200 " not in reply(connection).partition(b"\r\n")[0]
            except ConnectionResetError:
                continue


def test_a_page_shows_markup_as_text(service: httpx.Client) -> None:
    query = "SELECT ('<script>alert(1)</script>' AS ?x) {}"
    page = service.get("/sparql", params={"query": query}, headers={"accept": "text/html"})
    assert page.status_code == 200
    assert "<script>" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    problem = service.get("/queries/policies-for-place", params={"place": "<script>"}, headers={"accept": "text/html"})
    assert "<script>" not in problem.text


def test_a_problem_is_json_whatever_was_sent(service: httpx.Client) -> None:
    answer = service.get("/sparql", params={"query": 'ASK { "\u2028\u0007" ', "format": "csv"})
    assert answer.status_code == 400
    assert json.loads(answer.content)["line"] == 1
