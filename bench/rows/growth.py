"""Growth: what a photo costs in a small library and in a large one. Takes long; measured when asked for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import astuple
from statistics import median

from bench.context import Bench
from bench.measurement import Budget, Measurement
from bench.mirroring import prepare
from bench.subprocesses import Cost, run_in_subprocess
from django_twentythree.testing import TwentyThreePlatform

SAME = Budget(1.5)
"""How many times as long a photo of the largest library may take: nothing about it depends on the others."""
MEMORY = Budget(30, "MB")
FIRST, AGAIN, DOWNLOAD = "first listing", "nothing changed", "only downloading"


def measure(bench: Bench) -> Iterator[Measurement]:
    """Mirror libraries of several sizes, in turn and several times over, everything in fresh processes."""
    sizes = sorted({bench.sizes.few_photos, bench.sizes.photos, bench.sizes.many_photos})
    with ExitStack() as stack:
        platforms = [stack.enter_context(TwentyThreePlatform.start(photos=size)) for size in sizes]
        rounds = [[_work(platform) for platform in platforms] for _ in range(bench.sizes.repetitions)]
    for work, budget in ((FIRST, SAME), (AGAIN, SAME), (DOWNLOAD, None)):
        costs = [_find_median(costs[work] for costs in column) for column in zip(*rounds, strict=True)]
        yield from _compare(bench.database, work, sizes, costs, budget)


def _work(platform: TwentyThreePlatform) -> dict[str, Cost]:
    prepare()
    return {
        FIRST: run_in_subprocess(platform),
        AGAIN: run_in_subprocess(platform),
        DOWNLOAD: run_in_subprocess(platform, "download"),
    }


def _find_median(costs: Iterable[Cost]) -> Cost:
    return Cost(*(median(figures) for figures in zip(*map(astuple, costs), strict=True)))


def _compare(
    database: str, work: str, sizes: Sequence[int], costs: Sequence[Cost], budget: Budget | None
) -> Iterator[Measurement]:
    *smaller, largest = [
        f"{size:,} photos: {cost.seconds / size * 1e3:.2f} s ({cost.computing_seconds / size * 1e3:.2f} s)"
        for size, cost in zip(sizes, costs, strict=True)
    ]
    yield Measurement(
        work=f"{work}: time for 1,000 photos (of which computing)",
        database=database,
        value=largest,
        yardstick="; ".join(smaller),
        figure=costs[-1].seconds / sizes[-1] / (costs[0].seconds / sizes[0]),
        budget=budget,
    )
    *smaller, largest = [f"{size:,} photos: {cost.megabytes:.0f} MB" for size, cost in zip(sizes, costs, strict=True)]
    yield Measurement(
        work=f"{work}: peak memory",
        database=database,
        value=largest,
        yardstick="; ".join(smaller),
        figure=costs[-1].megabytes - costs[0].megabytes,
        budget=MEMORY,
    )
