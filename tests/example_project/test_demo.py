"""How the demo starts, refuses and ends. That its pages work is shown in a browser."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import psutil
import pytest

from demo import Demo, DemoError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from guard import Wishes

PROJECT_DIR = Path(__file__).resolve().parents[2] / "example_project"
START_SECONDS = 300


def make_environment(tmp_path: Path, **environment: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    return {**kept, "PYTHONPATH": str(PROJECT_DIR.parent), "DEMO_DIR": str(tmp_path), **environment}


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def run_demo(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(PROJECT_DIR / "demo.py")],
        env=make_environment(tmp_path, **environment),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


@pytest.fixture
def running_demo(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A small demo that has said that it is ready; what it prints is in `demo.log`."""
    log = tmp_path / "demo.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, str(PROJECT_DIR / "demo.py")],
            env=make_environment(
                tmp_path, PORT=str(find_free_port()), SANDBOX_PORT=str(find_free_port()), SANDBOX_PHOTOS="5"
            ),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            text=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while "Ctrl-C stops everything." not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.2)
    yield process
    process.send_signal(signal.SIGINT)
    process.wait(180)


def test_demo__port_taken__says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        finished = run_demo(tmp_path, PORT=str(port))
    assert finished.returncode == 1
    assert f"Port {port} is taken" in finished.stderr
    assert "Traceback" not in finished.stderr
    assert list(tmp_path.iterdir()) == []


def test_demo__port_is_no_number__says_so(tmp_path: Path) -> None:
    finished = run_demo(tmp_path, PORT="eighty")
    assert finished.returncode == 1
    assert finished.stderr.strip() == "PORT is 'eighty', which is no port number: try PORT=8123 make demo."


def test_demo__site_out_of_reach__says_so_and_leaves_nothing_running(tmp_path: Path) -> None:
    closed_port = find_free_port()
    finished = run_demo(
        tmp_path,
        PORT=str(find_free_port()),
        TWENTYTHREE_DOMAIN=f"127.0.0.1:{closed_port}",
        TWENTYTHREE_SCHEME="http",
    )
    assert finished.returncode == 1
    assert f"127.0.0.1:{closed_port}" in finished.stderr
    assert "Traceback" not in finished.stderr


@pytest.mark.long  # in a browser a demo ends like this, too
def test_demo__ctrl_c__ends_every_part(running_demo: subprocess.Popen[str], tmp_path: Path) -> None:
    parts = psutil.Process(running_demo.pid).children(recursive=True)
    assert len(parts) >= 3
    running_demo.send_signal(signal.SIGINT)
    assert running_demo.wait(180) == 0
    assert (tmp_path / "demo.log").read_text().endswith("Stopped.\n")
    assert not any(part.is_running() for part in parts)


def test_demo__one_of_two_parts_dies__says_which_and_ends_the_other(tmp_path: Path) -> None:
    demo = Demo(tmp_path, os.environ, cast("Wishes", SimpleNamespace(count=0)))
    demo.start("site", "-c", "import time; time.sleep(600)")
    demo.start("worker", "-c", "raise SystemExit('Too tired')")
    site, _ = demo.parts
    with pytest.raises(DemoError, match=r"The worker stopped by itself \(exit code 1\): Too tired"):
        demo.watch()
    programs = psutil.Process(site.process.pid).children()
    demo.stop()
    assert site.process.returncode is not None
    psutil.wait_procs(programs, timeout=60)
    assert not any(program.is_running() for program in programs)


@pytest.mark.long
def test_demo__a_part_dies__says_which_and_ends_the_rest(running_demo: subprocess.Popen[str], tmp_path: Path) -> None:
    parts = psutil.Process(running_demo.pid).children(recursive=True)
    worker = next(part for part in parts if "celery" in part.cmdline())
    worker.kill()
    assert running_demo.wait(180) == 1
    assert "The worker stopped by itself (exit code -9)" in (tmp_path / "demo.log").read_text()
    assert not any(part.is_running() and part.status() != psutil.STATUS_ZOMBIE for part in parts)
