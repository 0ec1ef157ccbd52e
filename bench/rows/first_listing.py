"""Row 1: the first full listing, against the loops that sites write."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.context import Bench
from bench.measurement import Budget, Measurement
from bench.mirroring import alternate, mirror, prepare, time
from bench.naive import Write, get_and_save, time_loop, update_or_create

BUDGET = Budget(5, is_floor=True)


def measure(bench: Bench) -> Iterator[Measurement]:
    """Mirror the library into empty tables, and a part of it in each loop, in turn."""
    sizes = bench.sizes
    ours, common, one_by_one = alternate(
        sizes.repetitions,
        lambda: _mirror(sizes.photos),
        partial(_mirror_in_a_loop, sizes.loop_photos, update_or_create),
        partial(_mirror_in_a_loop, sizes.loop_photos, get_and_save),
    )
    for loop, name, budget in (
        (common, "a loop of update_or_create", BUDGET),
        (one_by_one, "get, save() and a transaction for each photo, as dj-stripe does", None),
    ):
        yield Measurement(
            work=f"first full listing of {sizes.photos:,} photos with tags and albums",
            database=bench.database,
            value=f"{ours * sizes.photos:.1f} s ({ours * 1e3:.2f} ms a photo)",
            yardstick=f"{name}: {loop * sizes.photos:.0f} s ({loop * 1e3:.2f} ms a photo,"
            f" measured with {sizes.loop_photos:,})",
            figure=loop / ours,
            budget=budget,
        )


def _mirror(photos: int) -> float:
    prepare()
    return time(mirror) / photos


def _mirror_in_a_loop(photos: int, write: Write) -> float:
    prepare()
    return time_loop(photos, write)
