"""The whole way round: control page, pingback, inbox, worker, database, template."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Demo

SECONDS = 120


def test_title__changed_on_the_platform__is_on_the_site_within_seconds(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/")
    page.get_by_role("link", name="Watch now").click()
    address = page.url
    frame = page.locator("iframe").get_attribute("src") or ""
    remote_id = frame.partition("photo%5fid=")[2].partition("&")[0] or frame.partition("photo_id=")[2].partition("&")[0]
    title = f"Changed at {time.monotonic_ns()}"

    page.goto(f"{demo.sandbox}/sandbox/video/{remote_id}")
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Save").click()

    deadline = time.monotonic() + SECONDS
    page.goto(address)
    while page.get_by_role("heading", level=1).inner_text() != title and time.monotonic() < deadline:
        page.wait_for_timeout(300)
        page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
