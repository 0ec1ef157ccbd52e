"""One HTTP request and its whole answer, within a time and a size."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from time import monotonic

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

from django_twentythree import __version__
from django_twentythree.api.auth import Signer
from django_twentythree.api.deadlines import Deadline, DeadlineAdapter
from django_twentythree.api.exceptions import TransportError, UnexpectedResponseError
from django_twentythree.api.parameters import Call

USER_AGENT = f"django-twentythree/{__version__}"
CHUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class RawResponse:
    """An HTTP answer, complete. `sent_at` is when its request was sent, by this machine's clock, in UTC."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    sent_at: datetime


class Transport:
    """Sends requests to one site and keeps connections open between them.

    Threads may share it: a session, with its connection, serves one request at a time and then whichever
    thread comes next, so that the threads of one listing find open connections that those of another left.
    """

    def __init__(
        self, address: str, *, timeout_seconds: float, max_answer_bytes: int, deadline_seconds: float | None = None
    ) -> None:
        self._address = address
        self._timeout_seconds = timeout_seconds
        self._deadline = None if deadline_seconds is None else monotonic() + deadline_seconds
        self._max_answer_bytes = max_answer_bytes
        self._idle: list[requests.Session] = []
        self._lock = threading.Lock()
        self._is_closed = False

    def send(self, call: Call, signer: Signer) -> RawResponse:
        """Send a call once and return what comes back, whatever it is.

        Raises:
            TransportError: No complete answer arrived in time.
            UnexpectedResponseError: The answer is larger than it may be.
        """
        seconds = self._get_seconds()
        if seconds <= 0:
            raise TransportError(call.method, "there was no time left to ask", may_have_arrived=False)
        with self._session() as session:
            # Raised out of the handler: the failure's text has the query, so it must not even be the context.
            failure: requests.RequestException | HTTPError | OSError
            try:
                return self._exchange(session, call, signer, seconds)
            except (requests.RequestException, HTTPError, OSError) as error:
                failure = error
        raise transport_error(call.method, self._address, failure, seconds)

    def close(self) -> None:
        """Close every connection; those in use are closed when their request is done."""
        with self._lock:
            self._is_closed = True
            idle, self._idle = self._idle, []
        for session in idle:
            session.close()

    def _get_seconds(self) -> float:
        """Return how long the next attempt may take."""
        if self._deadline is None:
            return self._timeout_seconds
        return min(self._timeout_seconds, self._deadline - monotonic())

    def _exchange(self, session: requests.Session, call: Call, signer: Signer, seconds: float) -> RawResponse:
        request = session.prepare_request(self._request(call, signer))
        settings = session.merge_environment_settings(request.url, proxies={}, stream=True, verify=None, cert=None)
        deadline = Deadline(seconds, is_upload=bool(call.files))
        sent_at = datetime.now(UTC)
        # Straight to the adapter: the session would look into redirects, and read their bodies without end.
        adapter = session.get_adapter(request.url or self._address)
        response = adapter.send(
            request,
            timeout=deadline,  # type: ignore[arg-type]  # requests hands urllib3's own Timeout through
            stream=True,
            verify=settings["verify"] or True,
            cert=settings["cert"],
            proxies=settings["proxies"],
        )
        try:
            body = self._body(response, call.method)
        finally:
            response.close()
        return RawResponse(response.status_code, response.headers, body, sent_at)

    def _request(self, call: Call, signer: Signer) -> requests.Request:
        url = self._address + call.path
        if call.is_get:
            return requests.Request("GET", f"{url}?{call.encoded_fields}", auth=signer)
        if call.files:
            return requests.Request("POST", url, data=call.fields, files=call.files, auth=signer)
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return requests.Request("POST", url, data=call.encoded_fields, headers=headers, auth=signer)

    def _body(self, response: requests.Response, method: str) -> bytes:
        chunks: list[bytes] = []
        size = 0
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            chunks.append(chunk)
            size += len(chunk)
            if size > self._max_answer_bytes:
                limit = self._max_answer_bytes / 2**20
                raise UnexpectedResponseError(
                    method,
                    f"the answer is larger than {limit:.3g} MiB; check the domain, and in calls of your own ask for"
                    " less at once (size=), or allow more (max_answer_bytes)",
                    response.status_code,
                )
        return b"".join(chunks)

    @contextmanager
    def _session(self) -> Iterator[requests.Session]:
        with self._lock:
            if self._is_closed:
                raise RuntimeError("This client is closed; make another one.")
            session = self._idle.pop() if self._idle else None
        session = session or _new_session()
        try:
            yield session
        finally:
            with self._lock:
                if not self._is_closed:
                    self._idle.append(session)
                    session = None
            if session is not None:
                session.close()


def _new_session() -> requests.Session:
    session = requests.Session()
    session.mount("https://", DeadlineAdapter())
    session.mount("http://", DeadlineAdapter())
    session.headers.update({"User-Agent": USER_AGENT, "Accept": "application/json"})
    # A visitor's session cookie would change what a site shows; every request stands for itself.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    return session


Failure = requests.RequestException | HTTPError | OSError


def transport_error(method: str, address: str, failure: Failure, timeout_seconds: float) -> TransportError:
    """Return the error that says what broke and what to do.

    The failure itself is not to be chained: its text holds the whole address, tokens in the query included.
    """
    causes = list(_causes(failure))
    told = _explain_unsent(causes, address, timeout_seconds)
    if told:
        return TransportError(method, told, may_have_arrived=False)
    if _has(causes, TLSError, ssl.SSLError, requests.exceptions.SSLError):
        told = f"the TLS connection to {address} failed; check that it speaks https on this port"
    elif _has(causes, ReadTimeoutError, requests.ReadTimeout, TimeoutError):
        told = f"{address} did not answer completely within {timeout_seconds:g} s"
    else:
        told = f"the connection to {address} broke off before the answer was complete"
    return TransportError(method, told, may_have_arrived=True)


def _explain_unsent(causes: Sequence[BaseException], address: str, timeout_seconds: float) -> str:
    """Return why nothing was sent and what to do, "" when something may have been."""
    if _has(causes, requests.exceptions.InvalidURL, LocationParseError, UnicodeError):
        return f"{address} is not the address of a host; check the domain for misspellings"
    if _has(causes, NameResolutionError, socket.gaierror):
        return f"the name of {address} could not be resolved (DNS); check the domain for misspellings"
    if _has(causes, ProxyError, requests.exceptions.ProxyError):
        return f"the proxy could not reach {address}; check the proxy settings of this machine"
    if _has(causes, ssl.SSLCertVerificationError):
        trouble = _certificate_trouble(causes)
        return f"the TLS certificate of {address} is not trusted ({trouble}); check the domain"
    if _has(causes, ConnectionRefusedError):
        return f"{address} refused the connection; check domain and port"
    if _has(causes, ConnectTimeoutError, requests.ConnectTimeout):
        return f"{address} did not accept a connection within {timeout_seconds:g} s; check domain and firewall"
    if _has(causes, NewConnectionError):
        return f"{address} could not be reached{_system_message(causes)}; check domain and network"
    return ""


def _has(causes: Sequence[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


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


def _certificate_trouble(causes: Sequence[BaseException]) -> str:
    return next(cause.verify_message for cause in causes if isinstance(cause, ssl.SSLCertVerificationError))


def _system_message(causes: Sequence[BaseException]) -> str:
    messages = [cause.strerror for cause in causes if isinstance(cause, OSError) and cause.strerror]
    return f" ({messages[-1]})" if messages else ""
