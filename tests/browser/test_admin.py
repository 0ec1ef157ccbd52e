"""The admin under the same strict policy as the site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.browser.picking import get_field, open_dialog

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Demo


def test_videos__list__shows_pictures(admin_page: Page, demo: Demo) -> None:
    admin_page.goto(f"{demo.site}/admin/twentythree/photo/", wait_until="networkidle")
    expect(admin_page.get_by_role("heading", name="Select video to view")).to_be_visible()
    pictures = admin_page.locator(f'#result_list img[src^="{demo.sandbox}"]')
    assert pictures.count() > 20
    pictures.first.scroll_into_view_if_needed()
    pictures.first.evaluate("picture => picture.decode()")


def test_video__form__shows_the_player(admin_page: Page, demo: Demo) -> None:
    admin_page.goto(f"{demo.site}/admin/twentythree/photo/?is_published__exact=1")
    admin_page.locator("#result_list tbody th a").first.click()
    expect(admin_page.locator("iframe").first).to_be_visible()


def test_article__form__finds_a_video_by_its_title(admin_page: Page, demo: Demo) -> None:
    admin_page.goto(f"{demo.site}/admin/twentythree/photo/?kind__exact=video&is_published__exact=1")
    title = admin_page.locator("#result_list tbody th a").first.inner_text()
    admin_page.goto(f"{demo.site}/admin/showcase/article/add/")
    dialog = open_dialog(admin_page)
    dialog.get_by_role("searchbox").fill(title)
    dialog.get_by_role("gridcell", name=title).first.click()
    expect(get_field(admin_page)).to_contain_text(title)
