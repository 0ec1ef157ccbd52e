"""One sandbox site: its library, its settings, and the machinery around them."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django_twentythree.testing.sandbox import wire
from django_twentythree.testing.sandbox.answercache import AnswerCache
from django_twentythree.testing.sandbox.editing import forget_overrides
from django_twentythree.testing.sandbox.faults import FaultQueue
from django_twentythree.testing.sandbox.library import Library
from django_twentythree.testing.sandbox.photowire import photo_wire
from django_twentythree.testing.sandbox.pingbacks import Pingbacks
from django_twentythree.testing.sandbox.queries import Orders
from django_twentythree.testing.sandbox.requestlog import RequestLog
from django_twentythree.testing.sandbox.scenery import Scenery
from django_twentythree.testing.sandbox.signatures import Signatures
from django_twentythree.testing.sandbox.uploadtokens import UploadTokens
from django_twentythree.testing.sandbox.webhooks import Webhooks, album_body, live_body, photo_events

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.model import Album, Live, Photo, Wire
    from django_twentythree.testing.sandbox.options import Options

SITE_ID: Final = "8123450"
SITE_NAME: Final = "Lindvig TV"
SITE_KEY: Final = "lindvig"


@dataclass(slots=True)
class Settings:
    """The settings that can be changed while the sandbox runs."""

    is_closed: bool
    latency_ms: int
    cache_seconds: int
    encoding_seconds: float
    site_id: str = SITE_ID
    site_name: str = SITE_NAME
    has_text_numbers: bool = False
    """Version 2 writes numbers as texts, as it was seen to."""
    concealed_code: str = ""
    """The error code, one of `CONCEALED_CODES`, of calls below `read` that ask by id for an unpublished, hidden or
    private object; empty: they are not refused, and get an empty list as a rule."""
    has_cors: bool = True
    """Pages of other sites may send uploads by script, and so show their progress."""
    max_upload_bytes: int = 0
    """Larger files are refused; 0: none is."""
    upload_bytes_per_second: int = 0
    """The rate at which uploads are received; 0: as fast as they come."""
    upload_breaks_after_bytes: int = 0
    """Uploads break off after so many bytes; 0: never."""


class Site:
    """The state of one sandbox process. `lock` guards the library and is held while an answer is made."""

    def __init__(self, options: Options, scenery: Scenery | None = None) -> None:
        self.options = options
        self.scenery = scenery or Scenery()
        self.lock = threading.RLock()
        self.library = Library()
        self.settings = self._initial_settings()
        self.orders = Orders()
        self.signatures = Signatures()
        self.faults = FaultQueue()
        self.requests = RequestLog()
        self.pingbacks = Pingbacks(options.pingback_url)
        self.webhooks = Webhooks()
        self.cache = AnswerCache()
        self.upload_tokens = UploadTokens()
        if options.photos:
            self.fill(options.photos)

    def _initial_settings(self) -> Settings:
        given = self.options
        return Settings(
            is_closed=given.closed,
            latency_ms=given.latency_ms,
            cache_seconds=given.cache_seconds,
            encoding_seconds=given.encoding_seconds,
        )

    def reset(self) -> None:
        """Return to an empty library and the settings of the start."""
        with self.lock:
            version = self.library.version
            # The version goes on, so that no order or answer kept for the old library fits the new one.
            self.library = Library(version=version + 1)
            self.settings = self._initial_settings()
            self.signatures.restore()
            self.faults.clear()
            self.requests = RequestLog()
            self.pingbacks.reset(self.options.pingback_url)
            self.webhooks.reset()
            self.cache.clear()
            self.upload_tokens.clear()

    def fill(self, photos: int) -> None:
        """Add this many invented videos, and what belongs to them."""
        with self.lock:
            self.scenery.fill(self.library, photos, self.options.seed)

    def announce(self, photo: Photo, changes: set[str]) -> None:
        """Announce changes of a photo: those documented by pingback, all by webhook."""
        self.pingbacks.announce(photo.photo_id, changes)
        for event, body in photo_events(photo, changes):
            self.webhooks.deliver(event, body)

    def announce_album(self, album: Album, *, is_new: bool) -> None:
        """Announce a change of an album, by webhook alone."""
        self.webhooks.deliver("album_add" if is_new else "album_update", album_body(album))

    def announce_live(self, live: Live, *, is_new: bool = False, was_on_air: bool) -> None:
        """Announce a change of a live stream, by webhook alone."""
        body = live_body(live)
        self.webhooks.deliver("live_add" if is_new else "live_update", body)
        if live.is_broadcasting != was_on_air:
            self.webhooks.deliver("live_start" if live.is_broadcasting else "live_end", body)

    def finish_encoding(self, photo: Photo) -> None:
        """Make a video playable; one that was deleted meanwhile stays away."""
        with self.lock:
            if self.library.photos.get(photo.photo_id) is not photo or photo.is_encoded:
                return
            photo.is_encoded = True
            forget_overrides(photo, "video_encoded_p", "video_length")
            photo.length = photo.length or 92.36
            self.library.mark_changed()
            self.announce(photo, {"encoding"})

    def encode_later(self, photo: Photo) -> None:
        """Finish the encoding of an upload after the time the settings give it, if they give any."""
        if self.settings.encoding_seconds >= 0:
            timer = threading.Timer(self.settings.encoding_seconds, self.finish_encoding, (photo,))
            timer.daemon = True
            timer.start()

    def photo_wire(self, photo: Photo, *, base_url: str, is_privileged: bool) -> Wire:
        """Return a photo as `photo/list` shows it."""
        number = photo.photo_id
        return photo_wire(
            photo,
            self.library.albums,
            has_subtitles=number in self.library.subtitles,
            has_sections=number in self.library.sections,
            base_url=base_url,
            is_privileged=is_privileged,
        )

    def album_wire(self, album: Album, *, is_privileged: bool) -> Wire:
        """Return an album as `album/list` shows it."""
        return wire.album_wire(album, is_privileged=is_privileged)

    def live_wire(self, live: Live, *, is_privileged: bool) -> Wire:
        """Return a live stream as `live/list` shows it."""
        return wire.live_wire(live, site_key=SITE_KEY, is_privileged=is_privileged)

    def site_wire(self, host: str) -> dict[str, Any]:
        """Return the object `site` of an answer's envelope."""
        return {
            "setup_date": "2019-03-04 ",
            "license_id": "0",
            "domain": host,
            "product_key": "tube",
            "site_id": self.settings.site_id,
            "allow_signup_p": 0,
            "secure_domain": host,
            "site_name": self.settings.site_name,
            "site_key": SITE_KEY,
        }
