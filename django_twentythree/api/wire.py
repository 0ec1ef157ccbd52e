"""Values of the wire, version 1: numbers as strings, flags in many spellings, "" for null, odd dates."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any, TypeVar

from django_twentythree.api.exceptions import UnexpectedResponseError
from django_twentythree.ids import LARGEST_ID

T = TypeVar("T")

INTEGER = re.compile(r"-?[0-9]{1,25}")
DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}")
# A day inside what Python can express, so that every time zone can show the moment.
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
FLAGS = {"0": False, "f": False, "false": False, "1": True, "t": True, "true": True}


def read_integer(value: Any) -> int | None:
    """Return a whole number that a 64-bit column can hold; None for anything else.

    Source: README section 5 (numbers are strings).
    """
    # Nearly all of the hundred numbers of a photo are of this kind, so they are spared the rest.
    if type(value) is str and len(value) < 19 and value.isdigit() and value.isascii():
        return int(value)
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        value = value.strip()
        if not INTEGER.fullmatch(value):
            return None
        value = int(value)
    elif isinstance(value, float):
        if not value.is_integer():
            return None
        value = int(value)
    if isinstance(value, int) and -LARGEST_ID - 1 <= value <= LARGEST_ID:
        return value
    return None


def read_remote_id(value: Any) -> int | None:
    """Return an id of the platform, 1 to `LARGEST_ID`; None when it is none."""
    number = read_integer(value)
    return number if number is not None and number > 0 else None


def read_decimal(value: Any) -> float | None:
    """Return a finite number, which may have a fraction; None for anything else."""
    if isinstance(value, str):
        value = value.strip()
        if not DECIMAL.fullmatch(value):
            return None
    elif isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def read_flag(value: Any) -> bool | None:
    """Return a flag in any spelling of README section 5; None when it is none of them."""
    if isinstance(value, str):
        return FLAGS.get(value.strip().lower())
    if isinstance(value, int | float) and value in (0, 1):
        return bool(value)
    return None


def read_epoch(value: Any) -> datetime | None:
    """Return the moment that many seconds after 1970 (UTC); None when it is none, or too far away."""
    seconds = read_decimal(value)
    if seconds is None:
        return None
    try:
        return _within_reach(datetime.fromtimestamp(seconds, UTC))
    except (OverflowError, ValueError, OSError):
        return None


def read_timestamp(value: Any, time_zone: tzinfo) -> datetime | None:
    """Return the moment of a date and time, in UTC; without an offset, that of a clock in `time_zone`.

    A time that the clock skipped or showed twice is read as `fold=0` says, as PEP 495 proposes.

    Source: README section 6 (`2012-11-05 16:31:48`, `2013-08-01 16:19:58.492688+02`).
    """
    if not isinstance(value, str) or not TIMESTAMP.match(value := value.strip()):
        return None
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=time_zone)
        return _within_reach(moment.astimezone(UTC))
    except (OverflowError, ValueError):
        return None


def _within_reach(moment: datetime) -> datetime | None:
    return moment if EARLIEST <= moment <= LATEST else None


class WireObject:
    """One JSON object, read key by key; what cannot be read, and what nobody asks for, stays as the rest."""

    __slots__ = ("_item", "_taken", "_time_zone")

    def __init__(self, item: Mapping[str, Any], time_zone: tzinfo = UTC) -> None:
        self._item = item
        self._time_zone = time_zone
        self._taken: set[str] = set()

    def remote_id(self, key: str, endpoint: str) -> int:
        """Return the object's own id.

        Raises:
            UnexpectedResponseError: It is missing, no integer, or outside 1..`LARGEST_ID`.
        """
        number = read_remote_id(self._item.get(key))
        if number is None:
            told = repr(self._item.get(key))[:40] if key in self._item else "none"
            raise UnexpectedResponseError(endpoint, f"an object has no readable {key} (got {told})")
        self._taken.add(key)
        return number

    def text(self, key: str) -> str:
        """Return a text as received; "" when it is absent."""
        value = self._item.get(key, "")
        if value is None:
            value = ""
        elif isinstance(value, int | float) and not isinstance(value, bool):
            value = str(value)
        if not isinstance(value, str):
            return ""
        self._taken.add(key)
        return value

    def integer(self, key: str) -> int | None:
        """Return a whole number; None when it is absent."""
        return self._value(key, read_integer)

    def reference(self, key: str) -> int | None:
        """Return the id of another object; None when it is absent, and for ids that no object has, as "0"."""
        return self._value(key, read_remote_id)

    def decimal(self, key: str) -> float | None:
        """Return a number of zero or more; None when it is absent."""
        return self._value(key, _not_negative)

    def flag(self, key: str) -> bool:
        """Return a flag; False when it is absent."""
        return bool(self._value(key, read_flag))

    def optional_flag(self, key: str) -> bool | None:
        """Return a flag; None when it is absent, as those are that this permission level may not see."""
        return self._value(key, read_flag)

    def moment(self, *keys: str) -> datetime | None:
        """Return the first date that can be read, of keys in order of preference; None when there is none.

        Keys ending in "_epoch" hold seconds, all others a date and time.
        """
        for key in keys:
            if key.endswith("_epoch"):
                moment = self._value(key, read_epoch)
            else:
                moment = self._value(key, lambda value: read_timestamp(value, self._time_zone))
            if moment is not None:
                return moment
        return None

    def raw(self, key: str) -> Any:
        """Return a value as received, without counting it as read."""
        return self._item.get(key)

    def keys(self) -> tuple[str, ...]:
        """Return the names of all values received."""
        return tuple(self._item)

    def take(self, *keys: str) -> None:
        """Count values as read."""
        self._taken.update(keys)

    def put_back(self, *keys: str) -> None:
        """Count values as not read after all."""
        self._taken.difference_update(keys)

    def rest(self) -> dict[str, Any]:
        """Return everything that has not been read into a column."""
        return {key: value for key, value in self._item.items() if key not in self._taken}

    def _value(self, key: str, read: Callable[[Any], T | None]) -> T | None:
        value = self._item.get(key)
        if value is None or value == "":
            self._taken.add(key)
            return None
        result = read(value)
        if result is not None:
            self._taken.add(key)
        return result


def _not_negative(value: Any) -> float | None:
    number = read_decimal(value)
    return number if number is not None and number >= 0 else None
