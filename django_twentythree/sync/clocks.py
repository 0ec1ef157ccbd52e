"""Clocks that were wrong: which stored moments may be believed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

CLOCK_TOLERANCE: Final = timedelta(minutes=5)
"""So much the clocks of workers and platform may differ."""


def get_latest_credible(now: datetime | None = None) -> datetime:
    """Return the moment beyond which a stored one was written by a clock that ran ahead, and counts as unknown."""
    return (now or timezone.now()) + CLOCK_TOLERANCE
