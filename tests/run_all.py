"""What `make test` runs: the suite on PostgreSQL and MariaDB where they answer, then all of it on SQLite.

What asks the platform runs once more over version 2 of its API.

The property test of the mirror has a process of its own on each; `make chaos` is its long form.

Where a service is looked for can be said with `POSTGRESQL_URL` and `MARIADB_URL`. An absent one is skipped
with the reason printed; with `CI=true` it is a failure. The last lines are pytest's own, of the whole suite.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

TESTS_DIR = Path(__file__).resolve().parent
NO_TESTS_COLLECTED = 5
# What touches no database, or starts processes that bring their own: one run on SQLite tells all.
WITHOUT_DATABASE = (
    "api",
    "browser",
    "docs",
    "example_project/test_demo.py",
    "example_project/test_settings.py",
    "rendering",
    "testing",
    "worker",
)
# In a process of its own: hypothesis picks values from the modules that are loaded, so only there its examples are
# the same each time. By the number of lives that a mirror leads in it.
PROPERTY_TEST = "chaos/test_mirror.py"
LIVES = {"SQLite": 24, "PostgreSQL": 8, "MariaDB": 8}
# What asks the platform runs over version 2 of its API as well.
OVER_VERSION_2 = ("management", "pickers", "sync", "test_tasks.py")
VERSION_2 = {"TWENTYTHREE_TEST_API_VERSION": "2"}


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


def main(arguments: list[str]) -> int:
    """Run everything with pytest's further arguments, and return the exit code."""
    is_ci = os.environ.get("CI", "").lower() in {"1", "true"}
    failed: list[str] = []
    for database in DATABASES:
        if reason := database.why_not():
            print(f"{'MISSING' if is_ci else 'SKIPPED'}: the database tests on {database.name}, for {reason}.")
            if is_ci:
                failed.append(database.name)
            continue
        ignored = [f"--ignore={TESTS_DIR / name}" for name in (*WITHOUT_DATABASE, PROPERTY_TEST)]
        code = run_pytest(database.name, database.url, ["-m", "not browser", *ignored, *arguments])
        if code not in {0, NO_TESTS_COLLECTED}:
            failed.append(database.name)
        failed += run_property_test(database.name, database.url, arguments)
    failed += run_property_test("SQLite", "", arguments)
    failed += run_over_version_2(arguments)
    if failed:
        print(f"FAILED so far: {', '.join(failed)}. The whole suite on SQLite follows.")
    code = run_pytest("SQLite", "", [f"--ignore={TESTS_DIR / PROPERTY_TEST}", *arguments])
    return code or int(bool(failed))


def run_property_test(name: str, url: str, arguments: list[str]) -> list[str]:
    """Run the property test of the mirror unless a selection was asked for, and return what failed."""
    if arguments:
        return []
    title = f"{name}, the property test"
    code = run_pytest(title, url, [str(TESTS_DIR / PROPERTY_TEST)], CHAOS_LIVES=str(LIVES[name]))
    return [title] if code else []


def run_over_version_2(arguments: list[str]) -> list[str]:
    """Run what asks the platform, and a short property test, over version 2 of the API; return what failed."""
    name = "SQLite, version 2 of the API"
    paths = [str(TESTS_DIR / path) for path in OVER_VERSION_2]
    code = run_pytest(name, "", ["-m", "not browser", *paths, *arguments], **VERSION_2)
    failed = [name] if code not in {0, NO_TESTS_COLLECTED} else []
    if not arguments:
        title = f"{name}, the property test"
        test = [str(TESTS_DIR / PROPERTY_TEST)]
        failed += [title] if run_pytest(title, "", test, CHAOS_LIVES="8", **VERSION_2) else []
    return failed


def run_pytest(name: str, url: str, arguments: list[str], **variables: str) -> int:
    """Run pytest in a process of its own on one database, and return its exit code."""
    print(f"=== Tests on {name} ===", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | variables
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=TESTS_DIR.parent, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
