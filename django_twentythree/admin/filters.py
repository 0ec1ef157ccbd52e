"""Admin filters that stay useful and fast with thousands of categories and tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.admin import ListFilter, ModelAdmin, SimpleListFilter
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_twentythree.admin.related import get_nameable
from django_twentythree.ids import read_number
from django_twentythree.models import Album, Tag, Workspace
from django_twentythree.models.queries import has_words, has_words_in_name

# What Django's filters of fields write into addresses.
_COMPARISONS = ("exact", "isnull", "gte", "gt", "lte", "lt", "id__exact", "pk__exact")
_PARTS_OF_DATES = ("year", "month", "day", "gte", "lt")


class PresenceFilter(SimpleListFilter):
    """Filter by whether TwentyThree still has the object."""

    title = _("presence")
    parameter_name = "gone"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, Any]]:
        return [("no", _("On TwentyThree")), ("yes", _("Gone from TwentyThree"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in {"yes", "no"}:
            return queryset.filter(missing_since__isnull=self.value() == "no")
        return queryset


class WorkspaceFilter(SimpleListFilter):
    """Filter by workspace; hidden when there is only one."""

    title = _("workspace")
    parameter_name = "workspace"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [(workspace.alias, str(workspace)) for workspace in get_workspaces(request)]

    def has_output(self) -> bool:
        return len(self.lookup_choices) > 1

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        keys = [workspace.pk for workspace in get_workspaces(request) if workspace.alias == self.value()]
        return queryset.filter(workspace__in=keys)


class RelatedFilter(ListFilter):
    """Filter by a related row: it offers the first few rows and a field to find others.

    Django's own filter would load and list thousands of rows.
    """

    template = "admin/twentythree/related_filter.html"
    OFFERED = 10

    model: type[Model]
    parameter_name: str
    lookup: str
    search_label: Any

    def __init__(
        self,
        request: HttpRequest,
        params: dict[str, list[str]],
        model: type[Model],
        model_admin: ModelAdmin[Any],
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.user = request.user
        self.words = _pop_last(params, self.search_parameter_name).strip()
        self.value = _pop_last(params, self.parameter_name)
        self.has_several_workspaces = has_several_workspaces(request)
        self.other_parameters: list[tuple[str, str]] = []
        found = list(self.find(self.words)[: self.OFFERED + 1])
        self.has_more = len(found) > self.OFFERED
        self.offered = self._with_chosen(found[: self.OFFERED])

    @property
    def search_parameter_name(self) -> str:
        """The parameter that carries what was typed into the field."""
        return f"{self.parameter_name}_like"

    @property
    def has_search(self) -> bool:
        """Whether the search field is needed."""
        return self.has_more or bool(self.words)

    def find(self, words: str) -> QuerySet[Any]:
        """Return the rows whose name contains the words, in the order in which they are offered."""
        raise NotImplementedError

    def expected_parameters(self) -> list[str | None]:
        return [self.parameter_name, self.search_parameter_name]

    def has_output(self) -> bool:
        return bool(self.offered) or self.has_search

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value:
            return queryset
        # Check the permission for the related row too: nobody may learn which rows belong to a hidden one.
        chosen = self.find("").filter(pk=self._read_key()).order_by().values("pk")
        return queryset.filter(**{f"{self.lookup}__in": chosen})

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        own = set(self.expected_parameters())
        self.other_parameters = [(name, text) for name, text in changelist.params.items() if name not in own]
        yield {
            "selected": not self.value,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("All"),
        }
        for row in self.offered:
            yield {
                "selected": str(row.pk) == self.value,
                "query_string": changelist.get_query_string({self.parameter_name: row.pk}),
                "display": self._describe(row),
            }

    def _describe(self, row: Any) -> str:
        return f"{row} ({row.workspace.alias})" if self.has_several_workspaces else str(row)

    def _with_chosen(self, rows: list[Any]) -> list[Any]:
        if not self.value or any(str(row.pk) == self.value for row in rows):
            return rows
        return [*self.find("").filter(pk=self._read_key()), *rows]

    def _read_key(self) -> int:
        key = read_number(self.value)
        if key is None:
            raise IncorrectLookupParameters(gettext("This is not a valid key: %(value)s") % {"value": self.value})
        return key


class AlbumFilter(RelatedFilter):
    """Filter by category."""

    title = _("category")
    parameter_name = "category"
    lookup = "albums"
    search_label = _("Find a category")

    def find(self, words: str) -> QuerySet[Any]:
        albums = get_nameable(Album.objects.select_related("workspace"), self.user)
        return albums.only("title", "remote_id", "workspace").filter(has_words(words)).order_by("title", "pk")


class LiveStreamAlbumFilter(AlbumFilter):
    """Filter by the category of a live stream."""

    lookup = "album"


class TagFilter(RelatedFilter):
    """Filter by tag."""

    title = _("tag")
    parameter_name = "tag"
    lookup = "tags"
    search_label = _("Find a tag")

    def find(self, words: str) -> QuerySet[Any]:
        tags = Tag.objects.select_related("workspace").filter(has_words_in_name(words))
        return tags.order_by("name", "pk")


def get_offered_lookups(list_filter: Iterable[Any], date_hierarchy: str | None) -> set[str]:
    """Return the query parameters that these filters use.

    Args:
        list_filter: As of a model admin: names of fields, filters, or pairs of both.
        date_hierarchy: As of a model admin.
    """
    offered = {f"{date_hierarchy}__{part}" for part in _PARTS_OF_DATES} if date_hierarchy else set()
    for one in list_filter:
        if isinstance(one, type):
            # Read the class, because making the filter runs the queries that fill it.
            name = getattr(one, "parameter_name", "")
            offered |= {name, f"{name}_like"} if issubclass(one, RelatedFilter) else {name}
        else:
            field = one if isinstance(one, str) else one[0]
            offered |= {f"{field}__{comparison}" for comparison in _COMPARISONS}
    return offered - {""}


def _pop_last(params: dict[str, list[str]], name: str) -> str:
    values = params.pop(name, None) or [""]
    # Databases refuse U+0000; sync stores the same replacement.
    return values[-1].replace("\x00", "\N{REPLACEMENT CHARACTER}")


def get_workspaces(request: HttpRequest) -> list[Workspace]:
    """Return all workspaces, including those that are no longer configured but still have rows.

    Having loaded them, this process needs no query for the workspace of a row.
    """
    # Kept on the request, because columns, filters and buttons of a list all need it.
    known: list[Workspace] | None = vars(request).get("twentythree_workspaces")
    if known is None:
        known = vars(request)["twentythree_workspaces"] = list(Workspace.objects.all())
    return known


def has_several_workspaces(request: HttpRequest) -> bool:
    """Return whether there are several workspaces, so that pages must name them."""
    return len(get_workspaces(request)) > 1
