"""SERVICE: refused everywhere, but for the endpoints that may be asked."""

import os
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import httpx
import pyoxigraph as ox
import pytest

from bqwgraph.engine.guard import admit
from bqwgraph.engine.interface import NotAllowed, Question
from bqwgraph.engine.workers import WorkerEngine
from bqwgraph.graph.folder import GraphFolder
from conftest import Blocking, Installed, address_of

MAY = "https://example.org/sparql"


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE <{MAY}> {{ ?s ?p ?o }} }}",
        f"SELECT * {{ service SILENT <{MAY}> {{ ?s ?p ?o }} }}",
        f"PREFIX s: <https://example.org/> SELECT * {{ SERVICE s:sparql {{ ?s ?p ?o }} SERVICE <{MAY}> {{ }} }}",
        f"BASE <https://example.org/> SELECT * {{ SERVICE <sparql> {{ ?s ?p 'SERVICE <x> {{' }} }} # {MAY}",
    ],
)
def test_an_endpoint_that_may_be_asked(query: str) -> None:
    assert admit(query, (), {MAY})
    with pytest.raises(NotAllowed):
        admit(query, ())


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE <{MAY}/other> {{ }} }}",
        f"SELECT * {{ SERVICE <{MAY}> {{ SERVICE <http://127.0.0.1/> {{ }} }} }}",
        f"SELECT * {{ VALUES ?x {{ <{MAY}> }} SERVICE ?x {{ }} }}",
        f"SELECT * {{ SERVICE <{MAY}> {{ }} SERVICESILENT<http://127.0.0.1/>{{ }} }}",
        rf"SELECT * {{ SERVICE <{MAY}> {{ }} \u0053ERVICE <http://127.0.0.1/> {{ }} }}",
        f"PREFIX SERVICE: <http://127.0.0.1/> SELECT * {{ SERVICE <{MAY}> {{ SERVICE:x {{ }} }} }}",
        f"SELECT * {{ SERVICE <{MAY}@127.0.0.1/> {{ }} }}",
    ],
)
def test_any_other_is_refused(query: str) -> None:
    with pytest.raises(NotAllowed, match="asks only"):
        admit(query, (), {MAY})


@pytest.fixture
def other() -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            body = b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "far"}}]}}'
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/sparql"
        server.shutdown()


def test_a_worker_asks_where_it_may(folder: GraphFolder, other: str) -> None:
    query = Question.table(f"SELECT ?x {{ SERVICE <{other}> {{ ?x ?y ?z }} }}", ox.QueryResultsFormat.CSV)
    with Blocking(WorkerEngine(folder, services=[other])) as engine:
        assert engine.answer(query, 10).body == b"x\r\nfar\r\n"
        with pytest.raises(NotAllowed, match="asks only"):
            engine.answer(Question.table("ASK { SERVICE <http://127.0.0.1:1/> { } }", ox.QueryResultsFormat.CSV), 10)


def test_what_another_endpoint_says_is_not_kept(installed: Installed, other: str) -> None:
    """It may say something else the next time, though our graph is the same."""
    environment = {**os.environ, "BQWGRAPH_SERVICES": other}
    command: list[str | Path] = [installed.command, "serve", "--port", "0"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=environment
    ) as process:
        with httpx.Client(base_url=address_of(process), timeout=30) as client:
            query = f"SELECT ?x {{ SERVICE <{other}> {{ ?x ?y ?z }} }}"
            answer = client.get("/sparql", params={"query": query, "format": "csv"})
            ours = client.get("/sparql", params={"query": "ASK {}", "format": "csv"})
            description = client.get("/sparql", headers={"accept": "text/turtle"}).text
        process.terminate()
    assert answer.text.split() == ["x", "far"]
    assert (answer.headers["cache-control"], answer.headers.get("etag")) == ("no-store", None)
    assert ours.headers["etag"]
    assert "sd:BasicFederatedQuery" in description
