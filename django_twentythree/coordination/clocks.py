"""The database's clock, which all processes share, and the stored moments that can be true."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models.functions import Now
from django.utils import timezone

from django_twentythree.models import Workspace

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""The largest accepted difference between the clocks of workers and platform."""


class DatabaseNow(Now):
    """The moment at which a statement begins, by the database's clock: the one that all processes share."""

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # CURRENT_TIMESTAMP is in the server's time zone, which Django leaves as it is; stored moments are in UTC.
        return self.as_sql(compiler, connection, template="UTC_TIMESTAMP(6)", **context)


def read_database_clock() -> datetime:
    """Return the present moment by the database's clock."""
    moment = Workspace.objects.values_list(DatabaseNow(), flat=True).first()
    return moment or timezone.now()  # without a workspace nothing is stored that it could be compared with


def get_latest_credible(now: datetime | None = None) -> datetime:
    """Return the moment beyond which a stored one was written by a clock that ran ahead, and counts as unknown."""
    return (now or timezone.now()) + CLOCK_TOLERANCE
