"""Webhook subscriptions of this site: which should be there, which are, and how to get from one to the other.

Only subscriptions whose address begins with that of this site's own notification door are ever touched: the
same credentials may serve others, such as Zapier.

Source: webhook reference, sections 2 (calls), 3 (events) and 6 (rules for subscribing).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from django_twentythree.api import Client, WebhookRecord, subscribe_webhook, unsubscribe_webhook
from django_twentythree.exceptions import NotFoundError
from django_twentythree.sync.door import Door

_RECOMMENDED: Final = re.compile(r"photo|album|live", re.IGNORECASE)


def is_recommended(event: str) -> bool:
    """Return whether an event seems to concern videos, categories or live streams.

    By the words in its name, since the platform publishes no list of its events.
    """
    return _RECOMMENDED.search(event) is not None


@dataclass(frozen=True, slots=True)
class Change:
    """One step towards the subscriptions that should be there.

    Attributes:
        event: What the subscription is to.
        reason: Why, in a few words.
        webhook_id: The subscription to end; None: one is to be made.
    """

    event: str
    reason: str
    webhook_id: int | None = None


def plan_subscriptions(
    door: Door, present: Sequence[WebhookRecord], *, wanted: Iterable[str], offered: Iterable[str]
) -> list[Change]:
    """Return what is left to do until all wanted events lead here by the current secret.

    A subscription of this site with another secret, or with an address that does not fit its event, is replaced,
    whether or not its event is among those wanted; one that is there twice is ended once. Nothing else is taken
    away. New ones come first, so that no event goes unheard while a secret is replaced.
    """
    kept: set[str] = set()
    surplus: list[Change] = []
    for webhook in present:
        if not door.leads_here(webhook):
            continue
        if not door.is_current(webhook):
            surplus.append(Change(webhook.event, "its address is outdated", webhook.remote_id))
        elif webhook.event in kept:
            surplus.append(Change(webhook.event, "it is there twice", webhook.remote_id))
        else:
            kept.add(webhook.event)
    still_offered = set(offered)
    renewed = [change.event for change in surplus if change.event in still_offered]
    missing = [event for event in dict.fromkeys([*wanted, *renewed]) if event not in kept]
    return [
        *(Change(event, "replaces an outdated one" if event in renewed else "new") for event in missing),
        *surplus,
    ]


def plan_end(door: Door, present: Sequence[WebhookRecord], *, events: Iterable[str] | None) -> list[Change]:
    """Return the end of this site's subscriptions to some events (None: to all), whatever their secret."""
    named = None if events is None else set(events)
    return [
        Change(webhook.event, "as asked for", webhook.remote_id)
        for webhook in present
        if door.leads_here(webhook) and (named is None or webhook.event in named)
    ]


def carry_out(client: Client, door: Door, changes: Iterable[Change]) -> Iterator[Change]:
    """Do what is planned, and yield each change once it is done.

    Raises:
        APIError: A change failed. Those before it are done; a plan made anew goes on from there.
        ConfigurationError: No secret is set.
    """
    for change in changes:
        if change.webhook_id is None:
            subscribe_webhook(client, change.event, door.get_address(change.event))
        else:
            with suppress(NotFoundError):  # ended by somebody else meanwhile
                unsubscribe_webhook(client, change.webhook_id)
        yield change
