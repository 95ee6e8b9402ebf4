"""HTTP: the SPARQL protocol, saved queries, pages, errors and limits."""
