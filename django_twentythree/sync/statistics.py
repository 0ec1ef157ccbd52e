"""What a database knows of its tables, by which it chooses how to look rows up."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from django.db import models

from django_twentythree.sync.database import connection_of, retry_conflicts

FIRST: Final = 1_000
"""So many new rows are worth a look at the table; the next one comes at ten times as many."""
GROWTH: Final = 10
LOOKING: Final = frozenset({"postgresql", "sqlite"})
"""Databases to tell: PostgreSQL looks by itself, but only after a minute; SQLite never does, MariaDB as it goes."""


class Statistics:
    """Has the database look at the tables of a model again, each time a run has filled them much further.

    PostgreSQL plans for a handful of rows until then, so that finding the hundred rows of a page walks over all
    that the run has inserted; SQLite sorts all videos where an index has the newest hundred.
    """

    def __init__(self, model: type[models.Model]) -> None:
        relations: list[Any] = list(model._meta.many_to_many)
        self._models = [model, *(field.remote_field.through for field in relations)]
        self._created = 0
        self._due = FIRST

    def note(self, created: int) -> None:
        """Take down that so many rows were inserted, and look when it is time to."""
        self._created += created
        if self._created >= self._due:
            self._due = self._created * GROWTH
            for model in self._models:
                retry_conflicts(partial(_analyze, model))


def _analyze(model: type[models.Model]) -> None:
    connection = connection_of(model)
    if connection.vendor in LOOKING:
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
