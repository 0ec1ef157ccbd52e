"""The table that people read."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.measurement import Measurement


def show(measurements: Sequence[Measurement], console: Console) -> None:
    """Print the table, and a line about the machine; absolute figures mean nothing without it."""
    table = Table(title="Measured against the sandbox, both sides in one run", show_lines=True)
    for name in ("work", "database", "value", "yardstick"):
        table.add_column(name, overflow="fold")
    for name in ("ratio", "budget", "verdict"):
        table.add_column(name, justify="right", no_wrap=True)
    for each in measurements:
        table.add_row(
            each.work,
            each.database,
            each.value,
            each.yardstick or "-",
            each.shown_figure,
            str(each.budget or "-"),
            each.verdict,
            style="" if each.is_kept else "bold red",
        )
    console.print(table)
    console.print(describe_machine())


def describe_machine() -> str:
    """Return processor, cores and Python of this machine."""
    return f"{_processor()}, {os.cpu_count()} cores; {platform.system()}; Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
