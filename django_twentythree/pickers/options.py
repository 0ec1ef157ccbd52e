"""The options of a picker, as a field sets them and as addresses carry them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import urlencode

from django.http import QueryDict

from django_twentythree.kinds import ObjectKind
from django_twentythree.models import MODELS_BY_KIND, Album, LiveStream, Photo


@dataclass(frozen=True, slots=True, kw_only=True)
class PickerOptions:
    """The objects that a picker offers, regardless of the user's permissions."""

    model: str
    """The value of an `ObjectKind`."""
    kinds: tuple[str, ...] = ()
    """Kinds of photos; () for any."""
    workspace: str | None = None
    """The alias of the one workspace to choose from; None: any."""
    allow_unpublished: bool | None = None
    """Whether unpublished objects may be chosen; None: `EMBED_UNPUBLISHED` of each workspace decides."""

    @property
    def rows(self) -> type[Photo | Album | LiveStream]:
        """The model of the objects to choose from."""
        return MODELS_BY_KIND[self.object_kind]

    @property
    def object_kind(self) -> ObjectKind:
        """What the objects to choose from are."""
        return ObjectKind(self.model)

    @classmethod
    def for_photos(cls, kinds: Sequence[str] | None, **options: Any) -> Self:
        """Return options for photos of these kinds.

        Raises:
            ValueError: There is no such kind.
        """
        wanted = tuple(dict.fromkeys(kinds or ()))
        if unknown := set(wanted).difference(Photo.Kind.values):
            raise ValueError(
                f"kinds: there is no {', '.join(sorted(unknown))} (there are: {', '.join(Photo.Kind.values)})"
            )
        return cls(model=ObjectKind.PHOTO, kinds=wanted, **options)

    @classmethod
    def from_query(cls, model: str, query: QueryDict) -> Self:
        """Read the options from an address; invalid values are ignored."""
        kinds = [kind for kind in query.get("kinds", "").split(",") if kind in Photo.Kind.values]
        return cls(
            model=model,
            kinds=tuple(dict.fromkeys(kinds)) if model == ObjectKind.PHOTO else (),
            workspace=query.get("field_workspace") or None,
            allow_unpublished={"1": True, "0": False}.get(query.get("allow_unpublished", "")),
        )

    def to_query(self) -> str:
        """Return the options as the query of an address; "" when all are defaults."""
        given: dict[str, str] = {}
        if self.kinds:
            given["kinds"] = ",".join(self.kinds)
        if self.workspace:
            given["field_workspace"] = self.workspace
        if self.allow_unpublished is not None:
            given["allow_unpublished"] = "1" if self.allow_unpublished else "0"
        return urlencode(given, safe=",")
