"""Migrations run on every database, are in step with the models, and survive a database that refuses extensions."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection


@pytest.fixture
def without_index(transactional_db):
    """A database migrated up to, and without, the search index; afterwards all of it is there again."""
    call_command("migrate", "twentythree", "0001", verbosity=0)
    yield
    # All apps: what depends on the index was taken back with it.
    call_command("migrate", verbosity=0)


@pytest.mark.django_db
def test_migrations__models__are_in_step():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.usefixtures("without_index")
def test_indexes__forth_and_back__leave_no_trace():
    ours = {"twentythree_photo_page", "twentythree_photo_newest", "twentythree_photo_search"}
    assert not _get_indexes() & ours
    call_command("migrate", "twentythree", verbosity=0)
    assert _get_indexes() & ours == (ours if connection.vendor == "postgresql" else {"twentythree_photo_page"})


@pytest.mark.usefixtures("without_index")
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="extensions are PostgreSQL's")
def test_search_index__extension_refused__warns_and_goes_on():
    with connection.cursor() as cursor:
        cursor.execute("DROP EXTENSION IF EXISTS pg_trgm CASCADE")
        cursor.execute("DROP ROLE IF EXISTS twentythree_modest")
        cursor.execute("CREATE ROLE twentythree_modest")
        for what in ("SCHEMA public", "ALL TABLES IN SCHEMA public", "ALL SEQUENCES IN SCHEMA public"):
            cursor.execute(f"GRANT ALL ON {what} TO twentythree_modest")
        cursor.execute("ALTER TABLE twentythree_photo OWNER TO twentythree_modest")
        cursor.execute("SET ROLE twentythree_modest")
    try:
        with pytest.warns(RuntimeWarning, match="pg_trgm cannot be had"):
            call_command("migrate", "twentythree", verbosity=0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("REASSIGN OWNED BY twentythree_modest TO CURRENT_USER")
            cursor.execute("DROP OWNED BY twentythree_modest")
            cursor.execute("DROP ROLE twentythree_modest")
        call_command("migrate", "twentythree", "0001", verbosity=0)
        call_command("migrate", "twentythree", verbosity=0)
    assert _has_search_index()


def _has_search_index() -> bool:
    return "twentythree_photo_search" in _get_indexes()


def _get_indexes() -> set[str]:
    with connection.cursor() as cursor:
        return set(connection.introspection.get_constraints(cursor, "twentythree_photo"))
