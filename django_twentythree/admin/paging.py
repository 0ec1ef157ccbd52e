"""Paging for lists of tens of thousands of rows, which are counted only up to a limit."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format

from django_twentythree.ids import read_id

if TYPE_CHECKING:
    QuerySetPaginator = Paginator[Any]
else:
    QuerySetPaginator = Paginator

COUNT_LIMIT = 1_000
"""The number of rows counted beyond the previous page."""
_LAST_PAGE = 10_000


class CappedPaginator(QuerySetPaginator):
    """Pages of a queryset that counts `COUNT_LIMIT` rows and one, and then says "1,000+".

    Counting all rows of a search costs more than finding the rows of one page. More pages appear when
    somebody opens later pages.
    """

    page_number = 1
    """The requested page."""

    @cached_property
    def count(self) -> int:
        """The number of rows, or a lower bound when `is_capped`."""
        return min(self._counted, self._limit)

    @property
    def is_capped(self) -> bool:
        """Whether there are more rows than were counted."""
        return self._counted > self._limit

    @property
    def _limit(self) -> int:
        return COUNT_LIMIT + (self.page_number - 1) * self.per_page

    @cached_property
    def _counted(self) -> int:
        rows: QuerySet[Any] = self.object_list.order_by()  # type: ignore[attr-defined]  # a queryset
        return rows.values("pk")[: self._limit + 1].count()


def read_page_number(request: HttpRequest) -> int:
    """Return the requested page number of a list or an autocomplete field; 1 when it is invalid."""
    given = request.GET.get(PAGE_VAR) or request.GET.get("page") or ""
    return min(read_id(given) or 1, _LAST_PAGE)


class CappedChangeList(ChangeList):
    """A list that shows "1,000+" when it stopped counting."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Any]:
        queryset = super().get_queryset(request, exclude_parameters)
        return self.model_admin.prepare_list(queryset, request.user)  # type: ignore[attr-defined, no-any-return]

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.result_count:
            # A search without results reads the whole table, and the count has already done that.
            self.result_list = self.queryset.none()

    @property
    def count_text(self) -> str:
        """The number of matching rows as text: "41", "1,000+"."""
        text = number_format(self.result_count, force_grouping=True)
        return f"{text}+" if self.paginator.is_capped else text
