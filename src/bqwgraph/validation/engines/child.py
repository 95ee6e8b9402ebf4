"""The process that a SHACL engine runs in: two graphs from standard input, the results to standard output, all N-Triples.

The first line of the input says how many bytes the shapes have; they follow, and then the data.
"""

import sys
from importlib import import_module

import pyoxigraph as ox

from bqwgraph.validation.engines.wire import REFUSED, ShapesRefused


def main() -> None:
    """Run the engine that the command line names."""
    engine = import_module(f"bqwgraph.validation.engines.by_{sys.argv[1]}")
    length = int(sys.stdin.buffer.readline())
    shapes, data = sys.stdin.buffer.read(length), sys.stdin.buffer.read()
    try:
        results = list(engine.results(shapes, data))
    except ShapesRefused as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(REFUSED)
    ox.serialize(results, sys.stdout.buffer, ox.RdfFormat.N_TRIPLES)


if __name__ == "__main__":
    main()
