"""Formatting: what it looks like, where comments go, that no graph is changed by it, and what is refused."""

import os
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bqwgraph.graph import authored, formatting, tokens
from bqwgraph.graph.authored import NotFormatted, comments
from bqwgraph.graph.canonical import to_turtle
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.formatting import format_turtle
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.graph.reading import GraphError

ROOT = Path(__file__).parents[2]
FORMS = ROOT / "tests" / "fixtures" / "formatting"


def formatted(text: str) -> str:
    """The text in its form, which is the form of that text too."""
    after = format_turtle(text.encode(), "a.ttl").decode()
    assert format_turtle(after.encode(), "a.ttl").decode() == after
    return after


def graph(text: str | bytes, base: str = "http://base.example/a/b") -> ox.Dataset:
    """The graph of a text: equal for isomorphic graphs."""
    dataset = ox.Dataset(ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return dataset


# What it looks like: what is in NAME.before.ttl becomes what is in NAME.after.ttl.


@pytest.mark.parametrize("name", sorted(path.name.removesuffix(".before.ttl") for path in FORMS.glob("*.before.ttl")))
def test_forms(name: str) -> None:
    before, after = ((FORMS / f"{name}.{when}.ttl").read_bytes() for when in ("before", "after"))
    assert format_turtle(before, "a.ttl").decode() == after.decode()
    assert format_turtle(after, "a.ttl") == after
    assert graph(before) == graph(after)


def test_line_ends_and_byte_order_mark_go_but_not_those_in_strings() -> None:
    after = format_turtle('\ufeff# a\r\n\r\n<urn:s> <urn:p> """b\r\nc""" . # d\r'.encode(), "a.ttl")
    assert after == b'# a\n\n<urn:s>\n    <urn:p> """b\\r\nc""" .  # d\n'


def test_nothing_stays_nothing() -> None:
    assert formatted(" \n\n") == ""
    assert formatted("# a") == "# a\n"


@pytest.mark.parametrize("path", GraphFolder.at(ROOT).turtle(), ids=str)
def test_our_own_files_are_in_their_form(path: Path) -> None:
    assert format_turtle(path.read_bytes(), path.name).decode() == path.read_text("utf-8")


# What is not formatted.


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("<urn:s> <urn:p>\n <urn:o> {| <urn:q> 1 |} .", r"^a\.ttl:2:10: not formatted: \{\| is of RDF 1\.2"),
        ("<urn:s> <urn:p> <urn:o> ~ <urn:r> .", r"^a\.ttl:1:25: .*~ is of RDF 1\.2"),
        ("<< <urn:s> <urn:p> 1 >> <urn:q> 1 .", r"^a\.ttl:1:1: .*<< is"),
        ("<urn:s> <urn:p> <<( <urn:s> <urn:p> 1 )>> .", r"^a\.ttl:1:17: .*<<\( is"),
        ('<urn:s> <urn:p> 1 .\nVERSION "1.2"', r"^a\.ttl:2:1: .*version is of RDF 1\.2"),
        ("<urn:s> <urn:p> " + "[ <urn:p> " * 101 + "1" + "]" * 101 + ".", r"^a\.ttl:1:1017: .*more than 100 deep"),
        ("<urn:s> <urn:p> " + "(" * 20_000 + ")" * 20_000 + ".", "more than 100 deep"),
        ("<s> <urn:p> 1 .\n@base <urn:b:> .", r"^a\.ttl:2:1: .*different bases"),
        ("@base <x> .\n<s> <urn:p> 1 .\n@base <y> .", r"^a\.ttl:3:1: .*different bases"),
    ],
)
def test_what_is_refused(text: str, told: str) -> None:
    with pytest.raises(NotFormatted, match=told):
        format_turtle(text.encode(), "a.ttl")


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<urn:s> <urn:p> 1 .\n<urn:s> <urn:p> ; .", r"^a\.ttl:2:17: "),
        ("\ufeff\r\n# é\n<#s> e:p 1 .".encode(), r"^a\.ttl:3:6: "),
        (b"# \xc3\xa9 \xff", r"^a\.ttl:1:5: not UTF-8 text$"),
    ],
)
def test_what_is_no_turtle(data: bytes, told: str) -> None:
    with pytest.raises(GraphError, match=told):
        format_turtle(data, "a.ttl")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("_:b0 <urn:p> 1 .", "_:b0 <urn:p> 2 .", "say the same"),
        ("_:b0 <urn:p> 1 .", "_:b1 <urn:p> 1 .", "say the same"),
        ("<urn:s> <urn:p> [ <urn:p> ( 1 2 ) ] .", "<urn:s> <urn:p> [ <urn:p> ( 2 1 ) ] .", "say the same"),
        ("<urn:s> <urn:p> [], [] .", "<urn:s> <urn:p> [] .", "say the same"),
        ("[] <urn:p> 1 . [] <urn:p> 1 .", "[] <urn:p> 1 .", "say the same"),
        ("<urn:s> <urn:p> [ <urn:p> 1 ], [ <urn:p> 2 ] .", "<urn:s> <urn:p> [ <urn:p> 1, 2 ], [] .", "say the same"),
        ("<urn:s> <urn:p> 1 . # a", "<urn:s> <urn:p> 1 .", "same comments"),
        ("<s> <urn:p> 1 .", f"<{authored.NOWHERE}s> <urn:p> 1 .", "say the same"),
    ],
)
def test_a_fault_of_ours_damages_nothing(before: str, after: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting._Layout, "text", lambda _: after)
    with pytest.raises(NotFormatted, match=told):
        format_turtle(before.encode(), "a.ttl")
    monkeypatch.setattr(formatting._Layout, "text", lambda _: before.replace(" . #", ". \n#"))
    format_turtle(before.encode(), "a.ttl")


# Whatever the graph and its layout.

NAMES = [
    "<http://e/a>",
    "<http://e/a/b>",
    "<urn:#x>",
    "<#y>",
    "<../z?q>",
    "e:a",
    "e:a-10",
    "e:a-9",
    "e:五",
    "e:",
    "f:b.c",
    "e:q\\~%20",
    "e:b:c",
    "bqw:Action",
    "f:a",
]
LITERALS = [
    "1",
    "01",
    "-1.50",
    "1e3",
    "true",
    "'a'",
    '"# no comment"',
    '"""two\nlines "quoted\\""""',
    "'''\r\n'''",
    '"\\u4E94\\n\\t"',
    '"x"@en',
    '"x"@EN-gb',
    '"五"@zh-Hans',
    '"1"^^<http://www.w3.org/2001/XMLSchema#integer>',
    '"2"^^e:五',
    '"3"^^<#y>',
]
PREDICATES = ["a", "e:p", "e:p-10", "e:p-9", "<http://www.w3.org/2004/02/skos/core#prefLabel>", "<#p>", "f:b.c"]


@dataclass
class Node:
    """What is to be written: a term, brackets with pairs or a list; and the comments that belong to it."""

    text: str = ""
    pairs: "list[tuple[Node, list[Node]]] | None" = None
    items: "list[Node] | None" = None
    before: list[str] = field(default_factory=list)
    behind: str = ""


class Scribe:
    """Makes up documents, and writes each in layouts of its choice."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.comments: list[str] = []

    def comment(self) -> str:
        beginning = self.rng.choice(["#", "# ", "# <", '# "', "# @prefix e: ", "# ] "])
        self.comments.append(f"{beginning}{len(self.comments)}")
        return self.comments[-1]

    def noted(self, node: Node) -> Node:
        node.before = [self.comment() for _ in range(self.rng.choice([0, 0, 0, 1, 2]))]
        node.behind = self.comment() if self.rng.random() < 0.2 else ""
        return node

    def pairs(self, depth: int, least: int) -> list[tuple[Node, list[Node]]]:
        return [
            (self.noted(Node(predicate)), [self.term(depth + 1) for _ in range(self.rng.randint(1, 3))])
            for predicate in self.rng.sample(PREDICATES, self.rng.randint(least, 3))
        ]

    def term(self, depth: int) -> Node:
        kind = self.rng.choice(["name", "literal", "label", "brackets", "list"] if depth < 3 else ["name", "literal", "label"])
        if kind == "brackets":
            return self.noted(Node(pairs=self.pairs(depth, 0)))
        if kind == "list":
            return self.noted(Node(items=[self.term(depth + 1) for _ in range(self.rng.randint(0, 3))]))
        return self.noted(Node(self.rng.choice({"name": NAMES, "literal": LITERALS, "label": ["_:x", "_:y.z"]}[kind])))

    def blocks(self) -> list[tuple[Node, list[tuple[Node, list[Node]]]]]:
        """Statements, each with a subject of its own."""
        subjects = [Node(text) for text in [*NAMES, "_:x", "_:y.z"]]
        subjects = self.rng.sample(subjects, self.rng.randint(0, 3))
        subjects += [Node(pairs=[])] if self.rng.random() < 0.5 else []
        subjects += [Node(items=[self.term(1)])] if self.rng.random() < 0.5 else []
        return [(self.noted(subject), self.pairs(0, 1)) for subject in subjects]

    # Layouts in which each comment stands at its node.

    def gap(self) -> str:
        return self.rng.choice([" ", "\n", " \t ", "\r\n", "\n\n"])

    def write(self, node: Node) -> str:
        """A node with the comments before it; the one behind it waits for the mark that follows."""
        before = "".join(f"\n{comment}\n" for comment in node.before)
        if node.pairs is not None:
            return f"{before}[{self.gap()}{self.write_pairs(node.pairs)}{self.gap()}]"
        if node.items is not None:
            return f"{before}({self.gap()}{' '.join(self.write(item) + self.end(item) for item in node.items)}{self.gap()})"
        return f"{before}{node.text}"

    def end(self, node: Node, mark: str = "") -> str:
        gap = self.rng.choice([" ", "", "\n"]) if mark else " "
        if mark == "." and not gap:
            gap = " "
        return f"{gap}{mark} {node.behind}\n" if node.behind else f"{gap}{mark}"

    def write_pairs(self, pairs: list[tuple[Node, list[Node]]]) -> str:
        written = []
        for at, (predicate, objects) in enumerate(pairs):
            marks = ["," for _ in objects[1:]] + [";" if at < len(pairs) - 1 else ""]
            terms = "".join(f" {self.write(term)}{self.end(term, mark)}" for term, mark in zip(objects, marks, strict=True))
            written.append(f"{self.write(predicate)}{self.end(predicate)}{terms}{self.gap()}")
        return "".join(written)

    def document(self, blocks: list[tuple[Node, list[tuple[Node, list[Node]]]]]) -> str:
        header = "@prefix e: <http://e/> .\nPREFIX f: <#>\n@prefix bqw: <https://w3id.org/bqwgraph/ontology#> .\n"
        text = [f"\n\n{self.write(subject)}{self.end(subject)} {self.write_pairs(pairs)}." for subject, pairs in blocks]
        return header + "\n".join(text)

    def shuffled(self, pairs: list[tuple[Node, list[Node]]]) -> list[tuple[Node, list[Node]]]:
        """The same pairs in another order, down to the last bracket."""

        def other(node: Node) -> Node:
            pairs = None if node.pairs is None else self.shuffled(node.pairs)
            items = None if node.items is None else [other(item) for item in node.items]
            return Node(node.text, pairs, items, node.before, node.behind)

        mixed = [(predicate, self.rng.sample([*map(other, objects)], len(objects))) for predicate, objects in pairs]
        return self.rng.sample(mixed, len(mixed))


@settings(max_examples=300, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_random_graphs_in_random_layouts(rng: random.Random) -> None:
    scribe = Scribe(rng)
    text = scribe.document(scribe.blocks())
    after = formatted(text)
    assert sorted(comments(after)) == sorted(scribe.comments)
    assert len(comments(text)) == len(scribe.comments)
    assert graph(after) == graph(text)
    assert graph(after, "ftp://elsewhere/x") == graph(text, "ftp://elsewhere/x")
    assert all(line == line.rstrip(" \t") for line in after.split("\n"))


def unlike(pairs: list[tuple[Node, list[Node]]]) -> list[tuple[Node, list[Node]]]:
    """The pairs with each object once, and no two brackets that could change places, so that comments have one place only."""
    kept = []
    for predicate, objects in pairs:
        once: dict[str, Node] = {}
        for node in objects:
            spelling = {'"x"@EN-gb': '"x"@en', '"1"^^<http://www.w3.org/2001/XMLSchema#integer>': "1"}.get(node.text, node.text)
            once.setdefault({"<http://e/a>": "e:a", "f:y": "<#y>"}.get(spelling, spelling), node)
            if node.pairs is not None:
                node.pairs = unlike(node.pairs)
            for item in node.items or []:
                if item.pairs is not None:
                    item.pairs = unlike(item.pairs)
        kept.append((predicate, list(once.values())))
    return kept


@settings(max_examples=300, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_order_and_layout_below_a_subject_do_not_matter_and_comments_go_with_what_they_are_of(rng: random.Random) -> None:
    scribe = Scribe(rng)
    # e:a is the same subject: then comments before the second one stand before what comes first there.
    blocks = [(subject, unlike(pairs)) for subject, pairs in scribe.blocks() if subject.text != "<http://e/a>"]
    other = [(subject, scribe.shuffled(pairs)) for subject, pairs in blocks]
    assert formatted(scribe.document(blocks)) == formatted(scribe.document(other))


@settings(max_examples=200, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_comments_anywhere(rng: random.Random) -> None:
    """Comments put between any two tokens, where no person would put them."""
    scribe = Scribe(rng)
    text, at, written = scribe.document(scribe.blocks()), 0, ""
    for match in tokens.TOKEN.finditer(text):
        kind = match.lastgroup or ""
        written += text[at : match.start(kind)]
        if rng.random() < 0.3:
            written += rng.choice(["", "\n", "\n\n", " "]) + f" {scribe.comment()}" + rng.choice(["\n", "\r\n", "\r", "\n\n"])
        written += match[kind]
        at = match.end()
    after = formatted(written)
    assert sorted(comments(after)) == sorted(scribe.comments)
    assert graph(after) == graph(text)


@settings(max_examples=200, deadline=None)
@given(rng=st.randoms(use_true_random=True))
def test_canonical_turtle_is_in_its_form(rng: random.Random) -> None:
    scribe = Scribe(rng)
    text = scribe.document(scribe.blocks())
    triples = [quad.triple for quad in ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri="http://e/")]
    prefixes = {**PREFIXES, "e": "http://e/", "f": "http://f/"}
    canonical = to_turtle(triples, prefixes)
    assert formatted(canonical) == canonical


# The W3C's tests.

SHARED = Path(os.environ.get("BQWGRAPH_SHARED") or ROOT.parent / "shared")
SUITE = SHARED / "suites" / "turtle"
needs_suite = pytest.mark.skipif(not SUITE.is_dir(), reason=f"no W3C tests in {SUITE}; BQWGRAPH_SHARED says where to look")


@needs_suite
def test_every_graph_of_the_w3c_stays_the_same() -> None:
    done, refused = 0, []
    for path in sorted(SUITE.glob("*.ttl")):
        data, base = path.read_bytes(), f"https://w3c.example/tests/{path.name}"
        try:
            before = graph(data, base)
        except SyntaxError:
            with pytest.raises(GraphError):
                format_turtle(data, path.name)
            continue
        try:
            after = format_turtle(data, path.name)
        except NotFormatted:
            refused.append(path.name)
            continue
        assert graph(after, base) == before, path.name
        assert format_turtle(after, path.name) == after, path.name
        assert sorted(comments(after.decode())) == sorted(comments(data.decode())), path.name
        done += 1
    assert done > 200
    assert refused == ["turtle-subm-27.ttl"]  # relative IRIs before a base in its middle


# Speed.


def test_a_file_of_villages_takes_less_than_a_second() -> None:
    data = max((path.read_bytes() for path in (ROOT / "data" / "places").glob("*.ttl")), key=len)

    def seconds() -> float:
        start = time.process_time()
        format_turtle(data, "a.ttl")
        return time.process_time() - start

    assert min(seconds() for _ in range(3)) < 1


@pytest.mark.parametrize(
    "text",
    [
        "<u:s> <u:p> (" + " 1\n" * 20_000 + ") .",
        "<u:s> <u:p> [" + "<u:p> [];\n" * 20_000 + "] .",
        "<u:s> <u:p> 1\n" + "#\n" * 50_000 + ", 2 .",
        "<u:s> <u:p> " + "[ <u:p> 1, #\n" * 99 + "2" + "]" * 99 + " .",
        "".join(f"@prefix a{n}: <u:{n}#> . <u:s> a{n}:b 1 .\n" for n in range(2000)),
        "".join(f"<u:{n % 7}> <u:p> {n} . # {n}\n" for n in range(20_000)),
    ],
    ids=["a long list", "wide brackets", "many comments", "deep comments", "many prefixes", "scattered statements"],
)
def test_texts_that_could_take_long(text: str) -> None:
    start = time.process_time()
    format_turtle(text.encode(), "a.ttl")
    assert time.process_time() - start < 5
