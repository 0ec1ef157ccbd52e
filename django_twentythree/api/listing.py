"""All pages of a list method, a few of them under way at a time."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Set
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from django_twentythree.api.entries import Entry
from django_twentythree.api.exceptions import UnexpectedResponseError
from django_twentythree.api.paging import PageTracker
from django_twentythree.api.redaction import forgets_variables
from django_twentythree.api.responses import Response
from django_twentythree.api.retrying import Counter
from django_twentythree.api.verbs import VERSION_2
from django_twentythree.api.waiting import Waiter
from django_twentythree.api.wire import read_integer

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """One page: its number, what it has that no other page had before, and the answer it came in."""

    number: int
    items: tuple[Entry[R], ...]
    answer: Response


class FetchPage(Protocol):
    """Asks the platform for one page, and counts the requests that takes."""

    def __call__(self, number: int, /, *, counter: Counter, is_given_up: Callable[[], bool]) -> Response: ...


class Listing(Generic[R]):
    """The pages of one list method. Iterate over it once; several in flight may come out of order.

    An object that an earlier page had already is left out. At most `in_flight` pages are under way or waiting
    to be consumed, so that memory stays flat; with one in flight there is no thread.
    """

    def __init__(
        self,
        fetch_page: FetchPage,
        *,
        method: str,
        result_key: str,
        make_entry: Callable[[Any], Entry[R]],
        in_flight: int,
        waiter: Waiter,
    ) -> None:
        if in_flight < 1:
            raise ValueError("in_flight must be 1 or more.")
        self._fetch_page = fetch_page
        self._method = method
        self._result_key = result_key
        self._make_entry = make_entry
        self._in_flight = in_flight
        self._waiter = waiter
        self._progress = PageTracker()
        self._counter = Counter()
        self._halted = threading.Event()
        self._is_started = False

    @property
    def announced_count(self) -> int | None:
        """The last `total_count` told; None when it was never told."""
        return self._progress.announced_count

    @property
    def distinct_count(self) -> int:
        """The number of distinct ids seen, plus objects whose id cannot be read."""
        return self._progress.distinct_count

    @property
    def seen_ids(self) -> Set[int]:
        """The ids on the pages yielded so far; grows with each, and is not to be changed."""
        return self._progress.seen_ids

    @property
    def is_complete(self) -> bool:
        """Whether every page was answered, and as many distinct objects came as were announced."""
        return self._progress.is_complete

    @property
    def request_count(self) -> int:
        """HTTP requests sent for this listing so far, attempts that failed included."""
        return self._counter.value

    def __iter__(self) -> Iterator[Page[R]]:
        """Yield each page once it is there.

        Raises:
            APIError: A page could not be had; what was yielded before stays good.
            RuntimeError: The listing has been iterated over before.
        """
        if self._is_started:
            raise RuntimeError("A listing can be iterated over only once; make another one.")
        self._is_started = True
        return self._one_by_one() if self._in_flight == 1 else self._several_at_a_time()

    def _one_by_one(self) -> Iterator[Page[R]]:
        while (number := self._progress.ask()) is not None:
            yield self._take_in(number, self._fetch(number))

    def _several_at_a_time(self) -> Iterator[Page[R]]:
        pool = ThreadPoolExecutor(self._in_flight, thread_name_prefix="twentythree")
        under_way: dict[Future[Response], int] = {}
        try:
            self._top_up(pool, under_way)
            while under_way:
                done = self._waiter.wait(under_way)
                # An error goes first: what lies ready beside it will not make the listing whole.
                future = next((one for one in done if one.exception()), None) or min(done, key=under_way.__getitem__)
                page = self._take_in(under_way.pop(future), future.result())
                self._top_up(pool, under_way)
                yield page
        finally:
            # Also when the consumer walks away. Requests under way end by themselves and are not repeated.
            self._halted.set()
            pool.shutdown(wait=False, cancel_futures=True)

    def _top_up(self, pool: ThreadPoolExecutor, under_way: dict[Future[Response], int]) -> None:
        while len(under_way) < self._in_flight and (number := self._progress.ask()) is not None:
            under_way[pool.submit(self._fetch, number)] = number

    def _fetch(self, number: int) -> Response:
        return self._fetch_page(number, counter=self._counter, is_given_up=self._halted.is_set)

    @forgets_variables
    def _take_in(self, number: int, answer: Response) -> Page[R]:
        items = result_list(answer, self._method, self._result_key)
        entries = [self._make_entry(item) for item in items]
        is_new = self._progress.answer(number, answer.envelope, [entry.remote_id for entry in entries])
        return Page(number, tuple(entry for entry, new in zip(entries, is_new, strict=True) if new), answer)


def complete_list(answer: Response, method: str, result_key: str) -> list[Any]:
    """Return the list of an answer that is not read page by page.

    Raises:
        UnexpectedResponseError: There is none, or it is empty and the answer announces something all the same. That
            proves nothing: only an empty list that announces nothing says that nothing is there.
    """
    items = result_list(answer, method, result_key)
    announced = answer.envelope.get("total_count")
    # A count of nought beside some objects occurs, and means nothing (README section 3, `photo/subtitle/list`).
    if not items and announced not in (None, "") and read_integer(announced) != 0:
        raise UnexpectedResponseError(method, f"the answer is an empty list that announces {str(announced)[:20]}")
    return items


def result_list(answer: Response, method: str, result_key: str) -> list[Any]:
    """Return the list of an answer; a bare object, which version 2 may send, is a list of one.

    Raises:
        UnexpectedResponseError: There is none. That is no empty library: taking it for one would make
            everything look deleted.

    Source: README section 4 (which key holds the result), v2 section 4 (a bare object).
    """
    items = answer.envelope.get(result_key)
    if isinstance(items, dict) and items and method.startswith(VERSION_2):
        return [items]
    if not isinstance(items, list):
        raise UnexpectedResponseError(method, f"the answer has no list {result_key!r}")
    return items
