"""Saved queries: ``NAME.rq`` files with a ``#+`` YAML header (grlc's decorator syntax).

A header has ``summary`` (English, for grlc), ``title``, ``question`` and ``tags``, and, where the query takes parameters,
``params``: a mapping from the name to ``type``, ``example``, ``title`` and, where it must be given, ``required: true``.
The parameter's place in the query is a ``VALUES ?name { … }`` block, so that the file is a query that runs as it stands.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from bqwgraph.engine.guard import Form, admit
from bqwgraph.engine.interface import QueryError
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.headers import header_of
from bqwgraph.queries.binding import parameter_blocks

LANGUAGES = ("zh-Hans", "en")
TYPES = ("place", "action", "policy", "resource", "concept", "choice", "number", "year")


class HeaderError(Exception):
    """A saved query whose file is not as it should be; the message begins with file and line."""


class UnknownQuery(Exception):
    """No saved query has this name."""


@dataclass(frozen=True)
class Parameter:
    """A typed parameter of a saved query.

    ``type`` is one of TYPES; ``choices`` are the words that a ``choice`` takes, ``scheme`` is the concept scheme (the
    last segment of its IRI) of a ``concept``.
    """

    name: str
    type: str
    example: str
    title: Mapping[str, str]
    required: bool = False
    choices: tuple[str, ...] = ()
    scheme: str = ""


@dataclass(frozen=True)
class SavedQuery:
    """A query with a name; ``text`` is the whole file and is itself valid SPARQL."""

    name: str
    text: str
    title: Mapping[str, str]
    question: Mapping[str, str]
    tags: tuple[str, ...]
    parameters: tuple[Parameter, ...] = field(default=())

    @cached_property
    def form(self) -> Form:
        """The query's form."""
        return admit(self.text, _AnyGraph())


class _AnyGraph(frozenset[str]):
    def __contains__(self, item: object) -> bool:
        return True


def load(folder: GraphFolder) -> dict[str, SavedQuery]:
    """Read all saved queries of a folder, by name, in alphabetical order. Raises HeaderError on the first that is wrong."""
    return {path.stem: read(path, folder.name(path)) for path in folder.queries()}


def read(path: Path, name: str) -> SavedQuery:
    """Read one saved query. Raises HeaderError, which names ``name`` and the line."""
    text = path.read_text("utf-8")
    header = _header(text, name)
    try:
        query = SavedQuery(
            name=path.stem,
            text=text,
            title=_bilingual(header.get("title"), "title"),
            question=_bilingual(header.get("question"), "question"),
            tags=tuple(header.get("tags") or ()),
            parameters=tuple(_parameters(header.get("params") or {})),
        )
        placed = parameter_blocks(text)
        _ = query.form
    except (ValueError, QueryError) as error:
        raise HeaderError(f"{name}:1: {error}") from error
    missing = next((parameter.name for parameter in query.parameters if parameter.name not in placed), None)
    if missing is not None:
        raise HeaderError(f"{name}:1: no VALUES ?{missing} {{ … }} block for the parameter {missing!r}")
    return query


def _header(text: str, name: str) -> dict[str, Any]:
    try:
        header = header_of(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise HeaderError(f"{name}:{line}: the header is not YAML: {error.problem}") from error
    if not isinstance(header, dict):
        raise HeaderError(f"{name}:1: no header: expected lines that begin with #+ and hold title, question and tags")
    return header


def _bilingual(value: object, what: str) -> Mapping[str, str]:
    if not isinstance(value, dict) or any(not isinstance(value.get(language), str) for language in LANGUAGES):
        raise ValueError(f"{what}: expected a text in each of {', '.join(LANGUAGES)}")
    return value


def _parameters(params: Mapping[str, Mapping[str, Any]]) -> Iterable[Parameter]:
    for name, entry in params.items():
        if entry.get("type") not in TYPES:
            raise ValueError(f"parameter {name}: type must be one of {', '.join(TYPES)}, not {entry.get('type')!r}")
        if "example" not in entry:
            raise ValueError(f"parameter {name}: an example is missing")
        yield Parameter(
            name=name,
            type=entry["type"],
            example=str(entry["example"]),
            title=_bilingual(entry.get("title"), f"parameter {name}: title"),
            required=bool(entry.get("required", False)),
            choices=tuple(entry.get("choices") or ()),
            scheme=entry.get("scheme", ""),
        )
