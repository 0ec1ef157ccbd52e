"""Counting what reaches the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from django_twentythree.models import AlbumPhoto, Photo, Tag

BOOKKEEPING = re.compile(r"\s*(?:BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)
MIRRORED_TABLES = frozenset(
    {Photo._meta.db_table, Photo.tags.through._meta.db_table, AlbumPhoto._meta.db_table, Tag._meta.db_table}
)


@dataclass(slots=True)
class Count:
    """Queries seen, those of transactions left out, and rows of mirrored tables that they wrote."""

    queries: int = 0
    written_rows: int = 0

    def __call__(self, execute: Callable[..., Any], query: str, params: Any, many: Any, context: Any) -> Any:
        result = execute(query, params, many, context)
        self.queries += not BOOKKEEPING.match(query)
        table = WRITE.match(query)
        if table is not None and table[1] in MIRRORED_TABLES:
            self.written_rows += max(0, context["cursor"].rowcount)
        return result


@contextmanager
def counted() -> Iterator[Count]:
    """Count the queries of this thread's connection for the length of a block."""
    count = Count()
    with connection.execute_wrapper(count):
        yield count


def tell_cost(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that tells in headers of each answer how many queries and seconds it took."""

    def answer(request: HttpRequest) -> HttpResponse:
        started = perf_counter()
        with counted() as count:
            response = get_response(request)
        response["X-Queries"] = str(count.queries)
        response["X-Seconds"] = str(perf_counter() - started)
        return response

    return answer
