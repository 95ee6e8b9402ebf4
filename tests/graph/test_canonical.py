"""Canonical Turtle: what it looks like, and that no graph is changed by it."""

from collections.abc import Mapping
from random import Random

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bqwgraph.graph.canonical import natural_key, to_turtle
from bqwgraph.graph.namespaces import PREFIXES, expand

EX = "https://example.org/"
EXAMPLE_PREFIXES: Mapping[str, str] = {
    "ex": EX,
    "deep": EX + "deep/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def triples(turtle: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(turtle, format=ox.RdfFormat.TURTLE)]


def fingerprint(statements: list[ox.Triple]) -> ox.Dataset:
    """The graph without its blank node labels: equal for isomorphic graphs."""
    dataset = ox.Dataset(ox.Quad(t.subject, t.predicate, t.object) for t in statements)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


def rewritten(body: str, prefixes: Mapping[str, str] = EXAMPLE_PREFIXES) -> str:
    """The canonical text of some Turtle, without its prefix header."""
    header = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    text = to_turtle(triples(header + body), prefixes)
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("@prefix")).lstrip("\n")


# What it looks like.


def test_the_style_of_the_house() -> None:
    source = """
        @prefix bqw: <https://w3id.org/bqwgraph/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <https://w3id.org/bqwgraph/place/nbs2023-440784>
            bqw:level <https://w3id.org/bqwgraph/vocab/level/county> ;
            skos:prefLabel "Heshan City"@en, "鹤山市"@zh-hans ; a bqw:Place ."""
    assert to_turtle(triples(source), PREFIXES) == (
        "@prefix bqw: <https://w3id.org/bqwgraph/ontology#> .\n"
        "@prefix level: <https://w3id.org/bqwgraph/vocab/level/> .\n"
        "@prefix place: <https://w3id.org/bqwgraph/place/> .\n"
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        "\n"
        "place:nbs2023-440784\n"
        "    a bqw:Place ;\n"
        "    skos:prefLabel\n"
        '        "鹤山市"@zh-Hans ,\n'
        '        "Heshan City"@en ;\n'
        "    bqw:level level:county .\n"
    )


def test_no_statements_give_no_text() -> None:
    assert to_turtle([], PREFIXES) == ""


def test_numbers_are_sorted_by_value() -> None:
    text = rewritten("ex:a-10 ex:p ex:b10, ex:b9 . ex:a-2 ex:p 1 .")
    assert text == ("ex:a-2\n    ex:p 1 .\n\nex:a-10\n    ex:p\n        ex:b9 ,\n        ex:b10 .\n")
    assert natural_key("7" * 9000) < natural_key("8" * 9000)


def test_the_order_of_predicates() -> None:
    text = rewritten(
        "@prefix dcterms: <http://purl.org/dc/terms/> ."
        'ex:x ex:b 1; ex:a 2; skos:definition "d"; skos:altLabel "l"; dcterms:title "t";'
        'skos:prefLabel "p"; a ex:C.',
        {**EXAMPLE_PREFIXES, "dcterms": "http://purl.org/dc/terms/"},
    )
    assert [line.split()[0] for line in text.splitlines()] == [
        "ex:x",
        "a",
        "skos:prefLabel",
        "dcterms:title",
        "skos:altLabel",
        "skos:definition",
        "ex:a",
        "ex:b",
    ]


@pytest.mark.parametrize(
    "names",
    [
        "a sh:targetClass sh:path sh:name sh:datatype sh:in sh:minCount sh:maxCount sh:node sh:message sh:severity sh:property",
        "a rdfs:label skos:definition rdfs:subClassOf rdfs:domain rdfs:range owl:inverseOf skos:note rdfs:isDefinedBy",
    ],
)
def test_the_order_of_predicates_in_a_shape_and_in_a_term(names: str) -> None:
    order = names.split()
    said = [f"<{expand(name)}> 1" for name in sorted(order[1:])]
    text = to_turtle(triples(f"<{EX}x> {' ; '.join([*said, 'a 1'])} ."), PREFIXES)
    assert [line.split()[0] for line in text.split("\n\n")[1].splitlines()[1:]] == order


def test_the_order_of_objects() -> None:
    text = rewritten('ex:x ex:p ex:y, [], 3, "z", "fr"@fr, "en"@en, "中"@zh-Hans .')
    assert [line.strip(" ,.") for line in text.splitlines()[2:]] == [
        '"中"@zh-Hans',
        '"en"@en',
        '"fr"@fr',
        "3",
        '"z"',
        "ex:y",
        "[]",
    ]


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("ZH-HANS", "zh-Hans"),
        ("zh-latn-PINYIN", "zh-Latn-pinyin"),
        ("en-gb", "en-GB"),
        ("en-ca-x-ca", "en-CA-x-ca"),
    ],
)
def test_language_tags_take_their_usual_capitals(written: str, tag: str) -> None:
    assert rewritten(f'ex:x ex:p "t"@{written} .') == f'ex:x\n    ex:p "t"@{tag} .\n'


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"007"^^xsd:integer', "007"),
        ('"+1.50"^^xsd:decimal', "+1.50"),
        ('"1."^^xsd:decimal', '"1."^^xsd:decimal'),
        ('"true"^^xsd:boolean', "true"),
        ('"1"^^xsd:boolean', '"1"^^xsd:boolean'),
        ('"-1.E3"^^xsd:double', "-1.E3"),
        ('"1.5"^^xsd:double', '"1.5"^^xsd:double'),
        ('"many"^^xsd:integer', '"many"^^xsd:integer'),
        ('"x"^^xsd:string', '"x"'),
        ('"2023"^^xsd:gYear', '"2023"^^xsd:gYear'),
        (r'"a\"b\\c\td\re\u0000\u200B"', r'"a\"b\\c\td\re\u0000\u200B"'),
        (r'"say \"a\"\nand \"\"\"b\""', '"""say "a"\nand \\"\\""b\\""""'),
    ],
)
def test_literals(written: str, expected: str) -> None:
    assert rewritten(f"ex:x ex:p {written} .") == f"ex:x\n    ex:p {expected} .\n"


@pytest.mark.parametrize(
    ("iri", "expected"),
    [
        (EX + "a.b-c_1", "ex:a.b-c_1"),
        (EX + "deep/a", "deep:a"),
        (EX + "deep", "ex:deep"),
        (EX, f"<{EX}>"),
        (EX + "a.", f"<{EX}a.>"),
        (EX + "-a", f"<{EX}-a>"),
        (EX + "a/b", f"<{EX}a/b>"),
        (EX + "a%20b", f"<{EX}a%20b>"),
        (EX + "五", f"<{EX}五>"),
    ],
)
def test_only_plain_local_names_are_abbreviated(iri: str, expected: str) -> None:
    assert rewritten(f"<{iri}> ex:p 1 .") == f"{expected}\n    ex:p 1 .\n"


def test_a_blank_node_is_nested_where_it_is_mentioned() -> None:
    assert rewritten("ex:x ex:p _:a . _:a ex:q _:b ; ex:p 1 . _:b ex:q 2 .") == (
        "ex:x\n    ex:p [\n        ex:p 1 ;\n        ex:q [\n            ex:q 2\n        ]\n    ] .\n"
    )


def test_blank_nodes_mentioned_twice_or_in_a_circle_get_labels() -> None:
    assert rewritten("ex:x ex:p _:z . ex:y ex:p _:z .") == ("ex:x\n    ex:p _:b0 .\n\nex:y\n    ex:p _:b0 .\n")
    assert rewritten("_:self ex:p _:self, [ ex:q 1 ] .") == (
        "_:b0\n    ex:p\n        [\n            ex:q 1\n        ] ,\n        _:b0 .\n"
    )


def test_a_blank_node_that_nothing_mentions_has_no_label() -> None:
    assert rewritten("[] ex:p 2 . [] ex:p 1 .") == "[]\n    ex:p 1 .\n\n[]\n    ex:p 2 .\n"


def test_lists() -> None:
    assert rewritten("ex:x ex:p ( 1 ( ) ( ex:a ) [ ex:q 2 ] ) ; ex:q () .") == (
        "ex:x\n    ex:p (\n        1\n        ()\n        ( ex:a )\n        [\n"
        "            ex:q 2\n        ]\n    ) ;\n    ex:q () .\n"
    )
    assert rewritten("ex:x ex:p ( 3 1 2 ) .") == "ex:x\n    ex:p ( 3 1 2 ) .\n"


@pytest.mark.parametrize(
    "body",
    [
        "_:l rdf:first _:l ; rdf:rest () .",
        "_:l rdf:first 1 ; rdf:rest _:l .",
        "_:l rdf:first _:m ; rdf:rest () . _:m rdf:first _:l ; rdf:rest () .",
        "_:l rdf:first 1, 2 ; rdf:rest () . ex:x ex:p _:l .",
        "_:l rdf:first 1 ; rdf:rest ( 2 3 ) . ex:x ex:p _:l . ex:y ex:p _:l .",
        "_:l rdf:first 1 ; rdf:rest ( 2 ) ; ex:p 3 . ex:x ex:p _:l .",
        "( 1 2 ) ex:p 3 .",
        "[] rdf:first 1 ; rdf:rest () .",
        "rdf:nil ex:p rdf:nil ; rdf:rest rdf:nil .",
        "ex:x rdf:first 1 ; rdf:rest () .",
        "ex:x ex:p ( " + "[ ex:p ( " * 60 + ") ]" * 60 + ") .",
        "ex:x ex:p ( 1 ), ( 1 ), [], [] .",
    ],
)
def test_odd_shapes_come_back_as_they_were(body: str) -> None:
    header = "".join(f"@prefix {n}: <{iri}> .\n" for n, iri in EXAMPLE_PREFIXES.items())
    before = triples(header + body)
    text = to_turtle(before, EXAMPLE_PREFIXES)
    assert fingerprint(triples(text)) == fingerprint(before)
    assert to_turtle(triples(text), EXAMPLE_PREFIXES) == text


@pytest.mark.parametrize(
    "body",
    [
        "_:n0 ex:p 1 ." + " ".join(f"_:n{n} ex:p _:n{n + 1} ." for n in range(150)),
        " ".join(f"_:n{n} ex:p _:n{(n + 1) % 40} ." for n in range(40)),
        " ".join(f"_:n{n} ex:p _:n{n} ." for n in range(40)),
        "ex:x ex:p ( " + "1 " * 3000 + ") .",
        "ex:x ex:p ( " + "[] " * 300 + ") .",
    ],
)
def test_many_nodes_that_look_alike_take_no_long_time(body: str) -> None:
    # Comparing such graphs node by node takes too long, so here the text is compared.
    header = "".join(f"@prefix {n}: <{iri}> .\n" for n, iri in EXAMPLE_PREFIXES.items())
    before = triples(header + body)
    text = to_turtle(before, EXAMPLE_PREFIXES)
    after = triples(text)
    assert len(after) == len(before)
    assert to_turtle(after, EXAMPLE_PREFIXES) == text


def test_circles_of_two_and_of_three_do_not_change_places() -> None:
    two = " _:b ex:p _:a . _:a ex:p _:b ."
    three = " _:c ex:p _:d . _:d ex:p _:e . _:e ex:p _:c ."
    assert rewritten(two + three) == rewritten(three + two)


def test_a_triple_as_an_object_is_refused() -> None:
    inner = ox.Triple(ox.NamedNode(EX), ox.NamedNode(EX), ox.NamedNode(EX))
    with pytest.raises(ValueError, match=r"Turtle 1\.1"):
        to_turtle([ox.Triple(ox.NamedNode(EX), ox.NamedNode(EX), inner)], {})


# What it keeps, whatever the graph.

local_names = st.text("ab01.-_/%é五:~'()", min_size=0, max_size=6).map(lambda text: text.replace("%", "%20"))
iris = st.builds(
    lambda namespace, local: ox.NamedNode(namespace + local),
    st.sampled_from([EX, EX + "deep/", "urn:other:"]),
    local_names,
)
special = [ox.NamedNode(EXAMPLE_PREFIXES["rdf"] + name) for name in ("first", "rest", "nil", "type")]
blanks = st.integers(0, 5).map(lambda number: ox.BlankNode(f"n{number}"))
texts = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.text('a"\\\n\r\t\u2028', max_size=12),
)
literals = st.one_of(
    st.builds(ox.Literal, texts),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag),
        texts,
        st.sampled_from(["zh-Hans", "en", "EN-gb", "zh-Latn-pinyin", "de-x-ab-cdef"]),
    ),
    st.builds(
        lambda text, name: ox.Literal(text, datatype=ox.NamedNode(EXAMPLE_PREFIXES["xsd"] + name)),
        st.one_of(texts, st.from_regex(r"[+-]?[0-9]{0,3}\.?[0-9]{0,2}", fullmatch=True)),
        st.sampled_from(["integer", "decimal", "boolean", "double", "date"]),
    ),
)
predicates = st.one_of(iris, st.sampled_from(special))
statements = st.builds(
    ox.Triple,
    st.one_of(iris, blanks, st.sampled_from(special)),
    predicates,
    st.one_of(iris, blanks, literals, st.sampled_from(special)),
)
linked = st.builds(ox.Triple, blanks, st.sampled_from(special), blanks)
graphs = st.lists(st.one_of(statements, linked), max_size=14)


@settings(max_examples=400, deadline=None)
@given(graphs, st.randoms(use_true_random=False))
def test_any_graph_survives_and_the_text_is_settled(graph: list[ox.Triple], random: Random) -> None:
    text = to_turtle(graph, EXAMPLE_PREFIXES)
    back = triples(text)
    assert fingerprint(back) == fingerprint(graph)
    assert to_turtle(back, EXAMPLE_PREFIXES) == text
    other = [
        ox.Triple(
            ox.BlankNode("m" + t.subject.value) if isinstance(t.subject, ox.BlankNode) else t.subject,
            t.predicate,
            ox.BlankNode("m" + t.object.value) if isinstance(t.object, ox.BlankNode) else t.object,
        )
        for t in graph
    ]
    random.shuffle(other)
    assert to_turtle(other, EXAMPLE_PREFIXES) == text
