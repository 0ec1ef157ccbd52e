"""`manage.py twentythree_status`: how the mirror is doing, and where notifications are to be sent."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder
from django.urls import NoReverseMatch, reverse
from django.utils.timezone import localtime

from django_twentythree.conf import get_settings, get_workspace_settings
from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.management.base import MirrorCommand
from django_twentythree.masking import MASK
from django_twentythree.models import Workspace
from django_twentythree.operations.status import (
    InboxStatus,
    ResourceStatus,
    WorkspaceStatus,
    find_abandoned,
    get_status,
)

NOTHING_CONFIGURED = "No workspace is configured: set TWENTYTHREE['WORKSPACES'] (or TWENTYTHREE_DOMAIN)."


CAUSES: dict[str, str] = {
    Workspace.State.UNREACHABLE: "TwentyThree could not be asked",
    Workspace.State.REFUSED: "the credentials are refused",
    Workspace.State.MISMATCHED: "another site answers",
}


class Command(MirrorCommand):
    """Prints freshness, last runs and the inbox of every workspace, from rows alone."""

    help = "Show how the mirror is doing. Asks the database only, so it works while TwentyThree is away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print it as JSON, and nothing else")
        parser.add_argument(
            "--check",
            action="store_true",
            help="exit with 1 for stale data, refused credentials, another site, or an inbox that nobody empties",
        )
        parser.add_argument(
            "--show-secrets",
            action="store_true",
            help="print the notification URL as it is to be pasted, with its secret",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            workspaces = get_status()
        except TwentyThreeError as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            facts = {
                each.alias: {**asdict(each), "problems": each.problems, "warnings": each.warnings}
                for each in workspaces
            }
            if options["show_secrets"]:
                for alias, found in facts.items():
                    found["notification_url"] = _get_notification_url(alias, show_secret=True)
            self.stdout.write(json.dumps(facts, cls=DjangoJSONEncoder))
        else:
            if not workspaces:
                self.stdout.write(NOTHING_CONFIGURED)
            for workspace in workspaces:
                self._print(workspace, show_secrets=options["show_secrets"])
        problems = [f"{each.alias}: {problem}" for each in workspaces for problem in each.problems]
        if not workspaces:  # in order where nothing was ever mirrored; a deployment that lost its settings is not
            problems = [f"{NOTHING_CONFIGURED} The rows of '{alias}' grow old." for alias in find_abandoned()]
        if options["check"] and problems:
            raise CommandError(" ".join(problems))

    def _print(self, workspace: WorkspaceStatus, *, show_secrets: bool) -> None:
        level = f", level {workspace.permission_level}" if workspace.permission_level else ""
        self.stdout.write(f"{workspace.alias} ({workspace.domain}): {workspace.state}{level}")
        if pause := _describe_pause(workspace):
            self.stdout.write(f"  {pause}")
        for resource in workspace.resources:
            self.stdout.write(f"  {resource.resource:<12} {_describe_resource(resource, workspace.reason)}")
        self.stdout.write(f"  {'inbox':<12} {_describe_inbox(workspace.inbox)}")
        self.stdout.write(
            f"  {'notify URL':<12} {_describe_notification_url(workspace.alias, show_secret=show_secrets)}"
        )
        for problem in workspace.problems:
            self.stdout.write(self.style.ERROR(f"  ! {problem}"))
        for warning in workspace.warnings:
            self.stdout.write(self.style.WARNING(f"  ? {warning}"))


def _describe_pause(workspace: WorkspaceStatus) -> str:
    """Return until when the workspace is left alone, why, and how to try at once; "" when it is not."""
    until = f"{localtime(workspace.retry_at):%Y-%m-%d %H:%M}" if workspace.retry_at else ""
    if workspace.state not in CAUSES:
        return f"paused until {until}, because TwentyThree asked for a pause" if until else ""
    words = f"paused until {until}" if until else "is tried again within a minute"
    return f"{words}, because {CAUSES[workspace.state]}; to try now, run manage.py twentythree_sync"


def _describe_resource(resource: ResourceStatus, reason: str) -> str:
    if not resource.state:
        return "never synced"
    words = resource.state.replace("_", " ")
    if resource.succeeded_at:
        words += f", data from {localtime(resource.succeeded_at):%Y-%m-%d %H:%M}"
    if resource.is_stale:
        words += ", STALE"
    # What troubles the whole workspace is told once, below.
    return f"{words} - {resource.error}" if resource.error and resource.error != reason else words


def _describe_inbox(inbox: InboxStatus) -> str:
    last = f"the last came {localtime(inbox.last_received_at):%Y-%m-%d %H:%M}" if inbox.last_received_at else "none yet"
    return f"{inbox.pending} pending, {inbox.failed} failed, {last}"


def _describe_notification_url(alias: str, *, show_secret: bool) -> str:
    url = _get_notification_url(alias, show_secret=show_secret)
    if not url:
        if not get_workspace_settings(alias).notification_secrets:
            return "none: set NOTIFICATION_SECRETS to receive pingbacks"
        return "none: include django_twentythree.urls in your URLs"
    place = "paste it on the platform, Settings → API & Applications, as Pingback URL of the application"
    hint = "" if show_secret else f"{'':<15}(manage.py twentythree_status --show-secrets prints it with its secret)\n"
    return f"{url}\n{hint}{'':<15}({place})"


def _get_notification_url(alias: str, *, show_secret: bool) -> str:
    """Return where TwentyThree is to send notices, its secret masked unless asked for; "" for nowhere."""
    secrets = get_workspace_settings(alias).notification_secrets
    if not secrets:
        return ""
    try:
        # A slug in its place: a mask would be percent-encoded.
        path = reverse("twentythree:notify", kwargs={"alias": alias, "secret": secrets[0] if show_secret else "-"})
    except NoReverseMatch:
        return ""
    base = get_settings().BASE_URL.rstrip("/") or "https://<this site>"
    return base + (path if show_secret else f"{path.removesuffix('-/')}{MASK}/")
