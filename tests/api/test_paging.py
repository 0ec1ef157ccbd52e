"""A server's pages are imagined here as lists; the network is in test_listing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_twentythree.api.paging import PageTracker


def run(pages, *, totals=None, sizes=None, limit=200):
    """Ask for one page after the other; return the progress and the numbers asked for."""
    progress, asked = PageTracker(), []
    while (number := progress.ask()) is not None:
        asked.append(number)
        assert len(asked) < limit, "never ends"
        ids = pages(number)
        envelope = {
            "size": sizes(number) if callable(sizes) else sizes,
            "total_count": totals(number) if callable(totals) else totals,
        }
        progress.answer(number, envelope, ids)
    return progress, asked


def server(count, size):
    return lambda number: list(range(1 + (number - 1) * size, 1 + min(count, number * size)))


@pytest.mark.parametrize(
    ("count", "served", "echoed", "told", "asked"),
    [
        (0, 100, "100", "0", 1),
        (5, 100, "100", "5", 1),
        (250, 100, "100", "250", 3),
        (200, 100, "100", "200", 3),  # a full last page: one look whether there is more
        (250, 20, "20", "250", 13),  # the server clamps the size and says so
        (250, 20, "100", "250", 13),  # it clamps and echoes what was asked
        (250, 100, "0", "250", 3),
        (250, 100, "", "250", 3),
        (250, 100, "huge", "250", 3),
        (250, 100, "100", None, 4),  # without a count the end is an empty page
        (250, 20, None, None, 14),
        (250, 100, "100", "0", 4),  # a count below what was seen is none
        (250, 100, "100", "nonsense", 4),
        (250, 100, "100", "-3", 4),
    ],
)
def test_progress__server_with_an_oddity__sees_everything(count, served, echoed, told, asked):
    progress, numbers = run(server(count, served), totals=told, sizes=echoed)
    assert numbers == list(range(1, asked + 1))
    assert progress.distinct_count == count
    assert progress.is_complete


def test_progress__items_fewer_than_announced__is_incomplete_and_ends():
    progress, numbers = run(server(150, 100), totals="180", sizes="100")
    assert (progress.distinct_count, progress.is_complete, numbers) == (150, False, [1, 2, 3])


def test_progress__count_that_grows__is_followed():
    progress, numbers = run(server(350, 100), totals=lambda number: "150" if number < 2 else "350", sizes="100")
    assert (progress.announced_count, progress.is_complete, numbers) == (350, True, [1, 2, 3, 4])


def test_progress__item_pushed_to_the_next_page__counts_once_and_is_made_up_for():
    pages = {1: list(range(100)), 2: [99, *range(100, 199)], 3: [198, 199]}
    progress, numbers = run(lambda number: [n + 1 for n in pages.get(number, [])], totals="200", sizes="100")
    assert (progress.distinct_count, progress.is_complete) == (200, True)
    assert numbers == [1, 2, 3]


@pytest.mark.parametrize("told", ["100000", None, "40"])
def test_progress__server_that_ignores_the_page__ends(told):
    progress, numbers = run(lambda number: list(range(1, 41)), totals=told, sizes="40")
    assert len(numbers) <= 4
    assert progress.distinct_count == 40
    assert progress.is_complete is (told != "100000")


def test_progress__objects_without_id__count_and_cannot_keep_it_going():
    progress, numbers = run(lambda number: [None] * 100, totals="1000000", sizes="100")
    assert len(numbers) == 3
    assert not progress.is_complete
    progress, _ = run(lambda number: [1, None, 2] if number == 1 else [], totals="3", sizes="100")
    assert (progress.distinct_count, progress.is_complete) == (3, True)


def test_progress__first_page__is_awaited_before_others_are_asked_for():
    progress = PageTracker()
    assert (progress.ask(), progress.ask()) == (1, None)
    assert not progress.is_complete
    progress.answer(1, {"size": "100", "total_count": "400"}, list(range(1, 101)))
    assert [progress.ask() for _ in range(4)] == [2, 3, 4, None]
    progress.answer(3, {"total_count": "400"}, list(range(201, 301)))
    progress.answer(4, {"total_count": "400"}, list(range(301, 401)))
    assert progress.ask() is None
    assert not progress.is_complete
    assert progress.answer(2, {"total_count": "400"}, [*range(101, 200), 1]) == [True] * 99 + [False]
    assert progress.ask() == 5  # 399 of 400: somewhere there is one more
    progress.answer(5, {"total_count": "400"}, [200])
    assert (progress.ask(), progress.is_complete) == (None, True)


@settings(max_examples=200, deadline=None)
@given(
    count=st.integers(0, 300),
    size=st.integers(1, 120),
    totals=st.lists(st.sampled_from(["", None, "0", "7", "300", "99999999999999999999", "x", True]), min_size=1),
    echo=st.sampled_from(["100", "20", "0", "-1", "", None, "1000000"]),
)
def test_progress__any_envelope__ends(count, size, totals, echo):
    progress, _ = run(server(count, size), totals=lambda number: totals[number % len(totals)], sizes=echo, limit=320)
    assert progress.distinct_count <= count
