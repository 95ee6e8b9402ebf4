r"""Formatting Turtle: a text in the canonical form, with its comments where they stood.

The form is that of ``canonical``, but for what an author chose: subjects keep their order, blank nodes their notation
(a label, ``[ … ]`` or ``( … )``) and language tags their capitals. Below a subject the order of predicates and objects
depends on the statements alone. What is said of a subject in several places is gathered where it is first said, and
what is said twice is said once.

A comment line stays before the subject, predicate, object or item of a list that it stood before, and a comment
at the end of a line stays behind the term that it stood behind. Comments above the first prefix stay there, and one
that has blank lines around it between two subjects stays between them.

A namespace that the house has a prefix for takes that prefix. Other prefixes stay, and those that nothing uses go.

>>> print(format_turtle(b"@prefix e: <urn:e:>. # ours\ne:s e:q 2 , # two\n 1;a e:C.", "a.ttl").decode())
@prefix e: <urn:e:> .  # ours
<BLANKLINE>
e:s
    a e:C ;
    e:q
        1 ,
        2 .  # two
<BLANKLINE>
"""

import re
from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Final

import pyoxigraph as ox

from bqwgraph.graph.authored import NIL, NOWHERE, Directive, Document, Item, Notes, Pair, Source, comments, is_relative
from bqwgraph.graph.canonical import INDENT, LINE, NaturalKey, Terms, object_key, predicate_key
from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.graph.positions import Lines
from bqwgraph.graph.reading import GraphError, SyntaxFault

_LANGUAGE = re.compile(r"@([A-Za-z]+(?:-[A-Za-z0-9]+)*)(?:--[a-z]+)?\Z")
_NO_NOTES: Final = Notes()


def format_turtle(data: bytes, name: str) -> bytes:
    r"""Return a Turtle document in the canonical form: the same graph with the same comments, in UTF-8 and lines with LF.

    ``name`` is what faults call the file. A relative IRI stays relative, to the base that the file says or to its own
    address. Raises GraphError for a text that is no Turtle, and NotFormatted for one that is left as it is: where it
    uses RDF 1.2, say.

    >>> format_turtle(b"<#s> <urn:p> '1' .", "a.ttl")
    b'<#s>\n    <urn:p> "1" .\n'
    """
    source = Source(_decoded(data, name), name)
    formatted = _Layout(source).text()
    if (done := formatted.encode()) != data:
        _check(source, formatted)
    return done


def first_difference(before: bytes, after: bytes) -> int:
    r"""Return the first line in which two texts differ, counted from 1.

    >>> first_difference(b"a\nb\n", b"a\nc\n")
    2
    """
    pairs = zip(before.split(b"\n"), after.split(b"\n"), strict=False)
    return next((number for number, (old, new) in enumerate(pairs, 1) if old != new), before.count(b"\n") + 1)


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8").removeprefix("\ufeff")
        raise GraphError([SyntaxFault(name, *Lines(good).position(len(good)), "not UTF-8 text")]) from error


class _Layout:
    """One document in the making."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._document = Document(source)
        self._base = self._base_to_keep()
        self._prefixes, self._renamed = _prefixes(source.prefixes)
        self._terms = Terms(self._prefixes, self._written())
        self._tags = self._language_tags()
        self._texts = dict[int, str]()
        self._bare_texts = dict[tuple[int, int], str]()
        self._predicates = dict[int, tuple[tuple[int, NaturalKey], str]]()
        self._object_keys = dict[int, tuple[int, str, NaturalKey]]()
        self._bare = False

    def text(self) -> str:
        """Return the whole text."""
        parts = [_lines("", part) if isinstance(part, list) else self._block(part) for part in self._document.parts]
        header = self._header()  # after the terms have been written, since it has what they use
        return "\n".join([*(_lines("", paragraph) for paragraph in self._document.head), *header, *parts])

    # Names.

    def _base_to_keep(self) -> Directive | None:
        """Return the base, if there is just one for all that is relative; otherwise IRIs are written whole."""
        bases = [directive for directive in self._source.directives if directive.prefix is None]
        if len(bases) == 1 and bases[0].early:
            return bases[0]
        if bases and self._source.base is not None:
            late = bases[0] if len(bases) == 1 else bases[1]
            reason = "relative IRIs have different bases here, and one of them is not in the file; write these IRIs whole"
            raise self._source.refused(late.start, reason)
        return None

    def _keeps(self, reference: str) -> bool:
        return is_relative(reference) and (self._base is not None or self._source.base is not None)

    def _written(self) -> dict[str, str]:
        """Return the IRIs that their author wrote in a way that is kept: relative, or as a name with more than plain letters."""
        ways = dict[str, list[str]]()
        for written, term in zip(self._source.spellings, self._source.terms, strict=True):
            if not isinstance(term, ox.NamedNode):
                continue
            prefix, colon, local = written.partition(":")
            if self._keeps(written):
                ways.setdefault(term.value, []).append(written)
            elif not written.startswith("<") and colon:
                namespace = self._source.prefixes.get(prefix, "")
                if prefix in self._renamed and term.value == namespace + re.sub(r"\\(.)", r"\1", local):
                    ways.setdefault(term.value, []).append(f"{self._renamed[prefix]}:{local}")
        return {iri: min(found, key=lambda way: (way.startswith("<"), way)) for iri, found in ways.items()}

    def _language_tags(self) -> dict[int, str]:
        """Return the tags as their author wrote them; pyoxigraph keeps them in small letters."""
        tags = dict[int, str]()
        for number, term in enumerate(self._source.terms):
            if isinstance(term, ox.Literal) and term.language:
                match = _LANGUAGE.search(self._source.spellings[number])
                same = self._source.same[number]
                if match:
                    tags[same] = min(match[1], tags.get(same, match[1]))
        return tags

    # The header.

    def _header(self) -> list[str]:
        """Return the prefixes that were used; the comments of those that were not join the ones at the head."""
        lines = list[tuple[Notes, str]]()
        live = {directive.prefix: directive for directive in self._source.directives}
        notes = dict[str, Notes]()
        references = {prefix: f"<{namespace}>" for prefix, namespace in self._terms.used.items()}
        for directive in self._source.directives:
            own = directive.notes or _NO_NOTES
            is_live = live[directive.prefix] is directive
            if directive.prefix is None:
                prefix = None
                if directive is self._base and self._relative_is_left():
                    lines.append((own, f"@base {directive.reference} ."))
                    continue
            else:
                prefix = self._renamed.get(directive.prefix)
            if prefix in references and is_live and prefix is not None:
                if self._keeps(directive.reference):
                    references[prefix] = directive.reference
                known = notes.setdefault(prefix, Notes())
                known.before += own.before
                known.behind += own.behind
            elif own.before or own.behind:
                self._document.head.append([*own.before, *own.behind])
        lines += [(notes.get(prefix, _NO_NOTES), f"@prefix {prefix}: {references[prefix]} .") for prefix in sorted(references)]
        if not lines:
            return []
        first, directive_line = lines[0]
        before = [*first.before, *first.behind[:-1]]
        if before:  # what stands above the first line is read as the comment of the file
            self._document.head.append(before)
            lines[0] = (Notes(behind=first.behind[-1:]), directive_line)
        return ["".join(_line("", line, "", own) for own, line in lines)]

    def _relative_is_left(self) -> bool:
        if self._terms.relative:
            return True
        used = {
            self._source.prefixes.get(d.prefix)
            for d in self._source.directives
            if d.prefix is not None and self._keeps(d.reference)
        }
        return not used.isdisjoint(self._terms.used.values())

    # Statements.

    def _block(self, subject: Item) -> str:
        notes = subject.notes or _NO_NOTES
        term = self._source.terms[subject.term] if subject.term >= 0 else None
        if subject.items is not None:
            name = self._list(subject, 0)
            above, behind = _last(notes.behind)
        else:
            if isinstance(term, ox.NamedNode):
                name = self._terms.name(term)
            else:
                name = "[]" if term is None else self._source.spellings[subject.term]
            above, behind = _last([*notes.behind, *notes.opened])
        head = _lines("", notes.before) + _lines("", above) + f"{name}{behind}\n"
        ended = notes.ended if subject.items is not None else [*notes.closed, *notes.ended]
        if not ended:
            return head + self._statements(subject, 1, " .")
        return head + self._statements(subject, 1, "") + _lines(INDENT, ended) + f"{INDENT}.\n"

    def _statements(self, item: Item, depth: int, end: str) -> str:
        pairs = [(*self._predicate(number), pair) for number, pair in (item.pairs or {}).items()]
        if len(pairs) > 1:
            pairs.sort(key=lambda entry: entry[0])
        last = len(pairs) - 1
        return "".join(self._pair(name, pair, depth, " ;" if at < last else end) for at, (_, name, pair) in enumerate(pairs))

    def _pair(self, name: str, pair: Pair, depth: int, end: str) -> str:
        pad = INDENT * depth
        notes = pair.notes or _NO_NOTES
        if len(pair.objects) == 1:
            (item,) = pair.objects.values()
            if not (pair.notes or item.notes) or self._bare:
                return f"{pad}{name} {self._object(item, depth)}{end}\n"
            own = item.notes or _NO_NOTES
            if not own.before:
                both = Notes(notes.before, [*notes.behind, *own.behind])
                return _line(pad, f"{name} {self._object(item, depth)}", end, both)
        texts = [(self._object(item, depth + 1), item) for item in pair.objects.values()]
        if len(texts) > 1:
            texts.sort(key=lambda entry: self._object_key(entry[1], entry[0], depth + 1))
        inner, last = pad + INDENT, len(texts) - 1
        lines = [self._noted(pad, name, "", pair.notes)]
        lines += [self._noted(inner, text, " ," if at < last else end, item.notes) for at, (text, item) in enumerate(texts)]
        return "".join(lines)

    def _noted(self, pad: str, text: str, end: str, notes: Notes | None) -> str:
        return f"{pad}{text}{end}\n" if notes is None or self._bare else _line(pad, text, end, notes)

    # Terms.

    def _predicate(self, number: int) -> tuple[tuple[int, NaturalKey], str]:
        known = self._predicates.get(number)
        if known is None:
            term = self._source.terms[number]
            if not isinstance(term, ox.NamedNode):
                raise TypeError(f"{term} is no predicate")
            name = self._terms.predicate(term)
            known = self._predicates[number] = predicate_key(term, name), name
        return known

    def _object(self, item: Item, depth: int) -> str:
        if item.term < 0:
            return self._bare_text(item, depth) if self._bare else self._bracketed(item, depth)
        text = self._texts.get(item.term)
        if text is None:
            text = self._texts[item.term] = self._leaf(item.term)
        return text

    def _bare_text(self, item: Item, depth: int) -> str:
        """Return what brackets write, without comments; once written, it is kept, since each level of brackets asks for it."""
        text = self._bare_texts.get((item.term, depth))
        if text is None:
            text = self._bare_texts[item.term, depth] = self._bracketed(item, depth)
        return text

    def _object_key(self, item: Item, text: str, depth: int) -> tuple[int, str, NaturalKey]:
        if item.term < 0:
            if item.has_comments and not self._bare:
                self._bare = True  # a comment does not change the order
                text = self._object(item, depth)
                self._bare = False
            return object_key(_BLANK, text)
        key = self._object_keys.get(item.term)
        if key is None:
            key = self._object_keys[item.term] = object_key(self._source.terms[item.term], text)
        return key

    def _leaf(self, number: int) -> str:
        term = self._source.terms[number]
        if isinstance(term, ox.Literal):
            return self._terms.literal(term, self._tags.get(number, ""))
        if isinstance(term, ox.NamedNode):
            return "()" if number == NIL else self._terms.name(term)
        return self._source.spellings[number]

    def _bracketed(self, item: Item, depth: int) -> str:
        if item.items is not None:
            return self._list(item, depth)
        pad = INDENT * depth
        opened, closed = self._inside(item)
        inside = self._statements(item, depth + 1, "")
        if not inside and not opened and not closed:
            return "[]"
        return f"{_opening('[', pad + INDENT, opened)}{inside}{_lines(pad + INDENT, closed)}{pad}]"

    def _list(self, item: Item, depth: int) -> str:
        pad, inner = INDENT * depth, INDENT * (depth + 1)
        items = item.items or []
        texts = [self._object(one, depth + 1) for one in items]
        if self._bare or not item.has_comments:
            line = f"( {' '.join(texts)} )"
            if "\n" not in line and len(pad) + len(line) <= LINE:
                return line
        opened, closed = self._inside(item)
        listed = "".join(self._noted(inner, text, "", one.notes) for one, text in zip(items, texts, strict=True))
        return f"{_opening('(', inner, opened)}{listed}{_lines(inner, closed)}{pad})"

    def _inside(self, item: Item) -> tuple[list[str], list[str]]:
        return ([], []) if self._bare or not item.notes else (item.notes.opened, item.notes.closed)


_BLANK: Final = ox.BlankNode()


def _prefixes(authored: dict[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Return the namespaces by prefix for the new text, and the new prefix for each old one."""
    house = {prefix: namespace for prefix, namespace in PREFIXES.items() if authored.get(prefix, namespace) == namespace}
    best = {namespace: prefix for prefix, namespace in sorted(authored.items(), reverse=True)}
    best |= {namespace: prefix for prefix, namespace in house.items()}
    return {prefix: namespace for namespace, prefix in best.items()}, {old: best[space] for old, space in authored.items()}


def _lines(pad: str, texts: Sequence[str]) -> str:
    return "".join(f"{pad}{text}\n" for text in texts)


def _last(behind: Sequence[str]) -> tuple[Sequence[str], str]:
    """Return the comments that find no place at the end of the line, and what is written there."""
    return (behind[:-1], f"  {behind[-1]}") if behind else ((), "")


def _line(pad: str, text: str, end: str, notes: Notes) -> str:
    above, behind = _last(notes.behind)
    return f"{_lines(pad, notes.before)}{_lines(pad, above)}{pad}{text}{end}{behind}\n"


def _opening(bracket: str, inner: str, opened: Sequence[str]) -> str:
    if not opened:
        return f"{bracket}\n"
    return f"{bracket}  {opened[0]}\n{_lines(inner, opened[1:])}"


# The check.


def _check(source: Source, formatted: str) -> None:
    """Raise NotFormatted unless a new text says the same, with the same comments."""
    again = source.read(formatted)
    if _fingerprint(again, source.labels) != _fingerprint(source.triples, source.labels) or NOWHERE in formatted:
        raise source.refused(0, "the formatted text would not say the same: a fault of bqwgraph; please report it")
    if source.comments and sorted(comments(formatted)) != sorted(source.comments):
        raise source.refused(0, "the formatted text would not have the same comments: a fault of bqwgraph; please report it")


def _fingerprint(triples: Sequence[ox.Quad], labels: set[str]) -> object:
    """Return what is equal for two texts with the same labels if they say the same.

    A blank node without a label is mentioned at most once, so it can be replaced by what is said of it.
    """
    said: dict[object, list[ox.Quad]] = {}
    rest = set[ox.Quad]()
    mentioning = list[ox.Quad]()
    for triple in set(triples):  # what is said twice counts once
        if isinstance(triple.subject, ox.BlankNode) and triple.subject.value not in labels:
            said.setdefault(triple.subject, []).append(triple)
        elif isinstance(triple.object, ox.BlankNode) and triple.object.value not in labels:
            mentioning.append(triple)
        else:
            rest.add(triple)
    digests = dict[object, str]()
    waiting = list[object](said)
    while waiting:
        node = waiting[-1]
        if node in digests:
            waiting.pop()
            continue
        inner = [triple.object for triple in said[node] if triple.object in said and triple.object not in digests]
        if inner:
            waiting += inner
            continue
        waiting.pop()
        lines = sorted(f"{t.predicate} {digests.get(t.object) or _unlabelled(t.object, labels)}" for t in said[node])
        digests[node] = sha256("\n".join(lines).encode()).hexdigest()
    mentions = Counter((t.subject, t.predicate, digests.get(t.object, "[]")) for t in mentioning)
    return rest, mentions, Counter(digests.values())


def _unlabelled(term: object, labels: set[str]) -> str:
    return "[]" if isinstance(term, ox.BlankNode) and term.value not in labels else str(term)
