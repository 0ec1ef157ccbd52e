"""Search conditions that several querysets share. Conditions on visibility are in `visibility`."""

from django.db.models import Q

from django_twentythree.folding import fold, read_terms, read_words


def has_words(query: str) -> Q:
    """Return the condition that `search_text` contains all words of a query; a blank query matches all.

    A term of one or two letters must start a word; a longer term matches anywhere in a word.
    """
    terms = read_terms(query)
    if not terms and query.strip():
        return Q(pk__in=())  # only punctuation, which no search text contains
    return Q(*(Q(search_text__contains=term) for term in terms))


def has_words_in_name(query: str) -> Q:
    """Return the condition that `name` contains all words of a query, for small tables without folded text."""
    # Not every database can lower-case "Æ"; most tags are stored in lower case.
    return Q(*(Q(name__icontains=word) | Q(name__icontains=fold(word)) for word in read_words(query)))
