"""The kinds of object that are shown, chosen and told of, and what each is called where.

A kind of object that is new to the mirror begins here: its model joins `models.MODELS_BY_KIND`, how it is listed,
fetched and kept stands in `sync.resources`, and what a picker says of it in `pickers.labels`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, Self


class ObjectKind(StrEnum):
    """A kind of object; its value is the name of the model, of the picker and of what an address leads to.

    Attributes:
        wire: The platform's word, in notices and in the addresses of players.
        synonyms: Further words by which a notice may call it.
        page: Its part in the addresses of pages.
        resource: The `SyncRun.Resource` that mirrors it.
    """

    wire: str
    synonyms: tuple[str, ...]
    page: str
    resource: str

    PHOTO = "photo", "photo", ("video",), "video", "photos"
    ALBUM = "album", "album", ("category",), "channel", "albums"
    LIVESTREAM = "livestream", "live", ("webinar",), "live", "livestreams"

    # Defaults only so that type checkers let a member be looked up by its value alone.
    def __new__(
        cls, value: str, wire: str = "", synonyms: tuple[str, ...] = (), page: str = "", resource: str = ""
    ) -> Self:
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.wire, kind.synonyms, kind.page, kind.resource = wire, synonyms, page, resource
        return kind

    @property
    def id_key(self) -> str:
        """The key under which notices and the addresses of players have its id."""
        return f"{self.wire}_id"

    @property
    def words(self) -> tuple[str, ...]:
        """All words by which a notice may call it, the platform's own first."""
        return (self.wire, *self.synonyms)


KINDS_BY_WORD: Final[Mapping[str, ObjectKind]] = {word: kind for kind in ObjectKind for word in kind.words}
"""The kinds by the words that notices use."""
