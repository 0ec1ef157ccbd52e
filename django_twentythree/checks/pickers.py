"""Checks of the fields whose form field is the picker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.conf import settings as django_settings
from django.core.checks import CheckMessage, Error, Warning
from django.urls import NoReverseMatch, reverse

from django_twentythree.checks.values import LIST
from django_twentythree.conf import get_given_settings
from django_twentythree.fields import MirroredField
from django_twentythree.kinds import ObjectKind
from django_twentythree.models import Photo


def check_pickers(**kwargs: Any) -> list[CheckMessage]:
    """Check that the pickers of a project's models can be asked, and that there is what they offer."""
    fields = list(_iter_fields())
    messages = [message for field in fields for message in (*_check_kinds(field), *_check_workspace(field))]
    if fields and getattr(django_settings, "ROOT_URLCONF", None) and not _are_urls_included():
        messages.append(
            Warning(
                f"{fields[0]} has the picker in its forms, but the URLs of django_twentythree are not included.",
                hint='Add path("twentythree/", include("django_twentythree.urls")) to the root URLconf. Until then'
                " the form shows a text field for a number or an address.",
                obj=fields[0],
                id="twentythree.W007",
            )
        )
    return messages


def _iter_fields() -> Iterator[MirroredField]:
    for model in apps.get_models():
        yield from (field for field in model._meta.local_fields if isinstance(field, MirroredField))


def _check_kinds(field: MirroredField) -> Iterator[CheckMessage]:
    kinds = field.picker_options.get("kinds")
    if kinds is not None and not (LIST.accepts(kinds) and set(kinds) <= set(Photo.Kind.values)):
        yield Error(
            f"{field}: kinds must be a list of kinds of photos.",
            hint=f"There are {', '.join(Photo.Kind.values)}; write kinds=['audio', 'video'], or leave it out for all.",
            obj=field,
            id="twentythree.E029",
        )


def _check_workspace(field: MirroredField) -> Iterator[CheckMessage]:
    alias = field.picker_options["workspace"]
    workspaces = get_given_settings().get("WORKSPACES")
    # Where none is configured at all, as when a project is built, there is nothing to compare with.
    if alias is not None and workspaces and isinstance(workspaces, Mapping) and alias not in workspaces:
        yield Warning(
            f"{field} offers what is in the workspace '{alias}', which is not configured.",
            hint=f"Add it to TWENTYTHREE['WORKSPACES'], or name one of: {', '.join(map(str, workspaces))}.",
            obj=field,
            id="twentythree.W008",
        )


def _are_urls_included() -> bool:
    try:
        reverse("twentythree:picker", args=[ObjectKind.PHOTO])
    except NoReverseMatch:
        return False
    return True
