"""The commands that steer a sandbox, one method for each."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from django_twentythree.testing.sandbox.editing import edit_album, edit_live, edit_photo, edit_player
from django_twentythree.testing.sandbox.faults import Fault
from django_twentythree.testing.sandbox.model import Cue, Player, Section, Subtitle
from django_twentythree.testing.sandbox.refusals import CONCEALED_CODES
from django_twentythree.testing.sandbox.signatures import bearer_token_of, credentials_of
from django_twentythree.testing.sandbox.wire import decimal, player_wire, section_wire, subtitle_wire

if TYPE_CHECKING:
    from django_twentythree.testing.sandbox.model import Live, Photo, Wire
    from django_twentythree.testing.sandbox.site import Site

LANGUAGES = {
    "en_US": "English (US)",
    "en_GB": "English (UK)",
    "da_DK": "Danish (DK)",
    "de_DE": "German (DE)",
    "sv_SE": "Swedish (SE)",
    "nb_NO": "Norwegian (NO)",
    "uk_UA": "Ukrainian (UA)",
    "ar_SA": "Arabic (SA)",
}


class CommandError(ValueError):
    """A command that cannot be carried out; the message says why."""


class Commands:
    """Each method is one command; `TwentyThreePlatform` has one of the same name and says what it does.

    Callers hold the lock of the sandbox.
    """

    def __init__(self, site: Site, base_url: str) -> None:
        self._site = site
        self._base_url = base_url

    # -- photos

    def add_photo(self, photo_id: Any = None, wire: Wire | None = None) -> Wire:
        library, given = self._site.library, dict(wire or {})
        is_number = isinstance(photo_id, int) and not isinstance(photo_id, bool)
        photo = library.new_photo(photo_id if is_number else None)
        if photo_id is not None and not is_number:
            # An id that is none: the object has one of its own, and shows this.
            given["photo_id"] = photo_id
        edit_photo(library, photo, given)
        self._site.announce(photo, {"upload"})
        return self._photo(photo)

    def edit_photo(self, photo_id: int, wire: Wire) -> Wire:
        photo = self._find_photo(photo_id)
        self._site.announce(photo, edit_photo(self._site.library, photo, wire))
        return self._photo(photo)

    def delete_photo(self, photo_id: int) -> None:
        self._find_photo(photo_id)
        self._site.library.delete_photo(photo_id)

    def get_photo(self, photo_id: int) -> Wire:
        return self._photo(self._find_photo(photo_id))

    def finish_encoding(self, photo_id: int) -> Wire:
        photo = self._find_photo(photo_id)
        self._site.finish_encoding(photo)
        return self._photo(photo)

    def _find_photo(self, photo_id: int) -> Photo:
        photo = self._site.library.photos.get(photo_id)
        if photo is None:
            raise CommandError(f"There is no photo {photo_id}.")
        return photo

    def _photo(self, photo: Photo) -> Wire:
        return self._site.photo_wire(photo, base_url=self._base_url, is_privileged=True)

    # -- albums

    def add_album(self, album_id: int | None = None, wire: Wire | None = None) -> Wire:
        album = self._site.library.new_album(album_id)
        edit_album(self._site.library, album, wire or {})
        self._site.announce_album(album, is_new=True)
        return self._site.album_wire(album, is_privileged=True)

    def edit_album(self, album_id: int, wire: Wire) -> Wire:
        album = self._site.library.albums.get(album_id)
        if album is None:
            raise CommandError(f"There is no album {album_id}.")
        edit_album(self._site.library, album, wire)
        self._site.announce_album(album, is_new=False)
        return self._site.album_wire(album, is_privileged=True)

    def delete_album(self, album_id: int) -> None:
        if album_id not in self._site.library.albums:
            raise CommandError(f"There is no album {album_id}.")
        self._site.library.delete_album(album_id)

    # -- live streams

    def add_livestream(self, live_id: int | None = None, wire: Wire | None = None) -> Wire:
        live = self._site.library.new_live(live_id)
        updated_at = live.updated_at
        edit_live(self._site.library, live, wire or {})
        live.updated_at = updated_at
        self._site.announce_live(live, is_new=True, was_on_air=False)
        return self._site.live_wire(live, is_privileged=True)

    def edit_livestream(self, live_id: int, wire: Wire) -> Wire:
        live = self._find_live(live_id)
        was_on_air = live.is_broadcasting
        edit_live(self._site.library, live, wire)
        self._site.announce_live(live, was_on_air=was_on_air)
        return self._site.live_wire(live, is_privileged=True)

    def delete_livestream(self, live_id: int) -> None:
        self._find_live(live_id)
        self._site.library.delete_live(live_id)

    def _find_live(self, live_id: int) -> Live:
        live = self._site.library.lives.get(live_id)
        if live is None:
            raise CommandError(f"There is no live stream {live_id}.")
        return live

    # -- players

    def add_player(self, player_id: int | None = None, wire: Wire | None = None) -> Wire:
        players = self._site.library.players
        number = max(players, default=8123509) + 1 if player_id is None else player_id
        players[number] = player = Player(player_id=number, name=f"Player {number}")
        edit_player(self._site.library, player, wire or {})
        return player_wire(player)

    def edit_player(self, player_id: int, wire: Wire) -> Wire:
        player = self._find_player(player_id)
        edit_player(self._site.library, player, wire)
        return player_wire(player)

    def delete_player(self, player_id: int) -> None:
        self._find_player(player_id)
        del self._site.library.players[player_id]
        self._site.library.mark_changed()

    def _find_player(self, player_id: int) -> Player:
        player = self._site.library.players.get(player_id)
        if player is None:
            raise CommandError(f"There is no player {player_id}.")
        return player

    # -- chapters and subtitles

    def add_section(
        self,
        photo_id: int,
        title: str = "",
        start_time: Any = "0",
        description: str = "",
        section_id: int | None = None,
        wire: Wire | None = None,
    ) -> Wire:
        photo = self._find_photo(photo_id)
        number = self._site.library.next_section_id() if section_id is None else section_id
        start = decimal(start_time) if isinstance(start_time, (int, float)) else str(start_time)
        section = Section(
            section_id=number, start_time=start, title=title, description=description, overrides=wire or None
        )
        self._site.library.add_sections(photo_id, [section])
        return section_wire(photo, section)

    def delete_sections(self, photo_id: int) -> None:
        self._find_photo(photo_id)
        self._site.library.sections.pop(photo_id, None)
        self._site.library.mark_changed()

    def add_subtitle(
        self,
        photo_id: int,
        locale: str = "en_US",
        *,
        kind: str = "general",
        is_default: bool = False,
        is_draft: bool = False,
        lines: list[str] | None = None,
        wire: Wire | None = None,
    ) -> Wire:
        photo = self._find_photo(photo_id)
        cues = tuple(Cue(1.2 + 3 * n, 3.9 + 3 * n, (text,)) for n, text in enumerate(lines or ["Hello."]))
        subtitle = Subtitle(
            locale=locale,
            language=LANGUAGES.get(locale, locale),
            kind=kind,
            is_default=is_default,
            is_draft=is_draft,
            cues=cues,
            overrides=wire or None,
        )
        self._site.library.add_subtitle(photo_id, subtitle)
        return subtitle_wire(photo, subtitle, extension="websrt")

    def delete_subtitles(self, photo_id: int) -> None:
        self._find_photo(photo_id)
        self._site.library.subtitles.pop(photo_id, None)
        self._site.library.mark_changed()

    # -- the site

    def fill(self, photos: int = 300) -> int:
        self._site.fill(photos)
        return len(self._site.library.photos)

    def reset(self) -> None:
        self._site.reset()

    def configure(self, **settings: Any) -> dict[str, Any]:
        known = asdict(self._site.settings)
        for name, value in settings.items():
            if name not in known:
                raise CommandError(f"There is no setting {name!r}; there are {', '.join(known)}.")
            if type(value) is not type(known[name]) and not isinstance(known[name], float):
                raise CommandError(f"{name} must be of type {type(known[name]).__name__}.")
            if name == "concealed_code" and value not in CONCEALED_CODES:
                raise CommandError(f"concealed_code must be one of {', '.join(map(repr, CONCEALED_CODES))}.")
            setattr(self._site.settings, name, value)
        self._site.cache.clear()
        return asdict(self._site.settings)

    def credentials(self, level: str = "super") -> dict[str, str]:
        return credentials_of(level)

    def bearer_token(self, level: str = "super") -> str:
        return bearer_token_of(level)

    def revoke_credentials(self) -> None:
        self._site.signatures.revoke_all()

    def restore_credentials(self) -> None:
        self._site.signatures.restore()

    # -- faults, requests, pingbacks, webhooks, upload tokens

    def fail_next(
        self, kind: str, times: int = 1, method: str | None = None, details: dict[str, Any] | None = None
    ) -> None:
        try:
            self._site.faults.add(Fault(kind, times, method, details or {}))
        except ValueError as error:
            raise CommandError(str(error)) from error

    def faults(self) -> list[dict[str, Any]]:
        return self._site.faults.waiting()

    def clear_faults(self) -> None:
        self._site.faults.clear()

    def requests(self, latest: int | None = None) -> list[dict[str, Any]]:
        return self._site.requests.calls(latest)

    def clear_requests(self) -> None:
        self._site.requests.clear()

    def set_pingback_url(self, url: str) -> None:
        self._site.pingbacks.url = url

    def pingbacks(self) -> list[dict[str, Any]]:
        return self._site.pingbacks.sent()

    def webhooks(self) -> list[Wire]:
        return [each.as_wire() for each in self._site.webhooks.all()]

    def webhook_deliveries(self) -> list[dict[str, Any]]:
        return self._site.webhooks.outbox.sent()

    def expire_upload_token(self, upload_token: str) -> None:
        if self._site.upload_tokens.find(upload_token) is None:
            raise CommandError("There is no such upload token.")
        self._site.upload_tokens.expire(upload_token)
