"""What the OpenAPI document says beyond what the framework can see: media types, parameters of the SPARQL protocol, errors."""

from collections.abc import Iterable
from typing import Any

from bqwgraph.service.negotiation import GRAPHS, PAGE, TABLES, Offer

_PROBLEM = {"application/problem+json": {"schema": {"type": "object"}}, PAGE.media_type: {}}
_ERRORS = {
    400: "The request is not right; the detail says where",
    403: "The query asks for what this endpoint does not do",
    404: "There is no such thing",
    410: "The resource is deprecated; the answer names what has taken its place",
    406: "None of the formats that Accept names",
    413: "The body is too large",
    415: "The body is of another type",
    422: "A parameter is missing or wrong; the answer names what would do",
    502: "The store behind the service failed; the answer says how",
    503: "Too much at the moment, or more than a query may have; the answer names the limit",
    504: "The query took too long",
}

PROTOCOL_PARAMETERS: list[dict[str, Any]] = [
    {
        "name": "query",
        "in": "query",
        "schema": {"type": "string"},
        "description": "Without it: the service description",
    },
    {"name": "default-graph-uri", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "named-graph-uri", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    {
        "name": "timeout",
        "in": "query",
        "schema": {"type": "number"},
        "description": "Seconds, no more than the service's limit",
    },
    {"name": "format", "in": "query", "schema": {"type": "string"}, "description": "Instead of Accept, e.g. csv or ttl"},
]
"""The parameters of a query by GET."""

PROTOCOL_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/sparql-query": {"schema": {"type": "string"}},
        "application/x-www-form-urlencoded": {
            "schema": {"type": "object", "properties": {"query": {"type": "string"}}, "required": ["query"]}
        },
    },
}
"""The body of a query by POST."""


def responses(offers: Iterable[Offer], *errors: int) -> dict[int | str, dict[str, Any]]:
    """Return the responses of an operation that sends one of ``offers``, or one of the errors."""
    content: dict[str, Any] = {offer.media_type: {} for offer in offers}
    told: dict[int | str, dict[str, Any]] = {status: {"description": _ERRORS[status], "content": _PROBLEM} for status in errors}
    return {200: {"description": "The answer", "content": content}, 304: {"description": "The client has it"}, **told}


ANY_ANSWER = (*TABLES, *GRAPHS, PAGE)
"""What a query of any form can be answered with."""
