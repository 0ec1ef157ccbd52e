"""Scratch databases: made for one run of the bench and dropped after it, whatever happens."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

SQLITE, POSTGRESQL = "SQLite", "PostgreSQL"
NAMES = {"sqlite": SQLITE, "postgresql": POSTGRESQL, "postgres": POSTGRESQL}
POSTGRESQL_URL = "postgres://postgres@127.0.0.1:5432/postgres"
"""Where PostgreSQL is looked for unless `POSTGRESQL_URL` or `DATABASE_URL` says otherwise."""

_numbers = count(1)


class AbsentDatabaseError(Exception):
    """A database to be measured on cannot be had; the message says why."""


def choose(wanted: str | None) -> list[str]:
    """Return the names of the databases to measure on.

    Args:
        wanted: A list as on the command line, such as "sqlite,postgresql"; None: the one in `DATABASE_URL`,
            or both.

    Raises:
        ValueError: One is not known here.
    """
    url = os.environ.get("DATABASE_URL", "")
    if wanted is None:
        wanted = urlsplit(url).scheme if url else "sqlite,postgresql"
    asked = [word.strip() for word in wanted.split(",")]
    if unknown := [word for word in asked if word not in NAMES]:
        raise ValueError(f"there is no bench for the database {unknown[0]!r}; choose of {', '.join(NAMES)}")
    return list(dict.fromkeys(NAMES[word] for word in asked))


@contextmanager
def scratch(name: str) -> Iterator[str]:
    """Lend an empty database, and give its address as `DATABASE_URL` has it.

    Raises:
        AbsentDatabaseError: PostgreSQL does not answer.
    """
    with _sqlite() if name == SQLITE else _postgresql() as url:
        yield url


@contextmanager
def _sqlite() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="twentythree-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'bench.sqlite3'}"


@contextmanager
def _postgresql() -> Iterator[str]:
    server = next(
        (
            url
            for url in (os.environ.get("DATABASE_URL", ""), os.environ.get("POSTGRESQL_URL", ""))
            if url.startswith("postgres")
        ),
        POSTGRESQL_URL,
    )
    name = f"twentythree_bench_{os.getpid()}_{next(_numbers)}"
    try:
        connection = psycopg.connect(server, autocommit=True, connect_timeout=3)
    except psycopg.OperationalError as error:
        raise AbsentDatabaseError(str(error).strip().splitlines()[0]) from error
    with connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlsplit(server)._replace(path=f"/{name}").geturl()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
