"""Whether Turtle files are in the canonical form that `bqwgraph fmt` writes.

As a program it reads names and paths and writes its findings, both JSON. It is all Python, and would hold up the other checks.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from bqwgraph.graph.authored import NotFormatted
from bqwgraph.graph.formatting import first_difference, format_turtle
from bqwgraph.validation.failure import ValidationFailure
from bqwgraph.validation.findings import Finding, Severity


def check(files: Mapping[str, Path]) -> list[Finding]:
    """Return what `differences` finds in files, by the names that people know; it works in a process of its own.

    Raises ValidationFailure where that process fails.
    """
    if not files:
        return []
    command = [sys.executable, "-P", "-m", "bqwgraph.validation.formatting"]
    given = json.dumps({name: str(path) for name, path in files.items()})
    done = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", check=False)  # noqa: S603 - our own module
    if done.returncode:
        said = done.stderr.strip().rpartition("\n")[2] or f"exit code {done.returncode}"
        raise ValidationFailure(f"the format could not be checked: {said}")
    return [Finding(**{**finding, "severity": Severity(finding["severity"])}) for finding in json.loads(done.stdout)]


def differences(name: str, data: bytes) -> Iterator[Finding]:
    r"""Yield a finding where a file is in another form, at the first line that differs.

    >>> [finding.line for finding in differences("a.ttl", b"<urn:a> <urn:b> 1 .\n")]
    [1]
    >>> list(differences("b.ttl", b"<urn:a>\n    <urn:b> 1 .\n"))
    []
    """
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


def main() -> None:
    """Check the files that standard input names."""
    files: dict[str, str] = json.load(sys.stdin)
    found = [vars(finding) for name, path in files.items() for finding in differences(name, Path(path).read_bytes())]
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
