"""The guard: what may run, and what is refused in whatever dress."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.engine.guard import Form, admit
from bqwgraph.engine.interface import NotAllowed, QuerySyntaxError

GRAPH = "https://w3id.org/bqwgraph/graph/stated"


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("SELECT * { ?s ?p ?o }", Form.SELECT),
        ("# a comment with LOAD\nPREFIX service: <urn:x> ask { ?s service:insert ?o }", Form.ASK),
        ("SELECT * { GRAPH <http://example.org/service#>\n{ ?s <http://example.org/service> ?o } }", Form.SELECT),
        ("SELECT (?a-?b AS ?c) { ?s ?p 'SERVICE <x> {' FILTER(?service<1 || ?b>2) }", Form.SELECT),
        ("BASE <urn:a> CONSTRUCT { ?s ?p 'SERVICE <x>' } WHERE { ?s ?p ?o }", Form.CONSTRUCT),
        ("DESCRIBE <http://example.org/SERVICE>", Form.DESCRIBE),
        (f"SELECT * FROM <{GRAPH}> {{ ?service ?load ?delete }}", Form.SELECT),
        (f"PREFIX g: <{GRAPH}> SELECT * FROM NAMED g: {{ GRAPH ?g {{ ?s ?p ?o }} }}", Form.SELECT),
        ("BASE <https://w3id.org/bqwgraph/> SELECT * FROM <graph/stated> { ?s ?p ?o }", Form.SELECT),
        (r"SELECT * FROM <https://w3id.org/bqwgraph/graph/\u0073tated> { ?s ?p ?o }", Form.SELECT),
        (f"BASE <http://[> SELECT * FROM <{GRAPH}> {{ ?s ?p ?o }}", Form.SELECT),
        (
            "SELECT * { ?s <http://example.org/insert> ?load . <http://example.org/load> <urn:with> 'DROP {' } # DROP ALL",
            Form.SELECT,
        ),
        ("PREFIX load: <urn:x> SELECT * { load:insert load:data { } }", Form.SELECT),
    ],
)
def test_admitted(query: str, form: Form) -> None:
    assert admit(query, {GRAPH}) is form


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * { service silent ?where { ?s ?p ?o } }",
        "SELECT * {FILTER(?a<?b)SERVICE<http://a>{?s ?p ?o}}",
        r"SELECT * { \u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        r"SELECT * { ?s <http://a/\u0041#b> ?o } # \u000A SERVICE <x> { }",
        r"SELECT * { GRAPH <http://a/\u0041#b> { ?s ?p ?o } SERVICE <x> { } }",
        "SELECT * { SERVICESILENT<http://a>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p trueSERVICE<http://a>{ ?s ?p ?o } }",
        "SELECT * { ?s ?p-1SERVICE<http://a>{ ?s ?p ?o } }",
        "PREFIX : <http://a> SELECT * { ?s :-1SERVICE<http://a>{ ?s ?p ?o } }",
        "PREFIX SERVICE: <http://a> PREFIX : <http://b> SELECT * { SERVICE:x { ?s ?p ?o } }",
        "PREFIX SERVICEa: <http://a> PREFIX a: <http://b> SELECT * { SERVICEa:x { ?s ?p ?o } }",
        "PREFIX : <http://a> SELECT * { FILTER(1<2)SERVICE:#>\n{ ?s ?p ?o } }",
        "PREFIX : <http://a> SELECT * { FILTER(1<=2)SERVICESILENT:#>\n{ ?s ?p ?o } }",
        "SELECT * { FILTER(1<'>')SERVICE <http://a> { ?s ?p ?o } #'\n}",
        "INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "LOAD <file:///etc/passwd>",
        "PREFIX a: <urn:a> DELETE WHERE { ?s ?p ?o }",
        "WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "SELECT * { } ; INSERT DATA { <urn:a> <urn:b> <urn:c> }",
        "ASK { }; load <file:///etc/passwd>",
        "PREFIX e: <urn:e> ASK { } ; LOAD e:x INTO GRAPH <urn:a>",
        "ASK { FILTER(1<'>') } ; DELETE WHERE { ?s ?p ?o } #'",
        r"ASK { } ; \u0044ROP ALL",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        r"BASE <http://a/> SELECT * FROM <https://w3id.org/bqwgraph/graph/sta\u000Ated> { ?s ?p ?o }",
        "BASE <http://[> SELECT * FROM <x> { ?s ?p ?o }",
        "BASE <http://[> PREFIX e: <x> SELECT * FROM e:x { ?s ?p ?o }",
        "SELECT * FROM NAMED <http://127.0.0.1/> { ?s ?p ?o }",
        "BASE <http://127.0.0.1/> SELECT * FROM <x> { ?s ?p ?o }",
        "PREFIX e: <http://127.0.0.1/> SELECT * FROM e:x { ?s ?p ?o }",
    ],
)
def test_refused(query: str) -> None:
    with pytest.raises(NotAllowed):
        admit(query, {GRAPH})


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ('SELECT * { VALUES ?t { """a" } SERVICE <x> { } } #\\z """', 1),
        ("", 1),
        ("# only\n", 1),
        ("HELLO", 1),
        ("\n\nFIND ?x", 3),
        ("SELECT \x00", 1),
        ("ASK {\n?s foo:bar ?o }", 2),
    ],
)
def test_not_a_query(query: str, line: int) -> None:
    with pytest.raises(QuerySyntaxError) as raised:
        admit(query, ())
    assert raised.value.line == line


SPACE = st.sampled_from([" ", "\n", "\t", "# SELECT 'x\n", "  "])
HARMLESS = st.sampled_from(
    ["?s ?p 'SERVICE'", '?s ?p """LOAD "quoted" """', "?s <urn:SERVICE> ?o", "?service a ?load", "_:b ?p 1"]
)


@given(st.lists(HARMLESS, max_size=4), SPACE, st.sampled_from(["SERVICE", "service", "SeRvIcE"]), SPACE, st.integers(0, 4))
def test_service_is_found_wherever_it_stands(patterns: list[str], before: str, word: str, after: str, place: int) -> None:
    quiet = " . ".join(patterns)
    assert admit(f"SELECT * {{ {quiet} }}", ()) is Form.SELECT
    clauses = [*patterns[:place], f"{before}{word}{after}<http://127.0.0.1/>{{ ?a ?b ?c }}", *patterns[place:]]
    with pytest.raises(NotAllowed):
        admit(f"SELECT * {{ {' . '.join(clauses)} }}", ())
