"""Poll the live streams on air or about to start, without the whole list."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import models
from django.utils import timezone

from django_twentythree.api import Page
from django_twentythree.coordination.report import SyncReport
from django_twentythree.exceptions import AuthenticationError, ResponseError, UnexpectedResponseError
from django_twentythree.models import LiveStream, SyncRun, Workspace
from django_twentythree.models.visibility import ON_AIR
from django_twentythree.sync.apply import Applier
from django_twentythree.sync.missing import find_visible
from django_twentythree.sync.refresh import Refresher
from django_twentythree.sync.resources import RESOURCES
from django_twentythree.sync.session import Session

SOON: Final = timedelta(hours=1)
MOST_BY_ID: Final = 20
"""Live streams that one poll asks for by id; the rest is left to the next."""

_LIVESTREAMS: Final = SyncRun.Resource.LIVESTREAMS


@dataclass(frozen=True, slots=True)
class PollResult:
    """The result of a poll.

    Attributes:
        report: The counts.
        message: What there is to say about it; "" as a rule.
    """

    report: SyncReport
    message: str = ""


def is_live_soon(workspace: Workspace, now: datetime) -> bool:
    """Return whether a live stream is on air, or starts within the hour, by the rows."""
    return LiveStream.objects.filter(ON_AIR.condition | _starts_about(now), workspace=workspace).present().exists()


def poll_live_streams(session: Session, run: SyncRun) -> PollResult:
    """Mirror the live streams that are on air or to come, and those that no longer are.

    The platform is asked for its list of them, and by id for what has left it. Where it lists all others as well,
    nothing is told by what its list leaves out, and what is on air or starts within the hour is asked for by id.

    Raises:
        APIError: No usable answer.
        IdentityError: Another site has answered.

    Source: methods-v1 section 4, live/list (`upcoming_p`: active streams and those with a schedule ahead).
    """
    workspace = session.workspace
    rows = find_visible(workspace, LiveStream, session.level)
    expected = _find_ids(rows.filter(_was_active()))
    soon = _find_ids(rows.filter(ON_AIR.condition | _starts_about(timezone.now())))
    visible_count = rows.count()
    applier = Applier(workspace, RESOURCES[_LIVESTREAMS], run=run)
    listing = session.list_(_LIVESTREAMS, upcoming_p=True)
    report = SyncReport()
    is_selection = True
    for page in listing:
        if not session.accepts(page.answer):
            return PollResult(report)  # what is absent may only be invisible
        report += applier.apply(page.items, page.answer.observed_at)
        if (listing.announced_count or 0) >= visible_count and _has_past(page):
            is_selection = False
            break
    wanted = expected if is_selection and listing.is_complete else soon
    refresher = Refresher(session)
    messages = [] if is_selection else ["TwentyThree does not list live streams on air and to come by themselves."]
    for remote_id in [each for each in wanted if each not in listing.seen_ids][:MOST_BY_ID]:
        try:
            found = refresher.refresh(_LIVESTREAMS, remote_id).report
        except AuthenticationError:
            raise
        except (ResponseError, UnexpectedResponseError) as error:
            # Trouble of this one alone: the others have their turn, and the platform is not taken to be in trouble.
            messages.append(f"Live stream {remote_id} could not be looked at: {error}")
            continue
        report += SyncReport(created=found.created, updated=found.updated, missing=found.missing)
    return PollResult(report, " ".join(messages))


def _find_ids(rows: models.QuerySet[Any]) -> Collection[int]:
    # What was looked at long ago goes first, so that each gets its turn.
    return list(rows.order_by("observed_at", "pk").values_list("remote_id", flat=True))


def _starts_about(now: datetime) -> models.Q:
    return models.Q(next_start_at__range=(now - SOON, now + SOON))


def _was_active() -> models.Q:
    """Return the condition for what the platform counted as active or to come when it was last observed."""
    return (
        models.Q(is_streaming=True)
        | models.Q(is_broadcasting=True)
        | models.Q(next_start_at__gt=models.F("observed_at"))
    )


def _has_past(page: Page[Any]) -> bool:
    """Return whether a page shows a live stream that is neither active nor to come."""
    records = [entry.read() for entry in page.items if entry.remote_id is not None]
    return any(
        not (record.is_streaming or record.is_broadcasting)
        and (record.next_start_at is None or record.next_start_at < page.answer.observed_at - SOON)
        for record in records
    )
