"""Databases of a test's own, asked in SQL: what a worker committed is all that is seen."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol, Self
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg

from tests.worker.processes import do_without


class Database(Protocol):
    """What a test asks of a database."""

    url: str

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        """Return the rows that a query gives."""

    def tell(self, statement: str) -> None:
        """Change something."""


class SQLiteDatabase:
    """A file."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.url = f"sqlite:///{file}"

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self._file, timeout=20)) as connection:
            return connection.execute(question).fetchall()

    def tell(self, statement: str) -> None:
        with closing(sqlite3.connect(self._file, timeout=20)) as connection, connection:
            connection.execute(statement)


class PostgreSQLDatabase:
    """A database on a server."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, question: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.url) as connection:
            return connection.execute(question.encode()).fetchall()

    def tell(self, statement: str) -> None:
        with psycopg.connect(self.url) as connection:
            connection.execute(statement.encode())


class PostgreSQLServer:
    """The server that `POSTGRESQL_URL` names, by default this machine's own; databases on it are dropped again."""

    def __enter__(self) -> Self:
        self._url = os.environ.get("POSTGRESQL_URL", "postgres://postgres@127.0.0.1:5432/test")
        try:
            self._administration = psycopg.connect(self._name("postgres"), autocommit=True, connect_timeout=5)
        except psycopg.OperationalError as error:
            do_without(f"PostgreSQL does not answer ({error})")
        self._template = f"twentythree_worker_{uuid4().hex[:8]}"
        self._do(f'CREATE DATABASE "{self._template}"')
        self.template = PostgreSQLDatabase(self._name(self._template))
        return self

    def __exit__(self, *error: object) -> None:
        self._do(f'DROP DATABASE "{self._template}" WITH (FORCE)')
        self._administration.close()

    @contextmanager
    def lend_copy(self) -> Iterator[PostgreSQLDatabase]:
        """Lend a database that is as the template is."""
        name = f"{self._template}_{uuid4().hex[:8]}"
        self._do(f'CREATE DATABASE "{name}" TEMPLATE "{self._template}"')
        try:
            yield PostgreSQLDatabase(self._name(name))
        finally:
            self._do(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _name(self, database: str) -> str:
        return urlunsplit(urlsplit(self._url)._replace(path=f"/{database}"))

    def _do(self, statement: str) -> None:
        self._administration.execute(statement.encode())


def read_moment(value: Any) -> datetime:
    """Return a moment as it was stored; SQLite hands out its text."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
