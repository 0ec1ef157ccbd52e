"""The base of all admin pages here: they are read-only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import url_params_from_lookup_dict
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from django_twentythree.admin.actions import request_sync
from django_twentythree.admin.badges import Badge, render_badges
from django_twentythree.admin.columns import render_json
from django_twentythree.admin.filters import get_offered_lookups, get_workspaces, has_several_workspaces
from django_twentythree.admin.paging import CappedChangeList, CappedPaginator, read_page_number
from django_twentythree.conf import get_aliases
from django_twentythree.folding import MAX_WORDS, read_words
from django_twentythree.models import SyncRun
from django_twentythree.pickers.search import search
from django_twentythree.user_context import User, order_for_user

if TYPE_CHECKING:  # Django's classes take type arguments in the stubs only
    AnyModelAdmin = admin.ModelAdmin[Any]
else:
    AnyModelAdmin = admin.ModelAdmin


class ReadOnlyAdmin(AnyModelAdmin):
    """Admin of rows that nobody adds, changes or deletes by hand; the view permission shows them.

    The permission to change a model allows a person to start its sync.
    """

    list_per_page = 100
    list_max_show_all = 100
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator

    class Media:
        css: ClassVar[dict[str, tuple[str, ...]]] = {"all": ("django_twentythree/admin.css",)}

    note: Any = ""
    """A sentence at the top of each page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_request_permission(self, request: HttpRequest) -> bool:
        """Return whether this person may start a sync of these rows."""
        return request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")

    def prepare_list(self, queryset: QuerySet[Any], user: User) -> QuerySet[Any]:
        """Return the rows of a list with exactly the data that its columns need for this person."""
        return queryset

    def get_object_tools(self, request: HttpRequest, row: Any) -> list[Tool]:
        """Return the buttons above the page of a row."""
        return []

    def get_list_tools(self, request: HttpRequest) -> list[Tool]:
        """Return the buttons above the list."""
        return []

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        columns = list(super().get_list_display(request))
        if "workspace" in columns and not has_several_workspaces(request):
            columns.remove("workspace")
        return columns

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[CappedChangeList]:
        return CappedChangeList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        orphans: int = 0,
        allow_empty_first_page: bool = True,  # noqa: FBT001, FBT002 - Django's signature
    ) -> Paginator[Any]:
        paginator = super().get_paginator(request, queryset, per_page, orphans, allow_empty_first_page)
        cast(CappedPaginator, paginator).page_number = read_page_number(request)
        return paginator

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest) -> bool:
        """Return whether an address may filter the list by `lookup`; only the offered filters may.

        Django allows any lookup on the model's own columns. With `?extra__protected_token__startswith=a`, somebody
        who may only view could find out a masked value letter by letter.
        """
        if lookup in get_offered_lookups(self.get_list_filter(request), self.date_hierarchy):
            return True
        # A project's foreign key with `limit_choices_to` puts them into the address of its pop-up.
        limits = (limit() if callable(limit) else limit for limit in self.opts.related_fkey_lookups)
        return any((lookup, value) in url_params_from_lookup_dict(limit).items() for limit in limits)

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """Return the list for the filters in its address.

        Raises:
            IncorrectLookupParameters: The address compares a column with too many values, or with a value
                that databases refuse.
        """
        for name, values in request.GET.lists():
            is_too_much = len(values) > MAX_WORDS or any("\x00" in value for value in values)
            if LOOKUP_SEP in name and is_too_much:
                raise IncorrectLookupParameters
        return super().get_changelist_instance(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return super().get_search_results(request, queryset, " ".join(read_words(search_term)))

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        tools = self.get_list_tools(request)
        return super().changelist_view(request, {"tools": tools, **(extra_context or {})})

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        context |= {"tools": self.get_object_tools(request, row) if row else [], "note": self.note}
        return super().render_change_form(request, context, *args, **kwargs)


class MirroredAdmin(ReadOnlyAdmin):
    """Admin of objects of the platform."""

    resource: SyncRun.Resource
    """What a sync run of these rows is called."""
    note = _(
        "This page shows data from TwentyThree. Make changes there. You cannot delete anything here,"
        " because the next sync would bring it back."
    )

    def get_badges(self, row: Any) -> list[Badge]:
        """Return the states of a row."""
        raise NotImplementedError

    @admin.display(description=_("state"))
    def state(self, row: Any) -> SafeString:
        return render_badges(self.get_badges(row))

    @admin.display(description=_("further fields"))
    def further_fields(self, row: Any) -> SafeString | str:
        return render_json(row.extra)

    def get_urls(self) -> list[URLPattern]:
        sync_view = self.admin_site.admin_view(self.sync_view)
        return [path("sync/", sync_view, name=self._get_url_name("sync")), *super().get_urls()]

    def get_list_tools(self, request: HttpRequest) -> list[Tool]:
        if not (self.has_request_permission(request) and get_aliases()):
            return []
        query = request.GET.urlencode()
        url = reverse(f"admin:{self._get_url_name('sync')}")
        return [Tool(_("Sync now"), f"{url}?{query}" if query else url, is_post=True)]

    @method_decorator(require_POST)
    def sync_view(self, request: HttpRequest) -> HttpResponse:
        """Ask for a sync run of these rows, of the workspace that the list shows or of all."""
        if not self.has_request_permission(request):
            raise PermissionDenied
        known = [workspace.alias for workspace in get_workspaces(request)]
        chosen = [alias for alias in known if alias == request.GET.get("workspace")]
        request_sync(request, chosen or get_aliases(), [self.resource])
        url = reverse(f"admin:{self._get_url_name('changelist')}")
        query = request.GET.urlencode()
        return HttpResponseRedirect(f"{url}?{query}" if query else url)

    def get_ordering(self, request: HttpRequest) -> list[Any]:
        # For the pickers of other model admins, see `user_context`.
        return order_for_user(self.ordering or self.opts.ordering or (), request.user)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        return search(queryset, search_term), False

    def _get_url_name(self, page: str) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_{page}"


@dataclass(frozen=True, slots=True)
class Tool:
    """A button above a list or page."""

    label: str | Promise
    url: str
    is_post: bool = False
    is_external: bool = False
