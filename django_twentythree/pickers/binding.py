"""Who fills in a form."""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm

from django_twentythree.pickers.forms import MirroredChoiceField


def bind_user(form: BaseForm, user: Any) -> None:
    """Tell the picker fields of a form who fills it in, so that `PICKER_FILTER` can judge what was chosen.

    In Django's admin there is no need of it.
    """
    for field in form.fields.values():
        if isinstance(field, MirroredChoiceField):
            field.user = user
