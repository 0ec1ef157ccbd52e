"""Webhook subscriptions, as version 2 of the API has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django_twentythree.api.exceptions import UnexpectedResponseError
from django_twentythree.api.wire import WireObject


@dataclass(frozen=True, slots=True)
class WebhookRecord:
    """One event that is told to one address. The address may hold a secret, so that `repr` leaves it out."""

    remote_id: int
    event: str
    target_url: str = field(repr=False)

    @classmethod
    def from_wire(cls, item: Mapping[str, Any]) -> Self:
        """Read one object of a `2/webhook/list` answer.

        Raises:
            UnexpectedResponseError: It has no readable `webhook_id`, no `event` or no `target_url`.

        Source: webhooks section 2.
        """
        wire = WireObject(item)
        remote_id = wire.remote_id("webhook_id", "2/webhook/list")
        event, target_url = wire.text("event"), wire.text("target_url")
        if not (event and target_url):
            raise UnexpectedResponseError("2/webhook/list", f"webhook {remote_id} has no event or no address")
        return cls(remote_id, event, target_url)
