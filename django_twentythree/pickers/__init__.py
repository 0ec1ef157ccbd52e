"""Pickers: the form fields and the widget, and the search behind them.

`search(queryset, text)` finds rows as the dialog does, for other choosers to use; `bind_user(form, user)` tells the
picker fields of a form who fills it in.
"""

from django_twentythree.pickers.forms import bind_user
from django_twentythree.pickers.search import search

__all__ = ["bind_user", "search"]
