"""`manage.py twentythree_workspace`: move mirrored rows when a domain, an alias or a site changes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError, CommandParser

from django_twentythree.management.base import MirrorCommand
from django_twentythree.models import Workspace
from django_twentythree.operations.workspaces import MoveError, describe_rows, plan_adoption, plan_renaming


class Command(MirrorCommand):
    """Says what it would do, and does it with `--yes`."""

    help = "After a change of domain, alias or site: move the rows to the right workspace."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        adopt = actions.add_parser("adopt", help="let NEW take over the rows that were mirrored as OLD")
        rename = actions.add_parser("rename", help="put the rows of OLD aside under the alias NEW")
        for action in (adopt, rename):
            action.add_argument("old", help="alias of the rows as they are")
            action.add_argument("new", help="alias they should have")
            action.add_argument("--yes", action="store_true", help="do it")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = plan_adoption if options["action"] == "adopt" else plan_renaming
        try:
            move = plan(options["old"], options["new"])
        except MoveError as error:
            raise CommandError(str(error)) from error
        if not options["yes"]:
            self.stdout.write(f"Would do: {move}\nNothing was changed; add --yes to do it.")
            return
        move.carry_out()
        workspace = Workspace.objects.get(alias=options["new"])
        self.stdout.write(f"Done: '{workspace.alias}' has {describe_rows(workspace)}.")
