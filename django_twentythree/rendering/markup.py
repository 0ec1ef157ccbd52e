"""Make text from outside safe for a page."""

import math
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urljoin

import nh3
from django.utils.html import format_html_join, linebreaks
from django.utils.safestring import SafeString

from django_twentythree.folding import replace_unwritable

# fmt: off
_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "code", "dd", "dl", "dt", "em", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "li", "ol", "p", "pre", "s", "small", "strong", "sub", "sup", "u", "ul",
}
# fmt: on
_ATTRIBUTES = {"a": {"href", "title"}, "abbr": {"title"}, "ol": {"start"}}
_LONGEST_SECONDS = 10**9
_LONGEST_QUOTE = 100


def write_text(value: object) -> str:
    """Return a value as text for a page.

    Raises:
        ValueError: Python cannot write a number with thousands of digits.
    """
    return replace_unwritable(str(value))


def write_if_possible(value: object) -> str:
    """Return a value as text for a page; "" when `write_text` refuses it."""
    try:
        return write_text(value)
    except ValueError:
        return ""


def describe_value(value: object) -> str:
    """Return a value of any type as a message can quote it, shortened when it is long."""
    try:
        text = repr(value)
    except ValueError:  # see write_text; a list can also contain such a number
        return f"of type {type(value).__name__}"
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def format_data_attributes(data: Iterable[tuple[str, str]]) -> SafeString:
    """Return an escaped ` data-x="…"` for each name and value; "" without any."""
    return format_html_join("", ' {}="{}"', data)


def sanitize_html(html: str, *, base_url: str = "") -> SafeString:
    """Return the safe part of HTML from outside: text, its structure and links.

    Links get `rel="nofollow noopener"` and keep their target on the platform.

    Args:
        html: Any HTML.
        base_url: The site of the HTML, which resolves relative links.
    """

    def resolve_link(element: str, attribute: str, value: str) -> str | None:
        if attribute != "href" or not base_url:
            return value
        try:
            return urljoin(f"{base_url}/", value)
        except ValueError:
            return None

    cleaned = nh3.clean(
        replace_unwritable(html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=resolve_link,
        link_rel="nofollow noopener",
        url_schemes={"http", "https", "mailto", "tel"},
    )
    # The output of nh3 is safe. This is the only place that marks a string as safe without escaping it.
    return SafeString(cleaned)


def render_description(html: str, text: str, *, base_url: str) -> SafeString:
    """Return a description as safe HTML, made from its plain text when it has no HTML.

    Args:
        html: The description from the platform.
        text: The same as plain text.
        base_url: The site of the description.
    """
    described = sanitize_html(html, base_url=base_url)
    if described.strip() or not text.strip():
        return described
    return sanitize_html(linebreaks(text, autoescape=True))


def format_duration(seconds: object) -> str:
    """Return a duration as players show it, such as "4:07" or "1:03:20"; "" when it is invalid.

    Args:
        seconds: A number, a text with a number, or a timedelta.
    """
    if isinstance(seconds, timedelta):
        seconds = seconds.total_seconds()
    if isinstance(seconds, bool) or not isinstance(seconds, int | float | str | Decimal):
        return ""
    try:
        number = float(seconds)
    except (ValueError, OverflowError):
        return ""
    if not (math.isfinite(number) and 0 <= number < _LONGEST_SECONDS):
        return ""
    minutes, second = divmod(int(number), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"
