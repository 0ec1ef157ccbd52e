"""The work that is measured, and the yardsticks beside it; for processes in which Django is set up."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

from django.core.management import call_command

from django_twentythree.conf import get_settings
from django_twentythree.coordination.connections import connect
from django_twentythree.models import SyncRun
from django_twentythree.sync.resources import RESOURCES
from django_twentythree.sync.runner import SyncRequest, sync_resource

ALIAS = "default"
PHOTOS = SyncRun.Resource.PHOTOS
IN_FLIGHT = get_settings().REQUESTS_IN_FLIGHT - 1
"""As many pages as a sync run fetches at a time."""


def time(work: Callable[[], object]) -> float:
    """Return how many seconds some work takes."""
    started = perf_counter()
    work()
    return perf_counter() - started


def alternate(repetitions: int, *sides: Callable[[], float]) -> list[float]:
    """Measure the sides in turn, several times over, and return the median of each."""
    rounds = [[side() for side in sides] for _ in range(repetitions)]
    return [median(seconds) for seconds in zip(*rounds, strict=True)]


def empty() -> None:
    """Empty all tables."""
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)


def prepare() -> None:
    """Empty all tables and mirror what photos refer to, so that photos are all that is left to do."""
    empty()
    for resource in (SyncRun.Resource.ALBUMS, SyncRun.Resource.LIVESTREAMS):
        mirror(resource)


def mirror(resource: str = PHOTOS) -> SyncRun:
    """Mirror one resource, as the command and the worker do."""
    outcome = sync_resource(SyncRequest(ALIAS, resource))
    if outcome.error is not None:
        raise outcome.error
    assert outcome.run is not None
    return outcome.run


def download() -> None:
    """Only download and decode the pages of photos, as many at a time as a sync run."""
    with connect(ALIAS) as client:
        parameters = RESOURCES[PHOTOS].get_parameters("super")
        for _ in client.list_photos(in_flight=IN_FLIGHT, **parameters):
            pass
