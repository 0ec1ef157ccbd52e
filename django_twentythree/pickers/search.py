"""Search as other choosers can use it, too: by words, by TwentyThree id, by a pasted address."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from django_twentythree import addresses
from django_twentythree.models.queries import has_words

_LARGEST_ID = 2**63 - 1


def search(queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Return the rows whose folded text contains every word, or which the text identifies.

    Args:
        queryset: Photos, albums or live streams.
        text: Words; or the TwentyThree id of a row; or an address or embed code of the platform. "" finds all.
    """
    wanted = has_words(text)
    text = text.strip()
    # The length first: Python refuses to read numbers of thousands of digits.
    if text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= _LARGEST_ID:
        wanted |= Q(remote_id=int(text))
    elif "/" in text or "<" in text:
        found = addresses.resolve(text)
        if isinstance(found, queryset.model):
            wanted = Q(pk=found.pk)
    return queryset.filter(wanted)
