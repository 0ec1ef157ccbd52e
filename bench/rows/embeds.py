"""Row 6: a page with many players."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median

from django.template import Context, Template

from bench.context import Bench
from bench.counting import counted
from bench.measurement import Budget, Measurement
from bench.mirroring import mirror, prepare, time
from django_twentythree.models import Photo

QUERIES = Budget(3, "queries")
MILLISECONDS = Budget(2, "ms each")
PAGE = Template("{% load twentythree %}{% for photo in photos %}{% twentythree_embed photo %}{% endfor %}")


def measure(bench: Bench) -> Iterator[Measurement]:
    """Render the page several times; the objects are fetched anew each time, as a view would."""
    prepare()
    mirror()
    count = bench.sizes.embeds
    with counted() as seen:
        players = render(count).count("<iframe")
    seconds = median(time(lambda: render(count)) for _ in range(max(5, bench.sizes.repetitions)))
    work = f"a page with {players} embeds"
    yield Measurement(
        work=f"{work}: queries",
        database=bench.database,
        value=f"{seen.queries} queries",
        figure=seen.queries,
        budget=QUERIES,
    )
    yield Measurement(
        work=f"{work}: time",
        database=bench.database,
        value=f"{seconds * 1e3:.0f} ms, queries included",
        figure=seconds * 1e3 / players,
        budget=MILLISECONDS,
    )


def render(count: int) -> str:
    """Return the page's players as HTML."""
    return PAGE.render(Context({"photos": Photo.objects.available()[:count]}))
