"""The start-up options of a sandbox, the same on both command lines."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """The start-up options of one sandbox; what changes at run time is in `Settings`."""

    host: str = "127.0.0.1"
    port: int = 8024
    """0 lets the system choose; the first line of output names the port."""
    photos: int = 300
    seed: int = 23
    pingback_url: str = ""
    latency_ms: int = 0
    cache_seconds: int = 1800
    """The lifetime of cached unsigned answers, as on the platform; 0 switches caching off."""
    encoding_seconds: float = 8.0
    """The time from upload to encoded; negative: never by itself."""
    closed: bool = False
    until_stdin_closes: bool = False
    """End with the process that holds the other end of standard input, however that ended."""

    @classmethod
    def from_arguments(cls, arguments: Mapping[str, Any]) -> Options:
        """Return the options among parsed command line arguments; others are left alone."""
        return cls(**{f.name: arguments[f.name] for f in fields(cls) if f.name in arguments})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options to a parser; defaults are those of `Options`."""
    add = parser.add_argument
    add("--host", default="127.0.0.1", help="address to listen on (default: %(default)s, this machine only)")
    add(
        "--port",
        type=int,
        default=8024,
        help="port to listen on; 0 chooses a free one (default: %(default)s)",
    )
    add("--photos", type=int, default=300, help="size of the invented library (default: %(default)s)")
    add("--seed", type=int, default=23, help="equal seeds give equal libraries (default: %(default)s)")
    add("--pingback-url", default="", help="address told about changes of videos, by POST")
    add("--latency-ms", type=int, default=0, help="delay of each API answer (default: %(default)s)")
    add(
        "--cache-seconds",
        type=int,
        default=1800,
        help="how long unsigned answers are cached; 0: not at all (default: %(default)s)",
    )
    add(
        "--encoding-seconds",
        type=float,
        default=8.0,
        help="time from upload to encoded; negative: never by itself (default: %(default)s)",
    )
    add(
        "--closed",
        action="store_true",
        help="start as a closed site: unsigned calls need an id and its token",
    )
    add("--until-stdin-closes", action="store_true", help="end when standard input is closed")
