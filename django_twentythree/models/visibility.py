"""Visibility: each question once, as a `Q` for the database and its twin in Python for a row.

A question is a `Fact`: a condition, and beside it the twin that gives the same answer in Python. Both read nothing
but columns of the row itself: so a condition joins nothing, a twin costs no query, and the two agree by what is
stored. Whether a photo lies in hidden albums only is such a column, `is_concealed`; whoever writes memberships or
`is_hidden` keeps it.
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
"""A live stream that has not begun so long after its time is still to come."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A question about a row, with one answer in two places.

    Attributes:
        condition: The rows of which it is true.
        holds: Whether it is true of a row.
    """

    condition: Q
    holds: Callable[[Any], bool]

    def __and__(self, other: Fact) -> Fact:
        return Fact(self.condition & other.condition, lambda row: self.holds(row) and other.holds(row))

    def __or__(self, other: Fact) -> Fact:
        return Fact(self.condition | other.condition, lambda row: self.holds(row) or other.holds(row))

    def through(self, relation: str) -> Q:
        """Return the condition for rows that lead to such a row by a relation."""
        return _prefix(self.condition, relation)


def _prefix(condition: Q, relation: str) -> Q:
    children: list[Any] = [
        _prefix(child, relation) if isinstance(child, Q) else (f"{relation}__{child[0]}", child[1])
        for child in cast(list[Any], condition.children)
    ]
    return Q(*children, _connector=condition.connector, _negated=condition.negated)


NEVER: Final = Fact(Q(pk__in=()), lambda row: False)
# Not an empty condition, of which the negation would be empty, too.
ALWAYS: Final = Fact(~NEVER.condition, lambda row: True)
PRESENT: Final = Fact(
    Q(missing_since__isnull=True),
    lambda row: row.missing_since is None,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Visibility:
    """The questions about visibility of one model's rows.

    Attributes:
        public: Anybody may see it, as long as the platform has it.
        blocked: Not public.
        barriers: What of a row that is not public stands in the way; the first that holds is what people are told.
        ready: The platform has something to play.
    """

    public: Fact = ALWAYS
    blocked: Fact = NEVER
    barriers: Mapping[UnavailableReason, Fact] = field(default_factory=dict)
    ready: Fact = ALWAYS

    @property
    def published(self) -> Fact:
        """The platform has it, and anybody may see it."""
        return PRESENT & self.public

    def get_available(self) -> Q:
        """Return what a page may show: present, ready to play, and public unless the workspace embeds others."""
        return PRESENT.condition & self.ready.condition & (self.public.condition | accepts_unpublished())

    def is_available(self, row: Any) -> bool:
        """Return whether a page may show it, as `get_available` says."""
        if not (PRESENT.holds(row) and self.ready.holds(row)):
            return False
        return self.public.holds(row) or row.get_workspace().get_settings().EMBED_UNPUBLISHED

    def visible(self, *, sees_everything: bool) -> Fact:
        """Return what is present, and shown to somebody who is or is not shown what is not public."""
        return PRESENT if sees_everything else self.published

    def find_barriers(self, row: Any) -> list[UnavailableReason]:
        """Return what keeps visitors from a row, [] when it is public."""
        return [obstacle for obstacle, stands in self.barriers.items() if stands.holds(row)]

    def find_barrier(self, row: Any) -> UnavailableReason | None:
        """Return what people are told keeps visitors from a row, None when it is public."""
        return next(iter(self.find_barriers(row)), None)


# What is blocked is told in parts that exclude each other: each is a range of the index on kind and state.
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
    # The platform encodes sound and pictures that move; `video_encoded_p` of a still image stays 0.
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
# `is_private` is None where the platform does not tell at this permission level, which it does only of public ones.
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
"""The platform is still preparing the photo; of images and texts there is nothing to prepare."""

PICTURED: Final = Fact(
    Q(kind=Kind.VIDEO.value, is_encoded=True) | Q(kind=Kind.IMAGE.value),
    lambda photo: (photo.kind == Kind.VIDEO and photo.is_encoded) or photo.kind == Kind.IMAGE,
)
"""The platform has made pictures of the photo. A sound has none of its own."""

# From the signal alone where the platform does not tell at this permission level.
ON_AIR: Final = Fact(
    Q(is_broadcasting=True) | Q(is_broadcasting__isnull=True, is_streaming=True),
    lambda live: live.is_streaming if live.is_broadcasting is None else live.is_broadcasting,
)
"""The public sees the live stream now."""


def get_upcoming(now: datetime) -> Fact:
    """Return the question whether a live stream is on air or still to come."""
    since = now - LATE
    return ON_AIR | Fact(
        Q(next_start_at__gte=since),
        lambda live: live.next_start_at is not None and live.next_start_at >= since,
    )


def accepts_unpublished() -> Q:
    """Return the condition "lies in a workspace with `EMBED_UNPUBLISHED`"."""
    workspaces = get_settings().WORKSPACES
    # Read as given: a workspace without a DOMAIN, which `checks` reports, must not break the pages of the others.
    aliases = [
        alias for alias, given in workspaces.items() if given.get("DOMAIN") and given.get("EMBED_UNPUBLISHED") is True
    ]
    # A subquery, which falls away where there is none: beside a join, MariaDB reads and sorts all rows for a page.
    return Q(workspace__in=Workspace.objects.filter(alias__in=aliases))
