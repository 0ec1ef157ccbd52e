"""Row 3: a full listing from a platform that takes its time, against only downloading it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bench.context import Bench
from bench.measurement import Budget, Measurement
from bench.mirroring import IN_FLIGHT, alternate, download, mirror, prepare, time
from django_twentythree.testing import TwentyThreePlatform

LATENCY_MS = 100
BUDGET = Budget(1.25)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Mirror into empty tables, and again with nothing changed, each beside downloading."""
    first, again, download_only = alternate(
        bench.sizes.repetitions,
        lambda: _mirror_first(bench.platform),
        lambda: _timed(mirror, bench.platform),
        lambda: _timed(download, bench.platform),
    )
    # The hourly run is what must not take much longer than the network. How long the first one takes, which
    # writes every row, is the matter of row 1.
    for seconds, occasion, budget in ((again, "nothing changed", BUDGET), (first, "the first one", None)):
        yield Measurement(
            work=f"full listing with {LATENCY_MS} ms latency a page, {IN_FLIGHT} in flight ({occasion})",
            database=bench.database,
            value=f"{seconds:.2f} s",
            yardstick=f"downloading the pages that way: {download_only:.2f} s",
            figure=seconds / download_only,
            budget=budget,
        )


def _mirror_first(platform: TwentyThreePlatform) -> float:
    prepare()
    return _timed(mirror, platform)


def _timed(work: Callable[[], object], platform: TwentyThreePlatform) -> float:
    platform.set_latency_ms(LATENCY_MS)
    try:
        return time(work)
    finally:
        platform.set_latency_ms(0)
