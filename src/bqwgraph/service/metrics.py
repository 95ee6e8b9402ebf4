"""Counts of what the service did, in Prometheus' text format."""

from bisect import bisect_left
from collections import Counter
from typing import Final

from bqwgraph.engine.interface import ServedEngine
from bqwgraph.graph.namespaces import KINDS

_BUCKETS: Final = (0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0)

_ROUTES: Final = frozenset(
    {
        *("/", "/sparql", "/queries", "/health", "/metrics", "/openapi.json", "/static", "/graphs", "/validate"),
        *(
            "/catalogue",
            "/.well-known",
            "/dumps",
            "/context.jsonld",
            "/dataset",
            "/graph",
            "/linkset",
            "/ontology",
            "/shapes",
            "/vocab",
        ),
        *(f"/{kind}" for kind in KINDS),
    }
)
"""Routes that are counted by name; all else is ``other``, so that nobody can fill the memory with names."""


class Metrics:
    """Counts requests by route and status, their time, and answers from the cache."""

    def __init__(self) -> None:
        self._requests = Counter[tuple[str, int]]()
        self._buckets = [0] * (len(_BUCKETS) + 1)
        self._seconds = 0.0
        self.hits = 0

    def count(self, path: str, status: int, seconds: float) -> None:
        """Note a request that was answered."""
        route = path if path.count("/") <= 1 and status < 400 else "/".join(path.split("/")[:2])  # noqa: PLR2004
        self._requests[route if route in _ROUTES else "other", status] += 1
        self._buckets[bisect_left(_BUCKETS, seconds)] += 1
        self._seconds += seconds

    def text(self, engine: ServedEngine) -> str:
        """Return all counts."""
        lines = ["# TYPE bqwgraph_requests_total counter"]
        for (route, status), count in sorted(self._requests.items()):
            lines.append(f'bqwgraph_requests_total{{route="{route}",status="{status}"}} {count}')
        lines.append("# TYPE bqwgraph_request_seconds histogram")
        total = 0
        for bound, count in zip((*map(str, _BUCKETS), "+Inf"), self._buckets, strict=True):
            total += count
            lines.append(f'bqwgraph_request_seconds_bucket{{le="{bound}"}} {total}')
        lines += [f"bqwgraph_request_seconds_sum {self._seconds:.6f}", f"bqwgraph_request_seconds_count {total}"]
        lines += ["# TYPE bqwgraph_cache_hits_total counter", f"bqwgraph_cache_hits_total {self.hits}"]
        lines += ["# TYPE bqwgraph_workers_killed_total counter"]
        lines += [f'bqwgraph_workers_killed_total{{why="{why}"}} {n}' for why, n in sorted(engine.counts.killed.items())]
        lines += ["# TYPE bqwgraph_refused_total counter", f"bqwgraph_refused_total {engine.counts.refused}"]
        lines += ["# TYPE bqwgraph_back_end_failures_total counter", f"bqwgraph_back_end_failures_total {engine.counts.failed}"]
        lines += ["# TYPE bqwgraph_queries gauge"]
        lines += [f'bqwgraph_queries{{state="{state}"}} {n}' for state, n in sorted(engine.running.items())]
        return "\n".join(lines) + "\n"
