"""Every dump is the graph: it parses to the same statements, has the digest and size that are told, and repeats byte for byte."""

import gzip
import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable

import pyoxigraph as ox
import pytest
import zstandard

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.interface import Question
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import GRAPHS, PREFIXES
from bqwgraph.graph.snapshot import Snapshot
from bqwgraph.publication import dumps
from bqwgraph.publication.dumps import DumpFile, content, datasets
from bqwgraph.publication.syntaxes import OF_DATASETS, OF_GRAPHS, Syntax
from bqwgraph.queries.prepare import prepare
from bqwgraph.queries.saved import load
from bqwgraph.queries.values import run
from bqwgraph.validation.engines.interface import DEFAULT

from .conftest import Site

DATASETS = ("bqwgraph", "gazetteer", "ontology", "shapes", "vocabularies")
UNPACK: dict[str, Callable[[bytes], bytes]] = {
    "": bytes,
    "gzip": gzip.decompress,
    "zstd": lambda body: zstandard.ZstdDecompressor().decompress(body),
}


@pytest.fixture(scope="module")
def listed(site: Site) -> list[DumpFile]:
    return dumps.read_index((site.root / "dumps/index.json").read_bytes())


def canonical(quads: ox.Dataset) -> set[str]:
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in quads}


def test_all_datasets_are_there_in_all_forms(listed: list[DumpFile], snapshot: Snapshot) -> None:
    assert tuple(datasets(snapshot)) == DATASETS
    wanted = {f"{name}.{syntax.suffix}{packed}" for name in DATASETS for syntax in OF_GRAPHS for packed in ("", ".gz", ".zst")}
    wanted |= {f"bqwgraph.{syntax.suffix}{packed}" for syntax in OF_DATASETS for packed in ("", ".gz", ".zst")}
    assert {file.name for file in listed if not file.query} == wanted


@pytest.mark.parametrize("name", DATASETS)
@pytest.mark.parametrize("syntax", OF_GRAPHS, ids=lambda syntax: syntax.suffix)
def test_a_dump_is_its_dataset(site: Site, snapshot: Snapshot, name: str, syntax: Syntax) -> None:
    read = ox.Dataset(ox.parse(path=site.root / "dumps" / f"{name}.{syntax.suffix}", format=syntax.rdf))
    wanted = ox.Dataset(ox.Quad(triple.subject, triple.predicate, triple.object) for triple in content(snapshot, name))
    assert len(read) == len(wanted)
    assert canonical(read) == canonical(wanted)


@pytest.mark.parametrize("syntax", OF_DATASETS, ids=lambda syntax: syntax.suffix)
def test_a_dump_with_named_graphs_is_the_store(site: Site, snapshot: Snapshot, syntax: Syntax) -> None:
    """Without renaming, blank nodes and all: graphs share them."""
    assert set(ox.parse(path=site.root / "dumps" / f"bqwgraph.{syntax.suffix}", format=syntax.rdf)) == set(snapshot.store)


def test_parts_are_the_files_that_they_are_named_after(snapshot: Snapshot) -> None:
    def of(*begin: str) -> set[ox.Triple]:
        graphs = [graph for graph in snapshot.graphs if graph.removeprefix(GRAPHS).startswith(begin)]
        return {
            quad.triple for graph in graphs for quad in snapshot.store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        }

    assert set(content(snapshot, "gazetteer")) == of("data/places/")
    assert set(content(snapshot, "vocabularies")) == of("ontology/vocab/")
    assert set(content(snapshot, "ontology")) == of("ontology/bqw", "ontology/external", "ontology/alignments/")
    added = set(content(snapshot, "shapes")) - of("ontology/shapes/")
    assert {triple.predicate.value for triple in added} == {PREFIXES["rdfs"] + "subClassOf"}


def test_shapes_stand_alone(site: Site) -> None:
    """Whoever has these two files and any SHACL tool judges as we do."""
    shapes = (site.root / "dumps/shapes.nt").read_bytes()
    data = (site.root / "dumps/bqwgraph.nt").read_bytes()
    assert DEFAULT.run(shapes, data) == []
    place = b"<https://w3id.org/bqwgraph/place/nbs2023-44> <https://w3id.org/bqwgraph/ontology#level> "
    broken = data.replace(place, place.replace(b"#level", b"#lvl"), 1)
    assert broken != data
    assert DEFAULT.run(shapes, broken)


def test_index_and_checksums_are_right(site: Site, listed: list[DumpFile], snapshot: Snapshot) -> None:
    assert json.loads((site.root / "dumps/index.json").read_bytes())["snapshot"] == snapshot.digest
    lines = (line.partition("  ") for line in (site.root / "dumps/SHA256SUMS").read_text().splitlines())
    sums = {name: digest for digest, _, name in lines}
    assert set(sums) == {file.name for file in listed}
    plain = {file.name: (site.root / "dumps" / file.name).read_bytes() for file in listed}
    for file in listed:
        body = plain[file.name]
        assert (len(body), hashlib.sha256(body).hexdigest()) == (file.size, file.sha256) == (file.size, sums[file.name])
        assert UNPACK[file.compression](body) == plain[file.name.removesuffix(".gz").removesuffix(".zst")], file.name
    there = {path.relative_to(site.root / "dumps").as_posix() for path in (site.root / "dumps").rglob("*") if path.is_file()}
    assert there == {*sums, "index.json", "SHA256SUMS"}


def test_sha256sum_takes_the_checksums(site: Site) -> None:
    tool = shutil.which("sha256sum")
    if tool is None:
        pytest.skip("sha256sum is not here; the digests are compared in Python as well")
    done = subprocess.run([tool, "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=site.root / "dumps", check=False)
    assert done.returncode == 0


def test_every_saved_query_has_its_table(site: Site, listed: list[DumpFile], folder: GraphFolder, engine: EmbeddedEngine) -> None:
    queries = load(folder)
    tables = {file.query: file for file in listed if file.query}
    assert set(tables) == {name for name, query in queries.items() if not query.form.gives_triples}
    for name, file in tables.items():
        assert file.name == f"queries/{name}.csv"
        assert set(file.values) == {parameter.name for parameter in queries[name].parameters if parameter.required}
        prepared = run(prepare(queries[name], file.values), engine)
        answer = engine.answer(Question.table(prepared.text, ox.QueryResultsFormat.CSV), 30).body
        assert (site.root / "dumps" / file.name).read_bytes() == answer
        assert answer.count(b"\n") > 1, f"{name}: an empty table"


def test_turtle_is_grouped_and_has_our_prefixes(site: Site) -> None:
    text = (site.root / "dumps/bqwgraph.ttl").read_text("utf-8")
    assert text.startswith("@prefix action: <https://w3id.org/bqwgraph/action/> .\n")
    assert text.count("\nplace:nbs2023-4407\n") == 1
    assert '"江门市"@zh-Hans' in text


def test_gzip_has_no_clock_in_it(site: Site) -> None:
    assert (site.root / "dumps/bqwgraph.ttl.gz").read_bytes()[4:8] == b"\0\0\0\0"
