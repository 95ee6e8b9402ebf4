"""What is published, in a few figures."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class About:
    """What is served: the snapshot's digest, the triples of its default graph, and of each named graph by its IRI.

    ``federated`` says whether queries may ask other endpoints.
    """

    digest: str
    triples: int
    graphs: Mapping[str, int]
    federated: bool = False
