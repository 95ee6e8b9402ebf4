"""The counts and the traps of the document, keyed in by reading it."""

import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import PREFIXES, expand
from bqwgraph.graph.snapshot import Snapshot

HEAD = "\n".join(f"PREFIX {prefix}: <{iri}>" for prefix, iri in PREFIXES.items())


def rows(snapshot: Snapshot, query: str) -> list[tuple[str, ...]]:
    found = snapshot.store.query(f"{HEAD}\n{query}")
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(term.value if term is not None else "" for term in row) for row in found]


def values(snapshot: Snapshot, query: str) -> list[str]:
    return sorted(row[0] for row in rows(snapshot, query))


def test_ten_actions_have_49_measures(snapshot: Snapshot) -> None:
    counted = rows(
        snapshot,
        """SELECT (COUNT(?m) AS ?n) { ?a a bqw:Action ; bqw:order ?o . ?m a bqw:Measure ; dcterms:isPartOf ?a }
        GROUP BY ?a ?o ORDER BY ?o""",
    )
    assert [int(n) for (n,) in counted] == [6, 6, 4, 3, 7, 4, 6, 4, 4, 5]


def test_one_county_six_towns_sixty_villages(snapshot: Snapshot) -> None:
    counted = rows(
        snapshot,
        "SELECT ?type (COUNT(DISTINCT ?p) AS ?n) { ?d bqw:designationType ?type ; bqw:designates ?p } GROUP BY ?type",
    )
    assert {kind.rpartition("/")[2]: int(n) for kind, n in counted} == {
        "typical-county": 1,
        "typical-town": 6,
        "typical-village": 60,
    }


def test_villages_by_county(snapshot: Snapshot) -> None:
    counted = rows(
        snapshot,
        """SELECT ?name (COUNT(?p) AS ?n) {
            ?d bqw:designationType designation-type:typical-village ; bqw:designates ?p .
            ?p bqw:within ?c . ?c bqw:level level:county ; skos:prefLabel ?name FILTER(LANGMATCHES(LANG(?name), "zh"))
        } GROUP BY ?name""",
    )
    assert {name: int(n) for name, n in counted} == {
        "蓬江区": 7,
        "江海区": 7,
        "新会区": 8,
        "台山市": 10,
        "开平市": 10,
        "鹤山市": 10,
        "恩平市": 8,
    }


def test_two_villages_are_called_liantang(snapshot: Snapshot) -> None:
    towns = values(
        snapshot,
        """SELECT ?town { ?d bqw:designates ?v . ?v skos:prefLabel "莲塘村"@zh-Hans ; bqw:directlyWithin ?t .
        ?t skos:prefLabel ?town FILTER(LANGMATCHES(LANG(?town), "zh")) }""",
    )
    assert towns == ["大泽镇", "棠下镇"]


def test_gonghe_and_gulao_are_two_towns(snapshot: Snapshot) -> None:
    towns = values(
        snapshot,
        """SELECT ?name { ?d bqw:designationType designation-type:typical-town ; bqw:designates ?t .
        ?t skos:prefLabel ?name FILTER(LANGMATCHES(LANG(?name), "zh")) }""",
    )
    assert towns == sorted(["崖门镇", "斗山镇", "赤坎镇", "共和镇", "古劳镇", "沙湖镇"])


@pytest.mark.parametrize(
    ("name", "level", "kind", "parent"),
    [
        ("汶村镇", "town", "town", "台山市"),
        ("靖村村", "village", "villagers-committee", "宅梧镇"),
        ("董庄社区", "village", "residents-committee", "环市街道"),
        ("卢边社区", "village", "residents-committee", "潮连街道"),
        ("鹤山市", "county", "county-level-city", "江门市"),
        ("蓬江区", "county", "district", "江门市"),
        ("江门市", "prefecture", "prefecture-level-city", "广东省"),
        ("环市街道", "town", "subdistrict", "蓬江区"),
    ],
)
def test_what_a_place_is(snapshot: Snapshot, name: str, level: str, kind: str, parent: str) -> None:
    found = rows(
        snapshot,
        f"""SELECT ?level ?kind ?parent {{ ?p skos:prefLabel "{name}"@zh-Hans ; bqw:level ?level ; bqw:placeType ?kind ;
        bqw:directlyWithin/skos:prefLabel ?parent FILTER(LANGMATCHES(LANG(?parent), "zh")) }}""",
    )
    assert found == [(expand(f"level:{level}"), expand(f"place-type:{kind}"), parent)]


def test_two_of_sixty_are_communities_and_fifteen_lie_in_subdistricts(snapshot: Snapshot) -> None:
    village = "?d bqw:designationType designation-type:typical-village ; bqw:designates ?v ."
    communities = f"SELECT ?v {{ {village} ?v bqw:placeType place-type:residents-committee }}"
    in_subdistricts = f"SELECT ?v {{ {village} ?v bqw:directlyWithin/bqw:placeType place-type:subdistrict }}"
    assert len(values(snapshot, communities)) == 2
    assert len(values(snapshot, in_subdistricts)) == 15


def test_three_districts_and_four_county_level_cities(snapshot: Snapshot) -> None:
    counted = rows(
        snapshot,
        """SELECT ?kind (COUNT(?p) AS ?n) {
            ?p bqw:directlyWithin place:nbs2023-4407 ; bqw:level level:county ; bqw:placeType ?kind
        } GROUP BY ?kind""",
    )
    assert {kind.rpartition("/")[2]: int(n) for kind, n in counted} == {"district": 3, "county-level-city": 4}


def test_words_show_to_which_city_the_counties_belong(snapshot: Snapshot) -> None:
    headings = values(
        snapshot,
        """SELECT ?county { ?county bqw:directlyWithin place:nbs2023-4407 ; bqw:level level:county ; bqw:layoutWords ?words .
        ?words oa:hasSelector/oa:exact ?exact FILTER(CONTAINS(?exact, "江门")) }""",
    )
    assert len(headings) == 7


def test_a_measure_that_names_two_things_is_one_measure(snapshot: Snapshot) -> None:
    parts = values(
        snapshot,
        """SELECT ?name { ?part a bqw:MeasurePart ; dcterms:isPartOf measure:1-5 ; skos:prefLabel ?name
        FILTER(LANGMATCHES(LANG(?name), "zh")) }""",
    )
    assert parts == ["人才倍增", "科技引领"]
    assert not rows(snapshot, "SELECT ?x { ?x a bqw:MeasurePart , bqw:Measure }")


def test_short_and_full_name_are_one_programme_and_that_is_a_conclusion(snapshot: Snapshot) -> None:
    names = values(
        snapshot, 'SELECT ?n { ?p a bqw:Programme ; skos:prefLabel|skos:altLabel ?n FILTER(LANGMATCHES(LANG(?n), "zh")) }'
    )
    assert names == ["百千万工程", "百县千镇万村高质量发展工程"]
    concluded = "SELECT ?c { ?c a bqw:Conclusion ; bqw:about programme:bqw ; bqw:origin origin:concluded ; bqw:reason ?why }"
    assert rows(snapshot, concluded)


def test_the_lead_and_the_list_name_one_first_action(snapshot: Snapshot) -> None:
    names = values(
        snapshot,
        'SELECT ?n { action:1 skos:prefLabel|skos:altLabel ?n FILTER(LANGMATCHES(LANG(?n), "zh")) }',
    )
    assert names == ["千亿级经济强县培育行动", "千百亿级经济强县培育"]


@pytest.mark.parametrize("property_name", ["dcterms:publisher", "dcterms:issued", "dcterms:creator", "dcterms:date"])
def test_no_policy_has_what_the_document_does_not_say(snapshot: Snapshot, property_name: str) -> None:
    assert not rows(snapshot, f"SELECT ?x {{ ?p a bqw:Policy ; {property_name} ?x }}")
    assert not rows(snapshot, f"SELECT ?x {{ source:panorama {property_name} ?x }}")


def test_56_supporting_policies_of_which_nine_are_listed(snapshot: Snapshot) -> None:
    (row,) = rows(
        snapshot,
        """SELECT ?size (COUNT(?p) AS ?n) ?completeness { policy-set:supporting-policies bqw:statedSize ?size ;
        bqw:listsPolicy ?p ; bqw:completeness ?completeness } GROUP BY ?size ?completeness""",
    )
    assert row == ("56", "9", expand("completeness:open"))


def test_enping_is_paired_twice_and_nobody_is_their_own_partner(snapshot: Snapshot) -> None:
    partners = values(
        snapshot,
        'SELECT ?n { place:nbs2023-440785 bqw:partnerOf/skos:prefLabel ?n FILTER(LANGMATCHES(LANG(?n), "zh")) }',
    )
    assert partners == ["江海区", "蓬江区"]
    assert not rows(snapshot, "SELECT ?x { ?x bqw:partnerOf ?x }")
    assert not rows(snapshot, "SELECT ?x { ?x bqw:partnerOf ?y FILTER NOT EXISTS { ?y bqw:partnerOf ?x } }")


def test_groups_without_members_have_no_members_and_no_code(snapshot: Snapshot) -> None:
    assert len(rows(snapshot, "SELECT ?g { ?g a bqw:PlaceGroup }")) == 3
    assert not rows(snapshot, "SELECT ?x { ?g a bqw:PlaceGroup ; bqw:nbsCode2023|dcterms:hasPart|skos:member ?x }")


def test_stated_graph_holds_nothing_that_the_document_does_not_say(snapshot: Snapshot) -> None:
    stated = "FROM <https://w3id.org/bqwgraph/graph/stated>"
    for pattern in (
        "?x bqw:nbsCode2023|bqw:mcaCode2026|bqw:pinyin|bqw:officialName|geo:hasGeometry ?y",
        "?x a bqw:Contribution",
        "?x a bqw:Conclusion",
        "?x a bqw:BackgroundFact",
        "?x ?y ?z FILTER(isLiteral(?z) && LANGMATCHES(LANG(?z), 'en'))",
        "?x bqw:origin origin:concluded",
        "?x skos:note ?y",
        "?x ?y ?z FILTER(isLiteral(?z) && CONTAINS(STR(?z), '广东'))",
        "?x bqw:directlyWithin|bqw:within place:nbs2023-44",
        "?x bqw:deadlineBasis deadline-basis:carried-over",
        "?x bqw:indicator indicator:gdp ; bqw:unit ?y",
        "?x bqw:appliesAt ?y",
        "?x bqw:counts policy-set:supporting-policies ; bqw:countedIn ?y",
        "?x bqw:thresholdIndicator ?y FILTER(?x IN (target:4-5, target:4-6))",
        "?x skos:altLabel ?y",
        "target:4-2 bqw:words ?x . ?x oa:hasSelector/oa:exact ?y FILTER(CONTAINS(?y, '2025'))",
        "action:1 bqw:words ?x . ?x oa:hasSelector/oa:exact ?y FILTER(CONTAINS(?y, '千百亿'))",
        "programme:bqw bqw:words ?x . ?x oa:hasSelector/oa:exact ?y FILTER(CONTAINS(?y, '百千万'))",
    ):
        assert not rows(snapshot, f"SELECT ?x {stated} {{ {pattern} }}"), pattern
    (count,) = rows(
        snapshot, f"SELECT (COUNT(?d) AS ?n) {stated} {{ ?d a bqw:Designation ; bqw:designates/bqw:directlyWithin ?p }}"
    )
    assert count == ("67",)
    for pattern in (
        "target:4-1 bqw:deadlineWords ?x",
        "action:1 bqw:nameWords ?x",
        "programme:bqw bqw:nameWords/oa:hasSelector/oa:exact ?x FILTER(CONTAINS(?x, '百县千镇万村'))",
        "?x oa:exact ?y FILTER(CONTAINS(?y, '千百亿'))",
    ):
        assert rows(snapshot, f"SELECT ?x {stated} {{ {pattern} }}"), pattern


def test_thresholds_are_of_output(snapshot: Snapshot) -> None:
    found = rows(snapshot, "SELECT ?t ?i { ?t bqw:thresholdIndicator ?i } ORDER BY ?t")
    assert found == [(expand(f"target:4-{n}"), expand("indicator:output-value")) for n in (1, 2, 4, 5, 6)]


def test_inferred_is_told_from_authored(snapshot: Snapshot) -> None:
    inferred = "FROM <https://w3id.org/bqwgraph/graph/inferred>"
    assert rows(snapshot, f"SELECT ?x {inferred} {{ ?x bqw:within place:nbs2023-4407 }} LIMIT 1")
    assert not rows(snapshot, f"SELECT ?x {inferred} {{ ?x bqw:directlyWithin ?y }} LIMIT 1")
    assert not rows(snapshot, f"SELECT ?x {inferred} {{ ?x owl:sameAs ?x }} LIMIT 1")
