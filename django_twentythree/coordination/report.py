"""`SyncReport`: what a piece of work saw and did, to be added up."""

from __future__ import annotations

from dataclasses import astuple, dataclass


@dataclass(frozen=True, slots=True)
class SyncReport:
    """Counts of objects, as `SyncRun` stores and `--json` prints them."""

    seen: int = 0
    """Objects in the answers, unreadable ones included."""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    """Same content as before, or known from a newer observation."""
    skipped: int = 0
    """Objects that could not be read, or that the database refused."""
    missing: int = 0
    """Rows newly marked as gone."""

    def __add__(self, other: SyncReport) -> SyncReport:
        return SyncReport(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))
