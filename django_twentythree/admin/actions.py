"""Send what editors ask for to the task queue, and tell them the result in a message.

A worker makes the requests to the platform, so no page waits for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from django_twentythree.api.retrying import LONGEST_PAUSE_SECONDS
from django_twentythree.conf import get_aliases
from django_twentythree.coordination.backoff import IN_TROUBLE, get_retry_at, get_throttled_seconds
from django_twentythree.models import Notification, Photo, SyncRun, Workspace
from django_twentythree.publishing import publish
from django_twentythree.sync.inbox import replay
from django_twentythree.tasks import process_notifications, refresh_photo, sync_resource

REFRESH_LIMIT = 200
"""Videos refreshed at one press: for more, a sync run is quicker and kinder to the platform."""


def request_refresh(request: HttpRequest, photos: QuerySet[Photo]) -> None:
    """Queue a refresh of each photo, up to `REFRESH_LIMIT`, and show a message."""
    configured = set(get_aliases())
    # Read one more than the limit, to know whether there are more.
    chosen = list(photos.only("remote_id", "workspace_id")[: REFRESH_LIMIT + 1])
    asked = 0
    strangers: set[str] = set()
    paused = find_paused(chosen)
    for photo in chosen[:REFRESH_LIMIT]:
        alias = photo.get_workspace().alias
        if alias not in configured:
            strangers.add(alias)
            continue
        if photo.workspace_id in paused:
            continue
        if not publish(refresh_photo, alias, photo.remote_id):
            _say_queue_is_silent(request, asked)
            return
        asked += 1
    for alias in sorted(strangers):
        messages.warning(request, _not_configured(alias))
    for pk, sentence in paused.items():
        messages.warning(request, _link_workspace(request, pk, sentence))
    if asked:
        message = ngettext(
            "%(count)d video is being synced from TwentyThree.",
            "%(count)d videos are being synced from TwentyThree.",
            asked,
        )
        messages.success(request, message % {"count": asked})
    if len(chosen) > REFRESH_LIMIT:
        more = _("Only the first %(limit)d of your selection are synced. To sync more at once, use “Sync now”.")
        messages.warning(request, more % {"limit": REFRESH_LIMIT})


def find_paused(photos: Iterable[Photo]) -> dict[int, str]:
    """Return a sentence for each paused workspace of these photos, by the workspace's key."""
    workspaces = {photo.workspace_id: photo.get_workspace() for photo in photos}
    return {pk: describe_pause(workspace) for pk, workspace in workspaces.items() if get_retry_at(workspace)}


def describe_pause(workspace: Workspace) -> str:
    """Return why the syncs of a workspace are paused and until when; "" when they are not."""
    state = Workspace.objects.values_list("state", flat=True).get(pk=workspace.pk)
    retry_at = get_retry_at(workspace)
    if retry_at is None:
        if state not in IN_TROUBLE:
            return ""
        return _("TwentyThree is not working properly. This site tries again within a minute.")
    sentences = {
        Workspace.State.UNREACHABLE: _("TwentyThree could not be reached. This site tries again at %(time)s."),
        Workspace.State.REFUSED: _(
            "TwentyThree refused the credentials of this site. This site tries again at %(time)s."
        ),
        Workspace.State.MISMATCHED: _(
            "A different TwentyThree site answers at this address. This site tries again at %(time)s."
        ),
    }
    asked = _("TwentyThree asked this site to pause. The next request is at %(time)s.")
    time = date_format(localtime(retry_at), "TIME_FORMAT")
    return sentences.get(Workspace.State(state), asked) % {"time": time}


def _link_workspace(request: HttpRequest, pk: int, sentence: str) -> str:
    """Return the sentence with a way to try at once, unless TwentyThree has asked this site to wait."""
    if get_throttled_seconds(Workspace.objects.get(pk=pk)) > LONGEST_PAUSE_SECONDS:
        return sentence
    if not request.user.has_perm("twentythree.change_workspace"):
        return f"{sentence} {_('Use “Sync now” above the list to ask at once.')}"
    url = reverse("admin:twentythree_workspace_change", args=(pk,))
    try_now = _("Use “Try now” on its page to ask at once.")
    return format_html('{} {} <a href="{}">{}</a>', sentence, try_now, url, _("See the workspace"))


def request_replay(request: HttpRequest, notices: QuerySet[Notification]) -> None:
    """Put change notices back into the inbox, start processing it, and show a message."""
    workspaces = Workspace.objects.filter(pk__in=notices.values("workspace"))
    aliases = sorted(workspaces.values_list("alias", flat=True))
    count = replay(notices)
    message = ngettext(
        "%(count)d change notice is being processed again.",
        "%(count)d change notices are being processed again.",
        count,
    )
    messages.success(request, message % {"count": count})
    for alias in aliases:
        # If the queue does not respond, the schedule processes the inbox later.
        publish(process_notifications, alias)


def request_sync(
    request: HttpRequest, aliases: Collection[str], resources: Iterable[str], *, accept_missing: bool = False
) -> None:
    """Queue a sync run of each resource of each workspace, and say so.

    Args:
        request: The request whose response shows the message.
        aliases: Workspaces to sync. A message names those that are no longer configured.
        resources: Values of `SyncRun.Resource`.
        accept_missing: Whether any number of rows may be marked as gone.
    """
    configured = set(get_aliases())
    for alias in aliases:
        if alias not in configured:
            messages.warning(request, _not_configured(alias))
    paused = _warn_of_pauses(request, [alias for alias in aliases if alias in configured])
    asked_for = [alias for alias in aliases if alias in configured - paused]
    wanted = [(alias, resource) for resource in resources for alias in asked_for]
    options: dict[str, Any] = {"trigger": SyncRun.Trigger.ADMIN.value}
    if accept_missing:
        options["accept_missing"] = True
    for asked, (alias, resource) in enumerate(wanted):
        if not publish(sync_resource, alias, str(resource), **options):
            _say_queue_is_silent(request, asked)
            return
    if wanted:
        messages.success(request, _describe_sync(request))


def _warn_of_pauses(request: HttpRequest, aliases: Collection[str]) -> set[str]:
    """Return the workspaces that the platform has asked to wait for, and show a warning for each."""
    paused = set()
    for workspace in Workspace.objects.filter(alias__in=aliases):
        if get_throttled_seconds(workspace) > LONGEST_PAUSE_SECONDS:
            messages.warning(request, _link_workspace(request, workspace.pk, describe_pause(workspace)))
            paused.add(workspace.alias)
    return paused


def _describe_sync(request: HttpRequest) -> str:
    sentence = _("Sync started. Changes appear here shortly.")
    if not request.user.has_perm("twentythree.view_syncrun"):
        return sentence
    return format_html(
        '{} <a href="{}">{}</a>',
        sentence,
        reverse("admin:twentythree_syncrun_changelist"),
        _("See the sync runs"),
    )


def _not_configured(alias: str) -> str:
    return _("The workspace “%(alias)s” is no longer configured, so it cannot be synced.") % {"alias": alias}


def _say_queue_is_silent(request: HttpRequest, asked: int) -> None:
    if asked:
        message = ngettext(
            "The task queue stopped answering after %(count)d request. Try the others again in a minute.",
            "The task queue stopped answering after %(count)d requests. Try the others again in a minute.",
            asked,
        )
        messages.error(request, message % {"count": asked})
        return
    messages.error(
        request,
        _(
            "Nothing was started, because the task queue does not answer. Try again in a minute. If that"
            " does not help, tell the people who run this site. This page shows the last known state."
        ),
    )
