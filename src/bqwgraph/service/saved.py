"""``/queries``: the saved queries, each an address whose query string holds its parameters."""

from asyncio import to_thread
from collections.abc import Mapping, Sequence
from hashlib import sha256
from http import HTTPStatus
from typing import Final

import pyoxigraph as ox
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from bqwgraph.engine.evaluation import prefixes_of
from bqwgraph.engine.interface import Dataset, QueryError
from bqwgraph.graph.namespaces import BASE, expand
from bqwgraph.pages import queries as query_pages
from bqwgraph.pages.names import names_of
from bqwgraph.pages.queries import Answered, Field
from bqwgraph.pages.rendering import LANGUAGES, Where
from bqwgraph.pages.results import table
from bqwgraph.pages.shown import shown
from bqwgraph.publication.saved_queries import described
from bqwgraph.queries.options import Option, options
from bqwgraph.queries.prepare import Prepared, prepare
from bqwgraph.queries.said import Said
from bqwgraph.queries.saved import Parameter, SavedQuery
from bqwgraph.queries.values import LONGEST, BadParameter
from bqwgraph.service.answering import Answering, Asked, has
from bqwgraph.service.documented import responses
from bqwgraph.service.front import base_of
from bqwgraph.service.negotiation import GRAPHS, PAGE, TABLES, Offer, by_name, select
from bqwgraph.service.pages import Pages, page_response
from bqwgraph.service.problems import Problem, of_own_query, of_parameter
from bqwgraph.validation.expected import Keyed, differences

_RESERVED = {"format", "lang"}
_LIST = (Offer("application/json", "json"), PAGE)


def router(
    queries: Mapping[str, SavedQuery], tables: Mapping[str, Sequence[Keyed]], answering: Answering, pages: Pages
) -> APIRouter:
    """Return ``/queries`` and one route a saved query, each with its entry in the OpenAPI document.

    ``tables`` are the results that were keyed in to test them, by the query's name.
    """
    routes = APIRouter(tags=["Saved queries"])
    settings = answering.settings

    @routes.get(
        "/queries",
        summary="The saved queries",
        responses=responses(_LIST, 400, 406),
        openapi_extra={"parameters": [{"name": "topic", "in": "query", "schema": {"type": "string"}, "description": "A tag"}]},
    )
    async def catalogue(request: Request) -> Response:
        topic = request.query_params.get("topic", "")
        some = [query for query in queries.values() if not topic or topic in query.tags]
        if select(request.headers.get("accept"), _LIST, request.query_params.get("format", "")) == PAGE:
            where = pages.where(request, "queries", ("topic",))
            return page_response(where, query_pages.gallery(pages.rendering, where, list(queries.values()), topic))
        base = base_of(request, settings)
        listed = [
            {
                "name": query.name,
                "url": f"{base}/queries/{query.name}",
                "title": query.title,
                "question": query.question,
                "tags": query.tags,
                "parameters": [_described(parameter) for parameter in query.parameters],
            }
            for query in some
        ]
        return JSONResponse(listed, headers={"Vary": "Accept"})

    operations = {name: _Operation(query, tables.get(name, ()), answering, pages) for name, query in queries.items()}
    for operation in operations.values():
        _add(routes, operation)

    @routes.get("/queries/{name}.{extension}", response_class=Response, include_in_schema=False)
    async def in_one_form(request: Request, name: str, extension: str) -> Response:
        if name not in operations:
            raise Problem(HTTPStatus.NOT_FOUND, f"there is no saved query {name!r}; /queries lists them")
        return await operations[name](request, extension)

    return routes


class _Operation:
    """One saved query as an operation: its parameters from the query string, its answer as data or as a page."""

    def __init__(self, query: SavedQuery, tables: Sequence[Keyed], answering: Answering, pages: Pages) -> None:
        self.query, self.offers = query, GRAPHS if query.form.gives_triples else TABLES
        self._tables, self._answering, self._pages = tables, answering, pages

    async def __call__(self, request: Request, extension: str = "") -> Response:
        every = (*self.offers, PAGE, *GRAPHS)
        if extension and by_name(extension, every) is None:
            raise Problem(HTTPStatus.NOT_FOUND, f"{self.query.name}.{extension}: a saved query has no such form")
        chosen = select(request.headers.get("accept"), every, extension or request.query_params.get("format", ""))
        if chosen == PAGE:
            return await self._page(request)
        if chosen not in self.offers:
            return self._description(request, chosen)
        try:
            prepared = await self._prepared(request)
            headers = {"Bqwgraph-Note": "; ".join(map(str, prepared.notes))} if prepared.notes else {}
            return await self._answering.respond(request, self._asked(prepared, chosen), headers)
        except BadParameter as error:
            raise of_parameter(error) from error
        except QueryError as error:
            raise of_own_query(error) from error

    def _description(self, request: Request, chosen: Offer) -> Response:
        """Say what the query is, where its answer is a table and RDF is asked for."""
        base = base_of(request, self._answering.settings)
        triples = described(self.query, f"{base}/sparql")
        body = ox.serialize(triples, format=chosen.graph, prefixes=prefixes_of(triples)) or b""
        tag = sha256(body).hexdigest()[:32]
        headers = {
            "Content-Location": f"{base}/queries/{self.query.name}.{chosen.name}",
            "Vary": "Accept, Accept-Encoding",
            "ETag": f'W/"{tag}"',
            "Cache-Control": "public, no-cache",
        }
        if has(request, tag):
            return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers |= {"Content-Type": chosen.content_type, "Link": f'<{BASE}queries/{self.query.name}>; rel="cite-as"'}
        return Response(body, headers=headers)

    async def _prepared(self, request: Request) -> Prepared:
        return await self._answering.work(request, prepare(self.query, _values(request)))

    def _asked(self, prepared: Prepared, offer: Offer) -> Asked:
        return Asked(prepared.text, Dataset(), (offer,), self._answering.settings.timeout)

    async def _page(self, request: Request) -> Response:
        """Return the page: a form, and the answer; where a value must be given and none is, the answer with the examples."""
        query, where = self.query, self._pages.where(request, f"queries/{self.query.name}")
        try:
            asked = _values(request)
            lacking = {one.name: one.example for one in query.parameters if one.required and one.name not in asked}
            values = {**lacking, **asked}
            answered = await self._answered(request, values, where)
        except BadParameter as error:
            values, lacking = {}, {}
            answered = self._refused(Prepared(query.text), error, where)
        fields = [await self._field(request, parameter, values, where) for parameter in query.parameters]
        forms = list(dict.fromkeys(offer.name for offer in self.offers))
        accept = (_CSV if self.offers[0].table else self.offers[0]).media_type
        asked_for = query_pages.Asked(query, values, answered, fields, bool(lacking), forms, accept, self._tables)
        return page_response(where, query_pages.query_page(self._pages.rendering, where, asked_for), answered.status)

    async def _answered(self, request: Request, values: Mapping[str, str], where: Where) -> Answered:
        prepared = Prepared(self.query.text)
        try:
            prepared = await self._answering.work(request, prepare(self.query, values))
            found = await to_thread(shown, await self._answering.answer(request, self._asked(prepared, self.offers[0])))
            names = await self._answering.work(request, names_of(found.rows))
            rows = await to_thread(table, found.head, found.rows, names, where, self._pages.messages[where.lang])
            return Answered(prepared, found, rows, agrees=await self._agrees(request, prepared, values))
        except BadParameter as bad:
            known = any(parameter.name == bad.parameter for parameter in self.query.parameters)
            near = [
                (text, where.link(f"queries/{self.query.name}", **{**values, bad.parameter: _value_in(text)}))
                for text in (bad.nearest if known else ())
            ]
            return self._refused(prepared, bad, where, near)
        except QueryError as failed:
            return Answered(prepared, error=str(failed), status=of_own_query(failed).status)

    def _refused(self, prepared: Prepared, bad: BadParameter, where: Where, nearest: Sequence[tuple[str, str]] = ()) -> Answered:
        error, status = bad.within(self._pages.messages[where.lang]), HTTPStatus.UNPROCESSABLE_ENTITY
        return Answered(prepared, error=error, error_lang=where.lang, nearest=nearest, status=status)

    async def _agrees(self, request: Request, prepared: Prepared, values: Mapping[str, str]) -> int | None:
        """Return how many rows were keyed in for these values, if the answer is as they say; else None."""
        mine = next((table for table in self._tables if table.values == values), None)
        if mine is None:
            return None
        answer = await self._answering.answer(request, self._asked(prepared, _CSV))
        differ = await to_thread(differences, answer.body.decode("utf-8"), mine.text)
        return None if differ else mine.rows

    async def _field(self, request: Request, parameter: Parameter, values: Mapping[str, str], where: Where) -> Field:
        try:
            found = await self._answering.work(request, options(parameter))
        except QueryError:  # the field is then one to type into
            found = []
        value, mine = values.get(parameter.name, ""), LANGUAGES.index(where.lang)
        picked = parameter.type != "place" and 0 < len(found) <= _MOST_PICKED
        listed = [(option.value, _shown_as(option, mine)) for option in found]
        if picked and value and value not in dict(listed):
            same = [option.value for option in found if value in option.label]
            value = same[0] if same else value
            listed += [] if same else [(value, value)]
        return Field(parameter, value, listed, picked)


_CSV: Final = TABLES[2]
_MOST_PICKED: Final = 100
"""Values among which somebody picks; of more, and of places, which are many, one is typed."""


def _shown_as(option: Option, mine: int) -> str:
    label = option.label[mine]
    if option.value in option.label:
        return label
    return f"{option.value} {label}" if option.value[:1].isdigit() else label


def _value_in(nearest: str) -> str:
    """Return what to write for a value that was proposed, which may be a name with its prefixed name behind."""
    last = nearest.rpartition(" ")[2]
    return last if expand(last) else nearest


def _values(request: Request) -> dict[str, str]:
    values = dict[str, str]()
    for name, value in request.query_params.multi_items():
        if name in values:
            raise BadParameter(name, Said("twice", {}))
        if name not in _RESERVED and value:  # a form sends the fields that were left empty, too
            values[name] = value
    return values


def _add(routes: APIRouter, operation: _Operation) -> None:
    query, offers = operation.query, operation.offers

    async def answer(request: Request) -> Response:
        return await operation(request)

    routes.add_api_route(
        f"/queries/{query.name}",
        answer,
        summary=query.title["en"],
        description=f"{query.question['en']}\n\n{query.question['zh-Hans']}",
        operation_id=query.name,
        response_class=Response,
        responses=responses((*offers, PAGE, *GRAPHS), 400, 406, 422, 502, 503, 504),
        openapi_extra={
            "parameters": [
                {
                    "name": parameter.name,
                    "in": "query",
                    "required": parameter.required,
                    "description": f"{parameter.title['en']} / {parameter.title['zh-Hans']}",
                    "schema": _schema(parameter),
                    "example": parameter.example,
                }
                for parameter in query.parameters
            ]
            + [
                {
                    "name": "format",
                    "in": "query",
                    "required": False,
                    "description": "Instead of Accept",
                    "schema": {"type": "string", "enum": [*dict.fromkeys(offer.name for offer in (*offers, PAGE, *GRAPHS))]},
                }
            ],
        },
    )


def _schema(parameter: Parameter) -> dict[str, object]:
    match parameter.type:
        case "choice":
            return {"type": "string", "enum": list(parameter.choices)}
        case "number":
            return {"type": "number"}
        case "year":
            return {"type": "string", "pattern": "^[0-9]{4}$"}
    return {"type": "string", "minLength": 1, "maxLength": LONGEST}


def _described(parameter: Parameter) -> dict[str, object]:
    return {
        "name": parameter.name,
        "type": parameter.type,
        "required": parameter.required,
        "example": parameter.example,
        "title": parameter.title,
        **({"choices": parameter.choices} if parameter.choices else {}),
        **({"scheme": parameter.scheme} if parameter.scheme else {}),
    }
