"""The pytest plugin: one sandbox process per test session, emptied before each test that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django_twentythree.testing.platform import TwentyThreePlatform


@pytest.fixture(scope="session")
def twentythree_platform_session() -> Iterator[TwentyThreePlatform]:
    """The sandbox process of this test session (one for each pytest-xdist worker)."""
    from django_twentythree.testing.platform import TwentyThreePlatform

    with TwentyThreePlatform.start() as platform:
        yield platform


@pytest.fixture
def twentythree_platform(twentythree_platform_session: TwentyThreePlatform) -> TwentyThreePlatform:
    """A TwentyThree platform with an empty library, valid credentials and three players."""
    twentythree_platform_session.reset()
    return twentythree_platform_session
