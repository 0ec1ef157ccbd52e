"""The form fields of the pickers. They check the choice again when the form is submitted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import ForeignKey, Model
from django.forms import BaseForm, BoundField, ModelChoiceField
from django.utils.translation import gettext_lazy as _

from django_twentythree import addresses
from django_twentythree.ids import read_id
from django_twentythree.kinds import ObjectKind
from django_twentythree.pickers.access import describe_refusal, get_visible, may_look
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.pickers.widgets import PickerWidget
from django_twentythree.user_context import User

if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    AnyModelChoiceField = ModelChoiceField[Any]
else:
    AnyModelChoiceField = ModelChoiceField


class MirroredChoiceField(AnyModelChoiceField):
    """A choice of one synced object, by primary key, or by an address or embed code of the platform.

    The value of the form's saved instance stays valid until somebody changes it, even when the object has gone from
    TwentyThree. A value from `initial` is checked like any other, because it may come from an address.
    """

    default_error_messages = {  # noqa: RUF012 - Django's way of writing messages
        "invalid_choice": _("No video that you can choose matches this number or address."),
        "wrong_model": _("This address belongs to another kind of object, which you cannot choose here."),
        "refused": _("This cannot be chosen. %(reason)s"),
    }
    user: User | None = None
    """The user who fills in the form, for `PICKER_FILTER`; None when unknown."""
    current: Any = None
    """The object chosen earlier, or its key, for a form without an instance; it stays valid."""

    def __init__(self, options: PickerOptions, *, user: User | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("queryset", options.rows._default_manager.all())
        kwargs.setdefault("widget", PickerWidget(options))
        super().__init__(**kwargs)
        self.options = options
        self.user = user

    def get_bound_field(self, form: Any, field_name: str) -> BoundField:
        # Django's admin wraps the widget of each foreign key in links that work only with a <select>.
        inner = getattr(self.widget, "widget", None)
        if isinstance(inner, PickerWidget):
            self.widget = inner
        if self.current is None:
            self.current = _get_saved(form, field_name)
        return super().get_bound_field(form, field_name)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        if isinstance(value, self.options.rows):
            value = value.pk
        text = str(value).strip()
        kept = self._find_kept(text)
        if kept is not None:
            return kept
        row = self._find(text)
        if reason := describe_refusal(row, self.options):
            if not self._may_know():
                raise self._refuse_unknown()
            # Leave out the title, because this person may lack the permission to see it.
            raise ValidationError(self.error_messages["refused"], code="refused", params={"reason": reason})
        return row

    def _find_kept(self, text: str) -> Any:
        """Return the row chosen earlier if `text` still identifies it, else None."""
        current = self.prepare_value(self.current)
        if current in self.empty_values or text != str(current):
            return None
        return self.options.rows._default_manager.filter(pk=current).first()

    def _find(self, text: str) -> Any:
        """Return the row that a text identifies, among the rows that the user may choose from."""
        visible = get_visible(self.options, self.user, self.queryset).select_related("workspace")
        row = None
        if key := read_id(text):
            row = visible.filter(pk=key).first()
        elif address := addresses.parse_any_host(text):
            if address.alias and address.kind != self.options.model:  # whether or not there is anything by it
                raise ValidationError(self.error_messages["wrong_model"], code="wrong_model")
            found = addresses.find_row(address)
            row = visible.filter(pk=found.pk).first() if found else None
        if row is None:
            raise self._refuse_unknown()
        return row

    def _may_know(self) -> bool:
        """Return whether the user may learn the reason for a refusal, which reveals that the row exists."""
        return self.user is None or may_look(self.user, self.options.model)

    def _refuse_unknown(self) -> ValidationError:
        return ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(initial, data.strip() if isinstance(data, str) else data)


def _get_saved(form: Any, field_name: str) -> Any:
    """Return the key that the form's saved instance has in a field; None when it has none."""
    instance = getattr(form, "instance", None)
    if not isinstance(instance, Model) or instance._state.adding:
        return None
    try:
        field = instance._meta.get_field(field_name)
    except FieldDoesNotExist:
        return None
    return getattr(instance, field.attname) if isinstance(field, ForeignKey) else None


class PhotoChoiceField(MirroredChoiceField):
    """A choice of a video, an audio file or a still image.

    Args:
        kinds: The kinds to choose from (`video`, `audio`, `image`, `text`). None: all kinds.
        workspace: The alias of the only workspace to choose from. None: all workspaces.
        allow_unpublished: Whether unpublished objects may be chosen. None: `EMBED_UNPUBLISHED` of the workspace.
        kwargs: Arguments of `MirroredChoiceField` and `ModelChoiceField`.
    """

    def __init__(
        self,
        *,
        kinds: Sequence[str] | None = None,
        workspace: str | None = None,
        allow_unpublished: bool | None = None,
        **kwargs: Any,
    ) -> None:
        options = PickerOptions.for_photos(kinds, workspace=workspace, allow_unpublished=allow_unpublished)
        super().__init__(options, **kwargs)


class AlbumChoiceField(MirroredChoiceField):
    """A choice of an album; the arguments are those of `PhotoChoiceField`, without `kinds`."""

    default_error_messages = {  # noqa: RUF012 - Django's way of writing messages
        "invalid_choice": _("No category that you can choose matches this number or address."),
    }

    def __init__(self, *, workspace: str | None = None, allow_unpublished: bool | None = None, **kwargs: Any) -> None:
        options = PickerOptions(model=ObjectKind.ALBUM, workspace=workspace, allow_unpublished=allow_unpublished)
        super().__init__(options, **kwargs)


class LiveStreamChoiceField(MirroredChoiceField):
    """A choice of a live stream; the arguments are those of `PhotoChoiceField`, without `kinds`."""

    default_error_messages = {  # noqa: RUF012 - Django's way of writing messages
        "invalid_choice": _("No live stream that you can choose matches this number or address."),
    }

    def __init__(self, *, workspace: str | None = None, allow_unpublished: bool | None = None, **kwargs: Any) -> None:
        options = PickerOptions(model=ObjectKind.LIVESTREAM, workspace=workspace, allow_unpublished=allow_unpublished)
        super().__init__(options, **kwargs)


def bind_user(form: BaseForm, user: User) -> None:
    """Tell the picker fields of a form which user fills it in, so that they can apply `PICKER_FILTER`.

    Django's admin does not need this call.
    """
    for field in form.fields.values():
        if isinstance(field, MirroredChoiceField):
            field.user = user
