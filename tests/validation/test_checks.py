"""Each check by itself: what it finds and where, what makes it stop, and that nothing checked is not success."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.validation.checks import CHECKS, Options, validate, validate_files
from bqwgraph.validation.engines import interface
from bqwgraph.validation.engines.interface import ENGINES, REFERENCE, Engine
from bqwgraph.validation.engines.wire import EngineFailure
from bqwgraph.validation.failure import ValidationFailure
from bqwgraph.validation.findings import Finding, Severity

from .support import ROOT, change

HEAD = "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix ex: <http://example.org/> .\n"
SHAPE = HEAD + "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:minCount 1 ] .\n"
DATA = HEAD + "ex:a a ex:C .\n"
RDF_XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'


class Files:
    """A folder that files are written to, and validated from."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, name: str, text: str | bytes) -> str:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    def check(self, data: str | bytes, shapes: str, *only: str, name: str = "data.ttl") -> list[Finding]:
        given, shapes = self.write(name, data), self.write("shapes.ttl", shapes)
        return list(validate_files([given], [shapes], Options(only=frozenset(only))).findings)


@pytest.fixture
def made(tmp_path: Path) -> Files:
    return Files(tmp_path)


def places(found: list[Finding]) -> list[tuple[str, str, int, int]]:
    return [(finding.rule.rpartition("/")[2], Path(finding.file).name, finding.line, finding.column) for finding in found]


# Files that are not ours


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("a.ttl", "@prefix ex: <http://e/> .\nex:a ex:b ,, .", 2, 11),
        ("a.nt", "<http://e/a> <http://e/b> .", 1, 27),
        ("a.nq", "<http://e/a> <http://e/b> <http://e/c> .\n<http://e/a> .", 2, 14),
        ("a.trig", "<http://e/g> {\n <http://e/a> <http://e/b> }", 2, 28),
        ("a.jsonld", '{"@id": "http://e/a",\n }', 2, 2),
        ("a.jsonld", '{"@id": "http://e/江门", 5}', 1, 24),
        ("a.jsonld", '[{"http://e/p": "江门"},\n  {"@id": 5}]', 2, 11),
        ("a.jsonld", '{\n "@context": "http://e/context"}', 2, 14),
        ("a.rdf", '<?xml version="1.0"?>\n<rdf:RDF>\n</rdf:RDF>', 2, 1),
        ("a.rdf", RDF_XML + "\n  <rdf:Description/> 江门 <C/>\n</rdf:RDF>", 2, 22),
        ("a.rdf", RDF_XML + '\n  <rdf:Description rdf:about="a b"/>\n</rdf:RDF>', 2, 3),
        ("a.rdf", RDF_XML + "\n  <rdf:Description/>\n</rdf:rdf>", 3, 3),
        ("a.rdf", RDF_XML + "\n  <rdf:Description/>\n", 3, 1),
        ("a.rdf", "", 1, 1),
        ("a.rdf", RDF_XML + "<C xmlns='http://e/'>\n<p rdf:parseType = 'literal'>x</p></C></rdf:RDF>", 2, 20),
        ("a.rdf", f"\ufeff{RDF_XML}</a>", 1, 68),
        ("a.rdf", f"\ufeff{RDF_XML}\r<rdf:Description rdf:about='a b'/></rdf:RDF>", 2, 1),
        ("a.ttl", b"\xef\xbb\xbf<urn:a>\t'\xff' .", 1, 10),
        ("a.nq", b"<urn:a>\r\r <urn:\xff", 3, 7),
        ("a.ttl", b"<http://e/a> <http://e/b>\n '\xff' .", 2, 3),
    ],
)
def test_syntax_errors_have_a_place_in_every_syntax(made: Files, name: str, text: str | bytes, line: int, column: int) -> None:
    assert places(made.check(text, SHAPE, name=name)) == [("syntax", name, line, column)]


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        (
            "a.nt",
            "# x\n<http://example.org/a> a:b _:x .\n".replace("a:b", "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>").replace(
                "_:x", "<http://example.org/C>"
            ),
            2,
            1,
        ),
        ("a.trig", DATA.replace("ex:a", "ex:g { ex:a").replace("C .", "C }"), 3, 8),
        ("a.jsonld", '{"@id": "http://example.org/a", "@type": "http://example.org/C"}', 1, 9),
        ("a.rdf", RDF_XML + '\n<C xmlns="http://example.org/" rdf:about="http://example.org/a"/></rdf:RDF>', 2, 1),
    ],
)
def test_every_syntax_is_validated(made: Files, name: str, text: str, line: int, column: int) -> None:
    assert places(made.check(text, SHAPE, name=name)) == [("S", name, line, column)]


def test_a_shape_without_a_name_goes_by_the_one_that_uses_it_and_has_messages(made: Files) -> None:
    (found,) = made.check(DATA, SHAPE)
    assert found.rule == "http://example.org/S"
    assert found.text("en") == "http://example.org/p: expected at least 1 value (sh:minCount); add what is missing"
    assert "至少应有 1 个值" in found.text("zh-Hans")
    assert [str(t.object) for t in found.result if t.predicate.value.endswith("#resultMessage")]
    assert found.result[0].object.value == "http://www.w3.org/ns/shacl#ValidationResult"  # type: ignore[union-attr]


def test_relative_iris_are_relative_to_the_file(made: Files) -> None:
    (found,) = made.check(HEAD + "<a> a ex:C .", SHAPE)
    assert found.focus == (made.folder / "a").as_uri()


def test_several_shapes_files_are_one_graph_and_blank_nodes_stay_apart(made: Files) -> None:
    first = made.write(
        "shapes/one.ttl",
        HEAD + "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:property ex:P , _:x . _:x sh:path ex:q ; sh:minCount 1 .",
    )
    second = made.write(
        "shapes/two.ttl",
        HEAD + "ex:P sh:path ex:p ; sh:minCount 1 . "
        "ex:T a sh:NodeShape ; sh:targetClass ex:D ; sh:property _:x . _:x sh:path ex:r ; sh:maxCount 0 .",
    )
    one = made.write("one.ttl", HEAD + "_:x a ex:C .")
    two = made.write("two.ttl", HEAD + "_:x a ex:D ; ex:q 1 ; ex:p 1 ; ex:r 2 .")
    for engine in ENGINES.values():
        found = validate_files([one, two], [first, second], Options(only=frozenset({"shacl"}), engine=engine)).findings
        assert sorted(places(list(found))) == [("P", "one.ttl", 3, 1), ("S", "one.ttl", 3, 1), ("T", "two.ttl", 3, 37)]


def test_folders_and_patterns(made: Files) -> None:
    for name in ("data/a.ttl", "data/deep/b.ttl", "data/c.txt", "data/deep/d.json"):
        made.write(name, DATA.replace("ex:a", f"ex:{Path(name).stem}"))
    shapes = made.write("shapes.ttl", SHAPE)
    found = validate_files([f"{made.folder}/data"], [shapes])
    assert found.files == 2
    assert validate_files([f"{made.folder}/data/**/*.ttl", f"{made.folder}/data/a.ttl"], [shapes]) == found


@pytest.mark.parametrize(
    ("data", "shapes", "told"),
    [
        ("nothing.ttl", "shapes.ttl", "no such file or folder"),
        ("data.ttl", "nothing.ttl", "no such file or folder"),
        ("text", "shapes.ttl", "no RDF files in this folder"),
        ("text/a.txt", "shapes.ttl", "its ending is none of .ttl"),
        ("empty.ttl", "shapes.ttl", "no triples in 1 file: nothing was checked"),
        ("data.ttl", "data.ttl", "no shapes in"),
        ("data.ttl", "broken.ttl", "broken.ttl:2:1: "),
        ("data.ttl", "", "no shapes: name them by --shapes"),
    ],
)
def test_nothing_to_check_is_no_success(made: Files, data: str, shapes: str, told: str) -> None:
    for name, text in (
        ("data.ttl", DATA),
        ("shapes.ttl", SHAPE),
        ("empty.ttl", "# nothing\n"),
        ("text/a.txt", ""),
        ("broken.ttl", "\nex:a a"),
    ):
        made.write(name, text)
    with pytest.raises(ValidationFailure, match=told):
        validate_files([f"{made.folder}/{data}"], [f"{made.folder}/{shapes}"] if shapes else [])


@pytest.mark.parametrize(
    ("shapes", "found"),
    [
        (SHAPE + "ex:T a sh:NodeShape ;\n  sh:targetClass ex:None .", ("target-matches-nothing", "shapes.ttl", 5, 18)),
        (SHAPE + "ex:T a sh:NodeShape ;\n  sh:targetSubjectsOf ex:none .", ("target-matches-nothing", "shapes.ttl", 5, 23)),
        (SHAPE + "ex:T a sh:NodeShape ;\n  sh:targetObjectsOf ex:none .", ("target-matches-nothing", "shapes.ttl", 5, 22)),
        (SHAPE + "ex:E a <http://www.w3.org/2002/07/owl#Class> .\n", ("target-class-undefined", "shapes.ttl", 3, 38)),
        (
            SHAPE
            + "ex:T a sh:NodeShape , <http://www.w3.org/2002/07/owl#Class> . ex:C a <http://www.w3.org/2002/07/owl#Class> .",
            ("target-matches-nothing", "shapes.ttl", 4, 1),
        ),
        (SHAPE + "ex:T a sh:NodeShape ; sh:target [ ] .", ("target-not-followed", "shapes.ttl", 4, 33)),
        (SHAPE + "\n  ex:T a sh:NodeShape ; sh:class ex:C .", ("shape-unused", "shapes.ttl", 5, 3)),
        (SHAPE + "ex:S sh:property\n  [ sh:minCount 1 ] .", ("property-without-path", "shapes.ttl", 5, 3)),
        (SHAPE + "ex:S sh:property\n  ex:Gone .", ("property-without-path", "shapes.ttl", 5, 3)),
        (SHAPE + "ex:S sh:or (\n  ex:Gone [ ] ) .", ("shape-without-content", "shapes.ttl", 5, 3)),
        (SHAPE + "<urn:o> <http://www.w3.org/2002/07/owl#imports> <urn:p> .", ("import-not-followed", "shapes.ttl", 4, 49)),
    ],
)
def test_what_was_not_really_checked_is_told(made: Files, shapes: str, found: tuple[str, str, int, int]) -> None:
    assert places(made.check(DATA + "ex:a ex:p 1 .", shapes, "coverage")) == [found]


def test_shapes_without_any_target_are_no_success(made: Files) -> None:
    data, shapes = made.write("data.ttl", DATA), made.write("shapes.ttl", SHAPE.replace("sh:targetClass ex:C", "sh:class ex:C"))
    report = validate_files([data], [shapes])
    assert report.focus_nodes == 0
    assert not report.strict().conforms()
    assert places(list(report.findings)) == [("shape-unused", "shapes.ttl", 3, 1)]


def test_a_file_is_read_once_and_what_is_hidden_only_where_it_is_named(
    made: Files, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made.write("data/a.ttl", DATA)
    made.write("data/A.TTL", DATA.replace("ex:a", "ex:b"))
    hidden = made.write("data/.venv/lib/broken.ttl", "broken")
    made.write("data/.#a.ttl", "put aside by an editor")
    shapes = made.write("shapes.ttl", SHAPE)
    monkeypatch.chdir(tmp_path)
    assert validate_files(["data", "data/a.ttl", str(tmp_path / "data"), "./data/*.ttl"], [shapes]).files == 2
    assert [found.check for found in validate_files(["data", hidden], [shapes]).findings] == ["syntax"]
    with pytest.raises(ValidationFailure, match="an empty name"):
        validate_files(["data"], [""])


def test_a_file_without_triples_among_others_is_told(made: Files) -> None:
    empty, data, shapes = (
        made.write("empty.ttl", ""),
        made.write("data.ttl", DATA + "ex:a ex:p 1 ."),
        made.write("shapes.ttl", SHAPE),
    )
    report = validate_files([empty, data], [shapes])
    assert places(list(report.findings)) == [("file-empty", "empty.ttl", 0, 0)]
    assert report.conforms()
    assert not report.strict().conforms()
    assert report.strict().strict() == report.strict()


def test_focus_nodes_of_subclasses_are_counted_once(made: Files) -> None:
    data = made.write("data.ttl", DATA + "ex:b a ex:D . ex:D <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:C .")
    shapes = made.write("shapes.ttl", SHAPE + "ex:T a sh:NodeShape ; sh:targetNode ex:b , ex:e ; sh:targetClass ex:D .")
    report = validate_files([data], [shapes])
    assert (report.focus_nodes, report.shapes, report.files, report.triples) == (3, 3, 1, 3)
    assert report.engine == interface.DEFAULT.label


def test_a_target_that_the_data_does_not_mention_is_placed_in_the_shapes(made: Files) -> None:
    found = made.check(
        DATA + "ex:a ex:p 1 .", SHAPE + "ex:T a sh:NodeShape ;\n  sh:targetNode ex:gone ; sh:class ex:C .", "shacl"
    )
    assert places(found) == [("T", "shapes.ttl", 5, 17)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ex:T a sh:NodeShape ; sh:targetClass ex:C ;\n  sh:minCoutn 1 .", ("shacl-property-unknown", "shapes.ttl", 5, 3)),
        ("ex:T a sh:NodeShape ; sh:targetClass ex:C ;\n  sh:node ex:Gone .", ("shape-undefined", "shapes.ttl", 5, 11)),
        ("ex:T a sh:NodeShape ; sh:targetClass ex:C ;\n  sh:or ( ex:Gone ) .", ("shape-undefined", "shapes.ttl", 5, 9)),
        ("ex:T a sh:NodeShape ; sh:targetClass ex:C ;\n  sh:class ex:Gone .", ("class-undefined", "shapes.ttl", 5, 12)),
        (
            "ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path\n  ex:gone ; sh:equals ex:p ] .",
            ("property-undefined", "shapes.ttl", 5, 3),
        ),
        (
            "ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path [\n sh:inversePath ex:gone ] ] .",
            ("property-undefined", "shapes.ttl", 5, 17),
        ),
        (
            "ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path\n ( ex:p ex:gone ) ] .",
            ("property-undefined", "shapes.ttl", 5, 2),
        ),
        (
            "ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:p ; sh:lessThan\n ex:gone ] .",
            ("property-undefined", "shapes.ttl", 5, 2),
        ),
    ],
)
def test_shapes_that_are_wrong_are_told(made: Files, text: str, found: tuple[str, str, int, int]) -> None:
    ontology = "ex:C a <http://www.w3.org/2002/07/owl#Class> . ex:p a <http://www.w3.org/2002/07/owl#DatatypeProperty> .\n"
    assert places(made.check(DATA + ontology, SHAPE + text, "shapes")) == [found]


def test_a_property_that_a_shape_forbids_need_not_be_defined(made: Files) -> None:
    text = "ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:gone ; sh:maxCount 0 ] . ex:p a rdf:Property ."
    assert (
        made.check(DATA, (SHAPE + text).replace("rdf:Property", "<http://www.w3.org/2000/01/rdf-schema#Class>"), "shapes") == []
    )


def test_shapes_are_checked_by_the_shapes_of_shapes(made: Files) -> None:
    found = made.check(
        DATA,
        SHAPE + 'ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:property [ sh:path ex:q ; sh:minCount\n  "many" ] .',
        "shapes",
    )
    assert ("shapes.ttl", 5, 3) in {place[1:] for place in places(found)}
    assert all(not finding.result for finding in found)


@pytest.mark.parametrize(
    ("constraint", "column", "told"),
    [
        ("sh:property [ sh:path ex:p ; sh:pattern '[' ]", 41, "'[' is no regular expression"),
        ("sh:sparql [ sh:select 'SELECT $this { $this e:p 1 }' ]", 23, "the query cannot be read: the prefix e: is not declared"),
        (
            "sh:sparql [ sh:prefixes <urn:o> ; sh:select 'SELECT $this { $this f:p e:p }' ]",
            45,
            "the query cannot be read: the prefix e: is not declared",
        ),
        (
            "sh:sparql [ sh:select 'SELECT $this { $this ?p }' ]",
            23,
            "the query cannot be read: unexpected '}' at line 1, column 25",
        ),
        ("sh:sparql [ sh:select 'SELECT $this {' ]", 23, "the query cannot be read: '{' at line 1, column 14 is never closed"),
        ("sh:sparql [ sh:message 'x' ]", 11, "expected a query, in sh:select or sh:ask"),
        ("sh:sparql [ sh:select 'ASK { }' ]", 23, "sh:select: expected a SELECT query"),
        ("sh:sparql [ sh:select 'CONSTRUCT { } WHERE { }' ]", 23, "sh:select: expected a SELECT query"),
    ],
)
def test_queries_and_patterns_that_an_engine_refuses_are_told_with_their_place(
    made: Files, constraint: str, column: int, told: str
) -> None:
    declared = "<urn:o> sh:declare [ sh:prefix 'f' ; sh:namespace 'http://example.org/' ] ."
    with pytest.raises(ValidationFailure) as raised:
        made.check(DATA, f"{SHAPE} {declared} ex:T a sh:NodeShape ; sh:targetClass ex:C ;\n{constraint} .")
    assert f"shapes.ttl:5:{column}: {told}" in str(raised.value)
    assert len(str(raised.value)) < 900


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("constraint", "column"),
    [
        ("sh:property [ sh:minCount 1 ; sh:path\n  5 ]", 3),
        ("sh:property [ sh:path ex:q ; sh:pattern\n '(' ]", 2),
        ("sh:sparql [ sh:select\n  'SELECT $this {' ]", 3),
        ("sh:or\n 5", 2),
    ],
)
def test_shapes_that_an_engine_refuses_are_told_with_their_place(made: Files, constraint: str, column: int, engine: str) -> None:
    shapes = made.write("shapes.ttl", f"{SHAPE}ex:T a sh:NodeShape ; sh:targetClass ex:C ; {constraint} .")
    data = made.write("data.ttl", DATA + "ex:a ex:q 'x' .")
    with pytest.raises(ValidationFailure, match=rf"refuses the shapes(.|\n)*shapes.ttl:5:{column}: "):
        validate_files([data], [shapes], Options(engine=ENGINES[engine]))


def test_what_an_engine_does_not_know_is_no_crash(made: Files) -> None:
    data = made.write("data.ttl", DATA + "ex:a ex:q <<( ex:a ex:p 1 )>> .")
    with pytest.raises(ValidationFailure, match=r"refuses the shapes or the data: pySHACL knows no triples within triples"):
        validate_files([data], [made.write("shapes.ttl", SHAPE)], Options(engine=REFERENCE))


@pytest.mark.parametrize(
    "query", ["SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }", "SELECT $this { $this ?p ?o { SELECT ?o { ?o ?q ?r } } }"]
)
def test_queries_that_shacl_forbids_are_told_with_their_place(made: Files, query: str) -> None:
    with pytest.raises(ValidationFailure, match=r"shapes.ttl:5:12: sh:select: "):
        made.check(DATA, SHAPE + f'ex:T a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [\n sh:select "{query}" ] .')


@pytest.mark.parametrize("name", ["rules", "skos", "evidence", "terms", "links", "labels", "expected"])
def test_checks_of_a_graph_folder_are_refused_for_files(made: Files, name: str) -> None:
    with pytest.raises(ValidationFailure, match="needs a graph folder"):
        made.check(DATA, SHAPE, name)


def test_unknown_checks_are_refused_with_the_names_of_all(made: Files) -> None:
    with pytest.raises(ValidationFailure, match=f"no check 'shackle'; they are: {', '.join(CHECKS)}"):
        made.check(DATA, SHAPE, "shackle")


def test_data_that_cannot_be_read_is_a_finding_only_where_syntax_is_checked(made: Files) -> None:
    with pytest.raises(ValidationFailure, match="cannot be read"):
        made.check("ex:a", SHAPE, "shacl")


# Engines


def test_a_difference_between_engines_is_a_fault_of_the_tool(made: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    data, shapes = made.write("data.ttl", DATA + "ex:b a ex:C ."), made.write("shapes.ttl", SHAPE)
    honest = Engine.run
    monkeypatch.setattr(
        Engine, "run", lambda self, shapes, data: honest(self, shapes, data)[: 1 if self.name == "pyshacl" else 2]
    )
    with pytest.raises(
        EngineFailure, match=r"differ; this is a fault of one of them.*(.|\n)*only shacl 0.3.4: <http://example.org/"
    ):
        validate_files([data], [shapes], Options(against=REFERENCE))


def test_an_engine_that_crashes_is_an_error_and_not_the_end(made: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    (made.folder / "python").write_text("#!/bin/sh\necho a panic >&2\nkill -ABRT $$\n")
    (made.folder / "python").chmod(0o755)
    monkeypatch.setattr("sys.executable", str(made.folder / "python"))
    with pytest.raises(EngineFailure, match=r"shacl 0.3.4 crashed \(signal 6\): a panic"):
        made.check(DATA, SHAPE)


def test_an_engine_imports_nothing_from_the_current_folder(made: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("shacl.py", "pyoxigraph.py", "re.py"):
        made.write(name, "raise SystemExit(9)")
    monkeypatch.chdir(made.folder)
    assert len(made.check(DATA, SHAPE)) == 1


# The graph folder


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the graph that a test may break, without the villages."""
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


@pytest.mark.parametrize(
    ("check", "file", "old", "new", "rule", "shift"),
    [
        ("shacl", "data/actions.ttl", "bqw:order 7", 'bqw:order "7"', "Action-order", 10),
        ("terms", "data/actions.ttl", "a bqw:Action", "a bqw:Acton", "class-undeclared", 2),
        ("links", "data/actions.ttl", "dcterms:isPartOf programme:", "dcterms:isPartOf programme:x", "dangling-link", 17),
        ("labels", "data/actions.ttl", "@en", "@fr", "label-language", None),
        ("rules", "data/actions.ttl", "bqw:order 7", "bqw:order 8", "order-unique", 10),
        ("skos", "ontology/vocab/level.ttl", "skos:topConceptOf", "skos:inScheme", "concept-top", None),
    ],
)
def test_each_check_of_the_folder_by_itself(
    copy: Path, check: str, file: str, old: str, new: str, rule: str, shift: int | None
) -> None:
    line, column = change(copy / file, old, new)
    findings = validate(GraphFolder.at(copy), Options(only=frozenset({check}))).findings
    assert {finding.check for finding in findings} == {check}
    found = [finding for finding in findings if finding.rule.endswith(rule) and finding.file == file]
    assert found
    if shift is not None:
        assert (line, column + shift) in {(finding.line, finding.column) for finding in found}


def test_evidence_is_checked_by_the_lock_and_against_the_document(copy: Path) -> None:
    options = Options(only=frozenset({"evidence"}), document="江门".encode())
    change(copy / "data" / "excerpts.ttl", 'oa:exact "', 'oa:exact "x')
    found = validate(GraphFolder.at(copy), options).findings
    assert {"evidence-lock", "evidence-digest", "evidence-words"} <= {finding.rule for finding in found}
    assert all(finding.line for finding in found if finding.rule != "evidence-lock")


def test_expected_results_are_checked_where_they_are(copy: Path) -> None:
    options = Options(only=frozenset({"expected"}))
    with pytest.raises(ValidationFailure, match="no expected results"):
        validate(GraphFolder.at(copy), options)
    (copy / "tests" / "expected").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "expected" / "actions.csv", copy / "tests" / "expected")
    assert validate(GraphFolder.at(copy), options).findings == ()
    change(copy / "tests" / "expected" / "actions.csv", "\n3,", "\n33,")
    (found,) = validate(GraphFolder.at(copy), options).findings
    assert (found.file, found.line, found.severity) == ("tests/expected/actions.csv", 4, Severity.VIOLATION)


def test_a_rule_of_a_check_that_is_none_is_refused(copy: Path) -> None:
    change(copy / "ontology" / "rules" / "same-as.rq", "#+ severity: Violation", "#+ severity: Violation\n#+ check: nonsense")
    with pytest.raises(ValidationFailure, match=r"same-as.rq: check: nonsense: expected one of"):
        validate(GraphFolder.at(copy), Options(only=frozenset({"rules"})))


def test_broken_shapes_of_the_folder_are_not_the_data_s_fault(copy: Path) -> None:
    path = copy / "ontology" / "shapes" / "Action.ttl"
    line = path.read_text("utf-8").count("\n") + 1
    path.write_text(path.read_text("utf-8") + "shape:x a ;;", "utf-8")
    with pytest.raises(ValidationFailure, match=f"ontology/shapes/Action.ttl:{line}:"):
        validate(GraphFolder.at(copy))


def test_a_number_that_is_written_in_another_way_is_found_where_it_is(copy: Path) -> None:
    line, _ = change(copy / "data" / "actions.ttl", "bqw:order 7", "bqw:order 007, 8")
    found = validate(GraphFolder.at(copy), Options(only=frozenset({"rules"}))).findings
    assert ("data/actions.ttl", line) in {(finding.file, finding.line) for finding in found}


def test_the_format_is_checked_from_a_script_without_a_guard_as_well(made: Files) -> None:
    data = made.write("data.ttl", "<urn:a>   <urn:b> 1 .\n")
    script = f"""
from bqwgraph.validation.checks import Options, validate_files
for finding in validate_files([{data!r}], [], Options(only=frozenset({{"format"}}))).findings:
    print(finding.severity.name, finding.file, finding.line, finding.message["zh-Hans"])
"""
    done = subprocess.run([sys.executable, made.write("script.py", script)], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == f"WARNING {data} 1 自此处起不是规范格式：请运行 bqwgraph fmt\n"


def test_a_failure_of_the_check_of_the_format_is_no_finding(made: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    data = made.write("data.ttl", "<urn:a> <urn:b> 1 .\n")
    monkeypatch.setattr(sys, "executable", made.write("false.sh", "#!/bin/sh\necho 'no memory' >&2; exit 1\n"))
    Path(sys.executable).chmod(0o755)
    with pytest.raises(ValidationFailure, match="could not be checked: no memory"):
        validate_files([data], [], Options(only=frozenset({"format"})))
