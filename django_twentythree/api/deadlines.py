"""Connections that are over in time whatever the server does: drips a header, never ends one, or falls silent.

A time-out of a socket limits each wait for bytes, not all of them together. So each wait here is cut to what is left
of the whole, by the thread that waits: no other thread looks on, and a connection that idles knows no deadline.
Only the system's search for the addresses of a name keeps its own time (`options timeout` of resolv.conf); it counts.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Callable, Mapping
from functools import cache, partial
from http.client import HTTPResponse
from time import monotonic
from typing import Any, Final

from requests.adapters import HTTPAdapter
from urllib3 import PoolManager, ProxyManager, Timeout
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

SHORTEST_SECONDS: Final = 0.001
"""A time-out of 0 would not wait at all, which is another kind of socket."""


class Deadline(Timeout):
    """A time-out that shrinks: one limit for connecting, sending and the whole answer.

    Args:
        seconds: The limit, from now on.
        is_upload: Whether sending may take as long as it moves, and only its answer is to come within the limit.
    """

    def __init__(self, seconds: float, *, is_upload: bool = False) -> None:
        super().__init__(total=seconds)
        self._seconds = seconds
        self._ends_at = monotonic() + seconds
        self._is_upload = is_upload

    def clone(self) -> Deadline:
        """Return itself: a copy would begin anew."""
        return self

    @property
    def connect_timeout(self) -> float:
        """Seconds that are left to connect and to send."""
        return max(self._ends_at - monotonic(), SHORTEST_SECONDS)

    @property
    def read_timeout(self) -> float:
        """Seconds that are left for the answer; asked for once, when all has been sent."""
        if self._is_upload:
            return self._seconds
        return max(self._ends_at - monotonic(), SHORTEST_SECONDS)


class DeadlineAdapter(HTTPAdapter):
    """Sends requests over connections whose time-out, a `Deadline`, covers all of an exchange."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have the pools make such connections."""
        super().init_poolmanager(*args, **kwargs)
        _time_pools(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> ProxyManager:
        """Have the pools of a proxy, of whatever kind, make them too."""
        manager: ProxyManager = super().proxy_manager_for(*args, **kwargs)
        _time_pools(manager)
        return manager


class _TimedReader(io.RawIOBase):
    """Reads from a socket until a moment; each wait is cut to what is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, ends_at: float) -> None:
        self._raw, self._sock, self._ends_at = raw, sock, ends_at

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        remaining = self._ends_at - monotonic()
        if remaining <= 0:
            raise TimeoutError("the deadline has passed")
        self._sock.settimeout(remaining)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """An answer of which all comes until a moment: status, headers, interim answers, chunks and trailers."""

    def __init__(self, sock: socket.socket, *args: Any, ends_at: float, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock, ends_at))


class _TimedMixin:
    """Turns the time-out that a connection has been given into the end of what it does next."""

    timeout: float
    port: int
    _dns_host: str
    response_class: Callable[..., HTTPResponse]

    def _new_conn(self) -> socket.socket:
        ends_at = monotonic() + self.timeout
        # For the answer of a proxy, which comes before there is a TLS connection.
        self.response_class = partial(_TimedResponse, ends_at=ends_at)
        sock = self._connect(ends_at)
        sock.settimeout(max(ends_at - monotonic(), SHORTEST_SECONDS))  # the handshake keeps it as a whole
        return sock

    def _connect(self, ends_at: float) -> socket.socket:
        """Return a socket connected to one of the addresses of the host, which share the time that is left."""
        name = self._dns_host
        try:
            addresses = _find_addresses(name, self.port)
            for left in range(len(addresses), 0, -1):
                self._dns_host = addresses[-left]
                self.timeout = max((ends_at - monotonic()) / left, SHORTEST_SECONDS)
                try:
                    return self._connect_to_host()
                except (ConnectTimeoutError, NewConnectionError):
                    if left == 1:
                        raise
            return self._connect_to_host()  # there is no address, which has an error of its own
        finally:
            self._dns_host = name

    def _connect_to_host(self) -> socket.socket:
        sock: socket.socket = super()._new_conn()  # type: ignore[misc]
        return sock

    def getresponse(self) -> Any:
        self.response_class = partial(_TimedResponse, ends_at=monotonic() + self.timeout)
        return super().getresponse()  # type: ignore[misc]


def _find_addresses(name: str, port: int) -> list[str]:
    """Return the addresses of a host, each once; [] when it has none."""
    try:
        found = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _time_pools(manager: PoolManager) -> None:
    pools: Mapping[str, Any] = manager.pool_classes_by_scheme
    manager.pool_classes_by_scheme = {scheme: _timed(pool) for scheme, pool in pools.items()}


@cache
def _timed(pool: Any) -> Any:
    """Return a class of pools like this one, whose connections keep their deadline."""
    if issubclass(pool.ConnectionCls, _TimedMixin):
        return pool
    connection = type(f"Timed{pool.ConnectionCls.__name__}", (_TimedMixin, pool.ConnectionCls), {})
    return type(f"Timed{pool.__name__}", (pool,), {"ConnectionCls": connection})
