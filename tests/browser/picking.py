"""What the tests of the picker share: a small library with known titles, and the way through a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from django_twentythree.testing.platform import TwentyThreePlatform
    from tests.browser.site import Site

TOUR, NIGHT, REHEARSAL, FRESH, CRANE = 7001, 7002, 7003, 7004, 7005
ALBUM = 70


def fill_library(platform: TwentyThreePlatform) -> None:
    """Add what the tests know by name to the invented library."""
    platform.add_album(ALBUM, title="Zeppelin week")
    platform.add_photo(TOUR, title="Zeppelin tour", all_albums=ALBUM, tags=["tour"], video_length="95")
    platform.add_photo(NIGHT, title="Zeppelin at night", all_albums=ALBUM, tags=["night"], video_length="3720")
    platform.add_photo(REHEARSAL, title="Secret rehearsal", published_p=0)
    platform.add_photo(FRESH, title="Fresh upload", video_encoded_p=0)
    platform.add_photo(CRANE, title="Zeppelin drivers", video_length="30")
    platform.add_photo(title="Soundless", video_length="12")
    platform.add_section(TOUR, start_time=12, title="Past the lighthouse")


def log_in(page: Page, url: str, username: str = "admin") -> None:
    """Log somebody in, whose password is the name, to the admin of the site at an address."""
    page.goto(f"{url}/admin/login/?next=/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(username)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Site administration").wait_for()


def get_field(page: Page, label: str = "Video") -> Locator:
    """Return the widget of a field by the label of the field."""
    return page.get_by_role("group", name=label, exact=True)


def open_dialog(page: Page, label: str = "Video", what: str = "video") -> Locator:
    """Open the dialog of a field, and return it when it lists something."""
    get_field(page, label).get_by_role("button", name="Change").or_(
        get_field(page, label).get_by_role("button", name=f"Choose a {what}")
    ).click()
    dialog = page.get_by_role("dialog", name=f"Choose a {what}")
    dialog.get_by_role("gridcell").first.wait_for()
    return dialog


def search(dialog: Locator, text: str, count: str) -> None:
    """Search, and wait until the number of what is found is announced."""
    dialog.get_by_role("searchbox").fill(text)
    expect(dialog.get_by_role("status")).to_have_text(count)


def get_cell(dialog: Locator, title: str) -> Locator:
    """Return the cell of an item by how its name begins."""
    return dialog.get_by_role("gridcell", name=title)


def add_article(page: Page, site: Site, title: str = "An article") -> None:
    """Open the page to add an article, and fill in what it asks for beside the video."""
    page.goto(f"{site.url}/admin/showcase/article/add/")
    page.get_by_label("Title:").fill(title)
    page.get_by_label("Body:").fill("Text.")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully").or_(page.get_by_text("was changed successfully"))).to_be_visible()


def get_saved_video(site: Site, title: str) -> int:
    """Return the platform's id of the video of an article, from the site's database."""
    question = (
        "SELECT p.remote_id FROM twentythree_photo p JOIN showcase_article a ON a.video_id = p.id WHERE a.title = ?"
    )
    [remote_id] = site.ask(question, title)
    return int(remote_id)
