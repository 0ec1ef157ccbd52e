"""How calls to a workspace have been going, and when to leave it alone for a while."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F
from django.utils import timezone

from django_twentythree.exceptions import APIError, AuthenticationError, RateLimitedError, TwentyThreeError
from django_twentythree.models import Workspace, WorkspaceCondition
from django_twentythree.signals import workspace_state_changed
from django_twentythree.sync.identity import LevelError

logger = logging.getLogger(__name__)

TOLERATED_FAILURES: Final = 3
"""So many failures in a row are trouble in passing; after them the workspace rests."""
REST: Final = timedelta(minutes=5)
"""Doubled with each further failure, up to the longest."""
LONGEST_REST: Final = timedelta(hours=1)
REST_WHEN_REFUSED: Final = timedelta(hours=1)


def get_resting_until(workspace: Workspace) -> datetime | None:
    """Return until when scheduled work leaves the workspace alone, None when it does not."""
    moment = (
        WorkspaceCondition.objects.filter(workspace_id=workspace.pk).values_list("resting_until", flat=True).first()
    )
    return moment if moment is not None and moment > timezone.now() else None


def note_success(workspace: Workspace) -> None:
    """Forget past failures: the platform answered as it should."""
    if workspace.state == Workspace.State.WORKING:
        # The usual case costs no write; failures counted below the threshold are forgotten with it.
        WorkspaceCondition.objects.filter(workspace_id=workspace.pk, failure_count__gt=0).update(
            failure_count=0, resting_until=None, reason=""
        )
        return
    WorkspaceCondition.objects.filter(workspace_id=workspace.pk).update(failure_count=0, resting_until=None, reason="")
    _set_state(workspace, Workspace.State.WORKING, "")


def note_failure(workspace: Workspace, error: TwentyThreeError, explanation: str) -> None:
    """Count a failure, and let the workspace rest after several, or at once when credentials are refused."""
    if not isinstance(error, APIError | LevelError):
        return  # a setting of this site, not how the platform is doing
    condition, _ = WorkspaceCondition.objects.get_or_create(workspace_id=workspace.pk)
    WorkspaceCondition.objects.filter(pk=condition.pk).update(failure_count=F("failure_count") + 1, reason=explanation)
    condition.refresh_from_db()
    now = timezone.now()
    is_refused = isinstance(error, AuthenticationError | LevelError)
    state: str
    if is_refused:
        rest, state = REST_WHEN_REFUSED, Workspace.State.REFUSED
    elif condition.failure_count >= TOLERATED_FAILURES:
        doublings = min(condition.failure_count - TOLERATED_FAILURES, 8)
        rest, state = min(REST * 2**doublings, LONGEST_REST), Workspace.State.UNREACHABLE
    elif isinstance(error, RateLimitedError) and error.retry_after_seconds:
        rest, state = timedelta(seconds=error.retry_after_seconds), workspace.state
    else:
        return
    WorkspaceCondition.objects.filter(pk=condition.pk).update(resting_until=now + rest)
    _set_state(workspace, state, explanation)


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
