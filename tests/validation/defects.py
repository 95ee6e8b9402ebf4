"""Hundreds of defects whose places are known, since the places are noted while the text is written.

A kind of defect is a shape and a node that breaks it; a notation is a way of writing nodes in RDF. Each kind is written in each
notation. Terms that a finding must point at are marked: ``Main`` (the fault) and ``Beside`` (what is shown beside it).
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from bqwgraph.validation.findings import Place

EX = "http://example.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREFIXES = {"ex": EX, "xsd": XSD, "rdf": RDF, "sh": "http://www.w3.org/ns/shacl#"}


@dataclass(frozen=True)
class Main:
    """A term that the finding points at."""

    term: "Term"


@dataclass(frozen=True)
class Beside:
    """A term that stands beside it."""

    term: "Term"


@dataclass(frozen=True)
class Blank:
    """A node without a name, and what is said of it."""

    said: "Said"
    at_fault: bool = False
    """The finding points at this node: at its brackets, or where it is described."""


@dataclass(frozen=True)
class List:
    """An RDF list."""

    items: Sequence["Term"]


Stretch = tuple[int, int]
Term = str | Main | Beside | Blank | List
Said = Sequence[tuple["str | Main", Sequence[Term]]]


@dataclass(frozen=True)
class Kind:
    """A kind of defect. In ``shapes``, C, S and P stand for the class, the node shape and the property shape of the kind.

    Where ``at_subject``, the finding points at the node itself. ``others`` are statements about other nodes; in them ``THIS`` is
    the node. ``untyped`` nodes are targeted in another way than by class.
    """

    name: str
    shapes: str
    said: Said = ()
    at_subject: bool = False
    others: Sequence[tuple[Term, str, Term]] = ()
    untyped: bool = False
    named: bool = False
    """Only a node with a name can have this defect."""


def on_path(name: str, constraint: str, *values: Term, at_subject: bool = False, also: Said = ()) -> Kind:
    """Return a kind of a property shape on ex:p."""
    shapes = f"S a sh:NodeShape ; sh:targetClass C ; sh:property P . P sh:path ex:p ; {constraint} ."
    return Kind(name, shapes, [*([("ex:p", values)] if values else []), *also], at_subject)


def on_node(name: str, constraint: str, said: Said = (), *, at_subject: bool = True, named: bool = False) -> Kind:
    """Return a kind of a node shape."""
    return Kind(name, f"S a sh:NodeShape ; sh:targetClass C ; {constraint} .", said, at_subject, named=named)


def on_steps(
    name: str, path: str, constraint: str, said: Said, *, at_subject: bool = False, others: Sequence[tuple[Term, str, Term]] = ()
) -> Kind:
    """Return a kind of a property shape on a path of more than a predicate."""
    shapes = f"S a sh:NodeShape ; sh:targetClass C ; sh:property P . P sh:path {path} ; {constraint} ."
    return Kind(name, shapes, said, at_subject, others, named=bool(others))


SELECT = 'sh:sparql [ sh:message "wrong"@en ; sh:select "SELECT $this {0} WHERE {{ $this <http://example.org/{1}> ?value }}" ]'
PATHS = (
    'sh:sparql [ sh:message "wrong"@en ; '
    'sh:select "SELECT $this ?path ?value WHERE { $this ?path ?value . FILTER(?value = 13) }" ]'
)
ON_PATH = (
    'sh:sparql [ sh:message "wrong"@en ; sh:select "SELECT $this ?value WHERE { $this $PATH ?value . FILTER(?value > 5) }" ]'
)
COMPONENT = """
S a sh:NodeShape ; sh:targetClass C ; sh:property P . P sh:path ex:p ; ex:most 5 .
ex:MostComponent a sh:ConstraintComponent ; sh:parameter [ sh:path ex:most ] ;
  sh:validator [ a sh:SPARQLAskValidator ; sh:message "too much"@en ; sh:ask "ASK { FILTER($value <= $most) }" ] .
"""
LIST_PATH = "( ex:list [ sh:zeroOrMorePath rdf:rest ] rdf:first )"

KINDS = (
    on_path("class", "sh:class ex:D", Main("ex:v")),
    on_path("class-second", "sh:class ex:Fine", "ex:fine", Main("ex:v")),
    on_path("datatype", "sh:datatype xsd:integer", "1", Main('"x"'), "3"),
    on_path("datatype-ill-formed", "sh:datatype xsd:integer", Main('"x"^^xsd:integer')),
    on_path("datatype-zeros", "sh:datatype xsd:decimal", Main("007")),
    on_path("datatype-boolean", "sh:datatype xsd:string", Main("true")),
    on_path("nodeKind", "sh:nodeKind sh:IRI", "ex:v", Main('"x"')),
    on_path("nodeKind-blank", "sh:nodeKind sh:Literal", Main(Blank([("ex:q", ["1"])]))),
    on_path("minCount", "sh:minCount 1", at_subject=True),
    on_path("minCount-two", "sh:minCount 2", "1", at_subject=True),
    on_path("maxCount", "sh:maxCount 1", Beside("1"), Main("2")),
    on_path("maxCount-more", "sh:maxCount 2", Beside("1"), Beside("2"), Main("3"), Beside("4")),
    on_path("maxCount-none", "sh:maxCount 0", Main('"only"')),
    on_path("minExclusive", "sh:minExclusive 5", "6", Main("5")),
    on_path("minInclusive", "sh:minInclusive 5", Main("4"), "5"),
    on_path("maxExclusive", "sh:maxExclusive 5", "4", Main("5")),
    on_path("maxInclusive", "sh:maxInclusive 5.5", "5.5", Main("6.25")),
    on_path("minLength", "sh:minLength 3", Main('"ab"')),
    on_path("maxLength", "sh:maxLength 2", '"ab"', Main('"a b"')),
    on_path("pattern", 'sh:pattern "^a" ; sh:flags "i"', '"ABC"', Main('"zzz"')),
    on_path("languageIn", 'sh:languageIn ( "en" "zh" )', '"x"@en', Main('"x"@fr')),
    on_path("uniqueLang", "sh:uniqueLang true", Beside('"a"@en'), '"甲"@zh', Main('"b"@en')),
    on_path("equals", "sh:equals ex:q", "1", Main("2"), also=[("ex:q", ["1"])]),
    on_path("equals-other", "sh:equals ex:q", "1", also=[("ex:q", ["1", Main("2")])]),
    on_path("disjoint", "sh:disjoint ex:q", "1", Main("2"), also=[("ex:q", ["3", Beside("2")])]),
    on_path("lessThan", "sh:lessThan ex:q", Main("5"), also=[("ex:q", [Beside("5")])]),
    on_path("lessThanOrEquals", "sh:lessThanOrEquals ex:q", Main("5"), also=[("ex:q", [Beside("4")])]),
    on_path("not", "sh:not [ sh:datatype xsd:string ]", "1", Main('"x"')),
    on_path("and", "sh:and ( [ sh:minInclusive 1 ] [ sh:maxInclusive 3 ] )", "2", Main("4")),
    on_path("or", "sh:or ( [ sh:datatype xsd:string ] [ sh:datatype xsd:boolean ] )", '"x"', Main("4")),
    on_path("xone", "sh:xone ( [ sh:minInclusive 1 ] [ sh:maxInclusive 3 ] )", "7", Main("2")),
    on_path("node", "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]", Main(Blank([("ex:r", ["1"])]))),
    on_path(
        "qualifiedMinCount", "sh:qualifiedMinCount 1 ; sh:qualifiedValueShape [ sh:datatype xsd:string ]", "1", at_subject=True
    ),
    on_path(
        "qualifiedMaxCount", "sh:qualifiedMaxCount 1 ; sh:qualifiedValueShape [ sh:datatype xsd:integer ]", Beside("1"), Main("2")
    ),
    on_path("hasValue", "sh:hasValue 9", "1", "2", at_subject=True),
    on_path("in", 'sh:in ( "a" "b" )', '"a"', Main('"c"')),
    on_path("sparql-on-path", ON_PATH, "1", Main("7")),
    Kind("component", COMPONENT, [("ex:p", ["5", Main("6")])]),
    on_node(
        "closed",
        "sh:closed true ; sh:ignoredProperties ( rdf:type ) ; sh:property [ sh:path ex:p ]",
        [("ex:p", ["1"]), (Main("ex:extra"), ["2"])],
        at_subject=False,
    ),
    on_node("node-nodeKind", "sh:nodeKind sh:Literal"),
    on_node("node-class", "sh:class ex:D", [("ex:p", ["1"])]),
    on_node("node-pattern", 'sh:pattern "never"', named=True),
    on_node("node-minLength", "sh:minLength 999", named=True),
    on_node("node-maxLength", "sh:maxLength 3", named=True),
    on_node("node-in", "sh:in ( ex:a ex:b )"),
    on_node("node-hasValue", "sh:hasValue ex:a"),
    on_node("node-datatype", "sh:datatype xsd:string"),
    on_node("node-languageIn", 'sh:languageIn ( "en" )'),
    on_node("node-not", "sh:not [ sh:class C ]"),
    on_node("node-and", "sh:and ( [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] )", [("ex:p", ["1"])]),
    on_node("node-or", "sh:or ( [ sh:class ex:D ] [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ] )"),
    on_node("node-xone", "sh:xone ( [ sh:class C ] [ sh:nodeKind sh:BlankNodeOrIRI ] )"),
    on_node("node-node", "sh:node [ sh:property [ sh:path ex:q ; sh:minCount 1 ] ]"),
    on_node("node-equals", "sh:equals ex:q", [("ex:q", ["THIS", Main("ex:v")])], at_subject=False, named=True),
    on_node("node-disjoint", "sh:disjoint ex:q", [("ex:q", ["ex:v", Main("THIS")])], at_subject=False, named=True),
    on_node("sparql-value", SELECT.format("?value", "p"), [("ex:q", ["1"]), ("ex:p", [Main('"x"')])], at_subject=False),
    on_node("sparql", SELECT.format("", "p"), [("ex:p", ['"x"'])]),
    on_node("sparql-path", PATHS, [("ex:p", ["12", Main("13")])], at_subject=False),
    on_steps("inverse", "[ sh:inversePath ex:r ]", "sh:class ex:D", [("ex:p", ["1"])], others=[(Main("OTHER"), "ex:r", "THIS")]),
    on_steps(
        "inverse-maxCount",
        "[ sh:inversePath ex:r ]",
        "sh:maxCount 1",
        [],
        others=[(Beside("OTHER"), "ex:r", "THIS"), (Main("ANOTHER"), "ex:r", "THIS")],
    ),
    on_steps("inverse-minCount", "[ sh:inversePath ex:r ]", "sh:minCount 1", [("ex:p", ["1"])], at_subject=True),
    on_steps("sequence", "( ex:a ex:b )", "sh:datatype xsd:integer", [("ex:a", [Blank([("ex:b", ["1", Main('"x"')])])])]),
    on_steps(
        "sequence-through-name",
        "( ex:a ex:b )",
        "sh:nodeKind sh:IRI",
        [("ex:a", ["OTHER"])],
        others=[("OTHER", "ex:b", Main('"x"'))],
    ),
    on_steps("sequence-minCount", "( ex:a ex:b )", "sh:minCount 1", [("ex:a", [Main(Blank([("ex:c", ["1"])]))])]),
    on_steps("sequence-minCount-first", "( ex:a ex:b )", "sh:minCount 1", [("ex:c", ["1"])], at_subject=True),
    on_steps("sequence-maxCount", "( ex:a ex:b )", "sh:maxCount 1", [("ex:a", [Blank([("ex:b", [Beside("1"), Main("2")])])])]),
    on_steps(
        "alternative",
        "[ sh:alternativePath ( ex:q ex:p ) ]",
        "sh:datatype xsd:integer",
        [("ex:p", ["1", Main('"x"')]), ("ex:q", ["2"])],
    ),
    on_steps("zeroOrMore", LIST_PATH, "sh:datatype xsd:integer", [("ex:list", [List(["1", Main('"x"'), "3"])])]),
    on_steps(
        "zeroOrMore-blank", LIST_PATH, "sh:nodeKind sh:Literal", [("ex:list", [List(["1", Main(Blank([("ex:q", ["1"])]))])])]
    ),
    on_steps(
        "oneOrMore",
        "( [ sh:oneOrMorePath ex:a ] ex:b )",
        "sh:maxLength 1",
        [("ex:a", [Blank([("ex:a", [Blank([("ex:b", [Main('"xx"')])])])])])],
    ),
    on_steps(
        "zeroOrOne",
        "( [ sh:zeroOrOnePath ex:a ] ex:b )",
        "sh:maxLength 1",
        [("ex:b", ['"x"']), ("ex:a", [Blank([("ex:b", [Main('"xx"')])])])],
    ),
    on_steps(
        "inverse-in-sequence",
        "( [ sh:inversePath ex:r ] ex:b )",
        "sh:datatype xsd:integer",
        [],
        others=[("OTHER", "ex:r", "THIS"), ("OTHER", "ex:b", Main('"x"'))],
    ),
    Kind(
        "nested-property",
        "S a sh:NodeShape ; sh:targetClass C ; sh:property [ sh:path ex:a ; sh:property P ] . P sh:path ex:b ; sh:minCount 1 .",
        [("ex:a", [Blank([("ex:c", ["1"])], at_fault=True)])],
    ),
    Kind(
        "target-subjects",
        "S a sh:NodeShape ; sh:targetSubjectsOf ex:KINDp ; sh:nodeKind sh:Literal .",
        [("ex:KINDp", ["1"])],
        at_subject=True,
        untyped=True,
    ),
    Kind(
        "target-objects",
        "S a sh:NodeShape ; sh:targetObjectsOf ex:KINDp ; sh:nodeKind sh:IRI .",
        [("ex:KINDp", ["ex:v", Main('"KIND-NOTATION"')])],
        untyped=True,
    ),
    Kind(
        "severity",
        "S a sh:NodeShape ; sh:targetClass C ; sh:property P . P sh:path ex:p ; sh:severity sh:Warning ; sh:maxCount 0 .",
        [("ex:p", [Main("1")])],
    ),
)


@dataclass
class Text:
    """A text that grows, with the offsets of what is marked in it."""

    written: str = ""
    main: list[Stretch] = field(default_factory=list)
    beside: list[Stretch] = field(default_factory=list)

    def add(self, text: str) -> None:
        self.written += text

    def marked(self, where: list[Stretch], write: Callable[[], None]) -> None:
        start = len(self.written)
        write()
        where.append((start, len(self.written)))


@dataclass(frozen=True)
class Notation:
    """A way of writing: how a file begins, how terms and names are written, and what stands between them."""

    name: str
    ending: str = ".ttl"
    head: str = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
    newline: str = "\n"
    gap: str = " "
    between: str = " ;\n    "
    comma: str = ", "
    before: str = ""
    foot: str = ""
    focus: str = "name"
    full: bool = False
    base: bool = False
    flat: bool = False
    long_strings: bool = False
    escapes: bool = False
    repeat: bool = False


HEAD = Notation("").head
NOTATIONS = (
    Notation("plain"),
    Notation("one-line", between="; ", comma=","),
    Notation("tight", gap="\t", between=";", comma=","),
    Notation("full-iris", head="", full=True),
    Notation("base", head=f"@base <{EX}> .\n", base=True),
    Notation("sparql-style", head="".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())),
    Notation("crlf", newline="\r\n"),
    Notation("cr", newline="\r"),
    Notation("bom", head="\ufeff" + HEAD),
    Notation("comments", gap=' # a "comment" \' with ] . ; , <signs>\n  ', between=" # .\n;\t# [\n  ", comma=" #,\n , "),
    Notation("objects-on-lines", comma=" ,\n        "),
    Notation("empty-predicates", between=" ;;\n  ; "),
    Notation("repeated", repeat=True),
    Notation("blank-nested", focus="nested"),
    Notation("blank-subject", focus="brackets"),
    Notation("blank-label", focus="label"),
    Notation("blank-in-list", focus="list"),
    Notation("long-strings", long_strings=True, before='ex:note ex:text """first\nsecond "" quoted\n""" . '),
    Notation("single-quotes", before="ex:note ex:text 'it # is' , '''long\n'' one''' . "),
    Notation("escapes", escapes=True),
    Notation("wide-characters", before="ex:note ex:text '百千万工程 😀 é' . ", between=" ; ", comma=" , "),
    Notation("trig", ending=".trig", before="GRAPH ex:g { ", foot=" }"),
    Notation("trig-default", ending=".trig"),
    Notation("n-triples", ending=".nt", head="# nothing\n\n", full=True, flat=True, repeat=True),
    Notation("n-quads", ending=".nq", head="", full=True, flat=True, repeat=True),
)


@dataclass(frozen=True)
class Defect:
    """A defect in a file: which shape finds it (its name in ex:), and where."""

    rule: str
    main: Place
    beside: frozenset[Place]


class Writer:
    """Writes one node that has a defect of a kind, in a notation."""

    def __init__(self, notation: Notation, kind: Kind, text: Text) -> None:
        self.notation, self.kind, self.text = notation, kind, text
        self.blank = 0
        self.later: list[Callable[[], None]] = []

    def write(self) -> None:
        """Write the node with all that is said of it."""
        notation, text = self.notation, self.text
        text.add(notation.before)
        said = self.kind.said if self.kind.untyped else [("a", [f"ex:C-{self.kind.name}"]), *self.kind.said]
        focus = "name" if self.kind.named else notation.focus
        if focus in {"nested", "list"}:
            node = Blank(said)
            inner: Term = Main(node) if self.kind.at_subject else node
            self.statements("ex:holder", [("ex:holds", ["1", List(["2", inner]) if focus == "list" else inner])])
        elif focus == "brackets":
            self.subject(lambda: self.brackets(said))
            text.add(f"{notation.gap}.")
        else:
            self.statements("_:THIS" if focus == "label" else "THIS", said, mark=self.kind.at_subject)
        for subject, predicate, value in self.kind.others:
            text.add("\n")
            self.term(subject)
            self.rest(predicate, value)
        text.add(notation.foot + "\n")

    def rest(self, predicate: str, value: Term) -> None:
        self.text.add(self.notation.gap)
        self.term(predicate)
        self.text.add(self.notation.gap)
        self.term(value)
        self.end()

    def end(self) -> None:
        self.text.add(f" <{EX}g> ." if self.notation.ending == ".nq" else f"{self.notation.gap}.")
        waiting, self.later = self.later, []
        for write in waiting:
            self.text.add("\n")
            write()

    def subject(self, write: Callable[[], None]) -> None:
        if self.kind.at_subject:
            self.text.marked(self.text.main, write)
        else:
            write()

    def statements(self, subject: str, said: Said, *, mark: bool = False) -> None:
        """Write statements about a node; only where it stands first is it marked."""
        gap, first = self.notation.gap, True
        if self.notation.repeat:
            for predicate, values in said:
                for value in values:
                    if not first:
                        self.text.add("\n")
                    if mark and first:
                        self.text.marked(self.text.main, lambda: self.term(subject))
                    else:
                        self.term(subject)
                    first = False
                    self.text.add(gap)
                    self.predicate(predicate)
                    self.text.add(gap)
                    self.term(value)
                    self.end()
            return
        if mark:
            self.text.marked(self.text.main, lambda: self.term(subject))
        else:
            self.term(subject)
        self.text.add(gap)
        self.properties(said)
        self.end()

    def properties(self, said: Said) -> None:
        for number, (predicate, values) in enumerate(said):
            if number:
                self.text.add(self.notation.between)
            self.predicate(predicate)
            self.text.add(self.notation.gap)
            for place, value in enumerate(values):
                if place:
                    self.text.add(self.notation.comma)
                self.term(value)

    def predicate(self, predicate: str | Main) -> None:
        if isinstance(predicate, Main):
            self.text.marked(self.text.main, lambda: self.term(predicate.term))
        elif predicate == "a" and self.notation.flat:
            self.term("rdf:type")
        else:
            self.text.add(predicate if predicate == "a" else self.plain(predicate))

    def brackets(self, said: Said) -> None:
        self.text.add("[" + self.notation.gap)
        self.properties(said)
        self.text.add(self.notation.gap + "]")

    def term(self, term: Term) -> None:
        if isinstance(term, Main):
            self.text.marked(self.text.main, lambda: self.term(term.term))
        elif isinstance(term, Beside):
            self.text.marked(self.text.beside, lambda: self.term(term.term))
        elif isinstance(term, Blank):
            self.blank_node(term)
        elif isinstance(term, List):
            self.list(term)
        else:
            self.text.add(self.plain(term))

    def blank_node(self, term: Blank) -> None:
        if not self.notation.flat:
            if term.at_fault:
                self.text.marked(self.text.main, lambda: self.brackets(term.said))
            else:
                self.brackets(term.said)
            return
        self.blank += 1
        label = f"_:{self.kind.name}{self.blank}"
        self.text.add(label)
        self.later.append(lambda: self.statements(label, term.said, mark=term.at_fault))

    def list(self, term: List) -> None:
        if not self.notation.flat:
            self.text.add("(")
            for item in term.items:
                self.text.add(" ")
                self.term(item)
            self.text.add(" )")
            return
        labels = []
        for _ in term.items:
            self.blank += 1
            labels.append(f"_:{self.kind.name}{self.blank}")
        self.text.add(labels[0])
        for label, item, after in zip(labels, term.items, [*labels[1:], "rdf:nil"], strict=True):
            cell: Said = [("rdf:first", [item]), ("rdf:rest", [after])]
            self.later.append(partial(self.statements, label, cell))

    def plain(self, term: str) -> str:
        """Write a name or a literal as the notation has it."""
        notation, kind = self.notation, self.kind
        for word in ("ANOTHER", "OTHER", "THIS"):
            if term in {word, f"_:{word}"}:
                term = term.replace(word, f"{word.lower()}-{kind.name}-{notation.name}")
                term = term if term.startswith("_:") else f"ex:{term}"
        term = term.replace("KIND", kind.name).replace("NOTATION", notation.name)
        if term.startswith("_:"):
            return term
        if term.startswith('"'):
            value, quote, tag = term[1:].rpartition('"')[0], '"""' if notation.long_strings else '"', term.rpartition('"')[2]
            if notation.escapes:
                value = "".join(f"\\u{ord(c):04X}" for c in value)
            tag = f"^^{self.plain(tag[2:])}" if tag.startswith("^^") else tag
            return f"{quote}{value}{quote}{tag}"
        if re.match(r"[\d.]|true", term):
            kind_of = "boolean" if term == "true" else "decimal" if "." in term else "integer"
            return f'"{term}"^^<{XSD}{kind_of}>' if notation.flat else term
        prefix, _, local = term.partition(":")
        if notation.base and prefix == "ex":
            return f"<{local}>"
        if notation.full or notation.base:
            return f"<{PREFIXES[prefix]}{local}>"
        return f"{prefix}:{local.replace('-', chr(92) + '-')}" if notation.escapes else term


def write(notation: Notation, name: str) -> tuple[bytes, list[Defect]]:
    """Return a file in a notation with a defect of every kind, and what must be found in it."""
    whole, noted = notation.head, list[tuple[Kind, list[Stretch], list[Stretch]]]()
    for kind in KINDS:
        text = Text(whole)
        Writer(notation, kind, text).write()
        whole = text.written
        noted.append((kind, text.main, text.beside))
        assert len(text.main) == 1, (notation.name, kind.name)
    # Every line end of the text is one "\n" so far: replacing it moves offsets, but neither lines nor columns.
    return whole.replace("\n", notation.newline).encode(), noted_defects(whole, name, noted)


def noted_defects(text: str, name: str, kinds: Iterable[tuple[Kind, list[Stretch], list[Stretch]]]) -> list[Defect]:
    """Return the defects of a text whose places were noted, as offsets: of each kind where it is, and what stands beside it."""
    return [
        Defect(_rule(kind), _place(text, name, *main[0]), frozenset(_place(text, name, *span) for span in beside))
        for kind, main, beside in kinds
    ]


def _place(text: str, name: str, start: int, end: int) -> Place:
    return Place(name, *_position(text, start), *_position(text, end))


def _position(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1


def _rule(kind: Kind) -> str:
    return f"{EX}{'P' if re.search(r'sh:property P', kind.shapes) else 'S'}-{kind.name}"


def shapes(*without: str) -> str:
    """Return the shapes of all kinds but some, as Turtle."""
    texts = []
    for kind in (kind for kind in KINDS if kind.name not in without):
        text = re.sub(r"(?<![:\w])([CSP])(?=[ ;.\])])", rf"ex:\1-{kind.name}", kind.shapes)
        texts.append(text.replace("KIND", kind.name))
    return HEAD + "\n".join(texts) + "\n"


def files() -> Iterator[tuple[str, bytes, list[Defect]]]:
    """Yield every file: its name, its bytes, and its defects; the last has none."""
    for notation in NOTATIONS:
        name = f"{notation.name}{notation.ending}"
        yield (name, *write(notation, name))
    yield "fine.ttl", f"{HEAD}ex:fine a ex:Fine .\n".encode(), []
