"""Held-back runs: too many rows would have been marked as gone. A person looks, and accepts it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Max, Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from django_twentythree.admin.actions import request_sync
from django_twentythree.admin.columns import get_admin_url
from django_twentythree.models import SyncRun, Workspace


def get_latest_runs(workspace: Workspace, *, only_ended: bool = False) -> list[SyncRun]:
    """Return the latest run of each resource of a workspace; with `only_ended`, the latest that has ended."""
    runs = workspace.runs.exclude(state=SyncRun.State.RUNNING) if only_ended else workspace.runs.all()
    latest = runs.order_by().values("resource").annotate(latest=Max("pk")).values("latest")
    return list(SyncRun.objects.filter(pk__in=latest).select_related("workspace").order_by("resource"))


def find_waiting_runs(workspace: Workspace) -> list[SyncRun]:
    """Return the runs that wait for a person: each was held back and is the latest ended run of its resource.

    A run in progress may be held back too. What a person accepts in the meantime applies to the next run.
    """
    return [run for run in get_latest_runs(workspace, only_ended=True) if run.is_held_back]


def is_waiting(run: SyncRun) -> bool:
    """Return whether this run waits for a person, and no later one has answered."""
    return run.is_held_back and run in find_waiting_runs(run.workspace)


def answer_acceptance(
    request: HttpRequest, model_admin: ModelAdmin[Any], row: Model, runs: Sequence[SyncRun]
) -> HttpResponse:
    """Show what would be marked as gone. On POST, start the runs that mark it.

    Args:
        request: GET to look, POST to accept.
        model_admin: The model admin of the page.
        row: The run or workspace that the person came from and returns to.
        runs: The runs that wait for acceptance.
    """
    if request.method == "POST" and runs:
        aliases = {run.workspace.alias for run in runs}
        request_sync(request, aliases, [run.resource for run in runs], accept_missing=True)
        model_admin.log_change(request, row, _("Accepted what is missing."))
    if request.method == "POST" or not runs:
        return HttpResponseRedirect(get_admin_url(row))
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Accept what is missing"),
        "opts": model_admin.opts,
        "original": row,
        "back_url": get_admin_url(row),
        "runs": runs,
        "media": model_admin.media,
    }
    return TemplateResponse(request, "admin/twentythree/accept_missing.html", context)
