"""The orders of a dialog, and the queries that find the rows of a page in them.

A page begins after the last row of the previous page, by the sorted value and the key. So new rows do not shift
the pages, and a late page costs no more than the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from django.conf import settings
from django.core import signing
from django.db.models import Case, F, Model, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from django_twentythree.ids import LARGEST_ID
from django_twentythree.models import Album, LiveStream, Photo
from django_twentythree.models.visibility import ON_AIR, get_upcoming

WALK: Final = 2_000
"""The number of rows that the walk along an index reads at most."""

_LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
_IN_AGES = datetime(9999, 12, 30, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Sort:
    """An order by one column and then by key, with rows without a value last.

    Attributes:
        column: The name of a column, or `starts`, which is computed.
        holds: The type of its values.
        is_descending: Whether the largest comes first.
    """

    column: str
    holds: type
    is_descending: bool = False

    def prepare(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Return the rows with the value that they are sorted by."""
        return rows.annotate(starts=_get_start()) if self.column == "starts" else rows

    def scan_index(self, rows: QuerySet[Any], cursor: Cursor | None, wanted: int) -> list[Any]:
        """Return the next rows that a short walk along the index of this order finds.

        The result can have fewer rows than `wanted` even when more rows exist.
        """
        if cursor is not None and cursor.value is None:
            return []
        path = self._order(rows.model._default_manager.all(), cursor)
        # Both are read off the same index. The end is NULL where fewer rows are left, and then nothing is found.
        end = Subquery(path.values(self.column)[WALK : WALK + 1])
        towards = "gte" if self.is_descending else "lte"
        return list(self._order(rows, cursor).filter(**{f"{self.column}__{towards}": end})[:wanted])

    def sort_all(self, rows: QuerySet[Any], cursor: Cursor | None, wanted: int) -> list[Any]:
        """Return the next rows by sorting all of them, for few rows or rows that lie far apart."""
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
"""The orders of each model by name; the first is the default."""


class _Moment(Value):
    """A constant moment."""

    def as_mysql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        # MariaDB makes text of everything where one of several alternatives is written as text.
        sql, params = self.as_sql(compiler, connection, **context)
        return f"CAST({sql} AS DATETIME(6))", params


def _get_start() -> Case:
    """Return an expression that sorts live streams on air first, then by start, and past ones last."""
    return Case(
        When(ON_AIR.condition, then=_Moment(_LONG_AGO)),
        When(get_upcoming(timezone.now()).condition, then=F("next_start_at")),
        default=_Moment(_IN_AGES),
    )


_SALT: Final = "django_twentythree.pickers.sorts"


class CursorError(ValueError):
    """The cursor is not one that this site wrote for this model and order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last row of a page.

    Attributes:
        model: The model of the rows: `photo`, `album` or `livestream`.
        sort: The name of the order.
        value: The value that the row is sorted by: a date, a number, a text or None.
        pk: The key of the row.
        is_among_many: Whether there are more rows than were counted.
    """

    model: str
    sort: str
    value: Any
    pk: int
    is_among_many: bool

    @classmethod
    def read(cls, text: str, *, model: str, sort: str, holds: type) -> Self:
        """Return the cursor of an order written as `text`.

        Args:
            text: The cursor as the browser sent it.
            model: The model that the cursor must have.
            sort: The order that the cursor must have.
            holds: The type of the values of this order.

        Raises:
            CursorError: The text is not a valid cursor.
        """
        try:
            value, pk, is_among_many = signing.loads(text, salt=_get_salt(model, sort))
            if value is not None and holds is datetime:
                value = datetime.fromisoformat(value)
        except (signing.BadSignature, TypeError, ValueError) as error:
            raise CursorError(text) from error
        # A signed text may come from an earlier version of this package.
        is_sound = _is_of(value, holds) and _is_of(pk, int) and isinstance(is_among_many, bool)
        if pk is None or not is_sound:
            raise CursorError(text)
        return cls(model=model, sort=sort, value=value, pk=pk, is_among_many=is_among_many)

    def write(self) -> str:
        """Return the cursor as a signed text for an address."""
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        return signing.dumps((value, self.pk, self.is_among_many), salt=_get_salt(self.model, self.sort), compress=True)


def _get_salt(model: str, sort: str) -> str:
    return f"{_SALT}.{model}.{sort}"


def _is_of(value: Any, expected: type) -> bool:
    """Return whether a value is None or of a type; booleans do not count as numbers."""
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, (int, float) if expected is float else expected):
        return False
    if isinstance(value, datetime):
        return timezone.is_aware(value) == settings.USE_TZ
    return not isinstance(value, int) or abs(value) <= LARGEST_ID
