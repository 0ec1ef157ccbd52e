"""Decide which page to ask for next and when a listing is complete, without any network.

Source of the rules: README section 8, and the oddities it warns of: servers clamp the page size, echo
another, leave out or move `total_count`, repeat items, and items move from page to page while one reads.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from typing import Any

from django_twentythree.api.wire import read_integer

PAGE_SIZE = 100
# A server that ignores `p` sends the same page for ever; this many without anything new are enough.
MOST_EMPTY_PAGES = 3


class PageTracker:
    """Tracks the pages asked for and answered; answers may come in any order.

    Attributes:
        announced_count: The last `total_count` told; None before, or when it is never told.
        distinct_count: Distinct ids seen, and objects whose id cannot be read.
    """

    def __init__(self) -> None:
        self.announced_count: int | None = None
        self.distinct_count = 0
        self._ids: set[int] = set()
        self._size = PAGE_SIZE
        self._asked = 0
        self._answered = 0
        self._empty_in_a_row = 0
        self._latest_page = 0
        self._latest_is_full = False
        self._has_ended = False

    @property
    def seen_ids(self) -> Set[int]:
        """The ids on the pages answered so far; grows with each."""
        return self._ids

    @property
    def is_complete(self) -> bool:
        """Whether all pages were answered and held as much as was announced."""
        return (
            self._answered > 0
            and self._asked == self._answered
            and self._next_number() is None
            and (self.announced_count is None or self.distinct_count >= self.announced_count)
        )

    def ask(self) -> int | None:
        """Return the number of a page to ask for now; None when there is none (before the next answer)."""
        number = self._next_number()
        if number is not None:
            self._asked = number
        return number

    def _next_number(self) -> int | None:
        number = self._asked + 1
        if self._has_ended:
            return None
        if number <= self._planned_pages:
            return number
        # Beyond the plan one page at a time, each because the one before gave reason to.
        return number if self._asked == self._answered and self._has_reason_to_go_on else None

    @property
    def _planned_pages(self) -> int:
        if not self._answered or self.announced_count is None:
            return 1
        return max(1, math.ceil(self.announced_count / self._size))

    @property
    def _has_reason_to_go_on(self) -> bool:
        # A count below what has been seen is as good as none: then only an empty page is the end.
        return self._latest_is_full or self.announced_count != self.distinct_count

    def answer(self, number: int, envelope: Mapping[str, Any], ids: list[int | None]) -> list[bool]:
        """Take in a page, and return for each of its objects whether it is new.

        Args:
            number: The page's number.
            envelope: The answer, for the `size` and `total_count` it tells.
            ids: The ids on the page; None where one cannot be read, which always counts as new.
        """
        self._answered += 1
        self._learn(number, envelope, len(ids))
        is_new = []
        known_before = len(self._ids)
        for remote_id in ids:
            is_new.append(remote_id is None or remote_id not in self._ids)
            if remote_id is not None:
                self._ids.add(remote_id)
        self.distinct_count += sum(is_new)
        is_empty = len(self._ids) == known_before
        self._empty_in_a_row = self._empty_in_a_row + 1 if is_empty else 0
        is_beyond_plan = number > self._planned_pages
        if not ids or (is_empty and (is_beyond_plan or self._empty_in_a_row >= MOST_EMPTY_PAGES)):
            self._has_ended = True
        return is_new

    def _learn(self, number: int, envelope: Mapping[str, Any], count: int) -> None:
        total = read_integer(envelope.get("total_count"))
        if total is not None and total >= 0:
            self.announced_count = total
        if number == 1:
            echoed = read_integer(envelope.get("size"))
            if echoed is not None and echoed > 0:
                self._size = echoed
            # Where more is to come, what a page holds is a better witness than what it says it holds.
            if count and self.announced_count is not None and count < self.announced_count:
                self._size = count
            self._size = max(self._size, count)
        if number >= self._latest_page:
            self._latest_page, self._latest_is_full = number, count >= self._size
