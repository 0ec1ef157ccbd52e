"""The grammar of a host, as it stands in settings: a name or an address, perhaps with a port; never a URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import AddressValueError, IPv6Address
from typing import Final, NamedTuple

DEFAULT_PORTS: Final[Mapping[str, int]] = {"https": 443, "http": 80}
"""The port of each scheme that a platform may be asked by."""

# Letters of other alphabets are fine; so is an IPv6 address in brackets.
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?P<name>{_LABEL}(?:\.{_LABEL})*|\[[0-9a-fA-F:.]+\])(?::(?P<port>[0-9]{{1,5}}))?")
_LONGEST_NAME = 253


class Host(NamedTuple):
    """A host, read.

    Attributes:
        name: In lower case; an IPv6 address in its brackets.
        port: None where none is given.
    """

    name: str
    port: int | None


def read_host(text: str) -> Host | None:
    """Return the host that a text such as "video.example.com" or "[::1]:8023" writes; None when it is none."""
    match = _HOST.fullmatch(text)
    if match is None or len(match["name"]) > _LONGEST_NAME:
        return None
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 0 < port < 65_536:
        return None
    if match["name"].startswith("["):
        try:
            IPv6Address(match["name"][1:-1])
        except AddressValueError:
            return None
    return Host(match["name"].lower(), port)
