"""Row 2: the same listing again with nothing changed, against only downloading it."""

from __future__ import annotations

from collections.abc import Iterator

from bench.context import Bench
from bench.counting import counted
from bench.measurement import Budget, Measurement
from bench.mirroring import IN_FLIGHT, alternate, download, mirror, prepare, time
from bench.naive import get_and_save, time_loop

BUDGET = Budget(1.5)
NO_WRITES = Budget(0, "rows written")


def measure(bench: Bench) -> Iterator[Measurement]:
    """Mirror the library once, then compare looking at it again with downloading it, and with saving it again."""
    sizes = bench.sizes
    prepare()
    mirror()
    ours, download_only = alternate(sizes.repetitions, lambda: time(mirror), lambda: time(download))
    work = f"the same {sizes.photos:,} photos again, nothing changed"
    yield Measurement(
        work=work,
        database=bench.database,
        value=f"{ours:.2f} s",
        yardstick=f"downloading and decoding the same pages, {IN_FLIGHT} at a time: {download_only:.2f} s",
        figure=ours / download_only,
        budget=BUDGET,
    )
    with counted() as count:  # on its own: counting takes time
        run = mirror()
    yield Measurement(
        work=f"{work}: writes",
        database=bench.database,
        value=f"{run.unchanged:,} rows unchanged, {count.queries} queries",
        figure=count.written_rows,
        budget=NO_WRITES,
    )
    # Last, for this loop writes.
    loop = time_loop(sizes.loop_photos, get_and_save) * sizes.photos
    yield Measurement(
        work=work,
        database=bench.database,
        value=f"{ours:.2f} s",
        yardstick=f"get, save() and a transaction for each photo, as dj-stripe does: {loop:.0f} s"
        f" (measured with {sizes.loop_photos:,})",
        figure=loop / ours,
        budget=None,
    )
