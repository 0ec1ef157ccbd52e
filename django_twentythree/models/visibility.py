"""Visibility: each rule once, as a `Q` for the database and as an equal Python function for a row.

A rule is a `Fact`: a condition and a Python function with the same result. Both read only columns of the row
itself, so the condition needs no join and the function needs no query. One of these columns is `is_concealed`, which
says that a photo is in hidden albums only; code that writes memberships or `is_hidden` must update it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast

from django.db.models import Q

from django_twentythree.conf import get_settings
from django_twentythree.models.workspace import Workspace
from django_twentythree.rendering.subject import Kind, UnavailableReason

LATE: Final = timedelta(hours=1)
"""How long after its start time a live stream that has not begun still counts as upcoming."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A rule about a row, for the database and for Python.

    Attributes:
        condition: The condition for the rows that it is true for.
        holds: Returns whether it is true for a row.
    """

    condition: Q
    holds: Callable[[Any], bool]

    def __and__(self, other: Fact) -> Fact:
        return Fact(self.condition & other.condition, lambda row: self.holds(row) and other.holds(row))

    def __or__(self, other: Fact) -> Fact:
        return Fact(self.condition | other.condition, lambda row: self.holds(row) or other.holds(row))

    def through(self, relation: str) -> Q:
        """Return the condition for rows whose related row fulfils it."""
        return _prefix(self.condition, relation)


def _prefix(condition: Q, relation: str) -> Q:
    children: list[Any] = [
        _prefix(child, relation) if isinstance(child, Q) else (f"{relation}__{child[0]}", child[1])
        for child in cast(list[Any], condition.children)
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


NEVER: Final = Fact(Q(pk__in=()), lambda row: False)
# An empty condition would not do, because its negation is empty too.
ALWAYS: Final = Fact(~NEVER.condition, lambda row: True)
PRESENT: Final = Fact(
    Q(missing_since__isnull=True),
    lambda row: row.missing_since is None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """The visibility rules of one model.

    Attributes:
        public: Anybody may see it, as long as the platform still has it.
        blocked: Not public.
        barriers: The reasons why a row is not public. People see the first that holds.
        ready: The platform has something to play.
    """

    public: Fact = ALWAYS
    blocked: Fact = NEVER
    barriers: Mapping[UnavailableReason, Fact] = field(default_factory=dict)
    ready: Fact = ALWAYS

    @property
    def published(self) -> Fact:
        """The platform still has it, and anybody may see it."""
        return PRESENT & self.public

    def get_available(self) -> Q:
        """Return the condition for what a page may show: present, ready, and public or allowed by the workspace."""
        return PRESENT.condition & self.ready.condition & (self.public.condition | accepts_unpublished())

    def is_available(self, row: Any) -> bool:
        """Return whether a page may show a row, by the rule of `get_available`."""
        if not (PRESENT.holds(row) and self.ready.holds(row)):
            return False
        return self.public.holds(row) or row.get_workspace().get_settings().EMBED_UNPUBLISHED

    def visible(self, *, sees_everything: bool) -> Fact:
        """Return the condition for present rows, with or without those that are not public."""
        return PRESENT if sees_everything else self.published

    def find_barriers(self, row: Any) -> list[UnavailableReason]:
        """Return the reasons why visitors cannot see a row; [] when it is public."""
        return [obstacle for obstacle, stands in self.barriers.items() if stands.holds(row)]

    def find_barrier(self, row: Any) -> UnavailableReason | None:
        """Return the reason that people see when a row is not public; None when it is public."""
        return next(iter(self.find_barriers(row)), None)


# The blocked rows are split into parts without overlap; each part is a range of the index on kind and state.
PHOTO: Final = Visibility(
    public=Fact(
        Q(is_published=True, is_concealed=False),
        lambda photo: photo.is_published and not photo.is_concealed,
    ),
    blocked=Fact(
        Q(is_published=False) | Q(is_published=True, is_concealed=True),
        lambda photo: not photo.is_published or photo.is_concealed,
    ),
    barriers={
        UnavailableReason.UNPUBLISHED: Fact(
            Q(is_published=False),
            lambda photo: not photo.is_published,
        ),
        UnavailableReason.HIDDEN: Fact(
            Q(is_concealed=True),
            lambda photo: photo.is_concealed,
        ),
    },
    # The platform encodes only video and audio; `video_encoded_p` of a still image stays 0.
    ready=Fact(
        Q(is_encoded=True) | Q(kind=Kind.IMAGE.value),
        lambda photo: photo.is_encoded or photo.kind == Kind.IMAGE,
    ),
)
ALBUM: Final = Visibility(
    public=Fact(
        Q(is_hidden=False),
        lambda album: not album.is_hidden,
    ),
    blocked=Fact(
        Q(is_hidden=True),
        lambda album: album.is_hidden,
    ),
    barriers={
        UnavailableReason.HIDDEN: Fact(
            Q(is_hidden=True),
            lambda album: album.is_hidden,
        )
    },
)
# `is_private` is None when this permission level does not show it, which happens only for public ones.
LIVE_STREAM: Final = Visibility(
    public=Fact(
        Q(is_private=False) | Q(is_private__isnull=True),
        lambda live: not live.is_private,
    ),
    blocked=Fact(
        Q(is_private=True),
        lambda live: live.is_private is True,
    ),
    barriers={
        UnavailableReason.PRIVATE: Fact(
            Q(is_private=True),
            lambda live: live.is_private is True,
        )
    },
)

ENCODING: Final = Fact(
    Q(is_encoded=False, kind__in=(Kind.VIDEO.value, Kind.AUDIO.value)),
    lambda photo: not photo.is_encoded and photo.kind in {Kind.VIDEO, Kind.AUDIO},
)
"""The platform is still preparing the photo. Images and texts need no preparation."""

PICTURED: Final = Fact(
    Q(kind=Kind.VIDEO.value, is_encoded=True) | Q(kind=Kind.IMAGE.value),
    lambda photo: (photo.kind == Kind.VIDEO and photo.is_encoded) or photo.kind == Kind.IMAGE,
)
"""The platform has made pictures of the photo. Audio files have none of their own."""

# Only the signal decides when this permission level does not show more.
ON_AIR: Final = Fact(
    Q(is_broadcasting=True) | Q(is_broadcasting__isnull=True, is_streaming=True),
    lambda live: live.is_streaming if live.is_broadcasting is None else live.is_broadcasting,
)
"""The public sees the live stream now."""


def get_upcoming(now: datetime) -> Fact:
    """Return the rule for live streams that are on air or upcoming."""
    since = now - LATE
    return ON_AIR | Fact(
        Q(next_start_at__gte=since),
        lambda live: live.next_start_at is not None and live.next_start_at >= since,
    )


def accepts_unpublished() -> Q:
    """Return the condition for rows of workspaces with `EMBED_UNPUBLISHED`."""
    workspaces = get_settings().WORKSPACES
    # Read the raw settings: a workspace without a DOMAIN (`checks` reports it) must not break other pages.
    aliases = [
        alias for alias, given in workspaces.items() if given.get("DOMAIN") and given.get("EMBED_UNPUBLISHED") is True
    ]
    # Use a subquery, because with a join MariaDB reads and sorts all rows for each page.
    return Q(workspace__in=Workspace.objects.filter(alias__in=aliases))
