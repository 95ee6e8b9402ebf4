"""Questions of readers, with answers keyed in from the document and the list of divisions; first, what is not said."""

import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.graph.snapshot import Snapshot

HEAD = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())


def answers(snapshot: Snapshot, query: str) -> list[str]:
    found = snapshot.store.query(f"{HEAD}\n{query}")
    assert isinstance(found, ox.QuerySolutions)
    return [row[0].value for row in found]


def named(snapshot: Snapshot, pattern: str) -> list[str]:
    """Chinese names of what ?x stands for in a pattern, sorted."""
    query = f'SELECT DISTINCT ?name {{ {pattern} ?x skos:prefLabel|dcterms:title ?name FILTER(LANGMATCHES(LANG(?name), "zh")) }}'
    return sorted(answers(snapshot, query))


@pytest.mark.parametrize(
    "pattern",
    [
        "?x a bqw:Action ; dcterms:creator|dcterms:publisher|prov:wasAttributedTo|bqw:deadline|bqw:value|dcterms:temporal ?y",
        "?x a bqw:Measure ; dcterms:creator|dcterms:publisher|prov:wasAttributedTo|bqw:deadline|bqw:value|dcterms:temporal ?y",
        "?x a bqw:Designation ; dcterms:issued|dcterms:date|dcterms:publisher|dcterms:creator ?y",
        "?x a bqw:Designation ; bqw:batch ?y FILTER(?y != 1)",
        "?x bqw:category ?y ; bqw:designates ?place FILTER(?place != place:nbs2023-440784)",
        "?x a bqw:Programme ; dcterms:temporal|bqw:startYear|bqw:deadline|bqw:value|dcterms:creator ?y",
        "?x a bqw:Policy ; dcterms:identifier|skos:notation|dcterms:valid|dcterms:subject ?y",
        "?x a bqw:Policy ; dcterms:temporal ?y FILTER(?x != policy:7)",
        "?x bqw:setBy policy:2 ; bqw:deadline ?y",
        "?x bqw:relativeYear ?y ; bqw:startYear|bqw:deadline ?z",
        "?x bqw:inList list:5-six-actions",
        "?x bqw:statedSize ?y FILTER(?x NOT IN (list:2-task, list:5-six-actions, policy-set:supporting-policies))",
        "?x a bqw:IndustryCluster ; skos:related|skos:broader|skos:narrower|skos:exactMatch|skos:closeMatch ?y",
        "?x a bqw:StatedCount ; bqw:statedValue ?y FILTER(?y IN (49, 67, 9, 14))",
        "?x a bqw:Place ; bqw:value|bqw:statedValue ?y",
        "?x bqw:level level:village ; geo:hasGeometry ?y",
        "place:nbs2023-440703006-dongzhuang bqw:nbsCode2023|bqw:mcaCode2026|bqw:officialName ?x",
        "place:nbs2023-4403 bqw:partnerOf ?x FILTER(?x != place:nbs2023-4407)",
        "?x bqw:partnershipKind partnership-kind:counterpart-industrial ; bqw:participant place:nbs2023-4403",
    ],
)
def test_what_is_not_said_is_not_in_the_graph(snapshot: Snapshot, pattern: str) -> None:
    assert answers(snapshot, f"SELECT ?x {{ {pattern} }}") == []


@pytest.mark.parametrize(
    ("word", "notation"),
    [
        ("物流", "5.5"),
        ("防灾", "5.7"),
        ("信息", "5.6"),
        ("能源", "5.4"),
        ("交通", "5.2"),
        ("供水", "5.3"),
        ("污染", "6.2"),
        ("粮食", "4.1"),
        ("农民", "4.3"),
        ("教育", "8.1"),
        ("医疗", "8.2"),
        ("法治", "7.6"),
        ("圩镇", "2.3"),
        ("土地", "10.1"),
        ("镇街", "10.4"),
        ("政务", "9.2"),
    ],
)
def test_which_measure_is_about_it(snapshot: Snapshot, word: str, notation: str) -> None:
    query = f'SELECT ?n {{ ?m a bqw:Measure ; skos:notation ?n ; skos:prefLabel ?l FILTER(CONTAINS(?l, "{word}")) }}'
    assert answers(snapshot, query) == [notation]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        (
            "?e bqw:designates ?x . ?x bqw:directlyWithin/^bqw:designates/bqw:designationType designation-type:typical-town .",
            ["京梅村", "南塘村", "双桥村", "大埠村", "平汉村", "来苏村", "横江村", "红溪村"],
        ),
        (
            "policy:3 bqw:namesPlace ?x .",
            ["东西部县(市、区)", "台山市", "开平市", "恩平市", "新会区", "江海区", "江门市", "蓬江区", "西部地区", "鹤山市"],
        ),
        ("policy:1 bqw:namesPlace ?x .", ["中山市", "江门市", "深圳市"]),
        ("policy:9 bqw:namesPlace ?x .", []),
        ("?x bqw:indicator indicator:gdp .", ["各县(市、区)实现千亿 GDP", "江门迈入万亿 GDP 城市行列"]),
        ("?x bqw:level level:town FILTER NOT EXISTS { ?x geo:hasGeometry ?g } ?x bqw:mcaCode2026 ?code .", ["双合镇", "百合镇"]),
        ("?x geo:hasGeometry/bqw:pointBasis origin:computed .", ["新会区", "蓬江区"]),
    ],
)
def test_which_they_are(snapshot: Snapshot, pattern: str, names: list[str]) -> None:
    assert named(snapshot, pattern) == sorted(names)


def test_the_themes_of_the_lead_in_its_order(snapshot: Snapshot) -> None:
    query = "SELECT ?t { ?t skos:inScheme <https://w3id.org/bqwgraph/vocab/policy-theme> ; bqw:order ?o } ORDER BY ?o"
    themes = [iri.rpartition("/")[2] for iri in answers(snapshot, query)]
    assert themes == ["manufacturing", "industrial-transfer-platform", "business-environment"]


def test_32_towns_have_two_codes(snapshot: Snapshot) -> None:
    query = """SELECT ?county { ?t bqw:level level:town ; bqw:nbsCode2023 ?a ; bqw:mcaCode2026 ?b FILTER(?a != ?b)
        ?t bqw:directlyWithin/bqw:nbsCode2023 ?county }"""
    found = answers(snapshot, query)
    counted = {county: found.count(county) for county in found}
    assert counted == {"440703": 3, "440705": 9, "440781": 16, "440783": 3, "440784": 1}


def test_the_places_of_the_document_are_121(snapshot: Snapshot) -> None:
    query = (
        "SELECT (COUNT(DISTINCT ?p) AS ?n) { ?p a bqw:Place ; bqw:nameWords ?w ; bqw:level ?level } GROUP BY ?level ORDER BY ?n"
    )
    assert [int(n) for n in answers(snapshot, query)] == [1, 3, 7, 50, 60]
