"""How long the attacks last: briefly among other tests, at length with `make hostile`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from django_twentythree.testing.platform import TwentyThreePlatform
from tests.conftest import SECRET
from tests.hostile.proxy import HostileProxy

IS_LONG = bool(os.environ.get("HOSTILE_EXAMPLES"))
EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES") or 60)
"""Random inputs for each entry point."""
TIMEOUT_SECONDS = 0.5


def fill(platform: TwentyThreePlatform) -> None:
    """Add a little of everything that can be mirrored."""
    for number in (1, 2):
        platform.add_album(number, title=f"Category {number}", hide_p=int(number == 2))
    platform.add_livestream(1, name="Council", streaming_p=1, broadcasting_p=1, album_id=1)
    platform.add_livestream(2, name="Private", private_p=1)
    for number in range(1, 6):
        platform.add_photo(
            number,
            title=f"Video {number}",
            tags=["harbour", f"tag {number}"],
            all_albums="1" if number % 2 else "2",
            published_p=int(number != 5),
        )
    platform.add_section(1, title="Opening")
    platform.add_subtitle(1, "en_US")


@pytest.fixture
def proxy(settings: Any, twentythree_platform: TwentyThreePlatform) -> Iterator[HostileProxy]:
    """A proxy before the sandbox, configured as the workspace `default`; honest until it is told otherwise."""
    fill(twentythree_platform)
    found = HostileProxy(twentythree_platform.domain)
    entry = twentythree_platform.workspace(NOTIFICATION_SECRETS=[SECRET]) | {"DOMAIN": found.domain}
    settings.TWENTYTHREE = {
        "WORKSPACES": {"default": entry},
        "TIMEOUT_SECONDS": TIMEOUT_SECONDS,
        "REQUESTS_IN_FLIGHT": 2,
    }
    yield found
    found.close()


@pytest.fixture
def be_patient(settings: Any) -> Callable[[], None]:
    """Give the platform all the time that it needs from here on, on a machine that is busy with other things."""

    def apply() -> None:
        settings.TWENTYTHREE = settings.TWENTYTHREE | {"TIMEOUT_SECONDS": 20}

    return apply
