"""A session that ends while a form is open: log in in another window, and go on."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.picking import NIGHT, TOUR, add_article, get_cell, get_field, log_in, open_dialog, save, search
from tests.browser.test_picker_accessibility import examine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page, Route

    from tests.browser.site import Site

SENTENCE = "Please log in to choose."


@pytest.fixture(autouse=True)
def _forgive(page: Page, complaints: list[str]) -> Iterator[None]:
    """The browser tells of every refusal, and refusals are what is tried here."""
    yield
    assert [each for each in complaints if "Failed to load resource" not in each] == []
    complaints.clear()


def end_session(page: Page, site: Site) -> None:
    """End the session of a page on the server, as time does."""
    (key,) = [cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    site.run(f"from django.contrib.sessions.models import Session\nSession.objects.get(pk='{key}').delete()")


def come_back(page: Page) -> None:
    """Return to a page from another window, which browsers without windows do not tell it."""
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")


def tab_to(page: Page, element: Locator, *, key: str = "Tab") -> None:
    for _ in range(12):
        page.keyboard.press(key)
        if element.evaluate("element => element === document.activeElement"):
            return
    expect(element).to_be_focused()


def get_saved(site: Site, title: str) -> str:
    """Return the id of the video of an article, and delete the article, for another round."""
    return site.run(
        f"article = Article.objects.get(title='{title}')\nprint(article.video.remote_id)\narticle.delete()"
    ).strip()


def test_dialog__session_over__goes_on_after_a_login_by_keyboard(page: Page, site: Site) -> None:
    title = "Written before the session was over"
    log_in(page, site.url)
    add_article(page, site, title)
    dialog = open_dialog(page)
    end_session(page, site)
    dialog.get_by_role("searchbox").fill("zeppelin tour")
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text(SENTENCE)
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    expect(dialog.get_by_role("gridcell").first).to_be_visible()

    tab_to(page, alert.get_by_role("button", name="Go on"), key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(alert).to_contain_text("You are not logged in yet.")

    tab_to(page, alert.get_by_role("link", name="Log in (new window)"), key="Shift+Tab")
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    window = opened.value
    expect(window.get_by_label("Username")).to_be_focused()
    window.keyboard.type("admin")
    window.keyboard.press("Tab")
    window.keyboard.type("admin")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="You are logged in")).to_be_visible()
    expect(window.get_by_text("Close this window.")).to_be_visible()
    window.close()

    come_back(page)
    expect(dialog.get_by_role("status")).to_have_text("1 video")
    expect(alert).to_be_hidden()
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Enter")
    expect(get_cell(dialog, "Zeppelin tour")).to_be_focused()
    page.keyboard.press("Enter")
    expect(get_field(page)).to_contain_text("Zeppelin tour")
    expect(page.get_by_label("Title:")).to_have_value(title)
    save(page)
    assert get_saved(site, title) == str(TOUR)


def test_dialog__session_over_and_login_elsewhere__goes_on_with_the_button(page: Page, site: Site) -> None:
    title = "Logged in elsewhere"
    log_in(page, site.url)
    add_article(page, site, title)
    dialog = open_dialog(page)
    end_session(page, site)
    dialog.get_by_role("button", name="Sync new videos").click()
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    other = page.context.new_page()
    log_in(other, site.url)
    other.close()
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("status")).to_have_text("There is nothing new on TwentyThree.")
    search(dialog, "zeppelin at", "1 video")
    get_cell(dialog, "Zeppelin at night").click()
    save(page)
    assert get_saved(site, title) == str(NIGHT)


def test_dialog__login_elsewhere_before_anything_was_asked__still_posts_and_saves(page: Page, site: Site) -> None:
    # Nothing has said that the session was over, but the tokens of this page are those of before.
    title = "Nobody noticed"
    log_in(page, site.url)
    add_article(page, site, title)
    dialog = open_dialog(page)
    end_session(page, site)
    other = page.context.new_page()
    log_in(other, site.url)
    other.close()
    dialog.get_by_role("button", name="Sync new videos").click()
    expect(dialog.get_by_role("status")).to_have_text("There is nothing new on TwentyThree.")
    search(dialog, "zeppelin tour", "1 video")
    get_cell(dialog, "Zeppelin tour").click()
    save(page)
    assert get_saved(site, title) == str(TOUR)


def test_field__session_over_before_the_dialog__opens_it_after_the_login(page: Page, site: Site) -> None:
    title = "Back from lunch"
    log_in(page, site.url)
    add_article(page, site, title)
    end_session(page, site)
    field = get_field(page)
    field.get_by_role("button", name="Choose a video").hover()
    field.get_by_role("button", name="Choose a video").click()
    alert = field.get_by_role("alert")
    expect(alert).to_contain_text(SENTENCE)
    with page.expect_popup() as opened:
        alert.get_by_role("link", name="Log in (new window)").click()
    opened.value.get_by_label("Username").fill("admin")
    opened.value.get_by_label("Password").fill("admin")
    opened.value.get_by_role("button", name="Log in").click()
    expect(opened.value.get_by_role("heading", name="You are logged in")).to_be_visible()
    opened.value.close()
    come_back(page)
    dialog = page.get_by_role("dialog", name="Choose a video")
    search(dialog, "zeppelin tour", "1 video")
    expect(alert).to_be_hidden()
    get_cell(dialog, "Zeppelin tour").click()
    end_session(page, site)
    field.get_by_role("button", name="Refresh from TwentyThree").click()
    expect(alert).to_contain_text(SENTENCE)
    other = page.context.new_page()
    log_in(other, site.url)
    other.close()
    field.get_by_role("button", name="Go on").click()
    expect(field.get_by_role("status")).to_have_text("Up to date.")
    save(page)
    assert get_saved(site, title) == str(TOUR)


def test_details__session_over__come_after_the_login(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 700, "height": 800})  # where they lie over the list
    log_in(page, site.url)
    add_article(page, site)
    dialog = open_dialog(page)
    search(dialog, "zeppelin tour", "1 video")
    end_session(page, site)
    dialog.get_by_role("button", name="Details: Zeppelin tour").click()
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    other = page.context.new_page()
    log_in(other, site.url)
    other.close()
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("button", name="Choose this video")).to_be_visible()
    expect(dialog.get_by_role("alert")).to_be_hidden()


def test_field__nobody_logged_in_when_it_is_shown__shows_it_after_the_login(page: Page, site: Site) -> None:
    log_in(page, site.url)
    add_article(page, site)
    dialog = open_dialog(page)
    search(dialog, "zeppelin tour", "1 video")
    get_cell(dialog, "Zeppelin tour").click()
    field = get_field(page)
    key = page.locator("#id_video").input_value()
    field.get_by_role("button", name="Clear").click()
    end_session(page, site)
    page.locator("#id_video").evaluate(
        "(input, key) => { input.value = key; input.dispatchEvent(new Event('change', { bubbles: true })) }", key
    )
    expect(field.get_by_role("alert")).to_contain_text(SENTENCE)
    expect(field.get_by_role("button", name="Try again")).to_have_count(0)
    other = page.context.new_page()
    log_in(other, site.url)
    other.close()
    field.get_by_role("button", name="Go on").click()
    expect(field.get_by_text("Zeppelin tour", exact=True)).to_be_visible()
    expect(field.get_by_role("alert")).to_be_hidden()


def start_upload(page: Page, site: Site, name: str) -> Locator:
    """Begin an upload without a session, and return the dialog."""
    log_in(page, site.url)
    add_article(page, site)
    dialog = open_dialog(page)
    dialog.get_by_role("tab", name="Upload").click()
    panel = dialog.get_by_role("tabpanel", name="Upload")
    file: Any = {"name": f"{name}.mp4", "mimeType": "video/mp4", "buffer": b"." * 1000}
    panel.get_by_label("Choose files").set_input_files([file])
    panel.get_by_role("combobox", name="Categories").fill("zeppe")
    panel.get_by_role("option", name="Zeppelin week").click()
    end_session(page, site)
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    return dialog


def test_upload__session_over__goes_on_after_the_login(page: Page, site: Site) -> None:
    dialog = start_upload(page, site, "after the login")
    other = page.context.new_page()
    log_in(other, site.url)
    other.close()
    dialog.get_by_role("button", name="Go on").click()
    expect(get_field(page).get_by_text("after the login", exact=True)).to_be_visible()


def test_upload__session_over_and_cancelled__does_not_wait_for_the_login(page: Page, site: Site) -> None:
    dialog = start_upload(page, site, "given up")
    dialog.get_by_role("button", name="Cancel: given up").click()
    expect(dialog.get_by_text("Cancelled.")).to_be_visible()


def test_form_outside_the_admin__session_over__logs_in_where_that_form_does(page: Page, site: Site) -> None:
    site.run(
        "user, is_new = User.objects.update_or_create("
        "username='outsider', defaults={'is_superuser': True, 'is_staff': True})\n"
        "user.set_password('outsider')\n"
        "user.save()"
    )
    page.goto(f"{site.url}/login/")
    page.get_by_label("Username").fill("outsider")
    page.get_by_label("Password").fill("outsider")
    page.get_by_role("button", name="Log in").click()
    page.get_by_label("Title").fill("Outside, and logged in again")
    dialog = open_dialog(page, "Medium", "video or image")
    end_session(page, site)
    dialog.get_by_role("searchbox").fill("zeppelin tour")
    with page.expect_popup() as opened:
        dialog.get_by_role("alert").get_by_role("link", name="Log in (new window)").click()
    window = opened.value
    expect(window).to_have_url(re.compile(re.escape(f"{site.url}/login/?next=")))
    window.get_by_label("Username").fill("outsider")
    window.get_by_label("Password").fill("outsider")
    window.get_by_role("button", name="Log in").click()
    expect(window.get_by_role("heading", name="You are logged in")).to_be_visible()
    window.close()
    come_back(page)
    expect(dialog.get_by_role("status")).to_have_text("1 video")
    get_cell(dialog, "Zeppelin tour").click()
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile(r"/pages/\d+/"))
    expect(get_field(page, "Medium")).to_contain_text("Zeppelin tour")
    expect(page.get_by_label("Title")).to_have_value("Outside, and logged in again")


def lead_away(route: Route) -> None:
    route.fulfill(status=302, headers={"Location": "https://login.example.com/"})


def show_login(route: Route) -> None:
    route.fulfill(status=200, content_type="text/html", body="<!DOCTYPE html><title>Log in</title><form></form>")


@pytest.mark.parametrize("stand_before", [lead_away, show_login])
def test_dialog__login_page_of_what_stands_before_the_site__asks_for_a_login(
    editor: Page, site: Site, stand_before: Any
) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    pickers = re.compile("/twentythree/picker/")
    editor.route(pickers, stand_before)
    dialog.get_by_role("searchbox").fill("zeppelin tour")
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("alert")).to_contain_text("You are not logged in yet.")
    editor.unroute(pickers)
    dialog.get_by_role("button", name="Go on").click()
    expect(dialog.get_by_role("status")).to_have_text("1 video")


@pytest.mark.parametrize(
    ("width", "scheme", "forced"),
    [(320, "light", "none"), (768, "dark", "none"), (1280, "light", "active"), (1440, "dark", "none")],
)
def test_session_over__examined_by_axe__has_no_violations(
    editor: Page, site: Site, width: int, scheme: Any, forced: Any
) -> None:
    editor.emulate_media(color_scheme=scheme, forced_colors=forced)
    editor.set_viewport_size({"width": width, "height": 800})
    add_article(editor, site)
    pickers = re.compile("/twentythree/picker/")
    editor.route(pickers, lead_away)
    field = get_field(editor)
    field.get_by_role("button", name="Choose a video").click()
    expect(field.get_by_role("alert")).to_contain_text(SENTENCE)
    examine(editor, "twentythree-picker")
    editor.unroute(pickers)
    field.get_by_role("button", name="Go on").click()
    dialog = editor.get_by_role("dialog", name="Choose a video")
    expect(dialog.get_by_role("gridcell").first).to_be_visible()
    editor.route(pickers, lead_away)
    dialog.get_by_role("searchbox").fill("zeppelin tour")
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    examine(editor, "twentythree-dialog")
    assert dialog.evaluate("element => element.scrollWidth <= element.clientWidth")
    editor.unroute(pickers)
    editor.goto(f"{site.url}/twentythree/logged-in/")
    expect(editor.get_by_role("heading", name="You are logged in")).to_be_visible()
    examine(editor, "html")
