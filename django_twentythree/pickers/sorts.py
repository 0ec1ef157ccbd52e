"""The orders of a dialog, and how the rows of a page are found in them.

A page begins after the last row of the page before it, by the value that the rows are sorted by and the key: so
rows that arrive meanwhile move nothing, and a late page costs no more than the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Case, F, Model, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from django_twentythree.models import Album, LiveStream, Photo
from django_twentythree.models.visibility import ON_AIR, get_upcoming
from django_twentythree.pickers.cursors import Cursor

WALK: Final = 2_000
"""Rows looked at one after the other to find those of a page."""

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_IN_AGES = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order: by one column, and where that is equal by key; rows without a value last.

    Attributes:
        column: The name of a column, or `starts`, which is computed.
        holds: The type of what is in it.
        is_descending: Whether the largest comes first.
    """

    column: str
    holds: type
    is_descending: bool = False

    def prepare(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with the value that they are sorted by."""
        return rows.annotate(starts=_get_start()) if self.column == "starts" else rows

    def walk(self, rows: QuerySet[Any], cursor: Cursor | None, wanted: int) -> list[Any]:
        """Return the next rows that are met on a short walk along the index of this order.

        There are fewer than `wanted` when the walk ended before, whether or not there are more.
        """
        if cursor is not None and cursor.value is None:
            return []
        path = self._order(rows.model._default_manager.all(), cursor)
        # Both are read off the same index. The end is NULL where fewer rows are left, and then nothing is found.
        end = Subquery(path.values(self.column)[WALK : WALK + 1])
        towards = "gte" if self.is_descending else "lte"
        return list(self._order(rows, cursor).filter(**{f"{self.column}__{towards}": end})[:wanted])

    def pick(self, rows: QuerySet[Any], cursor: Cursor | None, wanted: int) -> list[Any]:
        """Return the next rows, found by sorting all of them: for rows that are few, or far from each other."""
        rows = self.prepare(rows)
        if cursor is not None:
            is_empty = Q(**{f"{self.column}__isnull": True})
            is_later = Q(**{f"pk__{self._beyond}": cursor.pk})
            rows = rows.filter(is_empty & is_later if cursor.value is None else is_empty | self._get_after(cursor))
        # Wrapped, so that no index has this order: databases would take it for a shortcut, and walk it to its end.
        value = Coalesce(F(self.column), F(self.column))
        place = value.desc(nulls_last=True) if self.is_descending else value.asc(nulls_last=True)
        return list(rows.order_by(place, "-pk" if self.is_descending else "pk")[:wanted])

    def _order(self, rows: QuerySet[Any], cursor: Cursor | None) -> QuerySet[Any]:
        """Return the rows that have a value, after the cursor, in the order of the index."""
        rows = self.prepare(rows).filter(**{f"{self.column}__isnull": False})
        if cursor is not None:
            rows = rows.filter(self._get_after(cursor))
        sign = "-" if self.is_descending else ""
        return rows.order_by(f"{sign}{self.column}", f"{sign}pk")

    @property
    def _beyond(self) -> str:
        return "lt" if self.is_descending else "gt"

    def _get_after(self, cursor: Cursor) -> Q:
        """Return the condition "has a value and comes after the row of this cursor, which has one, too"."""
        at_least = Q(**{f"{self.column}__{self._beyond}e": cursor.value})
        later = Q(**{f"{self.column}__{self._beyond}": cursor.value}) | Q(**{f"pk__{self._beyond}": cursor.pk})
        # The first follows from the second, but only the first is read off an index.
        return at_least & later


SORTS: Final[Mapping[type[Model], Mapping[str, Sort]]] = {
    Photo: {
        "newest": Sort("uploaded_at", datetime, is_descending=True),
        "oldest": Sort("uploaded_at", datetime),
        "published": Sort("published_at", datetime, is_descending=True),
        "title": Sort("sort_title", str),
        "duration": Sort("duration_seconds", float),
        "views": Sort("view_count", int, is_descending=True),
    },
    Album: {
        "newest": Sort("created_at", datetime, is_descending=True),
        "title": Sort("search_text", str),  # which begins with the title
    },
    LiveStream: {
        "next": Sort("starts", datetime),
        "newest": Sort("remote_id", int, is_descending=True),
        "title": Sort("search_text", str),
    },
}
"""The orders of each model by name; the first is taken where none is asked for."""


class _Moment(Value):
    """A constant moment."""

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        # MariaDB makes text of everything where one of several alternatives is written as text.
        sql, params = self.as_sql(compiler, connection, **context)
        return f"CAST({sql} AS DATETIME(6))", params


def _get_start() -> Case:
    """Return when a live stream is next of interest: on air before all, what is over after all."""
    return Case(
        When(ON_AIR.condition, then=_Moment(_LONG_AGO)),
        When(get_upcoming(timezone.now()).condition, then=F("next_start_at")),
        default=_Moment(_IN_AGES),
    )
