"""The pages about taking the data away: how, and the list of the dumps."""

from collections.abc import Mapping
from typing import Any

from bqwgraph.pages.rendering import Pages, Where
from bqwgraph.publication.describing import House


def data_page(pages: Pages, where: Where, house: House, digest: str) -> str:
    """Return the page that tells how; ``digest`` names the snapshot that it is cited by."""
    version = house.version.rpartition("/")[2]
    citation = pages.messages[where.lang]["data_citation"].format(date=house.modified, version=version, digest=digest[:12])
    return pages.render(where, "data.html", citation=citation, license=house.license)


def dumps_page(pages: Pages, where: Where, index: Mapping[str, Any]) -> str:
    """Return the list of the dumps; ``index`` is the content of their ``index.json``."""
    return pages.render(where, "dumps.html", **{name: index[name] for name in ("files", "snapshot", "releases")})
