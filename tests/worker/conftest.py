"""What the tests with real workers share: databases with all tables, made once and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.worker.databases import PostgreSQLServer
from tests.worker.site import migrate


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database without rows."""
    file = tmp_path_factory.mktemp("migrated") / "site.sqlite3"
    migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQLServer]:
    """A PostgreSQL server, with a database without rows."""
    with PostgreSQLServer() as server:
        migrate(server.template.url)
        yield server
