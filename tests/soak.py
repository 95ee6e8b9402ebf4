"""A soak of the real service on this machine: ``python tests/soak.py SECONDS``.

A mix of small queries, cached answers, bombs with a short deadline, wrong requests and clients that go away. At the end no
request has failed but the ones that should, every worker's place is free again, and the service's memory has not grown.
"""

import random
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx

BOMB = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a > ?d) }"
SORT = "SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f"
SMALL = "SELECT ?s ?o { ?s <http://www.w3.org/2004/02/skos/core#notation> ?o } LIMIT %d"
THREADS = 4
MOST_GROWTH = 1.3


def rss(pid: int) -> int:
    """The resident memory of a process and the ones below it that stay (the zygote; workers come and go), in KiB."""
    total = 0
    for path in Path("/proc").glob("[0-9]*/status"):
        try:
            status = dict(line.split(":\t", 1) for line in path.read_text("utf-8").splitlines() if ":\t" in line)
        except (OSError, ValueError):
            continue
        if int(path.parent.name) == pid or status.get("PPid") == str(pid):
            total += int(status.get("VmRSS", "0 kB").split()[0])
    return total


def ask(client: httpx.Client, seed: int, stop: threading.Event, seen: Counter[tuple[str, int]]) -> None:
    """Send requests of the mix until told to stop."""
    chance = random.Random(seed)  # noqa: S311 - a mix, not a secret
    while not stop.is_set():
        kind = chance.choices(
            ["cached", "small", "bomb", "sort", "syntax", "service", "gone", "page"], [30, 40, 4, 2, 8, 4, 2, 10]
        )[0]
        try:
            seen[kind, send(client, kind, chance).status_code] += 1
        except httpx.ReadTimeout:
            seen[kind, 0] += 1


def send(client: httpx.Client, kind: str, chance: random.Random) -> httpx.Response:
    """Send one request."""
    if kind == "cached":
        return client.get("/queries/actions", params={"format": chance.choice(["csv", "json", "xml", "tsv"])})
    if kind == "page":
        return client.get(chance.choice(["/", "/queries", "/sparql"]), headers={"accept": "text/html"})
    if kind == "gone":
        return client.get("/sparql", params={"query": BOMB}, timeout=0.2)
    query, timeout = {
        "small": (SMALL % chance.randint(1, 5000), "10"),
        "bomb": (BOMB, "0.3"),
        "sort": (SORT, "0.3"),
        "syntax": ("SELECT * { ?s ?p" + "(" * chance.randint(0, 3000), "10"),
        "service": ("ASK { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "10"),
    }[kind]
    return client.post("/sparql", data={"query": query, "timeout": timeout})


WANTED = {
    "cached": {200},
    "small": {200, 503},
    "bomb": {504, 503},
    "sort": {504, 503},
    "syntax": {400},
    "service": {403},
    "gone": {0, 503},
    "page": {200},
}
"""The statuses that each kind may have; 0: the client went away. 503 is the answer when too many long queries run."""


def main(seconds: float) -> int:
    """Run the soak; return the exit code."""
    command = [str(Path(sys.executable).parent / "bqwgraph"), "serve", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        address = next(found[0] for line in lines if (found := re.search(r"http://[0-9.:]+(?=/queries)", line)))
        stop, seen = threading.Event(), Counter[tuple[str, int]]()
        with httpx.Client(base_url=address, timeout=20) as client:
            threads = [threading.Thread(target=ask, args=(client, seed, stop, seen)) for seed in range(THREADS)]
            for thread in threads:
                thread.start()
            time.sleep(min(15, seconds / 3))
            early = rss(process.pid)
            time.sleep(max(0.0, seconds - min(15, seconds / 3)))
            stop.set()
            for thread in threads:
                thread.join()
            time.sleep(1)
            late = rss(process.pid)
            metrics = client.get("/metrics").text
        process.terminate()
    wrong = {key: count for key, count in seen.items() if key[1] not in WANTED[key[0]]}
    busy = [line for line in metrics.splitlines() if re.match(r'bqwgraph_queries\{state="(fast|slow|waiting)"\} [1-9]', line)]
    print(f"{sum(seen.values())} requests in {seconds:g} s: {dict(sorted(seen.items()))}")  # noqa: T201
    print(f"memory of the service {early} KiB early, {late} KiB at the end")  # noqa: T201
    for what, bad in (("wrong answers", wrong), ("places still taken", busy), ("memory grew", late > early * MOST_GROWTH)):
        if bad:
            print(f"{what}: {bad}")  # noqa: T201
    return 1 if wrong or busy or late > early * MOST_GROWTH else 0


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1])))
