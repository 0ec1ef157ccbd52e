"""The example site as a visitor meets it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Demo


def open_video(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/videos/")
    page.get_by_role("main").get_by_role("article").get_by_role("link").first.click()
    page.wait_for_url("**/videos/*/")


def open_article(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/articles/")
    page.get_by_role("main").get_by_role("article").get_by_role("link").first.click()
    page.wait_for_url("**/articles/*/")


def open_album(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/categories/")
    page.get_by_role("link", name=re.compile("^See all")).first.click()
    page.wait_for_url("**/categories/*/")


def open_search(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/search/?q=the")


def open_live(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/live/")
    page.get_by_role("main").get_by_role("article").get_by_role("link").first.click()
    page.wait_for_url("**/live/*/")


def open_front(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/")


OPENERS = {
    "front": open_front,
    "video": open_video,
    "album": open_album,
    "live": open_live,
    "search": open_search,
    "article": open_article,
}


def test_front__mirrored_library__shows_videos_with_pictures(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/", wait_until="networkidle")
    expect(page.get_by_role("heading", name="New videos")).to_be_visible()
    picture = page.locator(".hero img")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    page.get_by_role("link", name="Watch now").click()
    expect(page.locator("iframe")).to_be_visible()


def test_video__player__plays(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/")
    page.get_by_role("link", name="Watch now").click()
    film = page.frame_locator("iframe").locator("video")
    film.evaluate(
        """film => new Promise(resolve => {
            film.addEventListener("timeupdate", () => film.currentTime > 0.5 && resolve());
            film.muted = true;
            film.play();
        })"""
    )


def test_video__chapter_link__starts_the_player_there(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/videos/")
    links = page.get_by_role("main").get_by_role("article").get_by_role("link")
    addresses = [link.get_attribute("href") for link in links.all()]
    for address in addresses:
        page.goto(f"{demo.site}{address}")
        chapters = page.get_by_role("navigation", name="Chapters").get_by_role("link")
        if chapters.count() > 1:
            break
    chapters.nth(1).click()
    page.wait_for_url("**?start=*")
    start = page.url.partition("start=")[2].partition("#")[0]
    assert f"start={start}" in (page.locator("iframe").get_attribute("src") or "")


def test_search__keyboard_alone__finds(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.site}/")
    title = page.locator(".hero__title").inner_text()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    for _ in range(8):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.type") == "search":
            break
    page.keyboard.type(title.upper())
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.get_by_role("status")).to_contain_text("found")
    expect(page.get_by_role("link", name=title, exact=True).first).to_be_visible()


def test_article__video_by_key_and_by_address__are_players(page: Page, demo: Demo) -> None:
    open_article(page, demo)
    expect(page.locator(".prose iframe").first).to_be_visible()
    assert page.locator(".prose iframe").count() >= 2


@pytest.mark.parametrize("name", OPENERS)
def test_pages__examined_by_axe__have_no_violations(page: Page, demo: Demo, name: str) -> None:
    OPENERS[name](page, demo)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["front", "article"])
def test_pages__forced_colours__have_no_violations(
    page: Page, demo: Demo, name: str, scheme: Literal["light", "dark"]
) -> None:
    page.emulate_media(forced_colors="active", color_scheme=scheme)
    OPENERS[name](page, demo)
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()


def test_article__further_videos__are_seen_below_it(page: Page, demo: Demo) -> None:
    open_article(page, demo)
    further = page.get_by_role("region", name="More to watch")
    further.scroll_into_view_if_needed()
    expect(further.get_by_role("article")).to_have_count(4)
    further.get_by_role("link").first.click()
    expect(page.locator("iframe")).to_be_visible()


@pytest.mark.parametrize("name", OPENERS)
def test_pages__320_pixels_wide__need_no_sideways_scrolling(page: Page, demo: Demo, name: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    OPENERS[name](page, demo)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_page__unknown_address__says_so_kindly(page: Page, demo: Demo) -> None:
    response = page.request.get(f"{demo.site}/nothing-here/")
    assert response.status == 404
    assert "There is nothing at this address" in response.text()
