"""Odd but valid: ways of writing Turtle, TriG and N-Quads, and shapes, that are rare; the places are marked in the texts."""

import re
from pathlib import Path

import pytest

from bqwgraph.validation.checks import Options, validate_files
from bqwgraph.validation.findings import Report

from .here import Here

HEAD = "@prefix ex: <http://example.org/> .\n"
XSD = "http://www.w3.org/2001/XMLSchema#"
SHAPES = (
    "@prefix sh: <http://www.w3.org/ns/shacl#> .\n@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n"
    f"@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n@prefix xsd: <{XSD}> .\n{HEAD}"
)
ALL_WRONG = "ex:S a sh:NodeShape ; sh:targetSubjectsOf ex:p ; sh:property [ sh:path ex:p ; sh:pattern '^never$' ] ."
ON_CLASS = "ex:S a sh:NodeShape ; sh:targetClass ex:C ; "
DECLARED = "sh:declare [ sh:prefix 'e' ; sh:namespace 'http://example.org/'^^xsd:anyURI ]"
Span = tuple[int, int, int, int]


def unmarked(text: str) -> tuple[str, list[Span]]:
    """Return a text without its marks « and », and where they were: line and column of start and end."""
    lines, written, open_, spans = re.split(r"(?<=\n)|(?<=\r)(?!\n)", text), list[str](), list[tuple[int, int]](), list[Span]()
    for number, line in enumerate(lines, 1):
        column = 1
        for character in line:
            if character == "«":
                open_.append((number, column))
            elif character == "»":
                spans.append((*open_.pop(), number, column))
            else:
                written.append(character)
                column += character != "\ufeff"
    return "".join(written), spans


def checked(folder: Path, text: str, shapes: str, name: str = "data.ttl", against: str = "") -> Report:
    (folder / name).write_bytes(text.encode())
    (folder / "shapes.ttl").write_text(SHAPES + shapes, "utf-8")
    options = Options(frozenset({"syntax", "shacl"}), engine=Here("shacl"), against=Here(against) if against else None)
    return validate_files([str(folder / name)], [str(folder / "shapes.ttl")], options)


def spans(report: Report) -> list[Span]:
    return sorted((found.line, found.column, found.end_line, found.end_column) for found in report.findings)


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + "ex:a ex:p «1» .",
        HEAD.replace("\n", "\r\n") + "ex:a\r\n\tex:p\t«'''a\r\nb'''» .\r\n",
        HEAD.replace("\n", "\r") + "ex:a\r\tex:p\t«1» .\r",
        HEAD + '\t\tex:a ex:p «"江门😀é"@zh», «"百"^^ex:t» .',
        HEAD + "ex:a ex:p «'e\u0301'», «'👨\u200d👩\u200d👧'» , «'\u2028\u0085'», «3» .",
        HEAD + 'ex:a ex:q """x\n😀\ny""" ; ex:p «<urn:z>» , «[ ex:q [ ex:r ( 1 2 ) ] ]» , «( )» , «( ex:b )» .',
        HEAD + "ex:a ex:p «1» ; ; ; ex:q 2 ;; .",
        HEAD + "@prefix ex: <http://other/> . ex:a ex:p 1 . " + HEAD + "ex:a ex:p «ex:b» .",
        HEAD + "@base <http://b/x/> . <> ex:p «<>» , «<#f>» , «<../y>» . BASE <z/> <a> ex:p «<b>» .",
        HEAD + "ex:a ex:p «<http://e/%E6%B1%9F>» , «ex:%20x» , «ex:a\\,b» , «<http://e/\\u6c5f>» , «'\\U0001F600\\n'» .",
        HEAD + "ex:a ex:p «.5» , «-1.e3» , «1.0E+5» , «true» , «+3» , «ex:b.c», «ex:d».",
        HEAD + "ex:a ex:p «01» , «1» , «1.0» .",
        HEAD + "ex:a#c\nex:p#c »\n".replace("»", ";") + "«'#'»#.\n.",
        HEAD + "[] ex:p «1» . [ ex:p «2» ] . [ ex:p «3» ] ex:p «4» . ( 5 ) ex:q [ ex:p «6» ] .",
        HEAD + "_:a.b ex:p «_:a.b» . ex: ex:p «ex:» . ex:é ex:p «ex:江门·» .",
        HEAD + 'ex:a ex:p «\'x\'^^<http://e/t>» , «\'y\' ^^ ex:t» , «\'z\'\n#c\n@en-GB» , «"""a"b""c\\""""» .',
        "PREFIX ex: <http://example.org/> ex:a ex:p «1» . pReFiX : <http://example.org/> :a :p «2» .",
    ],
)
def test_odd_turtle(tmp_path: Path, text: str) -> None:
    written, places = unmarked(text)
    assert spans(checked(tmp_path, written, ALL_WRONG)) == sorted(places)


@pytest.mark.parametrize(
    "text",
    [
        "{ ex:a ex:p «1» }",
        "ex:g { ex:a ex:p «1» . ex:b ex:p «2» }",
        "GRAPH ex:g { ex:a ex:p «[ ex:q 1 ]» . } ex:g { } { }",
        "_:g { ex:a ex:p «1» } ex:a ex:p «2» . [] { ex:b ex:p «1» }",
        "{ [ ex:p «1» ] . [ ex:p «2» ] } graph <http://g/> {}",
    ],
)
def test_odd_trig(tmp_path: Path, text: str) -> None:
    written, places = unmarked(HEAD + text)
    assert spans(checked(tmp_path, written, ALL_WRONG, "data.trig")) == sorted(places)


@pytest.mark.parametrize(
    "text",
    [
        '<http://e/a> P «"x"» <http://g/> .',
        '_:a P «_:b» _:g .\n# c\n<http://e/a> P «"a\\"b <http://x/> ."@en» .',
        '\t<http://e/a>\tP\t«"x"^^<http://t/>»\t_:g\t.\r\n<http://e/a>P«"y"»<http://g/>.',
        '<http://e/a> P «"\\u6c5f😀"»<http://g/>. # x <y>\n<http://e/a> P «_:b.c» <http://g/>.',
    ],
)
def test_odd_n_quads(tmp_path: Path, text: str) -> None:
    written, places = unmarked(text.replace("P", "<http://example.org/p>"))
    assert spans(checked(tmp_path, written, ALL_WRONG, "data.nq")) == sorted(places)


@pytest.mark.parametrize("text", ["", "\ufeff", "# only a comment\n", HEAD, HEAD + "# no end of line", "\r\n\r\n"])
def test_files_without_triples_are_no_fault_of_syntax(tmp_path: Path, text: str) -> None:
    (tmp_path / "empty.ttl").write_bytes(text.encode())
    (tmp_path / "data.ttl").write_text(HEAD + "ex:a ex:q 1 .", "utf-8")
    report = validate_files([str(tmp_path)], [], Options(frozenset({"syntax"})))
    assert (report.findings, report.files) == ((), 2)


@pytest.mark.parametrize(
    ("text", "shapes"),
    [
        ("ex:a a ex:C ; ex:p «2» .", "sh:property [ sh:path ex:p ; sh:xone ( [ sh:minInclusive 1 ] [ sh:maxInclusive 3 ] ) ] ."),
        (
            "ex:a a ex:C ; «ex:q» 2 ; «ex:q» 3 ; ex:p 3 .",
            "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path ex:p ] .",
        ),
        (
            "ex:a a ex:C ; ex:p 'a'@en, «'b'@EN», 'c'@de, «'d'@de», 'e' .",
            "sh:property [ sh:path ex:p ; sh:uniqueLang true ] .",
        ),
        (
            "ex:a a ex:C ; ex:p 'a'@en , «'b'@fr» , «'c'» , 'x'@en-GB , «5» .",
            "sh:property [ sh:path ex:p ; sh:languageIn ( 'en' ) ] .",
        ),
        ("«ex:b» ex:r ex:a . ex:a a ex:C .", "sh:property [ sh:path [ sh:inversePath ex:r ] ; sh:class ex:D ] ."),
        ("«ex:a» a ex:C .", "sh:property [ sh:path [ sh:zeroOrMorePath ex:r ] ; sh:class ex:D ] ."),
        (
            "ex:a a ex:C ; ex:r ex:b . ex:b ex:r «ex:a» .",
            "sh:property [ sh:path [ sh:oneOrMorePath ex:r ] ; sh:not [ sh:class ex:C ] ] .",
        ),
        (
            "ex:a a ex:C ; ex:knows «ex:b» . ex:b ex:knows ex:c .",
            "sh:property [ sh:path ex:knows ; sh:node [ sh:property [ sh:path ex:knows ; sh:maxCount 0 ] ] ] .",
        ),
        ("ex:a a ex:C ; ex:p 1 .", "sh:deactivated true ; sh:property [ sh:path ex:p ; sh:maxCount 0 ] ."),
        ("ex:a a ex:C ; ex:p 1 .", "sh:property [ sh:path ex:p ; sh:maxCount 0 ; sh:deactivated true ] ."),
        ("ex:a a ex:C ; ex:p «5» , 1 ; ex:q 3 .", "sh:property [ sh:path ex:p ; sh:lessThan ex:q ] ."),
        ("ex:a a ex:C ; ex:p «'a'» ; ex:q 3 .", "sh:property [ sh:path ex:p ; sh:lessThan ex:q ] ."),
        (
            "ex:a a ex:C ; ex:p ( 1 «'x'» 2 ) .",
            "sh:property [ sh:path ( ex:p [ sh:zeroOrMorePath rdf:rest ] rdf:first ) ; sh:datatype xsd:integer ] .",
        ),
        (f"ex:a a ex:C ; ex:p «'2020-13-01'^^<{XSD}date>» .", "sh:property [ sh:path ex:p ; sh:datatype xsd:date ] ."),
        ("ex:a a ex:C ; ex:p «1» , «2» .", "sh:property [ sh:path ex:p ; sh:in ( ) ] ."),
        ("ex:a a ex:C ; ex:p ex:a .", "sh:property [ sh:path ex:p ; sh:node ex:S ] ."),
        (
            "ex:a a ex:C ; ex:p «5» .",
            f"sh:sparql [ sh:prefixes [ {DECLARED} ] ; sh:select 'SELECT $this ?value WHERE {{ $this e:p ?value }}' ] .",
        ),
    ],
)
def test_odd_shapes(tmp_path: Path, text: str, shapes: str) -> None:
    """Both engines agree on them."""
    written, places = unmarked(HEAD + text)
    assert spans(checked(tmp_path, written, ON_CLASS + shapes, against="pyshacl")) == sorted(places)


def test_which_values_fit_a_qualified_shape_is_not_guessed(tmp_path: Path) -> None:
    """The property is pointed at, with all values beside it; where all must fit, the last as for other counts."""
    shape = "sh:property [ sh:path ex:p ; sh:qualifiedValueShape [ sh:hasValue 1 ] ; sh:qualifiedMaxCount 0 ] ."
    (found,) = checked(tmp_path, HEAD + "ex:a a ex:C ;\n ex:p 1 , 2 .", ON_CLASS + shape).findings
    assert (found.line, found.column, found.end_column) == (3, 2, 6)
    assert [(place.line, place.column) for place in found.related] == [(3, 7), (3, 11)]
    (found,) = checked(tmp_path, HEAD + "ex:a a ex:C ;\n ex:p 1 .", ON_CLASS + shape).findings
    assert (found.line, found.column, found.related) == (3, 7, ())


def test_a_node_is_pointed_at_where_its_place_is_known(tmp_path: Path) -> None:
    """The link to the node is by the key of a map, and has no place of its own."""
    text = """{"@context": {"@vocab": "http://example.org/", "m": {"@container": "@id"}},
 "@graph": [{"m": {"http://example.org/b": {
  "p": 1}}}]}"""
    shapes = "ex:S a sh:NodeShape ; sh:targetNode ex:b ; sh:property [ sh:path ex:q ; sh:minCount 1 ] ."
    assert spans(checked(tmp_path, text, shapes, "data.jsonld")) == [(2, 44, 3, 10)]


def test_messages_in_several_languages_stay_apart(tmp_path: Path) -> None:
    texts = "'en'@en , 'de'@de , '中'@zh , 'plain' , 'second'@en"
    shapes = f"{ON_CLASS} sh:property [ sh:path ex:p ; sh:maxCount 0 ; sh:message {texts} ] ."
    (found,) = checked(tmp_path, HEAD + "ex:a a ex:C ; ex:p 1 .", shapes).findings
    assert dict(found.message) == {"en": "en second", "de": "de", "zh": "中"}


def test_a_severity_of_somebody_elses_fails(tmp_path: Path) -> None:
    shapes = ON_CLASS + "sh:property [ sh:path ex:p ; sh:maxCount 0 ; sh:severity ex:Fatal ] ."
    report = checked(tmp_path, HEAD + "ex:a a ex:C ; ex:p 1 .", shapes)
    assert not report.conforms()
