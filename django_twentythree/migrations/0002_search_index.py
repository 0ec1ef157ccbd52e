"""A trigram index on the folded texts, where the database is PostgreSQL and lets us have the extension."""

import warnings

from django.db import DatabaseError, migrations, transaction

TABLES = ("twentythree_photo", "twentythree_album", "twentythree_livestream")


def create_indexes(apps, schema_editor):
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


def drop_indexes(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DROP INDEX IF EXISTS {table}_search")


class Migration(migrations.Migration):
    dependencies = [("twentythree", "0001_initial")]

    operations = [migrations.RunPython(create_indexes, drop_indexes, elidable=False)]
