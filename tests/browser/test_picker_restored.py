"""A form that one comes back to: by the button of the browser, by a reload, from its cache of whole pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import FLAGS, find_chromium
from tests.browser.picking import NIGHT, TOUR, add_article, get_cell, get_field, open_dialog, save, search

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.site import Site


def choose(page: Page, title: str, label: str = "Video", what: str = "video") -> None:
    dialog = open_dialog(page, label, what)
    search(dialog, title, "1 video")
    get_cell(dialog, title).click()
    expect(get_field(page, label)).to_contain_text(title)


def leave_and_come_back(page: Page, site: Site) -> None:
    page.goto(f"{site.url}/admin/twentythree/player/")
    page.evaluate("history.back()")  # Playwright's own way waits for a `load` that a page out of a cache does not send
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()


def test_back__new_article__shows_and_saves_what_was_chosen(editor: Page, site: Site) -> None:
    title = "Left and come back to"
    add_article(editor, site, title)
    choose(editor, "Zeppelin tour")
    leave_and_come_back(editor, site)
    expect(editor.get_by_label("Title:")).to_have_value(title)
    expect(get_field(editor)).to_contain_text("Zeppelin tour")
    save(editor)
    found = site.run(
        f"article = Article.objects.get(title='{title}')\n"
        "print(article.video.remote_id)\n"
        "article.delete()"  # for another round
    )
    assert found.strip() == str(TOUR)


def make_article(site: Site) -> str:
    """Make an article with a video, and return the address of its page in the admin."""
    pk = site.run(
        f"video = Photo.objects.get(remote_id={TOUR})\n"
        "slug = f'restored-{Article.objects.count()}'\n"
        "print(Article.objects.create(title='Restored', slug=slug, body='Text.', video=video).pk)"
    ).strip()
    return f"{site.url}/admin/showcase/article/{pk}/change/"


def test_back__article_changed__shows_the_new_choice(editor: Page, site: Site) -> None:
    editor.goto(make_article(site))
    expect(get_field(editor)).to_contain_text("Zeppelin tour")
    choose(editor, "Zeppelin at night")
    leave_and_come_back(editor, site)
    expect(get_field(editor)).to_contain_text("Zeppelin at night")


def test_back__article_cleared__stays_cleared(editor: Page, site: Site) -> None:
    editor.goto(make_article(site))
    expect(get_field(editor)).to_contain_text("Zeppelin tour")
    get_field(editor).get_by_role("button", name="Clear").click()
    leave_and_come_back(editor, site)
    expect(get_field(editor)).to_contain_text("No video chosen")
    expect(editor.locator("#id_video")).to_have_value("")


def test_back__form_refused__shows_what_was_chosen(editor: Page, site: Site) -> None:
    editor.goto(f"{site.url}/admin/showcase/article/add/")
    editor.get_by_label("Title:").fill("Without a body")
    choose(editor, "Zeppelin tour")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("Please correct the error below.")).to_be_visible()
    expect(get_field(editor)).to_contain_text("Zeppelin tour")
    editor.evaluate("history.back()")
    expect(editor.get_by_text("Please correct the error below.")).to_be_hidden()
    expect(editor.get_by_label("Title:")).to_have_value("Without a body")
    expect(get_field(editor)).to_contain_text("Zeppelin tour")


def get_rows(page: Page) -> Locator:
    return page.locator(".inline-related:not(.empty-form)")


def choose_in_row(page: Page, row: Locator, title: str) -> None:
    row.get_by_role("button", name="Choose a video").click()
    dialog = page.get_by_role("dialog", name="Choose a video")
    search(dialog, title, "1 video")
    get_cell(dialog, title).click()
    expect(row).to_contain_text(title)


def test_back__rows_in_an_order__come_back_in_it(editor: Page, site: Site) -> None:
    title = "Rows come back to"
    editor.goto(f"{site.url}/admin/pages/page/add/")
    editor.get_by_label("Title:").fill(title)
    choose_in_row(editor, get_rows(editor).nth(0), "Zeppelin tour")
    choose_in_row(editor, get_rows(editor).nth(1), "Zeppelin at night")
    get_rows(editor).nth(0).get_by_role("button", name="Move down").click()
    expect(get_rows(editor).locator("strong")).to_have_text(["Zeppelin at night", "Zeppelin tour"])
    leave_and_come_back(editor, site)
    expect(get_rows(editor).locator("strong")).to_have_text(["Zeppelin at night", "Zeppelin tour"])
    save(editor)
    found = site.run(
        f"page = Page.objects.get(title='{title}')\n"
        "print(*page.slides.values_list('photo__remote_id', flat=True))\n"
        "page.delete()"
    )
    assert found.split() == [str(NIGHT), str(TOUR)]


@pytest.mark.parametrize("way", ["location.reload()", "history.go(0)"])
def test_reload__saved_article__shows_what_will_be_saved(editor: Page, site: Site, way: str) -> None:
    # Chromium begins anew, Firefox keeps what was filled in: either way the picker shows what its field holds.
    editor.goto(make_article(site))
    editor.get_by_label("Title:").fill("Another title")
    choose(editor, "Zeppelin at night")
    with editor.expect_navigation():
        editor.evaluate(way)
    value = editor.get_by_label("Title:").input_value()
    expect(get_field(editor)).to_contain_text("Zeppelin at night" if value == "Another title" else "Zeppelin tour")


@pytest.fixture
def keeping_editor(browser: Browser, editor_cookies: list[Any]) -> Iterator[Page]:
    """A page of a browser that keeps pages whole, as people's browsers do and Playwright's do not unless asked."""
    keeping = browser.browser_type.launch(
        executable_path=find_chromium(), args=list(FLAGS), ignore_default_args=["--disable-back-forward-cache"]
    )
    context = keeping.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.add_cookies(editor_cookies)
    yield context.new_page()
    keeping.close()


def test_back__page_kept_whole__shows_what_was_chosen(keeping_editor: Page, site: Site) -> None:
    page = keeping_editor
    page.goto(f"{site.url}/pages/add/")  # the admin forbids browsers to keep its pages
    page.evaluate("addEventListener('pageshow', event => { document.title = `kept: ${event.persisted}` })")
    page.get_by_label("Title").fill("Kept whole")
    choose(page, "Zeppelin tour", "Medium", "video or image")
    leave_and_come_back(page, site)
    expect(page).to_have_title("kept: true")
    expect(get_field(page, "Medium")).to_contain_text("Zeppelin tour")
    choose(page, "Zeppelin at night", "Medium", "video or image")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_label("Title")).to_have_value("Kept whole")
    expect(get_field(page, "Medium")).to_contain_text("Zeppelin at night")
    assert page.url != f"{site.url}/pages/add/"
