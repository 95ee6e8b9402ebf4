"""The judged links against the two passes that they were settled from, and the published agreement."""

import csv
import re
from collections import Counter
from collections.abc import Callable, Mapping

import pyoxigraph as ox
import pytest

from bqwgraph.graph.namespaces import PREFIXES
from bqwgraph.graph.snapshot import Snapshot
from conftest import ROOT

CODEBOOK = ROOT / "docs" / "codebook"
MEASURES = (6, 6, 4, 3, 7, 4, 6, 4, 4, 5)
TARGETS = [f"action:{a}" for a in range(1, 11)] + [f"measure:{a}-{m}" for a, n in enumerate(MEASURES, 1) for m in range(1, n + 1)]
PAIRS = [(str(policy), target) for policy in range(1, 10) for target in TARGETS]
CATEGORIES: Mapping[str, Callable[[str], str]] = {
    "linked or not": lambda code: code if code == "accepted" else "other",
    "shown or not": lambda code: code if code in {"accepted", "candidate"} else "other",
    "all codes": lambda code: code,
}


def codes(number: int) -> dict[tuple[str, str], str]:
    with (CODEBOOK / f"pass-{number}.csv").open(encoding="utf-8", newline="") as file:
        rows = {(row["policy"], row["target"]): row["code"] for row in csv.DictReader(file)}
    accepted = {"shared-term", "implied"}
    return {pair: "accepted" if rows.get(pair) in accepted else rows.get(pair, "none") for pair in PAIRS}


def test_there_are_531_pairs_and_the_passes_judge_no_other() -> None:
    assert len(PAIRS) == 531
    for number in (1, 2):
        with (CODEBOOK / f"pass-{number}.csv").open(encoding="utf-8", newline="") as file:
            assert {(row["policy"], row["target"]) for row in csv.DictReader(file)} <= set(PAIRS)


@pytest.mark.parametrize("compared", CATEGORIES)
def test_the_published_agreement_is_that_of_the_passes(compared: str) -> None:
    category = CATEGORIES[compared]
    first, second = ([category(codes(number)[pair]) for pair in PAIRS] for number in (1, 2))
    observed = sum(a == b for a, b in zip(first, second, strict=True)) / len(PAIRS)
    counts = Counter(first), Counter(second)
    chance = sum(counts[0][code] * counts[1][code] for code in counts[0]) / len(PAIRS) ** 2
    kappa = (observed - chance) / (1 - chance)
    row = next(line for line in (CODEBOOK / "README.md").read_text("utf-8").splitlines() if line.startswith(f"| {compared} |"))
    assert re.findall(r"\d\.\d+", row) == [f"{observed:.3f}", f"{kappa:.2f}"]


def test_the_graph_follows_the_passes_where_they_agree(snapshot: Snapshot) -> None:
    query = f"""PREFIX bqw: <{PREFIXES["bqw"]}>
    SELECT ?policy ?target ?status {{ ?c bqw:contributionOf ?policy ; bqw:contributionTo ?target ; bqw:status ?status }}"""
    solutions = snapshot.store.query(query)
    assert isinstance(solutions, ox.QuerySolutions)
    graph = dict.fromkeys(PAIRS, "none")
    for row in solutions:
        policy, kind, target, status = (
            row["policy"].value.rpartition("/")[2],
            row["target"].value.split("/")[-2],
            row["target"].value.rpartition("/")[2],
            row["status"].value.rpartition("/")[2],
        )
        graph[policy, f"{kind}:{target}"] = status
    assert len(graph) == len(PAIRS)
    first, second = codes(1), codes(2)
    for pair in PAIRS:
        assert graph[pair] in {first[pair], second[pair], "rejected"}, pair
        if first[pair] == second[pair]:
            assert graph[pair] == first[pair], pair
