"""Celery tasks: names, and one call each into `sync`.

A task is only a wake-up call: all state is in rows, so each may run twice, late or out of order.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from typing import Any

from celery import shared_task

from django_twentythree.conf import get_aliases
from django_twentythree.coordination.backoff import get_loudness, get_pause_seconds
from django_twentythree.coordination.explain import explain
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.coordination.report import SyncReport
from django_twentythree.exceptions import ConfigurationError, TemporaryError, TwentyThreeError
from django_twentythree.models import SyncRun
from django_twentythree.publishing import publish_patiently
from django_twentythree.sync.due import purge_expired
from django_twentythree.sync.runner import SyncRequest, summarize
from django_twentythree.sync.schedule import Done, InboxPass, PhotoRefresh, Work, do, iter_due_work

logger = logging.getLogger(__name__)


REFRESH_RETRIES = 5
"""After them a refresh ends with a line in the log; the sync run that follows sees what has changed."""


@cache
def _log_once(sentence: str) -> None:
    """Log what only a person can mend, once in each process: the schedule comes by each minute."""
    logger.error("%s", sentence)


@contextmanager
def _told_in_a_line() -> Iterator[None]:
    """Have a workspace that is not configured, or no longer, end a task with one line instead of a traceback."""
    try:
        yield
    except ConfigurationError as error:
        _log_once(str(error))


def _publish(work: Work) -> None:
    match work:
        case SyncRequest():
            publish_patiently(sync_resource, work.alias, work.resource, trigger=work.trigger)
        case PhotoRefresh():
            publish_patiently(refresh_photo, work.alias, work.remote_id, trigger=work.trigger)
        case InboxPass():
            publish_patiently(process_notifications, work.alias)


def _do(work: Work) -> Done:
    """Do a piece of work, and publish what follows from it."""
    done = do(work)
    for follow_up in done.follow_ups:
        _publish(follow_up)
    return done


@shared_task(name="django_twentythree.run_due", ignore_result=True)
def run_due() -> None:
    """Look at every workspace, and start what `INTERVALS` says is due."""
    for alias in get_aliases():
        try:
            for work in iter_due_work(alias):
                _publish(work)
        except TwentyThreeError as error:
            _log_once(explain(error, alias))
    purge_expired()


@shared_task(name="django_twentythree.sync_resource", ignore_result=True)
def sync_resource(
    alias: str,
    resource: str,
    *,
    accept_missing: bool = False,
    trigger: str = SyncRun.Trigger.TASK,
) -> dict[str, Any] | None:
    """Mirror one resource of one workspace, and return the counts; None when it is under way or not due."""
    with _told_in_a_line():
        run = _do(SyncRequest(alias, resource, trigger, accept_missing=accept_missing)).run
        return summarize(run) if run else None
    return None


@shared_task(
    name="django_twentythree.refresh_photo",
    autoretry_for=(TemporaryError,),
    retry_backoff=True,
    retry_kwargs={"max_retries": REFRESH_RETRIES},
    ignore_result=True,
)
def refresh_photo(alias: str, remote_id: int, *, trigger: str = SyncRun.Trigger.TASK) -> dict[str, int]:
    """Bring one photo up to date, chapters and subtitles included, and return the counts.

    While the workspace rests nothing is asked: the sync run that follows will see what has changed. What the
    schedule asks for it asks for again; for others trouble in passing is tried again after a while.
    """
    with _told_in_a_line():
        done = _do(PhotoRefresh(alias, remote_id, trigger))
        error = done.error
        if isinstance(error, TemporaryError) and not get_pause_seconds(error) and trigger != SyncRun.Trigger.SCHEDULE:
            if _is_tried_again():
                raise error
            loudness = get_loudness(get_or_create_workspace(alias), error)
            logger.log(loudness, "Video %d: %s", remote_id, explain(error, alias))
        return asdict(done.report)
    return asdict(SyncReport())


def _is_tried_again() -> bool:
    """Return whether a refresh that fails now is tried again, by Celery or by whoever called it as a function."""
    request = refresh_photo.request
    return request.called_directly or request.retries < REFRESH_RETRIES


@shared_task(name="django_twentythree.process_notifications", ignore_result=True)
def process_notifications(alias: str) -> int:
    """Refresh what the pending notices of a workspace name, and return how many were settled."""
    with _told_in_a_line():
        return _do(InboxPass(alias)).settled
    return 0
