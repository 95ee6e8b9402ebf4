"""What all reporters say in the same words: messages, what a finding is about, sums."""

import re
from typing import Final
from unicodedata import category

from bqwgraph.graph.namespaces import PREFIXES, shorten
from bqwgraph.validation.findings import Finding, Report, Severity
from bqwgraph.validation.reports.options import CHINESE, ENGLISH

_NAMES: Final = {
    Severity.VIOLATION: ("violation", "违规"),
    Severity.WARNING: ("warning", "警告"),
    Severity.INFO: ("info", "提示"),
}
_KEPT: Final = "\t\u200c\u200d"
"""Unprintable by Unicode's book, but wanted: tabs, and the joiners that emoji and Persian are written with."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_COMPONENT: Final = PREFIXES["sh"] + "sourceConstraintComponent"


def encoded(text: str) -> bytes:
    r"""Return text as UTF-8; a lone surrogate, which UTF-8 does not have, becomes U+FFFD.

    >>> encoded("a\ud800")
    b'a\xef\xbf\xbd'
    """
    return _SURROGATE.sub("\ufffd", text).encode("utf-8")


def visible(text: str) -> str:
    r"""Return text in which nothing hides or acts: control characters and what turns the direction of writing show by number.

    >>> visible("a\x1b[31m\u202eb 江门")
    'a<U+001B>[31m<U+202E>b 江门'
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or category(c) == "Zs" or c in _KEPT else f"<U+{ord(c):04X}>" for c in text)


def messages(finding: Finding, languages: tuple[str, ...]) -> dict[str, str]:
    """Return what a finding says by language: in those that are wanted, else in one that it has, else that a rule is not met."""
    said = {language: finding.message[language] for language in languages if finding.message.get(language)}
    if said:
        return said
    if text := finding.text(ENGLISH):
        return {next(tag for tag, there in finding.message.items() if there == text): text}
    rule = shorten(finding.rule)
    return {tag: f"不符合 {rule}" if tag == CHINESE else f"{rule} is not met" for tag in languages}


def message(finding: Finding, languages: tuple[str, ...]) -> str:
    """Return what a finding says in one text, a line a language."""
    return "\n".join(messages(finding, languages).values())


def about(finding: Finding) -> str:
    """Return what a finding is about: focus node, path and value, as far as they are known, shortened."""
    return " ".join(shorten(item) for item in (finding.focus, finding.path, finding.value) if item)


def where(file: str, line: int, column: int) -> str:
    """Return a place as ``file:line:column``, as far as it is known.

    >>> where("data/actions.ttl", 3, 0)
    'data/actions.ttl:3'
    """
    return ":".join([file or "(no file)", *(str(number) for number in (line, line and column) if number)])


def component(finding: Finding) -> str:
    """Return the IRI of the SHACL constraint component that was not met, else an empty text."""
    objects = (triple.object.value for triple in finding.result if triple.predicate.value == _COMPONENT)  # type: ignore[union-attr]
    return next(objects, "")


def counts(report: Report) -> dict[Severity, int]:
    """Return how many findings there are of each severity, the gravest first."""
    found = dict.fromkeys(sorted(Severity, reverse=True), 0)
    for finding in report.findings:
        found[finding.severity] += 1
    return found


def severity(of: Severity, language: str) -> str:
    """Return the name of a severity in a language."""
    return _NAMES[of][language == CHINESE]


def summary(report: Report, fail_on: Severity, language: str) -> str:
    """Return one line that says what was found, what was checked, by which engine, and whether that passes."""
    return (_in_chinese if language == CHINESE else _in_english)(report, fail_on)


def _in_english(report: Report, fail_on: Severity) -> str:
    found = ", ".join(_counted(number, severity(of, ENGLISH)) for of, number in counts(report).items())
    parts = (
        _counted(report.files, "file"),
        _counted(report.triples, "triple"),
        _counted(report.shapes, "shape"),
        _counted(report.rules, "rule"),
        _counted(report.focus_nodes, "focus node"),
    )
    by = f" by {report.engine}" if report.engine else ""
    done = f" (checks: {', '.join(report.checks)})" if report.checks else ""
    verdict = "passed" if report.conforms(fail_on) else f"failed: a finding of severity {severity(fail_on, ENGLISH)} or above"
    if not report.findings:
        found = f"{'nothing found' if report.triples else 'nothing was there to check'}: {found}"
    return f"{found}; checked {', '.join(parts)}{by}{done}; {verdict}"


def _in_chinese(report: Report, fail_on: Severity) -> str:
    found = "、".join(f"{severity(of, CHINESE)} {number} 条" for of, number in counts(report).items())
    parts = (
        f"{report.files} 个文件",
        f"{report.triples} 条三元组",
        f"{report.shapes} 个形状",
        f"{report.rules} 条规则",
        f"{report.focus_nodes} 个焦点节点",
    )
    by = f"，引擎 {report.engine}" if report.engine else ""
    done = f"（检查项：{'、'.join(report.checks)}）" if report.checks else ""
    verdict = "通过" if report.conforms(fail_on) else f"未通过：有{severity(fail_on, CHINESE)}或更严重的问题"
    if not report.findings:
        found = f"{'未发现问题' if report.triples else '没有可检查的内容'}：{found}"
    return f"{found}；已检查 {'、'.join(parts)}{by}{done}；{verdict}"


def _counted(number: int, name: str) -> str:
    return f"{number} {name}" if number == 1 else f"{number} {name}s"
