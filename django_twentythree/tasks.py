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
from django.utils.timezone import localtime

from django_twentythree.conf import get_aliases
from django_twentythree.exceptions import ConfigurationError, TemporaryError, TwentyThreeError
from django_twentythree.models import SyncRun
from django_twentythree.publishing import publish_patiently
from django_twentythree.sync.conditions import (
    get_loudness,
    get_pause_seconds,
    get_resting_until,
    is_refusal,
    note_failure,
)
from django_twentythree.sync.due import (
    find_due_resources,
    find_just_published,
    has_pending_notifications,
    tidy,
)
from django_twentythree.sync.engine import Order, summarize
from django_twentythree.sync.engine import sync_resource as run_sync
from django_twentythree.sync.explain import explain
from django_twentythree.sync.identity import get_or_create_workspace
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.refresh import connect_refresher
from django_twentythree.sync.report import SyncReport

logger = logging.getLogger(__name__)


REFRESH_RETRIES = 5
"""After them a refresh ends with a line in the log; the mirror run that follows sees what has changed."""


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


@shared_task(name="django_twentythree.run_due", ignore_result=True)
def run_due() -> None:
    """Look at every workspace, and start what `INTERVALS` says is due."""
    for alias in get_aliases():
        try:
            due = find_due_resources(alias)
        except TwentyThreeError as error:
            _log_once(explain(error, alias))
            continue
        for resource in due:
            publish_patiently(sync_resource, alias, resource, trigger=SyncRun.Trigger.SCHEDULE)
        for remote_id in find_just_published(alias):
            publish_patiently(refresh_photo, alias, remote_id)
        if has_pending_notifications(alias):
            publish_patiently(process_notifications, alias)
    tidy()


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
        return _sync_resource(Order(alias, resource, trigger, accept_missing=accept_missing))
    return None


def _sync_resource(order: Order) -> dict[str, Any] | None:
    is_by_rows = order.trigger in {SyncRun.Trigger.SCHEDULE, SyncRun.Trigger.FOLLOW_UP}
    # Wake-up calls pile up while workers are away; the first one did what the others ask for.
    if is_by_rows and order.resource not in find_due_resources(order.alias):
        return None
    outcome = run_sync(order)
    if outcome.is_rerun_requested:
        publish_patiently(sync_resource, order.alias, order.resource, trigger=SyncRun.Trigger.FOLLOW_UP)
    return summarize(outcome.run) if outcome.run else None


@shared_task(
    name="django_twentythree.refresh_photo",
    autoretry_for=(TemporaryError,),
    retry_backoff=True,
    retry_kwargs={"max_retries": REFRESH_RETRIES},
    ignore_result=True,
)
def refresh_photo(alias: str, remote_id: int) -> dict[str, int]:
    """Bring one photo up to date, chapters and subtitles included, and return the counts.

    While the workspace rests nothing is asked: the mirror run that follows will see what has changed.
    """
    with _told_in_a_line():
        return _refresh_photo(alias, remote_id)
    return asdict(SyncReport())


def _refresh_photo(alias: str, remote_id: int) -> dict[str, int]:
    workspace = get_or_create_workspace(alias)
    if resting_until := get_resting_until(workspace):
        logger.info("Video %d waits: '%s' is left alone until %s.", remote_id, alias, localtime(resting_until))
        return asdict(SyncReport())
    try:
        with connect_refresher(alias) as refresher:
            return asdict(refresher.refresh(SyncRun.Resource.PHOTOS, remote_id, with_details=True).report)
    except TwentyThreeError as error:
        explanation = explain(error, alias)
        if is_refusal(error) or get_pause_seconds(error):
            note_failure(workspace, error, explanation)
        elif isinstance(error, TemporaryError) and _is_tried_again():
            raise
        else:
            logger.log(get_loudness(workspace, error), "Video %d: %s", remote_id, explanation)
        return asdict(SyncReport())


def _is_tried_again() -> bool:
    """Return whether a refresh that fails now is tried again, by Celery or by whoever called it as a function."""
    request = refresh_photo.request
    return request.called_directly or request.retries < REFRESH_RETRIES


@shared_task(name="django_twentythree.process_notifications", ignore_result=True)
def process_notifications(alias: str) -> int:
    """Refresh what the pending notices of a workspace name, and return how many were settled."""
    with _told_in_a_line():
        report = process_inbox(alias)
        for resource in report.wanted:
            publish_patiently(sync_resource, alias, resource)
        return report.done
    return 0
