"""Badges that show the states of a row in words that editors know; the colour only supports the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_twentythree.models import Album, LiveStream, Mirrored, Notification, Photo, SyncRun, Workspace
from django_twentythree.models.visibility import ENCODING
from django_twentythree.rendering import UnavailableReason


class Tone(StrEnum):
    """The meaning of a badge, which decides its colour."""

    GOOD = "good"
    LIVE = "live"
    NOTICE = "notice"
    QUIET = "quiet"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Badge:
    """A word or two about a row."""

    text: str | Promise
    tone: Tone = Tone.QUIET


def render_badges(badges: Iterable[Badge]) -> SafeString:
    """Return the badges one after another."""
    return format_html(
        '<span class="twentythree-badges">{}</span>',
        format_html_join(
            " ",
            '<span class="twentythree-badge twentythree-badge-{}">{}</span>',
            ((badge.tone, badge.text) for badge in badges),
        ),
    )


def describe_gone(missing_since: datetime) -> str:
    """Return "Gone from TwentyThree since 3 May", with the year if it is not this one."""
    moment = timezone.localtime(missing_since)
    is_this_year = moment.year == timezone.localdate().year
    day = date_format(moment, "MONTH_DAY_FORMAT" if is_this_year else "DATE_FORMAT")
    return gettext("Gone from TwentyThree since %(day)s") % {"day": day}


def _get_gone(row: Mirrored) -> list[Badge]:
    return [Badge(describe_gone(row.missing_since), Tone.BAD)] if row.missing_since else []


def _get_barriers(row: Mirrored) -> list[Badge]:
    return [Badge(_BARRIERS[obstacle], Tone.NOTICE) for obstacle in row.visibility.find_barriers(row)]


def get_photo_badges(photo: Photo) -> list[Badge]:
    """Return badges for what hides a photo from visitors, or one that says it is public."""
    badges = _get_gone(photo)
    if ENCODING.holds(photo):
        badges.append(Badge(_("Encoding"), Tone.NOTICE))
    badges += _get_barriers(photo)
    if photo.is_protected:
        badges.append(Badge(_("Protected"), Tone.NOTICE))
    return badges or [Badge(_("Published"), Tone.GOOD)]


def get_album_badges(album: Album) -> list[Badge]:
    """Return badges for what hides a category from visitors, or one that says it is public."""
    badges = _get_gone(album) + _get_barriers(album)
    return badges or [Badge(_("Public"), Tone.GOOD)]


def get_live_stream_badges(live: LiveStream) -> list[Badge]:
    """Return badges for whether a live stream is on air and what hides it from visitors."""
    badges = _get_gone(live)
    if live.is_on_air:
        badges.append(Badge(_("On air"), Tone.LIVE))
    elif live.is_streaming:
        badges.append(Badge(_("Receiving signal, not on air"), Tone.NOTICE))
    else:
        badges.append(Badge(_("Off air")))
    return badges + _get_barriers(live)


def get_presence_badges(row: Mirrored) -> list[Badge]:
    """Return a badge for whether TwentyThree has the object."""
    return _get_gone(row) or [Badge(_("On TwentyThree"), Tone.GOOD)]


_BARRIERS = {
    UnavailableReason.UNPUBLISHED: _("Unpublished"),
    UnavailableReason.HIDDEN: _("Hidden"),
    UnavailableReason.PRIVATE: _("Private"),
}
_RUN_TONES = {
    SyncRun.State.RUNNING: Tone.NOTICE,
    SyncRun.State.SUCCEEDED: Tone.GOOD,
    SyncRun.State.NOT_PERMITTED: Tone.QUIET,
    SyncRun.State.FAILED: Tone.BAD,
    SyncRun.State.INTERRUPTED: Tone.NOTICE,
}
_NOTIFICATION_TONES = {
    Notification.State.PENDING: Tone.NOTICE,
    Notification.State.DONE: Tone.GOOD,
    Notification.State.FAILED: Tone.BAD,
}
_WORKSPACE_TONES = {
    Workspace.State.NEW: Tone.QUIET,
    Workspace.State.WORKING: Tone.GOOD,
    Workspace.State.UNREACHABLE: Tone.BAD,
    Workspace.State.REFUSED: Tone.BAD,
    Workspace.State.MISMATCHED: Tone.BAD,
}


def get_run_badges(run: SyncRun) -> list[Badge]:
    """Return how a sync run ended, or that it has not."""
    badges = [_from_choice(SyncRun.State(run.state), _RUN_TONES[SyncRun.State(run.state)])]
    if run.is_held_back:
        badges.append(Badge(_("Left rows as they were"), Tone.NOTICE))
    return badges


def get_notification_badges(notification: Notification) -> list[Badge]:
    """Return a badge for the state of a change notice."""
    state = Notification.State(notification.state)
    return [_from_choice(state, _NOTIFICATION_TONES[state])]


def get_workspace_badges(workspace: Workspace) -> list[Badge]:
    """Return badges for the connection to the platform and for whether its site is open to the public."""
    state = Workspace.State(workspace.state)
    badges = [_from_choice(state, _WORKSPACE_TONES[state])]
    if workspace.is_closed:
        badges.append(Badge(_("Closed to the public"), Tone.NOTICE))
    return badges


def _from_choice(state: SyncRun.State | Notification.State | Workspace.State, tone: Tone) -> Badge:
    label = str(state.label)
    return Badge(label[:1].upper() + label[1:], tone)
