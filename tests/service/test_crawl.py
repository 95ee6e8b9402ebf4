"""A sample of the crawl of tests/crawl.py, and that it finds what is wrong."""

import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest

from bqwgraph.graph.namespaces import BASE
from bqwgraph.graph.snapshot import Snapshot
from crawl import SEED, Client, Crawl

SAMPLE, FOLLOWED = 90, 150


def test_a_sample_of_all_iris_in_all_forms_is_clean(service: httpx.Client, snapshot: Snapshot) -> None:
    crawl = Crawl(Client(str(service.base_url).rstrip("/")), snapshot)
    kinds = dict[str, list[str]]()
    for iri in crawl.everything():
        kinds.setdefault(iri.removeprefix(BASE).partition("/")[0], []).append(iri)
    draw = random.Random(SEED)  # noqa: S311 - a sample, not a secret
    chosen = [iri for kind in sorted(kinds) for iri in draw.sample(kinds[kind], min(2, len(kinds[kind])))]
    assert {"action", "catalogue", "dataset", "graph", "ontology", "place", "queries", "shapes", "vocab"} <= kinds.keys()
    crawl.run([*chosen, *draw.sample(sorted(set().union(*kinds.values()) - set(chosen)), SAMPLE - len(chosen))], 1, FOLLOWED)
    assert crawl.wrong == []
    assert crawl.first["answers"] > 5 * SAMPLE
    assert crawl.again["answers"] > 4.5 * SAMPLE
    assert crawl.again["content"] == 0
    assert crawl.again["head"] / crawl.again["answers"] < 330  # as little as RFC 9110 lets a 304 say


class Faulty(BaseHTTPRequestHandler):
    """A service that says of policy 1 what the graph does not, and links to what is not there."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        accept, path = self.headers["accept"] or "", self.path
        kind, body = "text/plain", b""
        if path == "/context.jsonld":
            kind, body = "application/ld+json", b'{"@context": {}}'
        elif "html" in accept:
            kind, body = "text/html", b'<h1>1</h1><a href="/nowhere">x</a><a href="/policy/1#part">y</a>'
        elif "triples" in accept:
            kind, body = accept, f"<{BASE}policy/1> <urn:p> <urn:o> .".encode()
        elif "turtle" in accept:
            kind, body = accept, b"<urn:broken"
        elif "rdf+xml" in accept:
            kind, body = "text/turtle", b""
        elif "ld+json" in accept:
            kind, body = accept, b"{}"
        self.send_response(404 if path == "/nowhere" else 200)
        self.send_header("Content-Type", kind)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def faulty() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Faulty) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_it_finds_what_is_wrong(faulty: str, snapshot: Snapshot) -> None:
    crawl = Crawl(Client(faulty), snapshot)
    crawl.run([f"{BASE}policy/1"])
    for told in (
        "/policy/1: text/turtle, though application/rdf+xml was asked for",
        "/policy/1: the graph does not say",
        "/policy/1: its forms do not say the same",
        "/nowhere (text/html, */*;q=0.5): 404, linked from /policy/1",
        "/policy/1: nothing in it is called #part",
        "/policy/1 (text/html): 200 to its own entity tag",
        "/policy/1 (text/turtle): ",
    ):
        assert any(fault.startswith(told) for fault in crawl.wrong), (told, crawl.wrong)
