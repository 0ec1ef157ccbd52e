"""Bulk writes, locks and statistics where databases differ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from operator import attrgetter
from typing import Any, Final, TypeVar

from django.db import IntegrityError, OperationalError, connections, models, router, transaction
from django.db.models.constants import OnConflict
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

Result = TypeVar("Result")
Values = TypeVar("Values", bound=Sequence[Any])

LARGEST_BATCH: Final = 500
FEWEST_COPIED: Final = 20
"""The fewest rows for which a COPY is faster than a statement."""
MOST_TEXT: Final = 2**21
"""Characters in one statement at most: MariaDB cuts the connection at 16 MiB."""

# PostgreSQL: serialization_failure, deadlock_detected; MariaDB: deadlock, lock wait time-out.
_CONFLICT_CODES: Final = frozenset({"40001", "40P01", 1213, 1205})


def connection_of(model: type[models.Model]) -> Any:
    """Return the connection that writes this model."""
    return connections[router.db_for_write(model)]


def insert(
    model: type[models.Model], names: Sequence[str], rows: Sequence[Sequence[Any]], on_conflict: str = ""
) -> None:
    """Insert rows by one statement a batch; on PostgreSQL, many rows without `on_conflict` by COPY.

    `bulk_create` sends much the same, but builds an object for each row, compiles every value for itself, and on
    PostgreSQL sends columns as arrays, where the driver escapes the quotation marks of JSON one by one. Written
    out here, it takes a quarter off what a first listing computes; COPY takes off another fifth of all its time.

    Args:
        model: Whose table it is.
        names: Fields, or their columns' attributes (`photo_id`).
        rows: Values in the order of `names`, as on a model.
        on_conflict: SQL that says what to do with rows that exist; "": that is an error.
    """
    connection = connection_of(model)
    quote = connection.ops.quote_name
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    columns = f"{quote(model._meta.db_table)} ({', '.join(quote(field.column) for field in fields)})"
    row_sql = f"({', '.join(['%s'] * len(fields))})"
    prepare = [field.get_db_prep_save for field in fields]
    with connection.cursor() as cursor:
        if not on_conflict and _can_copy(connection, rows):
            # The errors of a COPY come when it ends, where Django does not make them its own.
            with connection.wrap_database_errors, cursor.copy(f"COPY {columns} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(
                        [as_stored(value, connection) for as_stored, value in zip(prepare, row, strict=True)]
                    )
            return
        for batch in _batches(rows, min(LARGEST_BATCH, connection.ops.bulk_batch_size(fields, rows))):
            values = [
                as_stored(value, connection) for row in batch for as_stored, value in zip(prepare, row, strict=True)
            ]
            rows_sql = ", ".join([row_sql] * len(batch))
            cursor.execute(f"INSERT INTO {columns} VALUES {rows_sql} {on_conflict}", values)  # noqa: S608


def upsert(
    model: type[models.Model],
    rows: Sequence[models.Model],
    *,
    unique_fields: Sequence[str],
    update_fields: Collection[str],
) -> None:
    """Insert rows, or set `update_fields` of those that exist. The rows do not learn their keys."""
    if not rows:
        return
    fields = {field.name: field for field in model._meta.concrete_fields if not field.primary_key}
    columns = {name: field.column for name, field in fields.items()}
    columns |= {field.attname: field.column for field in fields.values()}
    connection = connection_of(model)
    # MariaDB takes no conflict target: any unique key counts there, and these models have but one besides `id`.
    has_target = connection.features.supports_update_conflicts_with_target
    on_conflict = connection.ops.on_conflict_suffix_sql(
        list(fields.values()),
        OnConflict.UPDATE,
        [columns[name] for name in update_fields],
        [columns[name] for name in unique_fields] if has_target else [],
    )
    names = [field.attname for field in fields.values()]
    get_values = attrgetter(*names)
    insert(model, names, [get_values(row) for row in rows], on_conflict)


def insert_or_leave(model: type[models.Model], rows: Sequence[models.Model], unique_fields: Sequence[str]) -> None:
    """Insert rows, and lock but leave those that another process inserted first.

    An upsert of nothing rather than `ignore_conflicts`, which on MariaDB also swallows values that do not fit.
    """
    connection = connection_of(model)
    if _can_copy(connection, rows):
        names = [field.attname for field in model._meta.concrete_fields if not field.primary_key]
        get_values = attrgetter(*names)
        try:
            with transaction.atomic(using=connection.alias):
                insert(model, names, [get_values(row) for row in rows])
        except IntegrityError:
            pass  # another process was first with one of them, which is rare
        else:
            return
    upsert(model, rows, unique_fields=unique_fields, update_fields=unique_fields[-1:])


def _can_copy(connection: Any, rows: Sequence[Any]) -> bool:
    # Of the two drivers that Django knows for PostgreSQL, psycopg2 copies in another way.
    return (
        len(rows) >= FEWEST_COPIED and connection.vendor == "postgresql" and connection.Database.__name__ == "psycopg"
    )


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


def _batches(rows: Sequence[Values], size: int) -> Iterator[Sequence[Values]]:
    start = text = 0
    for end, row in enumerate(rows):
        added = sum([len(value) for value in row if type(value) is str])
        if end > start and (end - start == size or text + added > MOST_TEXT):
            yield rows[start:end]
            start, text = end, 0
        text += added
    if rows:
        yield rows[start:]


def _is_conflict(error: BaseException) -> bool:
    if not isinstance(error, OperationalError):
        return False
    cause = error.__cause__
    code = getattr(cause, "sqlstate", None) or (error.args[0] if error.args else None)
    return code in _CONFLICT_CODES or "database is locked" in str(error)


FIRST: Final = 1_000
"""New rows after which the database analyses a table; the next time comes at ten times as many."""
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
