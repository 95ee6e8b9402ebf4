"""SARIF 2.1.0 (OASIS, errata 01): what code scanning reads.

GitHub takes 25,000 results a run, shows the first 5,000 by severity, and wants each to have a place: what stands in no file
points at the folder. A finding keeps its fingerprint when lines move. Braces in messages stand as they are: no message has
arguments.
"""

import json
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256
from importlib.metadata import version
from typing import Final
from urllib.parse import quote

from bqwgraph.graph.namespaces import BASE, shorten
from bqwgraph.validation.findings import Finding, Place, Report, Severity
from bqwgraph.validation.reports import wording
from bqwgraph.validation.reports.options import ENGLISH, ReportOptions, in_order

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_LONGEST: Final = 1024
"""Characters that GitHub takes of a rule's descriptions."""
_IN_IRI: Final = ":/?#[]@!$&'()*+,;=~%"


def render(report: Report, options: ReportOptions) -> str:
    """Return the report as one run."""
    findings = in_order(report.findings)
    rules = _rules(findings, options)
    index = {rule: number for number, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    passed = report.conforms(options.fail_on)
    run = {
        "tool": {"driver": _driver(list(rules.values()))},
        "automationDetails": {"id": "bqwgraph/validate/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder that the paths start from."}}},
        "invocations": [
            {
                "executionSuccessful": True,
                "exitCode": 0 if passed else 1,
                "exitCodeDescription": wording.summary(report, options.fail_on, options.languages[0]),
            }
        ],
        "results": [_result(finding, index[finding.rule], seen, options) for finding in findings],
        "properties": {
            "files": report.files,
            "triples": report.triples,
            "shapes": report.shapes,
            "rules": report.rules,
            "focusNodes": report.focus_nodes,
            "engine": report.engine,
            "checks": list(report.checks),
        },
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, ensure_ascii=False, indent=1) + "\n"


def fingerprint(finding: Finding) -> str:
    """Return what tells a finding from others wherever its line is; of one about no node, the file and the rule do.

    Blank nodes are numbered by where they stand, so the file stands for them.
    """
    about = (finding.rule, finding.focus, finding.path, finding.value) if finding.focus else (finding.rule, finding.file)
    lasting = (f"_:{finding.file}" if name.startswith("_:") else name for name in about)
    return sha256(wording.encoded("\0".join(lasting))).hexdigest()[:32]


def _driver(rules: list[dict[str, object]]) -> dict[str, object]:
    return {"name": "bqwgraph", "semanticVersion": version("bqwgraph"), "informationUri": BASE, "rules": rules}


def _rules(findings: Iterable[Finding], options: ReportOptions) -> dict[str, dict[str, object]]:
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    return {rule: _rule(rule, by_rule[rule], options) for rule in sorted(by_rule)}


def _rule(rule: str, findings: list[Finding], options: ReportOptions) -> dict[str, object]:
    """Describe a rule by what its findings say, where they all say the same; else by its name."""
    name = shorten(rule)
    first = findings[0]
    alike = all(finding.message == first.message for finding in findings)
    told = wording.messages(first, options.languages) if alike else {ENGLISH: name}
    page = {"helpUri": quote(wording.encoded(rule), safe=_IN_IRI)} if rule.startswith(("https://", "http://")) else {}
    more = f"\n\n[{name}]({page['helpUri']})" if page else ""
    worst = max(finding.severity for finding in findings)
    return {
        "id": rule,
        "name": name,
        "shortDescription": {"text": next(iter(told.values()))[:_LONGEST]},
        "fullDescription": {"text": "\n".join(told.values())[:_LONGEST]},
        "help": {
            "text": "\n".join((name, *told.values())),
            "markdown": f"**{_markdown(name)}**\n\n" + "\n\n".join(map(_markdown, told.values())) + more,
        },
        **page,
        "defaultConfiguration": {"level": _LEVELS[worst]},
        "properties": {"tags": [first.check or "validation"]},
    }


def _markdown(text: str) -> str:
    """Escape what Markdown would take for its own."""
    return "".join(f"\\{c}" if c in "\\`*_{}[]<>#|~!" else c for c in text)


def _result(finding: Finding, index: int, seen: Counter[str], options: ReportOptions) -> dict[str, object]:
    mark = fingerprint(finding)
    seen[mark] += 1
    texts = wording.messages(finding, options.languages)
    about = {"focus": finding.focus, "path": finding.path, "value": finding.value, "component": wording.component(finding)}
    location: dict[str, object] = {"physicalLocation": _physical(finding, options)}
    if finding.focus:
        node = {"name": shorten(finding.focus), "fullyQualifiedName": finding.focus, "kind": "resource"}
        location["logicalLocations"] = [node]
    related = [
        {"id": number, "message": {"text": "see also"}, "physicalLocation": _physical(place, options)}
        for number, place in enumerate(finding.related, 1)
    ]
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": "\n".join(texts.values())},
        "locations": [location],
        **({"relatedLocations": related} if related else {}),
        "partialFingerprints": {"bqwgraphFinding/v1": f"{mark}:{seen[mark]}"},
        "properties": {"messages": texts, **{name: value for name, value in about.items() if value}},
    }


def _physical(place: Finding | Place, options: ReportOptions) -> dict[str, object]:
    path = options.path(place.file) if place.file else f"{options.base or '.'}/"
    physical: dict[str, object] = {"artifactLocation": {"uri": quote(wording.encoded(path)), "uriBaseId": "%SRCROOT%"}}
    if place.file and place.line:
        numbers = {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column if place.end_line else 0,
        }
        physical["region"] = {name: number for name, number in numbers.items() if number}
    return physical
