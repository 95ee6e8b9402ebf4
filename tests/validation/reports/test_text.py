"""The report for people: places, carets under the right characters, and nothing that acts on a terminal."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from bqwgraph.validation.findings import Place, Report, Severity
from bqwgraph.validation.reports.options import ReportFormat, ReportOptions, lines_below
from bqwgraph.validation.reports.render import render
from bqwgraph.validation.reports.source import WIDTH, pointed_at
from bqwgraph.validation.reports.text import finding_lines

from .material import BROKEN_FILE, CLEAN, OVER_TWO_LINES, REPORT, REPORTS, WRONG_VALUE, write_source

ACTS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""What a terminal obeys, or a reader cannot see."""


def text(report: Report, options: ReportOptions | None = None) -> str:
    return render(report, ReportFormat.TEXT, options or ReportOptions()).decode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_source(tmp_path)
    return tmp_path


def test_a_finding_with_its_line_and_carets(folder: Path) -> None:
    said = text(replace(REPORT, findings=(WRONG_VALUE,)), ReportOptions(lines=lines_below(folder)))
    assert said.splitlines()[:12] == [
        "data/a b.ttl (1)",
        "",
        "data/a b.ttl:3:6: violation [shape:Target-value]",
        "  Expected a number.",
        "  应为数字。",
        "  target:1-1 bqw:value 四百八十万",
        '     3 | \t:江门\t"四百八十万"@zh-Hans , 12 .',
        "       | \t     \t" + "^" * 20,
        "  → data/a b.ttl:2:7",
        '     2 | :a :b "很" ;',
        "       |       ^^^^",
        "",
    ]


def test_of_a_span_over_lines_the_first_is_shown(folder: Path) -> None:
    said = text(replace(REPORT, findings=(OVER_TWO_LINES,)), ReportOptions(lines=lines_below(folder)))
    assert '     4 | :a :c "one\n       |       ^^^^\n' in said


def test_findings_are_grouped_by_file_in_the_order_of_lines(folder: Path) -> None:
    said = text(REPORT, ReportOptions(languages=("en",), lines=lines_below(folder)))
    heads = re.findall(r"^(?:\(no file\)|data/[^:\n]*) \(\d\)$|^[^\s].*: (?:violation|warning|info) \[.*\]$", said, re.MULTILINE)
    assert heads == [
        "(no file) (1)",
        "(no file): info [nothing-checked]",
        "data/a b.ttl (2)",
        "data/a b.ttl:3:6: violation [shape:Target-value]",
        "data/a b.ttl:4:7: warning [label-unique]",
        "data/z.ttl (1)",
        "data/z.ttl:9:2: violation [syntax]",
    ]


def test_the_end_says_what_was_found_and_checked() -> None:
    *_, english, chinese = text(REPORT).splitlines()
    assert english == (
        "2 violations, 1 warning, 1 info; checked 2 files, 5 triples, 1 shape, 3 rules, 1 focus node by pyshacl 0.40.1 "
        "(checks: syntax, shacl, rules, labels); failed: a finding of severity violation or above"
    )
    for words in (
        "违规 2 条",
        "警告 1 条",
        "2 个文件",
        "5 条三元组",
        "1 个形状",
        "3 条规则",
        "1 个焦点节点",
        "pyshacl 0.40.1",
        "未通过",
    ):
        assert words in chinese


def test_nothing_found_is_said_and_so_is_nothing_to_check() -> None:
    assert text(CLEAN).startswith("nothing found: 0 violations, 0 warnings, 0 infos; checked 2 files, 5 triples")
    assert "passed" in text(CLEAN)
    assert "未发现问题" in text(CLEAN)
    assert text(Report((), 0, 0, 1, 0)).startswith("nothing was there to check")


def test_the_severity_that_fails_decides_what_the_end_says() -> None:
    warned = replace(REPORT, findings=(OVER_TWO_LINES,))
    assert text(warned, ReportOptions(("en",))).endswith("; passed\n")
    failed = text(warned, ReportOptions(("en",), fail_on=Severity.WARNING))
    assert failed.endswith("; failed: a finding of severity warning or above\n")


def test_one_language_and_the_name_of_the_folder() -> None:
    said = text(replace(REPORT, findings=(WRONG_VALUE,)), ReportOptions(("zh-Hans",), base="graph"))
    assert "graph/data/a b.ttl:3:6: 违规 [shape:Target-value]\n  应为数字。\n" in said
    assert "→ graph/data/a b.ttl:2:7" in said
    assert "Expected" not in said
    assert "checked" not in said


def test_a_message_that_is_not_there_in_the_language_is_given_in_another() -> None:
    said = text(replace(REPORT, findings=(BROKEN_FILE, replace(BROKEN_FILE, message={}))), ReportOptions(("zh-Hans",)))
    assert "  not Turtle\n" in said
    assert "  不符合 syntax\n" in said


def test_a_place_without_a_line_has_no_column() -> None:
    assert "data/z.ttl: violation [syntax]\n" in text(replace(REPORT, findings=(replace(BROKEN_FILE, line=0),)))
    assert "data/z.ttl:9: violation [syntax]\n" in text(replace(REPORT, findings=(replace(BROKEN_FILE, column=0),)))


def test_colour_changes_nothing_but_colour(folder: Path) -> None:
    plain = text(REPORT, ReportOptions(lines=lines_below(folder)))
    coloured = text(REPORT, ReportOptions(lines=lines_below(folder), colour=True))
    assert "\x1b[1;31mviolation\x1b[0m" in coloured
    assert "\x1b" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


def test_data_is_no_markup_and_no_command() -> None:
    hostile = replace(
        WRONG_VALUE,
        message={"en": "[bold red]x[/] \x1b[2J\u202eevil\nx.ttl:1:1: violation"},
        focus="urn:\x07",
        value="\x9b31m",
        file="a\u202eb.ttl",
        rule="[link=x]r",
        related=(),
    )
    said = text(replace(REPORT, findings=(hostile,), engine="e\r\n::error::x"))
    assert not ACTS.search(said)
    assert "  [bold red]x[/] <U+001B>[2J<U+202E>evil\n  x.ttl:1:1: violation\n" in said
    assert "urn:<U+0007> bqw:value <U+009B>31m" in said
    assert "a<U+202E>b.ttl:3:6: violation [[link=x]r]" in said
    assert "by e<U+000D><U+000A>::error::x" in said


@settings(deadline=None)  # other work on the machine must not fail it
@given(REPORTS, st.booleans())
def test_whatever_was_found_nothing_acts_and_nothing_is_lost(report: Report, chinese: bool) -> None:  # noqa: FBT001
    source = ["\x1b[31m\u202e", 'a "江门" \t b', "", "x" * 500]
    said = text(report, ReportOptions(("zh-Hans" if chinese else "en",), lines=lambda _: source))
    assert not ACTS.search(said)
    names = "违规|警告|提示" if chinese else "violation|warning|info"
    assert len(re.findall(rf"^.*: (?:{names}) \[", said, re.MULTILINE)) >= len(report.findings)


def test_each_file_is_read_once() -> None:
    read: list[str] = []

    def lines(file: str) -> list[str]:
        read.append(file)
        return ["x"] * 9

    text(replace(REPORT, findings=REPORT.findings * 50), ReportOptions(lines=lines))
    assert sorted(read) == ["data/a b.ttl", "data/z.ttl"]


def test_a_file_that_is_gone_or_shorter_has_no_line(folder: Path) -> None:
    said = text(replace(REPORT, findings=(BROKEN_FILE, replace(WRONG_VALUE, line=99))), ReportOptions(lines=lines_below(folder)))
    assert " | " not in said.split("→", maxsplit=1)[0]


def test_lines_are_counted_as_positions_count_them(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_bytes("\ufeffa\r\nb\rc\nd\u2028e\x85f".encode())
    (tmp_path / "b.ttl").write_bytes(b"\xff")
    read = lines_below(tmp_path)
    assert read("a.ttl") == ["a", "b", "c", "d\u2028e\x85f"]
    assert read("b.ttl") is None
    assert read("c.ttl") is None


def test_a_long_line_is_cut_around_the_place() -> None:
    line = "江" * 300 + '"here"' + "门" * 300
    shown = pointed_at([line], Place("a", 1, 301, 1, 307))
    assert shown is not None
    text_shown, carets = shown
    assert text_shown[0] == text_shown[-1] == "…"
    assert cell_len(text_shown) <= WIDTH
    assert cell_len(text_shown[: text_shown.index('"here"')]) == carets.index("^")
    assert carets.count("^") == 6


def test_a_span_longer_than_the_screen_is_marked_as_far_as_it_is_shown() -> None:
    shown = pointed_at(["x" * 5000], Place("a", 1, 11, 1, 5001))
    assert shown == ("x" * (WIDTH - 1) + "…", " " * 10 + "^" * (WIDTH - 11))


def test_a_place_behind_the_end_of_the_line_gets_one_caret() -> None:
    assert pointed_at(["ab"], Place("a", 1, 3)) == ("ab", "  ^")
    assert pointed_at(["ab"], Place("a", 1, 99)) == ("ab", "  ^")


def test_without_a_column_there_are_no_carets() -> None:
    assert pointed_at(["ab"], Place("a", 1)) == ("ab", "")


@settings(deadline=None)  # other work on the machine must not fail it
@given(
    before=st.text(st.sampled_from('ab:" 江门(､ｱé𠀀'), max_size=300),
    marked=st.text(st.sampled_from("ab江门"), min_size=1, max_size=30),
    after=st.text(st.sampled_from('ab:" 江门'), max_size=300),
)
def test_the_carets_stand_under_the_span(before: str, marked: str, after: str) -> None:
    place = Place("a", 1, len(before) + 1, 1, len(before) + len(marked) + 1)
    shown = pointed_at([before + marked + after], place)
    assert shown is not None
    line, carets = shown
    assert cell_len(line) <= WIDTH
    start = carets.index("^")
    assert carets == " " * start + "^" * cell_len(marked)
    position = next(index for index in range(len(line)) if cell_len(line[:index]) == start)
    assert line[position:].startswith(marked)


def test_the_short_form_has_two_lines_a_finding() -> None:
    assert list(finding_lines([BROKEN_FILE, WRONG_VALUE], "zh-Hans")) == [
        "data/a b.ttl:3:6: violation: 应为数字。",
        "    target:1-1 bqw:value 四百八十万  [shape:Target-value]",
        "data/z.ttl:9:2: violation: not Turtle",
        "      [syntax]",
    ]
