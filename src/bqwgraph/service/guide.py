"""``/data`` and ``/contribute``: how to take the data away, and how to add to it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import QueryError
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.pages.data import data_page
from bqwgraph.pages.guide import contribute_page, patterns
from bqwgraph.publication import contents
from bqwgraph.service.answering import Answering
from bqwgraph.service.pages import Pages, page_response
from bqwgraph.service.problems import of_own_query


def router(folder: GraphFolder, answering: Answering, pages: Pages) -> APIRouter:
    """Return the routes of the two pages."""
    routes = APIRouter(include_in_schema=False)
    shown = patterns(folder.root)

    @routes.get("/data")
    async def data(request: Request) -> Response:
        try:
            house = await answering.work(request, contents.house())
        except QueryError as error:
            raise of_own_query(error) from error
        where = pages.where(request, "data", ())
        return page_response(where, data_page(pages.rendering, where, house, answering.engine.digest))

    @routes.get("/contribute")
    async def contribute(request: Request) -> Response:
        where = pages.where(request, "contribute", ())
        return page_response(where, contribute_page(pages.rendering, where, shown))

    return routes
