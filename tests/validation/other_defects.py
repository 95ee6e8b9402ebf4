"""The defects of `defects`, written in JSON-LD and RDF/XML: each kind in several ways of writing."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from .defects import EX, KINDS, PREFIXES, RDF, Beside, Blank, Defect, Kind, List, Main, Said, Stretch, Term, Text, noted_defects

_LITERAL = re.compile(r'"(.*)"(?:@([a-z-]+)|\^\^(\S+))?', re.DOTALL)


@dataclass(frozen=True)
class Style:
    """A way of writing: what stands between things, whether the node is inside another, how keys and names are written."""

    name: str
    newline: str = "\n"
    line_end: str = "\n"
    gap: str = " "
    colon: str = ": "
    nested: bool = False
    short: bool = False
    """Aliases, terms and coercion in JSON-LD; typed elements and attributes in RDF/XML."""
    before: str = ""
    bom: bool = False


STYLES = (
    Style("pretty"),
    Style("one-line", newline="", gap="", colon=":"),
    Style("crlf", line_end="\r\n"),
    Style("nested", nested=True),
    Style("short", short=True),
    Style("short-nested", short=True, nested=True),
    Style("wide", newline="", before="百千万工程 😀 é"),
    Style("bom", bom=True),
)


class Writer:
    """Writes one node that has a defect of a kind; what it has in common for the syntaxes."""

    def __init__(self, style: Style, kind: Kind, text: Text) -> None:
        self.style, self.kind, self.text = style, kind, text
        self.notation = f"{style.name}-{type(self).__name__}"
        self.name = f"{kind.name}-{self.notation}"

    @property
    def said(self) -> Said:
        return self.kind.said if self.kind.untyped else [("a", [f"ex:C-{self.kind.name}"]), *self.kind.said]

    @property
    def nested(self) -> bool:
        return self.style.nested and not self.kind.named

    def marks(self, term: Term) -> tuple[Term, list[Stretch]]:
        """Return a term without its mark, and where to note where it stands."""
        if isinstance(term, Main):
            return term.term, self.text.main
        if isinstance(term, Beside):
            return term.term, self.text.beside
        return term, self.text.main if isinstance(term, Blank) and term.at_fault else []

    def mark(self, where: list[Stretch], text: str) -> None:
        self.text.marked(where, lambda: self.text.add(text))

    def iri(self, term: str) -> str:
        """Return a name as a prefixed one that the file has for itself."""
        for word in ("ANOTHER", "OTHER", "THIS"):
            if term == word:
                return f"ex:{word.lower()}-{self.name}"
        return term.replace("KIND", self.kind.name)

    def literal(self, term: str) -> tuple[str, str, str] | None:
        """Return the text, language and datatype (a prefixed name) of a literal, None for another term."""
        if match := _LITERAL.fullmatch(term):
            text = match[1].replace("KIND", self.kind.name).replace("NOTATION", self.notation)
            return text, match[2] or "", match[3] or ""
        if re.match(r"[\d.]|true", term):
            return term, "", "xsd:" + ("boolean" if term == "true" else "decimal" if "." in term else "integer")
        return None


class JsonLd(Writer):
    """Writes JSON-LD."""

    ending = ".jsonld"

    @staticmethod
    def head(style: Style) -> str:
        context: dict[str, object] = dict(PREFIXES)
        if style.short:
            context |= {"id": "@id", "type": "@type", "p": "ex:p", "list": {"@id": "ex:list", "@container": "@list"}}
            context |= {"q": {"@id": "ex:q", "@container": "@set"}, "a": {"@id": "ex:a", "@type": "@id"}}
        end = style.newline
        written = json.dumps(context, separators=(",", style.colon))
        return (
            f'{{"@context"{style.colon}{written},{end}"@graph"{style.colon}[{end}{{"@id":"ex:first","ex:note":"{style.before}"}}'
        )

    @staticmethod
    def foot(style: Style) -> str:
        return f"]{style.newline}}}{style.newline}"

    def write(self) -> None:
        self.text.add(f",{self.style.newline}{self.style.gap}")
        if self.nested:
            self.members("ex:holder", [("ex:holds", ["1", Blank(self.said, at_fault=self.kind.at_subject)])])
        else:
            self.members("THIS", self.said, mark=self.kind.at_subject)
        for subject, predicate, value in self.kind.others:
            name, where = self.marks(subject)
            assert isinstance(name, str)
            self.text.add(f",{self.style.newline}{self.style.gap}")
            self.members(name, [(predicate, [value])], where=where)

    def key(self, name: str) -> str:
        short = {"@id": "id", "@type": "type", "ex:p": "p", "ex:list": "list", "ex:q": "q", "ex:a": "a"}
        return short.get(name, name) if self.style.short else name

    def members(self, name: str, said: Said, *, mark: bool = False, where: list[Stretch] | None = None) -> None:
        """Write an object, with a name if it has one."""
        self.text.add("{" + self.style.gap)
        if name:
            self.text.add(f'"{self.key("@id")}"{self.style.colon}')
            self.mark(self.text.main if mark else where if where is not None else [], f'"{self.iri(name)}"')
        for number, (predicate, values) in enumerate(said):
            if number or name:
                self.text.add(f",{self.style.newline}{self.style.gap}")
            term, marked = self.marks(predicate)
            assert isinstance(term, str)
            iri = "@type" if term == "a" else self.iri(term)
            self.mark(marked, f'"{self.key(iri)}"')
            self.text.add(self.style.colon)
            self.values(iri, values)
        self.text.add(self.style.gap + "}")

    def values(self, key: str, values: Sequence[Term]) -> None:
        many = len(values) > 1 or not self.style.short
        self.text.add("[" if many else "")
        for place, value in enumerate(values):
            self.text.add(f",{self.style.newline}" if place else "")
            self.value(key, value)
        self.text.add("]" if many else "")

    def value(self, key: str, given: Term) -> None:
        term, where = self.marks(given)
        if isinstance(term, Blank):
            self.text.marked(where, lambda: self.members("", term.said))
        elif isinstance(term, List):
            short = self.style.short and key == "ex:list"
            self.text.add("" if short else '{"@list":')
            self.text.add("[")
            for place, item in enumerate(term.items):
                self.text.add("," if place else "")
                self.value("", item)
            self.text.add("]" if short else "]}")
        elif isinstance(term, str) and (literal := self.literal(term)):
            self.mark(where, self.written(*literal, native=term[0] != '"'))
        elif isinstance(term, str):
            name = f'"{self.iri(term)}"'
            if key == "@type" or (key == "ex:a" and self.style.short):
                self.mark(where, name)
                return
            self.text.add(f'{{"{self.key("@id")}"{self.style.colon}')
            self.mark(where, name)
            self.text.add("}")

    def written(self, text: str, language: str, datatype: str, *, native: bool) -> str:
        if native and datatype != "xsd:decimal" and not re.match(r"0\d", text):
            return text
        told = {"@value": text, "@language": language, "@type": datatype}
        kept = {name: value for name, value in told.items() if value or name == "@value"}
        return json.dumps(text if len(kept) == 1 else kept, ensure_ascii=False, separators=(",", self.style.colon))


class RdfXml(Writer):
    """Writes RDF/XML."""

    ending = ".rdf"

    @staticmethod
    def head(style: Style) -> str:
        spaces = "".join(f' xmlns:{prefix}="{iri}"' for prefix, iri in PREFIXES.items() if prefix != "sh")
        note = f'<rdf:Description rdf:about="{EX}first"><ex:note>{style.before}</ex:note></rdf:Description>'
        return f'<?xml version="1.0"?>{style.newline}<rdf:RDF{spaces}>{style.newline}{note}'

    @staticmethod
    def foot(style: Style) -> str:
        return f"</rdf:RDF>{style.newline}"

    def write(self) -> None:
        if self.nested:
            self.node(f' rdf:about="{EX}holder"', [("ex:holds", ["1", Blank(self.said, at_fault=self.kind.at_subject)])], [])
        else:
            about = f' rdf:about="{self.full("THIS")}"'
            self.node(about, self.said, self.text.main if self.kind.at_subject else [])
        for subject, predicate, value in self.kind.others:
            name, where = self.marks(subject)
            assert isinstance(name, str)
            self.node(f' rdf:about="{self.full(name)}"', [(predicate, [value])], where)
        self.text.add(self.style.newline)

    def full(self, term: str) -> str:
        prefix, _, local = self.iri(term).partition(":")
        return PREFIXES[prefix] + local

    def node(self, name: str, said: Said, where: list[Stretch]) -> None:
        """Write an element for a node; what marks the node is its start tag."""
        element, rest = "rdf:Description", list(said)
        if self.style.short and rest and rest[0][0] == "a":
            first = rest.pop(0)[1][0]
            assert isinstance(first, str)
            element = self.iri(first)
        attributes = name
        self.text.add(self.style.newline + self.style.gap)
        self.mark(where, f"<{element}{attributes}>" if rest or not self.style.short else f"<{element}{attributes} />")
        for predicate, values in rest:
            for value in values:
                self.property(predicate, value)
        if rest or not self.style.short:
            self.text.add(f"{self.style.newline}</{element}>")

    def property(self, predicate: str | Main, given: Term) -> None:
        written, where_predicate = self.marks(predicate)
        assert isinstance(written, str)
        name = "rdf:type" if written == "a" else self.iri(written)
        term, where = self.marks(given)
        self.text.add(f"{self.style.newline}{self.style.gap}<")
        self.mark(where_predicate, name)
        if isinstance(term, Blank):
            self.text.add(">")
            self.node("", term.said, where)
        elif isinstance(term, List):
            self.text.add(">")
            self.list(list(term.items))
        elif isinstance(term, str) and (literal := self.literal(term)):
            text, language, datatype = literal
            self.text.add(f' xml:lang="{language}"' if language else "")
            self.text.add(f" rdf:datatype='{self.full(datatype)}'" if datatype else "")
            self.text.add(">")
            self.mark(where, escape(text, quote=False))
        elif isinstance(term, str):
            self.text.add(f"{self.style.newline or ' '}rdf:resource=")
            self.mark(where, f'"{RDF + "nil" if term == "rdf:nil" else self.full(term)}"')
            self.text.add("/>")
            return
        self.text.add(f"</{name}>")

    def list(self, items: list[Term]) -> None:
        rest: Term = Blank([("rdf:first", [items[-1]]), ("rdf:rest", ["rdf:nil"])])
        for item in reversed(items[:-1]):
            rest = Blank([("rdf:first", [item]), ("rdf:rest", [rest])])
        assert isinstance(rest, Blank)
        self.node("", rest.said, [])


def files() -> Iterator[tuple[str, bytes, list[Defect]]]:
    """Yield every file: its name, its bytes, and its defects."""
    for writer in (JsonLd, RdfXml):
        for style in STYLES:
            name = f"{style.name}{writer.ending}"
            whole, kinds = writer.head(style), list[tuple[Kind, list[Stretch], list[Stretch]]]()
            for kind in KINDS:
                text = Text(whole)
                writer(style, kind, text).write()
                whole = text.written
                kinds.append((kind, text.main, text.beside))
                assert len(text.main) == 1, (name, kind.name)
            whole += writer.foot(style)
            yield name, ("\ufeff" * style.bom + whole.replace("\n", style.line_end)).encode(), noted_defects(whole, name, kinds)
