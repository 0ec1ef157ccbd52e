"""Webhook subscriptions of this site: which should be there, which are, and how to get from one to the other.

Only subscriptions whose address begins with that of this site's own notification endpoint are ever touched: the
same credentials may serve others, such as Zapier.

Source: webhook reference, sections 2 (calls), 3 (events) and 6 (rules for subscribing).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final, Self
from urllib.parse import quote, unquote, urlsplit

from django.urls import NoReverseMatch, reverse

from django_twentythree.api import Client, WebhookRecord
from django_twentythree.api.redaction import forgets_variables
from django_twentythree.conf import get_settings, get_workspace_settings
from django_twentythree.exceptions import ConfigurationError, NotFoundError
from django_twentythree.masking import MASK

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
    endpoint: WebhookEndpoint, present: Sequence[WebhookRecord], *, wanted: Iterable[str], offered: Iterable[str]
) -> list[Change]:
    """Return what is left to do until all wanted events lead here by the current secret.

    A subscription of this site with another secret, or with an address that does not fit its event, is replaced,
    whether or not its event is among those wanted; one that is there twice is ended once. Nothing else is taken
    away. New ones come first, so that no event goes unheard while a secret is replaced.
    """
    kept: set[str] = set()
    surplus: list[Change] = []
    for webhook in present:
        if not endpoint.leads_here(webhook):
            continue
        if not endpoint.is_current(webhook):
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


def plan_end(
    endpoint: WebhookEndpoint, present: Sequence[WebhookRecord], *, events: Iterable[str] | None
) -> list[Change]:
    """Return the end of this site's subscriptions to some events (None: to all), whatever their secret."""
    named = None if events is None else set(events)
    return [
        Change(webhook.event, "as asked for", webhook.remote_id)
        for webhook in present
        if endpoint.leads_here(webhook) and (named is None or webhook.event in named)
    ]


def carry_out(client: Client, endpoint: WebhookEndpoint, changes: Iterable[Change]) -> Iterator[Change]:
    """Do what is planned, and yield each change once it is done.

    Raises:
        APIError: A change failed. Those before it are done; a plan made anew goes on from there.
        ConfigurationError: No secret is set.
    """
    for change in changes:
        if change.webhook_id is None:
            client.subscribe_webhook(change.event, endpoint.get_address(change.event))
        else:
            with suppress(NotFoundError):  # ended by somebody else meanwhile
                client.unsubscribe_webhook(change.webhook_id)
        yield change


_PLACEHOLDER: Final = "-"


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """This site's notification endpoint for one workspace.

    Attributes:
        alias: The workspace.
        base_url: Scheme and host of this site, without a slash at the end.
        prefix: How all addresses of the endpoint begin; a secret and an event follow.
        secrets: Those accepted, the current one first; maybe none.
    """

    alias: str
    base_url: str
    prefix: str
    secrets: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, alias: str) -> Self:
        """Return the endpoint of a workspace.

        Raises:
            ConfigurationError: `BASE_URL` is not set, or the package's URLs are not included.
        """
        base_url = _normalize(get_settings().BASE_URL.strip().rstrip("/"))
        if not base_url:
            raise ConfigurationError(
                "TWENTYTHREE['BASE_URL'] is not set: write the public address of this site, such as"
                " 'https://www.example.com', so that TwentyThree can be told where to send webhooks."
            )
        path = _reverse(alias=alias, secret=_PLACEHOLDER).removesuffix(f"{_PLACEHOLDER}/")
        return cls(alias, base_url, base_url + path, get_workspace_settings(alias).notification_secrets)

    def get_address(self, event: str) -> str:
        """Return the address for an event, with the current secret in it.

        Raises:
            ConfigurationError: No secret is set, or the event does not fit into an address.
        """
        if not self.secrets:
            raise ConfigurationError(
                f"TWENTYTHREE['WORKSPACES']['{self.alias}'] has no NOTIFICATION_SECRETS: set one, for example from"
                ' python -c "import secrets; print(secrets.token_urlsafe(32))".'
            )
        return self.base_url + _reverse(alias=self.alias, secret=self.secrets[0], event=event)

    def leads_here(self, webhook: WebhookRecord) -> bool:
        """Return whether a subscription has an address of this endpoint, with whatever secret and event."""
        return self._read(webhook.target_url) is not None

    def is_current(self, webhook: WebhookRecord) -> bool:
        """Return whether a subscription's address is that of its event, with the current secret."""
        return bool(self.secrets) and self._read(webhook.target_url) == (self.secrets[0], webhook.event)

    def mask(self, address: str) -> str:
        """Return an address as it may be shown: without a secret; of those of others the host alone."""
        found = self._read(address)
        if found is None:
            return mask_foreign(address)
        return f"{self.prefix}{MASK}/" + (f"{found[1]}/" if found[1] else "")

    def _read(self, address: str) -> tuple[str, str] | None:
        """Return secret and event of an address of this endpoint; None for one of somebody else."""
        address = _normalize(address)
        if not address.startswith(self.prefix):
            return None
        path = re.split(r"[?#]", address[len(self.prefix) :], maxsplit=1)[0]
        secret, _, event = path.removesuffix("/").partition("/")
        return unquote(secret), unquote(event)


def mask_foreign(address: str) -> str:
    """Return the scheme and host of an address; whoever knows all of somebody's webhook address can call it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return MASK
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/{MASK}" if parts.netloc else MASK


def strike_secrets(text: str, alias: str) -> str:
    """Return a text, such as an error of the platform, without the notification secrets of a workspace."""
    secrets = get_workspace_settings(alias).notification_secrets
    spellings = {spelling for secret in secrets for spelling in (secret, quote(secret, safe=""))}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, MASK)
    return text


@forgets_variables
def _reverse(**parts: str) -> str:
    try:
        return reverse("twentythree:notify", kwargs=parts)
    except NoReverseMatch:
        told = f" for the event '{parts['event']}'" if "event" in parts else ""
    # Raised out of the handler: the text of the failure has the secret, so it must not even be the context.
    raise ConfigurationError(f"This site has no notification URL{told}: include django_twentythree.urls in your URLs.")


def _normalize(address: str) -> str:
    """Return an address with scheme and host in lower case, as a server may give them back."""
    scheme, separator, rest = address.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme.lower()}{separator}{host.lower()}{slash}{path}"
