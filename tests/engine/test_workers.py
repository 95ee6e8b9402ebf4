"""The engine of the service: whatever a query does, it ends in time and others do not notice."""

import os
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pyoxigraph as ox
import pytest

from bqwgraph.engine.interface import (
    Busy,
    Dataset,
    LimitPassed,
    NotAllowed,
    NotWanted,
    QuerySyntaxError,
    Question,
    Wanted,
)
from bqwgraph.engine.workers import Limits, WorkerEngine, _Run, _Worker
from bqwgraph.graph.folder import GraphFolder
from bqwgraph.graph.reading import GraphError
from conftest import Blocking

CSV = ox.QueryResultsFormat.CSV
SMALL = "SELECT (COUNT(*) AS ?n) { ?m a <https://w3id.org/bqwgraph/ontology#Measure> }"
PAIR = "{ ?a ?b ?c . ?d ?e ?f }"
BOMBS = {
    "cross product": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?a > ?d) }",
    "order": f"SELECT * {PAIR} ORDER BY ?c ?f",
    "distinct": f"SELECT DISTINCT ?c ?f {PAIR}",
    "group_concat": f"SELECT (GROUP_CONCAT(?c) AS ?x) {PAIR}",
    "streaming": f"SELECT * {PAIR}",
    "construct": "CONSTRUCT { ?a ?b ?f } WHERE { ?a ?b ?c . ?d ?e ?f }",
    "doubling": "SELECT ?z { BIND('aaaaaaaaaaaaaaaa' AS ?a) "
    + " ".join(
        f"BIND(CONCAT(?{v}, ?{v}, ?{v}, ?{v}, ?{v}, ?{v}, ?{v}, ?{v}) AS ?{w})"
        for v, w in zip("abcdefghi", "bcdefghiz", strict=True)
    )
    + "}",
    "replace": "SELECT ?z { BIND(REPEAT AS ?q) }".replace("REPEAT", "REPLACE('" + "a" * 5000 + "', 'a', '" + "b" * 5000 + "')"),
    "regex": "SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), '(a|a)*(b|b)*(c+)+d$')) }",
    "deep path": "SELECT (COUNT(*) AS ?n) { ?a (!<urn:x>)* ?b . ?b (!<urn:y>)* ?c }",
    "huge values": "SELECT * { VALUES ?x { " + "1 " * 200_000 + "} VALUES ?y { " + "2 " * 200_000 + "} }",
    "nested": "ASK { " + "(" * 20_000 + ")" * 20_000 + " }",
}


@pytest.fixture(scope="module")
def workers(folder: GraphFolder) -> Iterator[Blocking]:
    with Blocking(WorkerEngine(folder, Limits(memory=512 << 20, result_bytes=8 << 20))) as engine:
        yield engine


def idle(workers: Blocking) -> list[_Worker]:
    assert isinstance(workers.engine, WorkerEngine)
    return list(workers.engine._idle)


def wait_until(it_is_so: Callable[[], bool]) -> None:
    ends = time.monotonic() + 30
    while not it_is_so():
        assert time.monotonic() < ends
        time.sleep(0.01)


def state(pid: int) -> str:
    """Return what the system says of a process: R runs or could, S sleeps, T is stopped."""
    return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0]


def small(engine: Blocking) -> bytes:
    return engine.answer(Question.table(SMALL, CSV), 5).body


def test_it_answers_as_the_embedded_engine_does(workers: Blocking) -> None:
    assert small(workers) == b"n\r\n49\r\n"
    graph = workers.answer(Question.graph("DESCRIBE <https://w3id.org/bqwgraph/action/5>", ox.RdfFormat.TURTLE), 5)
    assert graph.written == ox.RdfFormat.TURTLE
    assert "a bqw:Action" in graph.body.decode()


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_bomb_ends_in_time_and_the_next_query_is_answered(workers: Blocking, bomb: str) -> None:
    began = time.monotonic()
    wanted = Wanted(CSV, ox.RdfFormat.N_TRIPLES)
    with suppress(LimitPassed, QuerySyntaxError):
        workers.answer(Question(BOMBS[bomb], wanted), 1)
    assert time.monotonic() - began < 1.25
    assert small(workers) == b"n\r\n49\r\n"


def test_errors_come_back_as_what_they_are(workers: Blocking) -> None:
    with pytest.raises(QuerySyntaxError, match="line 2, column 3") as raised:
        workers.answer(Question.table("SELECT * { ?s ?p\n  }", CSV), 5)
    assert (raised.value.line, raised.value.column) == (2, 3)
    with pytest.raises(NotAllowed, match="SERVICE"):
        workers.answer(Question.table("ASK { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", CSV), 5)
    with pytest.raises(NotAllowed, match="no such graph"):
        workers.answer(Question(SMALL, Wanted(CSV), Dataset(("http://example.org/",))), 5)
    with pytest.raises(NotWanted):
        workers.answer(Question.graph(SMALL, ox.RdfFormat.TURTLE), 5)
    with pytest.raises(LimitPassed) as passed:
        workers.answer(Question.table(BOMBS["streaming"], CSV), 30)
    assert passed.value.limit == "result-size"


@pytest.mark.parametrize("text", ["\ud800", "SELECT ('\ud800' AS ?x) {}", "\x00", "ASK {}" + " " * 900_000])
def test_strange_text_costs_nothing(workers: Blocking, text: str) -> None:
    with suppress(QuerySyntaxError, LimitPassed):
        workers.answer(Question.table(text, CSV), 5)
    assert small(workers) == b"n\r\n49\r\n"


def test_when_nobody_waits_the_worker_is_killed(workers: Blocking) -> None:
    asked = workers.ask(Question.table(BOMBS["cross product"], CSV), 30)
    time.sleep(0.3)
    before = workers.engine.counts.killed["gone"]
    assert workers.engine.running["slow"] == 1
    asked.cancel()
    time.sleep(0.3)
    assert workers.engine.running["fast"] == workers.engine.running["slow"] == 0
    assert workers.engine.counts.killed["gone"] == before + 1


def test_small_queries_are_answered_while_bombs_run(workers: Blocking) -> None:
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(_bomb, workers, 6.0) for _ in range(8)]
        time.sleep(0.5)
        times = list[float]()
        for _ in range(50):
            began = time.monotonic()
            assert small(workers) == b"n\r\n49\r\n"
            times.append(time.monotonic() - began)
        assert workers.engine.running["slow"] == 8
        assert statistics.median(times) < 0.1
        with pytest.raises(Busy, match="long queries"):
            workers.answer(Question.table(BOMBS["cross product"], CSV), 3)
        assert all(bomb.result() for bomb in running)


def _bomb(engine: Blocking, deadline: float) -> bool:
    began = time.monotonic()
    with pytest.raises(LimitPassed):
        engine.answer(Question.table(BOMBS["cross product"], CSV), deadline)
    return time.monotonic() - began < deadline + 0.25


def test_beyond_the_queue_it_says_so_at_once(folder: GraphFolder) -> None:
    with Blocking(WorkerEngine(folder, Limits(fast=1, slow=1, queue=1))) as engine:
        asked = [engine.ask(Question.table(BOMBS["cross product"], CSV), 1.0) for _ in range(8)]
        errors = [type(future.exception()) for future in asked]
        assert errors.count(Busy) >= 1
        assert set(errors) <= {Busy, LimitPassed}
        assert small(engine) == b"n\r\n49\r\n"


def test_an_idle_worker_that_died_is_not_used(workers: Blocking) -> None:
    small(workers)
    for worker in idle(workers):
        os.kill(worker.pid, 9)
    time.sleep(0.2)
    assert small(workers) == b"n\r\n49\r\n"


def test_a_worker_has_no_way_to_the_network(workers: Blocking) -> None:
    small(workers)
    time.sleep(0.2)  # a worker that was just forked confines itself first
    for worker in (worker for worker in idle(workers) if _runs(worker.pid)):
        limits = Path(f"/proc/{worker.pid}/limits").read_text("ascii").splitlines()
        (files,) = (line for line in limits if line.startswith("Max open files"))
        assert files.split()[3:5] == ["0", "0"]


def test_no_process_is_left_when_it_is_closed(folder: GraphFolder) -> None:
    with Blocking(WorkerEngine(folder)) as engine:
        small(engine)
        pids = [worker.pid for worker in idle(engine)]
        assert pids
    time.sleep(0.3)
    assert not list(filter(_runs, pids))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_graph_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "ontology").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "x.ttl").write_text("<urn:a> .")
    with pytest.raises(GraphError, match=r"data/x\.ttl:1:9"):
        WorkerEngine(GraphFolder.at(tmp_path))


def kill_zygote(served: WorkerEngine) -> None:
    """Kill the zygote when it has nothing to do, and wait until its workers have ended with it, so that none can answer."""
    wait_until(lambda: served._forking is None)
    served._zygote.kill()
    wait_until(lambda: all(worker.ended for worker in list(served._idle)))


def test_when_the_zygote_dies_another_takes_its_place(folder: GraphFolder) -> None:
    served = WorkerEngine(folder)
    with Blocking(served) as engine:
        assert small(engine) == b"n\r\n49\r\n"
        kill_zygote(served)
        assert engine.answer(Question.table(SMALL, CSV), 60).body == b"n\r\n49\r\n"
        assert served.alive


def test_where_the_graph_has_changed_meanwhile_it_says_that_it_cannot_answer(folder: GraphFolder, tmp_path: Path) -> None:
    for name in ("ontology", "data"):
        shutil.copytree(folder.root / name, tmp_path / name)
    served = WorkerEngine(GraphFolder.at(tmp_path))
    with Blocking(served) as engine:
        assert small(engine) == b"n\r\n49\r\n"
        with (tmp_path / "data" / "actions.ttl").open("a") as file:
            file.write("# another digest\n")
        kill_zygote(served)
        with pytest.raises(Busy, match="restarted"):
            engine.answer(Question.table(SMALL, CSV), 60)
        assert not served.alive


def test_a_query_leaves_its_place_sooner_where_others_wait(folder: GraphFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FAST_CPU", "MOST_CPU"):  # so that nothing else sends it away
        monkeypatch.setattr(f"bqwgraph.engine.workers.{name}", 60)
    served = WorkerEngine(folder, Limits(fast=1))
    with Blocking(served) as engine:
        long = engine.ask(Question.table(BOMBS["deep path"], CSV), 5)
        time.sleep(0.5)
        assert (served._lanes.fast, served._lanes.slow) == (1, 0)
        assert small(engine) == b"n\r\n49\r\n"
        assert not long.done()
        assert served._lanes.slow == 1
        with pytest.raises(LimitPassed, match="took longer"):
            long.result()


def test_of_long_queries_some_are_paused_and_all_go_round(folder: GraphFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bqwgraph.engine.workers.places", lambda: 1)
    served = WorkerEngine(folder)
    with Blocking(served) as engine:
        asked = [engine.ask(Question.table(BOMBS["deep path"], CSV), 3) for _ in range(3)]
        wait_until(lambda: served._lanes.slow == 3)
        workers = [run.worker for run in served._turns._waiting if isinstance(run, _Run) and run.worker]
        wait_until(lambda: sorted(state(worker.pid) == "T" for worker in workers) == [False, True, True])
        seen, ends = set[int](), time.monotonic() + 2
        while time.monotonic() < ends and len(seen) < 3:
            runs = list(served._turns._waiting)
            going = [run.worker.pid for run in runs if isinstance(run, _Run) and run.worker and not run.worker._paused]
            seen.update(going)
            assert len(going) <= 1
            assert small(engine) == b"n\r\n49\r\n"
        assert len(seen) == 3
        for future in asked:
            with pytest.raises(LimitPassed, match="took longer"):
                future.result()
        assert served.running["slow"] == 0


def test_what_a_format_cannot_say_is_told_and_costs_nothing(workers: Blocking) -> None:
    query = "CONSTRUCT { <urn:a> <urn:b> <<( <urn:a> <urn:b> <urn:c> )>> } WHERE {}"
    with pytest.raises(NotWanted, match="cannot be written as asked for"):
        workers.answer(Question.graph(query, ox.RdfFormat.JSON_LD), 5)
    assert workers.engine.counts.killed["died"] == 0 or small(workers)
