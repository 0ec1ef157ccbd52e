"""Find missing objects: candidates, the deletion guard, and a confirmation by id before anything is marked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import models
from django.utils import timezone

from django_twentythree.api import Entry, Response
from django_twentythree.api.levels import get_level_class, is_privileged
from django_twentythree.chunks import cut
from django_twentythree.conf import get_settings
from django_twentythree.coordination.clocks import get_latest_credible
from django_twentythree.exceptions import (
    AuthenticationError,
    NotFoundError,
    PermissionDeniedError,
    ResponseError,
    UnexpectedResponseError,
)
from django_twentythree.models import Mirrored, SyncRun, Workspace
from django_twentythree.sync.announce import Changes, announce_on_commit
from django_twentythree.sync.database import lock
from django_twentythree.sync.memory import iter_keyset
from django_twentythree.sync.session import Session

FEW: Final = 5
"""Rows that may always go missing at once."""


@dataclass(slots=True)
class Confirmation:
    """The platform's answers about objects that a complete listing did not name."""

    asked_at: datetime
    gone: set[int] = field(default_factory=set)
    found: list[tuple[Entry[Any], Response]] = field(default_factory=list)
    undecided: int = 0


def find_visible(workspace: Workspace, model: type[Mirrored], level: str) -> models.QuerySet[Any]:
    """Return the present rows that a listing at this level must show, by their own columns."""
    is_shown = model.visibility.visible(sees_everything=is_privileged(level)).condition
    rows: models.QuerySet[Any] = model._default_manager.filter(is_shown, workspace=workspace)
    return rows


def find_candidates(visible: models.QuerySet[Any], listed: Collection[int], since: datetime) -> list[int]:
    """Return the remote ids of visible rows that were not listed and not observed otherwise since then."""
    rows = visible.exclude(observed_at__range=(since, get_latest_credible()))
    return [remote_id for (remote_id,) in iter_keyset(rows, "remote_id", portion=5_000) if remote_id not in listed]


def find_deletion_guard(candidates: int, visible: int, resource: str, alias: str) -> str:
    """Return why so many may not go missing without a person's word, "" when they may."""
    limit = max(FEW, get_settings().MISSING_LIMIT * visible)
    is_everything = visible >= 3 and candidates == visible
    if candidates <= limit and not is_everything:
        return ""
    return (
        f"{candidates} of {visible} rows are no longer listed by TwentyThree, which is more than may go missing"
        " unasked. Nothing was marked as gone. If they really are gone, accept it: manage.py twentythree_sync"
        f" --workspace {alias} --resource {resource} --accept-missing, or the button in the admin."
    )


def confirm_missing(session: Session, resource: str, candidates: Iterable[int], *, in_flight: int) -> Confirmation:
    """Ask for each candidate by id, without its token.

    An answer that says no does not name its site: before anything is marked by it, the session is to confirm it.

    Args:
        session: What to ask by; answers at another class of levels than its own decide nothing.
        resource: A `SyncRun.Resource` of which single objects can be asked for.
        candidates: Remote ids.
        in_flight: How many questions may be under way at once.

    Raises:
        APIError: The platform could not be asked, or refused the credentials; nothing may be concluded then.
        IdentityError: Another site has answered.
    """
    ask = partial(session.fetch_one, resource)
    confirmation = Confirmation(asked_at=timezone.now())
    for remote_id, future in session.client.waiter.ask_each(ask, candidates, in_flight=in_flight):
        _sort_in(confirmation, remote_id, future, session)
    return confirmation


def _sort_in(confirmation: Confirmation, remote_id: int, future: Future[Any], session: Session) -> None:
    try:
        entry, answer = future.result()
    except (NotFoundError, PermissionDeniedError) as error:
        if is_proof_of_being_gone(error, session.level):
            confirmation.gone.add(remote_id)
        else:
            confirmation.undecided += 1
        return
    except AuthenticationError:
        raise
    except (ResponseError, UnexpectedResponseError):
        # Any other no is one about this object; the set of codes is open.
        confirmation.undecided += 1
        return
    if not session.accepts(answer):
        confirmation.undecided += 1
    elif entry is None:
        confirmation.gone.add(remote_id)
    elif entry.remote_id == remote_id:
        confirmation.found.append((entry, answer))
    else:
        confirmation.undecided += 1


def is_proof_of_being_gone(error: NotFoundError | PermissionDeniedError, level: str) -> bool:
    """Return whether this answer, to a question by id without a token, shows that the object is gone.

    A refusal for lack of permission does below `read`, where it is how unpublished objects answer.
    """
    if get_level_class(error.actual_level or level) != get_level_class(level):
        return False
    return isinstance(error, NotFoundError) or not is_privileged(level)


def mark_missing(
    workspace: Workspace,
    model: type[Mirrored],
    remote_ids: Collection[int],
    confirmed_at: datetime,
    run: SyncRun | None,
) -> int:
    """Stamp these rows as gone, unless a newer observation has seen them, and return how many were.

    Must run inside a transaction: the one that closes the run.
    """
    ids = sorted(remote_ids)
    marked = 0
    for chunk in cut(ids):
        rows = lock(
            model._default_manager.filter(workspace=workspace, remote_id__in=chunk, missing_since__isnull=True).exclude(
                observed_at__gt=confirmed_at, observed_at__lte=get_latest_credible()
            )
        )
        keys = [row.pk for row in rows]
        now = timezone.now()
        model._default_manager.filter(pk__in=keys).update(missing_since=now, observed_at=confirmed_at)
        for row in rows:
            row.missing_since, row.observed_at = now, confirmed_at
        announce_on_commit(model, Changes(run=run, missing=rows))
        marked += len(rows)
    return marked
