"""Where a page ended, as it travels to the browser and back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from django.conf import settings
from django.core import signing
from django.utils import timezone

_SALT: Final = "django_twentythree.pickers.cursors"
_LARGEST: Final = 2**63 - 1


class CursorError(ValueError):
    """A cursor that this site did not write, or not for this model and order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """The last row of a page.

    Attributes:
        model: Of whose rows: `photo`, `album`, `livestream`.
        sort: The name of the order.
        value: What the row is sorted by: a date, a number, a text; None where it has none.
        pk: Its key.
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
            text: As it came from the browser.
            model: Of whose rows it must be.
            sort: Of which order it must be.
            holds: The type of what this order sorts by.

        Raises:
            CursorError: The text is none.
        """
        try:
            value, pk, is_among_many = signing.loads(text, salt=_get_salt(model, sort))
            if value is not None and holds is datetime:
                value = datetime.fromisoformat(value)
        except (signing.BadSignature, TypeError, ValueError) as error:
            raise CursorError(text) from error
        # What is signed may still be what an earlier version of this package wrote.
        is_sound = _is_of(value, holds) and _is_of(pk, int) and isinstance(is_among_many, bool)
        if pk is None or not is_sound:
            raise CursorError(text)
        return cls(model=model, sort=sort, value=value, pk=pk, is_among_many=is_among_many)

    def write(self) -> str:
        """Return the cursor as a text that can stand in an address, and that nobody else can write."""
        value = self.value.isoformat() if isinstance(self.value, datetime) else self.value
        return signing.dumps((value, self.pk, self.is_among_many), salt=_get_salt(self.model, self.sort), compress=True)


def _get_salt(model: str, sort: str) -> str:
    return f"{_SALT}.{model}.{sort}"


def _is_of(value: Any, expected: type) -> bool:
    """Return whether a value is of a type, or none at all; True and False are no numbers."""
    if value is None:
        return True
    if isinstance(value, bool) or not isinstance(value, (int, float) if expected is float else expected):
        return False
    if isinstance(value, datetime):
        return timezone.is_aware(value) == settings.USE_TZ
    return not isinstance(value, int) or abs(value) <= _LARGEST
