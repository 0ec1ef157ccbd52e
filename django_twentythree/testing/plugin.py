"""The pytest plugin: one sandbox process per test session, emptied before each test that asks for it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_twentythree.testing.platform import TwentyThreePlatform

THREAD_NAME: Final = "twentythree"
LONGEST_CALL_SECONDS: Final = 5.0


@pytest.fixture(scope="session")
def twentythree_platform_session() -> Iterator[TwentyThreePlatform]:
    """The sandbox process of this test session (one for each pytest-xdist worker)."""
    from django_twentythree.testing.platform import TwentyThreePlatform

    with TwentyThreePlatform.start() as platform:
        yield platform


@pytest.fixture
def twentythree_platform(twentythree_platform_session: TwentyThreePlatform) -> Iterator[TwentyThreePlatform]:
    """A TwentyThree platform with an empty library, valid credentials and three players."""
    twentythree_platform_session.reset()
    yield twentythree_platform_session
    _wait_for_calls()


def _wait_for_calls() -> None:
    # A client that is left early has calls under way; they would meet the faults of the next test.
    deadline = time.monotonic() + LONGEST_CALL_SECONDS
    for thread in threading.enumerate():
        if thread.name.startswith(THREAD_NAME):
            thread.join(max(0.0, deadline - time.monotonic()))
