"""The picker when TwentyThree is down, without credentials, and with several workspaces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from django_twentythree.testing.platform import TwentyThreePlatform
from tests.browser.conftest import find_chromium
from tests.browser.picking import (
    NIGHT,
    REHEARSAL,
    TOUR,
    add_article,
    fill_library,
    get_cell,
    get_field,
    get_saved_video,
    log_in,
    open_dialog,
    save,
    search,
)
from tests.browser.site import Site, run_site

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.fixture
def platform() -> Iterator[TwentyThreePlatform]:
    find_chromium()
    with TwentyThreePlatform.start(photos=40) as platform:
        fill_library(platform)
        yield platform


@contextmanager
def visit(page: Page, directory: Path, platform: TwentyThreePlatform, **options: Any) -> Iterator[Site]:
    """Run a site for a page, which leaves it before it ends: the last thing that a page asks for is its icon."""
    with run_site(directory, platform, **options) as site:
        yield site
        page.goto("about:blank")


def test_picker__platform_stopped__opens_searches_and_pages(
    platform: TwentyThreePlatform, page: Page, tmp_path: Path, complaints: list[str]
) -> None:
    with visit(page, tmp_path, platform) as site:
        address = f"{platform.base_url}/video/"
        platform.stop()
        log_in(page, site.url)
        add_article(page, site)
        dialog = open_dialog(page)
        dialog.get_by_role("gridcell").last.scroll_into_view_if_needed()
        expect(dialog.get_by_role("gridcell")).not_to_have_count(24)
        search(dialog, "zeppelin at", "1 video")
        picture = get_cell(dialog, "Zeppelin at night").locator("img")
        expect(picture).to_have_attribute("src", f"{site.url}/static/django_twentythree/placeholder.svg")

        dialog.get_by_role("searchbox").fill(f"{address}99999999")
        dialog.get_by_role("searchbox").press("Enter")
        expect(dialog.get_by_role("alert")).to_contain_text("TwentyThree")
        dialog.get_by_role("button", name="Sync new videos").click()
        expect(dialog.get_by_role("alert")).to_contain_text("TwentyThree")

        # What is mirrored already is found by its address all the same.
        dialog.get_by_role("searchbox").fill(f"{address}{NIGHT}")
        dialog.get_by_role("searchbox").press("Enter")
        expect(get_cell(dialog, "Zeppelin at night")).to_be_focused()
        page.keyboard.press("Enter")
        field = get_field(page)
        field.get_by_role("button", name="Sync with TwentyThree").click()
        expect(field.get_by_role("status")).to_contain_text("TwentyThree")
        expect(field).to_contain_text("Zeppelin at night")
        save(page)
    complaints.clear()  # pictures and refusals


def test_picker__mirror_without_credentials__says_what_is_not_listed_and_why(
    platform: TwentyThreePlatform, page: Page, tmp_path: Path
) -> None:
    with visit(page, tmp_path, platform, level=None) as site:
        log_in(page, site.url)
        add_article(page, site)
        dialog = open_dialog(page)
        expect(dialog.get_by_text("this site has no credentials for TwentyThree")).to_be_visible()
        expect(dialog.get_by_role("combobox", name="Published")).to_have_count(0)
        search(dialog, "secret rehearsal", "0 videos")
        expect(dialog.get_by_text("this site has no credentials for TwentyThree")).to_be_visible()


def test_picker__two_workspaces__has_a_switch(platform: TwentyThreePlatform, page: Page, tmp_path: Path) -> None:
    with TwentyThreePlatform.start(photos=3, seed=5) as second:
        second.set_site(site_id="990001", site_name="Intranet")
        second.add_photo(TOUR, title="Zeppelin of the intranet")
        more = {f"TWENTYTHREE_INTRANET_{name.upper()}": value for name, value in second.credentials.items()}
        with visit(
            page,
            tmp_path,
            platform,
            TWENTYTHREE_WORKSPACES="default,intranet",
            TWENTYTHREE_INTRANET_DOMAIN=second.domain,
            TWENTYTHREE_INTRANET_SCHEME="http",
            **more,
        ) as site:
            log_in(page, site.url)
            add_article(page, site)
            dialog = open_dialog(page)
            dialog.get_by_role("combobox", name="Workspace").select_option("Intranet")
            search(dialog, "zeppelin", "1 video")
            expect(get_cell(dialog, "Zeppelin of the intranet")).to_contain_text("Intranet")
            dialog.get_by_role("button", name="Remove filter: Workspace: Intranet").click()
            expect(dialog.get_by_role("status")).to_have_text("4 videos")
            dialog.get_by_role("searchbox").fill(f"{second.base_url}/video/{TOUR}")
            dialog.get_by_role("searchbox").press("Enter")
            expect(dialog.get_by_role("status")).to_have_text("Found: Zeppelin of the intranet")
            get_cell(dialog, "Zeppelin of the intranet").click()
            expect(get_field(page)).to_contain_text("Intranet")


def test_picker__embedding_unpublished_is_allowed__chooses_them(
    platform: TwentyThreePlatform, page: Page, tmp_path: Path
) -> None:
    with visit(page, tmp_path, platform, TWENTYTHREE_EMBED_UNPUBLISHED="true") as site:
        log_in(page, site.url)
        add_article(page, site, "With the rehearsal")
        dialog = open_dialog(page)
        search(dialog, "secret rehearsal", "1 video")
        get_cell(dialog, "Secret rehearsal").click()
        expect(get_field(page)).to_contain_text("Unpublished")
        save(page)
        assert get_saved_video(site, "With the rehearsal") == REHEARSAL


def get_outside_page(page: Page, site: Site, name: str, *permissions: str) -> None:
    """Log a user without admin rights in to the form outside the admin."""
    site.run(
        f"user = User.objects.create_user('{name}', password='{name}')\n"
        f"user.user_permissions.set(Permission.objects.filter(codename__in={list(permissions)!r}))"
    )
    page.goto(f"{site.url}/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(name)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", name="A page")).to_be_visible()


def test_picker__outside_the_admin__works_for_who_has_the_permission(page: Page, site: Site) -> None:
    get_outside_page(page, site, "reader", "view_photo", "view_album", "view_livestream")
    page.get_by_label("Title").fill("Outside")
    dialog = open_dialog(page, "Medium", "video or image")
    dialog.get_by_role("checkbox", name="Image").check()
    expect(dialog.get_by_role("gridcell", name="image").first).to_be_visible()
    dialog.get_by_role("checkbox", name="Image").uncheck()
    search(dialog, "zeppelin tour", "1 video")
    get_cell(dialog, "Zeppelin tour").click()
    dialog = open_dialog(page, "Category", "category")
    dialog.get_by_role("searchbox").fill("zeppelin")
    expect(dialog.get_by_role("gridcell")).to_have_count(1)
    dialog.get_by_role("gridcell").click()
    dialog = open_dialog(page, "Live stream", "live stream or webinar")
    dialog.get_by_role("searchbox").press("ArrowDown")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(f"{site.url}/pages/{page.url.rstrip('/').rpartition('/')[2]}/")
    expect(get_field(page, "Medium")).to_contain_text("Zeppelin tour")
    expect(get_field(page, "Medium")).to_have_accessible_description("A video or a picture.")
    expect(get_field(page, "Category")).to_contain_text("Zeppelin week")
    expect(get_field(page, "Live stream").get_by_role("button", name="Change")).to_be_visible()


def test_picker__without_the_permission__says_so(page: Page, site: Site, complaints: list[str]) -> None:
    get_outside_page(page, site, "stranger", "view_album")
    field = get_field(page, "Medium")
    field.get_by_role("button", name="Choose a video or image").click()
    expect(field.get_by_role("status")).to_contain_text("You may not see these objects.")
    open_dialog(page, "Category", "category")
    complaints.clear()  # the browser tells of every refusal


def test_picker__logged_out_meanwhile__says_so(page: Page, site: Site, complaints: list[str]) -> None:
    log_in(page, site.url)
    add_article(page, site)
    dialog = open_dialog(page)
    page.context.clear_cookies()
    dialog.get_by_role("searchbox").fill("zeppelin")
    expect(dialog.get_by_role("alert")).to_contain_text("Please log in to choose.")
    complaints.clear()
