"""What every row is given."""

from __future__ import annotations

from dataclasses import dataclass

from bench.sizes import Sizes
from django_twentythree.testing import TwentyThreePlatform


@dataclass(frozen=True, slots=True)
class Bench:
    """On which database, how much, and the platform that holds the library."""

    database: str
    sizes: Sizes
    platform: TwentyThreePlatform
