"""Source positions: exact for every notation, in random layouts and throughout the W3C's tests; never wrong in silence."""

import os
import random
import re
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bqwgraph.graph.positions import Placed, PositionsDisagree, Span, locate
from bqwgraph.graph.reading import parse_turtle

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
TURTLE, TRIG, N_TRIPLES = ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N_TRIPLES


def lines_of(text: str) -> list[str]:
    return re.split(r"(?<=\n)|(?<=\r)(?!\n)", text)


def text_at(lines: list[str], span: Span) -> str:
    """What stands between two positions, counted out the slow way."""
    within = lines[span.line - 1 : span.end_line]
    within[-1] = within[-1][: span.end_column - 1]
    within[0] = within[0][span.column - 1 :]
    return "".join(within)


# Every notation. A term is expected as "line:column text"; the text says where it ends.

PREFIX = "PREFIX : <http://e/> "  # 21 characters, before each of the texts


def case(text: str, *expected: list[str]) -> tuple[str, list[list[str]]]:
    return text, list(expected)


CASES = {
    "one triple": case(":s :p :o .", ["1:22 :s", "1:25 :p", "1:28 :o"]),
    "an object list over lines": case(
        "\n:s :p :a,\n  :b\n  , :c.",
        ["2:1 :s", "2:4 :p", "2:7 :a"],
        ["2:1 :s", "2:4 :p", "3:3 :b"],
        ["2:1 :s", "2:4 :p", "4:5 :c"],
    ),
    "semicolons, repeated and trailing": case(
        "\n:s :p 1 ;; a :C ;\n ; .",
        ["2:1 :s", "2:4 :p", "2:7 1"],
        ["2:1 :s", "2:12 a", "2:14 :C"],
    ),
    "IRIs": case(
        "\nBASE <http://b/>\n<> <#p> <\\u0061/../x>,<http://c>.",
        ["3:1 <>", "3:4 <#p>", "3:9 <\\u0061/../x>"],
        ["3:1 <>", "3:4 <#p>", "3:23 <http://c>"],
    ),
    "directives of both styles, in any case, in the middle": case(
        "\n@prefix  a.b:#x\n<http://a/> . @base <http://b/> .pREFIX : <x#>bAsE<y/> @version '1.2' . VERSION \"1.2\"\n"
        "@prefix c: <z> . a.b:x :y <z> .",
        ["4:18 a.b:x", "4:24 :y", "4:27 <z>"],
    ),
    "names like keywords": case(
        "\nPREFIX prefix: <u:> PREFIX base: <v:> PREFIX a: <w:> PREFIX true: <x:> PREFIX graph: <y:>\n"
        "prefix: base:a a:a, true:false, graph:.",
        ["3:1 prefix:", "3:9 base:a", "3:16 a:a"],
        ["3:1 prefix:", "3:9 base:a", "3:21 true:false"],
        ["3:1 prefix:", "3:9 base:a", "3:33 graph:"],
    ),
    "names with dots, colons, percents and escapes": case(
        "\n:a.b:c :%41\\~-.\\. :\\-.d..e.\n",
        ["2:1 :a.b:c", "2:8 :%41\\~-.\\.", "2:19 :\\-.d..e"],
    ),
    "names that touch": case(
        "\n_:s:p _:a.b,:,:o#c\n. _:s:p _:b.:c:d :e 1.",
        ["2:1 _:s", "2:4 :p", "2:7 _:a.b"],
        ["2:1 _:s", "2:4 :p", "2:13 :"],
        ["2:1 _:s", "2:4 :p", "2:15 :o"],
        ["3:3 _:s", "3:6 :p", "3:9 _:b"],
        ["3:13 :c:d", "3:18 :e", "3:21 1"],
    ),
    "an empty local name before a number": case("\n:s :-1, +.5.", ["2:1 :s", "2:4 :", "2:5 -1"], ["2:1 :s", "2:4 :", "2:9 +.5"]),
    "numbers and booleans": case(
        "\n:s :p 1,1.5,.5,-1e3,1.E-1,+.5e0,true,false,1.",
        ["2:1 :s", "2:4 :p", "2:7 1"],
        ["2:1 :s", "2:4 :p", "2:9 1.5"],
        ["2:1 :s", "2:4 :p", "2:13 .5"],
        ["2:1 :s", "2:4 :p", "2:16 -1e3"],
        ["2:1 :s", "2:4 :p", "2:21 1.E-1"],
        ["2:1 :s", "2:4 :p", "2:27 +.5e0"],
        ["2:1 :s", "2:4 :p", "2:33 true"],
        ["2:1 :s", "2:4 :p", "2:38 false"],
        ["2:1 :s", "2:4 :p", "2:44 1"],
    ),
    "strings of four kinds": case(
        '\n:s :p "a\\"\'#", \'b\\\'"\', """c"\n""\\"\r\n""", \'\'\'d\'\r\'\'\\\'\'\'\', "", \'\', """""".',
        ["2:1 :s", "2:4 :p", '2:7 "a\\"\'#"'],
        ["2:1 :s", "2:4 :p", "2:16 'b\\'\"'"],
        ["2:1 :s", "2:4 :p", '2:24 """c"\n""\\"\r\n"""'],
        ["2:1 :s", "2:4 :p", "4:6 '''d'\r''\\''''"],
        ["2:1 :s", "2:4 :p", '5:10 ""'],
        ["2:1 :s", "2:4 :p", "5:14 ''"],
        ["2:1 :s", "2:4 :p", '5:18 """"""'],
    ),
    "language tags and datatypes, with their strings": case(
        "\n:s :p 'a'@en,\"b\"@zh-Hans-cn--ltr,'c'^^:d.e,'f' #'\n@de, 'g' ^^\n <u:t>.",
        ["2:1 :s", "2:4 :p", "2:7 'a'@en"],
        ["2:1 :s", "2:4 :p", '2:14 "b"@zh-Hans-cn--ltr'],
        ["2:1 :s", "2:4 :p", "2:34 'c'^^:d.e"],
        ["2:1 :s", "2:4 :p", "2:44 'f' #'\n@de"],
        ["2:1 :s", "2:4 :p", "3:6 'g' ^^\n <u:t>"],
    ),
    "comments everywhere": case(
        "#:a :b :c .\n:s#x\n#y\n:p # .\n 'a'#]\r, # '\r\n<u:#x>.#",
        ["2:1 :s", "4:1 :p", "5:2 'a'"],
        ["2:1 :s", "4:1 :p", "7:1 <u:#x>"],
    ),
    "line ends of three kinds": case(
        "\r:s\r\n:p\n1,\n\r2.",
        ["2:1 :s", "3:1 :p", "4:1 1"],
        ["2:1 :s", "3:1 :p", "6:1 2"],
    ),
    "what only looks like a line end": case(
        "\n:s :p 'a\u2028b\x0b\x85', 1.",
        ["2:1 :s", "2:4 :p", "2:7 'a\u2028b\x0b\x85'"],
        ["2:1 :s", "2:4 :p", "2:16 1"],
    ),
    "characters, not bytes": case(
        "\n:鹤山 :😀 '鹤山😀'@zh,:o.",
        ["2:1 :鹤山", "2:5 :😀", "2:8 '鹤山😀'@zh"],
        ["2:1 :鹤山", "2:5 :😀", "2:17 :o"],
    ),
    "empty brackets": case("\n[] :p [ \n ].", ["2:1 []", "2:4 :p", "2:7 [ \n ]"]),
    "brackets as subject, alone": case("\n[ :p 1 ] .", ["2:1 [ :p 1 ]", "2:3 :p", "2:6 1"]),
    "brackets as subject, with more": case(
        "\n[:p 1] :q 2 .",
        ["2:1 [:p 1]", "2:2 :p", "2:5 1"],
        ["2:1 [:p 1]", "2:8 :q", "2:11 2"],
    ),
    "nested brackets": case(
        "\n:s :p [ :q [\n:r 1 ; ] , 2 ].",
        ["2:12 [\n:r 1 ; ]", "3:1 :r", "3:4 1"],
        ["2:7 [ :q [\n:r 1 ; ] , 2 ]", "2:9 :q", "2:12 [\n:r 1 ; ]"],
        ["2:7 [ :q [\n:r 1 ; ] , 2 ]", "2:9 :q", "3:12 2"],
        ["2:1 :s", "2:4 :p", "2:7 [ :q [\n:r 1 ; ] , 2 ]"],
    ),
    "a string that ends brackets comes after them": case(
        "\n:s :p [ :q 'x' ].",
        ["2:1 :s", "2:4 :p", "2:7 [ :q 'x' ]"],
        ["2:7 [ :q 'x' ]", "2:9 :q", "2:12 'x'"],
    ),
    "empty lists": case("\n() :p ( ).", ["2:1 ()", "2:4 :p", "2:7 ( )"]),
    "a list as object": case(
        "\n:s :p (1 :b\n).",
        ["2:7 (1 :b\n)", "2:8 1", "2:8 1"],
        ["2:1 :s", "2:4 :p", "2:7 (1 :b\n)"],
        ["2:10 :b", "2:10 :b", "2:10 :b"],
        ["2:7 (1 :b\n)", "2:10 :b", "2:10 :b"],
        ["2:10 :b", "3:1 )", "3:1 )"],
    ),
    "a list as subject": case(
        "\n(1) :p 2.",
        ["2:1 (1)", "2:2 1", "2:2 1"],
        ["2:1 (1)", "2:3 )", "2:3 )"],
        ["2:1 (1)", "2:5 :p", "2:8 2"],
    ),
    "lists of strings": case(
        "\n:s :p ('a' 'b'@en 'c').",
        ["2:1 :s", "2:4 :p", "2:7 ('a' 'b'@en 'c')"],
        ["2:7 ('a' 'b'@en 'c')", "2:12 'b'@en", "2:12 'b'@en"],
        ["2:7 ('a' 'b'@en 'c')", "2:8 'a'", "2:8 'a'"],
        ["2:12 'b'@en", "2:12 'b'@en", "2:12 'b'@en"],
        ["2:12 'b'@en", "2:19 'c'", "2:19 'c'"],
        ["2:19 'c'", "2:22 )", "2:22 )"],
        ["2:19 'c'", "2:19 'c'", "2:19 'c'"],
    ),
    "lists in lists, and brackets": case(
        "\n:s :p (() [:q 1] (2)).",
        ["2:1 :s", "2:4 :p", "2:7 (() [:q 1] (2))"],
        ["2:7 (() [:q 1] (2))", "2:8 ()", "2:8 ()"],
        ["2:7 (() [:q 1] (2))", "2:11 [:q 1]", "2:11 [:q 1]"],
        ["2:11 [:q 1]", "2:12 :q", "2:15 1"],
        ["2:11 [:q 1]", "2:11 [:q 1]", "2:11 [:q 1]"],
        ["2:11 [:q 1]", "2:18 (2)", "2:18 (2)"],
        ["2:18 (2)", "2:19 2", "2:19 2"],
        ["2:18 (2)", "2:18 (2)", "2:18 (2)"],
        ["2:18 (2)", "2:20 )", "2:20 )"],
        ["2:18 (2)", "2:21 )", "2:21 )"],
    ),
    "a triple term": case("\n:s :p <<( :a :b <<(:c a '1')>> )>>.", ["2:1 :s", "2:4 :p", "2:7 <<( :a :b <<(:c a '1')>> )>>"]),
    "reified triples": case(
        "\n<<:s :p 1>> :q <<[] :r 'x' ~ :t>>.",
        ["2:1 <<:s :p 1>>", "2:3 :s :p 1", "2:3 :s :p 1"],
        ["2:30 :t", "2:18 [] :r 'x'", "2:18 [] :r 'x'"],
        ["2:1 <<:s :p 1>>", "2:13 :q", "2:16 <<[] :r 'x' ~ :t>>"],
    ),
    "a reified triple alone, with a reifier without name": case(
        "\n<<:s :p <<:a :b :c>> ~ >>.",
        ["2:9 <<:a :b :c>>", "2:11 :a :b :c", "2:11 :a :b :c"],
        ["2:22 ~", "2:3 :s :p <<:a :b :c>>", "2:3 :s :p <<:a :b :c>>"],
    ),
    "reified triples in reified triples, with names": case(
        "\n<<<<:a :b :c ~ :r>> :p <<:d :e :f~_:r>> ~:t>>.",
        ["2:16 :r", "2:5 :a :b :c", "2:5 :a :b :c"],
        ["2:35 _:r", "2:26 :d :e :f", "2:26 :d :e :f"],
        ["2:42 :t", "2:3 <<:a :b :c ~ :r>> :p <<:d :e :f~_:r>>", "2:3 <<:a :b :c ~ :r>> :p <<:d :e :f~_:r>>"],
    ),
    "annotations": case(
        "\n:s :p 1 {| :q 2 |}, 3 ~ ~:r {| :q 4 |} {| :q 5 |}; :p 6.",
        ["2:1 :s", "2:4 :p", "2:7 1"],
        ["2:9 {| :q 2 |}", "2:7 1", "2:7 1"],
        ["2:9 {| :q 2 |}", "2:12 :q", "2:15 2"],
        ["2:1 :s", "2:4 :p", "2:21 3"],
        ["2:23 ~", "2:21 3", "2:21 3"],
        ["2:26 :r", "2:21 3", "2:21 3"],
        ["2:26 :r", "2:32 :q", "2:35 4"],
        ["2:26 :r", "2:43 :q", "2:46 5"],
        ["2:1 :s", "2:52 :p", "2:55 6"],
    ),
}


def rows(text: str, syntax: ox.RdfFormat = TURTLE) -> list[list[str]]:
    lines = lines_of(text)

    def row(placed: Placed) -> Iterator[str]:
        for span in (placed.subject, placed.predicate, placed.object):
            yield f"{span.line}:{span.column} {text_at(lines, span)}"

    return [list(row(placed)) for placed in locate(text, syntax=syntax)]


@pytest.mark.parametrize("name", CASES)
def test_every_notation(name: str) -> None:
    text, expected = CASES[name]
    assert rows(PREFIX + text) == expected


def test_graphs() -> None:
    text = (
        "PREFIX : <http://e/> :s :p 1.\n"
        ":g{:s :p 2}GRAPH<u:g>{[:p 3].:s :p 4.}{:s a :C;}\n"
        "graph _:g { } [ ] {:s :p ('x')} _:g{} :s :p 6 ."
    )
    assert rows(text, TRIG) == [
        ["1:22 :s", "1:25 :p", "1:28 1"],
        ["2:4 :s", "2:7 :p", "2:10 2"],
        ["2:23 [:p 3]", "2:24 :p", "2:27 3"],
        ["2:30 :s", "2:33 :p", "2:36 4"],
        ["2:40 :s", "2:43 a", "2:45 :C"],
        ["3:20 :s", "3:23 :p", "3:26 ('x')"],
        ["3:26 ('x')", "3:30 )", "3:30 )"],
        ["3:26 ('x')", "3:27 'x'", "3:27 'x'"],
        ["3:39 :s", "3:42 :p", "3:45 6"],
    ]
    graph = locate(text, syntax=TRIG)[1].triple
    assert isinstance(graph, ox.Quad)
    assert graph.graph_name == ox.NamedNode("http://e/g")


def test_n_triples() -> None:
    text = '# a\n<u:s>\t<u:p> "a\\n"@en.\n_:s <u:p><u:o> . # b'
    assert rows(text, N_TRIPLES) == [
        ["2:1 <u:s>", "2:7 <u:p>", '2:13 "a\\n"@en'],
        ["3:1 _:s", "3:5 <u:p>", "3:10 <u:o>"],
    ]


@pytest.mark.parametrize("data", ["", "\n", "\ufeff", "# only a comment", "@prefix : <u:> .\n", "{}"])
def test_texts_without_triples(data: str) -> None:
    assert list(locate(data, syntax=TRIG)) == []


def test_a_byte_order_mark_is_not_in_the_first_column() -> None:
    text = "\ufeff<u:s> <u:p> 1 ."
    assert locate(text)[0].subject == locate(text.encode())[0].subject == Span(1, 1, 1, 6)


def test_end_columns_are_exclusive() -> None:
    assert locate("<u:s> <u:p> '''a\nb''' .")[0].object == Span(1, 13, 2, 5)


def test_a_base() -> None:
    assert locate("<s> <p> <> .", "http://e/x")[0].triple.object == ox.NamedNode("http://e/x")


def test_what_is_returned_is_a_sequence() -> None:
    located = locate("<u:s> <u:p> 1, 2, 3 .")
    assert len(located) == 3
    assert located[-1] == located[2] == list(located)[2]
    assert located[1:] == [located[1], located[2]]
    assert located.index(located[1]) == 1
    with pytest.raises(IndexError):
        located[3]


# What is refused.


def test_what_pyoxigraph_refuses_is_refused_where_it_refuses() -> None:
    with pytest.raises(SyntaxError) as refused:
        locate("<u:s> <u:p>\n 1 2 .")
    assert (refused.value.lineno, refused.value.offset) == (2, 4)


def test_bytes_that_are_not_utf8_are_refused() -> None:
    with pytest.raises(SyntaxError, match="not UTF-8") as refused:
        locate(b"\xef\xbb\xbf<u:s>\r\n# \xe9\xb9\xa4\xff")
    assert (refused.value.lineno, refused.value.offset) == (2, 4)


def test_graphs_are_refused_in_turtle() -> None:
    with pytest.raises(SyntaxError):
        locate("<u:g> { }")


def test_other_syntaxes_are_refused() -> None:
    with pytest.raises(ValueError, match="RDF/XML"):
        locate("", syntax=ox.RdfFormat.RDF_XML)


# Triples that were parsed before.

DOCUMENT = """\
@prefix : <http://e/> .
:s :p [ :q "x", _:n ], (1 _:n), "two\\t", <http://e/f#g> ;
    :q 2 .
"""


def test_triples_of_our_own_reading_are_placed() -> None:
    triples = parse_turtle(DOCUMENT.encode(), "a.ttl")
    located = locate(DOCUMENT, triples=triples)
    assert [placed.triple for placed in located] == triples
    assert [placed.object for placed in located] == [placed.object for placed in locate(DOCUMENT)]


def parsed(document: str = DOCUMENT) -> list[ox.Quad]:
    return list(ox.parse(document, format=TURTLE))


@pytest.mark.parametrize(
    ("triples", "message"),
    [
        (parsed()[:-1], "counts 11 triples, pyoxigraph 10"),
        (parsed() + parsed()[-1:], "counts 11 triples, pyoxigraph 12"),
        (parsed()[1:] + parsed()[:1], "line 2, column 12"),
        (parsed(DOCUMENT.replace(":s ", "_:s ")), "':s' is not _:s"),
        (parsed(DOCUMENT.replace(":s ", ":t ")), "':s' is not <http://e/t>"),
        (parsed(DOCUMENT.replace(" :q ", " a ")), "':q' is not <http://www.w3.org"),
        (parsed(DOCUMENT.replace("f#g", "f#h")), "'<http://e/f#g>' is not"),
        (parsed(DOCUMENT.replace('"x"', ":x")), "'\"x\"' is not <http://e/x>"),
        (parsed(DOCUMENT.replace('"x"', "'y'@en")), '\'"x"\' is not "y"@en'),
        (parsed(DOCUMENT.replace("1", "11")), "'1' is not \"11\""),
        (parsed(DOCUMENT.replace("(1 _:n)", "1, 2, 3, _:n, ()")), "line 2, column"),
    ],
)
def test_a_difference_is_an_error_and_never_a_wrong_position(triples: list[ox.Quad], message: str) -> None:
    with pytest.raises(PositionsDisagree, match=re.escape(message)) as error:
        locate(DOCUMENT, triples=triples)
    assert "report it to bqwgraph" in str(error.value)
    assert error.value.line in (2, 3, 4)


def test_predicates_that_brackets_imply_are_compared() -> None:
    listed, reified = "<u:s> <u:p> (1) .", "<u:s> <u:p> 1 {| <u:q> 2 |} ."
    triples = [quad.triple for quad in parsed(listed)]
    triples[0] = ox.Triple(triples[0].subject, ox.NamedNode("u:first"), triples[0].object)
    with pytest.raises(PositionsDisagree, match="u:first"):
        locate(listed, triples=triples)
    assert locate(reified)[1].triple.predicate.value == RDF + "reifies"


def test_brackets_are_the_same_node_throughout() -> None:
    text = "<u:s> <u:p> [ <u:q> 1 ] ."
    triples = [quad.triple for quad in parsed(text)]
    triples[1] = ox.Triple(triples[1].subject, triples[1].predicate, ox.BlankNode())
    with pytest.raises(PositionsDisagree):
        locate(text, triples=triples)


@pytest.mark.parametrize("text", ["<u:s> <u:p> 1 2 .", "<u:s> <u:p> ! .", "<u:s> <u:p> [ 1 ) .", "<u:s> <u:p> ( . )"])
def test_a_token_that_pyoxigraph_could_not_have_accepted_is_a_disagreement(text: str) -> None:
    with pytest.raises(PositionsDisagree, match="expects something else"):
        locate(text, triples=[])


def test_a_fault_of_pyoxigraph_is_a_disagreement() -> None:
    """Of two reifiers in an annotation, pyoxigraph 0.5 takes the first for that of the next block outside."""
    with pytest.raises(PositionsDisagree, match="':a' is not <http://e/x>"):
        locate(PREFIX + ":s :p 1 ~ :a {| :q 2 ~ :x ~ :y |} {| :r 3 |} .")


# Random graphs in random layouts. The writer says where it has put each term; only the order is pyoxigraph's.

Term = tuple[str, Span]
Row = tuple[str, Span, str, Span, str, Span]

GAPS = (" ", "\n", "\r\n", "\r", "\t", "   ", " # <u:a> 'b' ; [\n", "#]\r", '# 鹤山😀 """\r\n', "\n\n    ")
CHARACTERS = ("a", " ", "#", ".", ";", '"', "'", "\\", "\n", "\r", "鹤", "😀", "\u2028", "[", ")", "@en", "^^", "<u:a>", '"""')
REIFIES, FIRST, REST = RDF + "reifies", RDF + "first", RDF + "rest"


class Writer:
    """Writes a random text of TriG or Turtle and remembers the triples with their places."""

    def __init__(self, rng: random.Random, syntax: ox.RdfFormat) -> None:
        self.rng = rng
        self.text = rng.choice(("", "#!\n", "\r\n"))
        self.rows: list[Row] = []
        self.count = 0
        self.within_annotation = False
        self.write(rng.choice(("@prefix ex: <http://e/> .", "PREFIX ex:<http://e/>", "@prefix #.\n ex:\n<http://e/>.")))
        self.gap()
        for _ in range(rng.randint(1, 3)):
            if syntax == TRIG and self.maybe(2):
                self.graph()
            else:
                self.statement()

    def maybe(self, one_in: int) -> bool:
        return self.rng.randrange(one_in) == 0

    def here(self) -> tuple[int, int]:
        lines = re.split(r"\r\n|\r|\n", self.text)
        return len(lines), len(lines[-1]) + 1

    def write(self, text: str) -> Span:
        start = self.here()
        self.text += text
        return Span(*start, *self.here())

    def gap(self) -> None:
        self.text += "".join(self.rng.choice(GAPS) for _ in range(self.rng.randint(1, 2)))

    def mark(self, mark: str) -> Span:
        """A mark with a gap behind it, and perhaps one before it."""
        if self.maybe(2):
            self.gap()
        span = self.write(mark)
        self.gap()
        return span

    def row(self, subject: Term, predicate: Term, obj: Term) -> None:
        self.rows.append((*subject, *predicate, *obj))

    # Terms.

    def one_of(self, *terms: Callable[[], Term]) -> Term:
        return self.rng.choice(terms)()

    def iri(self) -> Term:
        self.count += 1
        name = f"m{self.count}"
        forms = [f"ex:{name}", f"<http://e/{name}>", f"<{name}>", f"<\\u006D{self.count}>", f"ex:\\-{name}"]
        form = self.rng.choice(forms)
        return "http://e/" + ("-" if "\\-" in form else "") + name, self.write(form)

    def label(self) -> Term:
        return "blank", self.write(self.rng.choice(("_:b", "_:0.b", "_:鹤")))

    def literal(self, *, long: bool = True) -> Term:
        self.count += 1
        if self.maybe(3):
            number = self.rng.choice(("{}", "-{}.5", "+.{}", "{}e1", "{}.E-1")).format(self.count)
            return number, self.write(number)
        value = "".join(self.rng.choices(CHARACTERS, k=self.rng.randint(0, 6))) + str(self.count)
        quote = self.rng.choice(('"', "'", '"""', "'''") if long else ('"', "'"))
        text = value.replace("\\", "\\\\").replace(quote[0], "\\" + quote[0])
        if len(quote) == 1:
            text = text.replace("\n", "\\n").replace("\r", "\\r")
        start = self.write(quote + text + quote)
        end = start
        if self.maybe(3):
            self.optional_gap()
            end = self.write(self.rng.choice(("@en", "@zh-Hans", "@ar--rtl")))
        elif self.maybe(2):
            self.optional_gap()
            self.write("^^")
            self.optional_gap()
            end = self.write(self.rng.choice(("ex:t", "<t>", "ex:a.b")))
        return value, Span(start.line, start.column, end.end_line, end.end_column)

    def optional_gap(self) -> None:
        if self.maybe(4):
            self.gap()

    def empty_brackets(self) -> Term:
        start = self.write("[")
        if self.maybe(2):
            self.gap()
        return self.closed("blank", start, "]")

    def closed(self, value: str, start: Span, mark: str) -> Term:
        end = self.write(mark)
        return value, Span(start.line, start.column, end.end_line, end.end_column)

    def brackets(self) -> Term:
        if self.maybe(4):
            return self.empty_brackets()
        start = self.write("[")
        if self.maybe(2):
            self.gap()
        pairs = self.pairs()
        node = self.closed("blank", start, "]")
        for predicate, obj in pairs:
            self.row(node, predicate, obj)
        return node

    def collection(self) -> Term:
        start = self.write("(")
        items = []
        for _ in range(self.rng.randint(0, 3)):
            self.gap()
            items.append(self.object())
        if self.maybe(2):
            self.gap()
        end = self.here()
        whole = self.closed("blank" if items else RDF + "nil", start, ")")
        nodes = [whole, *(("blank", span) for _, span in items[1:]), (RDF + "nil", Span(*end, end[0], end[1] + 1))]
        for item, node, rest in zip(items, nodes, nodes[1:], strict=False):
            self.row(node, (FIRST, item[1]), item)
            self.row(node, (REST, rest[1]), rest)
        return whole

    def quoted(self, *, reified: bool) -> Term:
        """The triple within the brackets of a reified triple or a triple term."""
        self.gap()
        start = self.here()
        self.one_of(self.iri, self.label, self.empty_brackets, self.reified if reified else self.iri)
        self.gap()
        self.predicate()
        self.gap()
        nested = self.triple_term if self.maybe(2) or not reified else self.reified
        self.one_of(self.iri, self.label, self.empty_brackets, lambda: self.literal(long=False), nested)
        return "triple", Span(*start, *self.here())

    def triple_term(self) -> Term:
        start = self.write("<<(")
        self.quoted(reified=False)
        self.gap()
        return self.closed("triple", start, ")>>")

    def reified(self) -> Term:
        start = self.write("<<")
        triple = self.quoted(reified=True)
        self.gap()
        reifier: Term | None = None
        if self.maybe(2):
            reifier = ("blank", self.write("~"))
            self.gap()
            if self.maybe(2):
                reifier = self.one_of(self.iri, self.label)
                self.gap()
        whole = self.closed("blank", start, ">>")
        self.row(reifier or whole, (REIFIES, triple[1]), triple)
        return whole if reifier is None else (reifier[0], whole[1])

    def predicate(self) -> Term:
        return (RDF + "type", self.write("a")) if self.maybe(4) else self.iri()

    def object(self) -> Term:
        deep = len(self.rows) > 12  # enough of it
        nested = () if deep else (self.brackets, self.collection, self.triple_term, self.reified)
        return self.one_of(self.iri, self.label, self.literal, self.literal, *nested)

    # Statements.

    def pairs(self) -> list[tuple[Term, Term]]:
        """A list of predicates with their objects."""
        pairs = []
        for number in range(self.rng.randint(1, 2)):
            if number:
                for _ in range(self.rng.randint(1, 2)):
                    self.mark(";")
            predicate = self.predicate()
            self.gap()
            for other in range(self.rng.randint(1, 3)):
                if other:
                    self.mark(",")
                pairs.append((predicate, self.object()))
                self.annotations(pairs[-1][1])
        if self.maybe(4):
            self.mark(";")
        return pairs

    def annotations(self, obj: Term) -> None:
        triple = ("triple", obj[1])
        reifier: Term | None = None
        while self.maybe(8):
            if self.maybe(2) and not (reifier and self.within_annotation):  # or else pyoxigraph's fault above shows
                reifier = ("blank", self.mark("~"))
                if self.maybe(2):
                    reifier = self.one_of(self.iri, self.label)
                self.row(reifier, (REIFIES, obj[1]), triple)
            else:
                start = self.mark("{|")
                outer, self.within_annotation = self.within_annotation, True
                pairs = self.pairs()
                self.within_annotation = outer
                block = self.closed("blank", start, "|}")
                if not reifier:
                    self.row(block, (REIFIES, obj[1]), triple)
                for predicate, other in pairs:
                    self.row(reifier or block, predicate, other)

    def statement(self) -> None:
        subject = self.rng.choice((self.iri, self.label, self.brackets, self.collection, self.reified))
        before = len(self.rows)
        node = subject()
        if subject not in (self.brackets, self.reified) or len(self.rows) == before or self.maybe(2):
            self.gap()
            for predicate, obj in self.pairs():
                self.row(node, predicate, obj)
        self.mark(".")

    def graph(self) -> None:
        if self.maybe(2):
            self.write(self.rng.choice(("GRAPH", "graph")))
            self.gap()
            self.one_of(self.iri, self.label, self.empty_brackets)
        elif self.maybe(2):
            self.one_of(self.iri, self.label, self.empty_brackets)
        self.mark("{")
        for _ in range(self.rng.randint(0, 2)):
            self.statement()
        self.mark("}")


def value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> str:
    match term:
        case ox.BlankNode():
            return "blank"
        case ox.Triple():
            return "triple"
    return term.value


def in_order(rows: list[Row]) -> list[str]:
    return sorted(map(repr, rows))


@settings(max_examples=300, deadline=None)
@given(rng=st.randoms(use_true_random=True), syntax=st.sampled_from([TURTLE, TRIG]), mark=st.sampled_from(["", "\ufeff"]))
def test_random_graphs_in_random_layouts(rng: random.Random, syntax: ox.RdfFormat, mark: str) -> None:
    writer = Writer(rng, syntax)
    located = locate((mark + writer.text).encode(), "http://e/", syntax=syntax)
    found: list[Row] = []
    for placed in located:
        triple = placed.triple
        subject, predicate, obj = map(value, (triple.subject, triple.predicate, triple.object))
        found.append((subject, placed.subject, predicate, placed.predicate, obj, placed.object))
    assert in_order(found) == in_order(writer.rows)


# The W3C's tests.

SHARED = Path(os.environ.get("BQWGRAPH_SHARED") or Path(__file__).parents[2].parent / "shared")
SUITE = SHARED / "suites" / "turtle"
needs_suite = pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C tests in {SUITE}; BQWGRAPH_SHARED says where to look")
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
RDFT = "http://www.w3.org/ns/rdftest#"


@cache
def suite() -> tuple[str, dict[str, list[str]]]:
    """The base of the tests, and the names of their files by the kind of test."""
    store = ox.Store()
    store.bulk_load(path=SUITE / "manifest.ttl", base_iri="urn:suite/manifest.ttl")
    files: dict[str, list[str]] = {}
    for test, _, kind, _ in store.quads_for_pattern(None, ox.NamedNode(RDF + "type"), None):
        for _, _, action, _ in store.quads_for_pattern(test, ox.NamedNode(MF + "action"), None):
            assert isinstance(kind, ox.NamedNode)
            assert isinstance(action, ox.NamedNode)
            files.setdefault(kind.value.removeprefix(RDFT), []).append(action.value.removeprefix("urn:suite/"))
    [base] = [quad.object for quad in store.quads_for_pattern(None, ox.NamedNode(MF + "assumedTestBase"), None)]
    assert isinstance(base, ox.NamedNode)
    return base.value, files


def read_again(text: str, prefixes: dict[str, str], base: str | None, *, predicate: bool) -> object:
    """The term that a piece of text means on its own."""
    header = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in prefixes.items())
    body = f"<urn:s> {text} 1 ." if predicate else f"<urn:s> <urn:p> {text} ."
    [quad] = ox.parse(header + body, format=TURTLE, base_iri=base)
    return quad.predicate if predicate else quad.object


@needs_suite
def test_every_positive_test_of_the_w3c_has_its_terms_in_their_places() -> None:
    base, files = suite()
    names = files["TestTurtleEval"] + files["TestTurtlePositiveSyntax"]
    assert len(names) > 200
    for name in names:
        data, iri = (SUITE / name).read_bytes(), base + name
        lines = lines_of(data.decode())
        located = locate(data, iri)
        parser = ox.parse(data, format=TURTLE, base_iri=iri)
        for count, quad in enumerate(parser):
            placed, context = located[count], (parser.prefixes, parser.base_iri)
            assert placed.triple.predicate == quad.predicate, name
            terms = ((quad.subject, placed.subject), (quad.predicate, placed.predicate), (quad.object, placed.object))
            for role, (term, span) in enumerate(terms):
                text = text_at(lines, span)
                in_list = quad.predicate.value in (FIRST, REST) and placed.predicate == placed.object
                if isinstance(term, ox.BlankNode):
                    assert in_list or text.startswith(("[", "(", "_:")), (name, text)
                elif not (in_list and role == 1) and text != ")":
                    assert read_again(text, *context, predicate=role == 1) == term, (name, text)
        assert len(located) == len(list(ox.parse(data, format=TURTLE, base_iri=iri))), name


@needs_suite
def test_every_negative_test_of_the_w3c_is_refused_where_pyoxigraph_refuses_it() -> None:
    base, files = suite()
    names = files["TestTurtleNegativeSyntax"] + files.get("TestTurtleNegativeEval", [])
    assert len(names) > 80
    refused = 0
    for name in names:
        data, iri = (SUITE / name).read_bytes(), base + name
        try:
            expected = len(list(ox.parse(data, format=TURTLE, base_iri=iri)))
        except SyntaxError:
            refused += 1
            with pytest.raises(SyntaxError):
                locate(data, iri)
        else:
            assert len(locate(data, iri)) == expected
    assert refused == len(names)


# Speed.


def large(villages: int) -> str:
    """A text as our own data look, with 20 triples for each village."""
    village = (
        '# village {0}\np:nbs2023-{0}\n    a ex:Place, ex:Village ;\n    ex:label "地方{0}"@zh-hans, "Place {0}"@en ;\n'
        '    ex:note """A note,\nof {0} lines""" ;\n    ex:partOf <https://example.org/place/{0}>, p:a.b ;\n'
        '    ex:population {0} ; ex:area {0}.5 ;\n    ex:since "2023-11-01"^^xsd:date ; ex:comment "plain {0}" ;\n'
        "    ex:active true ;\n    ex:geometry [ ex:lat 22.5 ; ex:long 113.1 ] ;\n    ex:near p:a, _:b{0} ;\n"
        '    ex:list (p:x "y") .\n\n'
    )
    header = "@prefix ex: <http://e/> .\n@prefix p: <http://e/p/> .\n@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n"
    return header + "".join(village.format(number) for number in range(villages))


def test_it_takes_some_eight_times_as_long_as_a_parser() -> None:
    """A rate would measure the machine and what else runs on it; pyoxigraph's parser, beside it, is slowed down just as much."""
    text = large(1000)

    def seconds(work: Callable[[], object]) -> float:
        start = time.process_time()
        work()
        return time.process_time() - start

    def ratio() -> float:
        return seconds(lambda: locate(text)) / seconds(lambda: list(ox.parse(text, format=ox.RdfFormat.TURTLE)))

    assert min(ratio() for _ in range(5)) < 14


@pytest.mark.parametrize(
    "text",
    [
        "<u:s> <u:p> " + "[ <u:p> " * 20_000 + "1" + " ]" * 20_000 + " .",
        "<u:s> <u:p> " + "(" * 20_000 + ")" * 20_000 + " .",
        "<u:s> <u:p> [" + "<u:p> 1;\n" * 20_000 + "] .",
        "<u:s> <u:p> 'x'" + " \n#\n" * 100_000 + ", 2 .",
        "<u:s> <u:p> '''" + "\\n''x" * 100_000 + "''' .",
    ],
    ids=["deep brackets", "deep lists", "wide brackets", "a wide gap", "a long string"],
)
def test_texts_that_could_take_long(text: str) -> None:
    start = time.process_time()
    assert locate(text)[-1].object.line >= 1
    assert time.process_time() - start < 5
