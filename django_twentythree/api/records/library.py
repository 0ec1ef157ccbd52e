"""The site itself, its players, its tags and its webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from django_twentythree.api.exceptions import UnexpectedResponseError
from django_twentythree.api.wire import WireObject


@dataclass(frozen=True, slots=True)
class PlayerRecord:
    """A player of the site. `unset` names the fields that the answer did not speak of."""

    remote_id: int
    name: str
    is_default: bool
    extra: dict[str, Any] = field(repr=False)
    unset: frozenset[str] = frozenset()

    @classmethod
    def from_wire(cls, item: Mapping[str, Any]) -> Self:
        """Read one object of a `player/list` answer.

        Raises:
            UnexpectedResponseError: The object has no readable `player_id`. Nothing else raises.

        Source: methods-v1 section 5.
        """
        wire = WireObject(item)
        return cls(
            remote_id=wire.remote_id("player_id", "player/list"),
            name=wire.text("player_name"),
            is_default=wire.flag("default_p"),
            extra=wire.rest(),
        )


@dataclass(frozen=True, slots=True)
class TagRecord:
    """A tag and how many photos carry it. `url` is a path from the site root."""

    name: str
    count: int
    url: str

    @classmethod
    def from_wire(cls, item: Mapping[str, Any]) -> Self:
        """Read one object of a `tag/list` answer.

        Raises:
            UnexpectedResponseError: The object has no `tag`. Nothing else raises.

        Source: methods-v1 section 10.
        """
        wire = WireObject(item)
        name = wire.text("tag")
        if not name:
            raise UnexpectedResponseError("tag/list", "a tag has no name")
        return cls(name=name, count=wire.integer("count") or 0, url=wire.text("url"))


@dataclass(frozen=True, slots=True)
class SiteRecord:
    """The site that answers under a domain."""

    site_id: int
    name: str
    domain: str
    extra: dict[str, Any] = field(repr=False)

    @classmethod
    def from_wire(cls, item: Mapping[str, Any]) -> Self:
        """Read the object of a `site/get` answer.

        Raises:
            UnexpectedResponseError: The object has no readable `site_id`. Nothing else raises.

        Source: methods-v1 section 6.
        """
        wire = WireObject(item)
        return cls(
            site_id=wire.remote_id("site_id", "site/get"),
            name=wire.text("site_name"),
            domain=wire.text("domain"),
            extra=wire.rest(),
        )
