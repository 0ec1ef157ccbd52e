"""Many rows at once, without holding all of them or a cursor."""

from __future__ import annotations

import gc

import pytest
from django.db import connection

from django_twentythree.models import Photo
from django_twentythree.sync.memory import iter_keyset
from django_twentythree.testing.factories import PhotoFactory

pytestmark = pytest.mark.django_db


class StoppedError(BaseException):
    """Stands for Ctrl-C."""


@pytest.fixture
def photos(default_workspace):
    return PhotoFactory.create_batch(7, workspace=default_workspace)


@pytest.mark.parametrize(("portion", "queries"), [(3, 3), (7, 2), (10, 1)])
def test_iter_keyset__any_portion__yields_each_row_once_in_order(photos, portion, queries, django_assert_num_queries):
    with django_assert_num_queries(queries):
        found = list(iter_keyset(Photo.objects.all(), "remote_id", "title", portion=portion))
    assert found == sorted((photo.remote_id, photo.title) for photo in photos)


@pytest.mark.parametrize("when", [1, 2])
def test_iter_keyset__cut_short__leaves_no_cursor_open(photos, when):
    queries = 0

    def stop(execute, sql, params, many, context):
        nonlocal queries
        queries += 1
        if queries == when:
            raise StoppedError
        return execute(sql, params, many, context)

    with connection.execute_wrapper(stop), pytest.raises(StoppedError):
        list(iter_keyset(Photo.objects.all(), "remote_id", portion=3))
    gc.collect()  # whatever was left open complains now, and warnings are errors
    assert Photo.objects.count() == 7
