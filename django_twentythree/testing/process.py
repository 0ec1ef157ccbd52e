"""Starting a sandbox in a process of its own, and ending it whatever happens to this one."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from django_twentythree.testing.extra import require_testing_extra

PACKAGE_PARENT: Final = Path(__file__).resolve().parents[2]
READY_PREFIX: Final = "TwentyThree sandbox: "
STOP_TIMEOUT_SECONDS: Final = 5.0
MAX_ERROR_BYTES: Final = 100_000


class SandboxProcess:
    """A running sandbox.

    It ends with this process, also when this one is killed: its standard input is a pipe from here, and the
    system closes that.
    """

    def __init__(self, *arguments: str) -> None:
        """Start it, and return when it listens.

        Raises:
            MissingExtraError: The extra `testing` is not installed.
            RuntimeError: It did not start; the message holds what it printed.
        """
        require_testing_extra()
        # The package need not be installed: a test run may have put its directory on the path.
        path = os.pathsep.join(filter(None, [str(PACKAGE_PARENT), os.environ.get("PYTHONPATH", "")]))
        program = [sys.executable, "-m", "django_twentythree.testing", "--port", "0", "--until-stdin-closes"]
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  # closed by stop()
        self._process = subprocess.Popen(  # noqa: S603  # our own module, with our own arguments
            [*program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env={**os.environ, "PYTHONPATH": path},
            text=True,
        )
        first_line = next(iter(self._process.stdout or ()), "")
        if not first_line.startswith(READY_PREFIX):
            printed = self.error_output
            self.stop()
            raise RuntimeError(f"The TwentyThree sandbox did not start:\n{printed}")
        self.base_url = first_line.removeprefix(READY_PREFIX).strip().rstrip("/")

    def stop(self) -> None:
        """End the sandbox, and return when it has ended."""
        try:
            self._process.communicate(timeout=STOP_TIMEOUT_SECONDS)  # closes its standard input
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()
        self._errors.close()

    @property
    def error_output(self) -> str:
        """The text that the sandbox has written to standard error."""
        # Reading at a position: the place where the sandbox goes on writing must not move.
        return os.pread(self._errors.fileno(), MAX_ERROR_BYTES, 0).decode(errors="replace")
