"""The buttons above lists and pages: links, and what changes something, by POST."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Tool:
    """A button above a list or page."""

    label: str | Promise
    url: str
    is_post: bool = False
    is_external: bool = False
