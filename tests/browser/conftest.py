"""A browser, and the whole demo as real processes: sandbox, worker with beat, and the site."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

from django_twentythree.testing.platform import TwentyThreePlatform
from tests.browser.picking import fill_library, log_in
from tests.browser.site import Site, run_site
from tests.timing import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

PROJECT_DIR = Path(__file__).resolve().parents[2] / "example_project"
START_SECONDS = 180
WAIT_MS = 60_000
"""How long to wait for what must come; on a busy machine everything comes late."""
# The first ones are Playwright's own, which these replace; the last are pages that every new window would load for its
# address bar, for half a second of a processor.
WITHOUT = (
    *("AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable"),
    *("HttpsUpgrades", "MediaRouter", "OptimizationHints", "PaintHolding", "ThirdPartyStoragePartitioning"),
    *("WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup", "WebUIOmniboxPopup"),
)
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
    f"--disable-features={','.join(WITHOUT)}",
)


@dataclass(frozen=True, slots=True)
class Demo:
    """Where the parts of a running demo answer."""

    site: str
    sandbox: str
    directory: Path


def find_chromium() -> str:
    """Return the path of the browser; without one the test is skipped, or fails where CI=true."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    reason = "there is no Chromium on this machine (on Debian: apt-get install chromium)"
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(reason)
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


# One browser for these tests and no longer: Playwright's event loop shares this thread, and while it is there Django
# refuses to speak to the database.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium without a window."""
    path = find_chromium()
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def complaints() -> list[str]:
    """What a console reported of the page; a test that expects some takes it out."""
    return []


@pytest.fixture
def page(browser: Browser, complaints: list[str]) -> Iterator[Page]:
    """A page of its own for each test; it fails a test in which a console reported anything wrong."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)

    def listen(message: ConsoleMessage) -> None:
        # A violation of the Content Security Policy is an error here, too.
        if message.type == "error":
            complaints.append(f"{message.text} ({message.location.get('url')})")

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="package")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """What `make demo` runs, on free ports and in a directory of its own; Ctrl-C ends all its parts."""
    find_chromium()
    directory = tmp_path_factory.mktemp("demo")
    site_port, sandbox_port = find_free_port(), find_free_port()
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TWENTYTHREE_", "DJANGO_", "CELERY_", "PYTEST"))
    }
    for name in ("DATABASE_URL", "CACHE_URL", "DEBUG", "SECRET_KEY", "ALLOWED_HOSTS"):
        kept.pop(name, None)
    log = directory / "demo.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(PROJECT_DIR / "demo.py")],
            env={
                **kept,
                "PYTHONPATH": str(PROJECT_DIR.parent),
                "PORT": str(site_port),
                "SANDBOX_PORT": str(sandbox_port),
                "DEMO_DIR": str(directory),
            },
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        wait_for_line(process, log, "Ctrl-C stops everything.")
        yield Demo(f"http://127.0.0.1:{site_port}", f"http://127.0.0.1:{sandbox_port}", directory / "sandbox")
    finally:
        parts = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
        process.send_signal(signal.SIGINT)
        code = process.wait(180)
    assert code == 0, log.read_text()
    # What the parts had started ends a moment after them, and waits to be reaped where nobody is in a hurry to.
    wait_until(lambda: not any(is_alive(part) for part in parts))
    assert log.read_text().endswith("Stopped.\n")


def is_alive(process: psutil.Process) -> bool:
    """Return whether a process does something still, which one that was not reaped does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_for_line(process: subprocess.Popen[bytes], log: Path, line: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while line not in log.read_text():
        assert process.poll() is None, f"The demo ended:\n{log.read_text()}"
        assert time.monotonic() < deadline, f"The demo did not start in {START_SECONDS} s:\n{log.read_text()}"
        time.sleep(0.2)


def find_free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture(scope="package")
def admin_cookies(browser: Browser, demo: Demo) -> list[Any]:
    """The cookies of somebody logged in to the admin of `demo`."""
    return get_cookies(browser, demo.site)


@pytest.fixture
def admin_page(page: Page, admin_cookies: list[Any]) -> Page:
    """A page whose visitor is logged in to the admin."""
    page.context.add_cookies(admin_cookies)
    return page


@pytest.fixture(scope="package")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The example project with more forms, on a platform of its own, without a worker."""
    find_chromium()
    directory = tmp_path_factory.mktemp("site")
    with TwentyThreePlatform.start() as platform:
        fill_platform(platform)
        with run_site(directory, platform) as site:
            site.copy_rows(site.database, directory / "as-it-began.sqlite3")
            yield site


@pytest.fixture(scope="module")
def site(running_site: Site) -> Site:
    """The site as it began, whatever other modules did to it and to its platform."""
    running_site.platform.reset()
    fill_platform(running_site.platform)
    running_site.copy_rows(running_site.database.with_name("as-it-began.sqlite3"), running_site.database)
    return running_site


def fill_platform(platform: TwentyThreePlatform) -> None:
    platform.fill(photos=80)
    fill_library(platform)


@pytest.fixture(scope="module")
def editor_cookies(browser: Browser, site: Site) -> list[Any]:
    """The cookies of somebody logged in to the admin of `site`."""
    return get_cookies(browser, site.url)


def get_cookies(browser: Browser, url: str) -> list[Any]:
    """Log the administrator in, and return the cookies that say so."""
    context = browser.new_context()
    log_in(context.new_page(), url)
    cookies = context.cookies()
    context.close()
    return cookies


@pytest.fixture
def editor(page: Page, editor_cookies: list[Any]) -> Page:
    """A page whose visitor is logged in to the admin of `site`."""
    page.context.add_cookies(editor_cookies)
    return page
