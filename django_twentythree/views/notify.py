"""The notification endpoint, which TwentyThree calls when something changed."""

from __future__ import annotations

import logging
import traceback
from functools import partial
from hashlib import sha256
from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import quote

from django.contrib.auth.decorators import login_not_required
from django.db import Error as AnyDatabaseError
from django.db import InterfaceError, OperationalError, connections, router, transaction
from django.http import HttpResponse, HttpResponseNotAllowed, HttpResponseNotFound, UnreadablePostError
from django.utils.log import log_response
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_variables

from django_twentythree.conf import get_workspace_settings
from django_twentythree.coordination.clocks import DatabaseNow
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.exceptions import ConfigurationError
from django_twentythree.masking import MASK
from django_twentythree.models import Notification
from django_twentythree.notifications import BODY_LIMIT_BYTES, Reading, clean_event, read_notification
from django_twentythree.publishing import publish
from django_twentythree.sync.payloads import bound_payloads
from django_twentythree.tasks import process_notifications

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.http import HttpRequest

logger = logging.getLogger(__name__)

_CHUNK_BYTES = 64 * 1024
_DRAINED_CHUNKS = 64


@sensitive_variables("secret", "secrets", "accepted")
@csrf_exempt  # the platform has no session; the secret in the URL authenticates it
@login_not_required
@transaction.non_atomic_requests  # the row is stored and its task is sent before the response
def notify(request: HttpRequest, alias: str, secret: str, event: str = "") -> HttpResponse:
    """Accept a pingback, or a webhook when `event` is given: store one row, send its task, return an empty 200.

    Answers 404 to a wrong alias or secret (nothing is stored, and which of the two was wrong cannot be told
    apart), 405 to anything but POST, and 503 when the row could not be stored, whatever the reason: whether the
    platform calls again is not documented; if it does not, the next scheduled sync run finds the change.
    """
    if request.method != "POST":
        return _refuse(request, HttpResponseNotAllowed(["POST"]))
    sender, secrets = "somebody", {secret}
    try:
        accepted = _get_accepted(alias)
        secrets |= set(accepted)
        if not _is_one_of(secret, accepted):
            return _refuse(request, HttpResponseNotFound())
        sender = f"the workspace '{alias}'"
        _store_surely(alias, event, _read(request))
    except AnyDatabaseError as error:
        reason = _read_first_line(error, secrets)
    # Catch everything, but only here. Django would log an escaping error with the address, which is the secret, and
    # under DEBUG also show it with the variables of each frame.
    except Exception as error:
        reason = _describe_unexpected(error, secrets)
    else:
        return HttpResponse()
    response = HttpResponse(status=503, headers={"Retry-After": "60"})
    # This also marks the response as logged, or Django would log its address. Frames of a traceback hold secrets.
    log_response("A change notice for %s could not be stored: %s", sender, reason, response=response, logger=logger)
    return response


@csrf_exempt
@login_not_required
def not_a_door(request: HttpRequest, rest: str) -> HttpResponse:
    """Return 404 for an address that only resembles the notification endpoint, without logging it."""
    return _refuse(request, HttpResponseNotFound())


def _get_accepted(alias: str) -> tuple[str, ...]:
    try:
        return get_workspace_settings(alias).notification_secrets
    except ConfigurationError:
        return ()


def _is_one_of(secret: str, accepted: Collection[str]) -> bool:
    given = _digest(secret)
    # Compare every secret, by digests of equal length, so that the time reveals nothing about the secrets or
    # the alias.
    matches = [compare_digest(given, _digest(one)) for one in accepted or (" ",)]
    return bool(accepted) and any(matches)


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()


def _read(request: HttpRequest) -> Reading:
    query, content_type = request.META.get("QUERY_STRING", ""), request.headers.get("content-type", "")
    return read_notification(query, content_type, _read_body(request))


def _read_body(request: HttpRequest) -> bytes | None:
    """Return the body; None when it is larger than the limit or incomplete.

    This reads the stream, because `request.body` and `request.POST` apply `DATA_UPLOAD_MAX_MEMORY_SIZE` and
    similar limits, which are meant for forms.
    """
    try:
        body = request.read(BODY_LIMIT_BYTES + 1)
        if len(body) <= BODY_LIMIT_BYTES:
            return body
        # Otherwise the server would cut off a sender that is still sending, and it would never see the 200.
        for _ in range(_DRAINED_CHUNKS):
            if not request.read(_CHUNK_BYTES):
                break
    except UnreadablePostError:
        pass
    return None


def _store_surely(alias: str, event: str, reading: Reading) -> None:
    """Store a change notice, and retry once if the database connection was lost, because nobody calls again."""
    try:
        _store(alias, event, reading)
    except (OperationalError, InterfaceError):
        connection = connections[router.db_for_write(Notification)]
        if connection.in_atomic_block or connection.is_usable():
            raise
        connection.close()
        _store(alias, event, reading)


def _store(alias: str, event: str, reading: Reading) -> None:
    # No transaction of its own: two statements that may each stand alone (the first makes the workspace's
    # row when there is none yet, with a savepoint around it).
    first = reading.hints[0] if reading.hints else None
    Notification.objects.create(
        workspace=get_or_create_workspace(alias),
        source=Notification.Source.WEBHOOK if event else Notification.Source.PINGBACK,
        event=clean_event(event),
        object_type=first.kind.wire if first else "",
        object_id=first.id if first else None,
        payload=reading.payload,
        received_at=DatabaseNow(),
    )
    # Robust, because the row is stored and later errors do not concern the sender.
    transaction.on_commit(partial(publish, process_notifications, alias), robust=True)
    if reading.is_large:
        transaction.on_commit(bound_payloads, robust=True)


def _describe_unexpected(error: Exception, secrets: Iterable[str]) -> str:
    """Return the type, the origin and the message of an error in one line."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    told = _read_first_line(error, secrets)
    return f"{type(error).__name__} in {place.name} ({place.filename}:{place.lineno}): {told}"


def _read_first_line(error: Exception, secrets: Iterable[str]) -> str:
    """Return the first line of an error, because other lines may quote the row; MASK if it contains a secret."""
    text = str(error)
    for secret in secrets:
        spellings = {secret, quote(secret, safe=""), quote(secret), repr(secret)[1:-1], ascii(secret)[1:-1]}
        if any(spelling in text for spelling in spellings):
            return MASK
    return text.partition("\n")[0]


def _refuse(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return `response` after logging it as Django does, but without the part that may be a secret."""
    log_response(
        "%s: %s/notify/…",
        response.reason_phrase,
        request.path.partition("/notify/")[0],
        response=response,
    )
    return response
