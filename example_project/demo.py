"""Runs the whole example on one machine: sandbox platform, first sync, worker with beat, and the site.

`make demo` calls it with the Python of `.venv`. Everything it starts ends with it: on Ctrl-C, SIGTERM or SIGHUP, when
one part dies, when `make` dies, and when it is killed itself (`guard.py`). A second signal ends the parts at once.
With `TWENTYTHREE_DOMAIN` in the environment the demo uses that site instead of the sandbox.

| variable | meaning |
|---|---|
| `PORT` | port of the site, 8023 unless given |
| `SANDBOX_PORT` | port of the sandbox; any free one if 8024 is taken |
| `SANDBOX_PHOTOS` | how many videos the sandbox invents, 300 unless given |
| `DEMO_DIR` | where state and logs are kept, `example_project/var/demo/` unless given |
| those of `config/settings.py` | as there; `DATABASE_URL` and `CELERY_BROKER_URL` default to files in `DEMO_DIR` |
"""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from django_twentythree.testing.sandbox.signatures import credentials_of
from guard import Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROJECT_DIR = Path(__file__).resolve().parent
HOST = "127.0.0.1"  # the admin's password is "admin", so no other machine may reach it
START_SECONDS = 60
STOP_SECONDS = 15
LOOK_SECONDS = 0.1


class DemoError(Exception):
    """The reason why the demo cannot continue, in one line."""


class StopDemo(Exception):  # noqa: N818 - not an error
    """The demo was asked to stop."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the demo: a guard process that leads a process group, and its command."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path | None = None

    def check(self) -> None:
        """Do nothing while the process is running.

        Raises:
            DemoError: It has ended.
        """
        code = self.process.poll()
        if code is None or self.log is None:
            return
        lines = self.log.read_text(errors="replace").split("\n")
        last_words = next((line.strip() for line in reversed(lines) if line.strip()), "it wrote nothing")
        raise DemoError(f"The {self.name} stopped by itself (exit code {code}): {last_words}\nIts log: {self.log}")

    def stop(self, wishes: Wishes) -> None:
        """Ask the process to end, so that it can end its children; kill it after a while."""
        self.process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline and wishes.count < 2:
            time.sleep(LOOK_SECONDS)
        with contextlib.suppress(ProcessLookupError, PermissionError):  # nothing is left, or (macOS) only zombies
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Demo:
    """The parts of the demo in starting order."""

    def __init__(self, directory: Path, environment: Mapping[str, str], wishes: Wishes) -> None:
        self.directory = directory
        self.environment = environment
        self.wishes = wishes
        self.parts: list[Part] = []

    def run(self, *arguments: str) -> None:
        """Run `manage.py` to its end and show its output.

        Raises:
            DemoError: It failed and has printed the reason.
            StopDemo: The demo was asked to stop; the command is still a part of it.
        """
        part = self._spawn(f"manage.py {arguments[0]}", [str(PROJECT_DIR / "manage.py"), *arguments])
        while part.process.poll() is None:
            self.check()
            time.sleep(LOOK_SECONDS)
        if part.process.returncode:
            raise DemoError(f"{part.name} failed (exit code {part.process.returncode}).")
        self.parts.remove(part)

    def start(self, name: str, *arguments: str, address: str = "") -> None:
        """Start a part of the demo in the background, and wait until its `address`, if any, responds.

        Raises:
            DemoError: It ended at once, or did not respond for a minute.
            StopDemo: The demo was asked to stop.
        """
        log = self.directory / f"{name}.log"
        part = self._spawn(name, arguments, log)
        deadline = time.monotonic() + START_SECONDS
        while address and not _answers(address):
            self.check()
            part.check()
            if time.monotonic() > deadline:
                raise DemoError(f"The {name} did not answer at {address} in {START_SECONDS} s. Its log: {log}")
            time.sleep(LOOK_SECONDS)

    def watch(self) -> NoReturn:
        """Wait while every part is running.

        Raises:
            DemoError: One of them ended.
            StopDemo: The demo was asked to stop.
        """
        while True:
            self.check()
            for part in self.parts:
                part.check()
            time.sleep(LOOK_SECONDS)

    def check(self) -> None:
        """Do nothing unless the demo was asked to stop.

        Raises:
            StopDemo: The demo was asked to stop.
        """
        if self.wishes.count:
            raise StopDemo

    def stop(self) -> None:
        """End every part, site and worker first, so that they do not call a stopped sandbox."""
        for part in reversed(self.parts):
            part.stop(self.wishes)

    def _spawn(self, name: str, arguments: Sequence[str], log: Path | None = None) -> Part:
        self.check()
        guard = [sys.executable, "-I", "-S", str(PROJECT_DIR / "guard.py"), str(os.getpid())]
        with log.open("wb") if log else contextlib.nullcontext() as output:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [*guard, sys.executable, *arguments],
                cwd=PROJECT_DIR if log else None,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT if log else None,
                start_new_session=True,  # Ctrl-C reaches the demo alone, which then ends its parts in order
            )
        part = Part(name, process, log)
        self.parts.append(part)
        return part


def main() -> int:
    """Run the demo until it is stopped, and return the exit code."""
    parser = argparse.ArgumentParser(description="Run the whole example on this machine.")
    parser.add_argument("--parent", type=int, help="end when the process with this id is no longer the parent")
    wishes = Wishes(parser.parse_args().parent or _find_parent())
    try:
        port = _read_port()
        _start_and_watch(port, wishes)
    except DemoError as error:
        _say(f"\n{error}", to_stderr=True)
        return 1
    except StopDemo:
        return 0


def _start_and_watch(port: int, wishes: Wishes) -> NoReturn:
    given = {**os.environ, "TWENTYTHREE_DOMAIN": os.environ.get("TWENTYTHREE_DOMAIN", "").strip()}
    is_sandbox = not given["TWENTYTHREE_DOMAIN"]
    sandbox_port = _choose_sandbox_port() if is_sandbox else 0
    if is_sandbox:
        given |= _describe_sandbox(sandbox_port)
    directory = Path(given.get("DEMO_DIR") or PROJECT_DIR / "var" / "demo").resolve()
    # Each site has its own database, because a sync refuses to mix two sites under one alias.
    directory /= "sandbox" if is_sandbox else given["TWENTYTHREE_DOMAIN"].replace(":", "_")
    directory.mkdir(parents=True, exist_ok=True)
    demo = Demo(directory, _complete_environment(given, directory, port), wishes)
    try:
        _start(demo, port, sandbox_port)
        demo.watch()
    finally:
        _say("\nStopping …")
        demo.stop()
        _say("Stopped.")


def _start(demo: Demo, port: int, sandbox_port: int) -> None:
    _say("Preparing the database …")
    demo.run("migrate", "--verbosity", "0")
    sandbox = f"http://{HOST}:{sandbox_port}/sandbox/"
    if sandbox_port:
        _say("Starting the sandbox, a small TwentyThree platform …")
        photos = demo.environment.get("SANDBOX_PHOTOS") or "300"
        pingback_url = f"http://{HOST}:{port}/twentythree/notify/default/{_secret(demo.directory, 'notification')}/"
        demo.start(
            "sandbox", "manage.py", "twentythree_sandbox",
            "--host", HOST, "--port", str(sandbox_port), "--photos", photos, "--pingback-url", pingback_url,
            address=sandbox,
        )  # fmt: skip
    _say(f"Mirroring {demo.environment['TWENTYTHREE_DOMAIN']} …")
    demo.run("twentythree_sync")
    demo.run("showcase_demo")
    # Do not keep messages of an earlier demo: the database has everything that matters.
    demo.start("worker", "-m", "celery", "-A", "config", "worker", "--beat", "--concurrency", "2", "--loglevel", "INFO")
    # Waitress instead of `runserver`, so that the demo shows the site as visitors see it, without DEBUG.
    site = f"http://{HOST}:{port}/"
    demo.start(
        "site", "-m", "waitress", f"--listen={HOST}:{port}", "--threads=8", "config.wsgi:application", address=site
    )
    _say(f"\n  Site     {site}\n  Admin    {site}admin/  (user admin, password admin)")
    if sandbox_port:
        _say(f"  Sandbox  {sandbox}  (change a title there and see it on the site)")
    _say(f"  Logs     {demo.directory}\n\nCtrl-C stops everything.")


def _complete_environment(given: Mapping[str, str], directory: Path, port: int) -> dict[str, str]:
    """Return the environment of every part. Given values win over the demo's own."""
    for name in ("broker.sqlite3", "broker.sqlite3-journal"):
        (directory / name).unlink(missing_ok=True)  # messages for a worker that is gone
    defaults = {
        "DATABASE_URL": f"sqlite:///{directory / 'demo.sqlite3'}",
        "CELERY_BROKER_URL": f"sqla+sqlite:///{directory / 'broker.sqlite3'}",
        "CELERY_BEAT_SCHEDULE_FILENAME": str(directory / "celerybeat-schedule"),
        "SECRET_KEY": _secret(directory, "django"),
        "TWENTYTHREE_NOTIFICATION_SECRET": _secret(directory, "notification"),
        "TWENTYTHREE_BASE_URL": f"http://{HOST}:{port}",
        "PYTHONUNBUFFERED": "1",
    }
    return {**defaults, **{name: value for name, value in given.items() if value}}


def _describe_sandbox(port: int) -> dict[str, str]:
    credentials = {f"TWENTYTHREE_{key.upper()}": value for key, value in credentials_of("super").items()}
    return {
        **credentials,
        "TWENTYTHREE_DOMAIN": f"{HOST}:{port}",
        "TWENTYTHREE_SCHEME": "http",
        # Changes without a pingback (a new category, a deleted video) should appear soon, too.
        "TWENTYTHREE_INTERVALS": "photos=60,newest=30,albums=60,livestreams=30,livestreams_on_air=15",
    }


def _secret(directory: Path, name: str) -> str:
    """Return a secret of this demo, the same at every start."""
    file = directory / f"{name}.secret"
    if not file.exists():
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(32))
    return file.read_text()


def _read_port() -> int:
    text = os.environ.get("PORT") or "8023"
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise DemoError(f"PORT is '{text}', which is no port number: try PORT=8123 make demo.")
    if not _is_free(int(text)):
        raise DemoError(f"Port {text} is taken by another program: try PORT={int(text) + 100} make demo.")
    return int(text)


def _choose_sandbox_port() -> int:
    wanted = int(os.environ.get("SANDBOX_PORT") or 8024)
    if _is_free(wanted):
        return wanted
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def _is_free(port: int) -> bool:
    try:
        socket.create_server((HOST, port)).close()
    except OSError:
        return False
    return True


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own http address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _find_parent() -> int | None:
    """Return the process to end with; None when the demo should outlive it (`nohup`)."""
    return None if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN else os.getppid()


def _say(text: str, *, to_stderr: bool = False) -> None:
    stream = sys.stderr if to_stderr else sys.stdout
    try:
        print(text, file=stream, flush=True)
    except OSError:  # the terminal was closed or nobody reads the output; the parts must still end
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


if __name__ == "__main__":
    sys.exit(main())
