"""``/validate``: a posted graph is checked against the shapes, beside the graph that is there."""

import json

import httpx
import pyoxigraph as ox
import pytest

HEAD = """@prefix bqw: <https://w3id.org/bqwgraph/ontology#> .
@prefix measure: <https://w3id.org/bqwgraph/measure/> .
@prefix place: <https://w3id.org/bqwgraph/place/> .

"""
WRONG = HEAD + 'measure:5-3\n    bqw:order "three" .\n'
FINE = HEAD + "# says nothing new\nplace:nbs2023-440784 bqw:directlyWithin place:nbs2023-4407 .\n"
TURTLE = {"content-type": "text/turtle"}


def test_a_fault_is_found_on_its_line(service: httpx.Client) -> None:
    answer = service.post("/validate", content=WRONG, headers=TURTLE)
    assert answer.status_code == 200
    assert answer.headers["bqwgraph-conforms"] == "false"
    found = answer.json()["findings"]
    assert {(finding["place"]["file"], finding["place"]["line"]) for finding in found} == {("posted.ttl", 6)}
    assert any("order" in finding["path"] for finding in found)
    assert {"en", "zh-Hans"} <= set(found[0]["message"])


@pytest.mark.parametrize(
    ("kind", "text", "place"),
    [
        (
            "application/ld+json",
            '{"@id": "https://w3id.org/bqwgraph/measure/5-3",\n "https://w3id.org/bqwgraph/ontology#order": "三"}',
            (2, 46),
        ),
        (
            "application/rdf+xml",
            """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:b="https://w3id.org/bqwgraph/ontology#">
<rdf:Description rdf:about="https://w3id.org/bqwgraph/measure/5-3">
\t<b:order>三</b:order></rdf:Description></rdf:RDF>""",
            (3, 11),
        ),
    ],
)
def test_json_ld_and_rdf_xml_have_lines_too(service: httpx.Client, kind: str, text: str, place: tuple[int, int]) -> None:
    answer = service.post("/validate", content=text.encode(), headers={"content-type": kind})
    found = answer.json()["findings"]
    assert place in {(finding["place"]["line"], finding["place"]["column"]) for finding in found}


def test_the_line_that_is_shown_is_the_one_that_is_told(service: httpx.Client) -> None:
    """Unicode's and Python's other line ends are none of Turtle's."""
    answer = service.post(
        "/validate",
        content=WRONG.replace("measure:5-3", "# \u2028 \x85 \x0c\nmeasure:5-3").encode(),
        headers={**TURTLE, "accept": "text/plain"},
    )
    assert '     7 |     bqw:order "three" .' in answer.text


def test_what_fits_conforms(service: httpx.Client) -> None:
    answer = service.post("/validate", content=FINE, headers={**TURTLE, "accept": "text/turtle"})
    assert answer.headers["bqwgraph-conforms"] == "true"
    (conforms,) = [
        quad.object for quad in ox.parse(answer.content, format=ox.RdfFormat.TURTLE) if "conforms" in str(quad.predicate)
    ]
    assert str(conforms).startswith('"true"')


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("application/sarif+json", "application/sarif+json"),
        ("application/ld+json", "application/ld+json"),
        ("application/xml", "application/xml"),
        ("text/plain", "text/plain; charset=utf-8"),
    ],
)
def test_reports_in_other_forms(service: httpx.Client, accept: str, content_type: str) -> None:
    answer = service.post("/validate", content=WRONG, headers={**TURTLE, "accept": accept})
    assert answer.headers["content-type"] == content_type
    assert "posted.ttl" in answer.text
    if accept == "application/sarif+json":
        region = json.loads(answer.text)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]
        assert region["startLine"] == 6


def test_a_syntax_error_is_a_finding(service: httpx.Client) -> None:
    answer = service.post("/validate", content="<urn:a> <urn:b> .", headers=TURTLE)
    assert answer.headers["bqwgraph-conforms"] == "false"
    (finding,) = answer.json()["findings"]
    assert (finding["check"], finding["place"]["line"], sorted(finding["message"])) == ("syntax", 1, ["en", "zh-Hans"])


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"", "text/turtle", 422),
        (b"# nothing\n", "text/turtle", 422),
        (b"<urn:a> <urn:b> 1 .", "application/pdf", 415),
        (b"#" * 1_000_001, "text/turtle", 413),
        (b"data=a&syntax=pdf", "application/x-www-form-urlencoded", 400),
    ],
)
def test_what_cannot_be_checked(service: httpx.Client, content: bytes, kind: str, status: int) -> None:
    answer = service.post("/validate", content=content, headers={"content-type": kind})
    assert answer.status_code == status
    assert answer.json()["detail"]


@pytest.mark.parametrize(("language", "words"), [("en", "Report"), ("zh-Hans", "报告")])
def test_the_page(service: httpx.Client, language: str, words: str) -> None:
    form = service.get("/validate", params={"lang": language})
    assert "<textarea" in form.text
    sent = {"data": WRONG + "# <script>\n", "syntax": "ttl", "format": "html"}
    answer = service.post(f"/validate?lang={language}", data=sent, headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert words in answer.text
    assert "posted.ttl:6" in answer.text
    assert "<script>" not in answer.text
