"""The admin of change notices and of their processing."""

from __future__ import annotations

from typing import ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.actions import request_replay
from django_twentythree.admin.badges import get_notification_badges, render_badges
from django_twentythree.admin.columns import EMPTY, render_json
from django_twentythree.admin.filters import WorkspaceFilter
from django_twentythree.admin.mirrored import ReadOnlyAdmin
from django_twentythree.kinds import KINDS_BY_WORD
from django_twentythree.models import MODELS_BY_KIND, Notification
from django_twentythree.user_context import User


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    """The inbox of change notices."""

    note = _("A change notice is only a hint: this site always fetches the object from TwentyThree again.")
    list_display = ("label", "state_badge", "about", "received_at", "attempts", "message", "workspace")
    list_display_links = ("label",)
    sortable_by = ()
    actions = ("replay_selected",)
    list_filter = ("state", "source", WorkspaceFilter)
    search_fields = ("=object_id", "event")
    search_help_text = _("Enter a TwentyThree id, or words of the event.")
    fieldsets = (
        (None, {"fields": ("state_badge", "about", "source", "event", "received_at", "workspace")}),
        (_("Processing"), {"fields": ("attempts", "processed_at", "error")}),
        (_("Payload"), {"fields": ("masked_payload",)}),
    )
    readonly_fields: ClassVar[tuple[str, ...]] = ("state_badge", "about", "masked_payload")

    def prepare_list(self, queryset: QuerySet[Notification], user: User) -> QuerySet[Notification]:
        return queryset.defer("payload")

    @admin.display(description=_("change notice"))
    def label(self, notice: Notification) -> str:
        return notice.event or notice.get_source_display()

    @admin.display(description=_("state"))
    def state_badge(self, notice: Notification) -> SafeString:
        return render_badges(get_notification_badges(notice))

    @admin.display(description=_("about"))
    def about(self, notice: Notification) -> SafeString | str:
        kind = KINDS_BY_WORD.get(notice.object_type)
        if kind is None or notice.object_id is None:
            return f"{notice.object_type} {notice.object_id or ''}".strip() or EMPTY
        model = MODELS_BY_KIND[kind]
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        return format_html(
            '<a href="{}?q={}">{} {}</a>', url, notice.object_id, model._meta.verbose_name, notice.object_id
        )

    @admin.display(description=_("message"))
    def message(self, notice: Notification) -> str:
        return Truncator(notice.error).chars(80) or EMPTY

    @admin.display(description=_("payload"))
    def masked_payload(self, notice: Notification) -> SafeString | str:
        return render_json(notice.payload)

    @admin.action(description=_("Process again"), permissions=["request"])
    def replay_selected(self, request: HttpRequest, notices: QuerySet[Notification]) -> None:
        request_replay(request, notices)
