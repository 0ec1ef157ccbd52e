"""A small TwentyThree platform on a real socket, for tests and demonstrations.

`TwentyThreePlatform` drives one; the pytest fixture `twentythree_platform` hands out a fresh one per test.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_twentythree.testing.platform import REMOVE, TwentyThreePlatform

__all__ = ["REMOVE", "TwentyThreePlatform"]


def __getattr__(name: str) -> Any:
    # Every pytest run on a machine with this package imports the plugin beside this file, also runs that
    # never ask for the fixture: what costs time is imported when it is first named.
    if name in __all__:
        from django_twentythree.testing import platform

        return getattr(platform, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
