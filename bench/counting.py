"""Counting what reaches the database."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.db import connection

from django_twentythree.models import AlbumPhoto, Photo, Tag

WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)
MIRRORED_TABLES = frozenset(
    {Photo._meta.db_table, Photo.tags.through._meta.db_table, AlbumPhoto._meta.db_table, Tag._meta.db_table}
)


@dataclass(slots=True)
class Count:
    """Statements seen, and rows of mirrored tables that they wrote."""

    statements: int = 0
    written_rows: int = 0

    def __call__(self, execute: Callable[..., Any], query: str, params: Any, many: Any, context: Any) -> Any:
        result = execute(query, params, many, context)
        self.statements += 1
        table = WRITE.match(query)
        if table is not None and table[1] in MIRRORED_TABLES:
            self.written_rows += max(0, context["cursor"].rowcount)
        return result


@contextmanager
def counted() -> Iterator[Count]:
    """Count the statements of this thread's connection for the length of a block."""
    count = Count()
    with connection.execute_wrapper(count):
        yield count
