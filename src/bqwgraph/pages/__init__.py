"""Pages for people, as text: what a page says of the graph, its two languages, its links. Nothing here knows of HTTP."""
