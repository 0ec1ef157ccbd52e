"""Webhooks: the subscriptions to events, and the bodies that are delivered.

`album_add_photo` and `any_conversion` are the two events that the platform's documentation names. All others,
and what every delivery contains, are invented: neither is published.

Source: webhook reference, sections 2 to 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django_twentythree.testing.sandbox.encoding import as_json
from django_twentythree.testing.sandbox.outbox import Message, Outbox
from django_twentythree.testing.sandbox.wire import page_path, plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Set

    from django_twentythree.testing.sandbox.library import Library
    from django_twentythree.testing.sandbox.model import Album, Live, Photo, Wire

EVENTS: Final = (
    "album_add",
    "album_add_photo",
    "album_update",
    "any_conversion",
    "live_add",
    "live_end",
    "live_start",
    "live_update",
    "photo_add",
    "photo_encode",
    "photo_publish",
    "photo_unpublish",
    "photo_update",
)
_DESCRIPTION: Final = frozenset({"title", "description", "tags", "albums"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """One event, told to one address on behalf of one application."""

    webhook_id: int
    event: str
    target_url: str
    consumer: str

    def as_wire(self) -> Wire:
        """Return the subscription as `webhook/list` shows it."""
        return {"webhook_id": self.webhook_id, "event": self.event, "target_url": self.target_url}


class Webhooks:
    """The subscriptions of all applications, and what was delivered. Callers hold the lock of the sandbox."""

    def __init__(self) -> None:
        self.outbox = Outbox("webhooks")
        self._subscriptions: dict[int, Subscription] = {}
        self._last_id = 310

    def reset(self) -> None:
        """Forget all subscriptions and deliveries."""
        self._subscriptions.clear()
        self.outbox.reset()

    def subscribe(self, consumer: str, event: str, target_url: str) -> Subscription:
        """Add a subscription, whether or not there is the same one already."""
        self._last_id += 1
        made = Subscription(webhook_id=self._last_id, event=event, target_url=target_url, consumer=consumer)
        self._subscriptions[made.webhook_id] = made
        return made

    def end(self, subscription: Subscription) -> None:
        """Remove a subscription."""
        del self._subscriptions[subscription.webhook_id]

    def of(self, consumer: str) -> list[Subscription]:
        """Return what an application subscribed to; it sees nothing of the others."""
        return [each for each in self._subscriptions.values() if each.consumer == consumer]

    def all(self) -> list[Subscription]:
        """Return all subscriptions."""
        return list(self._subscriptions.values())

    def deliver(self, event: str, body: Wire) -> None:
        """Queue the delivery of an event to all that subscribed to it."""
        for each in self._subscriptions.values():
            if each.event == event:
                log_entry = {"event": event, "webhook_id": each.webhook_id}
                headers = {"Content-Type": "application/json"}
                self.outbox.send(Message(url=each.target_url, log_entry=log_entry, body=as_json(body), headers=headers))


def photo_events(photo: Photo, changes: Set[str]) -> Iterator[tuple[str, Wire]]:
    """Yield the events that changes of a photo amount to, with what is delivered."""
    body = photo_body(photo)
    if "upload" in changes:
        yield "photo_add", body
    if changes & _DESCRIPTION:
        yield "photo_update", body
    if "encoding" in changes and photo.is_encoded:
        yield "photo_encode", body
    if "publication" in changes:
        yield ("photo_publish" if photo.is_published else "photo_unpublish"), body
    if "albums" in changes and photo.album_ids:
        data = {"album_id": photo.album_ids[-1], "photo_id": photo.photo_id}
        yield "album_add_photo", {"event": "album_add_photo", "data": data}


def samples(library: Library, event: str) -> list[Wire]:
    """Return what deliveries of an event could look like, taken from the library; none while it is empty."""
    kind = event.partition("_")[0]
    if event == "album_add_photo":
        pairs = ((photo, album_id) for photo in library.photos.values() for album_id in photo.album_ids)
        return [{"album_id": album_id, **photo_body(photo)} for photo, album_id in pairs]
    if kind == "photo":
        return [photo_body(photo) for photo in library.photos.values()]
    if kind == "album":
        return [album_body(album) for album in library.albums.values()]
    if kind == "live":
        return [live_body(live) for live in library.lives.values()]
    return [{"event": event, "uuid": "3c6fb0a2-7d14-4e0e-9a55-0d9a1c6b8e21", "email": "member@example.org"}]


def photo_body(photo: Photo) -> dict[str, Any]:
    """Return what is delivered about a photo."""
    return {
        "photo_id": photo.photo_id,
        "title": photo.title,
        "token": photo.token,
        "one": page_path(photo),
        "published_p": photo.is_published,
        "video_p": photo.kind == "video",
        "video_encoded_p": photo.is_encoded,
        "album_id": photo.album_ids[0] if photo.album_ids else None,
        "all_albums": " ".join(map(str, photo.album_ids)),
        "live_id": photo.live_id,
        "content_text": plain_text(photo.content),
        "tags": list(photo.tags),
    }


def album_body(album: Album) -> dict[str, Any]:
    """Return what is delivered about an album."""
    return {
        "album_id": album.album_id,
        "title": album.title,
        "token": album.token,
        "hide_p": album.is_hidden,
        "content_text": plain_text(album.content),
    }


def live_body(live: Live) -> dict[str, Any]:
    """Return what is delivered about a live stream."""
    return {
        "live_id": live.live_id,
        "name": live.name,
        "token": live.token,
        "live_status": "live" if live.is_broadcasting else "upcoming",
        "streaming_p": live.is_streaming,
        "broadcasting_p": live.is_broadcasting,
    }
