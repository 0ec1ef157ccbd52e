"""Conditions that several querysets share; what visitors may see is in `visibility`."""

from django.db.models import Q

from django_twentythree.folding import fold, read_terms, read_words


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
