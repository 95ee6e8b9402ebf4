"""Reading a request of the SPARQL 1.1 Protocol: which query, over which dataset, in which form."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qsl

from anyio import fail_after
from fastapi import Request

from bqwgraph.engine.interface import Dataset
from bqwgraph.service.problems import Problem

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
_BODY_SECONDS = 20
"""How long a client may take to send a body."""

UPDATE = "application/sparql-update"
_NO_UPDATES = "updates are not allowed: this endpoint answers queries only"


@dataclass(frozen=True)
class Sent:
    """A query, the dataset and format that the request chose (empty: Accept decides), and its patience (0: none said)."""

    query: str
    dataset: Dataset
    format: str
    timeout: float


def from_query_string(request: Request) -> Sent:
    """Read a GET request. Raises Problem."""
    return _sent(_url_pairs(request))


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
    body = await _body(request, most)
    pairs = _pairs(body) if kind == FORM else [("query", _text(body, "the query"))]
    return _sent([*_url_pairs(request), *pairs])


def _sent(pairs: Sequence[tuple[str, str]]) -> Sent:
    def values(name: str) -> tuple[str, ...]:
        return tuple(value for key, value in pairs if key == name)

    if values("update"):
        raise Problem(HTTPStatus.FORBIDDEN, _NO_UPDATES)
    queries, forms = values("query"), values("format")
    if len(queries) != 1:
        raise Problem(HTTPStatus.BAD_REQUEST, f"expected one parameter 'query', found {len(queries) or 'none'}")
    dataset = Dataset(values("default-graph-uri"), values("named-graph-uri"))
    return Sent(queries[0], dataset, forms[0] if forms else "", _seconds(values("timeout")))


def _seconds(given: tuple[str, ...]) -> float:
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
    return _pairs(request.scope["query_string"])


def _text(data: bytes, what: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"{what} is not UTF-8 text") from error


def _pairs(data: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(_text(data, "the form"), keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, f"the parameters cannot be read: {error}") from error


async def _body(request: Request, most: int) -> bytes:
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
