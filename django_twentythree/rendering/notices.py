"""Notices in an editor's preview that explain why something is not shown."""

from datetime import datetime

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_twentythree.folding import replace_unwritable
from django_twentythree.rendering.subject import UnavailableReason

_SENTENCES = {
    UnavailableReason.NOT_CHOSEN: _("No video was chosen for this place."),
    UnavailableReason.UNKNOWN_ADDRESS: _(
        "Nothing is shown here. The address belongs to no video of this site, or to one that is not synced yet."
    ),
    UnavailableReason.GONE: _("Visitors do not see “%(title)s”: it is gone from TwentyThree since %(date)s."),
    UnavailableReason.UNENCODED: _("Visitors do not see “%(title)s” yet: TwentyThree is still encoding it."),
    UnavailableReason.NOTHING_TO_PLAY: _("Visitors do not see “%(title)s”: it has nothing to play."),
    UnavailableReason.UNPUBLISHED: _("Visitors do not see “%(title)s”: it is not published on TwentyThree."),
    UnavailableReason.HIDDEN: _("Visitors do not see “%(title)s”: it is hidden on TwentyThree."),
    UnavailableReason.PRIVATE: _("Visitors do not see “%(title)s”: it is private on TwentyThree."),
}


def describe_unavailable(obstacle: UnavailableReason, *, title: str = "", missing_since: datetime | None = None) -> str:
    """Return a sentence that tells an editor why something is not shown."""
    values = {"title": replace_unwritable(title), "date": ""}
    if missing_since:
        local = timezone.localtime(missing_since) if timezone.is_aware(missing_since) else missing_since
        values["date"] = date_format(local, "DATE_FORMAT")
    return str(_SENTENCES[obstacle]) % values


def render_notice(
    obstacle: UnavailableReason, *, title: str = "", missing_since: datetime | None = None, classes: str = ""
) -> SafeString:
    """Return a paragraph for an editor's preview that says why something is not shown."""
    sentence = describe_unavailable(obstacle, title=title, missing_since=missing_since)
    context = {"reason": str(obstacle), "sentence": sentence, "classes": classes}
    return render_to_string("twentythree/embed/notice.html", context)


def is_editor_preview(request: object) -> bool:
    """Return whether a request shows a page to its editor, in Wagtail or in django CMS.

    Source: Wagtail sets `request.is_preview`. django CMS sets `request.toolbar`, whose modes are false for
    everybody except staff.
    """
    if getattr(request, "is_preview", False) is True:
        return True
    toolbar = getattr(request, "toolbar", None)
    return any(
        getattr(toolbar, mode, False) is True
        for mode in ("edit_mode_active", "preview_mode_active", "structure_mode_active")
    )
