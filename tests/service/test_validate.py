"""``/validate``: a posted graph is checked against the shapes, beside the graph that is there."""

import json
import re
from html import unescape

import httpx
import pyoxigraph as ox
import pytest

from bqwgraph.pages.rendering import LANGUAGES
from bqwgraph.pages.validation import EXAMPLES
from bqwgraph.validation.reports.options import ReportFormat

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


def page(service: httpx.Client, language: str = "en", **fields: str) -> httpx.Response:
    sent = {"syntax": "ttl", "format": "html", **fields}
    return service.post(f"/validate?lang={language}", data=sent, headers={"accept": "text/html"})


def entries(text: str) -> list[str]:
    return re.findall(r'<li class="(?:violation|warning|info)">(.*?)</li>', text, re.DOTALL)


@pytest.mark.parametrize(("language", "place"), [("en", "Line 6, column 15"), ("zh-Hans", "第 6 行，第 15 列")])
def test_the_page_shows_a_fault_with_its_line(service: httpx.Client, language: str, place: str) -> None:
    answer = page(service, language, data=WRONG + "# <script>\n")
    assert answer.status_code == 200
    found = entries(answer.text)
    assert found
    for entry in found:
        assert f"<h3>{place} " in entry
        assert '<span class="quiet">6</span>     bqw:order <mark>&#34;three&#34;</mark> .' in entry
        assert f'<p lang="{language}">' in entry
        assert f'href="/shapes/Measure-order?lang={language}"' in entry
    assert "# &lt;script&gt;" in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_an_example_shows_what_it_says(service: httpx.Client, language: str, name: str) -> None:
    form = service.get("/validate", params={"lang": language, "example": name}).text
    data = unescape(form.partition("<textarea")[2].partition(">\n")[2].partition("</textarea>")[0])
    assert data == EXAMPLES[name]
    assert f'href="/validate?example={name}&amp;lang={language}"' in form
    text = page(service, language, data=data).text
    marked = [unescape(mark) for mark in re.findall("<mark>(.*?)</mark>", text)]
    told = {
        "faults": [
            "place:nbs2023-440784104999",
            "action:5",
            "level:hamlet",
            '"4407841049"',
            '"shì lì cūn"',
            "place-type:villagers-committee",
            "place-type:residents-committee",
        ],
        "syntax": ["p"],
        "fine": [],
    }
    assert marked == told[name]
    unmet = {name for entry in entries(text) for name in re.findall("<code>([A-Z][A-Za-z]+)</code>", entry)}
    assert {"MinCount", "MaxCount", "Class", "In", "Pattern", "Datatype", "LanguageIn"} <= unmet or name != "faults"
    assert len(entries(text)) == {"faults": 6, "syntax": 1, "fine": 0}[name]
    assert ('class="verdict passed"' in text) == (name == "fine")


def test_the_box_and_the_syntax_stay_as_they_were(service: httpx.Client) -> None:
    answer = page(service, data="<urn:a> <urn:b> <urn:c> <urn:g> .", syntax="nq")
    assert '<option value="nq" selected>' in answer.text
    assert "&lt;urn:g&gt; .</textarea>" in answer.text
    assert "No shape is about anything in it" in answer.text


@pytest.mark.parametrize(("language", "words"), [("en", "There are no statements in it"), ("zh-Hans", "其中没有任何陈述")])
def test_where_nothing_is_there_the_page_says_so_and_has_the_form(service: httpx.Client, language: str, words: str) -> None:
    answer = page(service, language, data="# nothing")
    assert answer.status_code == 422
    assert f'<p role="alert" class="error" lang="{language}">{words}' in answer.text
    assert "# nothing</textarea>" in answer.text
    assert 'id="report"' not in answer.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_form_of_the_report_is_a_download(service: httpx.Client, language: str) -> None:
    forms = re.findall(r'<button form="validate" name="format" value="(\w+)">', page(service, language, data=WRONG).text)
    assert set(forms) == set(ReportFormat)
    for form in forms:
        report = page(service, language, data=WRONG, format=form)
        assert report.headers["content-disposition"].startswith('attachment; filename="report.')
        assert "Measure-order" in report.text
    assert "content-disposition" not in service.post("/validate", content=WRONG, headers=TURTLE).headers


def test_findings_beyond_what_a_page_shows_are_counted(service: httpx.Client) -> None:
    many = "".join(f'<https://w3id.org/bqwgraph/measure/5-3> bqw:order "n{number}" .\n' for number in range(250))
    text = page(service, data=HEAD + many).text
    assert len(entries(text)) == 200
    more = re.search(r"Not listed here: (\d+) more", text)
    assert more
    assert int(more[1]) >= 50
