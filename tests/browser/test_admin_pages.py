"""Every page of the admin as people meet it: small screens, dark rooms, screen readers, a keyboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Demo

LISTS = ("photo", "album", "livestream", "player", "tag", "workspace", "syncrun", "notification")


def find_pages(page: Page, demo: Demo, name: str) -> list[str]:
    """Return the addresses of a list and of its first row."""
    url = f"{demo.site}/admin/twentythree/{name}/"
    page.goto(url)
    first = page.locator("#result_list tbody th a").first
    return [url, f"{demo.site}{first.get_attribute('href')}"] if first.count() else [url]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", LISTS)
def test_admin__examined_by_axe__has_no_violations(admin_page: Page, demo: Demo, name: str, scheme: str) -> None:
    admin_page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    for url in find_pages(admin_page, demo, name):
        admin_page.goto(url)
        # What stands around the content is Django's own. Preloading would break the Content Security Policy.
        results = Axe().run(admin_page, context="#content", options={"iframes": False, "preload": False})
        assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("name", LISTS)
def test_admin__narrow_screen__needs_no_sideways_scrolling(admin_page: Page, demo: Demo, name: str) -> None:
    admin_page.set_viewport_size({"width": 320, "height": 640})
    for url in find_pages(admin_page, demo, name):
        admin_page.goto(url)
        assert admin_page.evaluate("document.documentElement.scrollWidth") <= 320, url


def test_admin__refresh_button__is_pressed_by_keyboard_and_answers(admin_page: Page, demo: Demo) -> None:
    admin_page.goto(find_pages(admin_page, demo, "photo")[1])
    admin_page.get_by_role("button", name="Refresh from TwentyThree").focus()
    admin_page.keyboard.press("Enter")
    expect(admin_page.get_by_text("1 video is being synced from TwentyThree.")).to_be_visible()


def test_admin__category_filter__is_found_by_name(admin_page: Page, demo: Demo) -> None:
    admin_page.goto(f"{demo.site}/admin/twentythree/album/")
    title = admin_page.locator("#result_list tbody th a").first.inner_text()
    admin_page.goto(f"{demo.site}/admin/twentythree/photo/")
    admin_page.get_by_role("textbox", name="Find a category").fill(title)
    admin_page.get_by_role("textbox", name="Find a category").press("Enter")
    admin_page.get_by_role("link", name=title, exact=True).first.click()
    assert "category=" in admin_page.url
