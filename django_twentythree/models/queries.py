"""Conditions that several querysets share."""

from django.db.models import Q

from django_twentythree.conf import get_settings
from django_twentythree.folding import fold, read_terms, read_words
from django_twentythree.models.workspace import Workspace


def accepts_unpublished() -> Q:
    """Return the condition "lies in a workspace with `EMBED_UNPUBLISHED`"."""
    workspaces = get_settings().WORKSPACES
    # Read as given: a workspace without a DOMAIN, which `checks` reports, must not break the pages of the others.
    aliases = [
        alias for alias, given in workspaces.items() if given.get("DOMAIN") and given.get("EMBED_UNPUBLISHED") is True
    ]
    # A subquery, which falls away where there is none: beside a join, MariaDB reads and sorts all rows for a page.
    return Q(workspace__in=Workspace.objects.filter(alias__in=aliases))


def has_words(query: str) -> Q:
    """Return the condition "the row's `search_text` has all words of a query", which a blank query does not narrow.

    Of one or two letters, words must begin with them; more may stand anywhere in a word.
    """
    terms = read_terms(query)
    if not terms and query.strip():
        return Q(pk__in=())  # nothing but punctuation, which is in no search text
    return Q(*(Q(search_text__contains=term) for term in terms))


def has_words_in_name(query: str) -> Q:
    """Return the condition "the row's `name` has all words of a query": for what is few, and not stored folded."""
    # Not every database knows the small letter of "Æ"; tags are mostly stored in small letters.
    return Q(*(Q(name__icontains=word) | Q(name__icontains=fold(word)) for word in read_words(query)))
