"""How calls to a workspace have been going, and when to leave it alone for a while."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q

from django_twentythree.exceptions import APIError, AuthenticationError, RateLimitedError, ServerError, TwentyThreeError
from django_twentythree.models import Workspace, WorkspaceCondition
from django_twentythree.signals import workspace_state_changed
from django_twentythree.sync.clocks import DatabaseNow
from django_twentythree.sync.identity import IdentityError, LevelError

logger = logging.getLogger(__name__)

TOLERATED_FAILURES: Final = 3
"""So many failures in a row are trouble in passing; after them the workspace rests."""
REST: Final = timedelta(minutes=5)
"""Doubled with each further failure, up to the longest."""
LONGEST_REST: Final = timedelta(hours=1)
REST_WHEN_REFUSED: Final = timedelta(hours=1)
LONGEST_PAUSE: Final = timedelta(days=1)
"""A pause that is asked for is not believed beyond this."""
IN_TROUBLE: Final = frozenset({Workspace.State.UNREACHABLE, Workspace.State.REFUSED, Workspace.State.MISMATCHED})


def get_resting_until(workspace: Workspace) -> datetime | None:
    """Return until when scheduled work leaves the workspace alone, None when it does not."""
    resting = WorkspaceCondition.objects.filter(workspace_id=workspace.pk, resting_until__gt=DatabaseNow())
    return resting.values_list("resting_until", flat=True).first()


def get_pause_left(workspace: Workspace) -> float:
    """Return for how many seconds the platform asked to be left alone, 0 when it did not.

    In trouble a workspace rests on its own account, which need not keep those from asking who find it well.
    """
    is_well = Exists(Workspace.objects.filter(pk=OuterRef("workspace_id")).exclude(state__in=IN_TROUBLE))
    conditions = WorkspaceCondition.objects.filter(workspace_id=workspace.pk, resting_until__gt=DatabaseNow())
    moments = conditions.filter(is_well).values_list("resting_until", DatabaseNow()).first()
    return (moments[0] - moments[1]).total_seconds() if moments else 0.0


def note_pause(workspace: Workspace, seconds: float) -> None:
    """Have all processes leave the workspace alone for as long as the platform asked this one to."""
    moment = DatabaseNow() + timedelta(seconds=min(seconds, LONGEST_PAUSE.total_seconds()))
    WorkspaceCondition.objects.get_or_create(workspace_id=workspace.pk)
    is_longer = Q(resting_until__isnull=True) | Q(resting_until__lt=moment)
    WorkspaceCondition.objects.filter(is_longer, workspace_id=workspace.pk).update(resting_until=moment)


def note_success(workspace: Workspace) -> None:
    """Forget past failures: the platform answered as it should."""
    workspace.refresh_from_db(fields=["state"])  # another worker may have met trouble meanwhile
    conditions = WorkspaceCondition.objects.filter(workspace_id=workspace.pk)
    if workspace.state in IN_TROUBLE:
        conditions.update(failure_count=0, resting_until=None, reason="")
    else:
        # Not a pause that the platform asked somebody else for. The usual case costs no write.
        conditions.filter(failure_count__gt=0).update(failure_count=0, reason="")
    if workspace.state != Workspace.State.WORKING:
        _set_state(workspace, Workspace.State.WORKING, "")


def note_failure(workspace: Workspace, error: TwentyThreeError, explanation: str) -> None:
    """Count a failure, and let the workspace rest after several, or at once when credentials are refused."""
    if not isinstance(error, APIError | IdentityError | LevelError):
        return  # a setting of this site, not how the platform is doing
    condition, _ = WorkspaceCondition.objects.get_or_create(workspace_id=workspace.pk)
    WorkspaceCondition.objects.filter(pk=condition.pk).update(failure_count=F("failure_count") + 1, reason=explanation)
    condition.refresh_from_db()
    workspace.refresh_from_db(fields=["state"])
    pause = timedelta(seconds=get_pause_seconds(error))
    state: str
    if is_refusal(error):
        is_other_site = isinstance(error, IdentityError)
        rest, state = REST_WHEN_REFUSED, Workspace.State.MISMATCHED if is_other_site else Workspace.State.REFUSED
    elif condition.failure_count >= TOLERATED_FAILURES:
        doublings = min(condition.failure_count - TOLERATED_FAILURES, 8)
        rest, state = max(min(REST * 2**doublings, LONGEST_REST), pause), Workspace.State.UNREACHABLE
    elif pause:
        rest, state = pause, workspace.state
    else:
        return
    WorkspaceCondition.objects.filter(pk=condition.pk).update(resting_until=DatabaseNow() + rest)
    _set_state(workspace, state, explanation)


def is_refusal(error: TwentyThreeError) -> bool:
    """Return whether a second try will not help: the credentials are not taken, or another site answers."""
    return isinstance(error, AuthenticationError | IdentityError | LevelError)


def get_pause_seconds(error: TwentyThreeError) -> float:
    """Return how long the platform asks to be left alone, a day at most; 0 when it does not ask."""
    asked = error.retry_after_seconds if isinstance(error, RateLimitedError | ServerError) else None
    return min(asked or 0.0, LONGEST_PAUSE.total_seconds())


def _set_state(workspace: Workspace, state: str, reason: str) -> None:
    old = workspace.state
    # Of several workers that see the same change, one makes it and tells.
    if not Workspace.objects.filter(pk=workspace.pk, state=old).exclude(state=state).update(state=state):
        return
    workspace.state = state
    if state != Workspace.State.WORKING:
        logger.error("%s", reason)
    elif old != Workspace.State.NEW:
        logger.info("TwentyThree answers '%s' again.", workspace.alias)
    workspace_state_changed.send_robust(Workspace, workspace=workspace, old=old, new=state, reason=reason)
