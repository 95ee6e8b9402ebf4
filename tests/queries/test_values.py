"""Parameter values: what people write, and what it means."""

import pyoxigraph as ox
import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.queries.saved import Parameter
from bqwgraph.queries.values import BadParameter, read, run

TITLE = {"zh-Hans": "", "en": ""}
PLACE = Parameter("place", "place", "鹤山市", TITLE)
ACTION = Parameter("action", "action", "5", TITLE)
POLICY = Parameter("policy", "policy", "2", TITLE)
LEVEL = Parameter("level", "concept", "village", TITLE, scheme="level")
YEAR = Parameter("year", "year", "2025", TITLE)
NUMBER = Parameter("n", "number", "10", TITLE)
BASE = "https://w3id.org/bqwgraph/"
XSD = "http://www.w3.org/2001/XMLSchema#"


@pytest.mark.parametrize(
    ("parameter", "value", "iri"),
    [
        (PLACE, "鹤山市", "place/nbs2023-440784"),
        (PLACE, "Heshan City", "place/nbs2023-440784"),
        (PLACE, "440784", "place/nbs2023-440784"),
        (PLACE, "440784000000", "place/nbs2023-440784"),
        (PLACE, "440700000000", "place/nbs2023-4407"),
        (PLACE, " place:nbs2023-440784 ", "place/nbs2023-440784"),
        (PLACE, "https://w3id.org/bqwgraph/place/nbs2023-440784", "place/nbs2023-440784"),
        (PLACE, "<https://w3id.org/bqwgraph/place/nbs2023-440784>", "place/nbs2023-440784"),
        (PLACE, "mca2026:440784", "place/nbs2023-440784"),
        (PLACE, "渔业鲲鹏村委会", "place/nbs2023-440781110207"),
        (PLACE, "董庄社区", "place/nbs2023-440703006-dongzhuang"),
        (PLACE, "靖村村", "place/nbs2023-440784108202"),
        (ACTION, "5", "action/5"),
        (ACTION, "5.3", "measure/5-3"),
        (ACTION, "action:5", "action/5"),
        (ACTION, "城乡融合发展行动", "action/5"),
        (POLICY, "2", "policy/2"),
        (POLICY, "江门市推进东西部县(市、区)结对合作行动方案", "policy/3"),
        (LEVEL, "village", "vocab/level/village"),
        (LEVEL, "level:town", "vocab/level/town"),
    ],
)
def test_read(engine: EmbeddedEngine, parameter: Parameter, value: str, iri: str) -> None:
    assert run(read(parameter, value), engine).term.value == BASE + iri


@pytest.mark.parametrize(
    ("parameter", "value", "lexical", "datatype"),
    [(YEAR, "2025", "2025", "gYear"), (NUMBER, " 10 ", "10", "integer"), (NUMBER, "-0.5", "-0.5", "decimal")],
)
def test_literals(engine: EmbeddedEngine, parameter: Parameter, value: str, lexical: str, datatype: str) -> None:
    term = run(read(parameter, value), engine).term
    assert term == ox.Literal(lexical, datatype=ox.NamedNode(XSD + datatype))


@pytest.mark.parametrize(
    ("parameter", "value"),
    [(YEAR, "25"), (YEAR, "2025-01"), (YEAR, "二〇二五"), (NUMBER, "ten"), (NUMBER, "1e9999"), (NUMBER, "NaN"), (NUMBER, "1 2")],
)
def test_no_literals(engine: EmbeddedEngine, parameter: Parameter, value: str) -> None:
    with pytest.raises(BadParameter, match="for example"):
        run(read(parameter, value), engine)


@pytest.mark.parametrize(
    ("parameter", "value", "nearest"),
    [
        (PLACE, "鹤山", "鹤山市 place:nbs2023-440784"),
        (PLACE, "鹤山县", "鹤山市 place:nbs2023-440784"),
        (PLACE, "heshan", "鹤山市 place:nbs2023-440784"),
        (PLACE, "Heshna City", "鹤山市 place:nbs2023-440784"),
        (PLACE, "莲塘村", "莲塘村 place:nbs2023-440703101202"),
        (PLACE, "莲塘村", "莲塘村 place:nbs2023-440705101202"),
        (PLACE, "44078", "鹤山市 place:nbs2023-440784"),
        (PLACE, "440786", "鹤山市 place:nbs2023-440784"),
        (PLACE, "4407841045", "桃源镇 place:nbs2023-440784104"),
        (ACTION, "城乡融合", "城乡融合发展行动 action:5"),
    ],
)
def test_not_read_but_near(engine: EmbeddedEngine, parameter: Parameter, value: str, nearest: str) -> None:
    with pytest.raises(BadParameter) as raised:
        run(read(parameter, value), engine)
    assert nearest in raised.value.nearest


@pytest.mark.parametrize(
    "value",
    [
        *(
            "",
            "place:nbs2023-999999",
            "action:5",
            "999999",
            "mca2026:",
            "mca2026:\\",
            "<script>",
            "' OR 1=1",
            'x"} SERVICE <a> {',
        ),
        *("http://[", "http://x/%zz", "http://x/\ue000", "place:%zz", "place:a b", "<http://[>", "place:\\u0041"),
    ],
)
def test_not_read(engine: EmbeddedEngine, value: str) -> None:
    with pytest.raises(BadParameter):
        run(read(PLACE, value), engine)


def test_a_code_that_is_another_place_in_the_other_list_is_said(engine: EmbeddedEngine) -> None:
    meant = run(read(PLACE, "440703101"), engine)
    assert meant.term.value.endswith("nbs2023-440703101"), "棠下镇 in NBS 2023"
    assert "place:nbs2023-440703102" in str(meant.note), "荷塘镇 in MCA 2026"
    assert not run(read(PLACE, "440703005"), engine).note
