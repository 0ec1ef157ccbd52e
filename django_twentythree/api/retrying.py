"""When a call is tried again, and after which pause."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

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
    """How often, and how patiently.

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
