"""Finding things of the graph by what people type: how words are compared, the index, and how results are ranked."""
