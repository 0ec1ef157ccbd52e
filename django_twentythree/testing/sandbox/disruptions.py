"""The ways to break a connection instead of answering, or in the middle of an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from werkzeug.wrappers import Response


@dataclass(frozen=True, slots=True)
class Disruption:
    """One way to break off: before any byte (`reset`, `silence`) or in the middle of the answer (`cut`)."""

    kind: Literal["reset", "silence", "cut"]
    seconds: float = 0.0
    response: Response | None = None
