"""`{% load showcase %}`: template tags that the pages of this site share."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import localtime

register = template.Library()


@register.simple_tag
def moment(value: datetime | None, date_format_string: str) -> SafeString:
    """`{% moment video.published_at "j F Y" %}`: a `<time>` for people and machines; "" for None."""
    if value is None:
        return SafeString("")
    there = localtime(value)
    # To the second, because readers of the HTML do not need microseconds.
    machine = there.isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', machine, date_format(there, date_format_string))
