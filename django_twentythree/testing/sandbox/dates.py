"""The platform's several ways to write a date.

Source: API reference, "Dates". Zone-less dates are local time of the site.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

SITE_ZONE = ZoneInfo("Europe/Copenhagen")
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@lru_cache(maxsize=4096)
def local_forms(epoch: int) -> tuple[str, str, str]:
    """Return the three local spellings: `2012-11-05 16:31:48`, `November 05, 2012`, `04:31 PM`."""
    at = datetime.fromtimestamp(epoch, SITE_ZONE)
    hour, half = (at.hour % 12 or 12), "AM" if at.hour < 12 else "PM"
    return (
        f"{at.year:04}-{at.month:02}-{at.day:02} {at.hour:02}:{at.minute:02}:{at.second:02}",
        f"{MONTHS[at.month - 1]} {at.day:02}, {at.year:04}",
        f"{hour:02}:{at.minute:02} {half}",
    )


def short_offset(epoch: float) -> str:
    """Return a timestamp with an offset of hours only, like `2013-08-01 16:19:58.492688+02`."""
    at = datetime.fromtimestamp(epoch, UTC).astimezone(SITE_ZONE)
    fraction = f".{at.microsecond:06}".rstrip("0") if at.microsecond else ""
    return f"{at:%Y-%m-%d %H:%M:%S}{fraction}{at:%z}"[:-2]


def read_local(text: str) -> int | None:
    """Return the epoch of `YYYY-MM-DD HH:MM[:SS]` in local time of the site; None when it is no such date."""
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return int((at if at.tzinfo else at.replace(tzinfo=SITE_ZONE)).timestamp())
