"""Input methods, as for Japanese: the keys that turn what is typed into words choose, submit and close nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.picking import add_article, get_cell, open_dialog
from tests.browser.test_picker_upload import choose_album, make_file, open_upload

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.site import Site


def compose(field: Locator, text: str) -> None:
    """Begin a word with an input method, and leave it unfinished."""
    field.focus()
    session = field.page.context.new_cdp_session(field.page)
    session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    expect(field).to_have_value(text)


def finish(field: Locator, text: str) -> None:
    """Take the word that was begun."""
    field.page.context.new_cdp_session(field.page).send("Input.insertText", {"text": text})
    expect(field).to_have_value(text)


@pytest.mark.parametrize("key", ["Enter", "ArrowDown", "Escape"])
def test_search__key_of_an_input_method__leads_nowhere_and_closes_nothing(editor: Page, site: Site, key: str) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    field = dialog.get_by_role("searchbox")
    compose(field, "zeppelin")
    expect(dialog.get_by_role("status")).to_have_text("3 videos")
    editor.keyboard.press(key)
    expect(field).to_be_focused()
    expect(dialog).to_be_visible()
    finish(field, "zeppelin")
    editor.keyboard.press("Enter")
    expect(get_cell(dialog, "Zeppelin").first).to_be_focused()


@pytest.mark.parametrize("key", ["Enter", "ArrowDown"])
def test_category__key_of_an_input_method__takes_no_proposal(editor: Page, site: Site, key: str) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    field = dialog.get_by_role("combobox", name="Category")
    compose(field, "Zepp")
    option = dialog.get_by_role("option", name="Zeppelin week")
    expect(option).to_be_visible()
    editor.keyboard.press(key)
    expect(option).to_be_visible()
    expect(dialog.locator('[role="option"][aria-selected="true"]')).to_have_count(0)
    expect(field).to_have_value("Zepp")
    finish(field, "Zepp")
    expect(option).to_be_visible()
    editor.keyboard.press("Enter")
    expect(field).to_have_value("Zeppelin week")


def test_upload__enter_of_an_input_method_in_a_title__sends_nothing(editor: Page, site: Site) -> None:
    add_article(editor, site)
    panel = open_upload(editor)
    panel.get_by_label("Choose files").set_input_files([make_file("composed.mp4")])
    choose_album(panel)
    field = panel.get_by_label("Title")
    field.fill("")
    compose(field, "港")
    editor.keyboard.press("Enter")
    finish(field, "港")
    expect(panel.get_by_role("button", name="Upload", exact=True)).to_be_visible()
    expect(field).to_be_enabled()
    editor.keyboard.press("Enter")
    expect(panel).to_be_hidden()  # sent and chosen
