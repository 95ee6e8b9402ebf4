"""bqwgraph: a knowledge graph of Jiangmen's part in the 百千万工程, with a SPARQL endpoint."""
