"""``docs/deploy/nginx-static.conf``, as a real nginx takes it: what clients get, with and without the service."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import build
from bqwgraph.service.negotiation import GRAPHS, PAGE, choose
from bqwgraph.service.pages import SECURITY_HEADERS
from bqwgraph.site.build import publish
from bqwgraph.site.writing import Addresses
from conftest import ROOT

CONFIGURATION = ROOT / "docs/deploy/nginx-static.conf"
MAIN = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1; events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


@pytest.fixture(scope="module")
def nginx() -> str:
    found = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if found is None:
        pytest.skip("there is no nginx here (Debian: apt-get install nginx-light)")
    return found


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of few pages, with a second page of one."""
    graph, out = tmp_path_factory.mktemp("graph"), tmp_path_factory.mktemp("out")
    for name in ("data/dataset.ttl", "data/actions.ttl", "ontology/vocab/level.ttl", "queries/actions.rq"):
        (graph / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, graph / name)
    publish(build(GraphFolder.at(graph)), out, Addresses("https://data.example.org"))
    for name in ("vocab/level.page2.html", "vocab/level.page2.en.html", "vocab/level.page2.ttl"):
        (out / name).write_text(name)
    out.chmod(0o755)
    for folder in out.parents:
        if folder.is_relative_to(tmp_path_factory.getbasetemp().parent):
            folder.chmod(folder.stat().st_mode | 0o011)  # nginx reads it as another user
    return out


@contextmanager
def running(nginx: str, folder: Path, site: Path, service: str = "") -> Iterator[httpx.Client]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    text = CONFIGURATION.read_text("utf-8")
    for old, new in (("listen 80;", f"listen 127.0.0.1:{port};"), ("root /srv/bqwgraph;", f"root {site};")):
        assert text.count(old) == 1
        text = text.replace(old, new)
    if service:
        lines = [line.replace("# ", "", 1) if "  # SERVICE" in line else line for line in text.splitlines()]
        text = "\n".join(lines).replace("127.0.0.1:8000", service)
    (folder / "site.conf").write_text(text, "utf-8")
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder), "utf-8")
    command = [nginx, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", str(folder / "error.log")]
    tested = subprocess.run([*command, "-t"], capture_output=True, encoding="utf-8", check=False)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    with subprocess.Popen(command) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
                _wait(client)
                yield client
        finally:
            process.terminate()


def _wait(client: httpx.Client) -> None:
    for _ in range(100):
        try:
            client.get("/")
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx does not answer")


@pytest.fixture(scope="module")
def site(nginx: str, root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with running(nginx, tmp_path_factory.mktemp("nginx"), root) as client:
        yield client


@dataclass(frozen=True)
class Case:
    """A request, and the file that answers it with its Content-Type; no file: a status."""

    path: str
    headers: dict[str, str]
    file: str
    kind: str = ""


HTML, TURTLE = "text/html; charset=utf-8", "text/turtle; charset=utf-8"
X = "vocab/level/town"
CASES = (
    Case("/", {}, "index.html", HTML),
    Case("/?lang=en", {}, "index.en.html", HTML),
    Case("/", {"accept-language": "en-GB,en;q=0.8"}, "index.en.html", HTML),
    Case("/data", {"accept-language": "en"}, "data.en.html", HTML),
    Case("/contribute?lang=zh-Hans", {"accept-language": "en"}, "contribute.html", HTML),
    Case("/changes", {}, "changes.html", HTML),
    Case("/changes.json", {}, "changes.json", "application/json"),
    Case("/changes.atom", {}, "changes.atom", "application/atom+xml"),
    Case(f"/{X}", {}, f"{X}.html", HTML),
    Case(f"/{X}", {"accept": "text/html", "accept-language": "zh-CN,zh;q=0.9,en;q=0.8"}, f"{X}.html", HTML),
    Case(f"/{X}", {"accept": "text/html", "accept-language": "fr, en;q=0.7, zh;q=0.3"}, f"{X}.en.html", HTML),
    Case(f"/{X}?lang=zh-Hans", {"accept-language": "en"}, f"{X}.html", HTML),
    Case(f"/{X}", {"accept": "text/turtle"}, f"{X}.ttl", TURTLE),
    Case(f"/{X}", {"accept": "application/ld+json"}, f"{X}.jsonld", "application/ld+json"),
    Case(f"/{X}", {"accept": "application/json"}, f"{X}.jsonld", "application/ld+json"),
    Case(f"/{X}", {"accept": "application/n-triples"}, f"{X}.nt", "application/n-triples"),
    Case(f"/{X}", {"accept": "application/rdf+xml, */*;q=0.1"}, f"{X}.rdf", "application/rdf+xml"),
    Case(f"/{X}?format=nt", {"accept": "text/html"}, f"{X}.nt", "application/n-triples"),
    Case(f"/{X}?format=text%2Fturtle", {}, f"{X}.ttl", TURTLE),
    Case(f"/{X}?format=nothing", {}, "400"),
    Case(f"/{X}", {"accept": "image/png"}, "406"),
    Case(f"/{X}.ttl", {"accept": "text/html"}, f"{X}.ttl", TURTLE),
    Case(f"/{X}.html", {"accept-language": "en"}, f"{X}.html", HTML),
    Case(f"/{X}.html?lang=en", {}, f"{X}.en.html", HTML),
    Case(f"/{X}.en.html", {}, f"{X}.en.html", HTML),
    Case("/vocab/level?page=2&lang=en", {}, "vocab/level.page2.en.html", HTML),
    Case("/vocab/level.page2.html", {"accept-language": "en"}, "vocab/level.page2.html", HTML),
    Case("/vocab/level.ttl?page=2", {}, "vocab/level.page2.ttl", TURTLE),
    Case("/vocab/level?page=9", {}, "404"),
    Case("/vocab/level?page=x", {}, "404"),
    Case("/vocab/level?page=1", {}, "vocab/level.html", HTML),
    Case("/queries", {}, "queries.html", HTML),
    Case("/queries/actions?lang=en", {}, "queries/actions.en.html", HTML),
    Case("/queries/actions", {"accept": "text/turtle"}, "queries/actions.ttl", TURTLE),
    Case("/catalogue", {"accept": "text/turtle, application/rdf+xml;q=0.5"}, "catalogue.ttl", TURTLE),
    Case("/catalogue.rdf", {}, "catalogue.rdf", "application/rdf+xml"),
    Case("/.well-known/void", {"accept": "application/ld+json"}, ".well-known/void.jsonld", "application/ld+json"),
    Case("/.well-known/void.nt", {}, ".well-known/void.nt", "application/n-triples"),
    Case("/dumps/", {"accept": "text/html"}, "dumps/index.html", HTML),
    Case("/dumps/", {"accept": "application/json"}, "dumps/index.json", "application/json"),
    Case("/dumps/?format=json", {}, "dumps/index.json", "application/json"),
    Case("/dumps/bqwgraph.ttl", {}, "dumps/bqwgraph.ttl", TURTLE),
    Case("/dumps/bqwgraph.nq.gz", {}, "dumps/bqwgraph.nq.gz", "application/gzip"),
    Case("/dumps/bqwgraph.nt.zst", {}, "dumps/bqwgraph.nt.zst", "application/zstd"),
    Case("/dumps/queries/actions.csv", {}, "dumps/queries/actions.csv", "text/csv; charset=utf-8"),
    Case("/dumps/SHA256SUMS", {}, "dumps/SHA256SUMS", "text/plain; charset=utf-8"),
    Case("/static/style.css", {}, "static/style.css", "text/css; charset=utf-8"),
    Case("/context.jsonld", {}, "context.jsonld", "application/ld+json"),
    Case("/sitemap.xml", {}, "sitemap.xml", "application/xml"),
    Case("/robots.txt", {}, "robots.txt", "text/plain; charset=utf-8"),
    Case("/nothing/here", {}, "404"),
    Case("/.bqwgraph-files", {}, "404"),
    Case("/sparql", {}, "404"),
    Case("/health", {}, "404"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.path} {case.headers}")
def test_what_a_client_gets(site: httpx.Client, root: Path, case: Case) -> None:
    answer = site.get(case.path, headers={"accept": "*/*", **case.headers})
    for name, value in {**SECURITY_HEADERS, "Access-Control-Allow-Origin": "*"}.items():
        assert answer.headers.get_list(name) == [value]
    if case.file.isdigit():
        assert answer.status_code == int(case.file)
        return
    assert answer.status_code == 200
    assert answer.content == (root / case.file).read_bytes()
    assert answer.headers["content-type"] == case.kind
    assert site.get(case.path, headers={**case.headers, "if-none-match": answer.headers["etag"]}).status_code == 304


def test_negotiated_answers_say_so(site: httpx.Client) -> None:
    answer = site.get("/vocab/level", headers={"accept": "text/turtle"})
    assert {"Accept", "Accept-Language", "Accept-Encoding"} <= set(re.split(r",\s*", answer.headers["vary"]))
    assert answer.headers["content-location"] == "/vocab/level.ttl"
    assert answer.links["cite-as"]["url"] == "https://w3id.org/bqwgraph/vocab/level"
    assert '</vocab/level.jsonld>; rel="describedby"' in answer.headers["link"]
    assert site.get(answer.headers["content-location"]).content == answer.content


def test_what_is_missing_is_said_in_the_reader_s_language(site: httpx.Client, root: Path) -> None:
    for language, name in (("en", "404.en.html"), ("zh-CN", "404.html")):
        answer = site.get("/place/none", headers={"accept-language": language})
        assert (answer.status_code, answer.content) == (404, (root / name).read_bytes())


def test_paths_with_a_slash_at_the_end_lead_to_those_without(site: httpx.Client) -> None:
    assert site.get("/vocab/level/?lang=en").headers["location"] == "/vocab/level?lang=en"
    assert site.get("/dumps").headers["location"] == "/dumps/"
    assert "set-cookie" not in site.get("/a%0d%0aSet-Cookie:x/").headers


def test_ranges_compression_and_preflight(site: httpx.Client, root: Path) -> None:
    body = (root / "dumps/bqwgraph.nt").read_bytes()
    part = site.get("/dumps/bqwgraph.nt", headers={"range": "bytes=10-19", "accept-encoding": "identity"})
    assert (part.status_code, part.content) == (206, body[10:20])
    packed = site.get("/catalogue.ttl", headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == (root / "catalogue.ttl").read_bytes()
    asked = site.options("/sparql", headers={"origin": "https://elsewhere.example.org", "access-control-request-method": "POST"})
    assert asked.status_code == 204
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert site.head(f"/{X}").content == b""


RANGES = st.sampled_from(
    [
        "text/html",
        "text/turtle",
        "application/ld+json",
        "application/n-triples",
        "application/rdf+xml",
        "text/*",
        "*/*",
        "image/png",
    ]
)
ACCEPT = st.lists(st.tuples(RANGES, st.sampled_from(["", ";q=1.0", ";q=0", *(f";q=0.{n}" for n in range(1, 10))])), min_size=1)
OFFERS = (PAGE, *GRAPHS[:4])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ACCEPT.map(dict))
def test_it_chooses_as_the_service_does(site: httpx.Client, ranges: dict[str, str]) -> None:
    accept = ", ".join(name + quality for name, quality in ranges.items())
    wanted = choose(accept, OFFERS)
    answer = site.get(f"/{X}", headers={"accept": accept})
    assert answer.status_code == (200 if wanted else 406)
    if wanted:
        assert answer.headers["content-type"] == wanted.content_type


def test_what_needs_the_service_is_passed_to_it(nginx: str, root: Path, service: httpx.Client, tmp_path: Path) -> None:
    with running(nginx, tmp_path, root, f"127.0.0.1:{service.base_url.port}") as client:
        asked = {"query": "ASK {}", "format": "json"}
        answer = client.get("/sparql", params=asked)
        assert answer.json()["boolean"] is True
        assert answer.headers.get_list("access-control-allow-origin") == ["*"]
        assert client.post("/sparql", data=asked).json()["boolean"] is True
        assert client.get("/health").json()["status"] == "ok"
        assert client.get("/queries/targets?policy=2&format=csv").text.startswith("policy_title_zh")
        assert client.get("/queries/actions", headers={"accept": "text/csv"}).text.startswith("order,")
        assert client.get("/queries/actions?format=json").headers["content-type"] == "application/sparql-results+json"
        assert client.get("/queries/actions?lang=en").content == (root / "queries/actions.en.html").read_bytes()
        assert client.get(f"/{X}.ttl").content == (root / f"{X}.ttl").read_bytes()
