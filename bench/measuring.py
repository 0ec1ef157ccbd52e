"""`python -m bench.measuring`: one row of the table on one database, in this process; prints JSON lines."""

from __future__ import annotations

import json
import sys
from importlib import import_module

import django
from django.core.management import call_command

from bench.context import Bench
from bench.rows import ROWS
from bench.sizes import Sizes
from django_twentythree.testing import TwentyThreePlatform


def main(row: str, database: str, sizes: str, base_url: str) -> None:
    """Measure one row."""
    django.setup()
    call_command("migrate", verbosity=0)
    bench = Bench(database, Sizes(**json.loads(sizes)), TwentyThreePlatform(base_url))
    # Only now: the module imports models.
    for measurement in import_module(ROWS[row]).measure(bench):
        print(measurement.to_json(), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
