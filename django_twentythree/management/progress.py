"""Progress bars of long commands, on a terminal only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class SyncProgress:
    """One bar for each run of a mirror; shows nothing when it is not to be shown."""

    def __init__(self, *, is_shown: bool) -> None:
        self._bars = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=not is_shown,
            transient=True,
        )

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bars.stop()

    @contextmanager
    def show(self, description: str) -> Iterator[Callable[[int, int | None], None]]:
        """Show a bar for the length of a block, and give the function that moves it."""
        bar = self._bars.add_task(description, total=None)

        def advance(seen: int, announced: int | None) -> None:
            self._bars.update(bar, completed=seen, total=announced)

        try:
            yield advance
        finally:
            self._bars.remove_task(bar)
