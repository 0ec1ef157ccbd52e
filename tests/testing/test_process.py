"""Starting, ending and refusing to start; and what importing costs."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from django_twentythree.testing import TwentyThreePlatform
from tests.timing import wait_until
from tests.worker.processes import is_answered

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=ENVIRONMENT, timeout=300, cwd=ROOT
    )


@pytest.mark.parametrize("module", ["django_twentythree.testing", "django_twentythree.testing.plugin"])
def test_import__of_the_package_or_plugin__brings_nothing_but_pytest(module: str) -> None:
    heavy = ["django", "werkzeug", "oauthlib", "PIL", "jinja2", "requests", "celery", "http.client"]
    done = run("-c", f"import pytest, sys; before = set(sys.modules); import {module};"
               f"print([m for m in {heavy!r} if m in set(sys.modules) - before])")  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_extra__not_installed__is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import importlib.util as u\nreal = u.find_spec\n"
        "u.find_spec = lambda name, *a: None if name == 'werkzeug' else real(name, *a)\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "django_twentythree.testing"],
        capture_output=True, text=True, timeout=300, cwd=ROOT,
        env={**ENVIRONMENT, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "pip install 'django-twentythree[testing]'" in done.stderr


@pytest.mark.parametrize(
    "program",
    [("-m", "django_twentythree.testing"), ("-m", "django", "twentythree_sandbox", "--settings=tests.settings")],
)
def test_command__port_taken__says_so_in_one_line(program: tuple[str, ...]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run(*program, "--port", port, "--photos", "100000")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "--port" in done.stderr


def test_command__through_manage_py__serves_and_ends_on_interrupt() -> None:
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "django", "twentythree_sandbox", "--settings=tests.settings"),
            *("--port", "0", "--photos", "30"),
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=ENVIRONMENT, cwd=ROOT,
    )  # fmt: skip
    assert process.stdout is not None
    found = re.match(r"TwentyThree sandbox: (http://127\.0\.0\.1:\d+)/$", process.stdout.readline())
    assert found is not None
    platform = TwentyThreePlatform(found[1])
    assert platform.fill(0) == 30
    process.send_signal(signal.SIGINT)
    output = process.stdout.read()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    assert process.wait(10) == 0
    process.stdout.close()
    process.stderr.close()
    assert "TWENTYTHREE_CONSUMER_KEY=" in output


def test_platform__process_that_holds_it_killed__ends_too(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", "import time; from django_twentythree.testing import TwentyThreePlatform\n"
         "print(TwentyThreePlatform.start().base_url, flush=True); time.sleep(60)"],
        stdout=subprocess.PIPE, text=True, env=ENVIRONMENT,
    )  # fmt: skip
    assert holder.stdout is not None
    port = int(holder.stdout.readline().rpartition(":")[2])
    holder.kill()
    holder.communicate()
    wait_until(lambda: not is_answered(port))


def test_platform__started_and_stopped__leaves_nothing_behind() -> None:
    with TwentyThreePlatform.start(photos=3) as platform:
        assert platform.credentials.keys() == {
            "consumer_key", "consumer_secret", "access_token", "access_token_secret",
        }  # fmt: skip
        assert platform.workspace(level=None, PLAYER_ID=5) == {
            "DOMAIN": platform.domain, "SCHEME": "http", "PLAYER_ID": 5,
        }  # fmt: skip
    with pytest.raises(ConnectionError):
        socket.create_connection(("127.0.0.1", int(platform.domain.rpartition(":")[2])), 1)


def test_fixture__in_a_project_with_pytest_alone__works(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_it(twentythree_platform):\n"
        "    twentythree_platform.add_photo(7)\n"
        "    assert twentythree_platform.get_photo(7)['photo_id'] == '7'\n"
        "def test_reset(twentythree_platform):\n"
        "    assert twentythree_platform.fill(0) == 0\n"
    )
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-W", "error", "-c", os.devnull, "--rootdir", str(tmp_path)),
            *("-p", "django_twentythree.testing.plugin", "-p", "no:cacheprovider", str(tmp_path)),
        ],
        capture_output=True, text=True, timeout=300, cwd=tmp_path,
        env={**ENVIRONMENT, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def test_fixture__client_left_with_a_call_under_way__ends_after_it(tmp_path: Path) -> None:
    (tmp_path / "test_two.py").write_text(
        textwrap.dedent(
            """
            import threading

            from django_twentythree.api import Client
            from django_twentythree.api.waiting import Waiter

            def test_leaves(twentythree_platform):
                twentythree_platform.fail_next("slow", seconds=1.5)
                client = Client(twentythree_platform.domain, scheme="http")
                waiter = Waiter(on_wait=iter([None]).__next__)
                try:
                    waiter.call(lambda: client.call("site/get"))
                except StopIteration:
                    pass

            def test_next_one(twentythree_platform):
                twentythree_platform.fail_next(500)
                assert len(twentythree_platform.faults) == 1
                assert not [t for t in threading.enumerate() if t.name.startswith("twentythree_")]
            """
        )
    )
    done = run("-m", "pytest", "-p", "no:django", "-p", "no:randomly", "--rootdir", str(tmp_path), str(tmp_path))
    assert "2 passed" in done.stdout, done.stdout
