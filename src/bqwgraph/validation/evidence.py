"""Evidence: every excerpt against a copy of the document, and a lock that says which excerpts were verified.

Offsets count Unicode characters of the file read as UTF-8 without newline translation, the end exclusive (Web Annotation,
TextPositionSelector).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.validation.findings import Finding, Severity
from bqwgraph.validation.placing import Placing
from bqwgraph.validation.placing import placed as at

_EXCERPTS: Final = f"""
PREFIX bqw: <{PREFIXES["bqw"]}>
PREFIX oa: <{PREFIXES["oa"]}>
SELECT ?excerpt ?quote ?position ?start ?end ?exact ?sha256 ?count ?source {{
    ?excerpt a bqw:Excerpt ; oa:hasSource ?source ; oa:hasSelector ?quote , ?position .
    ?quote oa:exact ?exact .
    ?position oa:start ?start ; oa:end ?end .
    ?source bqw:sha256 ?sha256 ; bqw:characterCount ?count .
}} ORDER BY ?start ?end ?excerpt
"""
_SHOWN: Final = 15
"""Characters of the document that a message may show: no more than an excerpt may hold."""


@dataclass(frozen=True)
class Excerpt:
    """Words of a source: ``source[start:end] == exact``; ``sha256`` and ``count`` are what the graph says of the source."""

    iri: str
    quote: str
    start: int
    end: int
    exact: str
    source: str
    sha256: str
    count: int


def excerpts(store: ox.Store) -> list[Excerpt]:
    """Return the excerpts of a store's default graph in the order of the text."""
    rows = store.query(_EXCERPTS)
    if not isinstance(rows, ox.QuerySolutions):
        raise TypeError("a SELECT query gives solutions")

    def text(row: ox.QuerySolution, name: str) -> str:
        term = row[name]
        return term.value if isinstance(term, ox.NamedNode | ox.Literal) else ""

    return [
        Excerpt(
            iri=text(row, "excerpt"),
            quote=text(row, "quote"),
            start=int(text(row, "start")),
            end=int(text(row, "end")),
            exact=text(row, "exact"),
            source=text(row, "source"),
            sha256=text(row, "sha256"),
            count=int(text(row, "count")),
        )
        for row in rows
    ]


def verify(found: list[Excerpt], document: bytes) -> Iterator[Finding]:
    """Yield a finding for each excerpt whose words do not stand where it says, and for a document that is another one.

    Raises UnicodeDecodeError where the document is not UTF-8.
    """
    text = document.decode("utf-8")
    digest = sha256(document).hexdigest()
    for source, stated, count in sorted({(item.source, item.sha256, item.count) for item in found}):
        if stated != digest:
            chinese = f"文件的 SHA-256 是 {digest},图谱记为 {stated}:这不是所引的那份文件"
            english = f"the document's SHA-256 is {digest}, the graph says {stated}: this is not the document that is quoted"
            message = {"zh-Hans": chinese, "en": english}
            yield Finding(
                "evidence-digest", Severity.VIOLATION, message, source, PREFIXES["bqw"] + "sha256", stated, check="evidence"
            )
        if count != len(text):
            chinese = f"文件有 {len(text)} 个字符,图谱记为 {count}"
            english = f"the document has {len(text)} characters, the graph says {count}"
            message = {"zh-Hans": chinese, "en": english}
            yield Finding(
                "evidence-length",
                Severity.VIOLATION,
                message,
                source,
                PREFIXES["bqw"] + "characterCount",
                str(count),
                check="evidence",
            )
    for item in found:
        there = text[item.start : item.end] if 0 <= item.start <= item.end else ""
        if there == item.exact:
            continue
        at = text.find(item.exact)
        hint_zh = f"这些字见于 {at}-{at + len(item.exact)}" if at >= 0 else "文件中没有这些字"
        hint_en = f"the words stand at {at}-{at + len(item.exact)}" if at >= 0 else "the document does not have these words"
        message = {
            "zh-Hans": f"{item.start}-{item.end} 处是“{there[:_SHOWN]}”,不是“{item.exact}”;{hint_zh}",
            "en": f"{item.start}-{item.end} holds {there[:_SHOWN]!r}, not {item.exact!r}; {hint_en}",
        }
        yield Finding(
            "evidence-words", Severity.VIOLATION, message, item.quote, PREFIXES["oa"] + "exact", item.exact, check="evidence"
        )


def placed(findings: Iterable[Finding], placing: Placing) -> Iterator[Finding]:
    """Yield findings about excerpts with their places."""
    for finding in findings:
        yield at(finding, placing.fact(ox.NamedNode(finding.focus), finding.path))


def digest_of(found: list[Excerpt]) -> str:
    """Return the SHA-256 of what the excerpts claim: source digest, offsets and words, in order."""
    lines = (f"{item.sha256} {item.start} {item.end} {item.exact}\n" for item in found)
    return sha256("".join(lines).encode("utf-8")).hexdigest()


def _lock(folder: GraphFolder) -> Path:
    return folder.root / "data" / "evidence.lock"


def write_lock(folder: GraphFolder, found: list[Excerpt]) -> None:
    """Note that these excerpts were verified against the document."""
    _lock(folder).write_text(f"{digest_of(found)}  {len(found)} excerpts\n", "ascii")


def check_lock(folder: GraphFolder, found: list[Excerpt]) -> Iterator[Finding]:
    """Yield a finding where the excerpts are not those that were last verified; needs no document."""
    path = _lock(folder)
    locked = path.read_text("ascii").split() if path.is_file() else []
    if found and locked[:1] != [digest_of(found)]:
        yield Finding(
            "evidence-lock",
            Severity.VIOLATION,
            {
                "zh-Hans": "摘录自上次核对后有改动:请运行 bqwgraph evidence 文件",
                "en": "the excerpts changed since they were last verified: run bqwgraph evidence FILE",
            },
            file="data/evidence.lock",
            check="evidence",
        )
