"""The user of a request, carried from the admin to a form field.

Django's admin hands no request to a form field. But just before it makes one for a foreign key, it asks the model
admin of the objects to choose from for their ordering, with the request, and gives the field a queryset in that
order. So the ordering of our model admins carries the user along, and our form fields read it off the queryset.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy


class User(Protocol):
    """What this package asks of a user, whichever model the project has."""

    @property
    def pk(self) -> Any:
        """The key, None for somebody who is not logged in."""

    @property
    def is_active(self) -> bool:
        """Whether the account may be used."""

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin lets the user in."""

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Return whether the user has a permission, such as `twentythree.view_photo`."""


class OrderByForUser(OrderBy):
    """A part of an ordering that knows for whom it was made; to the database it is like any other."""

    user: User | None = None


def order_for_user(ordering: Sequence[Any], user: User) -> list[Any]:
    """Return an ordering, of names of columns ("-uploaded_at") or of expressions, so that it carries the user."""
    if not ordering:
        return []
    given = ordering[0]
    if isinstance(given, str):
        given = OrderBy(F(given.removeprefix("-")), descending=given.startswith("-"))
    elif not isinstance(given, OrderBy):
        given = OrderBy(given)
    first = OrderByForUser(
        given.expression, descending=given.descending, nulls_first=given.nulls_first, nulls_last=given.nulls_last
    )
    first.user = user
    return [first, *ordering[1:]]


def get_carried_user(queryset: QuerySet[Any]) -> User | None:
    """Return the user that the ordering of a queryset carries, None for none."""
    return next((part.user for part in queryset.query.order_by if isinstance(part, OrderByForUser)), None)


def is_untouched(queryset: QuerySet[Any]) -> bool:
    """Return whether a queryset has all rows of its model, in an order that carries a user."""
    return get_carried_user(queryset) is not None and not (queryset.query.where or queryset.query.is_sliced)
