"""Retries: which calls are tried again, how often, and after which pause."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Final, TypeVar

from tenacity import RetryCallState, Retrying, stop_after_attempt, wait_exponential, wait_random

from django_twentythree.api.exceptions import (
    RateLimitedError,
    ServerError,
    TemporaryError,
    TransportError,
    UnexpectedResponseError,
)

T = TypeVar("T")

logger = logging.getLogger(__name__)

# A proxy's page in place of an answer usually passes, but it may also be what this address serves.
UNREADABLE_ATTEMPTS = 3
LONGEST_PAUSE_SECONDS = 60.0
back_off = wait_exponential(multiplier=0.5, max=20) + wait_random(0, 0.5)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """The rules for trying a call again.

    A read is tried again after any temporary trouble, and a few times after an answer that cannot be read.
    A write is tried again only when the platform surely did not carry it out: nothing was sent, or the
    answer was 429.

    Attributes:
        max_attempts: Attempts in all, the first included.
        sleep: What waits a number of seconds.
        is_given_up: Whether nobody waits for the answer any more.
    """

    max_attempts: int
    sleep: Callable[[float], None]
    is_given_up: Callable[[], bool]

    def run(self, attempt: Callable[[int], T], *, is_read: bool) -> T:
        """Return what `attempt` returns, called with 1, 2, … until it does; else raise its last error."""
        for state in Retrying(
            sleep=self.sleep,
            stop=stop_after_attempt(self.max_attempts),
            wait=_pause_seconds,
            retry=lambda state: not self.is_given_up() and _is_worth_another(state, is_read=is_read),
            before_sleep=_log,
            reraise=True,
        ):
            with state:
                return attempt(state.retry_state.attempt_number)
        raise AssertionError("unreachable: tenacity raises the last error")  # pragma: no cover

    def is_last_reading(self, attempt_number: int) -> bool:
        """Whether an unreadable answer to this attempt would be the final one."""
        return attempt_number >= min(self.max_attempts, UNREADABLE_ATTEMPTS)


def _is_worth_another(state: RetryCallState, *, is_read: bool) -> bool:
    error = state.outcome.exception() if state.outcome else None
    pause = _pause_asked_for(error)
    if pause is not None and pause > LONGEST_PAUSE_SECONDS:
        return False
    if isinstance(error, UnexpectedResponseError):
        return is_read and error.may_pass and state.attempt_number < UNREADABLE_ATTEMPTS
    if is_read or isinstance(error, RateLimitedError):
        return isinstance(error, TemporaryError)
    return isinstance(error, TransportError) and not error.may_have_arrived


def _pause_asked_for(error: BaseException | None) -> float | None:
    return error.retry_after_seconds if isinstance(error, RateLimitedError | ServerError) else None


def _pause_seconds(state: RetryCallState) -> float:
    pause = _pause_asked_for(state.outcome.exception() if state.outcome else None)
    if pause is None:
        return back_off(state)
    return pause + random.uniform(0, 0.25)  # noqa: S311 - spreads load, guards nothing


def _log(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    pause = state.next_action.sleep if state.next_action else 0.0
    logger.info("%s; trying again in %.1f s", error, pause)


class Counter:
    """A number that only goes up, by one, from any thread."""

    __slots__ = ("_lock", "value")

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.value = 0

    def add_one(self) -> None:
        """Count one more."""
        with self._lock:
            self.value += 1


LONGEST_SHARED_SECONDS: Final = 300.0
"""A longer pause is believed for the call that it answered; all others ask again after so long."""


class Pause:
    """The pause that the platform asked for (`Retry-After`), shared by all threads of a client."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._until = 0.0

    @property
    def until(self) -> float:
        """The end of the pause, by the clock of `time.monotonic`."""
        return self._until

    @property
    def remaining_seconds(self) -> float:
        """Seconds left of the pause; 0 when there is none."""
        return max(0.0, self._until - monotonic())

    def extend(self, seconds: float) -> float:
        """Leave the platform alone for so long from now on, and return when that will be over.

        One answer silences nobody for hours: the pause is the longest shared one at most.
        """
        moment = monotonic() + min(seconds, LONGEST_SHARED_SECONDS)
        with self._lock:
            self._until = max(self._until, moment)
        return moment
