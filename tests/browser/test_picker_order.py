"""An ordered choice in inlines: by pointer, by keyboard, with rows that come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.picking import add_article, get_cell, save

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.site import Site

TITLES = ("Zeppelin tour", "Zeppelin at night", "Zeppelin drivers")


def get_rows(page: Page) -> Locator:
    """Return the rows that are forms: not the pattern for new ones, nor the link that adds one."""
    return page.locator("#related_videos-group tbody tr.form-row:not(.empty-form)")


def choose(page: Page, row: Locator, title: str) -> None:
    row.get_by_role("button", name="Choose a video").click()
    dialog = page.get_by_role("dialog", name="Choose a video")
    dialog.get_by_role("searchbox").fill(title)
    expect(dialog.get_by_role("gridcell")).to_have_count(1)
    get_cell(dialog, title).click()
    expect(row).to_contain_text(title)


def add_row(page: Page, title: str) -> Locator:
    count = get_rows(page).count()
    page.get_by_role("link", name="Add another Related video").or_(
        page.get_by_role("button", name="Add another Related video")
    ).click()
    row = get_rows(page).nth(count)
    choose(page, row, title)
    return row


@pytest.fixture
def page_of_three(editor: Page, site: Site) -> Page:
    """The page to add an article, with three related videos."""
    ours = "(SELECT id FROM showcase_article WHERE title = 'An article')"
    site.ask(f"DELETE FROM showcase_relatedvideo WHERE article_id IN {ours}")
    site.ask(f"DELETE FROM showcase_article WHERE id IN {ours}")
    add_article(editor, site)
    for title in TITLES:
        add_row(editor, title)
    return editor


def expect_order(page: Page, *titles: str) -> None:
    expect(get_rows(page)).to_have_count(len(titles))
    expect(get_rows(page).locator("strong")).to_have_text(list(titles))


def saved_titles(site: Site) -> list[str]:
    return site.ask(
        "SELECT p.title FROM showcase_relatedvideo r JOIN twentythree_photo p ON p.id = r.photo_id"
        " JOIN showcase_article a ON a.id = r.article_id WHERE a.title = 'An article' ORDER BY r.position"
    )


def test_order__rows_added_later__are_saved_in_their_order(page_of_three: Page, site: Site) -> None:
    save(page_of_three)
    assert saved_titles(site) == list(TITLES)


def test_order__buttons__move_keep_the_focus_and_are_announced(page_of_three: Page, site: Site) -> None:
    tour, night, drivers = TITLES
    down = get_rows(page_of_three).nth(0).get_by_role("button", name="Move down")
    down.focus()
    page_of_three.keyboard.press("Enter")
    expect_order(page_of_three, night, tour, drivers)
    expect(get_rows(page_of_three).nth(1).get_by_role("button", name="Move down")).to_be_focused()
    said = get_rows(page_of_three).nth(1).locator("twentythree-order").get_by_role("status")
    expect(said).to_have_text("Zeppelin tour: place 2 of 3")
    page_of_three.keyboard.press("Space")
    page_of_three.keyboard.press("Space")  # there is no further place
    expect_order(page_of_three, night, drivers, tour)
    get_rows(page_of_three).nth(1).get_by_role("button", name="Move up").click()
    expect_order(page_of_three, drivers, night, tour)
    save(page_of_three)
    assert saved_titles(site) == [drivers, night, tour]


def test_order__dragged__is_saved_in_the_new_order(page_of_three: Page, site: Site) -> None:
    page = page_of_three
    tour, night, drivers = TITLES
    handle = get_rows(page).nth(0).get_by_title("Drag to reorder")
    handle.scroll_into_view_if_needed()
    start = handle.bounding_box()
    target = get_rows(page).nth(2).bounding_box()
    assert start
    assert target
    page.mouse.move(start["x"] + 5, start["y"] + 5)
    page.mouse.down()
    page.mouse.move(start["x"] + 5, target["y"] + target["height"] - 5, steps=12)
    page.mouse.up()
    expect_order(page, night, drivers, tour)
    page.mouse.move(start["x"] + 5, start["y"] + 5, steps=3)  # let go of: nothing moves any more
    expect_order(page, night, drivers, tour)
    save(page)
    assert saved_titles(site) == [night, drivers, tour]


def open_saved(page: Page) -> None:
    save(page)
    page.get_by_role("link", name="An article", exact=True).first.click()
    expect(get_rows(page)).to_have_count(3)


def test_order__row_removed_after_a_move__leaves_the_saved_ones_whole(page_of_three: Page, site: Site) -> None:
    page = page_of_three
    tour, night, drivers = TITLES
    open_saved(page)
    first_new = add_row(page, "Fresh upload")
    add_row(page, "Soundless")
    for _ in range(3):
        first_new = get_rows(page).filter(has_text="Fresh upload")
        first_new.get_by_role("button", name="Move up").click()
    expect_order(page, "Fresh upload", tour, night, drivers, "Soundless")
    get_rows(page).filter(has_text="Soundless").locator(".inline-deletelink").click()
    expect_order(page, "Fresh upload", tour, night, drivers)
    save(page)
    assert saved_titles(site) == ["Fresh upload", tour, night, drivers]


def test_order__deleted_row__is_gone_and_the_others_keep_their_order(page_of_three: Page, site: Site) -> None:
    page = page_of_three
    tour, night, drivers = TITLES
    open_saved(page)
    get_rows(page).nth(2).get_by_role("button", name="Move up").click()
    expect_order(page, tour, drivers, night)
    get_rows(page).nth(0).get_by_role("checkbox").check()
    save(page)
    assert saved_titles(site) == [drivers, night]


def test_order__form_with_errors__shows_the_order_of_the_editor(page_of_three: Page, site: Site) -> None:
    page = page_of_three
    tour, night, drivers = TITLES
    get_rows(page).nth(2).get_by_role("button", name="Move up").click()
    page.get_by_label("Title:").fill("")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Please correct the error")).to_be_visible()
    expect_order(page, tour, drivers, night)
    page.get_by_label("Title:").fill("An article")
    save(page)
    assert saved_titles(site) == [tour, drivers, night]


def test_order__stacked_rows_left_empty__are_not_taken_for_filled(editor: Page, site: Site) -> None:
    page = editor
    page.goto(f"{site.url}/admin/pages/page/add/")
    page.get_by_label("Title:").fill("Two rows, one filled")
    rows = page.locator(".inline-related:not(.empty-form)")
    expect(rows).to_have_count(2)
    choose(page, rows.nth(0), "Zeppelin tour")
    page.get_by_role("link", name="Add another Slide").or_(page.get_by_role("button", name="Add another Slide")).click()
    expect(rows).to_have_count(3)
    choose(page, rows.nth(2), "Zeppelin drivers")
    rows.filter(has_text="Zeppelin drivers").get_by_role("button", name="Move up").click()
    save(page)
    titles = site.ask(
        "SELECT p.title FROM pages_slide s JOIN twentythree_photo p ON p.id = s.photo_id"
        " JOIN pages_page g ON g.id = s.page_id WHERE g.title LIKE 'Two%' ORDER BY s.position"
    )
    assert titles == ["Zeppelin drivers", "Zeppelin tour"]


def test_order__without_javascript__is_a_number(editor: Page, site: Site) -> None:
    context = editor.context.browser.new_context(java_script_enabled=False)
    context.add_cookies(editor.context.cookies())  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.url}/admin/pages/page/add/")
    expect(page.locator("#id_slides-0-position")).to_be_visible()
    expect(page.locator("#id_slides-0-photo")).to_be_visible()
    context.close()
