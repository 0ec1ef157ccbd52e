"""The circuit breaker of each workspace: failures, back-off, and pauses that the platform asks for.

An outage is told twice, by whichever process sees it first: an error when it is trouble, a line when it is over.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Q

from django_twentythree.api import Client
from django_twentythree.api.retrying import LONGEST_PAUSE_SECONDS, LONGEST_SHARED_SECONDS, Pause
from django_twentythree.coordination.clocks import DatabaseNow, read_database_clock
from django_twentythree.coordination.connections import connect, digest_access
from django_twentythree.coordination.identity import IdentityError, LevelError
from django_twentythree.coordination.leases import WorkspaceBusyError, acquire
from django_twentythree.exceptions import APIError, AuthenticationError, RateLimitedError, ServerError, TwentyThreeError
from django_twentythree.models import SyncRun, Workspace, WorkspaceCondition
from django_twentythree.signals import workspace_state_changed

logger = logging.getLogger(__name__)

TOLERATED_FAILURES: Final = 3
"""Failures in a row that open the circuit: the workspace then rests."""
REST: Final = timedelta(seconds=30)
"""The rests are none at all, then this, and with each further probe twice the last one and this again.

The schedule comes by each minute: so it probes after one minute, one more, two, four, eight, …"""
LONGEST_REST: Final = timedelta(hours=1)
REST_WHEN_REFUSED: Final = timedelta(hours=1)
SAME_FAILURE: Final = timedelta(seconds=10)
"""A failure this soon after the first one was in flight together with it, and counts once."""
LONGEST_PAUSE: Final = timedelta(seconds=LONGEST_SHARED_SECONDS)
"""A longer pause that the platform asks for is believed for the call that it answered, and for no other."""
WARNING_PAUSE: Final = timedelta(hours=1)
"""Between two warnings of what single objects meet, over all processes."""
IN_TROUBLE: Final = frozenset({Workspace.State.UNREACHABLE, Workspace.State.REFUSED, Workspace.State.MISMATCHED})

_ATTEMPTS: Final = 5


def get_retry_at(workspace: Workspace) -> datetime | None:
    """Return until when scheduled work leaves the workspace alone, None when it does not.

    The later of two moments: the end of a pause that the platform asked for, and the next probe of a workspace in
    trouble. One whose credentials were refused is probed at once when they, or what else it is asked with, changed.
    """
    is_left_alone = Q(retry_at__gt=DatabaseNow()) | Q(throttled_until__gt=DatabaseNow())
    conditions = WorkspaceCondition.objects.annotate(now=DatabaseNow())
    condition = conditions.filter(is_left_alone, workspace_id=workspace.pk).first()
    if condition is None:
        return None
    moments = [condition.throttled_until, condition.retry_at if _is_about(condition, workspace) else None]
    return max((moment for moment in moments if moment is not None and moment > condition.now), default=None)


def get_throttled_seconds(workspace: Workspace) -> float:
    """Return for how many seconds more the platform asked to be left alone, 0 when it did not.

    Everybody keeps this pause. The rest of a workspace in trouble binds scheduled work alone: a person may ask.
    """
    conditions = WorkspaceCondition.objects.filter(workspace_id=workspace.pk, throttled_until__gt=DatabaseNow())
    moments = conditions.values_list("throttled_until", DatabaseNow()).first()
    return (moments[0] - moments[1]).total_seconds() if moments else 0.0


def record_throttling(workspace: Workspace, seconds: float) -> None:
    """Have all processes leave the workspace alone for as long as the platform asked this one to, or some minutes."""
    moment = DatabaseNow() + min(timedelta(seconds=seconds), LONGEST_PAUSE)
    WorkspaceCondition.objects.get_or_create(workspace_id=workspace.pk)
    is_longer = Q(throttled_until__isnull=True) | Q(throttled_until__lt=moment)
    WorkspaceCondition.objects.filter(is_longer, workspace_id=workspace.pk).update(throttled_until=moment)


def record_success(workspace: Workspace) -> None:
    """Forget past failures: the platform answered somebody as it should, and everybody may ask it again.

    A pause that the platform asked somebody else for stays.
    """
    workspace.refresh_from_db(fields=["state"])  # another worker may have met trouble meanwhile
    conditions = WorkspaceCondition.objects.filter(workspace_id=workspace.pk)
    if workspace.state not in IN_TROUBLE:
        conditions = conditions.filter(failure_count__gt=0)  # the usual case costs no write
    conditions.update(failure_count=0, recovered_at=DatabaseNow(), retry_at=None, refused_digest="", reason="")
    if workspace.state != Workspace.State.WORKING:
        _set_state(workspace, Workspace.State.WORKING, "")


def record_failure(workspace: Workspace, error: TwentyThreeError, explanation: str) -> None:
    """Count a failure, and let the workspace rest after several, or at once when credentials are refused."""
    if not isinstance(error, APIError | IdentityError | LevelError):
        return  # a setting of this site, not how the platform is doing
    conditions = WorkspaceCondition.objects.filter(workspace_id=workspace.pk)
    WorkspaceCondition.objects.get_or_create(workspace_id=workspace.pk)
    conditions.filter(failure_count=0).update(failing_since=DatabaseNow())
    workspace.refresh_from_db(fields=["state"])
    for _ in range(_ATTEMPTS):
        condition = conditions.get()
        counted = _count(condition, workspace, error)
        if not counted:
            break
        # Of several processes that saw the same count, one goes on from it; the others look again.
        if conditions.filter(failure_count=condition.failure_count).update(**counted):
            condition.failure_count += 1
            break
    if asked := get_pause_seconds(error):
        record_throttling(workspace, asked)
    if is_refusal(error):
        is_other_site = isinstance(error, IdentityError)
        state = Workspace.State.MISMATCHED if is_other_site else Workspace.State.REFUSED
    elif condition.failure_count >= TOLERATED_FAILURES and not (
        # What was refused, and is asked with still, is the cause.
        workspace.state in {Workspace.State.REFUSED, Workspace.State.MISMATCHED}
        and condition.refused_digest
        and _is_about(condition, workspace)
    ):
        state = Workspace.State.UNREACHABLE
    else:
        state = Workspace.State(workspace.state)
    if is_refusal(error) or state not in {Workspace.State.REFUSED, Workspace.State.MISMATCHED}:
        conditions.update(reason=explanation)
    _set_state(workspace, state, explanation)


def _count(condition: WorkspaceCondition, workspace: Workspace, error: TwentyThreeError) -> dict[str, Any]:
    """Return the columns that a failure changes; none when it only repeats one for which the workspace rests."""
    if _is_repetition(condition, workspace, error):
        return {}
    count = condition.failure_count + 1
    facts: dict[str, Any] = {"failure_count": count}
    if is_refusal(error):
        facts["refused_digest"] = digest_access(workspace.get_settings())
    elif not _is_about(condition, workspace):
        facts |= {"refused_digest": "", "retry_at": None}  # what was refused is asked with no more
    if isinstance(error, AuthenticationError):
        facts["retry_at"] = DatabaseNow() + REST_WHEN_REFUSED
    elif (probes := count - (1 if is_refusal(error) else TOLERATED_FAILURES)) >= 0:
        facts["retry_at"] = read_database_clock() + min(REST * (2 ** min(probes, 8) - 1), LONGEST_REST)
    return facts


def _is_repetition(condition: WorkspaceCondition, workspace: Workspace, error: TwentyThreeError) -> bool:
    """Return whether an error says only what is known, and for which the workspace rests already."""
    is_in_trouble = bool(condition.refused_digest) or condition.failure_count >= TOLERATED_FAILURES
    if not is_in_trouble or condition.retry_at is None or not _is_about(condition, workspace):
        return False
    if is_refusal(error) and not condition.refused_digest:
        return False
    has_just_begun = condition.failure_count == (1 if condition.refused_digest else TOLERATED_FAILURES)
    return read_database_clock() < condition.retry_at + (SAME_FAILURE if has_just_begun else timedelta(0))


def _is_about(condition: WorkspaceCondition, workspace: Workspace) -> bool:
    """Return whether what was refused, if anything was, is what the workspace is still asked with."""
    return condition.refused_digest in {"", digest_access(workspace.get_settings())}


def is_refusal(error: TwentyThreeError) -> bool:
    """Return whether a second try at once will not help: the credentials are not taken, or another site answers."""
    return isinstance(error, AuthenticationError | IdentityError | LevelError)


def get_pause_seconds(error: TwentyThreeError) -> float:
    """Return how long all are to leave the platform alone, some minutes at most; 0 when it does not ask for that."""
    asked = error.retry_after_seconds if isinstance(error, RateLimitedError | ServerError) else None
    return min(asked or 0.0, LONGEST_PAUSE.total_seconds())


def get_loudness(workspace: Workspace, error: TwentyThreeError) -> int:
    """Return the level at which to log what kept somebody from a single object.

    Trouble of the whole workspace has its own line, and what many people meet at once needs no line for each.
    """
    states = Workspace.objects.filter(pk=workspace.pk).values_list("state", flat=True)
    is_told = is_refusal(error) or states.first() in IN_TROUBLE
    return logging.INFO if is_told or not acquire(f"warned:{workspace.pk}", WARNING_PAUSE) else logging.WARNING


def fails_alone(run: SyncRun) -> bool:
    """Return whether a run failed, and the one before it, although the platform answered others in between."""
    earlier = _find_failure_before(run)
    condition = WorkspaceCondition.objects.filter(workspace_id=run.workspace_id).first()
    if earlier is None or earlier.finished_at is None or condition is None or condition.failing_since is None:
        return False
    return earlier.finished_at < condition.failing_since - SAME_FAILURE  # a run ends a moment before that is noted


def is_worth_another(run: SyncRun, now: datetime) -> bool:
    """Return whether a run that failed is to be begun anew at once, because the trouble is over or may be.

    Whatever failed before the platform answered somebody again is, unless it fails alone; so is, once and a little
    later, what is the first to fail.
    """
    condition = WorkspaceCondition.objects.filter(workspace_id=run.workspace_id).first()
    if condition is None or condition.failing_since is None or run.finished_at is None:
        return False
    if condition.recovered_at is not None and run.finished_at < condition.recovered_at:
        return not fails_alone(run)
    is_failing = condition.failure_count > 0 and run.finished_at >= condition.failing_since - SAME_FAILURE
    return is_failing and now - run.finished_at >= REST and _find_failure_before(run) is None


def _find_failure_before(run: SyncRun) -> SyncRun | None:
    earlier = SyncRun.objects.filter(workspace_id=run.workspace_id, resource=run.resource, pk__lt=run.pk)
    last = earlier.order_by("-pk").first()
    return last if last is not None and last.state == SyncRun.State.FAILED else None


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


LOOK_SECONDS: Final = 2.0
"""Seconds between two looks whether another process was asked for a pause."""


class WorkspaceThrottledError(WorkspaceBusyError):
    """The platform asked another process to be left alone for longer than anybody can wait."""

    def __init__(self, alias: str, seconds: float) -> None:
        super().__init__(alias)
        self.args = (alias, seconds)
        self.detail = f"TwentyThree asked to be left alone; it is tried again in {seconds:.0f} s"


@contextmanager
def connect_throttled(workspace: Workspace, *, heartbeat: Callable[[], None], **limits: Any) -> Iterator[Client]:
    """Lend a client, as `connect` does, that keeps the pauses asked of other processes, and tells of its own.

    Args:
        workspace: The workspace to be asked.
        heartbeat: Keeps what this process holds; called now and then while an answer is awaited.
        **limits: As of `connect`.

    Raises:
        WorkspaceThrottledError: The platform is to be left alone for longer than anybody can wait; also later on,
            from any call.
    """
    sharing = _SharedThrottling(workspace)

    def renew_all() -> None:
        heartbeat()
        sharing.exchange()

    with connect(workspace.alias, on_wait=renew_all, **limits) as client:
        sharing.pause = client.pause
        sharing.exchange()
        try:
            yield client
        except (RateLimitedError, ServerError):
            sharing.tell()  # of the pause that was the end of it
            raise


class _SharedThrottling:
    """Passes pauses on between the client of this process and the row that all processes see."""

    def __init__(self, workspace: Workspace) -> None:
        self.pause = Pause()
        self._workspace = workspace
        self._known_until = 0.0
        self._looked = float("-inf")

    def exchange(self) -> None:
        """Tell the others, and look what they told; to be called again and again in the thread that uses the database.

        Raises:
            WorkspaceThrottledError: The platform is to be left alone for longer than anybody can wait.
        """
        self.tell()
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        seconds = get_throttled_seconds(self._workspace)
        if seconds > LONGEST_PAUSE_SECONDS:
            raise WorkspaceThrottledError(self._workspace.alias, seconds)
        if seconds > self.pause.remaining_seconds:
            self._known_until = self.pause.extend(seconds)

    def tell(self) -> None:
        """Tell the others of a pause that this process was asked for."""
        if self.pause.until > self._known_until:
            self._known_until = self.pause.until
            record_throttling(self._workspace, self.pause.remaining_seconds)
