"""The admin of workspaces: the synced TwentyThree sites and the state of the connection to them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from django_twentythree.admin.acceptance import answer_acceptance, find_waiting_runs, get_latest_runs
from django_twentythree.admin.actions import describe_pause, request_sync
from django_twentythree.admin.badges import get_run_badges, get_workspace_badges, render_badges
from django_twentythree.admin.columns import EMPTY, get_admin_url, render_link, render_table
from django_twentythree.admin.mirrored import ReadOnlyAdmin, Tool
from django_twentythree.conf import get_aliases
from django_twentythree.coordination.backoff import IN_TROUBLE
from django_twentythree.models import Workspace, WorkspaceCondition
from django_twentythree.sync.runner import FULL_MIRROR


@admin.register(Workspace)
class WorkspaceAdmin(ReadOnlyAdmin):
    """Admin of the TwentyThree sites, which are configured in the project's settings."""

    note = _("Workspaces are configured in the settings of this site. The other facts come from TwentyThree.")
    list_display = ("name_or_alias", "alias", "domain", "state_badge", "permission_level")
    list_display_links = ("name_or_alias",)
    sortable_by = ("alias",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "state_badge",
                    "trouble",
                    "pause",
                    "domain",
                    "alias",
                    "site_id",
                    "permission_level",
                )
            },
        ),
        (_("Latest sync runs"), {"fields": ("latest_runs",)}),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("state_badge", "trouble", "pause", "latest_runs")

    @admin.display(description=_("workspace"))
    def name_or_alias(self, workspace: Workspace) -> str:
        return str(workspace)

    @admin.display(description=_("state"))
    def state_badge(self, workspace: Workspace) -> SafeString:
        return render_badges(get_workspace_badges(workspace))

    @admin.display(description=_("trouble"))
    def trouble(self, workspace: Workspace) -> str:
        reason = WorkspaceCondition.objects.filter(workspace_id=workspace.pk).values_list("reason", flat=True).first()
        return reason or EMPTY

    @admin.display(description=_("pause"))
    def pause(self, workspace: Workspace) -> str:
        sentence = describe_pause(workspace)
        return f"{sentence} {_('Use “Try now” to ask at once.')}" if sentence else EMPTY

    @admin.display(description=_("latest sync runs"))
    def latest_runs(self, workspace: Workspace) -> SafeString | str:
        rows = (
            (
                render_link(run, run.get_resource_display()),
                render_badges(get_run_badges(run)),
                run.started_at,
                run.seen,
                run.error,
            )
            for run in get_latest_runs(workspace)
        )
        columns = (_("run"), _("state"), _("started"), _("seen"), _("message"))
        return render_table(_("The latest sync run of each kind"), columns, rows)

    def get_urls(self) -> list[URLPattern]:
        sync_view = self.admin_site.admin_view(self.sync_view)
        accept_view = self.admin_site.admin_view(self.accept_view)
        return [
            path("<int:pk>/sync/", sync_view, name="twentythree_workspace_sync"),
            path("<int:pk>/accept/", accept_view, name="twentythree_workspace_accept"),
            *super().get_urls(),
        ]

    def get_object_tools(self, request: HttpRequest, row: Workspace) -> list[Tool]:
        if not (self.has_request_permission(request) and row.alias in get_aliases()):
            return []
        url = reverse("admin:twentythree_workspace_sync", args=(row.pk,))
        label = _("Try now") if row.state in IN_TROUBLE else _("Sync now")
        tools = [Tool(label, url, is_post=True)]
        if find_waiting_runs(row):
            url = reverse("admin:twentythree_workspace_accept", args=(row.pk,))
            tools.append(Tool(_("Accept what is missing"), url))
        return tools

    @method_decorator(require_POST)
    def sync_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Start a full sync of one workspace."""
        if not self.has_request_permission(request):
            raise PermissionDenied
        workspace = get_object_or_404(Workspace, pk=pk)
        request_sync(request, [workspace.alias], FULL_MIRROR)
        return HttpResponseRedirect(get_admin_url(workspace))

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a person accept the rows that the deletion guard kept the latest runs from marking as gone."""
        if not self.has_request_permission(request):
            raise PermissionDenied
        workspace = get_object_or_404(Workspace, pk=pk)
        return answer_acceptance(request, self, workspace, find_waiting_runs(workspace))
