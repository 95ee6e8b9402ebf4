"""The sh:ValidationReport: what pySHACL reports, and the places beside it."""

from dataclasses import replace
from hashlib import sha256

import pyoxigraph as ox
import pyshacl
import pytest
from hypothesis import given, settings
from rdflib import RDF, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCTERMS, SH, XSD

from bqwgraph.validation.findings import Finding, Report, Severity
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions
from bqwgraph.validation.reports.render import render

from .material import BROKEN_FILE, CLEAN, OVER_TWO_LINES, REPORT, REPORTS, TARGET, WRONG_VALUE, result, sh

pytestmark = pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's JSON-LD parser uses it itself
EARL = Namespace("http://www.w3.org/ns/earl#")
PTR = Namespace("http://www.w3.org/2009/pointers#")
FORMS = [pytest.param(ReportFormat.TURTLE, "turtle", id="turtle"), pytest.param(ReportFormat.JSONLD, "json-ld", id="jsonld")]

DATA = """
@prefix : <urn:x#> .
:a a :C ; :p "x", "y"@zh-Hans, 3 ; :q [ a :D ] .
:b a :C ; :q :c , [ :r "deep" ] .
"""
SHAPES = """
@prefix : <urn:x#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
:S a sh:NodeShape ; sh:targetClass :C ; sh:property :P ,
    [ sh:path ( :q [ sh:inversePath :p ] [ sh:alternativePath ( :p :q ) ] ) ;
      sh:minCount 1 ; sh:message "Missing."@en , "缺。"@zh-Hans ] ,
    [ sh:path :q ; sh:nodeKind sh:IRI ; sh:severity sh:Warning ] ,
    [ sh:path [ sh:zeroOrMorePath :q ] ; sh:in ( :a :b "y"@zh-Hans ) ; sh:severity sh:Info ] .
:P sh:path :p ; sh:datatype xsd:integer ; sh:minCount 1 .
:T a sh:NodeShape ; sh:targetClass :C ;
    sh:sparql [ sh:message "has one" ; sh:select "SELECT $this ?value WHERE { $this <urn:x#q> ?value }" ] .
"""


def reported(shapes: str = SHAPES) -> tuple[Graph, list[Finding]]:
    """Return pySHACL's report, and its results as findings, each with its triples and those of the blank nodes it leads to."""
    _, report, _ = pyshacl.validate(Graph().parse(data=DATA), shacl_graph=Graph().parse(data=shapes), advanced=False)
    assert isinstance(report, Graph)
    triples = list(ox.parse(report.serialize(format="nt"), format=ox.RdfFormat.N_TRIPLES))
    about: dict[object, list[ox.Triple]] = {}
    for quad in triples:
        about.setdefault(quad.subject, []).append(quad.triple)
    findings = []
    for quad in triples:
        if quad.predicate.value == str(SH.result):
            found, waiting = [], [quad.object]
            while waiting:
                node = waiting.pop()
                of_node = about.get(node, [])
                found += [triple for triple in of_node if triple not in found]
                waiting += [t.object for t in of_node if isinstance(t.object, ox.BlankNode) and t.object != node]
            findings.append(Finding("urn:x#S", Severity.INFO, {}, file="a.ttl", line=3, column=1, result=tuple(found)))
    assert len(findings) > 8
    return report, findings


def graph(report: Report, form: ReportFormat = ReportFormat.TURTLE, options: ReportOptions | None = None) -> Graph:
    syntax = {"turtle": "turtle", "jsonld": "json-ld"}[form.value]
    return Graph().parse(data=render(report, form, options or ReportOptions()), format=syntax)


def without_places(whole: Graph) -> Graph:
    bare = Graph()
    pointers = {node for node in whole.subjects(RDF.type) if str(whole.value(node, RDF.type)).startswith(str(PTR))}
    for triple in whole:
        if triple[0] not in pointers and triple[1] not in {EARL.pointer, DCTERMS.relation}:
            bare.add(triple)
    return bare


@pytest.mark.parametrize(("form", "syntax"), FORMS)
def test_without_places_it_is_what_pyshacl_reports(form: ReportFormat, syntax: str) -> None:
    theirs, findings = reported()
    ours = Graph().parse(data=render(replace(REPORT, findings=tuple(findings)), form, ReportOptions()), format=syntax)
    assert len(list(ours.triples((None, EARL.pointer, None)))) == len(findings)
    bare = without_places(ours)
    assert len(bare) == len(theirs)
    assert isomorphic(bare, theirs)


def test_a_blank_node_that_two_results_name_stays_one() -> None:
    theirs, findings = reported()
    shared = {str(node) for node in theirs.objects(None, SH.value) if isinstance(node, BNode)}
    ours = graph(replace(REPORT, findings=tuple(findings)))
    assert len({node for node in ours.objects(None, SH.value) if isinstance(node, BNode)}) == len(shared) == 2


@pytest.mark.parametrize(("form", "syntax"), FORMS)
def test_the_place_of_a_result(form: ReportFormat, syntax: str) -> None:
    body = render(replace(REPORT, findings=(replace(WRONG_VALUE, end_line=4),)), form, ReportOptions(base="graph"))
    read = Graph().parse(data=body, format=syntax)
    (node,) = read.subjects(RDF.type, SH.ValidationResult)
    assert place(read, read.value(node, EARL.pointer)) == [("graph/data/a b.ttl", 3, 6), ("graph/data/a b.ttl", 4, 21)]
    assert place(read, read.value(node, DCTERMS.relation)) == [("graph/data/a b.ttl", 2, 7), ("graph/data/a b.ttl", 2, 10)]
    assert all(
        number.datatype == XSD.positiveInteger for number in read.objects(None, PTR.lineNumber) if isinstance(number, Literal)
    )


def place(read: Graph, pointer: object) -> list[tuple[str, int, int]]:
    assert isinstance(pointer, BNode)
    assert read.value(pointer, RDF.type) == PTR.StartEndPointer
    ends = [read.value(pointer, PTR.startPointer), read.value(pointer, PTR.endPointer)]
    found = []
    for end in ends:
        assert (end, RDF.type, PTR.LineCharPointer) in read
        file, line, column = (read.value(end, term) for term in (PTR.reference, PTR.lineNumber, PTR.charNumber))
        found.append((str(file), int(str(line)), int(str(column))))
    return found


def test_a_place_without_an_end_is_one_point_and_one_without_a_line_a_file() -> None:
    point = graph(replace(REPORT, findings=(replace(WRONG_VALUE, end_line=0, end_column=0, related=()),)))
    (pointer,) = point.objects(None, EARL.pointer)
    assert set(point.predicate_objects(pointer)) == {
        (RDF.type, PTR.LineCharPointer),
        (PTR.reference, Literal("data/a b.ttl")),
        (PTR.lineNumber, Literal("3", datatype=XSD.positiveInteger)),
        (PTR.charNumber, Literal("6", datatype=XSD.positiveInteger)),
    }
    file = graph(replace(REPORT, findings=(replace(WRONG_VALUE, line=0, related=()),)))
    (pointer,) = file.objects(None, EARL.pointer)
    assert set(file.predicate_objects(pointer)) == {(RDF.type, PTR.SinglePointer), (PTR.reference, Literal("data/a b.ttl"))}
    assert not list(graph(replace(REPORT, findings=(replace(WRONG_VALUE, file="", related=()),))).objects(None, EARL.pointer))


def test_only_what_shacl_found_goes_in() -> None:
    read = graph(REPORT)
    assert len(list(read.objects(None, SH.result))) == 1
    assert set(read.objects(None, SH.focusNode)) == {URIRef(TARGET)}


@pytest.mark.parametrize(("form", "syntax"), FORMS)
def test_any_result_at_all_is_against_conformance(form: ReportFormat, syntax: str) -> None:
    def conforms(report: Report) -> object:
        read = Graph().parse(data=render(report, form, ReportOptions()), format=syntax)
        (node,) = read.subjects(RDF.type, SH.ValidationReport)
        (answer,) = read.objects(node, SH.conforms)
        assert isinstance(answer, Literal)
        return answer.value

    info = replace(WRONG_VALUE, severity=Severity.INFO, result=result("r", ox.Literal("x"), "Info"))
    assert conforms(replace(CLEAN, findings=(info,))) is False
    assert conforms(CLEAN) is True
    assert conforms(replace(CLEAN, findings=(OVER_TWO_LINES,))) is True


@pytest.mark.parametrize(("form", "syntax"), FORMS)
def test_where_shacl_did_not_run_there_is_no_report(form: ReportFormat, syntax: str) -> None:
    broken = Report((BROKEN_FILE,), files=1, triples=0, shapes=0, rules=0, checks=("syntax",))
    assert len(Graph().parse(data=render(broken, form, ReportOptions()), format=syntax)) == 0


@pytest.mark.parametrize("form", [ReportFormat.TURTLE, ReportFormat.JSONLD])
def test_language_tags_have_the_usual_capitals(form: ReportFormat) -> None:
    body = render(replace(REPORT, findings=(WRONG_VALUE,)), form, ReportOptions()).decode()
    assert "zh-Hans" in body
    assert "zh-hans" not in body


def test_turtle_names_only_the_prefixes_it_uses() -> None:
    body = render(replace(REPORT, findings=(WRONG_VALUE,)), ReportFormat.TURTLE, ReportOptions()).decode()
    prefixes = {line.split()[1] for line in body.splitlines() if line.startswith("@prefix")}
    assert {"sh:", "ptr:", "earl:", "dcterms:", "xsd:", "rdf:", "bqw:", "shape:", "target:"} == prefixes
    assert "sh:sourceShape shape:Target-value" in body


@pytest.mark.parametrize("form", [ReportFormat.TURTLE, ReportFormat.JSONLD])
def test_engines_labels_and_the_order_of_triples_leave_no_trace(form: ReportFormat) -> None:
    def key(finding: Finding) -> str:
        kinds = sorted(t.object.value for t in finding.result if isinstance(t.object, ox.NamedNode | ox.Literal))
        return repr(kinds)

    bodies = set()
    for turn in range(3):  # pySHACL labels blank nodes anew each time
        found = []
        for line, finding in enumerate(sorted(reported()[1], key=key)):
            head, *rest = finding.result
            rest.sort(key=lambda triple: sha256(f"{turn}{triple}".encode()).digest())
            found.append(replace(finding, line=line, result=(head, *rest)))
        found = found[turn:] + found[:turn]
        bodies.add(render(replace(REPORT, findings=tuple(found)), form, ReportOptions()))
    assert len(bodies) == 1


def test_blank_nodes_are_told_apart_by_what_is_said_of_them() -> None:
    me, one, two = (ox.BlankNode(name) for name in ("r", "one", "two"))
    links = [ox.Triple(me, sh("detail"), node) for node in (one, two)]
    said = [ox.Triple(node, sh("value"), ox.Literal(text)) for node, text in ((one, "1"), (two, "2"))]
    orders = [(links[0], links[1], *said), (links[1], links[0], *said)]
    reports = [replace(REPORT, findings=(replace(WRONG_VALUE, result=triples),)) for triples in orders]
    bodies = {render(report, ReportFormat.TURTLE, ReportOptions()) for report in reports}
    assert len(bodies) == 1


@settings(deadline=None)  # other work on the machine must not fail it
@given(REPORTS)
def test_any_values_read_back_equal(report: Report) -> None:
    wanted = sorted(finding.value for finding in report.findings if finding.result)
    for form in (ReportFormat.TURTLE, ReportFormat.JSONLD):
        read = graph(report, form)
        nodes = list(read.objects(None, SH.result))
        assert sorted(str(read.value(node, SH.value)) for node in nodes) == wanted
        files = {finding.file for finding in report.findings if finding.result} | {
            place.file for finding in report.findings if finding.result for place in finding.related
        }
        assert {str(file) for file in read.objects(None, PTR.reference)} == files - {""}
