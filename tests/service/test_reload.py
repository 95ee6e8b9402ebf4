"""Reloading: a new snapshot replaces the old one whole, and bad data never does."""

import gc
import os
import shutil
import signal
import subprocess
import threading
import time
import weakref
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bqwgraph.service.reload import settle
from conftest import ROOT, Installed, address_of

NAME = "城乡融合发展行动"
OTHER = "x"
TOKEN = "secret"  # noqa: S105 - of a service that lives as long as the test


class Served:
    def __init__(self, process: subprocess.Popen[str], client: httpx.Client, data: Path) -> None:
        self.process, self.client, self.actions = process, client, data / "actions.ttl"

    def health(self) -> dict[str, object]:
        health: dict[str, object] = self.client.get("/health").json()
        return health

    def waits_for(self, **reloads: object) -> None:
        for _ in range(600):
            if self.health()["reloads"] == reloads:
                return
            time.sleep(0.1)
        raise AssertionError(self.health())


@pytest.fixture
def served(installed: Installed, tmp_path: Path) -> Iterator[Served]:
    for name in ("ontology", "data", "queries"):
        shutil.copytree(ROOT / name, tmp_path / name)
    command: list[str | Path] = [installed.command, "serve", "--port", "0", "--graph", tmp_path]
    environment = {**os.environ, "BQWGRAPH_ADMIN_TOKEN": TOKEN}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", env=environment
    ) as process:
        with httpx.Client(base_url=address_of(process), timeout=30) as client:
            yield Served(process, client, tmp_path / "data")
        process.terminate()


def test_a_new_graph_is_swapped_in_without_a_failed_request_and_a_bad_one_is_not(served: Served) -> None:
    before = served.health()["snapshot"]
    statuses, stop = Counter[int](), threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=served.client.base_url, timeout=30) as client:
            while not stop.is_set():
                statuses[client.get("/queries/actions", params={"format": "csv"}).status_code] += 1

    asking = threading.Thread(target=ask)
    asking.start()
    text = served.actions.read_text("utf-8")
    served.actions.write_text(text.replace("bqw:order 7 ", "bqw:order 8 ", 1), "utf-8")
    os.kill(served.process.pid, signal.SIGHUP)
    for _ in range(600):
        if served.health()["reloads"] != {"taken": 0, "failure": ""}:
            break
        time.sleep(0.1)
    health = served.health()
    assert health["snapshot"] == before
    assert "data/actions.ttl" in str(health["reloads"])

    served.actions.write_text(text.replace(f'"{NAME}"@zh-Hans', f'"{NAME}"@zh-Hans') + "# changed\n", "utf-8")
    os.kill(served.process.pid, signal.SIGHUP)
    served.waits_for(taken=1, failure="")
    stop.set()
    asking.join()
    assert served.health()["snapshot"] != before
    assert set(statuses) == {200}


def test_an_administrator_reloads_with_the_token(served: Served, installed: Installed) -> None:
    url = str(served.client.base_url)
    assert served.client.post("/admin/reload").status_code == 401
    assert served.client.post("/admin/reload", headers={"authorization": "Bearer wrong"}).status_code == 401
    assert served.client.get("/admin/reload", headers={"authorization": f"Bearer {TOKEN}"}).headers["allow"] == "POST"

    text = served.actions.read_text("utf-8")
    served.actions.write_text(text.replace("bqw:order 7 ", "bqw:order 8 ", 1), "utf-8")
    kept = installed.run("reload", url, BQWGRAPH_ADMIN_TOKEN=TOKEN)
    assert kept.returncode == 1
    assert "data/actions.ttl" in kept.stderr
    served.actions.write_text(text + "# changed\n", "utf-8")
    before = served.health()["snapshot"]
    taken = installed.run("reload", url, BQWGRAPH_ADMIN_TOKEN=TOKEN)
    assert taken.returncode == 0, taken.stderr
    assert served.health()["snapshot"] != before
    assert str(served.health()["snapshot"])[:12] in taken.stdout


def test_without_the_token_nothing_is_reloaded(installed: Installed, service: httpx.Client) -> None:
    assert service.post("/admin/reload", headers={"authorization": "Bearer x"}).status_code == 404
    url = str(service.base_url)
    assert installed.run("reload", url).returncode == 2
    assert installed.run("reload", url, BQWGRAPH_ADMIN_TOKEN=OTHER).returncode == 2
    assert installed.run("reload", "http://127.0.0.1:1", BQWGRAPH_ADMIN_TOKEN=OTHER).returncode == 2


def test_what_serves_is_left_alone_by_the_collector_and_what_served_goes() -> None:
    class Serves:
        itself: "Serves"

    def serving() -> weakref.ref[Serves]:
        one = Serves()
        one.itself = one
        settle()
        return weakref.ref(one)

    try:
        served = serving()
        gc.collect()
        assert served() is not None  # nobody looked
        settle()
        assert served() is None
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
