"""Pictures of the pages for people to look at, in SCREENSHOT_DIR; each must at least not scroll sideways."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest

from tests.browser.picking import add_article, open_dialog, search
from tests.browser.test_site import OPENERS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.browser.conftest import Demo
    from tests.browser.site import Site

pytestmark = pytest.mark.skipif(
    "SCREENSHOT_DIR" not in os.environ, reason="pictures are made only where SCREENSHOT_DIR says where to"
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
@pytest.mark.parametrize("name", OPENERS)
def test_screenshot__page__is_taken(
    browser: Browser, demo: Demo, name: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    height = 640 if width == 320 else 900
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    page = context.new_page()
    OPENERS[name](page, demo)
    take(page, f"{name}-{width}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_screenshot__admin_list__is_taken(admin_page: Page, demo: Demo) -> None:
    admin_page.goto(f"{demo.site}/admin/twentythree/photo/")
    take(admin_page, "admin-videos")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_screenshot__picker__is_taken(
    browser: Browser, site: Site, editor_cookies: list[Any], width: int, scheme: Literal["light", "dark"]
) -> None:
    height = 640 if width == 320 else 900
    context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB")
    context.add_cookies(editor_cookies)
    page = context.new_page()
    name = f"{width}-{scheme}"
    add_article(page, site)
    take(page, f"picker-empty-{name}")
    dialog = open_dialog(page)
    take(page, f"picker-dialog-{name}", full_page=False)
    dialog.get_by_role("tab", name="Upload").click()
    files = [
        {"name": f"{name}.mp4", "mimeType": "video/mp4", "buffer": b"0" * 4_000_000}
        for name in ("Harbour tour", "Low tide")
    ]
    dialog.get_by_label("Choose files").set_input_files(files)  # type: ignore[arg-type]
    take(page, f"picker-upload-{name}", full_page=False)
    dialog.get_by_role("tab", name="Library").click()
    search(dialog, "zeppelin", "3 videos")
    dialog.get_by_role("button", name="Details: Zeppelin tour").click()
    dialog.get_by_role("heading", name="Zeppelin tour").wait_for()
    take(page, f"picker-details-{name}", full_page=False)
    dialog.get_by_role("button", name="Choose this video").click()
    take(page, f"picker-chosen-{name}")
    context.close()


def take(page: Page, name: str, *, full_page: bool = True) -> None:
    page.wait_for_load_state("networkidle")
    # Pictures further down load when they are near the screen, and are drawn when there is time.
    page.evaluate(
        """async () => {
            const pictures = Array.from(document.images);
            pictures.forEach(picture => { picture.loading = "eager"; });
            await Promise.all(pictures.map(picture => picture.decode().catch(() => null)));
        }"""
    )
    page.screenshot(path=Path(os.environ["SCREENSHOT_DIR"]) / f"{name}.png", full_page=full_page)
