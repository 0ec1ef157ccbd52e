"""`manage.py twentythree_sandbox`: the platform to try things on, on this machine."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from django_twentythree.testing.extra import MissingExtraError, require_testing_extra
from django_twentythree.testing.sandbox.options import Options, add_arguments

if TYPE_CHECKING:
    from argparse import ArgumentParser


class Command(BaseCommand):
    """Runs the sandbox platform until Ctrl-C."""

    help = "Runs a small TwentyThree platform with invented videos; this machine only, unless told otherwise."
    # The sandbox asks nothing of the project: not even sound settings.
    requires_system_checks: tuple[str, ...] = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options that `python -m django_twentythree.testing` has, too."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve until interrupted.

        Raises:
            CommandError: The extra is not installed, or the address cannot be listened on.
        """
        try:
            require_testing_extra()
            from django_twentythree.testing.demo.run import run
            from django_twentythree.testing.sandbox.server import ListenError
        except MissingExtraError as error:
            raise CommandError(str(error)) from error
        try:
            run(Options.from_arguments(options), sys.stdout)
        except ListenError as error:
            raise CommandError(str(error)) from error
