"""What changed: that it is found, and that patches and updates make exactly the new graph of the old one.

Graphs are compared here by pyoxigraph's RDFC-1.0 of the whole, not by the code that is tested.
"""

import gzip
import json
import random
import time
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import jsonschema
import pyoxigraph as ox
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bqwgraph.graph.canonical import to_turtle
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.graph.reading import parse_turtle
from bqwgraph.publication.change_reports import text, to_json
from bqwgraph.publication.change_scripts import CannotWrite, patch, update
from bqwgraph.publication.difference import CannotCompare, Change, Changes, compare, read

SCHEMA = json.loads(files("bqwgraph.publication").joinpath("difference.schema.json").read_text("utf-8"))
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
ONE = ox.DefaultGraph()


def canonical(quads: Iterable[ox.Quad]) -> list[str]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, dataset))


def patched(quads: Iterable[ox.Quad], script: str) -> list[ox.Quad]:
    """Apply an RDF Patch to a graph with the labels of RDFC-1.0; each row must make a difference."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    there = set(dataset)
    *rows, end = script.split("\n")
    assert not end
    begin = rows.index("TX .")
    assert all(row.startswith("H ") and row.endswith(" .") for row in rows[:begin])
    assert rows[-1] == "TC ."
    for row in rows[begin + 1 : -1]:
        (quad,) = ox.parse(row[2:], format=ox.RdfFormat.N_QUADS)
        if row.startswith("D "):
            there.remove(quad)
        else:
            assert row.startswith("A ")
            assert quad not in there
            there.add(quad)
    return list(there)


def updated(quads: Iterable[ox.Quad], script: str) -> list[ox.Quad]:
    store = ox.Store()
    store.extend(quads)
    store.update(script)
    return list(store)


def from_json(quads: Iterable[ox.Quad], document: str) -> list[ox.Quad]:
    """Apply the JSON to a graph with the labels of RDFC-1.0."""

    def term(told: dict[str, str]) -> ox.NamedNode | ox.BlankNode | ox.Literal:
        if told["type"] != "literal":
            return (ox.NamedNode if told["type"] == "uri" else ox.BlankNode)(told["value"])
        if "xml:lang" in told:
            return ox.Literal(told["value"], language=told["xml:lang"])
        return ox.Literal(told["value"], datatype=ox.NamedNode(told.get("datatype", XSD + "string")))

    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    there, told = set(dataset), json.loads(document)
    jsonschema.validate(told, SCHEMA)
    for resource in told["resources"]:
        for one in resource["properties"]:
            graph = term(one["graph"]) if "graph" in one else ONE
            for change in ("removed", "added"):
                for value in one[change]:
                    quad = ox.Quad(term(resource["subject"]), ox.NamedNode(one["predicate"]), term(value), graph)  # type: ignore[arg-type]
                    (there.remove if change == "removed" else there.add)(quad)
    return list(there)


def write(path: Path, quads: Iterable[ox.Quad]) -> Path:
    path.write_bytes(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"")
    return path


def changes_of(old: str, new: str, where: Path, ending: str = "ttl") -> Changes:
    paths = where / f"old.{ending}", where / f"new.{ending}"
    for path, content in zip(paths, (old, new), strict=True):
        path.write_text(content, "utf-8")
    return compare(*map(read, paths))


def checked(old: list[ox.Quad], new: list[ox.Quad], where: Path) -> Changes:
    """Compare two graphs, and apply what is said in every form."""
    paths = write(where / "old.nq", old), write(where / "new.nq", new)
    changes = compare(*map(read, paths))
    wanted = canonical(new)
    assert bool(changes) == (canonical(old) != wanted)
    assert canonical(patched(old, patch(changes))) == wanted
    assert canonical(updated(old, update(changes))) == canonical(updated(new, ""))  # the store writes 0.0 as 0
    assert canonical(from_json(old, to_json(changes))) == wanted
    assert compare(*map(read, reversed(paths))).counts == {
        Change.ADDED: changes.counts[Change.REMOVED],
        Change.REMOVED: changes.counts[Change.ADDED],
        Change.CHANGED: changes.counts[Change.CHANGED],
    }
    return changes


IRIS = st.sampled_from([ox.NamedNode(f"urn:e:{name}") for name in "abc"] + [ox.NamedNode("http://例子.example/路#x")])
BLANKS = st.sampled_from([ox.BlankNode(f"x{number}") for number in range(5)])
PREDICATES = st.sampled_from([ox.NamedNode(name) for name in ("urn:e:p", "urn:e:q", RDF + "first", RDF + "rest")])
# Values that a store keeps as they are written (Oxigraph's writes 05 as 5).
LITERALS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6).map(ox.Literal),
    st.sampled_from(["en", "zh-Hans", "x-a"]).flatmap(lambda tag: st.just(ox.Literal("_:a . <b> \\ \"'\n\r\t{}", language=tag))),
    st.sampled_from(["5", "-7", "NaN", "05x", ""]).map(lambda value: ox.Literal(value, datatype=ox.NamedNode("urn:e:type"))),
    st.integers(-9, 9).map(ox.Literal),
)
GRAPHS: st.SearchStrategy[ox.NamedNode | ox.DefaultGraph] = st.sampled_from(
    [ONE, ONE, ONE, ox.NamedNode("urn:e:g"), ox.NamedNode("urn:e:h")]
)
QUADS = st.builds(ox.Quad, IRIS | BLANKS, PREDICATES, IRIS | BLANKS | LITERALS, GRAPHS)


@st.composite
def lists(draw: st.DrawFn) -> list[ox.Quad]:
    """A list with its end, from a resource or from nothing."""
    items, number, graph = draw(st.lists(LITERALS | IRIS, min_size=1, max_size=4)), draw(st.integers(0, 99)), draw(GRAPHS)
    cells: list[ox.NamedNode | ox.BlankNode] = [ox.BlankNode(f"l{number}n{at}") for at in range(len(items))]
    quads = []
    for cell, item, rest in zip(cells, items, [*cells[1:], ox.NamedNode(RDF + "nil")], strict=True):
        quads += [ox.Quad(cell, ox.NamedNode(RDF + "first"), item, graph), ox.Quad(cell, ox.NamedNode(RDF + "rest"), rest, graph)]
    if draw(st.sampled_from([True, False])):
        quads.append(ox.Quad(draw(IRIS), draw(PREDICATES), cells[0], graph))
    return quads


DATASETS = st.tuples(st.lists(QUADS, max_size=12), st.lists(lists(), max_size=3)).map(
    lambda parts: list(dict.fromkeys([*parts[0], *(quad for part in parts[1] for quad in part)]))
)


def renamed(quads: Iterable[ox.Quad], seed: int) -> list[ox.Quad]:
    """Give blank nodes other labels and statements another order."""
    rng, given = random.Random(seed), list(quads)  # noqa: S311 - repeatable
    rng.shuffle(given)
    names: dict[ox.BlankNode, ox.BlankNode] = {}

    def named(term: object) -> object:
        return names.setdefault(term, ox.BlankNode(f"r{rng.randrange(10**9)}")) if isinstance(term, ox.BlankNode) else term

    return [ox.Quad(named(q.subject), q.predicate, named(q.object), named(q.graph_name)) for q in given]  # type: ignore[arg-type]


ANY = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@ANY
@given(DATASETS, DATASETS)
def test_every_form_makes_the_new_graph_of_the_old(tmp_path: Path, old: list[ox.Quad], new: list[ox.Quad]) -> None:
    checked(old, new, tmp_path)


@ANY
@given(DATASETS, st.lists(QUADS, max_size=2), st.data(), st.integers(0, 999))
def test_small_edits(tmp_path: Path, old: list[ox.Quad], more: list[ox.Quad], data: st.DataObject, seed: int) -> None:
    fewer = data.draw(st.sets(st.sampled_from(old), max_size=2)) if old else set()
    checked(old, renamed({*old, *more} - fewer, seed), tmp_path)


@ANY
@given(DATASETS, st.integers(0, 999))
def test_labels_and_order_make_no_difference(tmp_path: Path, quads: list[ox.Quad], seed: int) -> None:
    old, new = read(write(tmp_path / "old.nq", quads)), read(write(tmp_path / "new.nq", renamed(quads, seed)))
    assert not compare(old, new)
    assert old.digest == new.digest


def real(folder: GraphFolder) -> list[ox.Quad]:
    triples = [one for path in folder.turtle() for one in parse_turtle(path.read_bytes(), folder.name(path))]
    return list(dict.fromkeys(ox.Quad(one.subject, one.predicate, one.object) for one in triples))


@pytest.mark.parametrize("seed", range(2))
def test_edits_of_the_real_graph(tmp_path: Path, folder: GraphFolder, seed: int) -> None:
    old, rng = real(folder), random.Random(seed)  # noqa: S311 - repeatable
    blank = [quad for quad in old if isinstance(quad.subject, ox.BlankNode)]
    fewer = {*rng.sample(old, 100), *rng.sample(blank, 10)}
    values: list[ox.NamedNode | ox.Literal] = [ox.Literal("改"), ox.Literal("05"), ox.NamedNode("urn:e:a")]
    changed = [
        ox.Quad(quad.subject, quad.predicate, rng.choice(values)) for quad in (*rng.sample(old, 50), *rng.sample(blank, 5))
    ]
    changes = checked(old, renamed({*old, *changed} - fewer, seed), tmp_path)
    assert changes.counts[Change.CHANGED] > 50


def test_files_of_every_syntax_are_compared(tmp_path: Path) -> None:
    turtle = '@prefix e: <urn:e:> . e:s e:p "05", "a"@zh-Hans, (1 2.0 [ e:q e:r ]), [], [] . [] e:p <rel> .'
    quads = list(ox.parse(turtle, format=ox.RdfFormat.TURTLE, base_iri="file:///"))
    (tmp_path / "one.ttl").write_text(turtle, "utf-8")
    one = read(tmp_path / "one.ttl")
    for ending in ("ttl", "nt", "nq", "trig", "jsonld", "rdf"):
        syntax = ox.RdfFormat.from_extension(ending)
        assert syntax is not None
        written = ox.serialize(renamed(quads, 1), format=syntax) or b""
        (tmp_path / f"other.{ending}").write_bytes(written)
        (tmp_path / f"other.{ending}.gz").write_bytes(gzip.compress(written))
        half, pack = len(written) // 2, zstandard.ZstdCompressor().compress
        (tmp_path / f"other.{ending}.zst").write_bytes(pack(written[:half]) + pack(written[half:]))
        for name in (f"other.{ending}", f"other.{ending}.gz", f"other.{ending}.zst"):
            assert not compare(one, read(tmp_path / name)), name
            assert not compare(read(tmp_path / name), one), name


def test_the_graph_folder_written_anew_makes_no_difference(tmp_path: Path, folder: GraphFolder) -> None:
    (tmp_path / "all.ttl").write_text(to_turtle((quad.triple for quad in renamed(real(folder), 1)), PREFIXES), "utf-8")
    began = time.process_time()
    assert not compare(read(folder.root), read(tmp_path / "all.ttl"))
    assert time.process_time() - began < 10


def test_a_literal_that_looks_like_a_blank_node_is_none(tmp_path: Path) -> None:
    changes = changes_of('<urn:s> <urn:p> "_:a" .', '<urn:s> <urn:p> "_:b" .', tmp_path)
    assert (len(changes.removed), len(changes.added), changes.gone, changes.come) == (1, 1, (), ())


def test_blank_nodes_that_say_the_same_are_counted(tmp_path: Path) -> None:
    changes = changes_of("<urn:s> <urn:p> [], [], [] .", "<urn:s> <urn:p> [] .", tmp_path)
    assert (len(changes.removed), len(changes.added)) == (2, 0)
    assert canonical(updated(ox.parse(path=tmp_path / "old.ttl"), update(changes))) == ["<urn:s> <urn:p> _:c14n0"]


def test_an_update_does_not_take_one_node_for_two(tmp_path: Path) -> None:
    single = "[ <urn:q> [] ]"
    old = f"<urn:s> <urn:p> {single}, [ <urn:q> [], [] ], {single} ."  # from either end the wrong one is met first
    script = update(changes_of(old, f"<urn:s> <urn:p> {single}, {single} .", tmp_path))
    wanted = canonical(ox.parse(path=tmp_path / "new.ttl"))
    assert canonical(updated(ox.parse(path=tmp_path / "old.ttl"), script)) == wanted


def test_an_update_leaves_alone_what_only_looks_alike(tmp_path: Path) -> None:
    old = "<urn:s> <urn:p> [ <urn:q> 1 ], [ <urn:q> 1, 2 ], <urn:t> . <urn:t> <urn:q> 1 . [] <urn:r> [ <urn:q> 1 ] ."
    new = "<urn:s> <urn:p> [ <urn:q> 1, 2 ], <urn:t> . <urn:t> <urn:q> 1 . [] <urn:r> [ <urn:q> 1 ] ."
    script = update(changes_of(old, new, tmp_path))
    wanted = canonical(ox.parse(path=tmp_path / "new.ttl"))
    assert canonical(updated(ox.parse(path=tmp_path / "old.ttl"), script)) == wanted


def test_a_graph_that_has_a_blank_name(tmp_path: Path) -> None:
    old, new = "_:g { _:g <urn:p> 1 } <urn:s> <urn:p> _:g .", "_:x { _:x <urn:p> 2 } <urn:s> <urn:p> _:x ."
    changes = changes_of(old, new, tmp_path, "trig")
    wanted = canonical(ox.parse(path=tmp_path / "new.trig"))
    assert canonical(patched(ox.parse(path=tmp_path / "old.trig"), patch(changes))) == wanted
    with pytest.raises(CannotWrite, match="blank node"):
        update(changes)
    assert not changes_of(old, old.replace("_:g", "_:other"), tmp_path, "trig")


def test_named_graphs_are_merged_only_where_the_other_side_has_none(tmp_path: Path) -> None:
    (tmp_path / "a.nq").write_text("<urn:s> <urn:p> <urn:o> <urn:g> .\n")
    (tmp_path / "b.nq").write_text("<urn:s> <urn:p> <urn:o> .\n")
    (tmp_path / "c.ttl").write_text("<urn:s> <urn:p> <urn:o> .\n")
    a, b, c = (read(tmp_path / name) for name in ("a.nq", "b.nq", "c.ttl"))
    assert len(compare(a, b).added) == 1
    for changes in (compare(a, c), compare(c, a)):
        assert not changes
        assert "named graphs are taken as one" in changes.notes[0]


def clique(size: int, last: str) -> str:
    pairs = [(one, other) for one in range(size) for other in range(size) if one != other]
    return "".join(f"_:k{one} <urn:p> _:k{other} .\n" for one, other in pairs) + f"_:k0 <urn:q> {last} .\n<urn:s> <urn:p> [] ."


def test_a_graph_that_is_too_symmetrical_is_compared_as_written_and_that_is_said(tmp_path: Path) -> None:
    began = time.process_time()
    assert not changes_of(clique(15, "1"), clique(15, "1"), tmp_path)
    changes = changes_of(clique(15, "1"), clique(15, "2"), tmp_path)
    assert time.process_time() - began < 5
    assert (len(changes.removed), len(changes.added)) == (211, 211)
    assert [note.partition(":")[0][-7:] for note in changes.notes] == ["old.ttl", "new.ttl"]
    assert changes.old.digest is None
    jsonschema.validate(json.loads(to_json(changes)), SCHEMA)
    for form in (patch, update):
        with pytest.raises(CannotWrite, match="too many and too alike"):
            form(changes)
    more = changes_of("<urn:s> <urn:p> [] .", clique(15, "1"), tmp_path)
    assert len(patched(ox.parse(path=tmp_path / "old.ttl"), patch(more))) == 212
    assert len(updated(ox.parse(path=tmp_path / "old.ttl"), update(more))) == 212


def test_a_long_chain_of_nodes_that_are_alike_takes_no_minutes(tmp_path: Path) -> None:
    chain = "".join(f"_:n{at} <urn:p> _:n{at + 1} .\n" for at in range(1000))
    began = time.process_time()
    assert not changes_of(chain, chain, tmp_path, "nt")
    assert time.process_time() - began < 5


OLD = """@prefix action: <https://w3id.org/bqwgraph/action/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
action:2 skos:prefLabel "Two"@en, "二"@zh-Hans ; skos:notation "2" ; skos:related action:10, action:3 ; skos:member ( 1 2 ) .
action:10 skos:prefLabel "Ten"@en .
action:3 skos:prefLabel "Three"@en .
[] skos:note "x" .
"""
NEW = """@prefix action: <https://w3id.org/bqwgraph/action/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
action:2 skos:prefLabel "Two"@en, "两"@zh-Hans ; skos:notation "2", "II" ;
    skos:related action:10, action:4 ; skos:member ( 1 2 3 ) .
action:10 skos:prefLabel "Ten"@en .
action:4 skos:prefLabel "Four"@en ; skos:related [ skos:note "a\\nb" ; skos:related _:l ] . _:l skos:related _:l .
"""
SAID = """~ action:2 "Two"
    ~ skos:prefLabel "二"@zh-Hans → "两"@zh-Hans
    ~ skos:member ( 1 2 ) → ( 1 2 3 )
    + skos:notation "II"
    ~ skos:related action:3 "Three" → action:4 "Four"
- action:3 "Three"
      skos:prefLabel "Three"@en
+ action:4 "Four"
      skos:prefLabel "Four"@en
      skos:related [ skos:note \"""a\\nb\""" ; skos:related _:new0 [ skos:related _:new0 ] ]
- blank node [ skos:note "x" ]
resources: 1 added, 1 removed, 1 changed; statements: 15 added, 9 removed"""


def test_a_person_is_told_what_changed_for_each_resource(tmp_path: Path) -> None:
    changes = changes_of(OLD, NEW, tmp_path)
    said = "\n".join(text(changes, "en"))
    label = next(str(q.object) for q in changes.added if q.subject == q.object)
    assert said.replace(label, "_:new0") == SAID
    chinese = list(text(changes, "zh-Hans"))
    assert chinese[0] == '~ action:2 "两"'
    assert chinese[-1] == "资源：新增 1，移除 1，改动 1；陈述：新增 15，移除 9"
    assert list(text(changes_of(OLD, OLD, tmp_path), "en")) == ["no difference"]
    assert list(text(changes_of(OLD, OLD, tmp_path), "zh-Hans")) == ["没有差异"]


def test_the_named_graph_is_told(tmp_path: Path) -> None:
    changes = changes_of("<urn:g> { <urn:s> <urn:p> 1 }", "<urn:g> { <urn:s> <urn:p> 2 }", tmp_path, "trig")
    assert list(text(changes, "en"))[:2] == ["~ <urn:s>", "    ~ <urn:p> (in <urn:g>) 1 → 2"]


def test_of_long_texts_the_difference_is_shown(tmp_path: Path) -> None:
    old, new = (f'<urn:s> <urn:p> "{"a" * 200}{middle}{"c" * 200}" .' for middle in ("x", "y"))
    line = list(text(changes_of(old, new, tmp_path), "en"))[1]
    assert line == f"    ~ <urn:p> …{'a' * 16}x{'c' * 16}… → …{'a' * 16}y{'c' * 16}…"


def test_runs_repeat_whatever_the_order_in_the_files(tmp_path: Path) -> None:
    first = changes_of(OLD, NEW, tmp_path)
    quads = [list(ox.parse(content, format=ox.RdfFormat.TURTLE)) for content in (OLD, NEW)]
    for seed in range(3):
        paths = [write(tmp_path / f"{name}.nt", renamed(given, seed)) for name, given in zip(("old", "new"), quads, strict=True)]
        again = compare(*map(read, paths))
        assert (patch(again), update(again)) == (patch(first), update(first))
        assert list(text(again, "en")) == list(text(first, "en"))


def test_the_patch_names_both_graphs(tmp_path: Path) -> None:
    changes = changes_of(OLD, NEW, tmp_path)
    rows = patch(changes).splitlines()
    assert rows[0].startswith("H id <urn:uuid:")
    assert rows[1:3] == [f'H old-sha256 "{changes.old.digest}" .', f'H new-sha256 "{changes.new.digest}" .']
    assert patch(changes_of(OLD, OLD, tmp_path)).splitlines()[-2:] == ["TX .", "TC ."]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("a.txtx", b"", "expected a folder, or a file .ttl"),
        ("a.ttl.gz", b"no gzip", "not a whole gz file"),
        ("a.ttl.gz", gzip.compress(b"<urn:a> <urn:b> 1 .")[:-5], "not a whole gz file"),
        ("a.ttl.zst", b"no zstd", "not a whole zst file"),
        ("a.ttl.zst", zstandard.ZstdCompressor().compress(b"<urn:a> <urn:b> 1 .")[:-5], "not a whole zst file"),
    ],
)
def test_what_cannot_be_compared_is_said(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(CannotCompare, match=fault):
        read(tmp_path / name)
    with pytest.raises(CannotCompare, match="neither a graph folder"):
        read(tmp_path)


def test_a_release_is_its_dump(tmp_path: Path) -> None:
    (tmp_path / "dumps").mkdir()
    (tmp_path / "dumps" / "bqwgraph.nt").write_text("<urn:s> <urn:p> <urn:o> .\n")
    for name in ("ontology", "data"):  # pages of the published site
        (tmp_path / name).mkdir()
    assert read(tmp_path).lines == {b"<urn:s> <urn:p> <urn:o>"}
    (tmp_path / "dumps" / "bqwgraph.nq").write_text("<urn:s> <urn:p> <urn:other> .\n")
    assert read(tmp_path).lines == {b"<urn:s> <urn:p> <urn:other>"}


def test_a_release_of_the_log_is_its_default_graph(tmp_path: Path) -> None:
    for name, said in (("bqwgraph.nt.zst", b'<urn:s> <urn:p> "1" .\n'), ("bqwgraph.nq.zst", b'<urn:s> <urn:p> "2" .\n')):
        (tmp_path / name).write_bytes(zstandard.ZstdCompressor().compress(said))
    assert [str(quad.object) for quad in compare(read(tmp_path), read(tmp_path / "bqwgraph.nq.zst")).removed] == ['"1"']


def test_the_json_names_properties_and_values_that_are_not_among_the_resources(tmp_path: Path) -> None:
    names = (
        '<urn:p> <http://www.w3.org/2000/01/rdf-schema#label> "property"@en . <urn:o> <https://schema.org/name> "值"@zh-Hans .'
    )
    changes = changes_of(names, f'{names} <urn:s> <urn:p> <urn:o> ; <https://schema.org/name> "subject" .', tmp_path)
    told = json.loads(to_json(changes))
    assert told["labels"] == {"urn:o": {"zh-hans": "值"}, "urn:p": {"en": "property"}}
    assert [one["labels"] for one in told["resources"]] == [{"": "subject"}]
