"""Folds text, so that a search finds it however it was capitalised and accented.

Databases disagree about case and accents (SQLite's LIKE does not even fold Æ and æ); folded text, stored and
asked for, compares the same on all of them.
"""

import re
import unicodedata

MAX_QUERY_LENGTH = 500
"""Characters of a query that are read."""
MAX_WORDS = 16
"""Words of a query that count: each costs one condition."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def fold(text: str) -> str:
    """Return the text without case, accents and presentation forms: "Ærø CAFÉ" becomes "ærø cafe".

    Folding folded text changes nothing. Letters of their own stay what they are: "æ", "ø" and "ł" lose their
    case only, "ß" becomes "ss".
    """
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold())
    # Once more: "℡" has no lower case, but what it stands for, "TEL", has.
    folded = unicodedata.normalize("NFKD", folded.casefold())
    bare = "".join(letter for letter in folded if not unicodedata.combining(letter))
    # Composed again, because Hangul would take three letters for each.
    return unicodedata.normalize("NFC", bare)


def split_words(query: str) -> tuple[str, ...]:
    """Return the folded words of a query, each once, in order; a text matches if it contains them all."""
    # Databases refuse these; the mirror stores the same in their place.
    query = _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", query[:MAX_QUERY_LENGTH])
    return tuple(dict.fromkeys(fold(query).split()))[:MAX_WORDS]
