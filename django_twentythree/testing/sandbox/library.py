"""The objects of one site, and the changes that can be made to them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django_twentythree.testing.sandbox.model import (
    DEFAULT_AUTHOR,
    HIDDEN_AUTHOR,
    Album,
    Author,
    Live,
    Photo,
    Player,
    Section,
    Subtitle,
)
from django_twentythree.testing.sandbox.tokens import make_token

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_PHOTO_ID = 20_400_001
FIRST_ALBUM_ID = 8_123_601
FIRST_LIVE_ID = 20_310_001
FIRST_SECTION_ID = 30_000_001
EPOCH = 1_718_000_000
"""10 June 2024. What is added without a date is dated from here on, one minute per id."""


@dataclass(slots=True)
class Library:
    """Photos, albums, live streams, players and what belongs to them, by id.

    Callers hold the lock of the sandbox. `version` grows with every change; orders derived from the content
    are kept by it.
    """

    photos: dict[int, Photo] = field(default_factory=dict)
    albums: dict[int, Album] = field(default_factory=dict)
    lives: dict[int, Live] = field(default_factory=dict)
    players: dict[int, Player] = field(default_factory=dict)
    sections: dict[int, list[Section]] = field(default_factory=dict)
    subtitles: dict[int, list[Subtitle]] = field(default_factory=dict)
    authors: list[Author] = field(default_factory=lambda: [DEFAULT_AUTHOR, HIDDEN_AUTHOR])
    version: int = 0
    _last_photo_id: int = FIRST_PHOTO_ID - 1
    _last_album_id: int = FIRST_ALBUM_ID - 1
    _last_live_id: int = FIRST_LIVE_ID - 1
    _last_section_id: int = FIRST_SECTION_ID - 4
    _paths: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for player in (
            Player(player_id=8123510, name="Standard", is_default=True),
            Player(player_id=8123514, name="Bare, no tray", settings={"showTray": "0"}),
            Player(player_id=8123519, name="Intranet", settings={"showBrowse": "1"}),
        ):
            self.players[player.player_id] = player

    def mark_changed(self) -> None:
        """Start a new version of the library, so that orders of listings are made anew."""
        self.version += 1

    def next_photo_id(self) -> int:
        """Return an id above all that were ever given by the platform itself."""
        self._last_photo_id += 1
        while self._last_photo_id in self.photos:
            self._last_photo_id += 1
        return self._last_photo_id

    def new_photo(self, photo_id: int | None = None, *, created_at: int | None = None) -> Photo:
        """Add a plain published video and return it; an id that exists is replaced."""
        number = self.next_photo_id() if photo_id is None else photo_id
        at = EPOCH + number % 10_000_000 * 60 if created_at is None else created_at
        photo = Photo(
            photo_id=number,
            token=make_token("photo", number),
            title=f"Video {number}",
            created_at=at,
            published_at=at,
            length=60.0 + number % 540 + 0.36,
        )
        self.put_photo(photo)
        return photo

    def put_photo(self, photo: Photo) -> None:
        """Add or replace a photo."""
        self.photos[photo.photo_id] = photo
        self._last_photo_id = max(self._last_photo_id, photo.photo_id if photo.photo_id < 10**9 else 0)
        if photo.path:
            self._paths.setdefault(photo.path, photo.photo_id)
        self.mark_changed()

    def photo_at(self, path: str) -> Photo | None:
        """Return the photo whose page is at this path, or None."""
        photo = self.photos.get(self._paths.get(path, 0))
        return photo if photo is not None and photo.path == path else None

    def give_path(self, photo: Photo, path: str) -> None:
        """Move the page of a photo; a path that is taken stays with its owner, and nothing happens."""
        owner = self.photo_at(path)
        if owner is None or owner is photo:
            photo.path = path
            self._paths[path] = photo.photo_id
            self.mark_changed()

    def delete_photo(self, photo_id: int) -> None:
        """Forget a photo and its chapters and subtitles."""
        photo = self.photos.pop(photo_id)
        if photo.path and self._paths.get(photo.path) == photo_id:
            del self._paths[photo.path]
        self.sections.pop(photo_id, None)
        self.subtitles.pop(photo_id, None)
        self.mark_changed()

    def new_album(self, album_id: int | None = None, *, title: str = "") -> Album:
        """Add a visible album and return it."""
        if album_id is None:
            self._last_album_id += 1
            while self._last_album_id in self.albums:
                self._last_album_id += 1
            album_id = self._last_album_id
        album = Album(
            album_id=album_id,
            token=make_token("album", album_id),
            title=title or f"Album {album_id}",
            created_at=EPOCH + album_id % 10_000_000 * 60,
        )
        self.albums[album_id] = album
        self.mark_changed()
        return album

    def delete_album(self, album_id: int) -> None:
        """Forget an album; its videos stay, no longer in it."""
        del self.albums[album_id]
        for photo in self.photos.values():
            if album_id in photo.album_ids:
                photo.album_ids = tuple(number for number in photo.album_ids if number != album_id)
        self.mark_changed()

    def new_live(self, live_id: int | None = None, *, name: str = "") -> Live:
        """Add a public live stream that is off air, and return it."""
        if live_id is None:
            self._last_live_id += 100
            while self._last_live_id in self.lives:
                self._last_live_id += 100
            live_id = self._last_live_id
        at = float(EPOCH + live_id % 10_000_000 * 60)
        live = Live(
            live_id=live_id,
            token=make_token("live", live_id, length=20),
            name=name or f"Live {live_id}",
            created_at=at + 0.221904,
            updated_at=at + 0.5,
        )
        self.lives[live_id] = live
        self.mark_changed()
        return live

    def touch_live(self, live: Live) -> None:
        """Record that a live stream changed now, and start a new version of the library."""
        live.updated_at = time.time()
        self.mark_changed()

    def delete_live(self, live_id: int) -> None:
        """Forget a live stream; its recordings stay."""
        del self.lives[live_id]
        self.mark_changed()

    def next_section_id(self) -> int:
        """Return an id for a chapter; those between belong to its image."""
        self._last_section_id += 4
        return self._last_section_id

    def add_sections(self, photo_id: int, sections: Iterable[Section]) -> None:
        """Add chapters to a video, in the order of their start."""
        known = self.sections.setdefault(photo_id, [])
        known.extend(sections)
        known.sort(key=_start_of)
        self.mark_changed()

    def add_subtitle(self, photo_id: int, subtitle: Subtitle) -> None:
        """Add subtitles to a video; those of the same locale and kind are replaced."""
        known = self.subtitles.setdefault(photo_id, [])
        known[:] = [s for s in known if (s.locale, s.kind) != (subtitle.locale, subtitle.kind)]
        known.append(subtitle)
        self.mark_changed()

    def default_player(self) -> Player | None:
        """Return the player used when none is named; None when there are none."""
        return next((p for p in self.players.values() if p.is_default), next(iter(self.players.values()), None))

    def is_hidden(self, photo: Photo) -> bool:
        """Return whether a photo has albums and all of them are hidden."""
        known = [self.albums[number] for number in photo.album_ids if number in self.albums]
        return bool(known) and all(album.is_hidden for album in known)


def _start_of(section: Section) -> float:
    try:
        return float(section.start_time)
    except ValueError:
        return 0.0
