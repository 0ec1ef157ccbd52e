"""Row 5: a storm of pingbacks about few videos, against a refresh for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import cycle, islice
from statistics import median, quantiles
from time import monotonic, sleep

from bench.context import Bench
from bench.load import Cost, send_pingbacks, serve
from bench.measurement import Budget, Measurement
from bench.mirroring import ALIAS, mirror, prepare, time
from bench.naive import refresh_in_a_loop
from django_twentythree.api.records import PhotoRecord
from django_twentythree.coordination.connections import connect
from django_twentythree.models import Notification, Photo
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.resources import PHOTOS as MAPPING

REQUESTS_A_PHOTO = 2
NONE_WRONG = Budget(0, "rows wrong")
VIEW_QUERIES = Budget(2, "queries")
SAMPLE = 20
"""The yardstick is measured with one pingback in so many."""
PATIENCE_SECONDS = 300


def measure(bench: Bench) -> Iterator[Measurement]:
    """Send the storm twice: once a worker is there only afterwards, once it is at work all along."""
    sizes, platform = bench.sizes, bench.platform
    prepare()
    mirror()
    found = Photo.objects.available().values_list("remote_id", flat=True)
    remote_ids = list(found[: sizes.pinged_photos])
    sample = max(1, sizes.pingbacks // SAMPLE)
    loop = time(partial(refresh_in_a_loop, islice(cycle(remote_ids), sample))) * sizes.pingbacks / sample
    costs: list[Cost] = []
    with serve() as port:
        send = partial(send_pingbacks, platform, port, remote_ids, sizes.pingbacks)
        for process, occasion in ((_process_afterwards, "then processed"), (_process_meanwhile, "processed meanwhile")):
            platform.clear_requests()
            sent, seconds = process(send)
            costs += sent
            requests = len(platform.requests)
            work = f"{sizes.pingbacks:,} pingbacks about {len(remote_ids)} videos, {occasion}"
            yield Measurement(
                work=work,
                database=bench.database,
                value=f"{requests:,} requests, {seconds:.1f} s; {_describe(sent)}",
                yardstick=f"a refresh for each: {sizes.pingbacks:,} requests, {loop:.0f} s (measured with {sample:,})",
                figure=requests,
                budget=Budget(REQUESTS_A_PHOTO * len(remote_ids), "requests"),
            )
            wrong = _count_wrong(remote_ids)
            yield Measurement(
                work=f"{work}: rows",
                database=bench.database,
                value=f"{len(remote_ids) - wrong} of {len(remote_ids)} as on the platform",
                figure=wrong,
                budget=NONE_WRONG,
            )
    most = max(cost.queries for cost in costs)
    yield Measurement(
        work="the view that takes a pingback: queries",
        database=bench.database,
        value=f"at most {most} queries",
        figure=most,
        budget=VIEW_QUERIES,
    )


def _process_afterwards(send: Callable[[], list[Cost]]) -> tuple[list[Cost], float]:
    sent = send()
    return sent, time(_process_all)


def _process_meanwhile(send: Callable[[], list[Cost]]) -> tuple[list[Cost], float]:
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(send)

        def work() -> None:
            while not sending.done():
                process_inbox(ALIAS)
            _process_all()

        seconds = time(work)
        return sending.result(), seconds


def _process_all() -> None:
    """Work until nothing is left, also what the inbox puts off."""
    end = monotonic() + PATIENCE_SECONDS
    process_inbox(ALIAS)
    while left := Notification.objects.filter(state=Notification.State.PENDING).count():
        if monotonic() > end:
            raise RuntimeError(f"{left} pingbacks were not settled.")
        sleep(0.2)
        process_inbox(ALIAS)


def _describe(costs: Sequence[Cost]) -> str:
    milliseconds = [cost.seconds * 1e3 for cost in costs]
    return f"the view {median(milliseconds):.1f} ms (median), {quantiles(milliseconds, n=100)[98]:.1f} ms (p99)"


def _count_wrong(remote_ids: Sequence[int]) -> int:
    rows = Photo.objects.filter(remote_id__in=remote_ids).prefetch_related("tags", "albums")
    with connect(ALIAS) as client:
        return sum(not _is_right(row, client.fetch_photo(row.remote_id, include_unpublished=True)) for row in rows)


def _is_right(row: Photo, record: PhotoRecord) -> bool:
    return (
        all(getattr(row, name) == getattr(record, name) for name in MAPPING.plain_columns)
        and {tag.name for tag in row.tags.all()} == set(record.tags)
        and {album.remote_id for album in row.albums.all()} == set(record.album_ids)
    )
