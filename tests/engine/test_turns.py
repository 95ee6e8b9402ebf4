"""Long queries take turns: who has used least runs, no more than may, and nobody is forgotten."""

import asyncio
import os
from dataclasses import dataclass

import pytest

from bqwgraph.engine import turns
from bqwgraph.engine.turns import Turns


@dataclass(eq=False)
class Query:
    seconds: float
    runs: bool = True

    def used(self) -> float:
        return self.seconds

    def pause(self) -> None:
        self.runs = False

    def go_on(self) -> None:
        self.runs = True


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "_TURN", 0.001)


@pytest.mark.usefixtures("at_once")
def test_all_have_their_turn_and_only_so_many_at_a_time() -> None:
    async def worked(queries: list[Query]) -> None:
        taking = Turns(2)
        for query in queries:
            taking.enter(query)
        for _ in range(200):
            running = [query for query in queries if query.runs]
            assert len(running) == 2
            for query in running:
                query.seconds += 0.001
            await asyncio.sleep(0.001)

    queries = [Query(0.01) for _ in range(7)]
    asyncio.run(worked(queries))
    most, least = max(query.seconds for query in queries), min(query.seconds for query in queries)
    assert most - least < 0.03  # of the 0.05 that each has used


def test_one_that_has_used_little_goes_before_those_that_have_used_much() -> None:
    async def entered() -> list[bool]:
        taking, long = Turns(1), [Query(3.0), Query(5.0)]
        for query in long:
            taking.enter(query)
        short = Query(0.01)
        taking.enter(short)
        states = [query.runs for query in (*long, short)]
        taking.leave(short)
        return states + [query.runs for query in long]

    assert asyncio.run(entered()) == [False, False, True, True, False]


def test_where_there_is_room_nobody_is_paused_and_nothing_is_looked_at() -> None:
    async def entered() -> tuple[bool, bool]:
        taking, alone = Turns(1), Query(0.5)
        taking.enter(alone)
        return alone.runs, taking._next is None

    assert asyncio.run(entered()) == (True, True)


def test_a_processor_is_left_to_short_queries(monkeypatch: pytest.MonkeyPatch) -> None:
    for processors, most in ((1, 1), (2, 1), (8, 7)):
        monkeypatch.setattr(os, "sched_getaffinity", lambda _, count=processors: set(range(count)))
        assert turns.places() == most
