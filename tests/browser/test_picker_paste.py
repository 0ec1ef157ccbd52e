"""Addresses and embed codes in the search box, and the look for what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.picking import NIGHT, REHEARSAL, TOUR, add_article, get_cell, get_field, open_dialog

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.site import Site


def paste(page: Page, into: Locator, text: str) -> None:
    """Put a text on the clipboard and press Control and V, as people do."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    into.press("Control+v")


ADDRESSES = (
    "{base}/video/{id}",
    "{base}/video/{id}/anything-goes?x=1",
    "{host}/video/{id}",
    "{base}/manage/video/{id}",
    '<iframe src="{base}/v.ihtml/player.html?source=embed&photo%5fid={id}" width="640" height="360"></iframe>',
    '<div><iframe src="//{host}/v.ihtml/player.html?photo_id={id}"></iframe></div>',
)


@pytest.mark.parametrize("pattern", ADDRESSES)
def test_paste__address__finds_and_chooses(editor: Page, site: Site, pattern: str) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    text = pattern.format(base=site.platform.base_url, host=site.platform.domain, id=TOUR)
    paste(editor, dialog.get_by_role("searchbox"), text)
    expect(dialog.get_by_role("status")).to_have_text("Found: Zeppelin tour")
    expect(get_cell(dialog, "Zeppelin tour")).to_be_focused()
    editor.keyboard.press("Enter")
    expect(get_field(editor)).to_contain_text("Zeppelin tour")


def test_paste__not_mirrored_yet__is_fetched_on_the_spot(editor: Page, site: Site) -> None:
    new = site.platform.add_photo(title="Just made")
    add_article(editor, site)
    dialog = open_dialog(editor)
    paste(editor, dialog.get_by_role("searchbox"), f"{site.platform.base_url}/video/{new['photo_id']}")
    expect(dialog.get_by_role("status")).to_have_text("Found: Just made")
    get_cell(dialog, "Just made").click()
    expect(get_field(editor)).to_contain_text("Just made")


def test_paste__on_the_widget__opens_the_dialog_with_it(editor: Page, site: Site) -> None:
    add_article(editor, site)
    button = get_field(editor).get_by_role("button", name="Choose a video")
    paste(editor, button, f"{site.platform.base_url}/video/{NIGHT}")
    expect(editor.get_by_role("dialog").get_by_role("status")).to_have_text("Found: Zeppelin at night")
    editor.keyboard.press("Enter")
    expect(get_field(editor)).to_contain_text("Zeppelin at night")


def test_paste__typed_address__waits_for_enter(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    asked: list[str] = []
    editor.on("request", lambda request: asked.append(request.url) if "/find/" in request.url else None)
    dialog.get_by_role("searchbox").press_sequentially(f"{site.platform.base_url}/video/{TOUR}")
    assert asked == []
    editor.keyboard.press("Enter")
    expect(get_cell(dialog, "Zeppelin tour")).to_be_focused()
    assert len(asked) == 1


def test_paste__cleared_again__shows_the_library(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    paste(editor, dialog.get_by_role("searchbox"), f"{site.platform.base_url}/video/{TOUR}")
    expect(dialog.get_by_role("gridcell")).to_have_count(1)
    dialog.get_by_role("searchbox").fill("")
    expect(dialog.get_by_role("gridcell")).to_have_count(24)


def test_paste__unpublished__is_found_with_the_reason(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    paste(editor, dialog.get_by_role("searchbox"), f"{site.platform.base_url}/manage/video/{REHEARSAL}")
    expect(get_cell(dialog, "Secret rehearsal")).to_contain_text("It is not published on TwentyThree.")


@pytest.mark.parametrize(
    ("pattern", "sentence", "retries"),
    [
        ("https://video.elsewhere.example/video/1", "video.elsewhere.example", 0),
        ("{base}/video/99999999", "no video at this address", 1),
    ],
)
def test_paste__leads_nowhere__is_a_sentence(
    editor: Page, site: Site, complaints: list[str], pattern: str, sentence: str, retries: int
) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    paste(editor, dialog.get_by_role("searchbox"), pattern.format(base=site.platform.base_url))
    expect(dialog.get_by_role("alert")).to_contain_text(sentence, ignore_case=True)
    expect(dialog.get_by_role("alert").get_by_role("button", name="Try again")).to_have_count(retries)
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    complaints.clear()  # the browser tells of every refusal


def test_newest__button__brings_what_is_new(editor: Page, site: Site) -> None:
    add_article(editor, site)
    dialog = open_dialog(editor)
    site.platform.add_photo(title="News of this minute")
    dialog.get_by_role("button", name="Sync new videos").click()
    expect(dialog.get_by_role("status")).to_have_text("1 new video.")
    dialog.get_by_role("searchbox").fill("news of this minute")
    expect(get_cell(dialog, "News of this minute")).to_be_visible()
