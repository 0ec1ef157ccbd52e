"""Waiting for answers without falling silent: something is done now and then by the thread that waits."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import Any, TypeVar

T = TypeVar("T")
Item = TypeVar("Item")

WAKE_SECONDS = 1.0
AHEAD = 4
"""Questions queued for each one in flight, so that no thread is idle."""


class Waiter:
    """Waits for what other threads do.

    Args:
        on_wait: Called before each wait and about every second while it lasts, only ever in the thread that
            made this waiter. What it raises ends the wait. None: nothing is done meanwhile.
    """

    def __init__(self, on_wait: Callable[[], None] | None = None) -> None:
        self._on_wait = on_wait
        self._thread = threading.get_ident()

    def call(self, work: Callable[[], T]) -> T:
        """Return what `work` returns; another thread does it if there is something to be done meanwhile."""
        if self._get_heartbeat() is None:
            return work()
        pool = ThreadPoolExecutor(1, thread_name_prefix="twentythree")
        try:
            future = pool.submit(work)
            self.wait([future])
            return future.result()
        finally:
            _leave(pool)

    def wait(self, futures: Collection[Future[Any]]) -> set[Future[Any]]:
        """Return those of the futures that are done, once at least one is."""
        heartbeat = self._get_heartbeat()
        if heartbeat is None:
            return wait(futures, return_when=FIRST_COMPLETED).done
        while True:
            heartbeat()
            if done := wait(futures, timeout=WAKE_SECONDS, return_when=FIRST_COMPLETED).done:
                return done

    def ask_each(
        self, ask: Callable[[Item], T], items: Iterable[Item], *, in_flight: int
    ) -> Iterator[tuple[Item, Future[T]]]:
        """Yield each item with the finished call of `ask` for it, in the order of the items.

        Args:
            ask: Called in other threads.
            items: What to ask for; taken one by one as answers are consumed.
            in_flight: How many calls are under way at once.
        """
        remaining = iter(items)
        pool = ThreadPoolExecutor(in_flight, thread_name_prefix="twentythree")
        waiting: deque[tuple[Item, Future[T]]] = deque()
        try:
            while True:
                room = in_flight * AHEAD - len(waiting)
                waiting.extend((item, pool.submit(ask, item)) for item in islice(remaining, room))
                if not waiting:
                    return
                item, future = waiting.popleft()
                self.wait([future])
                yield item, future
        finally:
            _leave(pool)

    def _get_heartbeat(self) -> Callable[[], None] | None:
        return self._on_wait if threading.get_ident() == self._thread else None


def _leave(pool: ThreadPoolExecutor) -> None:
    # Also when the consumer walks away: requests under way end by themselves.
    pool.shutdown(wait=False, cancel_futures=True)
