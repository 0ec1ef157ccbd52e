"""The picker examined by axe, on small screens, enlarged, in forced colours, from right to left."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.picking import add_article, get_cell, get_field, open_dialog, search

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.site import Site


# Django's own: a heading without text, and halves of a date and time without labels.
DJANGOS = [["th.original"], [".vDateField"], [".vTimeField"]]


def examine(page: Page, place: str) -> None:
    """Fail where axe finds a violation."""
    context = {"include": [[place]], "exclude": [each for each in DJANGOS if page.locator(each[0]).count()]}
    # Frames are the player's affair. Preloading would break the Content Security Policy.
    results = Axe().run(page, context=context, options={"iframes": False, "preload": False})
    assert results.violations_count == 0, results.generate_report()


@pytest.mark.parametrize(
    ("width", "height", "scheme"),
    [
        (320, 640, "dark"),
        (1440, 900, "light"),
        pytest.param(320, 640, "light", marks=pytest.mark.long),
        pytest.param(1440, 900, "dark", marks=pytest.mark.long),
    ],
)
def test_picker__examined_by_axe__has_no_violations(
    editor: Page, site: Site, width: int, height: int, scheme: str
) -> None:
    editor.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    editor.set_viewport_size({"width": width, "height": height})
    add_article(editor, site)
    examine(editor, "twentythree-picker")
    dialog = open_dialog(editor)
    examine(editor, "twentythree-dialog")
    if width < 900:
        dialog.get_by_role("button", name="Filters", exact=True).click()
    category = dialog.get_by_role("combobox", name="Category")
    category.press_sequentially("zep")
    expect(dialog.get_by_role("option").first).to_be_visible()
    category.press("ArrowDown")
    examine(editor, "twentythree-dialog")
    category.press("Enter")
    expect(dialog.get_by_role("button", name="Remove filter: Category: Zeppelin week")).to_be_visible()
    examine(editor, "twentythree-dialog")
    dialog.get_by_role("button", name="Clear filters").click()
    search(dialog, "nothing of the kind", "0 videos")
    examine(editor, "twentythree-dialog")
    search(dialog, "secret rehearsal", "1 video")
    examine(editor, "twentythree-dialog")
    search(dialog, "zeppelin tour", "1 video")
    editor.keyboard.press("Enter")
    expect(get_cell(dialog, "Zeppelin tour")).to_be_focused()
    editor.keyboard.press("Space")
    expect(dialog.get_by_role("button", name="Play video: Zeppelin tour")).to_be_focused()
    examine(editor, "twentythree-dialog")
    dialog.get_by_role("button", name="Close details").click()
    dialog.get_by_role("button", name="Help").click()
    examine(editor, "twentythree-dialog")
    editor.keyboard.press("Escape")
    get_cell(dialog, "Zeppelin tour").click()
    expect(get_field(editor)).to_contain_text("Zeppelin tour")
    examine(editor, "twentythree-picker")
    open_dialog(editor)
    dialog.get_by_role("tab", name="Recently used").click()
    expect(dialog.get_by_role("tabpanel", name="Recently used").get_by_role("gridcell")).to_have_count(1)
    examine(editor, "twentythree-dialog")


@pytest.mark.parametrize("path", ["admin/showcase/article/add/", "admin/pages/page/add/"])
def test_form_with_pickers__examined_by_axe__has_no_violations(editor: Page, site: Site, path: str) -> None:
    editor.goto(f"{site.url}/{path}")
    expect(editor.get_by_role("button", name="Choose a video").first).to_be_visible()
    examine(editor, "#content")


def test_form_outside_the_admin__examined_by_axe__has_no_violations(editor: Page, site: Site) -> None:
    editor.goto(f"{site.url}/pages/add/")
    open_dialog(editor, "Category", "category")
    examine(editor, "html")
    editor.keyboard.press("Escape")
    examine(editor, "html")


@pytest.mark.parametrize("width", [320, 720])  # 720: 1440 pixels at 200 %
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_picker__narrow__needs_no_sideways_scrolling(editor: Page, site: Site, width: int, direction: str) -> None:
    editor.set_viewport_size({"width": width, "height": 450})
    add_article(editor, site)
    editor.evaluate("direction => { document.documentElement.dir = direction }", direction)
    dialog = open_dialog(editor)
    dialog.get_by_role("button", name="Filters", exact=True).click()
    overflowing = "element => [...element.querySelectorAll('*')].filter(each => each.scrollWidth > each.clientWidth + 1"
    overflowing += " && getComputedStyle(each).overflowX === 'auto').map(each => each.className)"
    assert dialog.evaluate(overflowing) == []
    assert dialog.evaluate("element => element.scrollWidth <= element.clientWidth")
    dialog.get_by_role("button", name="Filters", exact=True).click()
    search(dialog, "zeppelin tour", "1 video")
    dialog.get_by_role("button", name="Details: Zeppelin tour").click()
    expect(dialog.get_by_role("heading", name="Zeppelin tour")).to_be_visible()
    assert dialog.evaluate(overflowing) == []
    dialog.get_by_role("button", name="Choose this video").click()
    assert get_field(editor).evaluate("element => element.scrollWidth <= element.clientWidth")


def test_picker__forced_colours__shows_focus_and_choice(editor: Page, site: Site) -> None:
    editor.emulate_media(forced_colors="active")
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin tour", "1 video")
    editor.keyboard.press("Enter")
    cell = get_cell(dialog, "Zeppelin tour")
    expect(cell).to_be_focused()
    assert cell.evaluate("element => getComputedStyle(element).outlineStyle") == "solid"
    examine(editor, "twentythree-dialog")


def test_picker__reduced_motion__nothing_moves(editor: Page, site: Site) -> None:
    editor.emulate_media(reduced_motion="reduce")
    add_article(editor, site)
    dialog = open_dialog(editor)
    assert editor.evaluate("document.getAnimations().length") == 0
    assert dialog.evaluate("element => getComputedStyle(element).animationName") == "none"
