"""The page at /sparql as a reader without scripts has it, and what it gives to the workbench."""

import json
import re

import httpx
import pyoxigraph as ox
import pytest

from bqwgraph.engine.interface import Answer, BackEndFailed
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.pages.shown import shown
from bqwgraph.queries.saved import load

HTML = {"accept": "text/html"}


@pytest.mark.parametrize(
    ("lang", "question"),
    [("zh-Hans", "哪些政策涉及这个地方，经由什么？"), ("en", "Which policies reach this place, and through what?")],
)
def test_an_example_is_a_text_that_runs(service: httpx.Client, lang: str, question: str) -> None:
    asked = {"example": "policies-for-place", "lang": lang}
    text = service.get("/sparql", params=asked, headers={"accept": "application/sparql-query"}).text
    assert text.startswith(f"# {question}\nPREFIX ")
    assert "#+" not in text
    assert service.get("/sparql", params={"query": text, "format": "csv"}).text.count("\n") > 1
    page = service.get("/sparql", params=asked, headers=HTML).text
    assert f"# {question}" in page
    assert re.search(r'example=policies-for-place&amp;lang=[^"]*" aria-current="true"', page)


def test_every_saved_query_is_an_example_that_runs(service: httpx.Client, folder: GraphFolder) -> None:
    page = service.get("/sparql", params={"lang": "en"}, headers=HTML).text
    for name in load(folder):
        assert f"example={name}&amp;" in page, name
        text = service.get("/sparql", params={"example": name, "format": "rq"}).text
        assert service.post("/sparql", content=text, headers={"content-type": "application/sparql-query"}).status_code == 200, (
            name
        )


def test_an_example_that_is_not_there_is_not_found(service: httpx.Client) -> None:
    assert service.get("/sparql", params={"example": "nothing"}, headers=HTML).status_code == 404


@pytest.mark.parametrize(("lang", "name"), [("zh-Hans", "鹤山市"), ("en", "Heshan City")])
def test_things_are_shown_by_name_and_linked(service: httpx.Client, lang: str, name: str) -> None:
    query = "SELECT ?p ?x { BIND(<https://w3id.org/bqwgraph/place/nbs2023-440784> AS ?p) BIND(<https://example.org/a> AS ?x) }"
    page = service.get("/sparql", params={"query": query, "lang": lang}, headers=HTML).text
    assert f'<a href="/place/nbs2023-440784?lang={lang}" lang="{lang}">{name}</a>' in page
    assert '<a href="https://example.org/a">https://example.org/a</a>' in page


def test_a_graph_that_is_cut_says_so(service: httpx.Client) -> None:
    whole = {"query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "lang": "en"}
    notice = '<p role="status" class="error">Only the beginning is shown'
    assert notice in service.get("/sparql", params=whole, headers=HTML).text
    part = {"query": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 5", "lang": "en"}
    assert notice not in service.get("/sparql", params=part, headers=HTML).text


@pytest.mark.parametrize(("lang", "said"), [("zh-Hans", ("没有结果", "共 1 行")), ("en", ("No results", "1 rows"))])
def test_an_empty_answer_is_an_answer(service: httpx.Client, lang: str, said: tuple[str, str]) -> None:
    """A graph without triples, a table without columns or rows, and one without columns that has a row."""
    for query, word in (("DESCRIBE <urn:none>", said[0]), ("SELECT * { FILTER(false) }", said[0]), ("SELECT * {}", said[1])):
        page = service.get("/sparql", params={"query": query, "lang": lang}, headers=HTML).text
        assert word in page.partition('<section id="result"')[2].partition("</section>")[0], query
    form = service.get("/sparql", params={"lang": lang}, headers=HTML).text
    assert said[0] not in form.partition('<section id="result"')[2].partition("</section>")[0]


def test_a_triple_that_is_a_term_is_written_as_one(service: httpx.Client) -> None:
    query = "SELECT (<<( <urn:a> <urn:b> <<( <urn:c> <urn:d> 'e'@en )>> )>> AS ?t) {}"
    page = service.get("/sparql", params={"query": query}, headers=HTML).text
    assert (
        "<td>&lt;&lt;( &lt;urn:a&gt; &lt;urn:b&gt; &lt;&lt;( &lt;urn:c&gt; &lt;urn:d&gt; &#34;e&#34;@en )&gt;&gt; )&gt;&gt;</td>"
        in page
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"results": }',
        b'{"results": {"bindings": []}}',
        b'{"head": {"vars": 1}, "results": {"bindings": [1]}}',
        b'{"head": {"vars": ["a"]}, "results": {"bindings": [{"a": {"type": "uri"}}]}}',
    ],
)
def test_a_table_that_is_none_is_the_stores_fault(body: bytes) -> None:
    with pytest.raises(BackEndFailed, match="no SPARQL Results"):
        shown(Answer(body, ox.QueryResultsFormat.JSON))


def test_the_workbench_is_given_the_prefixes_and_the_texts_of_the_language(service: httpx.Client) -> None:
    if service.get("/static/workbench.js").status_code != httpx.codes.OK:
        pytest.skip("the package was built without npm: the page has no workbench to give anything to")
    page = service.get("/sparql", params={"lang": "en"}, headers=HTML).text
    data = re.search(r'<script type="application/json" id="workbench-data">(.*?)</script>', page)
    assert data
    given = json.loads(data[1])
    assert given["prefixes"] == dict(PREFIXES)
    assert given["messages"]["tab_map"] == "Map"
    assert given["endpoint"] == f"{service.base_url}/sparql".replace("//sparql", "/sparql")
    script = re.search(r'<script type="module" src="([^"]+)"', page)
    assert script
    assert service.get(script[1]).status_code == 200
