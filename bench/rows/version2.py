"""Rows 1 and 2 over version 2 of the API, which sends the properties that are asked for; and the bytes of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.test import override_settings

from bench.context import Bench
from bench.counting import counted
from bench.measurement import Budget, Measurement
from bench.mirroring import IN_FLIGHT, alternate, download, mirror, prepare, time
from bench.naive import time_loop, update_or_create
from bench.rows.first_listing import BUDGET as FIRST
from bench.rows.repeated_listing import BUDGET as REPEATED
from bench.rows.repeated_listing import NO_WRITES


def measure(bench: Bench) -> Iterator[Measurement]:
    """Mirror the library over version 2, twice, and count what is transferred beside version 1."""
    sizes = bench.sizes
    title = f"{sizes.photos:,} photos over version 2"
    bytes_1 = _count_bytes(bench, download)
    with override_settings(TWENTYTHREE=_over_version_2(bench)):
        bytes_2 = _count_bytes(bench, download)
        prepare()
        first = time(mirror)
        repeated, download_only = alternate(sizes.repetitions, lambda: time(mirror), lambda: time(download))
        with counted() as count:
            mirror()
        prepare()
        loop = time_loop(sizes.loop_photos, update_or_create) * sizes.photos
    yield Measurement(
        work=f"first listing of {title}",
        database=bench.database,
        value=f"{first:.2f} s",
        yardstick=f"the loop a site would write: {loop:.0f} s (measured with {sizes.loop_photos:,})",
        figure=loop / first,
        budget=FIRST,
    )
    yield Measurement(
        work=f"the same {title} again, nothing changed",
        database=bench.database,
        value=f"{repeated:.2f} s",
        yardstick=f"downloading and decoding the same pages, {IN_FLIGHT} at a time: {download_only:.2f} s",
        figure=repeated / download_only,
        budget=REPEATED,
    )
    yield Measurement(
        work=f"the same {title} again: writes",
        database=bench.database,
        value=f"{count.queries} queries",
        figure=count.written_rows,
        budget=NO_WRITES,
    )
    yield Measurement(
        work=f"bytes of {title}, only what is mirrored",
        database=bench.database,
        value=f"{bytes_2 / 1e6:.1f} MB",
        yardstick=f"version 1, which sends everything: {bytes_1 / 1e6:.1f} MB",
        figure=bytes_2 / bytes_1,
        budget=Budget(1.0),
    )


def _over_version_2(bench: Bench) -> dict[str, Any]:
    return {**settings.TWENTYTHREE, "WORKSPACES": {"default": bench.platform.workspace(api_version=2)}}


def _count_bytes(bench: Bench, work: Callable[[], object]) -> int:
    bench.platform.clear_requests()
    work()
    return sum(call["bytes"] for call in bench.platform.requests if call["method"] == "photo/list")
