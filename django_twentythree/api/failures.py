"""What a broken connection means, in words a person can act on."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
)
from urllib3.exceptions import SSLError as TLSError

from django_twentythree.api.exceptions import TransportError

Failure = requests.RequestException | HTTPError | OSError


def transport_error(method: str, address: str, failure: Failure, timeout_seconds: float) -> TransportError:
    """Return the error that says what broke and what to do.

    The failure itself is not to be chained: its text holds the whole address, tokens in the query included.
    """
    causes = list(_causes(failure))

    def has(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    was_not_sent = True
    if has(requests.exceptions.InvalidURL, LocationParseError, UnicodeError):
        told = f"{address} is not the address of a host; check the domain for misspellings"
    elif has(NameResolutionError, socket.gaierror):
        told = f"the name of {address} could not be resolved (DNS); check the domain for misspellings"
    elif has(ProxyError, requests.exceptions.ProxyError):
        told = f"the proxy could not reach {address}; check the proxy settings of this machine"
    elif has(ssl.SSLCertVerificationError):
        trouble = _certificate_trouble(causes)
        told = f"the TLS certificate of {address} is not trusted ({trouble}); check the domain"
    elif has(ConnectionRefusedError):
        told = f"{address} refused the connection; check domain and port"
    elif has(ConnectTimeoutError, requests.ConnectTimeout):
        told = f"{address} did not accept a connection within {timeout_seconds:g} s; check domain and firewall"
    elif has(NewConnectionError):
        told = f"{address} could not be reached{_system_message(causes)}; check domain and network"
    else:
        was_not_sent = False
        if has(TLSError, ssl.SSLError, requests.exceptions.SSLError):
            told = f"the TLS connection to {address} failed; check that it speaks https on this port"
        elif has(ReadTimeoutError, requests.ReadTimeout, TimeoutError):
            told = f"{address} did not answer completely within {timeout_seconds:g} s"
        else:
            told = f"the connection to {address} broke off before the answer was complete"
    return TransportError(method, told, may_have_arrived=not was_not_sent)


def _causes(failure: BaseException) -> Iterator[BaseException]:
    """Yield a failure and everything wrapped in it, but not what the caller was handling meanwhile."""
    seen: set[int] = set()
    waiting: list[object] = [failure]
    while waiting:
        current = waiting.pop(0)
        if isinstance(current, BaseException) and id(current) not in seen:
            seen.add(id(current))
            yield current
            waiting += [current.__cause__, getattr(current, "reason", None), *current.args]


def _certificate_trouble(causes: list[BaseException]) -> str:
    return next(cause.verify_message for cause in causes if isinstance(cause, ssl.SSLCertVerificationError))


def _system_message(causes: list[BaseException]) -> str:
    messages = [cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror]
    return f" ({messages[-1]})" if messages else ""
