"""What differs between databases when many processes write the same rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Final, TypeVar

from django.db import OperationalError, connections, models, router
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

Result = TypeVar("Result")

# PostgreSQL: serialization_failure, deadlock_detected; MariaDB: deadlock, lock wait time-out.
_CONFLICT_CODES: Final = frozenset({"40001", "40P01", 1213, 1205})


def connection_of(model: type[models.Model]) -> Any:
    """Return the connection that writes this model."""
    return connections[router.db_for_write(model)]


def upsert(
    model: type[models.Model],
    rows: Collection[models.Model],
    *,
    unique_fields: Sequence[str],
    update_fields: Collection[str],
) -> None:
    """Insert rows, or set `update_fields` of those that exist, by one statement a batch."""
    if not rows:
        return
    # MariaDB takes no conflict target: any unique key counts there, and these models have but one besides `id`.
    has_target = connection_of(model).features.supports_update_conflicts_with_target
    model._default_manager.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=list(update_fields),
        unique_fields=list(unique_fields) if has_target else None,
        batch_size=500,
    )


def insert_or_leave(model: type[models.Model], rows: Collection[models.Model], unique_fields: Sequence[str]) -> None:
    """Insert rows, and lock but leave those that another process inserted first.

    An upsert of nothing rather than `ignore_conflicts`, which on MariaDB also swallows values that do not fit.
    """
    upsert(model, rows, unique_fields=unique_fields, update_fields=unique_fields[-1:])


def lock(rows: models.QuerySet[Any]) -> list[Any]:
    """Return the rows, locked in key order until the transaction ends."""
    if connection_of(rows.model).features.has_select_for_update:
        return list(rows.select_for_update().order_by("pk"))
    # SQLite locks by writing: there a transaction that reads first fails in most races.
    rows.update(id=models.F("id"))
    return list(rows.order_by("pk"))


def retry_conflicts(work: Callable[[], Result]) -> Result:
    """Return what `work` returns, trying up to three times more when the database asks to.

    Args:
        work: One whole transaction; it must not run inside another, which the conflict would have ended.
    """
    attempts = Retrying(
        retry=retry_if_exception(_is_conflict),
        stop=stop_after_attempt(4),
        wait=wait_random_exponential(multiplier=0.05, max=1),
        reraise=True,
    )
    return attempts(work)


def _is_conflict(error: BaseException) -> bool:
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None) or (error.args[0] if error.args else None)
    return code in _CONFLICT_CODES or "database is locked" in str(error)
