"""Whether a Turtle file is in the canonical form that `bqwgraph fmt` writes."""

from collections.abc import Iterator

import pyoxigraph as ox

from bqwgraph.graph.authored import NotFormatted
from bqwgraph.graph.formatting import first_difference, format_turtle
from bqwgraph.validation.findings import Finding, Severity
from bqwgraph.validation.sources import Source


def check(source: Source) -> Iterator[Finding]:
    """Yield a finding for a Turtle file that is in another form, at the first line that differs, or has none."""
    if source.syntax != ox.RdfFormat.TURTLE:
        return
    try:
        formatted = format_turtle(source.data, source.name)
    except NotFormatted as error:
        fault = error.fault
        message = {"en": f"it has no canonical form: {fault.message}", "zh-Hans": f"没有规范格式：{fault.message}"}
        yield _finding(source, message, fault.line, fault.column)
        return
    if formatted != source.data:
        message = {
            "en": "not in the canonical form from here on: run bqwgraph fmt",
            "zh-Hans": "自此处起不是规范格式：请运行 bqwgraph fmt",
        }
        yield _finding(source, message, first_difference(source.data, formatted), 1)


def _finding(source: Source, message: dict[str, str], line: int, column: int) -> Finding:
    return Finding("format", Severity.WARNING, message, file=source.name, line=line, column=column, check="format")
