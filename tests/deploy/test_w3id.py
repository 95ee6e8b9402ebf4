"""``docs/deploy/w3id/.htaccess`` in a real Apache: each rule, followed to the real service."""

import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import BASE, KINDS
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication.paths import paths
from conftest import ROOT

RULES = ROOT / "docs/deploy/w3id/.htaccess"
PLACEHOLDER = "https://data.example.org"
MODULES = ("mpm_event", "authz_core", "rewrite", "headers", "dir")
CONFIGURATION = """
ServerRoot {folder}
ServerName localhost
PidFile {folder}/pid
ErrorLog {folder}/error.log
Listen 127.0.0.1:{port}
DocumentRoot {folder}/root
<Directory {folder}/root>
    AllowOverride All
    Require all granted
</Directory>
"""


@pytest.fixture(scope="module")
def w3id(service: httpx.Client, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """An Apache whose ``/bqwgraph/`` is the folder, leading to the service."""
    apache = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
    modules = Path("/usr/lib/apache2/modules")
    if apache is None or not modules.is_dir():
        pytest.skip("there is no Apache here (Debian: apt-get install apache2)")
    folder = tmp_path_factory.mktemp("apache")
    (folder / "root/bqwgraph").mkdir(parents=True)
    text = RULES.read_text("utf-8").replace(PLACEHOLDER, str(service.base_url).rstrip("/"))
    (folder / "root/bqwgraph/.htaccess").write_text(text, "utf-8")
    for above in (folder, *folder.parents):
        if above.is_relative_to(tmp_path_factory.getbasetemp().parent):
            above.chmod(above.stat().st_mode | 0o011)  # Apache reads it as another user
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    loaded = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in MODULES)
    (folder / "apache.conf").write_text(loaded + CONFIGURATION.format(folder=folder, port=port), "utf-8")
    with subprocess.Popen([apache, "-f", str(folder / "apache.conf"), "-DFOREGROUND"]) as process:
        try:
            with httpx.Client(base_url=f"http://127.0.0.1:{port}/bqwgraph/", timeout=60) as client:
                for _ in range(200):
                    try:
                        client.get("")
                        break
                    except httpx.TransportError:
                        time.sleep(0.05)
                yield client
        finally:
            process.terminate()


def followed(w3id: httpx.Client, path: str, status: int, **headers: str) -> httpx.Response:
    first = w3id.get(path, headers=headers)
    assert first.status_code == status, first.text
    assert first.headers["access-control-allow-origin"] == "*"
    answer = httpx.get(first.headers["location"], headers=headers, timeout=60)
    ends = time.monotonic() + 120
    while answer.status_code == 503 and time.monotonic() < ends:  # the published files are being made
        time.sleep(1)
        answer = httpx.get(first.headers["location"], headers=headers, timeout=60)
    assert answer.status_code == 200
    return answer


FORMS = {
    "text/turtle": ("ttl", ox.RdfFormat.TURTLE),
    "application/n-triples": ("nt", ox.RdfFormat.N_TRIPLES),
    "application/ld+json": ("jsonld", ox.RdfFormat.JSON_LD),
    "application/rdf+xml": ("rdf", ox.RdfFormat.RDF_XML),
    "text/html": ("html", None),
}


@pytest.mark.parametrize("kind", [*KINDS, "vocab", "shapes", "graph", "ontology"])
def test_one_thing_of_each_kind_in_each_form(w3id: httpx.Client, snapshot: Snapshot, kind: str) -> None:
    path = next((path for path in paths(snapshot) if path.startswith(f"{kind}/")), kind)
    for media_type, (suffix, form) in FORMS.items():
        negotiated = followed(w3id, path, 303, accept=media_type)
        named = followed(w3id, f"{path}.{suffix}", 302)
        for answer in (negotiated, named):
            assert answer.headers["content-type"].startswith(media_type)
        if form not in {None, ox.RdfFormat.JSON_LD}:
            assert list(ox.parse(negotiated.content, format=form)) == list(ox.parse(named.content, format=form))


def test_the_base_is_the_home_page(w3id: httpx.Client) -> None:
    assert "<h1" in followed(w3id, "", 302, accept="text/html").text


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("catalogue", "text/turtle"),
        (".well-known/void", "application/rdf+xml"),
        ("dumps/bqwgraph.nt.gz", "application/gzip"),
        ("dumps/SHA256SUMS", "text/plain"),
        ("queries", "application/json"),
        ("context.jsonld", "application/ld+json"),
    ],
)
def test_documents_are_found(w3id: httpx.Client, path: str, media_type: str) -> None:
    answer = followed(w3id, path, 302, accept=media_type)
    assert answer.headers["content-type"].startswith(media_type)


@pytest.mark.parametrize("path", ["ontology", "vocab", "shapes", "place", "queries/actions"])
def test_other_names_are_followed(w3id: httpx.Client, path: str) -> None:
    assert followed(w3id, path, 303, accept="text/turtle").headers["content-type"].startswith("text/turtle")


def test_what_is_asked_goes_along(w3id: httpx.Client) -> None:
    location = w3id.get("place/nbs2023-4407?format=nt&page=2").headers["location"]
    assert location.endswith("/place/nbs2023-4407?format=nt&page=2")
    assert w3id.get("place/%E6%9D%91").headers["location"].lower().endswith("/place/%e6%9d%91")


def test_the_version_of_the_ontology_is_a_name_and_no_extension(w3id: httpx.Client, snapshot: Snapshot) -> None:
    version = next(path for path in paths(snapshot) if re.fullmatch(r"ontology/[0-9.]+", path))
    answer = followed(w3id, version, 303, accept="text/turtle")
    assert f"<{BASE}{version}>" in answer.text or version in answer.text


def test_the_target_is_a_placeholder_that_stands_in_one_place() -> None:
    assert RULES.read_text("utf-8").count(PLACEHOLDER) == 1
    assert PLACEHOLDER in (RULES.parent / "README.md").read_text("utf-8")
