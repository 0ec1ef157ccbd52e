"""An answer with the facts around it, or the error it stands for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django_twentythree.api.decoding import TooManyValuesError, UndecodableError, decode
from django_twentythree.api.exceptions import (
    APIError,
    RateLimitedError,
    ServerError,
    UnexpectedResponseError,
    response_error,
)
from django_twentythree.api.redaction import Secrets
from django_twentythree.api.transport import RawResponse
from django_twentythree.api.wire import read_epoch, read_flag, read_remote_id
from django_twentythree.ids import read_number

# The platform caches for up to half an hour (README section 9).
LONGEST_CACHING = timedelta(minutes=30)
NOTEWORTHY_SKEW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Response:
    """One answer of the platform, and the moment at which it was true.

    Attributes:
        envelope: The decoded answer; not in the `repr`, because objects have tokens.
        sent_at: When the request was sent, by this machine's clock.
        server_date: The `Date` of the answer; None when there is none that can be read.
        permission_level: The level that was granted; "" when not told.
        is_cached: Whether the platform answered from its cache.
        cache_time: When it put the answer there, by its own clock.
        site_id: The site that answered; None when not told.
    """

    envelope: dict[str, Any] = field(repr=False)
    sent_at: datetime
    server_date: datetime | None
    permission_level: str
    is_cached: bool
    cache_time: datetime | None
    site_id: int | None

    @property
    def observed_at(self) -> datetime:
        """The latest moment, by this machine's clock, at which all of the answer was surely true.

        That is when the request was sent; for an answer from the platform's cache it is when it was cached,
        or half an hour ago when that is not told.
        """
        if not self.is_cached:
            return self.sent_at
        if self.cache_time is None:
            return self.sent_at - LONGEST_CACHING
        skew = self.server_date - self.sent_at if self.server_date else timedelta(0)
        return min(self.sent_at, self.cache_time - skew)


def read_response(
    method: str,
    reply: RawResponse,
    *,
    secrets: Secrets | None = None,
    is_strangers_question: bool = False,
    keep_damaged_text: bool = False,
) -> Response:
    """Return the answer in a reply.

    Args:
        method: The method called, for messages.
        reply: What came back.
        secrets: Texts to strike out of the platform's own words.
        is_strangers_question: Whether one object was asked for without credentials.
        keep_damaged_text: Read bytes that are not UTF-8 as U+FFFD, instead of refusing them.

    Raises:
        APIError: The reply is a failure, in HTTP or in the body, or unreadable.

    Source: README section 3 (envelope) and section 7 (HTTP is 200 as a rule, look at `status`).
    """
    server_date = _http_date(reply.headers.get("Date"))
    if reply.status == 429:
        raise RateLimitedError(method, _retry_after(reply, server_date))
    if reply.status >= 500 or reply.status == 408:
        raise ServerError(method, reply.status, _retry_after(reply, server_date))
    if 300 <= reply.status < 400:
        raise _redirected(method, reply)
    try:
        envelope = decode(reply.body, keep_damaged_text=keep_damaged_text)
    except UndecodableError as error:
        may_pass = not isinstance(error, TooManyValuesError)
        raise _unreadable(method, reply.status, str(error), may_pass=may_pass) from None
    status = envelope.get("status")
    level = _text(envelope.get("permission_level"))
    if status == "error":
        message = _text(envelope.get("message"))
        detail = secrets.strike_from(message) if secrets else message
        detail += _clock_note(reply, server_date, envelope)
        code = _text(envelope.get("code"))
        raise response_error(method, reply.status, code, detail, level, is_strangers_question=is_strangers_question)
    if not 200 <= reply.status < 300:
        raise _unreadable(method, reply.status, "the body is no error of the API")
    if status != "ok" and not _is_concatenation(envelope):
        raise _unreadable(method, reply.status, "the JSON is no answer of the API: it has no status")
    site = envelope.get("site")
    return Response(
        envelope=envelope,
        sent_at=reply.sent_at,
        server_date=server_date,
        permission_level=level,
        is_cached=bool(read_flag(envelope.get("cached"))),
        cache_time=read_epoch(envelope.get("cache_time")),
        site_id=read_remote_id(site.get("site_id")) if isinstance(site, dict) else None,
    )


def _is_concatenation(envelope: dict[str, Any]) -> bool:
    """Whether each value is an answer of its own, as `concatenate` sends them (README section 4)."""
    return bool(envelope) and all(isinstance(part, dict) and "status" in part for part in envelope.values())


def _unreadable(method: str, status: int, reason: str, *, may_pass: bool = True) -> UnexpectedResponseError:
    if status >= 400:
        advice = "check the domain" if status == 404 else "something between here and the platform may refuse the call"
        return UnexpectedResponseError(method, f"HTTP {status}: {reason}; {advice}", status)
    return UnexpectedResponseError(method, f"HTTP {status}: {reason}", status, may_pass=may_pass)


def _redirected(method: str, reply: RawResponse) -> APIError:
    """Redirects are reported, not followed: a signature holds for one address, and POST would become GET."""
    site = _site_of(reply.headers.get("Location", ""))
    if site:
        place = f"points to {site}"
        advice = "use that domain and scheme if it is the site you mean"
    else:
        place = "points to another page of the same host"
        advice = "check the domain, and whether the site asks visitors to log in"
    return UnexpectedResponseError(
        method, f"HTTP {reply.status} {place}; redirects are not followed, {advice}", reply.status
    )


def _site_of(location: str) -> str:
    """Return scheme and host of an address, without user, path and query, which may hold secrets; or ""."""
    try:
        target = urlsplit(location)
        host, port = target.hostname, target.port
    except ValueError:
        return ""
    if not (target.scheme and host):
        return ""
    return f"{target.scheme}://{host}:{port}" if port else f"{target.scheme}://{host}"


def _clock_note(reply: RawResponse, server_date: datetime | None, envelope: dict[str, Any]) -> str:
    if server_date is None or envelope.get("code") != "invalid_signature":
        return ""
    skew = server_date - reply.sent_at
    if abs(skew) < NOTEWORTHY_SKEW:
        return ""
    return f" (this machine's clock differs from the platform's by {abs(skew).total_seconds() / 60:.0f} minutes)"


def _retry_after(reply: RawResponse, server_date: datetime | None) -> float | None:
    """Return the pause asked for in seconds; both forms of RFC 9110, section 10.2.3."""
    value = reply.headers.get("Retry-After", "").strip()
    seconds = read_number(value, largest=999_999_999)
    if seconds is not None:
        return float(seconds)
    moment = _http_date(value)
    return max(0.0, (moment - (server_date or reply.sent_at)).total_seconds()) if moment else None


def _http_date(value: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value or "")
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
