"""The library of an invented town: equal seeds give equal ones, save the live streams, dated from today."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Final

from django_twentythree.testing.demo.texts import AUTHORS, CUES, PROGRAMMES, WORDS
from django_twentythree.testing.sandbox.model import Author, Cue, Photo, Section, Subtitle
from django_twentythree.testing.sandbox.tokens import make_token
from django_twentythree.testing.sandbox.wire import decimal, slugify

if TYPE_CHECKING:
    from django_twentythree.testing.demo.texts import Programme
    from django_twentythree.testing.sandbox.library import Library
    from django_twentythree.testing.sandbox.model import Album

FIRST_UPLOAD: Final = 1_458_000_000  # March 2016
LAST_UPLOAD: Final = 1_779_900_000  # May 2026
DAY: Final = 86_400
LANGUAGES: Final = {
    "en_US": "English (US)",
    "da_DK": "Danish (DK)",
    "de_DE": "German (DE)",
    "uk_UA": "Ukrainian (UA)",
    "ar_SA": "Arabic (SA)",
}
LIVES: Final = (
    # name, description, on air, broadcasting, private, promoted, hours until the next start
    ("Byrådsmøde, direkte", "Direkte fra byrådssalen, med tegnsprogstolk.", True, True, False, True, None),
    ("Harbour camera", "The view from the crane row, day and night.", True, True, False, False, None),
    ("Havnefestival: åbningskoncert", "Musik på Nordre Kaj fra klokken 19.", False, False, False, True, 26),
    ("Webinar: Apply for a building permit", "Bring your questions.", False, False, False, False, 7 * 24 + 3),
    ("Museum talk: the telegraph under the sea", "", False, False, False, False, 15 * 24),
    ("Rehearsal channel", "Signal test <do not share>", True, False, True, False, None),
    ("All hands, internal", "Staff only.", False, False, True, False, 50),
    ("Nytårskoncert", "Tak til alle der var med.", False, False, False, False, None),
    ("Valgaften", "Optagelsen ligger blandt byens videoer.", False, False, False, False, -900),
)


@dataclass(slots=True)
class Inventor:
    """Makes photos one after the other, each from one programme."""

    library: Library
    random: Random
    albums: list[Album] = field(default_factory=list)
    years: dict[int, int] = field(default_factory=dict)
    titles: Counter[str] = field(default_factory=Counter)

    def add_albums(self) -> None:
        """Add the album of each programme, unless it is there already."""
        known = {album.title: album for album in self.library.albums.values()}
        for number, programme in enumerate(PROGRAMMES):
            album = known.get(programme.album)
            if album is None:
                album = self.library.new_album(title=programme.album)
                album.content, album.is_hidden = programme.about, programme.is_hidden
                album.created_at = FIRST_UPLOAD + number * 97 * DAY + number * 7919
                album.author = self.library.authors[programme.author]
            self.albums.append(album)
        for year in range(2016, 2027):
            title = f"Årgang {year}"
            album = known.get(title) or self.library.new_album(title=title)
            album.created_at = 1_451_700_000 + (year - 2016) * 365 * DAY + 41_000
            self.years[year] = album.album_id

    def add_photo(self, created_at: int, *, is_latest: bool = False) -> Photo:
        """Add one photo, uploaded at the given moment; the latest ones are still being encoded."""
        chance = self.random.random
        index = _BY_WEIGHT[int(chance() * len(_BY_WEIGHT))]
        programme = PROGRAMMES[index]
        # Ids have gaps: thumbnails, chapters and other customers' uploads take numbers of the same row.
        for _ in range(int(chance() * 5)):
            self.library.next_photo_id()
        photo_id = self.library.next_photo_id()
        words = self._words(created_at)
        title = self._title(programme, words)
        photo = Photo(
            photo_id=photo_id,
            token=make_token("photo", photo_id),
            title=title,
            kind=programme.kind,
            created_at=created_at,
            published_at=created_at + int(chance() * 3 * DAY),
            author=self.library.authors[programme.author],
            content=self.random.choice(programme.descriptions).format_map(words),
            width=programme.shape[0],
            height=programme.shape[1],
            tags=self._tags(programme),
            album_ids=self._albums(index, created_at),
            view_count=int(chance() ** 4 * 20_000),
        )
        if photo.kind in {"video", "audio"}:
            shortest, longest = programme.minutes
            photo.length = round((shortest + chance() ** 2 * (longest - shortest)) * 60, 3)
        slug = slugify(title)
        if slug and chance() < 0.8:
            photo.path = f"/{slug}"
        self._unusual(photo, programme, is_latest=is_latest)
        if photo.path and self.library.photo_at(photo.path):
            photo.path = f"/video/{photo_id}/{slug}"
        self.library.put_photo(photo)
        if photo.kind == "video" and photo.is_encoded:
            self._details(photo, programme)
        return photo

    def _words(self, created_at: int) -> dict[str, str]:
        pick = self.random.random
        words = {name: choices[int(pick() * len(choices))] for name, choices in WORDS.items()}
        hold = WORDS["hold"]
        number = int(pick() * 60)
        words |= {
            "year": str(1970 + created_at // 31_556_952),
            "n": str(number + 1),
            "n1": str(number % 10),
            "m": str(5 + number % 5),
            "hold2": hold[(hold.index(words["hold"]) + 1 + number % 4) % len(hold)],
        }
        return words

    def _title(self, programme: Programme, words: dict[str, str]) -> str:
        title = self.random.choice(programme.titles).format_map(words)
        title = title[:1].upper() + title[1:]
        self.titles[title] += 1
        if self.titles[title] == 1:
            return title
        # The second film of a name carries its year, the next ones are numbered.
        part = self.titles[title] - 1
        return f"{title} ({words['year']})" if part == 1 else f"{title} ({words['year']}, {part})"

    def _tags(self, programme: Programme) -> tuple[str, ...]:
        return tuple(self.random.sample(programme.tags, int(self.random.random() * min(5, len(programme.tags) + 1))))

    def _albums(self, index: int, created_at: int) -> tuple[int, ...]:
        chance = self.random.random()
        if chance < 0.06:
            return ()
        ids = [self.albums[index].album_id]
        if chance > 0.7 and not PROGRAMMES[index].is_hidden:
            ids.append(self.years[min(2026, 1970 + created_at // 31_556_952)])
        return tuple(ids)

    def _unusual(self, photo: Photo, programme: Programme, *, is_latest: bool) -> None:
        """Give a photo, now and then, one of the states that are easily forgotten."""
        chance = self.random.random()
        if is_latest or (chance < 0.01 and photo.kind in {"video", "audio"}):
            # Still being encoded.
            photo.kind = "video"
            photo.is_encoded = photo.is_published = False
            photo.length = None
            photo.view_count = 0
        elif chance < 0.06:
            photo.is_published = False
            photo.view_count = 0
        elif chance < 0.065:
            photo.is_published, photo.title, photo.path = False, "", ""
        elif chance < 0.09:
            photo.is_promoted = True
        elif chance < 0.1 or (programme.album == "Safety" and chance < 0.5):
            photo.protection_method = "password"
        if programme.variables and chance > 0.4:
            photo.overrides = dict(programme.variables)

    def _details(self, photo: Photo, programme: Programme) -> None:
        if programme.chapters and self.random.random() < 0.55:
            step = (photo.length or 60.0) / (len(programme.chapters) + 0.3)
            self.library.add_sections(
                photo.photo_id,
                [
                    Section(
                        section_id=self.library.next_section_id(),
                        start_time=decimal(round(number * step, 1)),
                        title=title,
                        description="" if number else "Two lines,\none beginning.",
                    )
                    for number, title in enumerate(programme.chapters)
                ],
            )
        if programme.locales and self.random.random() < 0.6:
            for locale in programme.locales[: 1 + int(self.random.random() * len(programme.locales))]:
                subtitle = Subtitle(
                    locale=locale,
                    language=LANGUAGES[locale],
                    cues=_CUES[locale],
                    is_default=locale == programme.locales[0],
                )
                self.library.add_subtitle(photo.photo_id, subtitle)


_BY_WEIGHT: Final = [index for index, programme in enumerate(PROGRAMMES) for _ in range(programme.weight)]
_CUES: Final = {
    locale: tuple(Cue(1.2 + 3.0 * n, 3.9 + 3.0 * n, lines) for n, lines in enumerate(texts))
    for locale, texts in CUES.items()
}


def fill(library: Library, photos: int, seed: int) -> None:
    """Add an invented organisation's photos, its albums and its live streams."""
    random = Random(seed)  # noqa: S311  # invented titles need no secrecy
    library.authors = [Author(8123477 + n, name, shown) for n, (name, shown) in enumerate(AUTHORS)]
    inventor = Inventor(library, random)
    inventor.add_albums()
    spread = LAST_UPLOAD - FIRST_UPLOAD
    # More in later years, as everywhere; the square root does that.
    moments = sorted(FIRST_UPLOAD + int(spread * random.random() ** 0.5) for _ in range(photos))
    for number, moment in enumerate(moments):
        inventor.add_photo(moment, is_latest=photos >= 20 and number >= photos - 2)
    if not library.lives:
        _add_lives(library, random)


def _add_lives(library: Library, random: Random) -> None:
    next_hour = int(time.time()) // 3600 * 3600 + 3600
    council = next((a.album_id for a in library.albums.values() if a.title == "Byrådet"), None)
    for number, (name, text, on_air, broadcasting, private, promoted, hours) in enumerate(LIVES):
        live = library.new_live(name=name)
        live.description, live.is_streaming, live.is_broadcasting = text, on_air, broadcasting
        live.is_private, live.is_promoted = private, promoted
        live.next_start_at = None if hours is None else next_hour + hours * 3600
        live.album_id = council if number == 0 else None
        live.viewers = int(random.random() * 300) if broadcasting else 0
        live.created_at = LAST_UPLOAD + number * 3 * DAY + 0.221904
        live.updated_at = live.created_at + 2 * DAY + 0.5
    recorded = [live.live_id for live in library.lives.values() if not live.is_private]
    recordings = [p for p in library.photos.values() if council in p.album_ids and p.is_encoded]
    for number, photo in enumerate(recordings[-12:]):
        photo.live_id = recorded[number % 2 * -1]
    library.mark_changed()
