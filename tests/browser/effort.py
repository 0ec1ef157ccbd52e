"""How many keys and clicks lie between "add article" and an article saved with the right video.

`make effort` prints it for the picker and for Django's own two widgets, on the same form of the example project.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.picking import NIGHT, fill_library, get_cell, get_field, get_saved_video, log_in
from tests.browser.site import Site, run_site

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

TITLE = "Zeppelin at night"
SEARCHED = "zeppelin at"
RUNS = 5


@dataclass
class Hands:
    """A person at keyboard and pointer, whose every action is counted."""

    page: Page
    keys: int = 0
    clicks: int = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.keys += len(text)

    def click(self, target: Locator) -> None:
        target.click()
        self.clicks += 1


@dataclass(frozen=True, slots=True)
class Effort:
    """What one way of choosing costs from the loaded page to the saved article."""

    way: str
    keys: int
    clicks: int
    seconds: float

    @property
    def actions(self) -> int:
        return self.keys + self.clicks


def use_picker(hands: Hands, site: Site) -> None:
    hands.click(get_field(hands.page).get_by_role("button", name="Choose a video"))
    expect(hands.page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
    hands.type(SEARCHED)
    hands.press("Enter")
    expect(get_cell(hands.page.get_by_role("dialog"), TITLE)).to_be_focused()
    hands.press("Enter")


def paste_into_picker(hands: Hands, site: Site) -> None:
    hands.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    hands.page.evaluate("text => navigator.clipboard.writeText(text)", f"{site.platform.base_url}/video/{NIGHT}")
    hands.click(get_field(hands.page).get_by_role("button", name="Choose a video"))
    expect(hands.page.get_by_role("dialog").get_by_role("searchbox")).to_be_focused()
    hands.press("Control+v")
    expect(get_cell(hands.page.get_by_role("dialog"), TITLE)).to_be_focused()
    hands.press("Enter")


def use_recent(hands: Hands, site: Site) -> None:
    hands.click(get_field(hands.page).get_by_role("button", name="Choose a video"))
    hands.click(hands.page.get_by_role("tab", name="Recently used"))
    hands.click(get_cell(hands.page.get_by_role("tabpanel", name="Recently used"), TITLE))


def use_autocomplete(hands: Hands, site: Site) -> None:
    hands.click(hands.page.locator(".field-video").get_by_role("combobox"))
    hands.type(SEARCHED)
    option = hands.page.get_by_role("option", name=TITLE)
    option.wait_for()
    expect(hands.page.get_by_role("option")).to_have_count(1)
    hands.press("Enter")
    expect(hands.page.locator(".field-video").get_by_role("combobox")).to_contain_text(TITLE)


def use_raw_id(hands: Hands, site: Site) -> None:
    with hands.page.expect_popup() as opened:
        hands.click(hands.page.locator("#lookup_id_video"))
    popup = Hands(opened.value)
    popup.page.get_by_role("textbox").first.wait_for()
    popup.click(popup.page.locator("#searchbar"))
    popup.type(SEARCHED)
    popup.press("Enter")
    row = popup.page.get_by_role("link", name=TITLE)
    row.wait_for()
    with popup.page.expect_event("close"):
        popup.click(row)
    hands.keys += popup.keys
    hands.clicks += popup.clicks
    expect(hands.page.locator("#id_video")).not_to_have_value("")


WAYS: dict[str, tuple[str, Callable[[Hands, Site], None]]] = {
    "the picker, searching": ("admin", use_picker),
    "the picker, pasting an address": ("admin", paste_into_picker),
    "the picker, recently used": ("admin", use_recent),
    "Django's `autocomplete_fields`": ("autocomplete", use_autocomplete),
    "Django's `raw_id_fields`": ("rawid", use_raw_id),
}


def measure(page: Page, site: Site, way: str) -> Effort:
    """Add an article in one of the `WAYS`, and return what that cost."""
    admin, choose = WAYS[way]
    page.goto(f"{site.url}/{admin}/showcase/article/add/")
    page.wait_for_load_state("networkidle")
    hands = Hands(page)
    begin = time.perf_counter()
    hands.click(page.get_by_label("Title:"))
    title = str(time.time_ns())[-5:]
    hands.type(title)
    hands.click(page.get_by_label("Body:"))
    hands.type("Text.")
    choose(hands, site)
    hands.click(page.get_by_role("button", name="Save", exact=True))
    page.get_by_text("was added successfully").wait_for()
    seconds = time.perf_counter() - begin
    assert get_saved_video(site, title) == NIGHT
    return Effort(way, hands.keys, hands.clicks, seconds)


@contextmanager
def open_page() -> Iterator[tuple[Page, Site]]:
    """Start everything there is to start."""
    from playwright.sync_api import sync_playwright

    from django_twentythree.testing.platform import TwentyThreePlatform
    from tests.browser.conftest import FLAGS, find_chromium

    with TwentyThreePlatform.start(photos=300) as platform, tempfile.TemporaryDirectory() as directory:
        fill_library(platform)
        with run_site(Path(directory), platform) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=find_chromium(), args=list(FLAGS))
            page = browser.new_page(locale="en-GB")
            log_in(page, site.url)
            yield page, site
            browser.close()


def main() -> int:
    print("| way | keys | clicks | together | seconds |\n|---|---|---|---|---|")
    with open_page() as (page, site):
        measure(page, site, next(iter(WAYS)))  # nothing is in a cache before the first one
        for way in WAYS:
            efforts = [measure(page, site, way) for _ in range(RUNS)]
            seconds = statistics.median(effort.seconds for effort in efforts)
            effort = efforts[-1]
            print(f"| {way} | {effort.keys} | {effort.clicks} | {effort.actions} | {seconds:.1f} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
