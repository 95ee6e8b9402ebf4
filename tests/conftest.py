"""What the tests share: the real graph, an engine over it, the package as a user installs it, and the real service."""

import asyncio
import os
import re
import subprocess
import sys
import sysconfig
import threading
import time
import venv
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Self

import httpx
import pytest

from bqwgraph.engine.embedded import EmbeddedEngine
from bqwgraph.engine.interface import Answer, Question, ServedEngine
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.snapshot import Snapshot, build
from releasing import Releasable

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 120
"""Seconds for which the published files may be in the making, on a machine that does other things."""


@pytest.fixture(scope="session")
def folder() -> GraphFolder:
    return GraphFolder.at(ROOT)


@pytest.fixture(scope="session")
def snapshot(folder: GraphFolder) -> Snapshot:
    return build(folder)


@pytest.fixture(scope="session")
def engine(snapshot: Snapshot) -> EmbeddedEngine:
    return EmbeddedEngine(snapshot)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with the document, the place tables and the conformance suites; only some machines have it."""
    path = Path(os.environ.get("BQWGRAPH_SHARED", ROOT.parent / "shared"))
    if not path.is_dir():
        pytest.skip(f"{path} is not here: the document and the suites are not part of the repository")
    return path


@pytest.fixture
def releasable(tmp_path: Path) -> Releasable:
    return Releasable.in_folder(tmp_path / "releasable")


class Blocking:
    """An engine of the service on an event loop of its own, for tests that ask one question after the other, or from threads."""

    def __init__(self, engine: ServedEngine) -> None:
        self.engine, self._loop = engine, asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def ask(self, question: Question, deadline: float) -> Future[Answer]:
        """Begin to answer; cancelling the future says that nobody waits."""
        return asyncio.run_coroutine_threadsafe(self.engine.answer(question, deadline), self._loop)

    def answer(self, question: Question, deadline: float) -> Answer:
        return self.ask(question, deadline).result()

    @property
    def graphs(self) -> frozenset[str]:
        return self.engine.graphs

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self.engine.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Installed:
    """The package, built as a wheel and installed in an environment of its own."""

    def __init__(self, command: Path) -> None:
        self.command = command

    def run(
        self, *arguments: str, stdin: str | None = None, cwd: Path | None = None, **settings: str
    ) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BQWGRAPH_")}
        return subprocess.run(
            [self.command, *arguments],
            input=stdin,
            cwd=cwd,
            capture_output=True,
            encoding="utf-8",
            env={**environment, **settings},
            timeout=120,
            check=False,
        )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True, capture_output=True
    )
    (wheel,) = folder.glob("*.whl")
    environment = folder / "venv"
    venv.create(environment, with_pip=False)
    python = environment / "bin" / "python"
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "parts.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    install: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "-q",
        "--no-deps",
        "--no-index",
        "--force-reinstall",
        wheel,
    ]
    subprocess.run(install, check=True, capture_output=True)
    return Installed(environment / "bin" / "bqwgraph")


def fetch(service: httpx.Client, path: str, **headers: str) -> httpx.Response:
    """Ask for a published file; while the files are being made, wait as Retry-After says."""
    ends = time.monotonic() + PATIENCE
    while (answer := service.get(path, headers=headers)).status_code == 503 and time.monotonic() < ends:
        assert answer.headers["retry-after"]
        time.sleep(1)
    return answer


@pytest.fixture(scope="session")
def service(installed: Installed, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The real service on a free port, from the wheel, outside the checkout."""
    with subprocess.Popen(
        [installed.command, "serve", "--port", "0"],
        cwd=tmp_path_factory.mktemp("elsewhere"),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
    ) as process:
        with httpx.Client(base_url=address_of(process), timeout=30) as client:
            yield client
        process.terminate()


def address_of(process: subprocess.Popen[str]) -> str:
    """Return the address that `bqwgraph serve` prints when it is ready; what it says later is read and dropped."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        found = re.search(r"http://[^\s']+(?=/queries)", line)
        if found:
            threading.Thread(target=process.stdout.read, daemon=True).start()
            return found[0]
    raise AssertionError(said)
