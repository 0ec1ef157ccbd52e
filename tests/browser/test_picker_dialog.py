"""The dialog of the picker, as an editor uses it: by keyboard and by pointer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.picking import (
    TOUR,
    add_article,
    get_cell,
    get_field,
    get_saved_video,
    open_dialog,
    save,
    search,
)

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page, Route

    from tests.browser.site import Site


def tab_to(page: Page, target: Locator, *, presses: int = 80) -> None:
    """Press Tab until something has the focus."""
    for _ in range(presses):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{target} is not to be reached by keyboard")


@pytest.mark.parametrize("width", [320, 1280])
def test_dialog__keyboard_only__leads_from_page_load_to_the_saved_form(editor: Page, site: Site, width: int) -> None:
    editor.set_viewport_size({"width": width, "height": 800})
    editor.goto(f"{site.url}/admin/showcase/article/add/")
    keyboard = editor.keyboard
    tab_to(editor, editor.get_by_label("Title:"))
    keyboard.type(f"By keyboard {width}")
    tab_to(editor, editor.get_by_label("Body:"))
    keyboard.type("Text.")
    tab_to(editor, get_field(editor).get_by_role("button", name="Choose a video"))
    keyboard.press("Enter")
    dialog = editor.get_by_role("dialog", name="Choose a video")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    keyboard.type("zeppelin to")
    keyboard.press("Enter")  # at once: what is found later gets the focus
    expect(get_cell(dialog, "Zeppelin tour")).to_be_focused()
    keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(get_field(editor).get_by_role("button", name="Change")).to_be_focused()
    tab_to(editor, editor.get_by_role("button", name="Save", exact=True))
    keyboard.press("Enter")
    expect(editor.get_by_text("was added successfully")).to_be_visible()
    assert get_saved_video(site, f"By keyboard {width}") == TOUR


def test_dialog__opened__traps_the_focus_and_returns_it(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    for _ in range(60):
        editor.keyboard.press("Tab")
        assert dialog.evaluate("element => element.contains(document.activeElement) || !document.hasFocus()") or (
            editor.evaluate("document.activeElement === document.body")  # between the last and the first
        )
    editor.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(get_field(editor).get_by_role("button", name="Choose a video")).to_be_focused()


def test_dialog__typing__searches_and_announces_the_number(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    dialog.get_by_role("searchbox").press_sequentially("zeppelin tour")
    expect(dialog.get_by_role("status")).to_have_text("1 video")
    expect(dialog.get_by_role("gridcell")).to_have_count(1)
    search(dialog, "nothing of the kind", "0 videos")
    expect(dialog.get_by_text("No video matches.")).to_be_visible()


def test_dialog__newer_search__aborts_the_older(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    aborted: list[str] = []
    editor.on("requestfailed", lambda request: aborted.append(request.url))
    editor.route(re.compile("q=ze(&|$)"), lambda route: None)  # never answered
    box = dialog.get_by_role("searchbox")
    with editor.expect_request(re.compile("q=ze(&|$)")):
        box.press_sequentially("ze")
    box.press_sequentially("ppelin at")
    expect(dialog.get_by_role("status")).to_have_text("1 video")
    expect(get_cell(dialog, "Zeppelin at night")).to_be_visible()
    assert len(aborted) == 1
    assert "q=ze" in aborted[0]


def test_dialog__arrows__move_over_the_grid(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    cells = dialog.get_by_role("gridcell")
    columns = dialog.get_by_role("row").first.get_by_role("gridcell").count()
    assert columns > 2
    keyboard = editor.keyboard
    keyboard.press("ArrowDown")
    expect(cells.nth(0)).to_be_focused()
    keyboard.press("ArrowRight")
    expect(cells.nth(1)).to_be_focused()
    keyboard.press("ArrowDown")
    expect(cells.nth(1 + columns)).to_be_focused()
    keyboard.press("ArrowLeft")
    expect(cells.nth(columns)).to_be_focused()
    keyboard.press("PageDown")
    expect(cells.nth(columns)).not_to_be_focused()
    keyboard.press("PageUp")
    keyboard.press("PageUp")
    expect(cells.nth(0)).to_be_focused()
    keyboard.press("Home")
    expect(cells.nth(0)).to_be_focused()
    keyboard.press("End")
    expect(cells.nth(0)).not_to_be_focused()
    expect(dialog.get_by_role("gridcell").and_(editor.locator(":focus"))).to_be_in_viewport()
    keyboard.press("Home")
    keyboard.press("ArrowUp")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    keyboard.press("ArrowDown")
    keyboard.type("quay")
    expect(dialog.get_by_role("searchbox")).to_have_value("quay")


def test_dialog__further_page_under_way__arrow_leads_into_the_grid_at_once(editor: Page, site: Site) -> None:
    editor.route(re.compile("/picker/photo/.*cursor="), lambda route: None)  # never answers
    add_article(editor, site)
    with editor.expect_request(re.compile("cursor=")):
        dialog = open_dialog(editor)
        dialog.get_by_role("gridcell").last.scroll_into_view_if_needed()
    dialog.get_by_role("searchbox").press("ArrowDown")
    expect(dialog.get_by_role("gridcell").first).to_be_focused()


def test_dialog__typing_on_after_enter__keeps_the_focus(editor: Page, site: Site) -> None:
    editor.route(re.compile("q=zeppelin(&|$)"), lambda route: None)  # never answers
    add_article(editor, site)
    dialog = open_dialog(editor)
    box = dialog.get_by_role("searchbox")
    with editor.expect_request(re.compile("q=zeppelin(&|$)")):
        box.press_sequentially("zeppelin")
        box.press("Enter")
    box.press_sequentially(" at")
    expect(dialog.get_by_role("status")).to_have_text("1 video")
    expect(box).to_be_focused()
    expect(box).to_have_value("zeppelin at")


def test_dialog__right_to_left__arrows_follow_what_is_seen(editor: Page, site: Site) -> None:
    add_article(editor, site)
    editor.evaluate("document.documentElement.dir = 'rtl'")
    dialog = open_dialog(editor)
    editor.keyboard.press("ArrowDown")
    editor.keyboard.press("ArrowLeft")
    expect(dialog.get_by_role("gridcell").nth(1)).to_be_focused()
    first, second = (dialog.get_by_role("gridcell").nth(number).bounding_box() for number in (0, 1))
    assert first
    assert second
    assert second["x"] < first["x"]


def test_dialog__reader_of_the_grid__hears_what_it_is(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin at night", "1 video")
    expect(dialog.get_by_role("gridcell")).to_have_accessible_name(re.compile("^Zeppelin at night, 1 hour 2 minutes, "))


def test_dialog__filters__narrow_and_are_taken_back(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    category = dialog.get_by_role("combobox", name="Category")
    category.press_sequentially("zeppelin w")
    expect(dialog.get_by_role("option", name="Zeppelin week")).to_be_visible()
    category.press("ArrowDown")
    category.press("Enter")
    expect(category).to_have_value("Zeppelin week")
    expect(dialog.get_by_role("status")).to_have_text("2 videos")
    tag = dialog.get_by_role("combobox", name="Tag")
    tag.press_sequentially("nigh")
    dialog.get_by_role("option", name="night", exact=True).click()
    expect(dialog.get_by_role("status")).to_have_text("1 video")
    expect(get_cell(dialog, "Zeppelin at night")).to_be_visible()
    dialog.get_by_role("button", name="Remove filter: Tag: night").click()
    expect(dialog.get_by_role("status")).to_have_text("2 videos")
    dialog.get_by_role("spinbutton", name="Minutes from").fill("60")
    expect(dialog.get_by_role("status")).to_have_text("1 video")
    dialog.get_by_role("button", name="Clear filters").click()
    expect(dialog.get_by_role("status")).not_to_have_text("1 video")
    expect(category).to_have_value("")
    dialog.get_by_role("combobox", name="Published").select_option("No")
    expect(get_cell(dialog, "Secret rehearsal")).to_be_visible()
    expect(get_cell(dialog, "Zeppelin tour")).to_be_hidden()
    dialog.get_by_role("button", name="Remove filter: Published: No").click()
    dialog.get_by_label("Uploaded until").fill("1999-12-31")
    expect(dialog.get_by_role("status")).to_have_text("0 videos")


def test_dialog__text_that_is_no_category__is_not_filtered_by(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    count = dialog.get_by_role("status").inner_text()
    category = dialog.get_by_role("combobox", name="Category")
    category.press_sequentially("no such category")
    category.press("Tab")
    expect(category).to_have_value("")
    expect(dialog.get_by_role("status")).to_have_text(count)
    category.press_sequentially("zeppelin")
    expect(dialog.get_by_role("option").first).to_be_visible()
    category.press("Escape")
    expect(dialog.get_by_role("option").first).to_be_hidden()
    expect(dialog).to_be_visible()


def test_dialog__newer_proposals__are_shown_while_the_older_are_under_way(editor: Page, site: Site) -> None:
    first = re.compile("/suggest/albums/.*q=z$")
    editor.route(first, lambda route: None)  # never answers
    add_article(editor, site)
    category = open_dialog(editor).get_by_role("combobox", name="Category")
    with editor.expect_request(first):
        category.press_sequentially("z")
    category.press_sequentially("eppelin w")
    expect(editor.get_by_role("option", name="Zeppelin week")).to_be_visible()


def test_dialog__sort__is_kept(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    dialog.get_by_label("Sort").select_option("Shortest first")
    dialog.get_by_role("spinbutton", name="Minutes from").fill("0.4")
    expect(dialog.get_by_role("gridcell").first).to_have_accessible_name(re.compile("seconds"))
    editor.reload()
    dialog = open_dialog(editor)
    expect(dialog.get_by_label("Sort")).to_have_value("duration")
    expect(dialog.get_by_role("spinbutton", name="Minutes from")).to_have_value("0.4")


def test_dialog__scrolled__loads_on_and_is_where_it_was_when_opened_again(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    cells = dialog.get_by_role("gridcell")
    for _ in range(3):
        known = cells.count()
        cells.last.scroll_into_view_if_needed()
        if known >= 72:
            break
        expect(cells).not_to_have_count(known)
    assert cells.count() > 50
    fiftieth = cells.nth(50)
    name = fiftieth.get_attribute("aria-label") or ""
    fiftieth.focus()
    editor.keyboard.press("Escape")
    expect(dialog).to_be_hidden()

    open_dialog(editor)
    expect(dialog.get_by_role("gridcell", name=name)).to_be_in_viewport()
    editor.keyboard.press("Escape")

    editor.reload()
    dialog = open_dialog(editor)
    place = dialog.get_by_role("gridcell", name=name)
    expect(place).to_be_in_viewport()
    editor.keyboard.press("ArrowDown")
    expect(place).to_be_focused()


def reopen_far_down(page: Page, site: Site) -> Locator:
    """Return the dialog as it opens again where 72 videos were listed, of which the first 24 are there."""
    add_article(page, site)
    open_dialog(page)
    page.keyboard.press("Escape")
    page.evaluate(
        """() => Object.entries(sessionStorage).forEach(([key, place]) =>
            sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(place), size: 72 })))"""
    )
    page.reload()
    return open_dialog(page)


def test_dialog__page_fails_on_the_way_back__is_asked_for_once_more_by_the_editor(editor: Page, site: Site) -> None:
    asked: list[str] = []

    def fail(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(status=200, json={"error": "The shelf is being dusted."})

    later = re.compile("/picker/photo/.*cursor=")
    editor.route(later, fail)
    dialog = reopen_far_down(editor, site)
    expect(dialog.get_by_role("alert")).to_contain_text("The shelf is being dusted.")
    expect(dialog.get_by_role("gridcell").first).to_be_visible()
    editor.wait_for_timeout(500)
    assert len(asked) <= 2  # the way back, and the end of the list, which is in sight
    editor.unroute(later)
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("gridcell")).not_to_have_count(24)


def test_dialog__looks_for_new_ones_on_the_way_back__goes_on(editor: Page, site: Site) -> None:
    editor.route(re.compile("/picker/photo/.*cursor="), lambda route: None)  # never answers
    dialog = reopen_far_down(editor, site)
    dialog.get_by_role("button", name="Sync new videos").click()
    expect(dialog.get_by_role("status")).to_have_text("There is nothing new on TwentyThree.")


def test_dialog__list_comes__has_its_rows_at_once(editor: Page, site: Site) -> None:
    # Observers tell of a size with the next frame, which on a busy machine is late.
    editor.add_init_script("window.ResizeObserver = class { observe() {} unobserve() {} disconnect() {} }")
    add_article(editor, site)
    dialog = open_dialog(editor)
    assert dialog.get_by_role("row").first.get_by_role("gridcell").count() > 2


def test_dialog__show_more__is_a_button_too(editor: Page, site: Site) -> None:
    # Without an observer that loads on by itself.
    editor.add_init_script("window.IntersectionObserver = class { observe() {} disconnect() {} }")
    add_article(editor, site)
    dialog = open_dialog(editor)
    expect(dialog.get_by_role("gridcell")).to_have_count(24)
    dialog.get_by_role("button", name="Show more").click()
    expect(dialog.get_by_role("gridcell")).to_have_count(48)


def test_dialog__pointer__chooses_with_one_click(editor: Page, site: Site) -> None:
    add_article(editor, site, "By pointer")
    dialog = open_dialog(editor)
    search(dialog, "zeppelin tour", "1 video")
    get_cell(dialog, "Zeppelin tour").click()
    expect(dialog).to_be_hidden()
    expect(get_field(editor)).to_contain_text("Zeppelin tour")
    save(editor)


def test_dialog__recently_used__has_a_tab(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    expect(dialog.get_by_role("tab", name="Recently used")).to_have_count(0)
    search(dialog, "zeppelin at", "1 video")
    get_cell(dialog, "Zeppelin at night").click()
    add_article(editor, site)
    dialog = open_dialog(editor)
    library, recent = dialog.get_by_role("tab", name="Library"), dialog.get_by_role("tab", name="Recently used")
    library.focus()
    editor.keyboard.press("ArrowRight")
    expect(recent).to_be_focused()
    expect(recent).to_have_attribute("aria-selected", "true")
    panel = dialog.get_by_role("tabpanel", name="Recently used")
    expect(panel.get_by_role("gridcell")).to_have_count(1)
    panel.get_by_role("gridcell").click()
    expect(get_field(editor)).to_contain_text("Zeppelin at night")


def test_dialog__what_is_chosen__is_marked(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin at", "1 video")
    get_cell(dialog, "Zeppelin at night").click()
    open_dialog(editor)
    expect(dialog.get_by_role("gridcell", name="Zeppelin at night", selected=True)).to_be_visible()


def test_dialog__space__shows_details_and_plays(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin tour", "1 video")
    editor.keyboard.press("Enter")
    cell = get_cell(dialog, "Zeppelin tour")
    expect(cell).to_be_focused()
    editor.keyboard.press("Space")
    details = dialog.get_by_role("complementary", name="Details")
    expect(details.get_by_role("heading", name="Zeppelin tour")).to_be_visible()
    expect(details.get_by_text("Past the lighthouse")).to_be_visible()
    expect(details.get_by_text("Zeppelin week")).to_be_visible()
    play = details.get_by_role("button", name="Play video: Zeppelin tour")
    expect(play).to_be_focused()
    editor.keyboard.press("Space")
    expect(details.locator("iframe")).to_be_visible()
    expect(details.locator("iframe")).to_be_focused()
    details.get_by_role("button", name="Close details").click()
    expect(details).to_be_hidden()
    expect(details.locator("iframe")).to_have_count(0)
    expect(cell).to_be_focused()
    editor.keyboard.press("Space")
    expect(play).to_be_focused()
    editor.keyboard.press("Escape")
    expect(details).to_be_hidden()
    expect(cell).to_be_focused()
    editor.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


@pytest.mark.parametrize("width", [320, 1440])
def test_dialog__details_button__shows_them_and_chooses(editor: Page, site: Site, width: int) -> None:
    editor.set_viewport_size({"width": width, "height": 800})
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin at", "1 video")
    get_cell(dialog, "Zeppelin at night").hover()
    dialog.get_by_role("button", name="Details: Zeppelin at night").click()
    details = dialog.get_by_role("complementary", name="Details")
    details.get_by_role("button", name="Choose this video").click()
    expect(dialog).to_be_hidden()
    expect(get_field(editor)).to_contain_text("Zeppelin at night")


def test_dialog__details_beside_the_grid__follow_the_focus(editor: Page, site: Site) -> None:
    editor.set_viewport_size({"width": 1440, "height": 900})
    add_article(editor, site)
    dialog = open_dialog(editor)
    cells = dialog.get_by_role("gridcell")
    cells.nth(3).hover()
    cells.nth(3).get_by_role("button").click()
    details = dialog.get_by_role("complementary", name="Details")
    expect(details.get_by_role("heading", level=3)).to_be_visible()
    cells.nth(3).focus()
    editor.keyboard.press("ArrowRight")
    title = cells.nth(4).locator("strong").inner_text()
    expect(details.get_by_role("heading", level=3)).to_have_text(title)
    expect(cells.nth(4)).to_be_focused()


def test_dialog__escape_in_the_search__closes_the_details_first(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    dialog.get_by_role("gridcell").first.focus()
    editor.keyboard.press("Space")
    details = dialog.get_by_role("complementary", name="Details")
    expect(details.get_by_role("heading").first).to_be_visible()
    dialog.get_by_role("searchbox").focus()
    editor.keyboard.press("Escape")
    expect(details).to_be_hidden()
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    editor.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_dialog__unpublished__is_listed_with_the_reason_and_not_chosen(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "secret rehearsal", "1 video")
    cell = get_cell(dialog, "Secret rehearsal")
    expect(cell).to_have_accessible_name(re.compile("Unpublished, It is not published on TwentyThree.$"))
    cell.focus()
    editor.keyboard.press("Enter")
    details = dialog.get_by_role("complementary", name="Details")
    expect(details.get_by_text("It is not published on TwentyThree.")).to_be_visible()
    expect(details.get_by_role("button", name="Choose this video")).to_have_count(0)
    expect(dialog).to_be_visible()


def test_dialog__help__explains_marks_and_keys(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    dialog.get_by_role("button", name="Help").click()
    expect(dialog.get_by_role("heading", name="What the marks mean")).to_be_visible()
    expect(dialog.get_by_role("definition").filter(has_text="It is not published")).to_be_visible()
    editor.keyboard.press("Escape")
    expect(dialog.get_by_role("heading", name="What the marks mean")).to_be_hidden()
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close", exact=True).click()
    expect(dialog).to_be_hidden()


def test_dialog__backdrop__closes_it(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    editor.mouse.click(5, 5)
    expect(dialog).to_be_hidden()


def test_dialog__server_error__is_a_sentence_and_can_be_tried_again(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    broken = re.compile(r"\?.*q=zeppelin")
    editor.route(broken, lambda route: route.fulfill(status=200, json={"error": "The shelf is being dusted."}))
    dialog.get_by_role("searchbox").fill("zeppelin at")
    failure = dialog.get_by_role("alert")
    expect(failure).to_contain_text("The shelf is being dusted.")
    editor.unroute(broken)
    failure.get_by_role("button", name="Try again").click()
    expect(get_cell(dialog, "Zeppelin at night")).to_be_visible()
    expect(failure).to_be_hidden()


def test_dialog__site_leads_to_its_login__asks_for_it_and_goes_on(editor: Page, site: Site) -> None:
    add_article(editor, site)

    def lead_away(route: Route) -> None:
        route.fulfill(status=302, headers={"Location": f"{site.url}/admin/login/"})

    pickers = re.compile("/picker/photo/")
    editor.route(pickers, lead_away)
    field = get_field(editor)
    field.get_by_role("button", name="Choose a video").click()
    expect(field.get_by_role("alert")).to_contain_text("Please log in to choose.")
    editor.unroute(pickers)
    field.get_by_role("button", name="Go on").click()
    dialog = editor.get_by_role("dialog", name="Choose a video")
    expect(dialog.get_by_role("gridcell").first).to_be_visible()
    editor.route(pickers, lead_away)
    dialog.get_by_role("searchbox").fill("zeppelin at")
    expect(dialog.get_by_role("alert")).to_contain_text("Please log in to choose.")
    editor.unroute(pickers)
    dialog.get_by_role("button", name="Go on").click()
    expect(get_cell(dialog, "Zeppelin at night")).to_be_visible()


def test_dialog__opened_with_the_pointer__shows_the_list_within_its_first_request(editor: Page, site: Site) -> None:
    add_article(editor, site)
    asked: list[str] = []
    editor.on("request", lambda request: asked.append(request.url) if "/picker/" in request.url else None)
    open_dialog(editor)
    assert [url.partition("/picker/photo/")[2].partition("?")[0] for url in asked] == ["dialog/", ""]


def test_dialog__browser_may_not_keep_anything__chooses_all_the_same(editor: Page, site: Site) -> None:
    # Of what the admin keeps itself it takes no care.
    editor.add_init_script(
        "for (const name of ['getItem', 'setItem']) {"
        "  const original = Storage.prototype[name];"
        "  Storage.prototype[name] = function (key, ...rest) {"
        "    if (key.startsWith('twentythree')) throw new DOMException('no', 'SecurityError');"
        "    return original.call(this, key, ...rest);"
        "  };"
        "}"
    )
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin to", "1 video")
    get_cell(dialog, "Zeppelin tour").dblclick()
    expect(dialog).to_be_hidden()
    open_dialog(editor)
