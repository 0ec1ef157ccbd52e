"""What `make test` and `make test-all` run.

`make test` checks every promise: all tests on SQLite but the long ones (of each there is a short form), on PostgreSQL
and MariaDB, where they answer, what another database can change, over version 2 of the API what another wire can
change, and a short property test of the mirror on each. `--rest` is what `make test-all` adds: the long tests, all that
uses a database on PostgreSQL and MariaDB, all that asks the platform over version 2, and a long property test.

Several processes share the tests (pytest-xdist) unless a selection is given. Where a service is looked for can be
said with `POSTGRESQL_URL` and `MARIADB_URL`. An absent one is skipped with the reason printed; with `CI=true` it is
a failure, and which lines of the package are reached is written to `.coverage.*` files, for `coverage combine`. The
last lines are pytest's own, of the tests on SQLite.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

TESTS_DIR = Path(__file__).resolve().parent
NO_TESTS_COLLECTED = 5
REST = "--rest"
# In a process of its own: hypothesis picks values from the modules that are loaded, so only there its examples are
# the same each time. By the number of lives that a mirror leads in it.
PROPERTY_TEST = str(TESTS_DIR / "chaos/test_mirror.py")
ALL_BUT_PROPERTY_TEST = f"--ignore={PROPERTY_TEST}"
LIVES, LIVES_ELSEWHERE = 8, 3
LIVES_IN_THE_REST, LIVES_ELSEWHERE_IN_THE_REST = 24, 8
# Where SQL, locks, transactions or the clock of the database decide what comes out.
CHANGED_BY_THE_DATABASE = (
    "admin/test_lists.py",
    "chaos/test_two_at_once.py",
    "management/test_prune_command.py",
    "models",
    "pickers/test_query.py",
    "sync/test_missing.py",
    "sync/test_clocks.py",
    "sync/test_database.py",
    "sync/test_inbox.py",
    "sync/test_leases.py",
    "sync/test_listings.py",
    "sync/test_races.py",
    "sync/test_recovery.py",
    "sync/test_runs.py",
    "sync/test_signals.py",
    "sync/test_permits.py",
    "test_listings.py",
    "test_migrations.py",
    "test_views.py",
    "testing/test_factories.py",
)
# What asks the platform runs over version 2 of its API as well; these read most of what it answers.
OVER_VERSION_2 = ("management", "pickers", "sync", "test_tasks.py")
CHANGED_BY_VERSION_2 = (
    "pickers/test_live_lookup.py",
    "pickers/test_uploading.py",
    "sync/test_missing.py",
    "sync/test_another_site.py",
    "sync/test_details.py",
    "sync/test_inbox_trouble.py",
    "sync/test_listings.py",
    "sync/test_live_poll.py",
    "sync/test_recordings.py",
    "sync/test_refresh.py",
    "sync/test_strangers.py",
    "sync/test_switching.py",
    "test_tasks.py",
)
VERSION_2 = {"TWENTYTHREE_TEST_API_VERSION": "2"}
# One more than there are cores: many tests wait for something.
PROCESSES = (os.cpu_count() or 1) + 1
# A module stays together; what uses a browser shares it. The order is that of tests/conftest.py: what takes long first.
PARALLEL = ("-n", str(PROCESSES), "--dist", "loadgroup", "--no-loadscope-reorder")
# Of several runs at once each is a process, and what they print is shown when they are through.
ALONE = ("-q",)
# Hundreds of processes are started, each of which would compile the package anew.
LEFT_OUT = {"DATABASE_URL", "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Database:
    """A database server on which the database tests are repeated."""

    name: str
    url: str
    module: str

    def why_not(self) -> str:
        """Return why it cannot be used, `""` when it can."""
        if find_spec(self.module) is None:
            return f"the Python module {self.module} is not installed"
        address = urlsplit(self.url)
        where = (address.hostname or "127.0.0.1", address.port or 0)
        try:
            socket.create_connection(where, timeout=3).close()
        except OSError as error:
            return f"nothing answers on {where[0]}:{where[1]} ({error})"
        return ""

    @property
    def url_beside(self) -> str:
        """The URL of a second database on the server, for what runs at the same time."""
        address = urlsplit(self.url)
        return address._replace(path=f"{address.path}_beside").geturl()


DATABASES = (
    Database("PostgreSQL", os.environ.get("POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/test"), "psycopg"),
    Database("MariaDB", os.environ.get("MARIADB_URL", "mysql://root@127.0.0.1:3306/test"), "MySQLdb"),
)


@dataclass(frozen=True, slots=True)
class Run:
    """One process of pytest."""

    title: str
    arguments: tuple[str, ...]
    variables: Mapping[str, str]
    may_be_empty: bool = False
    is_measured: bool = False

    def start(self, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start it; what it prints goes to `output`, or to the terminal."""
        environment = {key: value for key, value in os.environ.items() if key not in LEFT_OUT} | self.variables
        command = [sys.executable, "-m", "pytest", *self.arguments]
        if self.is_measured:
            command += ["--cov", "--cov-report="]
            environment["COVERAGE_FILE"] = f".coverage.{re.sub('[^a-z0-9]+', '-', self.title.lower())}"
        return subprocess.Popen(command, cwd=TESTS_DIR.parent, env=environment, stdout=output, stderr=output)

    def is_passed(self, output: IO[bytes] | None = None) -> bool:
        """Run it to its end, and return whether all is well."""
        code = self.start(output).wait()
        if code < 0:
            print(f"The tests on {self.title} were ended by signal {-code}.", flush=True)
        return code == 0 or (self.may_be_empty and code == NO_TESTS_COLLECTED)


def main(arguments: list[str]) -> int:
    """Run everything with pytest's further arguments, and return the exit code."""
    is_rest = REST in arguments
    selection = tuple(argument for argument in arguments if argument != REST)
    is_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    present, failed = [], []
    for database in DATABASES:
        if reason := database.why_not():
            print(f"{'MISSING' if is_ci else 'SKIPPED'}: the database tests on {database.name}, for {reason}.")
            failed += [database.name] if is_ci else []
        else:
            present.append(database)
    is_measured = is_ci and not is_rest and not selection
    repeated = [replace(run, is_measured=is_measured) for run in list_repetitions(present, selection, is_rest=is_rest)]
    if selection:
        failed += run_one_by_one(repeated)
    else:
        failed += run_side_by_side([*list_property_tests(present, is_rest=is_rest), *repeated])
    if failed:
        print(f"FAILED so far: {', '.join(failed)}. The tests on SQLite follow.")
    # What is named is wanted, long or not.
    marker = ("-m", "long") if is_rest else () if selection else ("-m", "not long")
    how = (*marker, ALL_BUT_PROPERTY_TEST, *(selection or PARALLEL))
    failed += run_one_by_one([Run("SQLite", how, {}, is_rest and bool(selection), is_measured)])
    return int(bool(failed))


def list_repetitions(databases: list[Database], selection: tuple[str, ...], *, is_rest: bool) -> list[Run]:
    """Return what is repeated on other databases, and over version 2 of the API."""

    def choose(changed: tuple[str, ...], all_of_them: tuple[str, ...]) -> tuple[str, ...]:
        if any((TESTS_DIR.parent / argument.partition("::")[0]).exists() for argument in selection):
            return ()  # whoever names files wants no others
        if not is_rest:
            return tuple(str(TESTS_DIR / path) for path in changed)
        return (*(str(TESTS_DIR / path) for path in all_of_them), *(f"--ignore={TESTS_DIR / path}" for path in changed))

    # A selection may have nothing that is repeated; the whole suite without anything is a mistake in the markers.
    how, may_be_empty = selection or ALONE, bool(selection)
    on_databases = ("-m", "database and not browser and not long", ALL_BUT_PROPERTY_TEST)
    over_2 = ("-m", "platform and not browser and not long")
    return [
        *(
            Run(
                each.name,
                (*on_databases, *choose(CHANGED_BY_THE_DATABASE, (".",)), *how),
                {"DATABASE_URL": each.url},
                may_be_empty,
            )
            for each in databases
        ),
        Run(
            "SQLite, version 2 of the API",
            (*over_2, *choose(CHANGED_BY_VERSION_2, OVER_VERSION_2), *how),
            VERSION_2,
            may_be_empty,
        ),
    ]


def list_property_tests(databases: list[Database], *, is_rest: bool) -> list[Run]:
    """Return the property test of the mirror: on each database, and over version 2 of the API."""
    test = (PROPERTY_TEST, *ALONE)
    lives = {"CHAOS_LIVES": str(LIVES_IN_THE_REST if is_rest else LIVES)}
    elsewhere = {"CHAOS_LIVES": str(LIVES_ELSEWHERE_IN_THE_REST if is_rest else LIVES_ELSEWHERE)}
    return [
        Run("SQLite, the property test", test, lives),
        *(
            Run(f"{each.name}, the property test", test, {**elsewhere, "DATABASE_URL": each.url_beside})
            for each in databases
        ),
        Run("SQLite, version 2 of the API, the property test", test, {**elsewhere, **VERSION_2}),
    ]


def run_one_by_one(runs: list[Run]) -> list[str]:
    """Run several with their output on the terminal, and return the titles of those that failed."""
    failed = []
    for each in runs:
        print(f"=== Tests on {each.title} ===", flush=True)
        failed += [] if each.is_passed() else [each.title]
    return failed


def run_side_by_side(runs: list[Run]) -> list[str]:
    """Run several, a few at once, print what each said when it is done, and return the titles of those that failed."""

    def finish(each: Run) -> bool:
        began = time.monotonic()
        with tempfile.TemporaryFile() as output:
            is_passed = each.is_passed(output)
            output.seek(0)
            said = output.read().decode(errors="replace")
        print(f"=== Tests on {each.title} ({time.monotonic() - began:.0f} s) ===\n{said}", flush=True)
        return is_passed

    print(f"At first, {PROCESSES} at once: {'; '.join(each.title for each in runs)}.", flush=True)
    with ThreadPoolExecutor(PROCESSES) as pool:
        passed = list(pool.map(finish, runs))
    return [each.title for each, is_passed in zip(runs, passed, strict=True) if not is_passed]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
