"""Folds text, so that a search finds it however it was capitalised, accented and punctuated.

Databases disagree about case and accents (SQLite's LIKE does not even fold Æ and æ); folded text, stored and
asked for, compares the same on all of them.

What is stored is words, with a blank before each. So a search for a letter or two can ask for words that begin with
them, which PostgreSQL's trigram index answers; a letter anywhere is in nearly every text, and no index knows it.
Scripts that put no blanks between words are taken letter by letter.
"""

import re
import unicodedata

MAX_QUERY_LENGTH = 500
"""Characters of a query that are read."""
MAX_WORDS = 16
"""Words of a query that count: each costs one condition."""
SHORT = 2
"""Words no longer than this are looked for at the beginning of words only: the index knows letters by threes."""
SORTED_LENGTH = 100
"""Characters of a title that it is sorted by."""

_UNWRITABLE = re.compile("[\x00\ud800-\udfff]")
_ASCII_BREAKS = re.compile("[^a-z0-9]+")
# Thai, Lao, Myanmar, Khmer; kana, bopomofo; ideographs.
_LETTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_UNSPACED = re.compile(f"[{_LETTERS}]")
_PIECE = re.compile(f"(?P<unspaced>[{_LETTERS}]+)|[^{_LETTERS}]+")


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


def make_search_text(*texts: str) -> str:
    """Return the folded words of all the texts, a blank before each: what `read_terms` is looked for in."""
    words = _split_words(" ".join(texts))
    plain = " ".join(("", *words))
    if not _UNSPACED.search(plain):
        return plain
    return "".join(_spell(piece) for word in words for piece in _PIECE.finditer(word))


def make_sort_title(title: str) -> str:
    """Return the beginning of a title as it is sorted: folded, without punctuation."""
    return make_search_text(title[:SORTED_LENGTH]).lstrip()[:SORTED_LENGTH]


def read_terms(query: str) -> tuple[str, ...]:
    """Return what a search text must contain to match a query, each once; () for a query without a word."""
    spelt = (_spell(piece) for word in _split_words(_clean(query)) for piece in _PIECE.finditer(word))
    terms = (text if _is_at_beginning(text) else text.lstrip() for text in spelt)
    return tuple(dict.fromkeys(terms))[:MAX_WORDS]


def read_words(query: str) -> tuple[str, ...]:
    """Return the words of a query as they were typed, each once: for names, which are not stored folded."""
    return tuple(dict.fromkeys(_clean(query).split()))[:MAX_WORDS]


def replace_unwritable(text: str) -> str:
    """Return a text as the mirror stores it: without U+0000 and lone surrogates, which databases and pages refuse."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _clean(query: str) -> str:
    """Return what is read of a query, fit to ask a database for."""
    return replace_unwritable(query[:MAX_QUERY_LENGTH])


def _split_words(text: str) -> list[str]:
    folded = fold(text)
    if folded.isascii():
        return _ASCII_BREAKS.sub(" ", folded).split()
    return "".join(letter if _is_part_of_word(letter) else " " for letter in folded).split()


def _is_part_of_word(letter: str) -> bool:
    """Return whether it is a letter, digit, vowel sign or symbol; no blank, no punctuation, nothing invisible."""
    return letter.isalnum() or not (letter.isascii() or unicodedata.category(letter)[0] in "ZPC")


def _spell(piece: re.Match[str]) -> str:
    """Return a piece of a word with the blanks that it has in a search text."""
    return f" {' '.join(piece[0])}" if piece["unspaced"] else f" {piece[0]}"


def _is_at_beginning(spelt: str) -> bool:
    """Return whether a spelt piece is looked for at the beginning of words only."""
    return len(spelt) <= SHORT + 1 or " " in spelt[1:]
