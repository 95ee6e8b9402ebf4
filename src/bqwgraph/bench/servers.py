"""The servers that are compared: started on loopback, loaded with the same dataset, and stopped again."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Final, Self

import httpx

DEADLINE: Final = 5
"""Seconds that a query may take in our service while it is measured."""

_PATIENCE: Final = 900
"""Seconds that a server may take to be ready."""


class CannotMeasure(Exception):
    """A server did not start or did not take the data."""


@dataclass
class Server:
    """A running server: the path of its SPARQL endpoint, and how long it took from nothing to its first answer."""

    name: str
    base: str
    path: str
    process: subprocess.Popen[bytes]
    ready: float = 0.0
    _client: httpx.Client = field(default_factory=httpx.Client)

    def ask(self, query: str, timeout: float = 60) -> httpx.Response:
        """Send a query as a form, over connections that are kept."""
        return self._client.post(self.base + self.path, data={"query": query}, headers=ACCEPT, timeout=timeout)

    def memory(self) -> tuple[int, int]:
        """Return RSS and PSS of the process and all below it, in bytes; RSS counts what they share several times."""
        rss = pss = 0
        for pid in _tree(self.process.pid):
            try:
                rolled = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
            except OSError:
                continue
            sizes = dict(re.findall(r"^(\w+): +(\d+) kB", rolled, re.MULTILINE))
            rss, pss = rss + 1024 * int(sizes.get("Rss", 0)), pss + 1024 * int(sizes.get("Pss", 0))
        return rss, pss

    def stop(self) -> None:
        """End the process that was started, and nothing else."""
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


ACCEPT: Final = {"Accept": "application/sparql-results+json"}


def ours(folder: Path, snapshots: Path, log: Path) -> Server:
    """Start ``bqwgraph serve`` on a folder that is marked as valid, with its kept snapshot."""
    command = [sys.executable, "-c", "from bqwgraph.cli import main; main()"]
    where = ["--graph", str(folder), "--snapshots", str(snapshots)]
    began = time.perf_counter()
    with log.open("wb") as said:
        process = _start([*command, "serve", "--port", "0", "--timeout", str(DEADLINE), *where], said)
    server = Server("bqwgraph", "", "/sparql", process)

    def has_said_where() -> bool:
        found = re.search(r"http://[^\s']+(?=/queries)", log.read_text("utf-8"))
        server.base = found[0] if found else ""
        return found is not None

    _wait(server, has_said_where)
    return _ready(server, began)


def oxigraph(dataset: Path, log: Path) -> Server:
    """Start ``oxigraph serve`` in memory and load a dataset."""
    port, began = _free_port(), time.perf_counter()
    with log.open("wb") as said:
        process = _start([_tool("oxigraph"), "serve", "--bind", f"127.0.0.1:{port}"], said)
    server = Server("oxigraph", f"http://127.0.0.1:{port}", "/query", process)
    _wait(server, lambda: _listens(port))
    with dataset.open("rb") as quads:
        headers = {"Content-Type": "application/n-quads"}
        loaded = httpx.post(f"{server.base}/store", content=quads, headers=headers, timeout=_PATIENCE)
    if not loaded.is_success:
        server.stop()
        raise CannotMeasure(f"oxigraph did not take the data: {loaded.status_code} {loaded.text[:200]}")
    return _ready(server, began)


def rdflib_endpoint(dataset: Path, log: Path) -> Server:
    """Start rdflib-endpoint on a dataset."""
    port, began = _free_port(), time.perf_counter()
    with log.open("wb") as said:
        process = _start([_tool("rdflib-endpoint"), "serve", "--host", "127.0.0.1", "--port", str(port), str(dataset)], said)
    server = Server("rdflib-endpoint", f"http://127.0.0.1:{port}", "/", process)
    _wait(server, lambda: _listens(port))
    return _ready(server, began)


def has(tool: str) -> bool:
    """Whether a peer is installed beside this Python or on the path."""
    return bool(_find(tool))


def _find(tool: str) -> str | None:
    return shutil.which(tool, path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")


def _tool(tool: str) -> str:
    found = _find(tool)
    if found is None:
        raise CannotMeasure(f"{tool} is not installed: pip install 'bqwgraph[bench]'")
    return found


def _start(command: list[str], said: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("BQWGRAPH_")}
    return subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, env=environment)  # noqa: S603 - our own commands


def _wait(server: Server, ready: Callable[[], bool]) -> None:
    ends = time.monotonic() + _PATIENCE
    while not ready():
        if server.process.poll() is not None:
            raise CannotMeasure(f"{server.name} ended with {server.process.returncode} before it was ready")
        if time.monotonic() > ends:
            server.stop()
            raise CannotMeasure(f"{server.name} was not ready after {_PATIENCE} s")
        time.sleep(0.02)


def _ready(server: Server, began: float) -> Server:
    answer = server.ask("SELECT * { ?s ?p ?o } LIMIT 1")
    if not answer.is_success:
        server.stop()
        raise CannotMeasure(f"{server.name} does not answer: {answer.status_code} {answer.text[:200]}")
    server.ready = time.perf_counter() - began
    return server


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _tree(root: int) -> list[int]:
    pids = [root]
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            try:
                pids += map(int, task.read_text("ascii").split())
            except OSError:
                continue
    return pids
