"""The platform in random hands, and what can be asked of it by id at each moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from django_twentythree.testing.platform import REMOVE, TwentyThreePlatform

POOL: Final = range(1, 10)
"""Ids of photos, albums and live streams that come and go."""
NEVER_LISTED: Final = 77
"""A live stream that photos may name, and that is not to be seen."""
MANY_WAITING: Final = range(1_001, 1_104)
"""Photos that make a listing longer than one page."""
WORDS: Final = (
    "Welcome",
    "",
    "Rødgrød med fløde",
    "a\x00b",
    "<b>bold</b> & more",
    "\N{GRINNING FACE} 100 %",
    "x" * 300,
)
TAGS: Final = ("cafe", "café", "Æble", "two words", "it's", "\u202eodd")
Key = tuple[str, int]


@dataclass(frozen=True)
class Edit:
    """One change on the platform; the numbers choose what of, and to what."""

    kind: str
    n: int
    m: int
    word: str


@dataclass
class PhotoFacts:
    is_published: bool
    album_ids: tuple[int, ...]


class World:
    """Edits the sandbox, and remembers what a question by id would have found."""

    def __init__(self, platform: TwentyThreePlatform) -> None:
        self.platform = platform
        self.refuses_concealed = False
        """Whether strangers are refused what is not public when they ask for it by id."""
        self.photos: dict[int, PhotoFacts] = {}
        self.albums: dict[int, bool] = {}
        self.lives: dict[int, bool] = {}
        self.players: set[int] = {8123510, 8123514, 8123519}
        self._ever: set[Key] = {("players", number) for number in self.players}
        self._unfindable: dict[bool, set[Key]] = {True: set(), False: set()}
        self._revision = 0

    def begin_step(self) -> None:
        """Forget what could not be found before now."""
        for keys in self._unfindable.values():
            keys.clear()
        self._note()

    def was_findable_throughout(self, resource: str, remote_id: int, *, privileged: bool) -> bool:
        """Whether a question by id would have found the object at every moment since the step began."""
        key = (resource, remote_id)
        return key in self._ever and key not in self._unfindable[privileged]

    def edit(self, edit: Edit) -> None:
        """Make one change; what does not apply just now changes nothing."""
        EDITS[edit.kind](self, edit)
        self._note()

    def furnish(self) -> None:
        """Add a little of everything, so that no life begins with an empty library."""
        for number in (1, 2, 3):
            self.albums[number] = number == 3
            self.platform.add_album(number, hide_p=int(number == 3), revision=self._next_revision())
        self.lives[1] = False
        self.platform.add_livestream(1, revision=self._next_revision())
        for number, album_ids in ((1, (1,)), (2, (2, 1)), (3, ()), (4, (3,)), (5, (2,))):
            self._put_photo(number, PhotoFacts(is_published=True, album_ids=album_ids), tags=list(TAGS[:number]))
        self.platform.add_section(1, title="Opening")
        self.platform.add_subtitle(2, "en_US")
        self._note()

    def add_crowd(self) -> None:
        for number in MANY_WAITING:
            self._put_photo(number, PhotoFacts(is_published=True, album_ids=()), title=f"Video {number}")
        self._note()

    def _note(self) -> None:
        self._ever |= {("photos", number) for number in self.photos}
        self._ever |= {("albums", number) for number in self.albums}
        self._ever |= {("livestreams", number) for number in self.lives}
        self._ever |= {("players", number) for number in self.players}
        for privileged, keys in self._unfindable.items():
            keys |= {key for key in self._ever if not self._is_findable(*key, privileged=privileged)}

    def _is_findable(self, resource: str, number: int, *, privileged: bool) -> bool:
        match resource:
            case "photos":
                return number in self.photos and (privileged or self._is_shown_to_strangers(self.photos[number]))
            case "albums":
                return number in self.albums and (privileged or not self.albums[number])
            case "livestreams":
                return number in self.lives and (privileged or not self.lives[number])
        return number in self.players

    def _is_shown_to_strangers(self, facts: PhotoFacts) -> bool:
        is_buried = bool(facts.album_ids) and all(self.albums.get(album, False) for album in facts.album_ids)
        return facts.is_published and not (self.refuses_concealed and is_buried)

    # -- photos

    def _put_photo(self, number: int, facts: PhotoFacts, **wire: Any) -> None:
        self.photos[number] = facts
        self.platform.add_photo(
            number,
            published_p=int(facts.is_published),
            all_albums=" ".join(map(str, facts.album_ids)),
            revision=self._next_revision(),
            **wire,
        )

    def add_photo(self, edit: Edit) -> None:
        number = _absent(edit.n, self.photos)
        facts = PhotoFacts(is_published=edit.m % 4 != 0, album_ids=self._some_albums(edit.m))
        if number is not None:
            self._put_photo(
                number,
                facts,
                title=edit.word,
                tags=_some_tags(edit.n),
                video_encoded_p=int(edit.n % 3 != 0),
                promoted_p=int(edit.n % 5 == 0),
                live_id=_choose(edit.m, [*self.lives, NEVER_LISTED]) if edit.m % 7 == 0 else "",
                **({"video_p": 0, "audio_p": 1} if edit.n % 11 == 0 else {}),
            )

    def delete_photo(self, edit: Edit) -> None:
        number = _choose(edit.n, [n for n in self.photos if n in POOL] or self.photos)
        if number is not None:
            del self.photos[number]
            self.platform.delete_photo(number)

    def _change_photo(self, edit: Edit, **wire: Any) -> int | None:
        # What is on the last page of the crowd is chosen as often as the rest together.
        known = list(self.photos)
        number = _choose(edit.n, known if edit.n % 2 else sorted(known)[-8:])
        if number is not None:
            self.platform.edit_photo(number, revision=self._next_revision(), **wire)
        return number

    def retitle(self, edit: Edit) -> None:
        self._change_photo(edit, title=edit.word, content=f"<p>{edit.word}</p>" if edit.m % 2 else edit.word)

    def retag(self, edit: Edit) -> None:
        self._change_photo(edit, tags=_some_tags(edit.m))

    def promote(self, edit: Edit) -> None:
        self._change_photo(edit, promoted_p=edit.m % 2)

    def protect(self, edit: Edit) -> None:
        self._change_photo(edit, protected_p=edit.m % 2)

    def watch(self, edit: Edit) -> None:
        """Count views: a change of counters alone, so without a new revision."""
        number = _choose(edit.n, self.photos)
        if number is not None:
            self.platform.edit_photo(number, view_count=str(edit.m))

    def encode(self, edit: Edit) -> None:
        number = _choose(edit.n, self.photos)
        if number is not None:
            self.platform.finish_encoding(number)

    def move(self, edit: Edit) -> None:
        album_ids = self._some_albums(edit.m)
        number = self._change_photo(edit, all_albums=" ".join(map(str, album_ids)))
        if number is not None:
            self.photos[number].album_ids = album_ids

    def publish(self, edit: Edit) -> None:
        is_published = edit.m % 2 == 0
        number = self._change_photo(edit, published_p=int(is_published))
        if number is not None:
            self.photos[number].is_published = is_published

    def recount_chapters(self, edit: Edit) -> None:
        number = _choose(edit.n, [n for n in self.photos if n in POOL])
        if number is None:
            return
        if edit.m % 3 == 0:
            self.platform.delete_sections(number)
        else:
            self.platform.add_section(number, title=edit.word, start_time=edit.m % 90, description=edit.word)

    def resubtitle(self, edit: Edit) -> None:
        number = _choose(edit.n, [n for n in self.photos if n in POOL])
        if number is None:
            return
        if edit.m % 4 == 0:
            self.platform.delete_subtitles(number)
        else:
            locale = ("en_US", "da_DK", "de_DE")[edit.m % 3]
            self.platform.add_subtitle(number, locale, is_default=edit.n % 2 == 0, is_draft=edit.m % 5 == 0)

    def record(self, edit: Edit) -> None:
        """Make a photo a recording: one that names its live stream, one that is silent, or one that names another."""
        live = _choose(edit.m, [*self.lives, NEVER_LISTED])
        number = self._change_photo(edit, live_id=live if edit.m % 5 else "")
        if number is None:
            return
        if edit.m % 3 == 0:
            self.platform.edit_photo(number, live_id=REMOVE, revision=self._next_revision())
        elif edit.m % 11 == 0:
            # A spelling of a number that the sandbox shows, and does not understand.
            self.platform.edit_photo(number, live_id=float(NEVER_LISTED), revision=self._next_revision())

    # -- albums, live streams, players

    def add_album(self, edit: Edit) -> None:
        number = _absent(edit.n, self.albums)
        if number is not None:
            self.albums[number] = edit.m % 3 == 0
            self.platform.add_album(
                number, title=edit.word, hide_p=int(self.albums[number]), revision=self._next_revision()
            )

    def edit_album(self, edit: Edit) -> None:
        number = _choose(edit.n, self.albums)
        if number is not None:
            self.platform.edit_album(number, title=edit.word, revision=self._next_revision())

    def hide_album(self, edit: Edit) -> None:
        number = _choose(edit.n, self.albums)
        if number is not None:
            self.albums[number] = edit.m % 2 == 0
            self.platform.edit_album(number, hide_p=int(self.albums[number]), revision=self._next_revision())

    def bury(self, edit: Edit) -> None:
        """Hide what a photo lies in."""
        number = _choose(edit.n, [n for n, facts in self.photos.items() if facts.album_ids])
        for album in self.photos[number].album_ids if number is not None else ():
            self.albums[album] = True
            self.platform.edit_album(album, hide_p=1, revision=self._next_revision())

    def delete_album(self, edit: Edit) -> None:
        number = _choose(edit.n, self.albums)
        if number is not None:
            del self.albums[number]
            self.platform.delete_album(number)
            for facts in self.photos.values():
                facts.album_ids = tuple(album for album in facts.album_ids if album != number)

    def add_live(self, edit: Edit) -> None:
        number = _absent(edit.n, self.lives)
        if number is not None:
            self.lives[number] = edit.m % 3 == 0
            self.platform.add_livestream(
                number,
                name=edit.word,
                private_p=int(self.lives[number]),
                album_id=_choose(edit.m, self.albums) or "",
                revision=self._next_revision(),
            )

    def edit_live(self, edit: Edit) -> None:
        number = _choose(edit.n, self.lives)
        if number is not None:
            self.platform.edit_livestream(
                number,
                name=edit.word,
                streaming_p=edit.m % 2,
                broadcasting_p=edit.m % 3 % 2,
                next_start_time_epoch=str(1_900_000_000 + edit.m) if edit.m % 2 else "",
                album_id=_choose(edit.m, [*self.albums, 88]),
                revision=self._next_revision(),
            )

    def close_live(self, edit: Edit) -> None:
        number = _choose(edit.n, self.lives)
        if number is not None:
            self.lives[number] = edit.m % 2 == 0
            self.platform.edit_livestream(number, private_p=int(self.lives[number]), revision=self._next_revision())

    def delete_live(self, edit: Edit) -> None:
        number = _choose(edit.n, self.lives)
        if number is not None:
            del self.lives[number]
            self.platform.delete_livestream(number)

    def change_players(self, edit: Edit) -> None:
        number = _choose(edit.n, self.players)
        if edit.m % 3 == 0 or number is None:
            added = self.platform.add_player(player_name=edit.word)
            self.players.add(int(added["player_id"]))
        elif edit.m % 3 == 1:
            self.platform.edit_player(number, player_name=edit.word, default_p=1, revision=self._next_revision())
        else:
            self.players.discard(number)
            self.platform.delete_player(number)

    def _some_albums(self, m: int) -> tuple[int, ...]:
        return tuple(number for place, number in enumerate(sorted(self.albums)) if m >> place & 1)[:3]

    def _next_revision(self) -> str:
        self._revision += 1
        return str(self._revision)


def _absent(n: int, known: Any) -> int | None:
    return _choose(n, [number for number in POOL if number not in known])


def _choose(n: int, known: Any) -> int | None:
    ordered = sorted(known)
    return ordered[n % len(ordered)] if ordered else None


def _some_tags(m: int) -> list[str]:
    return [tag for place, tag in enumerate(TAGS) if m >> place & 1]


EDITS: Final[dict[str, Callable[[World, Edit], None]]] = {
    method.__name__: method
    for method in (
        World.add_photo,
        World.delete_photo,
        World.retitle,
        World.retag,
        World.promote,
        World.protect,
        World.watch,
        World.encode,
        World.move,
        World.publish,
        World.recount_chapters,
        World.resubtitle,
        World.record,
        World.add_album,
        World.edit_album,
        World.hide_album,
        World.bury,
        World.delete_album,
        World.add_live,
        World.edit_live,
        World.close_live,
        World.delete_live,
        World.change_players,
    )
}
# What is there is changed more often than it goes, so that there is something to mirror.
_OFTEN: Final = [
    "add_photo",
    "add_photo",
    "delete_photo",
    "retitle",
    "move",
    "publish",
    "add_album",
    "hide_album",
    "bury",
    "delete_album",
]
_WEIGHTED: Final = [*EDITS, *_OFTEN]
edits = st.builds(
    Edit,
    kind=st.sampled_from(_WEIGHTED),
    n=st.integers(0, 2**16),
    m=st.integers(0, 2**10),
    word=st.sampled_from(WORDS),
)
