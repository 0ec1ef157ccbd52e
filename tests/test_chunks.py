"""Tests of long lists in pieces."""

import pytest

from django_twentythree.chunks import CHUNK_SIZE, cut


@pytest.mark.parametrize(
    ("count", "pieces"), [(0, []), (1, [[0]]), (3, [[0, 1, 2]]), (4, [[0, 1, 2], [3]]), (6, [[0, 1, 2], [3, 4, 5]])]
)
def test_cut__items__are_all_there_once_and_in_order(count: int, pieces: list[list[int]]) -> None:
    assert list(cut(list(range(count)), 3)) == pieces


def test_cut__without_a_size__makes_pieces_that_every_database_takes() -> None:
    assert [len(piece) for piece in cut(range(CHUNK_SIZE + 1))] == [CHUNK_SIZE, 1]
    assert CHUNK_SIZE < 999
