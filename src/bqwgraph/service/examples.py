"""The saved queries as examples in the query form: by topic, each a text that runs as it stands."""

from collections.abc import Iterable

from bqwgraph.queries.saved import SavedQuery

TAGS = (
    "actions",
    "policies",
    "designations",
    "places",
    "targets",
    "industries",
    "counts",
    "evidence",
    "provenance",
    "gaps",
    "vocabulary",
    "links",
)
"""The topics in the order of the page; a tag that is none of them comes after these."""


def by_topic(queries: Iterable[SavedQuery]) -> list[tuple[str, list[SavedQuery]]]:
    """Return the queries of each tag, a query under each of its tags."""
    topics: dict[str, list[SavedQuery]] = {tag: [] for tag in TAGS}
    for query in queries:
        for tag in query.tags:
            topics.setdefault(tag, []).append(query)
    return [(tag, found) for tag, found in topics.items() if found]


def example_text(query: SavedQuery, lang: str) -> str:
    """Return the text of a saved query with its question in a language, in place of the header, as the first line."""
    lines = query.text.splitlines(keepends=True)
    body = "".join(line for line in lines if not line.startswith("#+"))
    return f"# {query.question[lang]}\n{body.strip()}\n"
