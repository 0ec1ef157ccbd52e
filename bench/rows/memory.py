"""Row 4: peak memory of mirroring a small library and a large one, with and without DEBUG."""

from __future__ import annotations

from collections.abc import Iterator

from bench.context import Bench
from bench.measurement import Budget, Measurement
from bench.mirroring import prepare
from bench.subprocesses import run_in_subprocess
from django_twentythree.testing import TwentyThreePlatform

BUDGET = Budget(30, "MB")


def measure(bench: Bench) -> Iterator[Measurement]:
    """Mirror both libraries into empty tables, each in a fresh process."""
    sizes = bench.sizes
    with (
        TwentyThreePlatform.start(photos=sizes.few_photos) as small,
        TwentyThreePlatform.start(photos=sizes.many_photos) as large,
    ):
        for is_debug in (False, True):
            few, many = (_peak_megabytes(platform, is_debug=is_debug) for platform in (small, large))
            yield Measurement(
                work=f"peak memory above that after import, {sizes.many_photos:,} photos, DEBUG {_on(is_debug)}",
                database=bench.database,
                value=f"{many:.1f} MB",
                yardstick=f"{sizes.few_photos:,} photos: {few:.1f} MB",
                figure=many - few,
                budget=BUDGET,
            )


def _peak_megabytes(platform: TwentyThreePlatform, *, is_debug: bool) -> float:
    prepare()
    return run_in_subprocess(platform, is_debug=is_debug).megabytes


def _on(flag: bool) -> str:  # noqa: FBT001 - one word for one flag
    return "on" if flag else "off"
