"""Sending requests to a server for some seconds: with ``wrk`` where it is installed, else with a loop of our own."""

import asyncio
import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import httpx

from bqwgraph.bench.servers import ACCEPT

_LUA: Final = """
local targets, sent, number = {}, 0, 0
function init(args)
  for line in io.lines(args[1]) do targets[#targets + 1] = line end
  number = tonumber(args[2])
end
function request()
  local target = targets[sent % #targets + 1]
  sent = sent + 1
  if number > 0 then
    number = number + 1
    target = target .. number
  end
  return wrk.format("GET", target)
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format('\\n{"requests":%d,"us":%d,"p50":%d,"p99":%d,"bad":%d,"lost":%d}\\n', summary.requests,
    summary.duration, latency:percentile(50), latency:percentile(99), e.status, e.connect + e.read + e.write + e.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """What came of sending: answers in a second, percentiles in milliseconds, and how many answers were bad or missing."""

    rate: float
    p50: float
    p99: float
    bad: int


def tool() -> str:
    """Name the load generator."""
    return "wrk" if shutil.which("wrk") else "asyncio and httpx"


def send(  # noqa: PLR0913, PLR0917 - what, where, how long
    base: str, targets: list[str], seconds: float, connections: int, first: int, work: Path
) -> Load:
    """Ask for the targets in turn. Where ``first`` is not 0, the numbers after it are written behind them, each used once."""
    if not shutil.which("wrk"):
        return asyncio.run(_loop(base, targets, seconds, connections, first))
    script, listed = work / "load.lua", work / "targets.txt"
    script.write_text(_LUA, "ascii")
    listed.write_text("".join(f"{target}\n" for target in targets), "ascii")
    command = ["wrk", "-t1", f"-c{connections}", f"-d{max(1, round(seconds))}s", "--timeout", "20s", "-s", str(script)]
    command += ["-H", f"Accept: {ACCEPT['Accept']}", base, "--", str(listed), str(first)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 60, check=True)  # noqa: S603 - wrk, on loopback
    told = json.loads(done.stdout.strip().splitlines()[-1])
    return Load(told["requests"] / told["us"] * 1e6, told["p50"] / 1e3, told["p99"] / 1e3, told["bad"] + told["lost"])


async def _loop(base: str, targets: list[str], seconds: float, connections: int, first: int) -> Load:
    numbers, times, bad = count(1), list[float](), 0
    ends = time.perf_counter() + seconds

    async def one(client: httpx.AsyncClient) -> None:
        nonlocal bad
        while time.perf_counter() < ends:
            number, began = next(numbers), time.perf_counter()
            target = targets[number % len(targets)] + (str(first + number) if first else "")
            try:
                bad += not (await client.get(target)).is_success
            except httpx.HTTPError:
                bad += 1
            times.append(time.perf_counter() - began)

    began = time.perf_counter()
    async with httpx.AsyncClient(base_url=base, headers=ACCEPT, timeout=20) as client:
        await asyncio.gather(*(one(client) for _ in range(connections)))
    times.sort()
    rate = len(times) / (time.perf_counter() - began)
    return Load(rate, times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3, bad)
