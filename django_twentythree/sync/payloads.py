"""Bound the stored size of change notices: the oldest payloads are cut first."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import timedelta
from itertools import islice
from typing import Any, Final

from django.db import models
from django.db.models.functions import Cast, Length

from django_twentythree.coordination.leases import acquire
from django_twentythree.models import Notification
from django_twentythree.notifications import REDUCED, reduce_payload
from django_twentythree.sync.memory import iter_keyset

logger = logging.getLogger(__name__)

SIZE: Final = Length(Cast("payload", models.TextField()))
"""The size of a payload as stored, in characters."""
MOST_STORED: Final = 32 * 2**20
"""The size of all payloads together at most, in characters."""
CUT_TO: Final = 24 * 2**20
SMALL: Final = 300
"""Payloads up to this size are left as they are."""
LOOK_PAUSE: Final = timedelta(seconds=10)
CUT: Final = "This was cut, to save room."

_PORTION: Final = 500
_AT_ONCE: Final = 20


def bound_payloads() -> int:
    """Keep the payloads of all notices within bounds, and return how many were made smaller.

    The oldest of those that were processed are cut first; then the oldest that wait are reduced to what they name.
    """
    if not acquire("payloads", LOOK_PAUSE):
        return 0
    stored = Notification.objects.aggregate(total=models.Sum(SIZE))["total"] or 0
    if stored <= MOST_STORED:
        return 0
    is_pending = models.Q(state=Notification.State.PENDING)
    excess, cut = _shrink(~is_pending, stored - CUT_TO, lambda _: {"note": CUT})
    _, reduced = _shrink(is_pending, excess, reduce_payload)
    if cut or reduced:
        logger.warning(
            "Change notices took up more than %d MiB: the payloads of %d old ones were cut, and %d that wait were"
            " reduced to the objects they name.",
            MOST_STORED // 2**20,
            cut,
            reduced,
        )
    return cut + reduced


def _shrink(condition: models.Q, excess: int, make_small: Callable[[Any], dict[str, Any]]) -> tuple[int, int]:
    """Make payloads smaller, the oldest first, until the excess is gone; return what is left of it, and how many."""
    rows = Notification.objects.filter(condition).annotate(size=SIZE).filter(size__gt=SMALL)
    found = iter_keyset(rows, "pk", "size", portion=_PORTION)
    count = 0
    while excess > 0 and (sizes := dict(islice(found, _AT_ONCE))):
        notices = []
        for notice in Notification.objects.filter(pk__in=sizes).only("pk", "payload").order_by("pk"):
            if excess <= 0:
                break
            if make_small is reduce_payload and _is_reduced(notice.payload):
                continue
            notice.payload = make_small(notice.payload)
            excess -= max(0, sizes[notice.pk] - len(json.dumps(notice.payload)))
            notices.append(notice)
        Notification.objects.bulk_update(notices, ["payload"])
        count += len(notices)
    return excess, count


def _is_reduced(payload: Any) -> bool:
    return isinstance(payload, dict) and payload.get("note") == REDUCED
