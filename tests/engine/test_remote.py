"""The engine in front of a bigger store: a real Oxigraph server, and servers that misbehave."""

import csv
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import httpx
import pyoxigraph as ox
import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.interface import (
    BackEndFailed,
    Busy,
    Dataset,
    LimitPassed,
    NotAllowed,
    NotWanted,
    QuerySyntaxError,
    Question,
    Wanted,
)
from bqwgraph.engine.language_tags import fold_both
from bqwgraph.engine.received import check_table
from bqwgraph.engine.remote import Credentials, Places, RemoteEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import STATED_GRAPH
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.push import Push, PushFailed, Target
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import SavedQuery, load
from bqwgraph.queries.values import run
from conftest import ROOT, Blocking, Installed

CSV = ox.QueryResultsFormat.CSV
SMALL = "SELECT (COUNT(*) AS ?n) { ?m a <https://w3id.org/bqwgraph/ontology#Measure> }"
BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a > ?d && ?d > ?g) }"
SAVED = load(GraphFolder.at(ROOT))


class Oxigraph:
    """A server of its own, with an empty store."""

    def __init__(self, location: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.base = f"http://127.0.0.1:{free.getsockname()[1]}"
        command = Path(sysconfig.get_path("scripts")) / "oxigraph"
        self.process = subprocess.Popen(
            [command, "serve", "--location", location, "--bind", self.base.removeprefix("http://")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(200):
            try:
                httpx.get(self.base)
            except httpx.ConnectError:
                time.sleep(0.05)
            else:
                break

    @property
    def query(self) -> str:
        return f"{self.base}/query"

    @property
    def store(self) -> str:
        return f"{self.base}/store"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="module")
def oxigraph(tmp_path_factory: pytest.TempPathFactory, snapshot: Snapshot) -> Iterator[Oxigraph]:
    server = Oxigraph(tmp_path_factory.mktemp("oxigraph"))
    try:
        with Push(snapshot, Target(server.store)) as push:
            graphs = push.graphs()
            assert push.present(graphs) is None
            pushed = {done.graph: done.triples for done in push.put(graphs)}
            assert push.present(graphs) == graphs[0]
            assert pushed == {**snapshot.graphs, "default": snapshot.triples}
        yield server
    finally:
        server.kill()


@pytest.fixture(scope="module")
def remote(oxigraph: Oxigraph) -> Iterator[Blocking]:
    with Blocking(RemoteEngine(oxigraph.query)) as engine:
        yield engine


def rows(body: bytes) -> tuple[list[str], list[list[str]]]:
    header, *found = csv.reader(io.StringIO(body.decode("utf-8")))
    return header, sorted(found)


def test_it_holds_what_was_pushed(remote: Blocking, snapshot: Snapshot) -> None:
    assert (remote.engine.named, remote.engine.triples) == (snapshot.graphs, snapshot.triples)
    assert len(remote.engine.digest) == 64


@pytest.mark.parametrize("query", SAVED.values(), ids=SAVED)
def test_saved_queries_are_answered_as_by_the_embedded_engine(
    query: SavedQuery, remote: Blocking, engine: EmbeddedEngine
) -> None:
    def answered(by: Blocking | EmbeddedEngine) -> tuple[list[str], list[list[str]]]:
        values = {parameter.name: parameter.example for parameter in query.parameters}
        return rows(by.answer(Question.table(run(prepare(query, values), by).text, CSV), 30).body)

    assert answered(remote) == answered(engine)


@pytest.mark.parametrize("result_format", [CSV, ox.QueryResultsFormat.TSV, ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML])
def test_tables_come_in_every_format(remote: Blocking, engine: EmbeddedEngine, result_format: ox.QueryResultsFormat) -> None:
    query = "SELECT ?s ?l { ?s <http://www.w3.org/2004/02/skos/core#prefLabel> ?l } ORDER BY ?s ?l LIMIT 20"
    question = Question.table(query, result_format)
    assert remote.answer(question, 10) == engine.answer(question, 10)


@pytest.mark.parametrize("rdf_format", [ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML, ox.RdfFormat.JSON_LD, ox.RdfFormat.TRIG])
def test_graphs_come_in_every_format(remote: Blocking, engine: EmbeddedEngine, rdf_format: ox.RdfFormat) -> None:
    question = Question.graph("DESCRIBE <https://w3id.org/bqwgraph/action/5>", rdf_format)
    ours, theirs = (by.answer(question, 10).body for by in (remote, engine))
    assert set(ox.parse(ours, format=rdf_format)) == set(ox.parse(theirs, format=rdf_format))
    assert b"zh-Hans" in ours


def test_the_dataset_of_the_request_is_used(remote: Blocking, snapshot: Snapshot) -> None:
    count = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    stated = remote.answer(Question(count, Wanted(CSV), Dataset(default=(STATED_GRAPH,))), 10)
    assert stated.body.split() == [b"n", str(snapshot.graphs[STATED_GRAPH]).encode()]


def test_the_guard_stands_before_the_store(remote: Blocking) -> None:
    for query in ("ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "LOAD <http://127.0.0.1:1/>", "ASK FROM <urn:x> {}"):
        with pytest.raises(NotAllowed):
            remote.answer(Question.table(query, CSV), 10)
    with pytest.raises(NotAllowed, match="no such graph"):
        remote.answer(Question(SMALL, Wanted(CSV), Dataset(named=("urn:x",))), 10)
    with pytest.raises(NotWanted):
        remote.answer(Question.graph("ASK {}", ox.RdfFormat.TURTLE), 10)


def test_the_stores_word_on_a_bad_query_is_passed_on(remote: Blocking) -> None:
    with pytest.raises(QuerySyntaxError, match=r"does not take the query: 400 .*expected") as raised:
        remote.answer(Question.table("SELECT * { ?s ?p }" + " " * 5000, CSV), 10)
    assert len(str(raised.value)) < 400


def test_an_answer_has_a_limit(oxigraph: Oxigraph) -> None:
    with Blocking(RemoteEngine(oxigraph.query, places=Places(result_bytes=10_000))) as engine:
        assert engine.answer(Question.table("SELECT ?s { ?s ?p ?o } LIMIT 10", CSV), 10)
        with pytest.raises(LimitPassed, match="10000 bytes") as raised:
            engine.answer(Question.table("SELECT * { ?s ?p ?o }", CSV), 10)
        assert raised.value.limit == "result-size"


def test_a_long_query_ends_in_time_and_others_are_answered(oxigraph: Oxigraph) -> None:
    with Blocking(RemoteEngine(oxigraph.query)) as engine:
        began = time.monotonic()
        bomb = engine.ask(Question.table(BOMB, CSV), 1)
        time.sleep(0.1)
        assert rows(engine.answer(Question.table(SMALL, CSV), 0.8).body)[1] == [["49"]]
        with pytest.raises(LimitPassed, match="1 s") as raised:
            bomb.result()
        assert raised.value.limit == "timeout"
        assert time.monotonic() - began < 2
        assert engine.engine.counts.killed["timeout"] == 1


def test_a_store_that_dies_is_a_failure_at_once(tmp_path: Path) -> None:
    server = Oxigraph(tmp_path)
    with pytest.raises(BackEndFailed, match="is empty"):
        RemoteEngine(server.query)
    httpx.put(server.store, params="default", content="<urn:a> <urn:b> 1 .", headers={"Content-Type": "text/turtle"})
    with Blocking(RemoteEngine(server.query)) as engine:
        assert engine.answer(Question.table("ASK {}", CSV), 5).body.strip() == b"true"
        server.kill()
        began = time.monotonic()
        with pytest.raises(BackEndFailed, match="cannot be reached"):
            engine.answer(Question.table("ASK {}", CSV), 30)
        assert time.monotonic() - began < 1
        assert engine.engine.counts.failed == 1
    with pytest.raises(BackEndFailed, match="cannot be reached"):
        RemoteEngine(server.query)


def test_our_default_graph_may_be_a_named_graph_of_the_store(tmp_path: Path, snapshot: Snapshot) -> None:
    own, server = "urn:our:default", Oxigraph(tmp_path)
    try:
        with Push(snapshot, Target(server.store, default_as=own)) as push:
            list(push.put([STATED_GRAPH, "default"]))
        count = "SELECT (COUNT(*) AS ?n) %s { ?s ?p ?o }"
        with Blocking(RemoteEngine(server.query, places=Places(default_graph=own))) as engine:
            assert (engine.engine.triples, set(engine.graphs)) == (snapshot.triples, {STATED_GRAPH})
            for query, n in (
                (count % "", snapshot.triples),
                (count % f"FROM <{STATED_GRAPH}>", snapshot.graphs[STATED_GRAPH]),
                ("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", snapshot.graphs[STATED_GRAPH]),
            ):
                assert rows(engine.answer(Question.table(query, CSV), 10).body)[1] == [[str(n)]]
    finally:
        server.kill()


class Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: the client went away, as it should."""


Behaviour = Callable[[BaseHTTPRequestHandler, str], None]


@contextmanager
def misbehaving(behaviour: Behaviour) -> Iterator[str]:
    """A store that counts its triples as it should, and answers every other query with ``behaviour``."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            (query,) = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())["query"]
            if "COUNT" in query:
                answer(self, 200, "text/csv", b"graph,triples\n,0\n" if "GRAPH" in query else b"triples\n1\n")
            else:
                behaviour(self, query)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.block_on_close = False
        serving = Thread(target=server.serve_forever, daemon=True)
        serving.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/sparql"
        finally:
            server.shutdown()
            serving.join()


def answer(handler: BaseHTTPRequestHandler, status: int, media_type: str, body: bytes, length: int | None = None) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", media_type)
    handler.send_header("Content-Length", str(len(body) if length is None else length))
    handler.end_headers()
    handler.wfile.write(body)


def cut_off(handler: BaseHTTPRequestHandler, _: str) -> None:
    answer(handler, 200, "text/csv", b"s\n1\n", length=1000)
    handler.close_connection = True


def cut_by_virtuoso(handler: BaseHTTPRequestHandler, _: str) -> None:
    handler.send_response(200)
    handler.send_header("X-SPARQL-MaxRows", "10000")
    handler.send_header("Content-Type", "text/csv")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


@pytest.mark.parametrize(
    ("behaviour", "error", "reason"),
    [
        (lambda to, _: answer(to, 500, "text/plain", b"disk full"), BackEndFailed, "500 Internal Server Error: disk full"),
        (lambda to, _: answer(to, 404, "text/html", b"<h1>No</h1>"), BackEndFailed, "failed: 404 Not Found$"),
        (lambda to, _: answer(to, 401, "text/plain", b""), BackEndFailed, "does not let this service in: 401"),
        (lambda to, _: answer(to, 302, "text/plain", b""), BackEndFailed, "302 Found"),
        (lambda to, _: answer(to, 200, "text/html", b"<h1>Hi</h1>"), BackEndFailed, "text/html instead of text/csv"),
        (lambda to, _: answer(to, 504, "text/plain", b"slow"), LimitPassed, "gave up: 504"),
        (cut_off, BackEndFailed, "broke"),
        (cut_by_virtuoso, LimitPassed, "no more than 10000 rows"),
    ],
)
def test_what_is_no_answer_is_a_failure_with_its_reason(behaviour: Behaviour, error: type[Exception], reason: str) -> None:
    with misbehaving(behaviour) as endpoint, Blocking(RemoteEngine(endpoint)) as engine, pytest.raises(error, match=reason):
        engine.answer(Question.table("ASK {}", CSV), 10)


JSON, XML = ox.QueryResultsFormat.JSON, ox.QueryResultsFormat.XML
SOME = {
    JSON: b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"urn:a"}}]}}',
    XML: b'<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head/><boolean>true</boolean></sparql>\n',
    CSV: b"s\r\nurn:a\r\n",
    ox.QueryResultsFormat.TSV: b"?s\n<urn:a>\n",
}


@pytest.mark.parametrize(
    ("written", "body", "reason"),
    [
        *((written, b"", "empty answer") for written in SOME),
        *((written, body[:-12], "breaks off") for written, body in SOME.items() if written in {JSON, XML}),
        (JSON, b"<html>An error</html>", "no SPARQL Results in JSON"),
        (JSON, b'{"error": "no"}', "no SPARQL Results in"),
        (XML, b'{"head":{}, "boolean": true}', "no SPARQL Results in XML"),
        (XML, b"<html/>", "no SPARQL Results in"),
        *((written, body.replace(b"urn:a", b"urn:\xe9"), "not in UTF-8") for written, body in SOME.items() if b"urn:a" in body),
        (CSV, "s\n江\n".encode("utf-16"), "not in UTF-8: byte 1 is 0xff"),
    ],
)
def test_a_table_that_is_none_or_not_whole_is_a_failure(written: ox.QueryResultsFormat, body: bytes, reason: str) -> None:
    """Where the store says that all is well, and closes the connection as if that were all."""

    def close(handler: BaseHTTPRequestHandler, _: str) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", written.media_type)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    with (
        misbehaving(close) as endpoint,
        Blocking(RemoteEngine(endpoint)) as engine,
        pytest.raises(BackEndFailed, match=reason),
    ):
        engine.answer(Question.table("SELECT * {}", written), 10)


@pytest.mark.parametrize("written", SOME)
def test_a_table_may_be_written_in_other_ways_than_ours(written: ox.QueryResultsFormat) -> None:
    for body in (SOME[written], b"\xef\xbb\xbf" + SOME[written] + b"\r\n \n"):
        for query in ("SELECT * {}", "SELECT ?s {}", "SELECT DISTINCT (STR(?a) AS ?s) FROM <urn:g> {}"):
            check_table(body, written, query)
    check_table(b'<s:sparql xmlns:s="x"><s:head/><s:results /></s:sparql >', XML, "ASK {}")
    check_table(b'"s","?t"\n', CSV, "SELECT ?s {}")
    check_table(b'{"results" : {"bindings": []}, "head": {"link": [], "vars" : ["s" , "t"]}}', JSON, "SELECT ?t ?s { ?x ?y ?z }")


@pytest.mark.parametrize(
    ("written", "body", "query", "missing"),
    [
        (CSV, b"x\r\n1\r\n", "SELECT ?s ?x {}", "s"),
        (CSV, b"true", "PREFIX a: <b> SELECT REDUCED ?s (COUNT(*) AS ?n) {}", "s, n"),
        (JSON, b'{"head": {}, "boolean": true}', "SELECT ?s { ?s ?p ?o }", "s"),
        (JSON, b'{"head": {"vars": [?]}, "results": {"bindings": []}}', "SELECT ?s { ?s ?p ?o }", "s"),
    ],
)
def test_an_answer_to_another_query_is_a_failure(written: ox.QueryResultsFormat, body: bytes, query: str, missing: str) -> None:
    with pytest.raises(BackEndFailed, match=f"has no {missing}$"):
        check_table(body, written, query)


@pytest.mark.parametrize("coding", ["zstd", "gzip", "br"])
def test_an_answer_is_not_unpacked(coding: str) -> None:
    """It was asked for as it is; 700 MB of blanks are 22 kB of zstd."""

    def pack(handler: BaseHTTPRequestHandler, query: str) -> None:
        handler.send_response(500 if "fails" in query else 200)
        handler.send_header("Content-Type", "text/csv")
        handler.send_header("Content-Encoding", coding)
        handler.send_header("Content-Length", "4")
        handler.end_headers()
        handler.wfile.write(b"\x28\xb5\x2f\xfd")

    with misbehaving(pack) as endpoint, Blocking(RemoteEngine(endpoint)) as engine:
        with pytest.raises(BackEndFailed, match=f"content coding {coding}"):
            engine.answer(Question.table("ASK {}", CSV), 10)
        with pytest.raises(BackEndFailed, match=r"500 Internal Server Error$"):
            engine.answer(Question.table("ASK {} # fails", CSV), 10)


def test_a_graph_that_is_none_is_a_failure() -> None:
    with (
        misbehaving(lambda to, _: answer(to, 200, "application/n-triples", b"<urn:a> <urn:b>\n")) as endpoint,
        Blocking(RemoteEngine(endpoint)) as engine,
        pytest.raises(BackEndFailed, match="not what its Content-Type says"),
    ):
        engine.answer(Question.graph("CONSTRUCT WHERE { ?s ?p ?o }", ox.RdfFormat.TURTLE), 10)


def drip(handler: BaseHTTPRequestHandler, query: str) -> None:
    """Send a header slowly, or a body slowly, or nothing; answer other queries."""
    if "quick" in query:
        answer(handler, 200, "text/csv", b"true\n")
    elif "silent" in query:
        time.sleep(5)
    else:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n" if "header" in query else b"HTTP/1.1 200 OK\r\nContent-Type: text/csv\r\n\r\n")
        for _ in range(50):
            handler.wfile.write(b"X-A: b\r\n")
            time.sleep(0.1)


@pytest.mark.parametrize("how", ["silent", "header", "body"])
def test_a_slow_store_ends_in_time_and_holds_up_nobody(how: str) -> None:
    with misbehaving(drip) as endpoint, Blocking(RemoteEngine(endpoint)) as engine:
        began = time.monotonic()
        slow = [engine.ask(Question.table(f"ASK {{}} # {how}", CSV), 1) for _ in range(8)]
        time.sleep(0.5)
        assert engine.engine.running == {"asked": 8, "waiting": 0}
        assert engine.answer(Question.table("ASK {} # quick", CSV), 0.3).body == b"true\n"
        for each in slow:
            with pytest.raises(LimitPassed) as raised:
                each.result()
            assert raised.value.limit == "timeout"
        assert time.monotonic() - began < 2


def test_places_are_bounded_and_waiting_has_an_end() -> None:
    with (
        misbehaving(drip) as endpoint,
        Blocking(RemoteEngine(endpoint, places=Places(at_once=1, queue=1))) as engine,
    ):
        first = engine.ask(Question.table("ASK {} # silent", CSV), 1)
        time.sleep(0.1)
        second = engine.ask(Question.table("ASK {} # quick", CSV), 0.3)
        time.sleep(0.1)
        with pytest.raises(Busy):
            engine.answer(Question.table("ASK {} # quick", CSV), 1)
        for waiting in (first, second):
            with pytest.raises(LimitPassed):
                waiting.result()


def test_a_query_that_nobody_waits_for_is_given_up() -> None:
    with misbehaving(drip) as endpoint, Blocking(RemoteEngine(endpoint)) as engine:
        asked = engine.ask(Question.table("ASK {} # silent", CSV), 10)
        time.sleep(0.1)
        assert engine.engine.running["asked"] == 1
        asked.cancel()
        time.sleep(0.1)
        assert engine.engine.running["asked"] == 0
        assert engine.engine.counts.killed["gone"] == 1


def test_credentials_are_said_as_the_store_wants_them() -> None:
    said = list[str]()

    def wants_digest(handler: BaseHTTPRequestHandler, _: str) -> None:
        said.append(handler.headers.get("Authorization", "").partition(" ")[0])
        if said[-1] == "Digest":
            answer(handler, 200, "text/csv", b"true\n")
            return
        handler.send_response(401)
        handler.send_header("WWW-Authenticate", 'Digest realm="r", nonce="n", qop="auth", algorithm=MD5')
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    with misbehaving(wants_digest) as endpoint, Blocking(RemoteEngine(endpoint, Credentials("me", "secret"))) as engine:
        for _ in range(2):
            engine.answer(Question.table("ASK {}", CSV), 5)
    assert said == ["Basic", "", "Digest", "Digest"]


@pytest.mark.parametrize(
    ("query", "folded"),
    [
        ('LANG(?a) = "zh-Hans"', 'LCASE(LANG(?a)) = "zh-hans"'),
        ('"EN" != lang(IF(LANG(?a) = "zh-Hans", ?a, ?b))', '"en" != LCASE(lang(IF(LCASE(LANG(?a)) = "zh-hans", ?a, ?b)))'),
        ('LANGMATCHES(LANG(?a), "zh-Hans")', 'LANGMATCHES(LCASE(LANG(?a)), "zh-Hans")'),
        ('?lang = "A" # LANG(?a)', '?lang = "A" # LANG(?a)'),
    ],
)
def test_tags_are_compared_without_case_whatever_the_store_keeps(query: str, folded: str) -> None:
    assert fold_both(query) == folded


def test_a_push_says_where_it_failed(oxigraph: Oxigraph, snapshot: Snapshot) -> None:
    with Push(snapshot, Target(oxigraph.store)) as push:
        graphs = push.graphs()
        assert push.graphs(graphs[5]) == graphs[5:]
        with pytest.raises(PushFailed, match="no such graph"):
            push.graphs("urn:x")
    with Push(snapshot, Target(f"{oxigraph.base}/nowhere")) as push, pytest.raises(PushFailed, match="404") as raised:
        list(push.put(graphs[3:]))
    assert raised.value.graph == graphs[3]


@contextmanager
def served(installed: Installed, engine: str, **environment: str) -> Iterator[httpx.Client]:
    command: list[str | Path] = [installed.command, "serve", "--port", "0", "--engine", engine]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env={**os.environ, **environment}
    ) as process:
        assert process.stdout is not None
        try:
            said = ""
            for line in process.stdout:
                said += line
                if "curl" in line:
                    break
            found = re.search(r"http://[^\s']+(?=/queries)", said)
            assert found, said
            assert "not validated" in said
            with httpx.Client(base_url=found[0], timeout=30) as client:
                yield client
        finally:
            process.terminate()
            process.wait(10)


def test_the_service_answers_from_a_store_and_says_when_it_fails(installed: Installed, tmp_path: Path) -> None:
    folder = tmp_path / "small"
    for part in ("ontology", "data"):
        (folder / part).mkdir(parents=True)
    shutil.copy(ROOT / "data" / "actions.ttl", folder / "data")
    server = Oxigraph(tmp_path / "store")
    try:
        pushed = installed.run("push", "--store", server.store, "--graph", str(folder))
        assert pushed.returncode == 0, pushed.stderr
        assert "3 graphs" in pushed.stdout
        again = installed.run("push", "--store", server.store, "--graph", str(folder))
        assert (again.returncode, "--replace" in again.stderr) == (2, True)
        assert installed.run("push", "--store", server.store, "--graph", str(folder), "--replace").returncode == 0
        with served(installed, server.query) as client:
            first = client.get("/queries/actions?format=csv")
            assert first.status_code == 200
            assert len(first.text.splitlines()) == 11
            assert first.headers["cache-control"].startswith("public, max-age=")
            assert "bqwgraph-snapshot" not in first.headers
            known = {"if-none-match": first.headers["etag"]}
            assert client.get("/queries/actions?format=csv", headers=known).status_code == 304
            server.kill()
            assert client.get("/queries/actions?format=csv").content == first.content
            for path in ("/queries/policies?format=csv", "/queries/measures?action=5&format=csv", "/sparql?query=ASK{}"):
                failed = client.get(path, headers={"accept": "application/sparql-results+json"})
                assert failed.status_code == 502, path
                assert failed.headers["content-type"] == "application/problem+json"
                assert "cannot be reached" in failed.json()["detail"]
            assert client.get("/health").status_code == 200
            assert "bqwgraph_back_end_failures_total 3" in client.get("/metrics").text
    finally:
        server.kill()
    dead = installed.run("push", "--store", server.store, "--graph", str(folder))
    assert dead.returncode == 2
    refused = installed.run("serve", "--port", "0", "--engine", server.query)
    assert refused.returncode == 2
    assert "cannot be reached" in refused.stderr
    for url in ("ftp://127.0.0.1/", "http://me:secret@127.0.0.1/"):
        assert installed.run("serve", "--port", "0", "--engine", url).returncode == 2


def test_a_query_of_ours_that_the_store_does_not_take_is_no_fault_of_the_clients(installed: Installed) -> None:
    def refuse(handler: BaseHTTPRequestHandler, _: str) -> None:
        answer(handler, 400, "text/plain", b"I know no VALUES")

    with misbehaving(refuse) as endpoint, served(installed, endpoint) as client:
        paths = ("/sparql?query=ASK{}", "/queries/policies?format=csv", "/queries/policies-for-place?place=a", "/graphs?default")
        found = {path: client.get(path, headers={"accept": "*/*"}) for path in paths}
    assert [response.status_code for response in found.values()] == [400, 502, 502, 502]
    assert all("I know no VALUES" in response.json()["detail"] for response in found.values())


def test_what_nobody_thought_of_is_a_problem_without_a_trace(installed: Installed) -> None:
    """Rows whose values have no value; through the framework and past it."""

    def strange(handler: BaseHTTPRequestHandler, query: str) -> None:
        names = sorted(set(re.findall(r"\?(\w+)", query)))
        row = {name: {"type": "literal"} for name in names}
        body = json.dumps({"head": {"vars": names}, "results": {"bindings": [row]}})
        answer(handler, 200, handler.headers["Accept"].partition(",")[0], body.encode())

    with misbehaving(strange) as endpoint, served(installed, endpoint) as client:
        for path in ("/action/5", "/ontology"):
            failed = client.get(path, headers={"accept": "application/json"})
            assert failed.status_code == 500, path
            assert failed.headers["content-type"] == "application/problem+json"
            assert failed.json()["detail"] == "this service failed where it should not have; its log says how"
            assert failed.headers["x-content-type-options"] == "nosniff"
            page = client.get(path, headers={"accept": "text/html"})
            assert (page.status_code, page.headers["content-type"]) == (500, "text/html; charset=utf-8")
        assert client.get("/metrics").text.count('status="500"} 2\n') == 2


@pytest.mark.parametrize(("age", "asked"), [("0", 3), ("60", 1)])
def test_an_answer_is_given_again_for_as_long_as_was_set(installed: Installed, age: str, asked: int) -> None:
    queries = list[str]()

    def count(handler: BaseHTTPRequestHandler, query: str) -> None:
        queries.append(query)
        answer(handler, 200, "text/csv", f"n\r\n{len(queries)}\r\n".encode())

    with misbehaving(count) as endpoint, served(installed, endpoint, BQWGRAPH_ENGINE_MAX_AGE=age) as client:
        found = [client.get("/sparql?query=ASK{}&format=csv").text.split()[1] for _ in range(3)]
        times = [client.get("/sparql?query=SELECT(NOW()AS%3Fn){}&format=csv").headers["cache-control"] for _ in range(2)]
    assert found[-1] == str(asked)
    assert times == ["no-store", "no-store"]
    assert len(queries) == asked + 2


def test_a_store_that_hangs_does_not_hang_the_service(installed: Installed) -> None:
    with (
        misbehaving(drip) as endpoint,
        served(installed, endpoint, BQWGRAPH_TIMEOUT="1") as client,
        ThreadPoolExecutor(30) as threads,
    ):
        slow = [threads.submit(client.get, "/queries/measures?action=5&format=csv") for _ in range(10)]
        slow += [threads.submit(client.get, "/sparql?query=ASK{}%23silent") for _ in range(10)]
        time.sleep(0.3)
        began = time.monotonic()
        assert client.get("/health").status_code == 200
        assert time.monotonic() - began < 0.9
        assert {each.result().status_code for each in slow} == {504}
