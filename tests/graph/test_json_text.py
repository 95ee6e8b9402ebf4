"""JSON with places: the same values as Python's reader makes, each from its first character to its last."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bqwgraph.graph.json_text import NotJson, Value, read

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def plain(value: Value) -> object:
    if value.kind == "object":
        return {item.name: plain(item) for item in value.items}
    if value.kind == "array":
        return [plain(item) for item in value.items]
    return value.text if value.kind == "string" else json.loads(value.text)


@given(_VALUES, st.sampled_from([None, 1]), st.booleans())
def test_values_are_read_with_their_places(made: object, indent: int | None, ascii_only: bool) -> None:  # noqa: FBT001
    text = "\r\n" + json.dumps(made, indent=indent, ensure_ascii=ascii_only) + "\t"
    whole = read(text)
    assert plain(whole) == made
    for value in whole.walk():
        assert json.loads(text[value.start : value.end]) == plain(value)
        if value.parent and value.parent.kind == "object":
            assert json.loads(text[slice(*value.name_at)]) == value.name


def test_a_name_may_come_twice_and_depth_is_no_matter() -> None:
    assert [item.text for item in read('{"a": 1, "a": 2}').items] == ["1", "2"]
    assert len(list(read("[" * 50_000 + "]" * 50_000).walk())) == 50_000


@pytest.mark.parametrize(
    "text", ["", "{", "[1", "[1 2]", '{"a" 1}', '{"a":}', "[,]", "[1,]", "{} x", '{"a":1,}', '"x', "{1:2}", "nul", '"\\x"', "1 2"]
)
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(NotJson):
        read(text)
