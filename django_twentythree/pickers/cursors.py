"""Where a page ended, as it travels to the browser and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from django.core import signing

_SALT: Final = "django_twentythree.pickers.cursors"


class CursorError(ValueError):
    """A cursor that this site did not write, or not for this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last row of a page.

    Attributes:
        sort: The name of the order.
        value: What the row is sorted by: a date, a number, a text; None where it has none.
        pk: Its key.
        is_among_many: Whether there are more rows than were counted.
    """

    sort: str
    value: Any
    pk: int
    is_among_many: bool

    @classmethod
    def read(cls, text: str, sort: str) -> Self:
        """Return the cursor of an order written as `text`.

        Raises:
            CursorError: The text is none.
        """
        try:
            is_date, value, *rest = signing.loads(text, salt=f"{_SALT}.{sort}")
        except signing.BadSignature as error:
            raise CursorError(text) from error
        pk, is_among_many = rest
        value = datetime.fromisoformat(value) if is_date else value
        return cls(sort=sort, value=value, pk=pk, is_among_many=is_among_many)

    def write(self) -> str:
        """Return the cursor as a text that can stand in an address, and that nobody else can write."""
        is_date = isinstance(self.value, datetime)
        value = self.value.isoformat() if is_date else self.value
        parts = (is_date, value, self.pk, self.is_among_many)
        return signing.dumps(parts, salt=f"{_SALT}.{self.sort}", compress=True)
