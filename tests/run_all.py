"""What `make test` runs: the suite on PostgreSQL and MariaDB where they answer, then all of it on SQLite.

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
)
# A search for trouble, not a check of what is known: `make chaos` runs it, with a DATABASE_URL on any database.
LONG = "chaos/test_mirror.py"


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
        ignored = [f"--ignore={TESTS_DIR / name}" for name in (*WITHOUT_DATABASE, LONG)]
        code = run_pytest(database.name, database.url, ["-m", "not browser", *ignored, *arguments])
        if code not in {0, NO_TESTS_COLLECTED}:
            failed.append(database.name)
    if failed:
        print(f"FAILED so far: {', '.join(failed)}. The whole suite on SQLite follows.")
    code = run_pytest("SQLite", "", [f"--ignore={TESTS_DIR / LONG}", *arguments])
    return code or int(bool(failed))


def run_pytest(name: str, url: str, arguments: list[str]) -> int:
    """Run pytest in a process of its own on one database, and return its exit code."""
    print(f"=== Tests on {name} ===", flush=True)
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    if url:
        environment["DATABASE_URL"] = url
    command = [sys.executable, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=TESTS_DIR.parent, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
