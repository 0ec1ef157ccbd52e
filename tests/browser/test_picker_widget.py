"""What is chosen, on the page of the form."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.picking import (
    FRESH,
    REHEARSAL,
    TOUR,
    add_article,
    get_cell,
    get_field,
    open_dialog,
    save,
    search,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

    from tests.browser.site import Site

MakeArticle = Callable[[int], str]


@pytest.fixture
def make_article(site: Site) -> MakeArticle:
    """Return a function that makes an article with a video, and returns the address of its page in the admin."""

    def make(remote_id: int, title: str = "With a video") -> str:
        [count] = site.ask("SELECT count(*) FROM showcase_article")
        [pk] = site.ask(
            "INSERT INTO showcase_article (title, slug, summary, body, video_id, published_at)"
            " SELECT ?, ?, '', 'Text.', id, '2026-01-01 00:00:00' FROM twentythree_photo WHERE remote_id = ?"
            " RETURNING id",
            title,
            f"a-{count}",
            remote_id,
        )
        return f"{site.url}/admin/showcase/article/{pk}/change/"

    return make


def test_widget__value_from_the_start__is_shown(editor: Page, make_article: MakeArticle, site: Site) -> None:
    editor.goto(make_article(TOUR))
    field = get_field(editor)
    expect(field).to_contain_text("Zeppelin tour")
    expect(field).to_contain_text("1:35")
    expect(field.locator("img")).to_have_attribute("src", re.compile(f"^{re.escape(site.platform.base_url)}"))
    link = field.get_by_role("link", name="Open on TwentyThree")
    expect(link).to_have_attribute("href", f"{site.platform.base_url}/video/{TOUR}")
    field.locator("img").evaluate("picture => picture.decode()")


def test_widget__change_and_clear__write_the_field(editor: Page, make_article: MakeArticle) -> None:
    editor.goto(make_article(TOUR))
    field = get_field(editor)
    expect(field).to_contain_text("Zeppelin tour")
    editor.evaluate("window.heard = []; document.addEventListener('change', event => heard.push(event.target.name))")
    dialog = open_dialog(editor)
    search(dialog, "zeppelin at", "1 video")
    get_cell(dialog, "Zeppelin at night").click()
    expect(field).to_contain_text("Zeppelin at night")
    expect(field.get_by_role("status")).to_have_text("Chosen: Zeppelin at night")
    field.get_by_role("button", name="Clear").click()
    expect(field).to_contain_text("No video chosen")
    expect(field.get_by_role("button", name="Choose a video")).to_be_focused()
    assert editor.evaluate("heard.filter(name => name === 'video').length") == 2
    save(editor)


def test_widget__refresh__asks_the_platform(editor: Page, make_article: MakeArticle, site: Site) -> None:
    address = make_article(TOUR)
    editor.goto(address)
    field = get_field(editor)
    expect(field).to_contain_text("Zeppelin tour")
    site.platform.edit_photo(TOUR, title="Zeppelin tour, second cut")
    field.get_by_role("button", name="Refresh from TwentyThree").click()
    expect(field.get_by_role("status")).to_have_text("Up to date.")
    expect(field).to_contain_text("Zeppelin tour, second cut")
    site.platform.edit_photo(TOUR, title="Zeppelin tour")
    field.get_by_role("button", name="Refresh from TwentyThree").click()
    expect(field.get_by_text("Zeppelin tour", exact=True)).to_be_visible()


def test_widget__site_reads_another_csrf_header__asks_the_platform_all_the_same(
    editor: Page, make_article: MakeArticle, site: Site
) -> None:
    def rename(route: Route) -> None:
        headers = {**route.request.headers}
        headers.pop("x-csrftoken", None)  # as if `CSRF_HEADER_NAME` were another
        route.continue_(headers=headers)

    editor.route(re.compile("/refresh/"), rename)
    editor.goto(make_article(TOUR))
    get_field(editor).get_by_role("button", name="Refresh from TwentyThree").click()
    expect(get_field(editor).get_by_role("status")).to_have_text("Up to date.")


def test_widget__gone_or_unpublished__is_flagged_and_kept(editor: Page, make_article: MakeArticle, site: Site) -> None:
    gone = int(site.platform.add_photo(title="Soon gone")["photo_id"])
    site.manage("twentythree_sync", "--photo", str(gone))
    first, second = make_article(gone), make_article(REHEARSAL)
    site.platform.delete_photo(gone)
    editor.goto(first)
    field = get_field(editor)
    field.get_by_role("button", name="Refresh from TwentyThree").click()
    expect(field).to_contain_text("It is gone from TwentyThree.")
    expect(field).to_contain_text("Gone")
    save(editor)
    editor.goto(second)
    expect(field).to_contain_text("Unpublished")
    expect(field).to_contain_text("It is not published on TwentyThree.")
    save(editor)


def test_widget__being_encoded__turns_ready_by_itself(editor: Page, make_article: MakeArticle, site: Site) -> None:
    editor.goto(make_article(FRESH))
    field = get_field(editor)
    expect(field).to_contain_text("Encoding")
    site.platform.finish_encoding(FRESH)
    site.manage("twentythree_sync", "--photo", str(FRESH))
    expect(field.get_by_role("status")).to_have_text("Ready: Fresh upload")
    expect(field).not_to_contain_text("Encoding")


def test_widget__nothing_is_told_of_it__says_so(editor: Page, site: Site) -> None:
    add_article(editor, site)
    editor.evaluate("document.querySelector('#id_video').value = '987654321'")
    editor.evaluate("document.querySelector('#id_video').dispatchEvent(new Event('change', {bubbles: true}))")
    expect(get_field(editor)).to_contain_text("The chosen video cannot be shown")
    get_field(editor).get_by_role("button", name="Clear").click()
    expect(get_field(editor)).to_contain_text("No video chosen")


def test_widget__form_with_errors__keeps_the_choice(editor: Page, site: Site) -> None:
    editor.goto(f"{site.url}/admin/showcase/article/add/")
    dialog = open_dialog(editor)
    search(dialog, "zeppelin tour", "1 video")
    get_cell(dialog, "Zeppelin tour").click()
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("Please correct the errors below.")).to_be_visible()
    expect(get_field(editor)).to_contain_text("Zeppelin tour")


def test_widget__error_of_the_field__is_read_with_it(editor: Page, site: Site) -> None:
    add_article(editor, site)
    editor.evaluate("document.querySelector('#id_video').value = '987654321'")
    editor.get_by_role("button", name="Save", exact=True).click()
    sentence = "No video that you can choose matches this number or address."
    expect(editor.get_by_text(sentence)).to_be_visible()
    expect(get_field(editor)).to_contain_text("The chosen video cannot be shown")
    expect(get_field(editor)).to_have_accessible_description(sentence)


def test_widget__label__leads_to_the_button(editor: Page, site: Site) -> None:
    add_article(editor, site)
    editor.locator("label", has_text="Video:").click()
    expect(get_field(editor).get_by_role("button", name="Choose a video")).to_be_focused()


def test_widget__required_and_empty__says_so_and_gets_the_focus(editor: Page, site: Site) -> None:
    editor.goto(f"{site.url}/pages/add/")
    editor.get_by_label("Title").fill("Without a medium")
    field = get_field(editor, "Medium")
    expect(field.get_by_role("button")).to_be_enabled()
    editor.evaluate("document.querySelector('#id_medium').required = true")
    editor.get_by_role("button", name="Save").click()
    expect(field.get_by_role("status")).to_have_text("Please fill out this field.")
    expect(field.get_by_role("button", name="Choose a video or image")).to_be_focused()


def test_widget__reset_form__shows_what_it_began_with(editor: Page, make_article: MakeArticle) -> None:
    editor.goto(make_article(TOUR))
    field = get_field(editor)
    expect(field).to_contain_text("Zeppelin tour")
    field.get_by_role("button", name="Clear").click()
    editor.evaluate("document.querySelector('#id_video').form.reset()")
    expect(field).to_contain_text("Zeppelin tour")


def test_widget__in_a_popup__works(editor: Page, site: Site) -> None:
    editor.set_viewport_size({"width": 800, "height": 500})
    editor.goto(f"{site.url}/admin/showcase/article/add/?_popup=1")
    dialog = open_dialog(editor)
    search(dialog, "zeppelin tour", "1 video")
    get_cell(dialog, "Zeppelin tour").click()
    expect(get_field(editor)).to_contain_text("Zeppelin tour")


def test_widget__several_on_a_page__ask_once(editor: Page, make_article: MakeArticle, site: Site) -> None:
    address = make_article(TOUR, "With three")  # type: ignore[call-arg]
    site.run(
        "article = Article.objects.get(title='With three')\n"
        "for photo in Photo.objects.filter(title__startswith='Zeppelin'):\n"
        "    RelatedVideo.objects.create(article=article, photo=photo)"
    )
    asked: list[str] = []
    editor.on("request", lambda request: asked.append(request.url) if "/describe/" in request.url else None)
    editor.goto(address)
    expect(get_field(editor)).to_have_count(4)
    for field in get_field(editor).all():
        expect(field).to_contain_text("Zeppelin")
    assert len(asked) == 1


def test_widget__without_javascript__is_a_text_field(
    browser: Browser, site: Site, editor_cookies: list[dict[str, str]]
) -> None:
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(editor_cookies)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site.url}/admin/showcase/article/add/")
    page.get_by_label("Title:").fill("Without JavaScript")
    page.get_by_label("Slug:").fill("without-javascript")
    page.get_by_label("Body:").fill("Text.")
    expect(page.get_by_text("A number, or an address on TwentyThree.").first).to_be_visible()
    page.get_by_label("Video:").fill(f"{site.platform.base_url}/video/{TOUR}")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was added successfully")).to_be_visible()
    page.get_by_role("link", name="Without JavaScript").first.click()
    pk = page.get_by_label("Video:").input_value()
    assert pk.isdigit()
    page.get_by_label("Video:").fill("1")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    context.close()
