"""What `make test` runs: the suite on PostgreSQL and MariaDB where they answer, then all of it on SQLite.

On PostgreSQL and MariaDB it is what uses a database; what asks the platform runs once more over version 2 of its
API; the property test of the mirror has processes of its own, and `make chaos` is its long form.

Several processes share the tests (pytest-xdist) unless a selection is given. Where a service is looked for can be
said with `POSTGRESQL_URL` and `MARIADB_URL`. An absent one is skipped with the reason printed; with `CI=true` it is
a failure. The last lines are pytest's own, of the whole suite.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

TESTS_DIR = Path(__file__).resolve().parent
NO_TESTS_COLLECTED = 5
# In a process of its own: hypothesis picks values from the modules that are loaded, so only there its examples are
# the same each time. By the number of lives that a mirror leads in it.
PROPERTY_TEST = str(TESTS_DIR / "chaos/test_mirror.py")
ALL_BUT_PROPERTY_TEST = f"--ignore={PROPERTY_TEST}"
LIVES = {"SQLite": 24, "PostgreSQL": 8, "MariaDB": 8}
LIVES_OVER_VERSION_2 = 8
# What asks the platform runs over version 2 of its API as well.
OVER_VERSION_2 = ("management", "pickers", "sync", "test_tasks.py")
VERSION_2 = {"TWENTYTHREE_TEST_API_VERSION": "2"}
# One more than there are cores: many tests wait for something. A module stays together, and its browser with it.
PARALLEL = ("-n", str((os.cpu_count() or 1) + 1), "--dist", "loadfile")


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

    def start(self, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start it; what it prints goes to `output`, or to the terminal."""
        environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | self.variables
        command = [sys.executable, "-m", "pytest", *self.arguments]
        return subprocess.Popen(command, cwd=TESTS_DIR.parent, env=environment, stdout=output, stderr=output)


def main(arguments: list[str]) -> int:
    """Run everything with pytest's further arguments, and return the exit code."""
    is_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    present, failed = [], []
    for database in DATABASES:
        if reason := database.why_not():
            print(f"{'MISSING' if is_ci else 'SKIPPED'}: the database tests on {database.name}, for {reason}.")
            failed += [database.name] if is_ci else []
        else:
            present.append(database)
    how = arguments or PARALLEL
    # A selection may have nothing that is repeated; the whole suite without anything is a mistake in the markers.
    is_selection = bool(arguments)
    if not arguments:
        failed += run_side_by_side(list_property_tests(present))
    for database in present:
        options = ("-m", "database and not browser", ALL_BUT_PROPERTY_TEST, *how)
        failed += run(Run(database.name, options, {"DATABASE_URL": database.url}), may_be_empty=is_selection)
    paths = [str(TESTS_DIR / path) for path in OVER_VERSION_2]
    options = ("-m", "platform and not browser", *paths, *how)
    failed += run(Run("SQLite, version 2 of the API", options, VERSION_2), may_be_empty=is_selection)
    if failed:
        print(f"FAILED so far: {', '.join(failed)}. The whole suite on SQLite follows.")
    failed += run(Run("SQLite", (ALL_BUT_PROPERTY_TEST, *how), {}), may_be_empty=False)
    return int(bool(failed))


def list_property_tests(databases: list[Database]) -> list[Run]:
    """Return the property test of the mirror: on each database, and over version 2 of the API."""
    test = (PROPERTY_TEST,)
    over_2 = {"CHAOS_LIVES": str(LIVES_OVER_VERSION_2), **VERSION_2}
    return [
        Run("SQLite, the property test", test, {"CHAOS_LIVES": str(LIVES["SQLite"])}),
        Run("SQLite, version 2 of the API, the property test", test, over_2),
        *(
            Run(
                f"{each.name}, the property test",
                test,
                {"CHAOS_LIVES": str(LIVES[each.name]), "DATABASE_URL": each.url},
            )
            for each in databases
        ),
    ]


def run(each: Run, *, may_be_empty: bool) -> list[str]:
    """Run one with its output on the terminal, and return its title if it failed."""
    print(f"=== Tests on {each.title} ===", flush=True)
    code = each.start().wait()
    return [] if code == 0 or (may_be_empty and code == NO_TESTS_COLLECTED) else [each.title]


def run_side_by_side(runs: list[Run]) -> list[str]:
    """Run several at once, print what each said when it is done, and return the titles of those that failed."""
    with ExitStack() as stack:
        outputs = [stack.enter_context(tempfile.TemporaryFile()) for _ in runs]
        processes = [each.start(output) for each, output in zip(runs, outputs, strict=True)]
        failed = []
        for each, output, process in zip(runs, outputs, processes, strict=True):
            failed += [each.title] if process.wait() else []
            output.seek(0)
            print(f"=== Tests on {each.title} ===", output.read().decode(errors="replace"), sep="\n", flush=True)
        return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
