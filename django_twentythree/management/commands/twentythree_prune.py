"""`manage.py twentythree_prune`: delete what went missing long ago and nothing points at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser

from django_twentythree.management.base import MirrorCommand
from django_twentythree.models import Mirrored
from django_twentythree.operations.pruning import AGE, PRUNED, inspect, prune
from django_twentythree.references import Usages

SHOWN = 20


class Command(MirrorCommand):
    """Lists, and with `--yes` deletes."""

    help = f"List, and with --yes delete, rows that have been gone for {AGE.days} days and that nothing points at."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--yes", action="store_true", help="delete them")

    def handle(self, *args: Any, **options: Any) -> None:
        work = self._delete if options["yes"] else self._list
        failed = sorted({path for model in PRUNED for path in work(model)})
        if failed:
            raise CommandError(
                f"REFERENCE_FINDERS: {', '.join(failed)} failed, see the log. What it was asked about counts as used."
            )
        if not options["yes"]:
            self.stdout.write("Nothing was deleted; add --yes to do it.")

    def _delete(self, model: type[Mirrored]) -> frozenset[str]:
        done = prune(model)
        kept = f", {done.kept} kept" if done.kept else ""
        self.stdout.write(f"{model._meta.verbose_name_plural}: {done.deleted} deleted{kept}")
        return done.failed

    def _list(self, model: type[Mirrored]) -> frozenset[str]:
        free: list[str] = []
        kept: list[str] = []
        failed: frozenset[str] = frozenset()
        for batch in inspect(model):
            free += [_describe(row) for row in batch.free]
            kept += [f"{_describe(row)}: {_describe_usages(batch.usages[row.pk])}" for row in batch.kept]
            failed |= batch.failed
        self._print(f"{model._meta.verbose_name_plural}: {len(free)} could be deleted", free)
        if kept:
            self._print(f"{model._meta.verbose_name_plural}: {len(kept)} are gone as long, but needed", kept)
        return failed

    def _print(self, title: str, lines: Sequence[str]) -> None:
        more = [f"and {len(lines) - SHOWN} more"] if len(lines) > SHOWN else []
        self.stdout.write("\n  ".join([title, *lines[:SHOWN], *more]))


def _describe(row: Any) -> str:
    return f"{row.remote_id} {row} (gone since {row.missing_since:%Y-%m-%d})"


def _describe_usages(usages: Usages) -> str:
    if usages:
        return ", ".join([*(usage.label for usage in usages), *([f"{usages.more} more"] if usages.more else [])])
    return f"{', '.join(usages.failed)} failed" if usages.failed else "other rows of the mirror need it"
