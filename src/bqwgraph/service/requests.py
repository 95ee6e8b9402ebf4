"""Reading a request of the SPARQL 1.1 Protocol: which query, over which dataset, in which form."""

import re
from binascii import a2b_qp
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from anyio import fail_after
from fastapi import Request

from bqwgraph.engine.interface import Dataset
from bqwgraph.service.problems import Problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
_MOST_FIELDS = 1000
_BODY_SECONDS = 20
"""How long a client may take to send a body."""

_CHARSET = re.compile(r""";\s*charset\s*=\s*["']?([^\s;"']+)""", re.IGNORECASE)

UPDATE = "application/sparql-update"
_NO_UPDATES = "updates are not allowed: this endpoint answers queries only"


@dataclass(frozen=True)
class Sent:
    """A query, the dataset and format that the request chose (empty: Accept decides), and its patience (0: none said)."""

    query: str
    dataset: Dataset
    format: str
    timeout: float


def from_query_string(request: Request) -> Sent | None:
    """Read a GET request; None: it asks no query. Raises Problem."""
    pairs = _url_pairs(request)
    return _sent(pairs) if any(name in {"query", "update"} for name, _ in pairs) else None


async def from_body(request: Request, most: int) -> Sent:
    """Read a POST request, form or direct, with at most ``most`` bytes. Raises Problem: 400, 403, 413, 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == UPDATE:
        raise Problem(HTTPStatus.FORBIDDEN, _NO_UPDATES)
    if kind not in {FORM, QUERY}:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"expected {FORM} or {QUERY}, not {kind or 'a body without Content-Type'}",
            headers={"Accept-Post": f"{FORM}, {QUERY}"},
        )
    body = await body_of(request, most)
    _check_charset(request.headers["content-type"], body)
    pairs = pairs_of(body) if kind == FORM else [("query", _text(body, "the query"))]
    return _sent([*_url_pairs(request), *pairs])


def _check_charset(content_type: str, body: bytes) -> None:
    """Refuse what is said to be in another encoding than UTF-8, unless it says the same in both."""
    said = _CHARSET.search(content_type)
    charset = said[1].lower() if said else "utf-8"
    if charset not in {"utf-8", "utf8"} and not (body.isascii() and unquoted(body).isascii()):
        detail = f"the body comes in {charset}; a query is read in UTF-8"
        raise Problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, detail, headers={"Accept-Post": f"{FORM}, {QUERY}"})


def _sent(pairs: Sequence[tuple[str, str]]) -> Sent:
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    if "update" in given:
        raise Problem(HTTPStatus.FORBIDDEN, _NO_UPDATES)
    queries = given.get("query", [])
    if len(queries) != 1:
        raise Problem(HTTPStatus.BAD_REQUEST, f"expected one parameter 'query', found {len(queries) or 'none'}")
    dataset = Dataset(tuple(given.get("default-graph-uri", ())), tuple(given.get("named-graph-uri", ())))
    return Sent(queries[0], dataset, given.get("format", [""])[0], _seconds(given.get("timeout", ())))


def _seconds(given: Sequence[str]) -> float:
    if not given:
        return 0.0
    try:
        seconds = float(given[0])
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise Problem(HTTPStatus.BAD_REQUEST, f"timeout: expected a number of seconds, not {given[0]!r}")
    return seconds


def _url_pairs(request: Request) -> list[tuple[str, str]]:
    return pairs_of(request.scope["query_string"])


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"{what} is not UTF-8 text") from error


def pairs_of(data: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a form or a query string. Raises Problem: 400."""
    parts = [part for part in data.split(b"&") if part]
    if len(parts) > _MOST_FIELDS:
        raise Problem(HTTPStatus.BAD_REQUEST, f"more than {_MOST_FIELDS} parameters")
    fields = [part.partition(b"=") for part in parts]
    return [(_text(unquoted(name), "a parameter's name"), _text(unquoted(value), "a parameter")) for name, _, value in fields]


def unquoted(data: bytes) -> bytes:
    """Return what a name or a value of a form says (WHATWG URL, application/x-www-form-urlencoded).

    Python has no quick decoder for percent signs, but one for quoted-printable, where an equals sign does the same; the two
    differ where a sign is not followed by two digits, which the length shows, and at the ends of lines.

    >>> unquoted(b"a+b%3Dc%25")
    b'a b=c%'
    """
    data = data.replace(b"+", b" ")
    signs = data.count(b"%")
    if not signs:
        return data
    decoded = a2b_qp(data.replace(b"=", b"=3D").replace(b"%", b"="))
    differs = len(decoded) != len(data) - 2 * signs or b"\n" in data or b"\r" in data
    return unquote_to_bytes(data) if differs else decoded


async def body_of(request: Request, most: int) -> bytes:
    """Return a request's body, of at most ``most`` bytes. Raises Problem: 408, 413, 415."""
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", ""}:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"the body comes as {coding}; it is read only as it is, without a content coding",
            headers={"Accept-Encoding": "identity"},
        )
    body = bytearray()
    try:
        with fail_after(_BODY_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    raise Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"a request body may have {most} bytes")
    except TimeoutError as error:
        raise Problem(HTTPStatus.REQUEST_TIMEOUT, f"the body did not come within {_BODY_SECONDS} s") from error
    return bytes(body)
