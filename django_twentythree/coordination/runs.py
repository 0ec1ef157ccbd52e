"""One run at a time: begin, keep, and close a `SyncRun` by its unique key and its lease."""

from __future__ import annotations

import time
from dataclasses import asdict
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from django_twentythree.coordination.clocks import CLOCK_TOLERANCE, DatabaseNow
from django_twentythree.coordination.leases import LEASE, RENEW_AFTER_SECONDS
from django_twentythree.coordination.report import SyncReport
from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.models import SyncRun, Workspace

INTERRUPTED: Final = (
    "The process that ran this was stopped before it could finish: by a restart, because memory ran out, or by a time"
    " limit of Celery. The next run starts anew."
)
STOPPED: Final = (
    "This run was stopped before it could finish, as by hand or by a time limit of Celery; the next one starts anew."
)


class RunLostError(TwentyThreeError):
    """Another process took this run's place while it was silent."""


class RunBusyError(TwentyThreeError):
    """The same resource is being mirrored elsewhere; that run will be followed by another.

    Attributes:
        holder: The run in progress.
    """

    def __init__(self, holder: SyncRun) -> None:
        super().__init__(holder)
        self.holder = holder

    def __str__(self) -> str:
        return f"{self.holder.resource} is being synced since {self.holder.started_at:%H:%M:%S}"


class ActiveRun:
    """A run this process holds, with the counts so far.

    Attributes:
        row: Its moments are by the database's clock, as those of all runs.
        started_at: By this process's clock, as what it observes.
        accepts_missing: Whether it may mark any number of rows as gone.
    """

    def __init__(self, run: SyncRun, started_at: datetime, *, accepts_missing: bool) -> None:
        self.row = run
        self.started_at = started_at
        self.accepts_missing = accepts_missing
        self.report = SyncReport()
        self._renewed = time.monotonic()
        self._is_closed = False

    def add(self, report: SyncReport) -> None:
        """Add counts, and renew the lease when it is time to.

        Raises:
            RunLostError: The lease lapsed and another process holds the key.
        """
        self.report += report
        self.renew_if_due()

    def renew_if_due(self) -> None:
        """Renew the lease when it is time to; to be called again and again, also while waiting.

        Raises:
            RunLostError: The lease lapsed and another process holds the key.
        """
        if time.monotonic() - self._renewed > RENEW_AFTER_SECONDS:
            self.renew()

    def renew(self) -> None:
        """Write the counts and push the lease forward.

        Raises:
            RunLostError: The lease lapsed and another process holds the key.
        """
        held = self._held().update(lease_until=DatabaseNow() + LEASE, **asdict(self.report))
        if not held:
            raise RunLostError(f"{self.row.resource}: the run was taken over by another process.")
        self._renewed = time.monotonic()

    def close(self, state: SyncRun.State, *, requests: int, error: str = "", is_held_back: bool = False) -> bool:
        """Write how the run ended and give up the key. Call it inside the transaction that marks missing rows.

        Args:
            state: How it ended.
            requests: How many were sent.
            error: What there is to tell of it.
            is_held_back: Whether it left rows as they were, because more would have been marked as gone than may be.

        Returns:
            Whether somebody asked for one more run meanwhile.

        Raises:
            RunLostError: The key is no longer held; the transaction must not be committed.
        """
        facts = {
            **asdict(self.report),
            "state": state,
            "active_key": None,
            "lease_until": None,
            "finished_at": DatabaseNow(),
            "permission_level": self.row.permission_level,
            "is_held_back": is_held_back,
            "requests": requests,
            "error": error,
        }
        if not self._held().update(**facts):
            raise RunLostError(f"{self.row.resource}: the run was taken over by another process.")
        self._is_closed = True
        for name, value in facts.items():
            setattr(self.row, name, value)
        self.row.refresh_from_db(fields=["finished_at", "is_rerun_requested"])
        return self.row.is_rerun_requested

    def release(self) -> None:
        """Give up the key of a run that ended without being closed, such as by Ctrl-C or a defect."""
        if not self._is_closed:
            self._held().update(
                active_key=None, state=SyncRun.State.INTERRUPTED, finished_at=DatabaseNow(), error=STOPPED
            )

    def _held(self) -> QuerySet[SyncRun]:
        return SyncRun.objects.filter(pk=self.row.pk, active_key=get_key(self.row.workspace_id, self.row.resource))


def get_key(workspace_id: int, resource: str) -> str:
    """Return the key that only one running run of a resource can hold."""
    return f"{workspace_id}:{resource}"


def begin(
    workspace: Workspace, resource: str, trigger: str, *, ask_for_rerun: bool = True, accept_missing: bool = False
) -> ActiveRun:
    """Take the key of a resource and write a running `SyncRun`.

    Args:
        workspace: Whose resource it is.
        resource: A `SyncRun.Resource`.
        trigger: A `SyncRun.Trigger`.
        ask_for_rerun: Whether to ask a run in progress for one more after it.
        accept_missing: Whether this run, or the one asked for, may mark any number of rows as gone.

    Raises:
        RunBusyError: Another process holds the key.
    """
    key = get_key(workspace.pk, resource)
    request = {"is_rerun_requested": True} | ({"is_acceptance_requested": True} if accept_missing else {})
    while True:
        interrupt_lapsed(SyncRun.objects.filter(active_key=key))
        started_at = timezone.now()
        try:
            with transaction.atomic():
                row = SyncRun.objects.create(
                    workspace=workspace,
                    resource=resource,
                    trigger=trigger,
                    active_key=key,
                    lease_until=DatabaseNow() + LEASE,
                    started_at=DatabaseNow(),
                    permission_level=workspace.permission_level,
                )
        except IntegrityError:
            holder = SyncRun.objects.filter(active_key=key).first()
            if holder is None:
                continue  # it has just finished, so the key is free again
            running = SyncRun.objects.filter(pk=holder.pk, active_key=key)
            if not ask_for_rerun or running.update(**request):
                raise RunBusyError(holder) from None
            continue
        row.refresh_from_db(fields=["lease_until", "started_at"])
        return ActiveRun(row, started_at, accepts_missing=accept_missing or _is_acceptance_requested(row))


def _is_acceptance_requested(run: SyncRun) -> bool:
    """Return whether the run before this one was told, while it ran, that any number may go missing in this one."""
    runs = SyncRun.objects.filter(workspace_id=run.workspace_id, resource=run.resource, pk__lt=run.pk)
    return bool(runs.order_by("-pk").values_list("is_acceptance_requested", flat=True).first())


def interrupt_lapsed(running: QuerySet[SyncRun]) -> int:
    """Mark those of the given runs whose lease has lapsed as interrupted, and return how many there were.

    A lease that ends later than one taken now can has lapsed, too: the database's clock was set back since.
    """
    now = DatabaseNow()
    is_lapsed = Q(lease_until__lt=now) | Q(lease_until__gt=now + LEASE + CLOCK_TOLERANCE)
    # A conditional UPDATE: of several processes that see the lapse, one wins and the others change nothing.
    return running.filter(is_lapsed, active_key__isnull=False).update(
        active_key=None, state=SyncRun.State.INTERRUPTED, finished_at=now, error=INTERRUPTED
    )


def was_listed(workspace: Workspace, resource: str) -> bool:
    """Return whether a run of a resource ever succeeded; what was never listed is not looked at in parts."""
    return SyncRun.objects.filter(workspace=workspace, resource=resource, state=SyncRun.State.SUCCEEDED).exists()
