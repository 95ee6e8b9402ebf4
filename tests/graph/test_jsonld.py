"""Where the terms of JSON-LD stand, whatever contexts make of keys and values; and where a document is wrong."""

import json

import pyoxigraph as ox
import pytest
from rdflib import Graph

from bqwgraph.graph.jsonld import locate
from bqwgraph.graph.jsonld_faults import column, refused_at
from conftest import ROOT

BASE = "file:///d/x.jsonld"
HEAD = '{"@context": {"@vocab": "http://v/", %s}, '


def shown(text: str) -> list[tuple[str, str, str] | None]:
    """Return what stands at the places of each triple, in the order of the triples."""
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=BASE)]
    located = locate(text, BASE, triples)
    assert located is not None
    found = list[tuple[str, str, str] | None]()
    for placed in map(located.__getitem__, range(len(triples))):
        if placed is None:
            found.append(None)
            continue
        spans = (placed.subject, placed.predicate, placed.object)
        assert {span.line for span in spans} == {1}
        subject, predicate, obj = (text[span.column - 1 : span.end_column - 1] for span in spans)
        found.append((subject, predicate, obj))
    return found


def in_order(*said: tuple[str, str, str] | None) -> list[tuple[str, str, str] | None]:
    return list(said)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"http://p": "百"}', in_order(('{"http://p": "百"}', '"http://p"', '"百"'))),
        (
            '{"@id": "urn:百", "urn:p": ["a", 5, 1.5, true, null], "urn:p": "again"}',
            in_order(*(('"urn:百"', '"urn:p"', value) for value in ('"a"', "5", "1.5", "true", '"again"'))),
        ),
        (
            '{"@id": "", "urn:p": {"@id": "../x"}, "urn:q": {"@id": "#y"}}',
            in_order(('""', '"urn:p"', '"../x"'), ('""', '"urn:q"', '"#y"')),
        ),
        (
            '{"@id": "_:x", "urn:p": {"@id": "_:x"}, "urn:q": {"urn:r": "1"}}',
            in_order(('"_:x"', '"urn:p"', '"_:x"'), ('"_:x"', '"urn:q"', '{"urn:r": "1"}'), ('{"urn:r": "1"}', '"urn:r"', '"1"')),
        ),
        (
            '{"@id": "urn:s", "urn:p": [{"@value": "x", "@language": "en"}, {"@value": 5}, {"@set": ["y"]}]}',
            in_order(
                ('"urn:s"', '"urn:p"', '{"@value": "x", "@language": "en"}'),
                ('"urn:s"', '"urn:p"', '{"@value": 5}'),
                ('"urn:s"', '"urn:p"', '"y"'),
            ),
        ),
        # The classes of a node come in the order of their names, and C before CD.
        (
            '{"@id": "urn:s", "@type": ["urn:CD", "urn:C", "urn:B"]}',
            in_order(*(('"urn:s"', '"@type"', f'"urn:{name}"') for name in ("B", "C", "CD"))),
        ),
        (
            HEAD % '"id": "@id", "type": "@type", "T": "urn:term", "x": "id"'
            + '"type": "T", "x": "urn:s", "p": {"id": "urn:o"}}',
            in_order(('"urn:s"', '"type"', '"T"'), ('"urn:s"', '"p"', '"urn:o"')),
        ),
        (
            HEAD % '"o": {"@type": "@id"}, "v": {"@type": "@vocab"}, "d": {"@type": "urn:d"}, "red": "urn:red"'
            + '"@id": "urn:s", "o": "urn:o", "v": ["red", "blue"], "d": ["1", 2]}',
            in_order(
                *(
                    ('"urn:s"', f'"{key}"', value)
                    for key, value in [("o", '"urn:o"'), ("v", '"red"'), ("v", '"blue"'), ("d", '"1"'), ("d", "2")]
                )
            ),
        ),
        (
            HEAD % '"l": {"@container": "@language"}, "i": {"@container": "@index"}'
            + '"@id": "urn:s", "l": {"en": "x", "zh": ["y"]}, "i": {"k": {"p": "z"}}}',
            in_order(
                ('"urn:s"', '"l"', '"x"'),
                ('"urn:s"', '"l"', '"y"'),
                ('"urn:s"', '"i"', '{"p": "z"}'),
                ('{"p": "z"}', '"p"', '"z"'),
            ),
        ),
        (
            '{"@id": "urn:s", "@reverse": {"urn:p": {"@id": "urn:o", "urn:q": 1}}}',
            in_order(('"urn:o"', '"urn:p"', '"urn:s"'), ('"urn:o"', '"urn:q"', "1")),
        ),
        (
            HEAD % '"r": {"@reverse": "p", "@type": "@id"}' + '"@id": "urn:s", "r": ["urn:o"]}',
            in_order(('"urn:o"', '"r"', '"urn:s"')),
        ),
        (
            HEAD % '"n": "@nest"' + '"@id": "urn:s", "n": {"p": "x"}, "@included": [{"@id": "urn:i", "p": "y"}]}',
            in_order(('"urn:s"', '"p"', '"x"'), ('"urn:i"', '"p"', '"y"')),
        ),
        (
            '{"@id": "urn:g", "urn:p": "x", "@graph": [{"@id": "urn:s", "urn:p": "y"}]}',
            in_order(('"urn:g"', '"urn:p"', '"x"'), ('"urn:s"', '"urn:p"', '"y"')),
        ),
        (
            '{"@id": "urn:s", "urn:p": {"@list": ["a", {"urn:q": 1}]}}',
            in_order(
                ('"urn:s"', '"urn:p"', '{"@list": ["a", {"urn:q": 1}]}'),
                ('"a"', '"a"', '"a"'),
                ('"a"', '{"urn:q": 1}', '{"urn:q": 1}'),
                ('{"urn:q": 1}', '{"urn:q": 1}', '{"urn:q": 1}'),
                ('{"urn:q": 1}', '"urn:q"', "1"),
                ('{"urn:q": 1}', "]", "]"),
            ),
        ),
        (
            HEAD % '"l": {"@container": "@list"}' + '"@id": "urn:s", "l": "only"}',
            in_order(('"urn:s"', '"l"', '"only"'), ('"only"', '"only"', '"only"'), ('"only"', '"only"', '"only"')),
        ),
        # What cannot be told stands at the node, or nowhere.
        ('{"@id": "urn:s", "urn:p": {"@list": []}}', in_order(('"urn:s"', '"urn:s"', '"urn:s"'))),
        (
            '{"@id": "urn:s", "urn:p": {"@value": {"a": "b"}, "@type": "@json"}}',
            in_order(('"urn:s"', '"urn:s"', '"urn:s"')),
        ),
        (
            HEAD % '"m": {"@container": "@id"}' + '"@id": "urn:s", "m": {"urn:o": {"p": "x"}}}',
            in_order(('"urn:s"', '"urn:s"', '"urn:s"'), ('{"p": "x"}', '"p"', '"x"')),
        ),
        (
            HEAD % '"C": {"@id": "C", "@context": {"p": "urn:other"}}' + '"@id": "urn:s", "@type": ["C", "D"], "p": "x"}',
            in_order(('"urn:s"', '"@type"', '["C", "D"]'), ('"urn:s"', '"@type"', '["C", "D"]'), ('"urn:s"', '"p"', '"x"')),
        ),
    ],
)
def test_every_way_of_writing_has_its_places(text: str, expected: list[tuple[str, str, str] | None]) -> None:
    assert shown(text) == expected


def test_of_lists_in_lists_which_pyoxigraph_makes_one_list_of() -> None:
    found = shown('{"@id": "urn:s", "urn:p": {"@list": [["a"], [["b"]]]}}')
    assert found[0] == ('"urn:s"', '"urn:p"', '{"@list": [["a"], [["b"]]]}')
    assert found[-1] == ('"b"', "]", "]")


@pytest.mark.parametrize("compact", [False, True])
@pytest.mark.parametrize("file", ["data/policies/1.ttl", "ontology/shapes/Policy.ttl", "ontology/bqw.ttl"])
def test_what_others_write_has_places_for_every_triple(file: str, compact: bool) -> None:  # noqa: FBT001
    text = Graph().parse(ROOT / file).serialize(format="json-ld", auto_compact=compact, indent=1)
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD, base_iri=BASE)]
    located, lines = locate(text, BASE, triples), text.split("\n")
    assert located is not None
    for number, triple in enumerate(triples):
        placed = located[number]
        assert placed is not None
        span = placed.object
        if isinstance(triple.object, ox.Literal) and span.line == span.end_line:
            written = json.loads(lines[span.line - 1][span.column - 1 : span.end_column - 1])
            assert str(written).lower() == triple.object.value.lower()


def test_there_are_no_places_where_the_readings_differ() -> None:
    text = '{"@id": "urn:s", "urn:p": ["a", "b"]}'
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)]
    assert locate(text, "", triples) is not None
    assert locate(text, "", triples[:1]) is None
    assert locate(text, "", triples[::-1]) is None
    assert locate(text.replace("urn:p", "urn:q"), "", triples) is None


def test_a_mark_is_nothing_that_the_document_says() -> None:
    assert shown('{"@id": "urn:s", "urn:p": ["Zq0Z", "Zq1Z", "Zqq0Z"]}')[1] == ('"urn:s"', '"urn:p"', '"Zq1Z"')


def test_depth_is_no_matter() -> None:
    text = '{"urn:p":' * 500 + '"x"' + "}" * 500
    found = shown(text)
    assert ('{"urn:p":"x"}', '"urn:p"', '"x"') in found


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('{"@id": 5}', 5),
        ('{"@graph": [{"@id": "urn:a"}, {"百": 1, "@id": 6}, {"@id": 7}, {"@id": "urn:b"}]}', 6),
        ('{"@context": {"a": "urn:a", "b": 8, "c": 9}, "a": 1}', 8),
        ('{"@graph": [{"urn:p": {"@value": "x", "@type": 5}}, {"@type": 6}]}', 5),
    ],
)
def test_what_is_json_but_no_json_ld_is_found(text: str, at: int) -> None:
    with pytest.raises(SyntaxError) as raised:
        list(ox.parse(text, format=ox.RdfFormat.JSON_LD))
    assert raised.value.lineno is None
    spread = text.replace(", {", ",\n{")
    before = spread[: spread.index(str(at))]
    assert refused_at(spread, "", raised.value.msg) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


def test_pyoxigraph_counts_columns_of_json_in_bytes() -> None:
    text = '{"urn:a": "é",\r\n "江门😀": x}'
    with pytest.raises(SyntaxError) as raised:
        list(ox.parse(text, format=ox.RdfFormat.JSON_LD))
    assert (raised.value.lineno, raised.value.offset) == (2, 16)
    assert column(text, 2, 16) == 9
