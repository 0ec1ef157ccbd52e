"""What fails in the dialog says so above what is there, which stays as it was."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.picking import add_article, get_cell, get_field, open_dialog, search
from tests.browser.test_picker_accessibility import examine

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.site import Site

SENTENCE = "The shelf is being dusted."


@pytest.fixture(autouse=True)
def _forgive(page: Page, complaints: list[str]) -> Any:
    """The browser tells of every refusal, and refusals are what is tried here."""
    yield
    assert [each for each in complaints if "Failed to load resource" not in each] == []
    complaints.clear()


def answer(page: Page, path: str, status: int = 503, **more: Any) -> None:
    """Have the site answer what a part of an address names with a sentence, and no result."""
    page.route(
        re.compile(path),
        lambda route: route.fulfill(status=status, **(more or {"json": {"error": SENTENCE}})),
    )


def scroll_down(dialog: Locator) -> None:
    results = dialog.get_by_role("tabpanel", name="Library").locator("[data-part=results]")
    results.evaluate("element => { element.scrollTop = 300 }")


def get_place(dialog: Locator) -> tuple[float, list[str]]:
    """Return how far the list is scrolled, and what is in it."""
    results = dialog.get_by_role("tabpanel", name="Library").locator("[data-part=results]")
    titles = dialog.get_by_role("tabpanel", name="Library").locator("[role=gridcell] strong").all_text_contents()
    return float(results.evaluate("element => element.scrollTop")), titles


def look_for_newest(dialog: Locator, page: Page) -> None:
    dialog.get_by_role("button", name="Sync new videos").click()


def search_for(dialog: Locator, page: Page) -> None:
    dialog.get_by_role("searchbox").fill("zeppelin")


def paste(dialog: Locator, page: Page) -> None:
    dialog.get_by_role("searchbox").fill("https://video.example.com/video/5")
    dialog.get_by_role("searchbox").press("Enter")


def ask_for_more(dialog: Locator, page: Page) -> None:
    dialog.get_by_role("button", name="Show more").click()


@pytest.mark.parametrize("act", [look_for_newest, search_for, paste, ask_for_more])
def test_dialog__question_fails__says_so_above_the_list_that_stays(
    editor: Page, site: Site, act: Callable[[Locator, Page], None]
) -> None:
    add_article(editor, site)
    if act is ask_for_more:
        answer(editor, "/picker/photo/.*cursor=")
    else:  # never answers, so that the list does not grow by itself meanwhile
        editor.route(re.compile("/picker/photo/.*cursor="), lambda route: None)
    dialog = open_dialog(editor)
    count = dialog.get_by_role("status").text_content()
    chosen = dialog.get_by_role("gridcell").nth(3)
    chosen.focus()
    editor.keyboard.press("ArrowRight")
    if act is not ask_for_more:
        scroll_down(dialog)
    answer(editor, "/picker/photo/(newest|find)/")
    answer(editor, "/picker/photo/[?](?!.*cursor=)")
    act(dialog, editor)
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text(SENTENCE)
    place, titles = get_place(dialog)
    assert len(titles) == 24
    if act is not ask_for_more:
        assert place == 300
    expect(dialog.get_by_role("gridcell").nth(4)).to_have_attribute("tabindex", "0")
    expect(dialog.get_by_role("status")).to_have_text(count or "")
    above, first = alert.bounding_box(), dialog.locator("[data-part=results]").first.bounding_box()
    assert above is not None
    assert first is not None
    assert above["y"] + above["height"] <= first["y"]
    dialog.get_by_role("gridcell").nth(4).click()
    expect(get_field(editor)).to_contain_text(titles[4])


def test_dialog__question_fails_and_then_does_not__takes_the_sentence_away(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    answer(editor, "/newest/")
    dialog.get_by_role("button", name="Sync new videos").click()
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text(SENTENCE)
    editor.unroute_all()
    alert.get_by_role("button", name="Try again").focus()
    editor.keyboard.press("Enter")
    expect(dialog.get_by_role("status")).to_have_text("There is nothing new on TwentyThree.")
    expect(alert).to_be_hidden()
    expect(dialog.get_by_role("searchbox")).to_be_focused()  # the button that had the focus is gone


def test_dialog__next_question_is_asked__takes_the_sentence_away_at_once(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    answer(editor, "/newest/")
    dialog.get_by_role("button", name="Sync new videos").click()
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    editor.route(re.compile("/picker/photo/[?].*q=zeppelin"), lambda route: None)  # never answers
    dialog.get_by_role("searchbox").fill("zeppelin")
    expect(dialog.get_by_role("alert")).to_be_hidden()
    expect(dialog.get_by_role("gridcell").first).to_be_visible()


def test_dialog__search_fails__pages_of_the_list_that_stays_go_on(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    answer(editor, "/picker/photo/[?].*q=zeppelin")
    dialog.get_by_role("searchbox").fill("zeppelin")
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    before = dialog.get_by_role("gridcell").count()
    dialog.get_by_role("gridcell").last.scroll_into_view_if_needed()
    expect(dialog.get_by_role("gridcell").nth(before)).to_be_attached()
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)  # the search has no answer all the same
    editor.unroute_all()
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("status")).to_have_text("3 videos")
    expect(dialog.get_by_role("alert")).to_be_hidden()


def test_dialog__page_fails__is_not_asked_for_again_until_somebody_does(editor: Page, site: Site) -> None:
    add_article(editor, site)
    asked: list[str] = []
    editor.on("request", lambda request: asked.append(request.url) if "cursor=" in request.url else None)
    answer(editor, "/picker/photo/.*cursor=")
    dialog = open_dialog(editor)
    dialog.get_by_role("gridcell").last.scroll_into_view_if_needed()
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    for cell in (dialog.get_by_role("gridcell").first, dialog.get_by_role("gridcell").last):
        cell.scroll_into_view_if_needed()
        editor.evaluate("() => new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    assert len(asked) == 1
    with editor.expect_response(re.compile("cursor=")):
        dialog.get_by_role("button", name="Show more").click()
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    assert len(asked) == 2
    editor.unroute_all()
    dialog.get_by_role("button", name="Try again").click()
    expect(dialog.get_by_role("gridcell").nth(24)).to_be_attached()
    expect(dialog.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize(
    ("status", "can_help"), [(400, False), (403, False), (429, False), (502, False), (503, True), (504, True)]
)
def test_dialog__question_fails__offers_to_try_again_where_it_can_help(
    editor: Page, site: Site, status: int, can_help: bool
) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    answer(editor, "/newest/", status)
    dialog.get_by_role("button", name="Sync new videos").click()
    alert = dialog.get_by_role("alert")
    expect(alert).to_contain_text(SENTENCE)
    expect(alert.get_by_role("button", name="Try again")).to_have_count(int(can_help))


def test_dialog__asked_too_often__says_when_to_try_again(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    answer(editor, "/newest/", 429, headers={"Retry-After": "90"}, json={"error": SENTENCE})
    dialog.get_by_role("button", name="Sync new videos").click()
    expect(dialog.get_by_role("alert")).to_have_text(re.compile(rf"{re.escape(SENTENCE)} Try again at \d{{1,2}}:\d\d"))


def test_dialog__no_network__says_so_and_keeps_the_list(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    editor.route(re.compile("/newest/"), lambda route: route.abort())
    dialog.get_by_role("button", name="Sync new videos").click()
    expect(dialog.get_by_role("alert")).to_contain_text("The server did not answer.")
    expect(dialog.get_by_role("alert").get_by_role("button", name="Try again")).to_be_visible()
    expect(dialog.get_by_role("gridcell").first).to_be_visible()


def test_details__fail__say_of_what_and_why(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin tour", "1 video")
    answer(editor, r"/picker/photo/\d+/[?]")
    dialog.get_by_role("button", name="Details: Zeppelin tour").click()
    details = dialog.get_by_role("complementary", name="Details")
    expect(details.get_by_role("heading", name="Zeppelin tour")).to_be_visible()
    expect(details.get_by_role("alert")).to_contain_text(SENTENCE)
    editor.unroute_all()
    details.get_by_role("button", name="Try again").click()
    expect(details.get_by_role("button", name="Choose this video")).to_be_visible()
    expect(details.get_by_role("alert")).to_have_count(0)
    # Asked once more, the same details stay where the answer does not come.
    answer(editor, r"/picker/photo/\d+/[?]")
    dialog.get_by_role("button", name="Details: Zeppelin tour").click()
    expect(details.get_by_role("alert")).to_contain_text(SENTENCE)
    expect(details.get_by_role("button", name="Choose this video")).to_be_visible()


def test_details__not_there_any_more__offer_no_second_try(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin tour", "1 video")
    answer(editor, r"/picker/photo/\d+/[?]", 404)
    dialog.get_by_role("button", name="Details: Zeppelin tour").click()
    details = dialog.get_by_role("complementary", name="Details")
    expect(details.get_by_role("alert")).to_contain_text(SENTENCE)
    expect(details.get_by_role("button", name="Try again")).to_have_count(0)


def test_recently_used__fails__keeps_what_was_listed(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    search(dialog, "zeppelin tour", "1 video")
    get_cell(dialog, "Zeppelin tour").click()
    open_dialog(editor)
    recent = dialog.get_by_role("tabpanel", name="Recently used")
    dialog.get_by_role("tab", name="Recently used").click()
    expect(recent.get_by_role("gridcell")).to_have_count(1)
    editor.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    answer(editor, "/describe/")
    get_field(editor).get_by_role("button", name="Change").click()
    dialog.get_by_role("tab", name="Recently used").click()
    expect(recent.get_by_role("alert")).to_contain_text(SENTENCE)
    expect(recent.get_by_role("gridcell")).to_have_count(1)


@pytest.mark.parametrize(
    ("width", "scheme", "forced"), [(320, "light", "none"), (1440, "dark", "none"), (768, "light", "active")]
)
def test_dialog__question_fails__examined_by_axe__has_no_violations(
    editor: Page, site: Site, width: int, scheme: Any, forced: Any
) -> None:
    editor.emulate_media(color_scheme=scheme, forced_colors=forced)
    editor.set_viewport_size({"width": width, "height": 800})
    add_article(editor, site)
    dialog = open_dialog(editor)
    answer(editor, r"/newest/|/picker/photo/\d+/[?]")
    dialog.get_by_role("button", name="Sync new videos").click()
    expect(dialog.get_by_role("alert")).to_contain_text(SENTENCE)
    examine(editor, "twentythree-dialog")
    assert dialog.evaluate("element => element.scrollWidth <= element.clientWidth")
    dialog.get_by_role("gridcell").first.get_by_role("button").click()
    expect(dialog.get_by_role("complementary", name="Details").get_by_role("alert")).to_contain_text(SENTENCE)
    examine(editor, "twentythree-dialog")
