"""Terminals in an empty folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.docs.following import Terminal

OpenTerminal = Callable[[], Terminal]


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[OpenTerminal]:
    """Open a terminal in a folder that is empty at first; each is closed after the test, the newest first."""
    folder = tmp_path / "empty"
    folder.mkdir()
    with ExitStack() as stack:

        def open_one() -> Terminal:
            terminal = Terminal(folder)
            stack.callback(terminal.close)
            return terminal

        yield open_one
