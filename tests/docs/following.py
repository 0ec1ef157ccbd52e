"""A page of the documentation, followed to the letter: its blocks in order, into real files and a real terminal."""

from __future__ import annotations

import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import distribution
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parents[2]
COMMAND_SECONDS = 120
USER, PASSWORD = "editor", "correct-horse-battery"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"(?:# |\{# )(?P<name>[\w/]+\.\w+)(?P<at_end>, at the end)?(?: #\})?\n")
TERMINAL = """
import pty
pty.spawn(["bash", "--norc", "--noprofile", "--noediting", "-i"])
"""


@dataclass(frozen=True, slots=True)
class Command:
    """A line to type, and what the page says it prints."""

    text: str
    printed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """A file of which the page gives the text."""

    name: str
    text: str
    is_at_end: bool

    def write(self, folder: Path) -> None:
        """Write it into the folder, or append to what is there."""
        path = folder / self.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if self.is_at_end else "") + self.text)


def read_blocks(text: str) -> Iterator[File | list[Command]]:
    """Yield what a reader does, in the order of the page; each block of code has to say its file in its first line."""
    for language, block in BLOCK.findall(text):
        if language == "console":
            parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
            lines = [part.rstrip("\n").split("\n") for part in parts]
            yield [Command(command, tuple(printed)) for command, *printed in lines]
        else:
            named = FILE.match(block)
            assert named, f"This block does not say into which file it goes:\n{block}"
            yield File(named["name"], block, bool(named["at_end"]))


@dataclass(slots=True)
class Terminal:
    """A shell in a terminal, in a folder, as a reader has one open. Nothing in it reaches a package index."""

    folder: Path
    log: Path = field(init=False)
    _process: subprocess.Popen[bytes] = field(init=False)
    _numbers: Iterator[int] = field(init=False, default_factory=itertools.count)

    def __post_init__(self) -> None:
        distribution("django-twentythree")  # else pip would look for it in an index
        self.log = self.folder.with_name(f"{self.folder.name}-{id(self)}.log")
        kept = {name: value for name, value in os.environ.items() if name in {"HOME", "LANG"}}
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-c", TERMINAL],
                cwd=self.folder,
                env={**kept, "PATH": path, "PS1": "", "PS2": "", "TERM": "dumb", "NO_COLOR": "1", "PIP_NO_INDEX": "1"},
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.run("stty -echo")

    def run(self, command: str, *answers: tuple[str, str]) -> list[str]:
        """Type a command, answer its questions, and return the lines that it printed; it has to succeed."""
        mark = f"end-{next(self._numbers)}-"
        start = len(self._read())
        self.type(f"{command}; echo {mark}$?")
        for question, answer in answers:
            start = self._wait_for(question, start)
            self.type(answer)
        ended = self._wait_for(rf"^{mark}\d+$", start)
        printed = self._read()[start:ended]
        assert f"{mark}0" in printed, printed
        if " -m venv " in f"{command} ":
            self._fill(self.folder / command.split()[-1])
        return printed.splitlines()[:-1]

    def follow(self, command: Command, port: int) -> None:
        """Do what a reader does with a command of the page; what it prints has the shape that the page shows."""
        match command.text:
            case "python manage.py runserver":
                self.type(f"{command.text} 127.0.0.1:{port}")
            case "python manage.py createsuperuser":
                self.run(command.text, ("Username", USER), ("Email", ""), ("Password:", PASSWORD), ("again", PASSWORD))
            case text:
                printed = self.run(text)
                assert not [line for line in printed if "WARNING" in line], printed
                # A progress bar, which a terminal gets, is drawn over.
                lines = [line for line in printed if line.startswith("default: ")]
                assert not command.printed or get_shape(lines) == get_shape(command.printed)

    def type(self, line: str) -> None:
        """Type a line, without waiting for what comes of it."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        self._process.stdin.flush()

    def close(self) -> None:
        """Press Ctrl-C, and close the terminal."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"\x03")
        self._process.stdin.flush()
        time.sleep(0.5)
        self._process.stdin.write(b"exit\n\x04")
        self._process.stdin.close()
        try:
            self._process.wait(20)
        finally:
            # Its end closes the terminal, and the system tells what runs in it.
            self._process.send_signal(signal.SIGKILL)
            self._process.wait()

    def _fill(self, venv: Path) -> None:
        """Give the environment the packages of ours, as an index would: pip finds them installed."""
        site_packages = next(venv.glob("lib/python*/site-packages"))
        (site_packages / "packages.pth").write_text(f"{ROOT}\n{sysconfig.get_path('purelib')}\n")

    def _read(self) -> str:
        return self.log.read_text(errors="replace").replace("\r\n", "\n")

    def _wait_for(self, pattern: str, start: int) -> int:
        """Return the place behind what matches the pattern."""
        deadline = time.monotonic() + COMMAND_SECONDS
        while not (found := re.search(pattern, self._read()[start:], re.MULTILINE)):
            assert time.monotonic() < deadline, self._read()[start:]
            assert self._process.poll() is None, self._read()
            time.sleep(0.05)
        return start + found.end()


def get_shape(lines: list[str] | tuple[str, ...]) -> list[str]:
    """Return lines of a command with each number as "0": what stays the same from site to site."""
    return [re.sub(r"\d+(\.\d+)?", "0", line) for line in lines]


def find_free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def read(address: str) -> str:
    """Return a page of a server that may still be starting."""
    deadline = time.monotonic() + COMMAND_SECONDS
    while True:
        try:
            return requests.get(address, timeout=30).text
        except requests.ConnectionError:
            assert time.monotonic() < deadline, address
            time.sleep(0.2)


def write_article(address: str, **values: str) -> None:
    """Log in to the admin and write an article, without a browser's script."""
    with requests.Session() as session:
        login = session.get(address, timeout=30)
        credentials = {"username": USER, "password": PASSWORD, "next": login.url.partition("next=")[2]}
        form = session.post(login.url, {**credentials, **_read_token(login.text)}, timeout=30)
        assert "twentythree-picker" in form.text
        answer = session.post(address, {**values, **_read_token(form.text)}, timeout=30)
        assert "was added successfully" in answer.text, answer.text


def _read_token(html: str) -> dict[str, str]:
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', html)
    assert found
    return {"csrfmiddlewaretoken": found[1]}


def find_player(html: str) -> dict[str, str]:
    """Return the attributes of the one player on a page."""
    (attributes,) = re.findall(r"<iframe ([^>]*)>", html)
    return dict(re.findall(r'([\w-]+)="([^"]*)"', attributes))
