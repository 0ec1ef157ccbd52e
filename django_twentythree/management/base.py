"""What the package's commands have in common: trouble with the settings is one line, too."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.checks import run_checks
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError


class MirrorCommand(BaseCommand):
    """A command that looks at this package's settings alone, and says what is wrong with them in one line.

    Django would print every check of the project, over many lines, and its warnings before each success.
    """

    requires_system_checks = ()

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        parser = super().create_parser(prog_name, subcommand, **kwargs)
        # Django offers it only with commands that name checks for it to run.
        parser.add_argument("--skip-checks", action="store_true", help="Skip system checks.")
        return parser

    def execute(self, *args: Any, **options: Any) -> str | None:
        if not options.get("skip_checks"):
            found = run_checks(tags=["twentythree"])
            wrong = [error for error in found if error.is_serious() and not error.is_silenced()]
            if wrong:
                raise CommandError(" ".join(f"{each.msg} {each.hint or ''} ({each.id})" for each in wrong))
        try:
            return super().execute(*args, **options)
        except DatabaseError as error:
            reason = str(error).partition("\n")[0]
            raise CommandError(f"The database failed ({reason}). Has manage.py migrate been run?") from error


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """Have SIGTERM, by which deployments stop processes, end a block as Ctrl-C does: leases are given up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, former)
