"""A pause that the platform asked one process for (`Retry-After`) is kept by all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from django_twentythree.api import Client
from django_twentythree.api.pausing import Pause
from django_twentythree.api.retrying import LONGEST_PAUSE_SECONDS
from django_twentythree.exceptions import RateLimitedError, ServerError
from django_twentythree.models import Workspace
from django_twentythree.sync.conditions import get_throttled_seconds, note_pause
from django_twentythree.sync.connections import connect
from django_twentythree.sync.slots import WorkspaceBusyError

LOOK_SECONDS: Final = 2.0
"""How often a process looks whether another was asked for a pause."""


class WorkspacePausedError(WorkspaceBusyError):
    """The platform asked another process to be left alone for longer than anybody can wait."""

    def __init__(self, alias: str, seconds: float) -> None:
        super().__init__(alias)
        self.args = (alias, seconds)
        self.detail = f"TwentyThree asked to be left alone; it is tried again in {seconds:.0f} s"


@contextmanager
def connect_politely(workspace: Workspace, *, keep: Callable[[], None], **limits: Any) -> Iterator[Client]:
    """Lend a client, as `connect` does, that keeps the pauses asked of other processes, and tells of its own.

    Args:
        workspace: The workspace to be asked.
        keep: Keeps what this process holds; called now and then while an answer is awaited.
        **limits: As of `connect`.

    Raises:
        WorkspacePausedError: The platform is to be left alone for longer than anybody can wait; also later on,
            from any call.
    """
    sharing = _Sharing(workspace)

    def keep_all() -> None:
        keep()
        sharing.keep()

    with connect(workspace.alias, on_wait=keep_all, **limits) as client:
        sharing.pause = client.pause
        sharing.keep()
        try:
            yield client
        except (RateLimitedError, ServerError):
            sharing.tell()  # of the pause that was the end of it
            raise


class _Sharing:
    """Passes pauses on between the client of this process and the row that all processes see."""

    def __init__(self, workspace: Workspace) -> None:
        self.pause = Pause()
        self._workspace = workspace
        self._known_until = 0.0
        self._looked = float("-inf")

    def keep(self) -> None:
        """Tell the others, and look what they told; to be called again and again in the thread that uses the database.

        Raises:
            WorkspacePausedError: The platform is to be left alone for longer than anybody can wait.
        """
        self.tell()
        if time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        seconds = get_throttled_seconds(self._workspace)
        if seconds > LONGEST_PAUSE_SECONDS:
            raise WorkspacePausedError(self._workspace.alias, seconds)
        if seconds > self.pause.remaining_seconds:
            self._known_until = self.pause.extend(seconds)

    def tell(self) -> None:
        """Tell the others of a pause that this process was asked for."""
        if self.pause.until > self._known_until:
            self._known_until = self.pause.until
            note_pause(self._workspace, self.pause.remaining_seconds)
