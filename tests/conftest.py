"""What all tests share: a configured workspace on the sandbox, and a memory without leftovers."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from django_twentythree import publishing
from django_twentythree.api import retrying
from django_twentythree.models import Workspace, workspace
from django_twentythree.testing.platform import TwentyThreePlatform
from tests.celery_app import app as celery_app  # noqa: F401 - becomes the current application

# Set by tests/run_all.py, which repeats what speaks to the platform over version 2 of the API.
TwentyThreePlatform.api_version = int(os.environ.get("TWENTYTHREE_TEST_API_VERSION", "1"))

TESTS_DIR = Path(__file__).parent
SLOW = ("bench", "browser", "docs/test_readme", "docs/test_tutorial", "example_project/test_demo", "worker")
SECRET = "correct-horse-battery-staple-0123456789"


def pytest_configure() -> None:
    """Let what tests start be interrupted, also where the tests themselves run in the background or by `nohup`.

    There a shell has SIGINT or SIGHUP ignored, which a process hands on to those it starts; a handler it does not.
    """
    for number in (signal.SIGINT, signal.SIGHUP):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda *_: None)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Mark what is worth repeating on another database, or over another version of the API."""
    fixtures = set(getattr(item, "fixturenames", ()))
    if item.get_closest_marker("django_db") or fixtures & {"db", "transactional_db"}:
        item.add_marker("database")
    if "twentythree_platform" in fixtures:
        item.add_marker("platform")
    if item.config.getoption("loadgroup", False):
        item.add_marker(pytest.mark.xdist_group(find_group(item)))


def find_group(item: pytest.Item) -> str:
    """Return what a test is run with in one process: its module, or all that need the same browser and site."""
    if "demo" in getattr(item, "fixturenames", ()):
        return "the demo in a browser"
    return "forms in a browser" if item.get_closest_marker("browser") else str(item.path)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long, or the last process works alone; what shares a browser stays together."""
    groups = {item: find_group(item) for item in items}
    items.sort(key=lambda item: (not is_slow(item), groups[item] if item.get_closest_marker("browser") else ""))


def is_slow(item: pytest.Item) -> bool:
    """Return whether the module of a test has few tests that take long."""
    return str(item.path.relative_to(TESTS_DIR)).startswith(SLOW)


@pytest.fixture(autouse=True)
def _forget_between_tests() -> Iterator[None]:
    """Rows are rolled back after each test; what this process remembers of them must go, too."""
    yield
    workspace.forget_workspaces()
    publishing.reset()


@pytest.fixture(autouse=True)
def _short_back_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """A client tries again after hundredths of a second. A pause that the platform asks for keeps its length."""
    back_off = retrying.back_off
    monkeypatch.setattr(retrying, "back_off", lambda state: back_off(state) / 50)
    monkeypatch.setattr(retrying, "random", SimpleNamespace(uniform=lambda low, high: low + (high - low) / 50))


@pytest.fixture
def configure(settings: Any, twentythree_platform: TwentyThreePlatform) -> Callable[..., None]:
    """Configure the sandbox as the workspace `default`, at a permission level of choice (None: anonymous)."""

    def apply(level: str | None = "super", **extra: Any) -> None:
        entry = twentythree_platform.workspace(level=level, NOTIFICATION_SECRETS=[SECRET], **extra)
        settings.TWENTYTHREE = {"WORKSPACES": {"default": entry}, "TIMEOUT_SECONDS": 15}

    return apply


@pytest.fixture
def platform(configure: Callable[..., None], twentythree_platform: TwentyThreePlatform) -> TwentyThreePlatform:
    """The sandbox, empty, mirrored as the workspace `default` with credentials of level super."""
    configure()
    return twentythree_platform


@pytest.fixture
def default_workspace(db: None, platform: TwentyThreePlatform) -> Workspace:
    """The row of the workspace `default`, as its first sync would have made it."""
    return Workspace.objects.create(alias="default", domain=platform.domain)
