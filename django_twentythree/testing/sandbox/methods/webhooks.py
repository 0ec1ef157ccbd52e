"""2/webhook/events, 2/webhook/sample, 2/webhook/list, 2/webhook/subscribe, 2/webhook/unsubscribe.

Source: webhook reference, section 2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django_twentythree.testing.sandbox.calls import Answer, method
from django_twentythree.testing.sandbox.refusals import Refusal, invalid_input
from django_twentythree.testing.sandbox.webhooks import EVENTS, samples

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.calls import Call

SAMPLES: Final = 10


@method("2/webhook/events", level="anonymous", verb="GET")
def list_events(call: Call) -> Answer:
    """The events to subscribe to; `test_authentication_p` only tests whether the client may."""
    if call.flag("test_authentication_p"):
        call.require("write")
    return Answer(payload={"data": [{"event": event} for event in EVENTS]})


@method("2/webhook/sample", level="write", verb="GET")
def list_samples(call: Call) -> Answer:
    """Sample deliveries of an event."""
    found = samples(call.site.library, _needed_event(call))
    return Answer(payload={"data": found[:SAMPLES], "p": 1, "size": SAMPLES, "total_count": len(found)})


@method("2/webhook/list", level="write", verb="GET")
def list_webhooks(call: Call) -> Answer:
    """The subscriptions of the application that asks."""
    rows = [subscription.as_wire() for subscription in call.site.webhooks.of(call.consumer)]
    return Answer(payload={"data": rows, "size": len(rows), "total_count": len(rows)})


@method("2/webhook/subscribe", level="write", verb="POST")
def subscribe(call: Call) -> Answer:
    """Have an address told of an event."""
    target_url = call.needed("target_url")
    if not target_url.lower().startswith(("https://", "http://")):
        raise invalid_input("The parameter target_url must be a URL")
    subscription = call.site.webhooks.subscribe(call.consumer, _needed_event(call), target_url)
    return Answer(payload={"data": subscription.as_wire()}, message="The webhook was subscribed")


@method("2/webhook/unsubscribe", level="write", verb="POST")
def unsubscribe(call: Call) -> Answer:
    """End one subscription, or all that lead to an address."""
    webhook_id, target_url = call.number("webhook_id"), call.text("target_url")
    if webhook_id is None and not target_url:
        raise invalid_input("The parameter webhook_id or target_url is required")
    found = [
        each
        for each in call.site.webhooks.of(call.consumer)
        if (each.target_url == target_url if webhook_id is None else each.webhook_id == webhook_id)
    ]
    if not found:
        raise Refusal("no_such_object", "The object could not be found")
    for each in found:
        call.site.webhooks.end(each)
    return Answer(payload={"data": {}}, message="The webhook was unsubscribed")


def _needed_event(call: Call) -> str:
    event = call.needed("event")
    if event not in EVENTS:
        raise invalid_input("There is no event with this name")
    return event
