"""`python -m bench.memory_probe mirror`: mirror all photos in a process of its own; print seconds and peak memory.

Memory is what the process ever had above that after import. With `download` it only fetches and decodes.
"""

from __future__ import annotations

import json
import re
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

import django


def main(name: str) -> None:
    """Work and measure, in a process that has done nothing else."""
    django.setup()
    from bench.mirroring import download, mirror, time

    before = peak_bytes()
    computed = process_time()
    works: dict[str, Callable[[], object]] = {"mirror": mirror, "download": download}
    seconds = time(works[name])
    computed = process_time() - computed
    megabytes = (peak_bytes() - before) / 1e6
    print(json.dumps({"seconds": seconds, "computing_seconds": computed, "megabytes": megabytes}))


def peak_bytes() -> int:
    """Return the most memory that this process has had at once, so far.

    Not by `getrusage` where it can be helped: on Linux that begins with what the parent process had.
    """
    status = Path("/proc/self/status")
    if status.exists() and (found := re.search(r"VmHWM:\s+(\d+) kB", status.read_text())):
        return int(found[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
