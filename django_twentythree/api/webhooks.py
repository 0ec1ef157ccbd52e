"""The platform's webhook subscriptions: a first corner of version 2, called with the same credentials.

A subscription belongs to the credentials that made it; others do not see it. One subscription is one event and
one address, and there is no call that changes it.

Source: webhooks section 2 (calls), section 3 (events are data: their list is not published).
"""

from __future__ import annotations

from typing import Any

from django_twentythree.api.base_client import BaseClient
from django_twentythree.api.exceptions import UnexpectedResponseError
from django_twentythree.api.records import WebhookRecord
from django_twentythree.api.redaction import forgets_variables
from django_twentythree.api.responses import Response
from django_twentythree.api.wire import read_integer


class WebhookMethods(BaseClient):
    """The methods about webhook subscriptions."""

    @forgets_variables
    def fetch_webhook_events(self) -> tuple[str, ...]:
        """Return the names of the events that the platform offers, each once.

        Raises:
            APIError: There was no usable answer.
        """
        method = "2/webhook/events"
        names = [item.get("event") for item in _objects(self.fetch(method), method)]
        return tuple(dict.fromkeys(name for name in names if isinstance(name, str) and name))

    @forgets_variables
    def fetch_webhook_sample(self, event: str) -> list[dict[str, Any]]:
        """Return the platform's examples of what it sends for an event; their shape is documented nowhere.

        Raises:
            APIError: There was no usable answer, or the event is unknown.
        """
        method = "2/webhook/sample"
        return _objects(self.fetch(method, event=event), method)

    @forgets_variables
    def fetch_webhooks(self) -> tuple[WebhookRecord, ...]:
        """Return the subscriptions that were made with this client's credentials.

        Raises:
            APIError: There was no usable answer. One object that cannot be read, or that is announced and does not
                come, is enough: a list that lacks one would have it subscribed a second time.
        """
        method = "2/webhook/list"
        answer = self.fetch(method)
        items = _objects(answer, method)
        announced = read_integer(answer.envelope.get("total_count")) or 0
        if len(items) < announced:
            raise UnexpectedResponseError(method, f"{announced} subscriptions are announced, but {len(items)} came")
        return tuple(WebhookRecord.from_wire(item) for item in items)

    @forgets_variables
    def subscribe_webhook(self, event: str, target_url: str) -> None:
        """Have the platform tell an address of an event. Doing so twice may well make two subscriptions.

        Raises:
            APIError: There was no usable answer, or it was no; `TransportError.may_have_arrived` tells whether
                there may be a subscription nevertheless.
        """
        self.fetch("2/webhook/subscribe", event=event, target_url=target_url)

    def unsubscribe_webhook(self, webhook_id: int) -> None:
        """End one subscription.

        Raises:
            NotFoundError: There is none of this number any more.
            APIError: There was no usable answer, or it was no.
        """
        self.fetch("2/webhook/unsubscribe", webhook_id=webhook_id)


def _objects(answer: Response, method: str) -> list[dict[str, Any]]:
    """Return the objects of an answer; a bare one counts as a list of one.

    Source: v2 section 4 (the result is under `data`; a bare object occurs where a list is expected).
    """
    data = answer.envelope.get("data")
    if isinstance(data, dict):
        return [data] if data else []
    if not isinstance(data, list) or not all(isinstance(item, dict) for item in data):
        raise UnexpectedResponseError(method, "the answer has no list of objects under 'data'")
    return data
