"""HTML for the admin's cells and fields: pictures, links, JSON and tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.admin.utils import display_for_value
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from django_twentythree.masking import mask_secrets
from django_twentythree.models import LiveStream, Photo

EMPTY = "-"
"""The sign that Django's admin shows for an empty value."""
THUMBNAIL_SIZE = "192x108cr"
"""Twice the size at which a list shows it, for dense screens."""
SHOWN_CHARACTERS = 8_000
"""The longest JSON that a page shows, in characters. Longer JSON slows browsers down."""


def render_thumbnail(row: Photo | LiveStream) -> SafeString:
    """Return the picture of a row in a list. Its `alt` is empty, because the title stands beside it."""
    return format_html(
        '<img class="twentythree-thumbnail" src="{}" width="96" height="54" loading="lazy" alt="">',
        row.thumbnail_url(THUMBNAIL_SIZE, allow_unpublished=True),
    )


def get_admin_url(row: Model) -> str:
    """Return the address of the row's page in the admin."""
    opts = row._meta
    return reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=(row.pk,))


def render_link(row: Model, text: str = "") -> SafeString:
    """Return a link to the row's page in the admin, with `text` or the name of the row as its text."""
    return format_html('<a href="{}">{}</a>', get_admin_url(row), text or str(row))


def render_links(rows: Iterable[Model]) -> SafeString | str:
    """Return links to the pages of these rows, as a list separated by commas."""
    return format_html_join(", ", "{}", ((render_link(row),) for row in rows)) or EMPTY


def render_json(value: Any) -> SafeString | str:
    """Return a JSON value as readable HTML, with secrets masked."""
    if value in (None, {}, []):
        return EMPTY
    text = json.dumps(mask_secrets(value), indent=2, ensure_ascii=False, sort_keys=True)
    # Mask before cutting, because half a secret is not recognised as one.
    # Long lines scroll; tabindex makes that possible with the keyboard.
    shown = format_html('<pre class="twentythree-json" tabindex="0">{}</pre>', text[:SHOWN_CHARACTERS])
    if len(text) <= SHOWN_CHARACTERS:
        return shown
    numbers = {"shown": number_format(SHOWN_CHARACTERS), "all": number_format(len(text))}
    return format_html("{}<p>{}</p>", shown, _("The first %(shown)s of %(all)s characters are shown.") % numbers)


def render_table(caption: Any, columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> SafeString | str:
    """Return a small table in which the first cell of each row is a heading; `EMPTY` without rows."""
    cells = [[display_for_value(cell, EMPTY) for cell in row] for row in rows]
    if not cells:
        return EMPTY
    context = {"caption": caption, "columns": columns, "rows": cells}
    return render_to_string("admin/twentythree/table.html", context)
