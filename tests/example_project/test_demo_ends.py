"""`make demo` leaves no process, whatever kills it, and starts again in the same directory at once.

Not `long`: one that runs and one that starts, each ended in the way that is hardest for it, and one that installs.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from tests.example_project.test_demo import PROJECT_DIR, START_SECONDS, find_free_port, make_environment

ROOT = PROJECT_DIR.parent
END_SECONDS = 40
READY = "Ctrl-C stops everything."
TERMINAL = "import pty, sys; pty.spawn(sys.argv[1:])"
"""A terminal: what is written to its standard input is typed, and it closes when it is killed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where demos run one after the other: each starts where the one before it was killed."""

    directory: Path
    ports: tuple[int, int]

    @property
    def log(self) -> Path:
        """What `make` and the demo print."""
        return self.directory / "make.log"

    def start(self, *prefix: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start `make demo`, as what `prefix` runs, and return without waiting for it."""
        port, sandbox_port = map(str, self.ports)
        environment = make_environment(
            self.directory, PORT=port, SANDBOX_PORT=sandbox_port, SANDBOX_PHOTOS="5", **variables
        )
        with self.log.open("wb") as output:
            return subprocess.Popen(
                [*prefix, "make", "demo", f"VENV={self.directory / 'venv'}", f"PYTHON={sys.executable}"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def find_processes(self) -> list[psutil.Process]:
        """Return all living processes of a demo here: they share its environment."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def find(self, word: str) -> psutil.Process:
        """Return the oldest of these processes that has a word in its command line."""
        return next(
            process
            for process in sorted(self.find_processes(), key=lambda process: process.create_time())
            if any(word in argument for argument in process.cmdline())
        )

    def wait_for_line(self, line: str) -> None:
        """Return when the line was printed."""
        wait_until(lambda: line in self.log.read_text(errors="replace"), START_SECONDS, self.log.read_text)

    def wait_for_end(self, process: subprocess.Popen[bytes]) -> None:
        """Return when no process is left, and both ports are free again."""
        assert process.stdin is not None
        process.stdin.close()
        process.wait(END_SECONDS)
        wait_until(lambda: not self.find_processes(), END_SECONDS, lambda: str(self.find_processes()))
        for port in self.ports:
            socket.create_server(("127.0.0.1", port)).close()

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            is_living = process.status() != psutil.STATUS_ZOMBIE
            return is_living and process.environ().get("DEMO_DIR") == str(self.directory)
        except psutil.Error:
            return False


def wait_until(is_so: Callable[[], bool], seconds: float, explain: Callable[[], str]) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.1)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A directory and two ports; `.venv` is the environment of the tests."""
    directory = tmp_path_factory.mktemp("place")
    python = directory / "venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    (directory / "venv" / ".installed-demo").touch()
    place = Place(directory, (find_free_port(), find_free_port()))
    yield place
    # What a failed test left must not disturb others.
    for process in place.find_processes():
        with suppress(psutil.Error):
            process.kill()


def send(place: Place, word: str, *signals: int) -> None:
    process = place.find(word)
    for number in signals:
        with suppress(psutil.NoSuchProcess):  # it ended upon the first one
            process.send_signal(number)
        time.sleep(0.3)  # two signals at the very same moment would be one


DEATHS = {
    "make is told to end": ("make", signal.SIGTERM),
    "make is killed": ("make", signal.SIGKILL),
    "the demo is interrupted twice": ("demo.py", signal.SIGINT, signal.SIGINT),
    "the demo is killed": ("demo.py", signal.SIGKILL),
    "a guard is killed": ("guard.py", signal.SIGKILL),
}


IN_SHORT = "make is killed"
"""The hardest one: nothing that `make` could do itself is done."""


@pytest.mark.parametrize(
    "death", [death if death == IN_SHORT else pytest.param(death, marks=pytest.mark.long) for death in DEATHS]
)
def test_make_demo__running__leaves_no_process(place: Place, death: str) -> None:
    process = place.start()
    place.wait_for_line(READY)
    assert len(place.find_processes()) >= 8  # make, the demo, three parts with a guard each
    word, *signals = DEATHS[death]
    send(place, word, *signals)  # type: ignore[arg-type]
    place.wait_for_end(process)


@pytest.mark.long
def test_make_demo__ctrl_c_twice_in_a_terminal__leaves_no_process(place: Place) -> None:
    process = place.start(sys.executable, "-c", TERMINAL)
    place.wait_for_line(READY)
    assert process.stdin is not None
    for _ in range(2):
        process.stdin.write(b"\x03")
        process.stdin.flush()
        time.sleep(0.3)
    place.wait_for_end(process)


@pytest.mark.long
def test_make_demo__terminal_closed__leaves_no_process(place: Place) -> None:
    process = place.start(sys.executable, "-c", TERMINAL)
    place.wait_for_line(READY)
    process.kill()
    place.wait_for_end(process)


@pytest.mark.parametrize(
    ("line", "death"),
    [
        pytest.param("Preparing the database", "the demo is killed", marks=pytest.mark.long),
        ("Starting the sandbox", "the demo is interrupted twice"),
        pytest.param("Mirroring", "make is killed", marks=pytest.mark.long),
    ],
)
def test_make_demo__still_starting__leaves_no_process(place: Place, line: str, death: str) -> None:
    process = place.start()
    place.wait_for_line(line)
    word, *signals = DEATHS[death]
    send(place, word, *signals)  # type: ignore[arg-type]
    place.wait_for_end(process)


@pytest.fixture
def silent_index() -> Iterator[str]:
    """The address of a package index that takes requests and never answers one."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}/simple/"


@pytest.mark.long
def test_make_demo__still_installing__leaves_no_process(tmp_path: Path, silent_index: str) -> None:
    place = Place(tmp_path, (find_free_port(), find_free_port()))
    # Each finds what the one before it left half-done.
    for step, number in (("venv", signal.SIGKILL), ("pip", signal.SIGTERM), ("pip", signal.SIGKILL)):
        process = place.start(PIP_INDEX_URL=silent_index)
        wait_until(lambda: is_running(place, step), START_SECONDS, place.log.read_text)  # noqa: B023 - used at once
        send(place, "make", number)
        place.wait_for_end(process)
    assert "pip could not install" not in place.log.read_text()


def test_make_demo__terminal_closed_while_installing__leaves_no_process(tmp_path: Path, silent_index: str) -> None:
    place = Place(tmp_path, (find_free_port(), find_free_port()))
    process = place.start(sys.executable, "-c", TERMINAL, PIP_INDEX_URL=silent_index)
    wait_until(lambda: is_running(place, "pip"), START_SECONDS, place.log.read_text)
    process.kill()
    place.wait_for_end(process)


def is_running(place: Place, module: str) -> bool:
    """Return whether `python -m <module>` runs in the place."""
    for process in place.find_processes():
        with suppress(psutil.Error):
            if process.cmdline()[1:3] == ["-m", module] and (module != "pip" or "install" in process.cmdline()):
                return True
    return False
