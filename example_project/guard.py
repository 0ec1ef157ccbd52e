"""Runs a command that ends, with its children, when the process that started it is gone.

    python guard.py [--complaint TEXT] PARENT COMMAND …

A program that is killed with SIGKILL cannot end its children. So each part of the demo has a guard, a process that
checks whether `PARENT`, a process id, is still its parent. This works on Linux and on macOS, and needs only Python:
`make` uses it before anything is installed. A guard passes a signal on to the command; a second one kills it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import FrameType

LOOK_SECONDS = 0.2
GRACE_SECONDS = 3.0
"""How long a command may continue after SIGTERM when its parent is gone."""


class Wishes:
    """Who wants the work to end: each signal counts, and so does the end of the process or terminal it came from.

    Signals are noted, and looked at where it is safe: an exception out of a handler could come between the start of
    a process and the line that remembers it.
    """

    def __init__(self, parent: int | None) -> None:
        self.signals: list[int] = []
        self.parent = parent
        self.has_terminal = signal.getsignal(signal.SIGHUP) != signal.SIG_IGN and os.isatty(sys.stdin.fileno())
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(number) != signal.SIG_IGN:  # as SIGHUP in `nohup make demo`
                signal.signal(number, self._note)

    @property
    def count(self) -> int:
        """How many there are; from the second on the end is wanted at once."""
        # Of a terminal that closes only the shell is told. Without one that is `make`, which tells nobody.
        return (len(self.signals) + self.is_orphan) or int(self.has_terminal and not os.isatty(sys.stdin.fileno()))

    @property
    def is_orphan(self) -> bool:
        """Whether the process that asked for the work is gone."""
        return self.parent is not None and os.getppid() != self.parent

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.signals.append(number)


def run(command: list[str], wishes: Wishes) -> int:
    """Run the command to its end, and return its exit code, which is negative after a signal."""
    if wishes.is_orphan:
        return -signal.SIGTERM
    # A guard that leads a process group takes the command into it: who knows the guard can then kill all of it.
    # One that `make` started shares the group of `make`, which is not ours to kill.
    leads = os.getpgrp() == os.getpid()
    process = subprocess.Popen(command, start_new_session=not leads)  # noqa: S603 - what we were asked for
    while _is_running(process) and not wishes.count:
        pass
    if process.returncode is None:
        process.send_signal(wishes.signals[0] if wishes.signals else signal.SIGTERM)
        _wait_for_end(process, wishes)
    if wishes.count:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nothing is left, or (macOS) only zombies
            os.killpg(os.getpgrp() if leads else process.pid, signal.SIGKILL)
    return process.wait()


def _wait_for_end(process: subprocess.Popen[bytes], wishes: Wishes) -> None:
    orphaned_at = None
    while _is_running(process) and wishes.count < 2:
        if orphaned_at is None and wishes.is_orphan:
            orphaned_at = time.monotonic()
        if orphaned_at is not None and time.monotonic() > orphaned_at + GRACE_SECONDS:
            return


def _is_running(process: subprocess.Popen[bytes]) -> bool:
    """Return whether it is still running after a moment."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(LOOK_SECONDS)
    return process.returncode is None


def main() -> int:
    """Run the command line, and return the exit code."""
    parser = argparse.ArgumentParser(description="Run a command that ends when its parent is gone.")
    parser.add_argument("--complaint", default="", help="what to say when the command fails")
    parser.add_argument("parent", type=int, help="the id of the process that asks for the command")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    options = parser.parse_args()
    wishes = Wishes(options.parent)
    code = run(options.command, wishes)
    if code and options.complaint and not wishes.count:
        sys.stderr.write(f"{options.complaint}\n")
    if code < 0:  # end in the same way, so that the parent sees what happened
        with contextlib.suppress(OSError):
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main())
