"""Faults made on demand: what can go wrong between a platform and its clients."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any, Final

from django_twentythree.testing.sandbox.refusals import LEVELS

KINDS: Final = {
    "cut": "the connection closes in the middle of the answer",
    "html": "HTTP 200 with a page instead of JSON",
    "empty": "HTTP 200 without a body",
    "bad_utf8": "JSON with bytes that are not UTF-8",
    "reset": "the connection is reset before any answer",
    "silence": "nothing comes for `seconds`, then the connection closes",
    "slow": "the right answer comes after `seconds`",
    "redirect": "HTTP 302 to the address `to`",
    "wrapped": "the right answer as `var visual = …`",
    "jsonp": "the right answer as a call of a function",
    "huge": "a well-formed answer of `megabytes`",
    "error": "an error of the platform with `code` and `message`",
    "omit": "the right answer without the objects `ids`, which are counted only with `are_counted`",
    "miscount": "the right answer with another `total_count`",
    "ignore": "the right answer to the call without its parameters `names`",
    "drop_level": "the call is answered at the permission level `level`",
}


@dataclass(slots=True)
class Fault:
    """One fault that waits for its call."""

    kind: str
    """A name of `KINDS`, or an HTTP status as text."""
    times: int = 1
    method: str | None = None
    """Only calls of this method, such as `photo/list`, in either version; None: whatever comes next."""
    details: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        is_status = self.kind.isdecimal() and 200 <= int(self.kind) <= 599
        if self.kind not in KINDS and not is_status:
            raise ValueError(f"There is no fault {self.kind!r}; there are HTTP statuses and {', '.join(KINDS)}.")
        if self.kind == "drop_level" and self.details.get("level") not in LEVELS:
            raise ValueError(f"drop_level needs level=, one of {', '.join(LEVELS)}.")
        if self.times < 1:
            raise ValueError("times= must be 1 or more.")

    @property
    def seconds(self) -> float:
        """The length of `silence` and `slow`."""
        return float(self.details.get("seconds", 1.0))

    def as_dict(self) -> dict[str, Any]:
        """Return the fault as the commands and the control page show it."""
        return {"kind": self.kind, "times": self.times, "method": self.method, "details": self.details}


class FaultQueue:
    """The faults to come, in order. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Put a fault behind those that wait."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget all that wait."""
        with self._lock:
            self._waiting.clear()

    def take(self, method: str) -> Fault | None:
        """Return the first fault meant for a call of this method, and count it down."""
        with self._lock:
            for fault in self._waiting:
                if fault.method in {None, method, method.removeprefix("2/")}:
                    fault.times -= 1
                    if not fault.times:
                        self._waiting.remove(fault)
                    return fault
        return None

    def waiting(self) -> list[dict[str, Any]]:
        """Return the faults that wait."""
        with self._lock:
            return [fault.as_dict() for fault in self._waiting]
