"""`manage.py twentythree_webhooks`: which changes TwentyThree tells this site of."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.management.base import CommandError, CommandParser

from django_twentythree.api import Client, WebhookRecord
from django_twentythree.conf import DEFAULT_ALIAS, get_aliases, get_settings, get_workspace_settings
from django_twentythree.coordination.connections import connect
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.exceptions import ResponseError, TwentyThreeError
from django_twentythree.management.base import MirrorCommand
from django_twentythree.masking import mask_secrets
from django_twentythree.operations.webhooks import (
    Change,
    WebhookEndpoint,
    carry_out,
    is_recommended,
    mask_foreign,
    plan_end,
    plan_subscriptions,
    strike_secrets,
)
from django_twentythree.sync.session import Session


class Command(MirrorCommand):
    """Shows and manages the webhook subscriptions of this site, and leaves those of others alone."""

    help = "Show and manage the webhook subscriptions by which TwentyThree tells this site of changes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--workspace", default=DEFAULT_ALIAS, metavar="ALIAS", help="default: %(default)s")
        actions = parser.add_subparsers(dest="action", required=True)
        events = actions.add_parser("events", help="list the available events, and mark the recommended ones")
        sample = actions.add_parser("sample", help="show what TwentyThree sends for an event")
        sample.add_argument("event", help="a name from the list of events")
        present = actions.add_parser("list", help="list the subscriptions made with this workspace's credentials")
        subscribe = actions.add_parser("subscribe", help="subscribe to what is missing, renew what is outdated")
        subscribe.add_argument("events", nargs="*", metavar="event", help="default: the recommended ones")
        unsubscribe = actions.add_parser("unsubscribe", help="end subscriptions of this site")
        unsubscribe.add_argument("events", nargs="*", metavar="event", help="what to end")
        unsubscribe.add_argument("--all", action="store_true", help="end all subscriptions of this site")
        for action in (subscribe, unsubscribe):
            action.add_argument("--dry-run", action="store_true", help="only say what would be done")
        for action in (events, present):
            action.add_argument("--json", action="store_true", help="print JSON, and nothing else")
        for action in (events, sample, present, subscribe, unsubscribe):
            # Here too, so that the option may stand behind the action; without overwriting what stood before.
            action.add_argument("--workspace", default=argparse.SUPPRESS, metavar="ALIAS", help=argparse.SUPPRESS)

    def handle(self, *args: Any, **options: Any) -> None:
        alias = options["workspace"]
        if alias not in get_aliases():
            known = ", ".join(get_aliases()) or "none; set TWENTYTHREE['WORKSPACES']"
            raise CommandError(f"There is no workspace '{alias}' (configured: {known}).", returncode=2)
        if options["action"] == "unsubscribe" and options["all"] == bool(options["events"]):
            raise CommandError("Name the events to unsubscribe from, or say --all.", returncode=2)
        action = {
            "events": self._print_events,
            "sample": self._print_sample,
            "list": self._print_subscriptions,
            "subscribe": self._subscribe,
            "unsubscribe": self._unsubscribe,
        }[options["action"]]
        try:
            if options["action"] != "events" and get_workspace_settings(alias).is_anonymous:
                raise CommandError(
                    f"TWENTYTHREE['WORKSPACES']['{alias}'] has no credentials; webhooks need some of level 'write'."
                )
            with connect(alias) as client:
                action(client, alias, options)
        except TwentyThreeError as error:
            raise CommandError(strike_secrets(_describe(error), alias)) from error

    def _print_events(self, client: Client, alias: str, options: dict[str, Any]) -> None:
        events = client.fetch_webhook_events()
        if options["json"]:
            self._print_json([{"event": event, "recommended": is_recommended(event)} for event in events])
            return
        for event in events:
            self.stdout.write(f"{event:<32} recommended" if is_recommended(event) else event)
        if not events:
            self.stdout.write("TwentyThree offers no events.")

    def _print_sample(self, client: Client, alias: str, options: dict[str, Any]) -> None:
        self._print_json(mask_secrets(client.fetch_webhook_sample(options["event"])))

    def _print_subscriptions(self, client: Client, alias: str, options: dict[str, Any]) -> None:
        # Without a public address of this site, none of them can be told to be its own.
        endpoint = WebhookEndpoint.of(alias) if get_settings().BASE_URL else None
        webhooks = client.fetch_webhooks()
        if options["json"]:
            self._print_json([_as_json(webhook, endpoint) for webhook in webhooks])
            return
        for webhook in webhooks:
            place = "" if endpoint is None else _describe_place(webhook, endpoint)
            self.stdout.write(f"{webhook.remote_id:>8}  {webhook.event:<24} {_mask(webhook, endpoint)}{place}")
        if not webhooks:
            self.stdout.write("There are no subscriptions made with the credentials of this workspace.")
        elif endpoint is None:
            self.stdout.write("Which of them are of this site shows only with TWENTYTHREE['BASE_URL'] set.")

    def _subscribe(self, client: Client, alias: str, options: dict[str, Any]) -> None:
        endpoint = WebhookEndpoint.of(alias)
        endpoint.get_address("any")  # says what is missing in the settings before anything is asked
        # The address has this site's secret in it, which is for the site that is mirrored and for no other.
        Session.resume(client, get_or_create_workspace(alias)).ensure_confirmed()
        offered = client.fetch_webhook_events()
        wanted = options["events"] or [event for event in offered if is_recommended(event)]
        if unknown := [event for event in wanted if event not in offered]:
            raise CommandError(
                f"TwentyThree does not offer {', '.join(unknown)} (offered: {', '.join(offered) or 'nothing'}).",
                returncode=2,
            )
        present = client.fetch_webhooks()
        changes = plan_subscriptions(endpoint, present, wanted=wanted, offered=offered)
        if not wanted and not changes:
            raise CommandError("TwentyThree offers no event about videos, categories or live streams; name others.")
        self._change(client, endpoint, changes, is_dry=options["dry_run"])
        if not changes:
            self.stdout.write(f"Nothing to do: already subscribed to {', '.join(wanted)}.")

    def _unsubscribe(self, client: Client, alias: str, options: dict[str, Any]) -> None:
        endpoint = WebhookEndpoint.of(alias)
        changes = plan_end(endpoint, client.fetch_webhooks(), events=None if options["all"] else options["events"])
        self._change(client, endpoint, changes, is_dry=options["dry_run"])
        if not changes:
            self.stdout.write("Nothing to do: this site has no such subscription.")

    def _change(self, client: Client, endpoint: WebhookEndpoint, changes: Sequence[Change], *, is_dry: bool) -> None:
        done: Iterable[Change] = changes if is_dry else carry_out(client, endpoint, changes)
        for change in done:
            verb = "subscribe" if change.webhook_id is None else "unsubscribe"
            what = f"would {verb}" if is_dry else f"{verb}d"
            number = "" if change.webhook_id is None else f" (number {change.webhook_id})"
            self.stdout.write(f"{what}: {change.event}{number}, {change.reason}")

    def _print_json(self, value: Any) -> None:
        self.stdout.write(json.dumps(value, indent=2, ensure_ascii=False))


def _mask(webhook: WebhookRecord, endpoint: WebhookEndpoint | None) -> str:
    return endpoint.mask(webhook.target_url) if endpoint else mask_foreign(webhook.target_url)


def _describe_place(webhook: WebhookRecord, endpoint: WebhookEndpoint) -> str:
    if not endpoint.leads_here(webhook):
        return "  (elsewhere)"
    return "  (this site)" if endpoint.is_current(webhook) else "  (this site, outdated: subscribe replaces it)"


def _as_json(webhook: WebhookRecord, endpoint: WebhookEndpoint | None) -> dict[str, Any]:
    return {
        "webhook_id": webhook.remote_id,
        "event": webhook.event,
        "target_url": _mask(webhook, endpoint),
        "is_own": None if endpoint is None else endpoint.leads_here(webhook),
        "is_current": None if endpoint is None else endpoint.is_current(webhook),
    }


def _describe(error: TwentyThreeError) -> str:
    """Return an error in one line, with what to do about it."""
    words = " ".join(str(error).split())
    if isinstance(error, ResponseError) and error.code == "feature_not_available":
        return f"{words} Webhooks are not part of this TwentyThree site; pingbacks and the schedule work without them."
    return words
