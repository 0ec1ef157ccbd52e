import sys

import pytest

from django_twentythree.folding import (
    MAX_QUERY_LENGTH,
    MAX_WORDS,
    SORTED_LENGTH,
    fold,
    make_search_text,
    make_sort_title,
    read_terms,
    read_words,
)


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


@pytest.mark.parametrize(
    ("texts", "stored"),
    [
        ((), ""),
        (("Onboarding: your first week", "HR", "Åse"), " onboarding your first week hr ase"),
        (("3-D & “café”, naïve…",), " 3 d cafe naive"),
        (("Film 🎬", "a\N{REPLACEMENT CHARACTER}b"), " film 🎬 a\N{REPLACEMENT CHARACTER}b"),
        (("夜の港 harbour産品",), " 夜 の 港 harbour 産 品"),
        (("สวัสดี",), " ส ว ั ส ด ี"),
        (("Добро пожаловать", "한국어"), " добро пожаловать 한국어"),
        (("हिन्दी में",), " हिनदी में"),
    ],
)
def test_make_search_text__texts__are_words_with_a_blank_before_each(texts, stored):
    assert make_search_text(*texts) == stored


def test_make_sort_title__long_title__is_its_folded_beginning():
    assert make_sort_title("“Über” alles!") == "uber alles"
    assert len(make_sort_title("ﬃ" * 300)) == SORTED_LENGTH


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("  Été\u00a0på  ÉTÉ\tHavnen ", ("ete", " pa", "havnen")),
        ("a B ab", (" a", " b", " ab")),
        ("3-D!", (" 3", " d")),
        ("夜", (" 夜",)),
        ("夜の港 harbour", (" 夜 の 港", "harbour")),
        ("第3回", (" 第", " 3", " 回")),
        ("100%", ("100",)),
        ("% _ \\ ' \"", ()),
    ],
)
def test_read_terms__query__tells_short_words_by_their_beginning(query, terms):
    assert read_terms(query) == terms


@pytest.mark.parametrize("title", ["Onboarding", "3-D & café", "海港の一日 harbour産品", "हिन्दी में", "สวัสดี", "🎬 ok"])
def test_read_terms__title_as_it_is__is_found_in_its_search_text(title):
    stored = make_search_text("Some other", title, "words")
    assert all(term in stored for term in read_terms(title))


def test_read_terms__endless_query__is_bounded():
    assert len(read_terms(" ".join(f"word{n}" for n in range(10_000)))) == MAX_WORDS


def test_read_terms__what_databases_refuse__is_replaced():
    assert read_terms("a\x00b \ud800") == ("a\N{REPLACEMENT CHARACTER}b", " \N{REPLACEMENT CHARACTER}")


def test_read_words__query__are_as_typed_and_each_once():
    assert read_words("  Été\u00a0på  Été\tHavnen! ") == ("Été", "på", "Havnen!")
    assert read_words("a\x00b \ud800") == ("a\N{REPLACEMENT CHARACTER}b", "\N{REPLACEMENT CHARACTER}")


def test_read_words__endless_query__is_bounded():
    assert len(read_words(" ".join(f"{n}" for n in range(10_000)))) == MAX_WORDS
    assert read_words("x" * 10_000) == ("x" * MAX_QUERY_LENGTH,)
