"""What is told to the database and to the C library after many rows."""

from __future__ import annotations

import ctypes
import resource
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_twentythree.models import AlbumPhoto, Photo
from django_twentythree.sync.database import FIRST, GROWTH, LOOKING, Statistics
from django_twentythree.sync.memory import trim_malloc


def looked_at(statistics: Statistics, created: int) -> set[str]:
    with CaptureQueriesContext(connection) as queries:
        statistics.note(created)
    return {query["sql"].removeprefix("ANALYZE ").strip('"') for query in queries}


@pytest.mark.django_db
def test_statistics__rows_beyond_the_mark__are_looked_at_with_their_relations():
    statistics = Statistics(Photo)
    tables = {model._meta.db_table for model in (Photo, AlbumPhoto, Photo.tags.through)}
    expected = tables if connection.vendor in LOOKING else set()

    assert looked_at(statistics, FIRST - 1) == set()
    assert looked_at(statistics, 1) == expected
    assert looked_at(statistics, FIRST * (GROWTH - 1) - 1) == set()
    assert looked_at(statistics, 1) == expected


def read_resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="a C library that keeps nothing back")
def test_trim_malloc__much_was_freed_between_what_is_used__goes_back_to_the_system():
    blocks = [b"x" * 100_000 for _ in range(400)]
    used = blocks[::10]  # between these the C library keeps what is freed
    del blocks
    before = read_resident_bytes()
    trim_malloc()
    assert before - read_resident_bytes() > 10_000_000
    assert len(used) == 40
