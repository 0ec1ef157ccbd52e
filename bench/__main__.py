"""`python -m bench`: measure and print the table.

Exits with 1 when a row was not measured or, except in the short form, a budget was missed.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from rich.console import Console

from bench.databases import AbsentDatabaseError, choose, scratch
from bench.measurement import Measurement
from bench.rows import ON_REQUEST, ROWS, WITH_TABLES_OF_OTHERS
from bench.sizes import Sizes
from bench.table import show
from django_twentythree.testing import TwentyThreePlatform

ROOT = Path(__file__).resolve().parent.parent


class RowError(Exception):
    """A row could not be measured; the process that tried has said why."""


def main(arguments: list[str] | None = None) -> int:
    """Measure what the arguments ask for, print it, and return the exit code."""
    parser = _make_parser()
    given = parser.parse_args(arguments)
    try:
        names = choose(given.databases)
        rows = _read_rows(given.rows)
    except ValueError as error:
        parser.error(str(error))
    sizes = Sizes.short(given.photos) if given.short else Sizes.full(given.photos)
    # Scratch databases are dropped also when something else ends this.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    console = Console(stderr=True, soft_wrap=True)
    _warn_of_company(console)
    measurements: list[Measurement] = []
    is_whole = True
    with TwentyThreePlatform.start(photos=sizes.photos) as platform:
        for name in names:
            try:
                with scratch(name) as shared:
                    for row in rows:
                        own = scratch(name) if row in WITH_TABLES_OF_OTHERS else nullcontext(shared)
                        with own as url, console.status(f"Row {row} on {name} …"):
                            for measurement in _measure(row, name, url, sizes, platform):
                                measurements.append(measurement)
                                console.print(f"{name}, {measurement.work}: {measurement.outcome}")
            except AbsentDatabaseError as error:
                is_whole = is_whole and not _is_ci()
                console.print(f"{name} is left out: {error}", style="bold red")
            except RowError as error:
                is_whole = False
                console.print(str(error), style="bold red")
    if given.json:
        print(*(measurement.to_json() for measurement in measurements), sep="\n")
    else:
        # Where nobody watches, the table must not be squeezed into 80 columns.
        show(measurements, Console(width=None if sys.stdout.isatty() else 160))
    # A small library on a busy machine proves no budget: there it only counts that everything could be measured.
    is_kept = given.short or all(measurement.is_kept for measurement in measurements)
    return int(not (is_whole and is_kept))


def _is_ci() -> bool:
    return os.environ.get("CI", "").lower() in {"1", "true"}


def _warn_of_company(console: Console) -> None:
    """Say so when the machine is busy with something else: ratios suffer, too."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > 0.75 * cores:
        console.print(f"The machine is busy (load {load:.1f} on {cores} cores): do not trust these figures.")


def _make_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure speed and memory.")
    add = parser.add_argument
    add("--photos", type=int, metavar="N", help="size of the library (default: 20000, with --short 2000)")
    usual = ",".join(row for row in ROWS if row not in ON_REQUEST)
    add("--rows", default=usual, metavar="LIST", help=f"of {', '.join(ROWS)} (default: %(default)s)")
    add("--databases", metavar="LIST", help="default: what DATABASE_URL names, else sqlite,postgresql")
    add("--short", action="store_true", help="a small library: shows that all runs, and coarse trends")
    add("--json", action="store_true", help="print one JSON object a line instead of the table")
    return parser


def _read_rows(text: str) -> list[str]:
    rows = [word.strip() for word in text.split(",")]
    if unknown := set(rows) - ROWS.keys():
        raise ValueError(f"there is no row {min(unknown)!r} here; choose of {', '.join(ROWS)}")
    return rows


def _measure(row: str, name: str, url: str, sizes: Sizes, platform: TwentyThreePlatform) -> Iterator[Measurement]:
    command = [sys.executable, "-m", "bench.measuring", row, name, json.dumps(asdict(sizes)), platform.base_url]
    site = {f"TWENTYTHREE_{key}": value for key, value in platform.workspace().items()}
    environment = {**os.environ, **site, "DATABASE_URL": url, "BENCH_ROW": row}
    environment["DJANGO_SETTINGS_MODULE"] = "bench.settings"
    environment.pop("DEBUG", None)
    # Nobody takes what is handed to this broker: the rows do a worker's work themselves.
    environment.setdefault("CELERY_BROKER_URL", "memory://")
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None  # it is a pipe
        for line in process.stdout:
            yield Measurement.from_json(line)
    if process.returncode:
        raise RowError(f"Row {row} on {name} could not be measured, for the reason above; {name} ends here.")


if __name__ == "__main__":
    sys.exit(main())
