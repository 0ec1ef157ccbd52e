"""Indexes that a model cannot declare for every database alike.

- Videos are found by the path of their page, a text of any length: MariaDB indexes its beginning, PostgreSQL a hash
  of it, since its trees refuse long values.
- PostgreSQL takes NULL for larger than any date, the others for smaller. In lists of the newest, what has no date
  comes last everywhere; there this takes an index of its own.
- A trigram index on the folded texts, where the database is PostgreSQL and lets us have the extension.

A later migration that has SQLite make the table of videos anew must create the first of them again.
"""

import warnings

from django.db import DatabaseError, migrations, transaction

TABLES = ("twentythree_photo", "twentythree_album", "twentythree_livestream")


INDEXES = {
    "twentythree_photo_page": {
        "postgresql": "ON twentythree_photo USING hash (page_path) WHERE page_path <> ''",
        "mysql": "ON twentythree_photo (page_path(191))",
        "sqlite": "ON twentythree_photo (page_path)",
    },
    "twentythree_photo_newest": {
        "postgresql": "ON twentythree_photo (published_at DESC NULLS LAST, id DESC)",
    },
}


def create_indexes(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for name, definitions in INDEXES.items():
            if connection.vendor in definitions:
                cursor.execute(f"CREATE INDEX {name} {definitions[connection.vendor]}")


def drop_indexes(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        for name, definitions in INDEXES.items():
            if connection.vendor in definitions:
                of_table = " ON twentythree_photo" if connection.vendor == "mysql" else ""
                cursor.execute(f"DROP INDEX {name}{of_table}")


def create_search_indexes(apps, schema_editor):
    connection = schema_editor.connection
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for table in TABLES:
                cursor.execute(
                    f"CREATE INDEX IF NOT EXISTS {table}_search ON {table} USING gin (search_text gin_trgm_ops)"
                )
    except DatabaseError as error:
        # Not every database user may create extensions. Search works without, only slower.
        warnings.warn(
            f"The search of videos stays without an index, since the extension pg_trgm cannot be had ({error}). "
            "Have it created by the database's owner, then run: "
            "manage.py migrate twentythree 0001 && manage.py migrate twentythree",
            RuntimeWarning,
            stacklevel=2,
        )


def drop_search_indexes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP INDEX IF EXISTS {table}_search")


class Migration(migrations.Migration):
    dependencies = [("twentythree", "0001_initial")]

    operations = [
        migrations.RunPython(create_indexes, drop_indexes, elidable=False),
        migrations.RunPython(create_search_indexes, drop_search_indexes, elidable=False),
    ]
