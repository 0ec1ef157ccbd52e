"""Pickers: the form fields and the widget, and the search behind them.

`search(queryset, text)` finds rows as the dialog does, so that other choosers can use it. `bind_user(form, user)`
tells the picker fields of a form which user fills it in.
"""

from django_twentythree.pickers.forms import bind_user
from django_twentythree.pickers.search import search

__all__ = ["bind_user", "search"]
