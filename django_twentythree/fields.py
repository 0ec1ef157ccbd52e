"""Foreign keys to mirrored objects, whose form field is the picker."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.utils.module_loading import import_string

from django_twentythree.user_context import get_carried_user, is_untouched

if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    AnyForeignKey = models.ForeignKey[Any, Any]
else:
    AnyForeignKey = models.ForeignKey


class MirroredField(AnyForeignKey):
    """What the fields have in common; to migrations they are plain foreign keys.

    Args:
        workspace: The alias of the one workspace to choose from; None: any.
        allow_unpublished: Whether what is not public may be chosen; None: as the workspace's `EMBED_UNPUBLISHED` says.
        kwargs: As of `ForeignKey`. Unless given, `related_name` is "+" and `on_delete` is SET_NULL where `null=True`,
            else PROTECT. A sync run never deletes what a field points at.
    """

    target: ClassVar[str]
    form_field: ClassVar[str]

    def __init__(self, *, workspace: str | None = None, allow_unpublished: bool | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("to", self.target)
        kwargs.setdefault("related_name", "+")
        kwargs.setdefault("on_delete", models.SET_NULL if kwargs.get("null") else models.PROTECT)
        super().__init__(**kwargs)
        self.picker_options: dict[str, Any] = {"workspace": workspace, "allow_unpublished": allow_unpublished}

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        # What may be chosen is no matter of the database: a change of it needs no migration.
        return name, "django.db.models.ForeignKey", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        """Return the picker; a plain choice where a widget, a form class or a queryset is given."""
        queryset = kwargs.get("queryset")
        is_given = queryset is not None and not is_untouched(queryset)
        if is_given or kwargs.keys() & {"widget", "form_class"}:
            return super().formfield(**kwargs)
        user = get_carried_user(queryset) if queryset is not None else None
        # Not imported above: form fields need the models, and some of these have such a field.
        kwargs["form_class"] = import_string(self.form_field)
        return super().formfield(**self.picker_options, user=user, **kwargs)


class PhotoField(MirroredField):
    """A video, an audio file or a still image.

    Args:
        kinds: Of which kinds (`video`, `audio`, `image`, `text`); None: of any.
        kwargs: As of `MirroredField`.
    """

    target = "twentythree.Photo"
    form_field = "django_twentythree.pickers.forms.PhotoChoiceField"

    def __init__(self, *, kinds: Sequence[str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.picker_options["kinds"] = kinds


class VideoField(PhotoField):
    """A video."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"kinds": ("video",), **kwargs})


class AlbumField(MirroredField):
    """An album, which editors know as a category."""

    target = "twentythree.Album"
    form_field = "django_twentythree.pickers.forms.AlbumChoiceField"


class LiveStreamField(MirroredField):
    """A live stream or webinar."""

    target = "twentythree.LiveStream"
    form_field = "django_twentythree.pickers.forms.LiveStreamChoiceField"
