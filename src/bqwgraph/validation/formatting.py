"""Whether Turtle files are in the canonical form that `bqwgraph fmt` writes."""

from collections.abc import Iterable, Iterator

from bqwgraph.graph.authored import NotFormatted
from bqwgraph.graph.formatting import first_difference, format_turtle
from bqwgraph.validation.findings import Finding, Severity


def check(files: Iterable[tuple[str, bytes]]) -> list[Finding]:
    r"""Return a finding for each file (name and content) that is in another form, at the first line that differs.

    >>> [finding.line for finding in check([("a.ttl", b"<urn:a>\n    <urn:b> 1 .\n"), ("b.ttl", b"<urn:a> <urn:b> 1 .")])]
    [1]
    """
    return [finding for name, data in files for finding in _of_file(name, data)]


def _of_file(name: str, data: bytes) -> Iterator[Finding]:
    try:
        formatted = format_turtle(data, name)
    except NotFormatted as error:
        fault = error.fault
        message = {"en": f"it has no canonical form: {fault.message}", "zh-Hans": f"没有规范格式：{fault.message}"}
        yield Finding("format", Severity.WARNING, message, file=name, line=fault.line, column=fault.column, check="format")
        return
    if formatted != data:
        message = {
            "en": "not in the canonical form from here on: run bqwgraph fmt",
            "zh-Hans": "自此处起不是规范格式：请运行 bqwgraph fmt",
        }
        line = first_difference(data, formatted)
        yield Finding("format", Severity.WARNING, message, file=name, line=line, column=1, check="format")
