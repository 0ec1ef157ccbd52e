"""Webhook subscriptions of this site: which there are, which are missing, and how to get from one to the other.

Only subscriptions whose address begins with that of this site's own notification door are ever touched: the
same credentials may serve others, such as Zapier.

Source: webhook reference, sections 2 (calls), 3 (events) and 6 (rules for subscribing).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, Self
from urllib.parse import quote, unquote, urlsplit

from django.urls import NoReverseMatch, reverse

from django_twentythree.api import Client, WebhookRecord, subscribe_webhook, unsubscribe_webhook
from django_twentythree.conf import get_settings, get_workspace_settings
from django_twentythree.exceptions import ConfigurationError, NotFoundError
from django_twentythree.masking import MASK

RECOMMENDED: Final = re.compile(r"photo|album|live", re.IGNORECASE)
"""Which events concern what is mirrored; by pattern, because the platform publishes no list of them."""
_PLACEHOLDER: Final = "-"


def is_recommended(event: str) -> bool:
    """Return whether an event seems to concern videos, categories or live streams."""
    return RECOMMENDED.search(event) is not None


@dataclass(frozen=True, slots=True)
class Door:
    """Where webhooks of one workspace reach this site.

    Attributes:
        alias: The workspace.
        prefix: How all addresses of the door begin; a secret and an event follow.
        secrets: Those accepted, the current one first; maybe none.
    """

    alias: str
    prefix: str
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, alias: str) -> Self:
        """Return the notification door of a workspace.

        Raises:
            ConfigurationError: `BASE_URL` is not set, or the package's URLs are not included.
        """
        base = get_settings().BASE_URL.rstrip("/")
        if not base:
            raise ConfigurationError(
                "TWENTYTHREE['BASE_URL'] is not set: write the public address of this site, such as"
                " 'https://www.example.com', so that TwentyThree can be told where to send webhooks."
            )
        path = _reverse(alias=alias, secret=_PLACEHOLDER)
        prefix = _normalize(base + path.removesuffix("/").removesuffix(_PLACEHOLDER))
        return cls(alias, prefix, get_workspace_settings(alias).notification_secrets)

    def get_address(self, event: str) -> str:
        """Return the address for an event, with the current secret in it.

        Raises:
            ConfigurationError: No secret is set, or the event does not fit into an address.
        """
        if not self.secrets:
            raise ConfigurationError(
                f"TWENTYTHREE['WORKSPACES']['{self.alias}']['NOTIFICATION_SECRETS'] is empty: set one, for example from"
                ' python -c "import secrets; print(secrets.token_urlsafe(32))".'
            )
        path = _reverse(alias=self.alias, secret=self.secrets[0], event=event)
        base = self.prefix.removesuffix(_reverse(alias=self.alias, secret=_PLACEHOLDER).removesuffix(f"{_PLACEHOLDER}/"))
        return base + path

    def leads_here(self, address: str) -> bool:
        """Return whether an address is one of this door, with whatever secret and event."""
        return _normalize(address).startswith(self.prefix)

    def is_current(self, webhook: WebhookRecord) -> bool:
        """Return whether a subscription leads here, with its own event and the current secret in the address."""
        return bool(self.secrets) and self._read(webhook.target_url) == (self.secrets[0], webhook.event)

    def is_accepted(self, webhook: WebhookRecord) -> bool:
        """Return whether the door opens for what a subscription sends."""
        found = self._read(webhook.target_url)
        return found is not None and found[0] in self.secrets

    def mask(self, address: str) -> str:
        """Return an address that may be shown: without secrets, and of those of others only the host.

        The address of somebody else's webhook is a secret as a whole: whoever knows it can call it.
        """
        if (found := self._read(address)) is None:
            return mask_foreign(address)
        return f"{self.prefix}{MASK}/" + (f"{found[1]}/" if found[1] else "")

    def strike_out(self, text: str) -> str:
        """Return a text without the secrets of the door."""
        spellings = {spelling for secret in self.secrets for spelling in (secret, quote(secret, safe=""))}
        for secret in sorted(spellings, key=len, reverse=True):
            text = text.replace(secret, MASK)
        return text

    def _read(self, address: str) -> tuple[str, str] | None:
        """Return secret and event of an address of this door; None for one of somebody else."""
        address = _normalize(address)
        if not address.startswith(self.prefix):
            return None
        rest = re.split(r"[?#]", address[len(self.prefix) :])[0]
        secret, _, event = rest.removesuffix("/").partition("/")
        return unquote(secret), unquote(event)


def mask_foreign(address: str) -> str:
    """Return scheme and host of an address, "…" when it has none."""
    try:
        parts = urlsplit(address)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{MASK}" if parts.netloc else MASK
    except ValueError:
        return MASK


@dataclass(frozen=True, slots=True)
class Change:
    """One step from the subscriptions that are there to those that should be.

    Attributes:
        kind: What to do.
        event: Of the subscription.
        because: Why, in words that follow a dash.
        webhook_id: Of the subscription to end; None for one to make.
    """

    kind: Literal["subscribe", "unsubscribe"]
    event: str
    because: str
    webhook_id: int | None = None


def plan_subscriptions(
    door: Door, present: Sequence[WebhookRecord], *, wanted: Iterable[str], offered: Iterable[str]
) -> list[Change]:
    """Return what is left to do until all wanted events lead here with the current secret.

    A subscription of this site with another secret, or with an address that does not fit its event, is replaced,
    also where its event is not among those wanted; so is one that is there twice. Otherwise nothing is taken
    away. New ones come first: while a secret is replaced, no event goes unheard.
    """
    kept: dict[str, WebhookRecord] = {}
    surplus: list[Change] = []
    for webhook in present:
        if not door.leads_here(webhook.target_url):
            continue
        if not door.is_current(webhook):
            surplus.append(Change("unsubscribe", webhook.event, "another secret in its address", webhook.remote_id))
        elif webhook.event in kept:
            surplus.append(Change("unsubscribe", webhook.event, "there twice", webhook.remote_id))
        else:
            kept[webhook.event] = webhook
    still_offered = set(offered)
    renewed = [change.event for change in surplus if change.event in still_offered]
    replaced = {change.event for change in surplus}
    missing = [event for event in dict.fromkeys([*wanted, *renewed]) if event not in kept]
    return [
        *(Change("subscribe", event, "with the current secret" if event in replaced else "new") for event in missing),
        *surplus,
    ]


def plan_end(door: Door, present: Sequence[WebhookRecord], *, events: Iterable[str] | None) -> list[Change]:
    """Return the end of this site's subscriptions to some events (None: to all), whatever their secret."""
    named = None if events is None else set(events)
    return [
        Change("unsubscribe", webhook.event, "no longer wanted", webhook.remote_id)
        for webhook in present
        if door.leads_here(webhook.target_url) and (named is None or webhook.event in named)
    ]


def carry_out(client: Client, door: Door, changes: Iterable[Change]) -> Iterator[Change]:
    """Do what is planned, and yield each change once it is done.

    Raises:
        APIError: A change failed. Those before it are done; a plan made anew goes on from there.
    """
    for change in changes:
        if change.webhook_id is None:
            subscribe_webhook(client, change.event, door.get_address(change.event))
        else:
            try:
                unsubscribe_webhook(client, change.webhook_id)
            except NotFoundError:
                pass  # ended by somebody else meanwhile
        yield change


def _reverse(**parts: str) -> str:
    try:
        return reverse("twentythree:notify", kwargs=parts)
    except NoReverseMatch as error:
        # Its own text holds the secret, so it must not be the cause either.
        told = f"for the event '{parts['event']}'" if "event" in parts else ""
        raise ConfigurationError(
            f"This site has no notification URL {told}: include django_twentythree.urls in your URLs."
        ) from None if error else None


def _normalize(address: str) -> str:
    """Return an address with scheme and host in lower case, as a server may give them back."""
    head, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{head.lower()}{separator}{host.lower()}{slash}{path}" if separator else address
