"""Tests of numbers that come as text."""

import pytest

from django_twentythree.ids import LARGEST_ID, read_id, read_number


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("7", 7), ("007", 7), (str(LARGEST_ID), LARGEST_ID)])
def test_read_number__digits__is_the_number(text: str, number: int) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "text", ["", " ", "-1", "+1", "1 ", "1_0", "1.0", "1e3", "٣", "²", str(LARGEST_ID + 1), "9" * 10_000, "\ud800"]
)
def test_read_number__anything_else__is_none(text: str) -> None:
    assert read_number(text) is None


def test_read_number__up_to_a_limit__leaves_out_what_is_larger() -> None:
    assert [read_number(text, largest=99) for text in ("99", "100")] == [99, None]


def test_read_id__nought__is_the_id_of_nothing() -> None:
    assert [read_id(text) for text in ("0", "00", "1", "x")] == [None, None, 1, None]
