"""``/data`` and ``/contribute``: how to take the data away, and how to add to it."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bqwgraph.engine.interface import QueryError
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.pages.guide import patterns
from bqwgraph.publication import contents
from bqwgraph.service.answering import Answering
from bqwgraph.service.pages import Pages
from bqwgraph.service.problems import of_query


def router(folder: GraphFolder, answering: Answering, pages: Pages) -> APIRouter:
    """Return the routes of the two pages."""
    routes = APIRouter(include_in_schema=False)
    shown = patterns(folder.root)

    @routes.get("/data")
    async def data(request: Request) -> Response:
        try:
            house = await answering.work(request, contents.house())
        except QueryError as error:
            raise of_query(error) from error
        where = pages.where(request, "data", ())
        citation = pages.messages[where.lang]["data_citation"].format(
            date=house.modified, version=house.version.rpartition("/")[2], digest=answering.engine.digest[:12]
        )
        return pages.render(request, "data.html", where=where, citation=citation, license=house.license)

    @routes.get("/contribute")
    async def contribute(request: Request) -> Response:
        return pages.render(request, "contribute.html", where=pages.where(request, "contribute", ()), patterns=shown)

    return routes
