"""Work in processes that have done nothing else: `bench.memory_probe` from the outside."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import Literal

from django_twentythree.testing import TwentyThreePlatform


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work took.

    Attributes:
        seconds: From beginning to end.
        computing_seconds: Of these, what the process itself had a processor for; the database server not included.
        megabytes: The most memory above that of a process that only imported everything.
    """

    seconds: float
    computing_seconds: float
    megabytes: float


def run_in_subprocess(
    platform: TwentyThreePlatform, work: Literal["mirror", "download"] = "mirror", *, is_debug: bool = False
) -> Cost:
    """Mirror the photos of a platform, or only download them, in a fresh process."""
    site = {f"TWENTYTHREE_{key}": value for key, value in platform.workspace().items()}
    answer = subprocess.run(
        [sys.executable, "-m", "bench.memory_probe", work],
        env={**os.environ, **site, "DEBUG": str(int(is_debug))},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Cost(**json.loads(answer.stdout))
