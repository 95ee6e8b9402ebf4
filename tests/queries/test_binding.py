"""Binding terms in queries."""

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.engine.guard import Form, admit
from bqwgraph.queries.binding import bind, parameter_blocks

QUERY = "SELECT ?x { VALUES ?x { UNDEF } # VALUES ?x { no }\n OPTIONAL { VALUES ?x { UNDEF } } FILTER(?x != 'VALUES ?x { 1 }') }"


def test_all_blocks_are_found_and_only_they() -> None:
    assert len(parameter_blocks(QUERY)["x"]) == 2


def test_an_optional_block_without_value_goes_and_a_default_stays() -> None:
    assert "VALUES" not in bind("ASK { VALUES ?x { UNDEF } ?x ?y ?z }", {"x": None})
    assert bind("ASK { VALUES ?x { 1 2 } ?x ?y ?z }", {"x": None}) == "ASK { VALUES ?x { 1 2 } ?x ?y ?z }"


@given(st.text(st.characters(codec="utf-8")))
def test_a_bound_text_is_one_term_whatever_it_holds(text: str) -> None:
    bound = bind("SELECT ?x { VALUES ?x { UNDEF } }", {"x": ox.Literal(text)})
    assert admit(bound.replace("\\u", "\\\\u"), ()) is Form.SELECT or "\\u" in bound
    found = ox.Store().query(bound)
    assert isinstance(found, ox.QuerySolutions)
    (row,) = found
    assert row["x"] == ox.Literal(text)
