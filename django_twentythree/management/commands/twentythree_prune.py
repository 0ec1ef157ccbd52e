"""`manage.py twentythree_prune`: delete what went missing long ago and nothing points at."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandParser

from django_twentythree.management.base import MirrorCommand
from django_twentythree.sync.pruning import AGE, PRUNED, find_prunable, prune

SHOWN = 20


class Command(MirrorCommand):
    """Lists, and with `--yes` deletes."""

    help = f"List, and with --yes delete, rows that have been gone for {AGE.days} days and that nothing points at."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="delete them")

    def handle(self, *args: Any, **options: Any) -> None:
        for model in PRUNED:
            name = str(model._meta.verbose_name_plural)
            if options["yes"]:
                self.stdout.write(f"{name}: {prune(model)} deleted")
                continue
            found = [row for batch in find_prunable(model) for row in batch]
            self.stdout.write(f"{name}: {len(found)} could be deleted")
            for row in found[:SHOWN]:
                self.stdout.write(f"  {row.remote_id} {row} (gone since {row.missing_since:%Y-%m-%d})")
            if len(found) > SHOWN:
                self.stdout.write(f"  and {len(found) - SHOWN} more")
        if not options["yes"]:
            self.stdout.write("Nothing was deleted; add --yes to do it.")
