"""`python -m bench.peak`: mirror all photos and print the peak memory above that after import, in bytes."""

from __future__ import annotations

import re
import resource
import sys
from pathlib import Path

import django


def main() -> None:
    """Mirror and measure, in a process that has done nothing else."""
    django.setup()
    from bench.mirroring import mirror

    before = peak_bytes()
    mirror()
    print(peak_bytes() - before)


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
    main()
