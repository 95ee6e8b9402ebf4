"""Errors over HTTP: RFC 9457 problem documents, or a page where a browser asks."""

from collections.abc import Mapping
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import JSONResponse, Response

from bqwgraph.engine.interface import Busy, LimitPassed, NotAllowed, NotWanted, QueryError, QuerySyntaxError
from bqwgraph.queries.values import BadParameter
from bqwgraph.service.negotiation import HTML, PAGE, Offer, choose
from bqwgraph.service.pages import Pages, language_of

_JSON = Offer("application/problem+json", "json")
_OFFERS = (_JSON, Offer("application/json", "json"), PAGE)


class Problem(Exception):
    """An answer that is an error: its status, what was wrong, and members that a program can use.

    ``wrong`` says it in other languages, too; what else is wrong is told in English.
    """

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        members: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        wrong: BadParameter | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail, self.wrong = status, detail, wrong
        self.members, self.headers = dict(members or {}), dict(headers or {})


def of_query(error: QueryError) -> Problem:
    """Return the problem that a query's failure is."""
    if isinstance(error, QuerySyntaxError):
        where = {"line": error.line, "column": error.column} if error.line else {}
        return Problem(HTTPStatus.BAD_REQUEST, str(error), where)
    if isinstance(error, NotAllowed):
        return Problem(HTTPStatus.FORBIDDEN, str(error))
    if isinstance(error, NotWanted):
        return Problem(HTTPStatus.NOT_ACCEPTABLE, str(error))
    if isinstance(error, LimitPassed):
        status = HTTPStatus.GATEWAY_TIMEOUT if error.limit == "timeout" else HTTPStatus.SERVICE_UNAVAILABLE
        return Problem(status, str(error), {"limit": error.limit})
    if isinstance(error, Busy):
        return Problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), {"limit": "queue"}, {"Retry-After": "1"})
    return Problem(HTTPStatus.BAD_GATEWAY, str(error))  # BackEndFailed, and what has no name


def of_own_query(error: QueryError) -> Problem:
    """Return the problem that the failure of a query is which this service wrote: a store that does not take it is at fault."""
    return Problem(HTTPStatus.BAD_GATEWAY, str(error)) if isinstance(error, QuerySyntaxError) else of_query(error)


def of_parameter(error: BadParameter) -> Problem:
    """Return the problem that a wrong parameter is: 422, with the nearest values that would do."""
    members = {"parameter": error.parameter, "nearest": error.nearest}
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, str(error), members, wrong=error)


def respond(problem: Problem, request: Request, pages: Pages) -> Response:
    """Write a problem as the request's Accept header likes it; JSON where it likes nothing that we have."""
    chosen = choose(request.headers.get("accept"), _OFFERS) or _JSON
    headers = {"Vary": "Accept, Accept-Language", **problem.headers}
    if chosen.media_type == HTML:
        return _page(problem, request, pages, headers)
    content = {
        "type": "about:blank",
        "title": problem.status.phrase,
        "status": problem.status.value,
        "detail": problem.detail,
        **problem.members,
    }
    return JSONResponse(content, problem.status, headers, media_type=_JSON.media_type)


def _page(problem: Problem, request: Request, pages: Pages, headers: Mapping[str, str]) -> Response:
    lang = language_of(request)
    t = pages.messages[lang]
    return pages.render(
        request,
        "problem.html",
        status=problem.status,
        headers=headers,
        number=problem.status.value,
        said=t.get(f"problem_{problem.status.value}", t["error"]),
        detail=problem.wrong.within(t) if problem.wrong else problem.detail,
        detail_lang=lang if problem.wrong else "en",
        nearest=problem.members.get("nearest", []),
        missing=problem.status == HTTPStatus.NOT_FOUND,
    )
