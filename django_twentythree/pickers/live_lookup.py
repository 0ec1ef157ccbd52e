"""The three picker actions that call TwentyThree: find a pasted address, refresh a row, sync new objects.

An editor waits for each action, so it takes at most five seconds and a failure becomes a message. The number of
actions per user is limited. As everywhere, `sync` writes the platform's answers to rows.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Self

from django.utils.translation import gettext as _

from django_twentythree import addresses
from django_twentythree.addresses import ParsedAddress
from django_twentythree.conf import get_aliases, get_workspace_settings, picker_filter_function
from django_twentythree.coordination.backoff import WorkspaceThrottledError, get_loudness
from django_twentythree.coordination.explain import explain
from django_twentythree.coordination.identity import IdentityError, get_or_create_workspace
from django_twentythree.coordination.leases import WorkspaceBusyError
from django_twentythree.exceptions import (
    AuthenticationError,
    ConfigurationError,
    PermissionDeniedError,
    RateLimitedError,
    ServerError,
    TransportError,
    TwentyThreeError,
)
from django_twentythree.models import SyncRun
from django_twentythree.pickers.access import get_listed, get_visible
from django_twentythree.pickers.labels import WORDS_BY_KIND
from django_twentythree.pickers.limits import may_press
from django_twentythree.pickers.options import PickerOptions
from django_twentythree.sync.refresh import Refresher, connect_refresher
from django_twentythree.user_context import User

logger = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 4.5
"""The time limit for all requests to TwentyThree. The rest of the five seconds is for the database."""
MAX_PRESSES: Final = 30
"""How often one person may use the three actions per minute, because all users share the platform's limit."""
PRESSES_PERIOD: Final = timedelta(minutes=1)
_ACQUIRE_TIMEOUT_SECONDS: Final = 1.0


class NoResultError(Exception):
    """The action has no result except a message.

    Attributes:
        sentence: The message for the editor.
        status: The HTTP status that fits.
    """

    def __init__(self, sentence: str, status: int = 404) -> None:
        super().__init__(sentence, status)
        self.sentence, self.status = sentence, status


@contextmanager
def connect_for_editor(alias: str, deadline: float) -> Iterator[Refresher]:
    """Provide a refresher for a waiting editor, and turn every failure into a message.

    Args:
        alias: The workspace that receives the requests.
        deadline: The value of `time.monotonic` at which all requests must have ended.

    Raises:
        NoResultError: The request to the platform failed.
    """
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        raise NoResultError(_say_late(), 504)
    acquire_timeout = timedelta(seconds=min(_ACQUIRE_TIMEOUT_SECONDS, remaining))
    try:
        with connect_refresher(alias, acquire_timeout=acquire_timeout, deadline_seconds=remaining) as refresher:
            yield refresher
    except TwentyThreeError as error:
        level = get_loudness(get_or_create_workspace(alias), error)
        logger.log(level, "A request from a picker to TwentyThree failed: %s", explain(error, alias))
        raise NoResultError(*_tell(error)) from error


class Asker:
    """Sends requests to the platform for one waiting editor."""

    def __init__(self, options: PickerOptions, user: User) -> None:
        self._options = options
        self._user = user
        self._deadline = time.monotonic() + PATIENCE_SECONDS

    @classmethod
    def for_press(cls, options: PickerOptions, user: User) -> Self:
        """Return an `Asker` for one use of the three actions, and count that use, successful or not.

        Raises:
            NoResultError: The user has exceeded the limit per minute.
        """
        if not may_press(user, times=MAX_PRESSES, period=PRESSES_PERIOD):
            raise NoResultError(
                _("You sent many requests to TwentyThree. Wait a minute. You can still choose from this list."), 429
            )
        return cls(options, user)

    def find(self, text: str) -> Any:
        """Return the row for an address, an embed code or an id; sync it first when it is not here yet.

        A hidden object causes the same requests and the same message as a missing one, so that users cannot tell
        them apart.

        Raises:
            NoResultError: There is no such object, or the user may not see it.
        """
        address = self._read(text)
        aliases = [address.alias] if address.alias else self._get_aliases()
        row = self._find_visible(address, aliases)
        if row is None or row.is_missing:
            failures = [failure for alias in aliases if (failure := self._fetch(alias, address))]
            row = self._find_visible(address, aliases)
            if failures and (row is None or row.is_missing):
                raise failures[0]
        if row is None:
            raise NoResultError(_say_nothing_there(address.kind, aliases))
        return row

    def refresh(self, pk: int) -> Any:
        """Return a row after refreshing it from the platform, including chapters and subtitles.

        Raises:
            NoResultError: There is no such row, or the request to the platform failed.
        """
        row = self._get_visible(pk)
        with self._connect(row.get_workspace().alias) as refresher:
            outcome = refresher.refresh(self._resource, row.remote_id, with_details=True)
        if outcome.problem:
            raise NoResultError(_say_unusable(), 502)
        return self._get_visible(pk)

    def find_newest(self, alias: str = "") -> str:
        """Sync new objects from the platform, and return a message with their number.

        Args:
            alias: The workspace to sync. "" or an unknown alias: all workspaces of the picker.

        Raises:
            NoResultError: The request failed for every workspace.
        """
        aliases = self._get_aliases()
        created, failures = 0, []
        is_filtered = picker_filter_function() is not None
        before = get_listed(self._options, self._user).count() if is_filtered else 0
        for each in [alias] if alias in aliases else aliases:
            try:
                with self._connect(each) as refresher:
                    created += refresher.find_newest(self._resource).created
            except NoResultError as failure:
                failures.append(failure)
        if is_filtered:  # the number of new objects that the user may not choose stays secret
            created = max(0, get_listed(self._options, self._user).count() - before)
        if failures and not created:
            raise failures[0]
        return self._say_newest(created)

    @property
    def _resource(self) -> SyncRun.Resource:
        return SyncRun.Resource(self._options.object_kind.resource)

    def _get_aliases(self) -> list[str]:
        """Return the workspaces to choose from.

        Raises:
            NoResultError: There are none.
        """
        aliases = [alias for alias in get_aliases() if self._options.workspace in {None, alias}]
        if not aliases:
            raise NoResultError(_("No TwentyThree workspace is configured."))
        return aliases

    def _read(self, text: str) -> ParsedAddress:
        address = addresses.parse_any_host(text)
        if address is None:
            raise NoResultError(
                _("This is not the address or embed code of a video, category or live stream on TwentyThree."), 400
            )
        aliases = self._get_aliases()
        if address.host and address.alias not in aliases:
            known = ", ".join(get_workspace_settings(alias).DOMAIN for alias in aliases)
            raise NoResultError(
                _("This site uses %(known)s, not “%(host)s”.") % {"host": address.host, "known": known},
                400,
            )
        if not address.host:  # a mere id, which is as good for a category
            return replace(address, kind=self._options.object_kind)
        if address.kind != self._options.model:
            raise NoResultError(str(WORDS_BY_KIND[address.kind].not_chosen_here), 400)
        return address

    def _fetch(self, alias: str, address: ParsedAddress) -> NoResultError | None:
        """Sync the object at an address if the platform has it; return the failure, if any."""
        try:
            with self._connect(alias) as refresher:
                # Always do this, so that a forbidden object costs the same calls as a missing one.
                refresher.ensure_confirmed()
                if address.remote_id is not None:
                    problem = refresher.refresh(self._resource, address.remote_id).problem
                    return NoResultError(_say_unusable(), 502) if problem else None
                # The API cannot look up permalinks. An object that is not synced yet is usually new. Otherwise
                # the words of the permalink find it, because the platform makes permalinks from titles.
                refresher.find_newest(self._resource)
                if self._find_visible(address, [alias]) is None:
                    refresher.find_by_words(address.slug.replace("-", " "))
        except NoResultError as failure:
            return failure
        return None

    def _connect(self, alias: str) -> AbstractContextManager[Refresher]:
        return connect_for_editor(alias, self._deadline)

    def _find_visible(self, address: ParsedAddress, aliases: Sequence[str]) -> Any:
        row = addresses.find_row(address, aliases)
        return None if row is None else self._find_by_key(row.pk)

    def _find_by_key(self, pk: int) -> Any:
        return get_visible(self._options, self._user).filter(pk=pk).select_related("workspace").first()

    def _get_visible(self, pk: int) -> Any:
        row = self._find_by_key(pk)
        if row is None:
            raise NoResultError(_("It no longer exists, or you may not choose it."))
        return row

    def _say_newest(self, count: int) -> str:
        if not count:
            return _("There is nothing new on TwentyThree.")
        return str(WORDS_BY_KIND[self._options.object_kind].count_of_new % {"n": count})


def _tell(error: TwentyThreeError) -> tuple[str, int]:
    """Return the message for an editor about an error, and its HTTP status."""
    if isinstance(error, WorkspaceThrottledError):
        return _("TwentyThree asked this site to pause. Try again later. You can still choose from this list."), 503
    if isinstance(error, WorkspaceBusyError):
        return _("This site is sending many requests to TwentyThree. Try again in a moment."), 503
    if isinstance(error, TransportError):
        return _say_late(), 504
    if isinstance(error, RateLimitedError | ServerError):
        return _("TwentyThree is not working properly. Try again later. You can still choose from this list."), 503
    if isinstance(error, IdentityError):
        return _(
            "A different TwentyThree site answers at this address, so nothing was synced. The log tells"
            " administrators what to do."
        ), 502
    if isinstance(error, AuthenticationError | PermissionDeniedError | ConfigurationError):
        return _("TwentyThree does not accept requests from this site. The log tells administrators why."), 502
    return _say_unusable(), 502


def _say_late() -> str:
    return _("TwentyThree could not be reached in time. Try again later. You can still choose from this list.")


def _say_unusable() -> str:
    return _("TwentyThree gave an answer that this site cannot use. The log tells administrators more.")


def _say_nothing_there(kind: str, aliases: Sequence[str]) -> str:
    if any(get_workspace_settings(alias).is_anonymous for alias in aliases):
        return _(
            "TwentyThree shows nothing at this address. This site has no credentials, so it cannot see"
            " unpublished, hidden or private objects."
        )
    return _("TwentyThree has no video at this address.")
