"""Everything the sandbox can do to a call, in portions that a run meets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import strategies as st

from django_twentythree.testing.platform import TwentyThreePlatform

# The client waits half a second and more before it tries again, unless it is told how long.
QUICK: Final[list[tuple[str, dict[str, Any]]]] = [
    ("429", {"retry_after": 0}),
    ("429", {"retry_after": 3_600}),
    ("500", {"retry_after": 0}),
    ("503", {"retry_after": 0}),
    ("404", {}),
    ("403", {}),
    ("wrapped", {}),
    ("jsonp", {}),
    ("slow", {"seconds": 0.05}),
    ("redirect", {}),
    ("huge", {"megabytes": 1}),
    ("error", {"code": "invalid_signature", "message": "No."}),
    ("error", {"code": "token_required", "message": "No."}),
    ("error", {"code": "invalid_oauth_user", "message": "No."}),
    ("error", {"code": "something_new", "message": "No."}),
    ("miscount", {"total_count": 0}),
    ("miscount", {"total_count": 1}),
    ("miscount", {"total_count": 250}),
    ("drop_level", {"level": "none"}),
    ("drop_level", {"level": "anonymous"}),
    ("drop_level", {"level": "read"}),
]
SLOW: Final[list[tuple[str, dict[str, Any]]]] = [
    ("cut", {}),
    ("reset", {}),
    ("silence", {"seconds": 0.1}),
    ("html", {}),
    ("empty", {}),
    ("bad_utf8", {}),
    ("500", {}),
]
METHODS: Final = {
    "photos": "photo/list",
    "albums": "album/list",
    "livestreams": "live/list",
    "on_air": "live/list",
    "players": "player/list",
}


@dataclass(frozen=True)
class Fault:
    """One fault: which, how often, and after how many calls that go well.

    Nothing in it denies by id what exists: then the platform would be lying, and the mirror right to believe it.
    """

    kind: str
    details: dict[str, Any] = field(default_factory=dict)
    after: int = 0
    times: int = 1

    def order(self, platform: TwentyThreePlatform, resource: str | None) -> None:
        """Have the next calls meet it; of the listing of a resource only, if one is named."""
        method = METHODS.get(resource or "")
        if self.after:
            platform.fail_next("slow", times=self.after, seconds=0, method=method)
        platform.fail_next(self.kind, times=self.times, method=method, **self.details)


def _of(kinds: list[tuple[str, dict[str, Any]]], most: int) -> st.SearchStrategy[Fault]:
    return st.builds(
        lambda kind, after, times: Fault(*kind, after, times),  # type: ignore[call-arg]
        st.sampled_from(kinds),
        st.integers(0, 3),
        st.integers(1, most),
    )


faults: Final = st.one_of(_of(QUICK, 3), _of(QUICK, 3), _of(QUICK, 3), _of(SLOW, 1))
