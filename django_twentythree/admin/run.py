"""The admin of sync runs: what each run saw and wrote, and how it ended."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.acceptance import answer_acceptance, is_waiting
from django_twentythree.admin.badges import get_run_badges, render_badges
from django_twentythree.admin.columns import EMPTY
from django_twentythree.admin.filters import WorkspaceFilter
from django_twentythree.admin.mirrored import ReadOnlyAdmin, Tool
from django_twentythree.models import SyncRun
from django_twentythree.rendering import format_duration


@admin.register(SyncRun)
class SyncRunAdmin(ReadOnlyAdmin):
    """The log of sync runs."""

    note = _("All sync runs, scheduled or started by a person. Old runs are deleted after a while.")
    list_display = (
        "what",
        "state_badge",
        "started_at",
        "duration",
        "outcome",
        "message",
        "trigger",
        "workspace",
    )
    list_display_links = ("what",)
    sortable_by = ()
    list_filter = ("resource", "state", "trigger", WorkspaceFilter)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "state_badge",
                    "error",
                    "started_at",
                    "finished_at",
                    "duration",
                    "trigger",
                    "workspace",
                    "permission_level",
                )
            },
        ),
        (
            _("Counts"),
            {
                "fields": (
                    "seen",
                    "created",
                    "updated",
                    "unchanged",
                    "skipped",
                    "missing",
                    "requests",
                )
            },
        ),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("state_badge", "duration")

    @admin.display(description=_("resource"))
    def what(self, run: SyncRun) -> str:
        label = run.get_resource_display()
        return label[:1].upper() + label[1:]

    @admin.display(description=_("state"))
    def state_badge(self, run: SyncRun) -> SafeString:
        return render_badges(get_run_badges(run))

    @admin.display(description=_("duration"))
    def duration(self, run: SyncRun) -> str:
        seconds = run.duration_seconds
        if seconds is None and run.started_at and run.state == SyncRun.State.RUNNING:
            seconds = max(0.0, (timezone.now() - run.started_at).total_seconds())
        return format_duration(seconds) or EMPTY

    @admin.display(description=_("result"))
    def outcome(self, run: SyncRun) -> str:
        counts = (
            (_("%(count)d seen"), run.seen),
            (_("%(count)d new"), run.created),
            (_("%(count)d changed"), run.updated),
            (_("%(count)d gone"), run.missing),
            (_("%(count)d unreadable"), run.skipped),
        )
        return ", ".join(str(text % {"count": count}) for text, count in counts if count) or EMPTY

    @admin.display(description=_("message"))
    def message(self, run: SyncRun) -> str:
        return Truncator(run.error).chars(80) or EMPTY

    def get_urls(self) -> list[URLPattern]:
        accept_view = self.admin_site.admin_view(self.accept_view)
        return [
            path("<int:pk>/accept/", accept_view, name="twentythree_syncrun_accept"),
            *super().get_urls(),
        ]

    def get_object_tools(self, request: HttpRequest, row: SyncRun) -> list[Tool]:
        if not (self.has_request_permission(request) and is_waiting(row)):
            return []
        return [Tool(_("Accept what is missing"), reverse("admin:twentythree_syncrun_accept", args=(row.pk,)))]

    def accept_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let a person accept the rows that the deletion guard kept this run from marking as gone."""
        if not self.has_request_permission(request):
            raise PermissionDenied
        run = get_object_or_404(SyncRun.objects.select_related("workspace"), pk=pk)
        return answer_acceptance(request, self, run, [run] if is_waiting(run) else [])
