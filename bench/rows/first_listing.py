"""Row 1: the first full listing, against the loop that a site would write."""

from __future__ import annotations

from collections.abc import Iterator

from bench.context import Bench
from bench.measurement import Budget, Measurement
from bench.mirroring import alternate, mirror, prepare, time
from bench.naive import mirror_in_a_loop

BUDGET = Budget(5, is_floor=True)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Mirror the library into empty tables, and a part of it in a loop, in turn."""
    sizes = bench.sizes
    ours, loop = alternate(
        sizes.repetitions, lambda: _mirror(sizes.photos), lambda: _mirror_in_a_loop(sizes.loop_photos)
    )
    yield Measurement(
        work=f"first full listing of {sizes.photos:,} photos with tags and albums",
        database=bench.database,
        value=f"{ours * sizes.photos:.1f} s ({ours * 1e3:.2f} ms a photo)",
        yardstick=f"a loop of update_or_create: {loop * sizes.photos:.0f} s ({loop * 1e3:.2f} ms a photo,"
        f" measured with {sizes.loop_photos:,})",
        figure=loop / ours,
        budget=BUDGET,
    )


def _mirror(photos: int) -> float:
    prepare()
    return time(mirror) / photos


def _mirror_in_a_loop(photos: int) -> float:
    prepare()
    done = 0

    def loop() -> None:
        nonlocal done
        done = mirror_in_a_loop(photos)

    return time(loop) / done
