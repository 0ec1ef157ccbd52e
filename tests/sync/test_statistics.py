from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_twentythree.models import AlbumPhoto, Photo
from django_twentythree.sync.memory import give_back_memory
from django_twentythree.sync.statistics import FIRST, GROWTH, LOOKING, Statistics


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


def test_give_back_memory__on_any_system__does_not_complain():
    give_back_memory()
