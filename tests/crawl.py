"""Crawls the real service as a harvester and a search engine would, and crawls it again with what it kept.

``python tests/crawl.py`` asks for every IRI that the graph names below the base, in every form, and prints a summary; what is
wrong is listed, and the exit code is 1. ``python tests/crawl.py PAGE`` writes the figures to a page as well, and
``python tests/crawl.py PAGE MANY`` crawls so many of the IRIs, drawn with a seed, and what they link to, one step far.

An answer is at fault where its status is not 200, its content is not of its media type, it says what the graph does not say (what
is derived has tests of its own), the forms of a resource differ, or it links to an address of ours that does not answer.
Each page is asked for in one of the two languages, in turn. Addresses that only name another form of what was crawled (an
extension, a link set), and queries that pages lead to, are asked for in a sample of one in ``EACH``.
"""

import gzip
import json
import os
import platform
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from html.parser import HTMLParser
from http.client import HTTPConnection, RemoteDisconnected
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from threading import Lock, local
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

import pyoxigraph as ox

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import BASE, GRAPHS
from bqwgraph.graph.snapshot import Snapshot, build
from bqwgraph.queries.saved import load

ROOT = Path(__file__).resolve().parent.parent
SEED, EACH, THREADS = 20261126, 40, 4
RDF = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}
HTML = "text/html"
DUMP = "/dumps/bqwgraph.nt.gz"
DERIVED = ("catalogue", "dataset", "queries", ".well-known/void")
"""What is described by figures, files and texts that are not in the graph; tests of their own compare these."""
OTHER_FORM = re.compile(r"\.(ttl|nt|jsonld|rdf|html)$|[?&]format=")
QUERY = re.compile(r"/sparql\?|/queries/[^?]*\?")


@dataclass(frozen=True)
class Fetched:
    """An answer; ``moved`` counts its bytes on the wire: status line, header fields, content as it was coded."""

    status: int
    headers: dict[str, str]
    body: bytes
    head: int
    content: int

    @property
    def kind(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def moved(self) -> int:
        return self.head + self.content


class Client:
    """Asks one service, from each thread over a connection of its own, with ``Accept-Encoding: gzip``."""

    def __init__(self, address: str) -> None:
        self.address, self._host, self._local = address, urlsplit(address).netloc, local()
        self._open = list[HTTPConnection]()

    def get(self, target: str, **headers: str) -> Fetched:
        """Ask for a target (path and query, encoded)."""
        asked = {"Accept-Encoding": "gzip", **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = HTTPConnection(self._host, timeout=60)
            self._open.append(connection)
        try:
            connection.request("GET", target, headers=asked)
            response = connection.getresponse()
        except (RemoteDisconnected, ConnectionError):  # the connection was idle for too long
            connection.close()
            connection.request("GET", target, headers=asked)
            response = connection.getresponse()
        raw = response.read()
        fields = {name.lower(): value for name, value in response.getheaders()}
        head = len(f"HTTP/1.1 {response.status} {response.reason}\r\n\r\n")
        head += sum(len(name) + len(value) + 4 for name, value in response.getheaders())
        body = gzip.decompress(raw) if fields.get("content-encoding") == "gzip" else raw
        return Fetched(response.status, fields, body, head, len(raw))

    def close(self) -> None:
        """Close all connections."""
        for connection in self._open:
            connection.close()


class Page(HTMLParser):
    """What a page links to, the places in it that can be linked to, and the data in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.ids, self.data, self.heading = list[str](), set[str](), list[str](), False
        self._in_data = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        self.links += [value for name in ("href", "src") if (value := told.get(name))]
        if identifier := told.get("id"):
            self.ids.add(identifier)
        self.heading = self.heading or tag == "h1"
        self._in_data = tag == "script" and told.get("type") == "application/ld+json"

    def handle_endtag(self, tag: str) -> None:
        self._in_data = self._in_data and tag != "script"

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data.append(data)


@dataclass
class Crawl:
    """A crawl of a service that answers from a snapshot: what it moved, what it met, what was wrong.

    ``dump`` are the bytes of the whole graph in one file, and of the answer to who has it.
    """

    client: Client
    snapshot: Snapshot
    context: object = None
    wrong: list[str] = field(default_factory=list)
    first: Counter[str] = field(default_factory=Counter)
    again: Counter[str] = field(default_factory=Counter)
    tags: dict[tuple[str, str, str], str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)
    places: dict[str, set[str]] = field(default_factory=dict)
    dump: tuple[int, int] = (1, 0)
    _lock: Lock = field(default_factory=Lock)

    def everything(self) -> list[str]:
        """Return the IRIs of all documents below the base that the graph names, and those of the saved queries."""
        found = {BASE + "dataset", *self.snapshot.graphs, *(f"{BASE}queries/{name}" for name in load(self.snapshot.folder))}
        for quad in self.snapshot.store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
            terms = (quad.subject, quad.predicate, quad.object)
            found |= {term.value for term in terms if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)}
        return sorted({iri.partition("#")[0] for iri in found})

    def run(self, iris: Iterable[str], rounds: int = 100, most: int = 1_000_000) -> None:
        """Crawl these and follow their links; then ask for all of it again with the entity tags.

        Links on what was followed are followed in the next of so many ``rounds``; of one round's, a sample of ``most`` at most.
        """
        self.context = json.loads(self.client.get("/context.jsonld").body)["@context"]
        self._patiently("/catalogue")
        with ThreadPoolExecutor(THREADS) as threads:
            list(threads.map(self._resource, iris, _turns()))
            for _ in range(rounds):
                pending = self._unresolved()
                if not pending:
                    break
                chosen = random.Random(SEED).sample(pending, min(most, len(pending)))  # noqa: S311 - a sample, not a secret
                list(threads.map(self._follow, chosen))
            self._check_places()
            list(threads.map(self._once_more, list(self.tags)))
        whole = self.client.get(DUMP)
        known = self.client.get(DUMP, If_None_Match=whole.headers.get("etag", ""))
        self.dump = (whole.moved, known.moved)
        self.client.close()

    def _patiently(self, target: str) -> None:
        ends = time.monotonic() + 120
        while self.client.get(target).status == 503 and time.monotonic() < ends:
            time.sleep(1)

    def _fault(self, told: str) -> None:
        with self._lock:
            self.wrong.append(told)

    def _fetch(self, target: str, accept: str, language: str = "en") -> Fetched | None:
        """Ask for something; count it, note its links and its tag. None where it is at fault."""
        found = self.client.get(target, Accept=accept, Accept_Language=language)
        with self._lock:
            self.first.update({"answers": 1, "head": found.head, "content": found.content, "plain": len(found.body)})
            if found.status == 200:
                self.known |= {
                    _plain(target),
                    _plain(self._ours(found.headers.get("content-location", target), target) or target),
                }
            if tag := found.headers.get("etag"):
                self.tags[target, accept, language] = tag
        if found.status != 200:
            self._fault(f"{target} ({accept}): {found.status}, linked from {self.links.get(_plain(target), 'the graph')}")
            return None
        for link in re.findall(r"<([^>]+)>", found.headers.get("link", "")):
            self._link(link, target)
        if found.kind == HTML:
            self._page(target, found)
        return found

    def _ours(self, link: str, where: str) -> str | None:
        """Return the target below the service that a link leads to, with its fragment; None where it leads elsewhere."""
        absolute = urljoin(f"{self.client.address}{where}", link)
        for start in (f"{self.client.address}/", BASE):
            if absolute.startswith(start):
                return "/" + quote(absolute.removeprefix(start), safe="%/:?#[]@!$&'()*+,;=~-._")
        return None

    def _link(self, link: str, where: str) -> None:
        target = self._ours(link, where)
        if target is not None:
            plain, _, fragment = target.partition("#")
            with self._lock:
                self.links.setdefault(_plain(plain), where)
                if fragment:
                    self.places.setdefault(_plain(plain), set()).add(unquote(fragment))

    def _page(self, target: str, found: Fetched) -> None:
        page = Page(found.body.decode("utf-8"))
        for link in page.links:
            self._link(link, target)
        try:
            for text in page.data:
                json.loads(text)
        except ValueError as error:
            self._fault(f"{target}: its data is no JSON: {error}")
        if not page.heading:
            self._fault(f"{target}: a page without a heading")

    def _resource(self, iri: str, language: str) -> None:
        target = "/" + quote(iri.removeprefix(BASE))
        said = dict[str, frozenset[ox.Triple]]()
        for accept, form in RDF.items():
            found = self._fetch(target, accept)
            if found is None:
                continue
            if found.kind != accept:
                self._fault(f"{target}: {found.kind}, though {accept} was asked for")
                continue
            try:
                triples = self._read(found.body, form)
            except (SyntaxError, ValueError) as error:
                self._fault(f"{target} ({accept}): {error}")
                continue
            said[accept] = frozenset(triples)
            if form == ox.RdfFormat.N_TRIPLES:
                self._compare(iri, triples)
        if len(set(said.values())) > 1 and len({_comparable(one) for one in said.values()}) > 1:
            self._fault(f"{target}: its forms do not say the same")
        self._fetch(target, HTML, language)

    def _read(self, body: bytes, form: ox.RdfFormat) -> list[ox.Triple]:
        if form == ox.RdfFormat.JSON_LD:
            document = json.loads(body)
            if isinstance(document, dict) and document.get("@context") == f"{self.client.address}/context.jsonld":
                document["@context"] = self.context
            body = json.dumps(document).encode()
        return [quad.triple for quad in ox.parse(body, format=form)]

    def _compare(self, iri: str, triples: list[ox.Triple]) -> None:
        name = iri.removeprefix(BASE)
        for triple in triples:
            for term in triple:
                if isinstance(term, ox.NamedNode) and term.value.startswith(BASE):
                    self._link(term.value, "/" + name)
        if not name.startswith(DERIVED):
            strange = [triple for triple in triples if not self._is_said(triple)]
            if strange:
                self._fault(f"/{name}: the graph does not say {strange[0]}")
            if (
                not iri.startswith(GRAPHS)
                and iri not in self._versions
                and not any(str(t.subject) == f"<{iri}>" for t in triples)
            ):
                self._fault(f"/{name}: nothing is said of it")

    @cached_property
    def _versions(self) -> set[str]:
        """The IRIs of versions, which answer with what they are versions of."""
        quads = self.snapshot.store.quads_for_pattern(None, ox.NamedNode("http://www.w3.org/2002/07/owl#versionIRI"), None, None)
        return {quad.object.value for quad in quads if isinstance(quad.object, ox.NamedNode)}

    def _is_said(self, triple: ox.Triple) -> bool:
        """Whether the graph says it; a blank node may be any."""
        subject = None if isinstance(triple.subject, ox.BlankNode) else triple.subject
        value = None if isinstance(triple.object, ox.BlankNode) else _lowered(triple.object)
        return any(self.snapshot.store.quads_for_pattern(subject, triple.predicate, value, ox.DefaultGraph()))  # type: ignore[arg-type]

    def _unresolved(self) -> list[str]:
        """Return the links that nobody has followed yet; of those to queries, and to other forms of what is known, a sample."""
        pending = []
        for link in sorted(self.links.keys() - self.known):
            other_form = OTHER_FORM.search(link) and OTHER_FORM.sub("", link).rstrip("?&") in self.known
            if other_form or QUERY.search(link):
                self.known.add(link)
                if random.Random(f"{SEED} {link}").randrange(EACH):  # noqa: S311 - a sample, not a secret
                    continue
            pending.append(link)
        return pending

    def _follow(self, target: str) -> None:
        self._fetch(target, f"{HTML}, */*;q=0.5")
        with self._lock:
            self.known.add(target)

    def _check_places(self) -> None:
        """Look for the places in documents that were linked to: an id in the page, or else a node in what describes the same."""
        for target, fragments in self.places.items():
            page = self.client.get(target, Accept=f"{HTML}, text/turtle;q=0.5")
            missing = fragments - (Page(page.body.decode("utf-8")).ids if page.kind == HTML else set())
            if missing:
                described = self.client.get(target, Accept="application/n-triples")
                nodes = re.findall(r"<[^>]*#([^>]*)>", described.body.decode("utf-8"))
                missing -= {unquote(node) for node in nodes} if described.kind == "application/n-triples" else set()
            for name in sorted(missing):
                self._fault(f"{target}: nothing in it is called #{name}")

    def _once_more(self, asked: tuple[str, str, str]) -> None:
        target, accept, language = asked
        found = self.client.get(target, Accept=accept, Accept_Language=language, If_None_Match=self.tags[asked])
        with self._lock:
            self.again.update({"answers": 1, "head": found.head, "content": found.content})
        if found.status != 304:
            self._fault(f"{target} ({accept}): {found.status} to its own entity tag")


def _turns() -> Iterator[str]:
    while True:
        yield from ("en", "zh-Hans")


def _plain(target: str) -> str:
    """Return a target without its fragment and its language: a page in the other language is the same page here."""
    split = urlsplit(target)
    query = urlencode([pair for pair in parse_qsl(split.query) if pair[0] != "lang"])
    return split.path + (f"?{query}" if query else "")


def _lowered(term: object) -> object:
    return ox.Literal(term.value, language=term.language.lower()) if isinstance(term, ox.Literal) and term.language else term


def _comparable(triples: frozenset[ox.Triple]) -> tuple[int, frozenset[object]]:
    """Return what all forms say alike: blank nodes have other names in each, and tags of languages other capitals."""
    ground = [t for t in triples if not isinstance(t.subject, ox.BlankNode) and not isinstance(t.object, ox.BlankNode)]
    return len(triples), frozenset((t.subject, t.predicate, _lowered(t.object)) for t in ground)


def summary(crawl: Crawl, iris: int, seconds: float) -> dict[str, str]:
    """Return what was measured, by what it is."""
    first, again = crawl.first, crawl.again
    moved, repeated = first["head"] + first["content"], again["head"] + again["content"]
    return {
        "documents of which the graph names an IRI, with the saved queries": f"{iris:,}",
        "answers of the first crawl: Turtle, N-Triples, JSON-LD, RDF/XML, HTML, and what they link to": f"{first['answers']:,}",
        "faults": f"{len(crawl.wrong):,}",
        "bytes of the first crawl: content (as gzip; unpacked), header fields": (
            f"{first['content']:,} ({first['plain']:,}), {first['head']:,}"
        ),
        "answers of the second crawl, which has the entity tags": f"{again['answers']:,}",
        "bytes of the second crawl: content, header fields": f"{again['content']:,}, {again['head']:,}",
        "the second crawl's bytes: of content; all, beside the first as gzip; all, beside the first unpacked": (
            f"{100 * again['content'] / first['content']:.2f} %; {100 * repeated / moved:.2f} %; "
            f"{100 * repeated / (first['head'] + first['plain']):.2f} %"
        ),
        "the whole graph as one dump: bytes, and bytes of the answer to who has it": (
            f"{crawl.dump[0]:,}, {crawl.dump[1]:,} ({100 * crawl.dump[1] / crawl.dump[0]:.2f} %)"
        ),
        "time": f"{seconds:.0f} s",
    }


def written(told: dict[str, str], arguments: list[str]) -> str:
    """Return the page for what was measured."""
    rows = "\n".join(f"| {what} | {value} |" for what, value in told.items())
    parts = f"Python {platform.python_version()}, bqwgraph {version('bqwgraph')}"
    return (
        "# A crawl, measured\n\n"
        f"Written by `python tests/crawl.py {' '.join(arguments)}` on {datetime.now(UTC):%Y-%m-%d}:\n"
        f"{os.cpu_count()} cores ({platform.machine()}), load {os.getloadavg()[0]:.1f}, {parts}.\n\n"
        f"| what | measured |\n|---|---|\n{rows}\n"
    )


def main(page: str = "", many: str = "") -> int:
    """Crawl the service of this checkout; return the exit code."""
    snapshot = build(GraphFolder.at(ROOT))
    command = [str(Path(sys.executable).parent / "bqwgraph"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        address = next(found[0] for line in lines if (found := re.search(r"http://[0-9.:]+(?=/queries)", line)))
        crawl, began = Crawl(Client(address), snapshot), time.monotonic()
        iris = crawl.everything()
        if many:
            iris = random.Random(SEED).sample(iris, int(many))  # noqa: S311 - a sample, not a secret
            crawl.run(iris, 1, int(many))
        else:
            crawl.run(iris)
        process.terminate()
    told = summary(crawl, len(iris), time.monotonic() - began)
    for line in chain(crawl.wrong[:50], (f"{what}: {value}" for what, value in told.items())):
        print(line)  # noqa: T201
    if page:
        Path(page).write_text(written(told, sys.argv[1:]), "utf-8")
    return 1 if crawl.wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
