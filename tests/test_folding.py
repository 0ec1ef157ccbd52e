import sys

import pytest

from django_twentythree.folding import MAX_WORDS, fold, split_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("Onboarding 2024", "onboarding 2024"),
        ("CAFÉ", "cafe"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "cafe"),
        ("Ærø Ø Å", "ærø ø a"),
        ("Straße", "strasse"),
        ("STRASSE", "strasse"),
        ("İstanbul", "istanbul"),
        ("Ночная ГАВАНЬ", "ночная гавань"),
        ("夜の港", "夜の港"),
        ("한국어", "한국어"),
        ("\N{TELEPHONE SIGN}", "tel"),
        ("\N{LATIN SMALL LIGATURE FI}lm", "film"),
        ("a\x00b\ud800", "a\x00b\ud800"),
    ],
)
def test_fold__text__loses_case_and_accents(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_fold__every_character__is_stable() -> None:
    for code in range(sys.maxunicode + 1):
        once = fold(chr(code))
        assert fold(once) == once, hex(code)


def test_split_words__query__gives_folded_words_once() -> None:
    assert split_words("  Été\u00a0på  ÉTÉ\tHavnen ") == ("ete", "pa", "havnen")


def test_split_words__endless_query__is_bounded() -> None:
    assert len(split_words(" ".join(f"word{n}" for n in range(10_000)))) == MAX_WORDS


def test_split_words__what_databases_refuse__is_replaced() -> None:
    assert split_words("a\x00b \ud800") == ("a\N{REPLACEMENT CHARACTER}b", "\N{REPLACEMENT CHARACTER}")
