"""Find the rows that a dialog requests by words, filters, order and page, from an untrusted address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from django.db import connections
from django.db.models import Model, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from django_twentythree.ids import read_id
from django_twentythree.models import Album, AlbumPhoto, LiveStream, Photo
from django_twentythree.pickers.access import in_workspace
from django_twentythree.pickers.search import search
from django_twentythree.pickers.sorts import SORTS, Cursor, Sort

PAGE_SIZE: Final = 24
COUNT_LIMIT: Final = 1_000
"""The number of rows that are counted at most."""

_DATES: Mapping[type[Model], str] = {Photo: "uploaded_at", Album: "created_at", LiveStream: "next_start_at"}


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of an answer.

    Attributes:
        rows: The rows.
        next: The cursor of the next page; "" on the last page.
        count: The number of all rows, or a lower bound; None except on the first page.
        is_count_capped: Whether there are more than `count`.
    """

    rows: list[Any]
    next: str
    count: int | None
    is_count_capped: bool


def find_page(
    rows: QuerySet[Any], query: QueryDict, deferred: tuple[str, ...] = (), *, albums: QuerySet[Any] | None = None
) -> Page:
    """Return the page that an address requests, in at most three queries.

    The first query reads up to a thousand keys in any order, which a suitable index answers quickly. If there are no
    more rows, the second query sorts them. If there are more, a short walk along the index of the order usually
    finds a page; when it does not, the last query sorts all rows. Databases cannot choose well between these plans,
    because they cannot estimate how many rows contain some letters.

    Args:
        rows: The rows that the user may see.
        query: The parameters; invalid values are ignored.
        deferred: The columns that are not loaded.
        albums: The albums that the user may filter by. None: all albums.

    Raises:
        CursorError: The address holds a cursor that this site did not write for this model and order.
    """
    name, sort = get_sort(rows.model, query.get("sort", ""))
    model = rows.model._meta.model_name
    text = query.get("cursor", "")
    cursor = Cursor.read(text, model=model, sort=name, holds=sort.holds) if text else None
    rows = search(narrow(rows, query, albums), query.get("q", ""))
    count, is_many = None, cursor is not None and cursor.is_among_many
    if not is_many:
        keys = list(rows.order_by().values_list("pk", flat=True)[: COUNT_LIMIT + 1])
        count, is_many = min(len(keys), COUNT_LIMIT), len(keys) > COUNT_LIMIT
        if not is_many:
            rows = rows.model._default_manager.filter(pk__in=keys)
    rows = rows.defer(*deferred)
    if connections[rows.db].vendor != "mysql":
        # MariaDB would begin the join with the workspaces, and sort all their rows. There the workspaces that this
        # process remembers must do.
        rows = rows.select_related("workspace")
    wanted = PAGE_SIZE + 1  # the one more tells whether there is a next page
    found = sort.scan_index(rows, cursor, wanted) if is_many else []
    if len(found) < wanted:
        found = sort.sort_all(rows, cursor, wanted)
    following = ""
    if len(found) == wanted:
        last = found[PAGE_SIZE - 1]
        value = getattr(last, sort.column)
        following = Cursor(model=model, sort=name, value=value, pk=last.pk, is_among_many=is_many).write()
    return Page(found[:PAGE_SIZE], following, count if cursor is None else None, is_many)


def get_sort(model: type[Model], name: str) -> tuple[str, Sort]:
    """Return the name of an order and the order itself; the default order for an unknown name."""
    sorts = SORTS[model]
    return (name, sorts[name]) if name in sorts else next(iter(sorts.items()))


def narrow(rows: QuerySet[Any], query: QueryDict, albums: QuerySet[Any] | None = None) -> QuerySet[Any]:
    """Return the rows that fit the filters.

    Args:
        rows: The rows that the user may see.
        query: The parameters; invalid values are ignored.
        albums: The albums that the user may filter by. None: all albums.
    """
    model = rows.model
    if alias := query.get("workspace"):
        rows = in_workspace(rows, alias)
    if query.get("published") in {"yes", "no"}:
        asked = model.visibility.public if query["published"] == "yes" else model.visibility.blocked
        rows = rows.filter(asked.condition)
    column = _DATES[model]
    if start := _read_midnight(query.get("from", "")):
        rows = rows.filter(**{f"{column}__gte": start})
    if end := _read_midnight(query.get("to", ""), days=1):
        rows = rows.filter(**{f"{column}__lt": end})
    return _narrow_photos(rows, query, albums) if model is Photo else rows


def _narrow_photos(rows: QuerySet[Any], query: QueryDict, albums: QuerySet[Any] | None) -> QuerySet[Any]:
    kinds = [kind for kind in query.getlist("kind") if kind in Photo.Kind.values]
    if kinds or query.get("published"):
        # The index on whether it is public begins with the kind.
        rows = rows.filter(kind__in=kinds or Photo.Kind.values)
    if album := query.get("album", ""):
        memberships = AlbumPhoto.objects.filter(album=_read_key(album))
        if albums is not None:
            memberships = memberships.filter(album__in=albums.order_by().values("pk"))
        rows = rows.filter(pk__in=memberships.values("photo"))
    if tag := query.get("tag", ""):
        taggings = Photo.tags.through._default_manager
        rows = rows.filter(pk__in=taggings.filter(tag=_read_key(tag)).values("photo"))
    least, most = _read_seconds(query.get("min_seconds", "")), _read_seconds(query.get("max_seconds", ""))
    if least is not None:
        rows = rows.filter(duration_seconds__gte=least)
    if most is not None:
        rows = rows.filter(duration_seconds__lte=most)
    return rows


def _read_key(text: str) -> int:
    """Return a primary key; 0, which none is, for what is no number."""
    return read_id(text) or 0


def _read_seconds(text: str) -> float | None:
    """Return a duration, which may have a fraction when it was typed in minutes; None when it is invalid."""
    return float(text) if re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,30})?", text) else None


def _read_midnight(text: str, *, days: int = 0) -> datetime | None:
    """Return the start of a local day, shifted by a number of days; None when it is not a day."""
    try:
        day = parse_date(text)
        # Convert to UTC, as queries do. East of UTC, the first day of the calendar has no start in UTC.
        midnight = timezone.make_aware(datetime.combine(day + timedelta(days=days), time.min)) if day else None
        return midnight.astimezone(UTC) if midnight else None
    except (ValueError, OverflowError):
        return None
