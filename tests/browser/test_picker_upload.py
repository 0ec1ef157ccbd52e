"""Uploads from the picker, from the file to the saved form: by script, and by form where scripts may not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import WAIT_MS
from tests.browser.picking import add_article, get_field, get_saved_video, log_in, open_dialog, save
from tests.browser.test_picker_accessibility import examine
from tests.browser.test_picker_dialog import tab_to

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.site import Site

# What browsers write into the console of what these tests do: scripts that may not send, lines and platforms that fail.
EXPECTED = ("blocked by CORS policy", "net::ERR", "status of 503")


@pytest.fixture(autouse=True)
def _as_usual(site: Site) -> Iterator[None]:
    """Whatever a test does to the platform, the next finds it as usual."""
    yield
    site.platform.configure(has_cors=True, max_upload_bytes=0, upload_bytes_per_second=0, upload_breaks_after_bytes=0)
    site.platform.clear_faults()


@pytest.fixture
def uploader(browser: Browser, editor_cookies: list[Any]) -> Iterator[Page]:
    """A page of an editor; it fails a test whose console reported what the test does not bring about."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.add_cookies(editor_cookies)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    complaints: list[str] = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))  # type: ignore[call-overload]
    page.on("pageerror", lambda error: complaints.append(f"exception: {error}"))
    yield page
    context.close()
    assert [text for text in complaints if not any(words in text for words in EXPECTED)] == []


def make_file(name: str = "harbour_tour.mp4", size: int = 50_000, kind: str = "video/mp4") -> Any:
    return {"name": name, "mimeType": kind, "buffer": b"." * size}


@pytest.fixture
def large_file(tmp_path: Path) -> Path:
    """A film that is not there at once."""
    path = tmp_path / "long film.mp4"
    path.write_bytes(b"." * 20_000_000)
    return path


def open_upload(page: Page) -> Locator:
    """Open the dialog on its tab for uploads, and return the tab's panel."""
    dialog = open_dialog(page)
    dialog.get_by_role("tab", name="Upload").click()
    return dialog.get_by_role("tabpanel", name="Upload")


def choose_album(panel: Locator, name: str = "Zeppelin week") -> None:
    panel.get_by_role("combobox", name="Categories").fill(name[:5])
    panel.get_by_role("option", name=name).click()
    expect(panel.get_by_role("button", name=f"Remove category: {name}")).to_be_visible()


def get_remote_id(site: Site, title: str) -> int:
    [remote_id] = site.ask("SELECT remote_id FROM twentythree_photo WHERE title = ?", title)
    return int(remote_id)


@pytest.mark.parametrize("has_cors", [True, False], ids=["by script", "by form"])
def test_upload__one_file__is_chosen_saved_and_turns_ready(uploader: Page, site: Site, has_cors: bool) -> None:
    site.platform.configure(has_cors=has_cors)
    title = f"harbour tour {has_cors}"
    add_article(uploader, site, title)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files([make_file(f"harbour_tour_{has_cors}.mp4")])
    expect(panel.get_by_label("Title")).to_have_value(title)
    expect(panel.get_by_label("Title")).to_be_focused()
    choose_album(panel)
    panel.get_by_label("Tags").fill("sea, old town")
    panel.get_by_role("button", name="Upload", exact=True).click()
    field = get_field(uploader)
    expect(field.get_by_text(title, exact=True)).to_be_visible()
    expect(panel).to_be_hidden()
    expect(field.get_by_text("Encoding")).to_be_visible()
    remote_id = get_remote_id(site, title)
    photo = site.platform.get_photo(remote_id)
    assert (photo["published_p"], photo["tags"]) == (1, ["sea", "old town"])
    site.platform.finish_encoding(remote_id)
    expect(field.get_by_role("status")).to_have_text(f"Ready: {title}")
    expect(field.get_by_text("Encoding")).to_be_hidden()
    save(uploader)
    assert get_saved_video(site, title) == remote_id


def test_upload__keyboard_only__leads_from_the_field_to_the_saved_form(uploader: Page, site: Site) -> None:
    add_article(uploader, site, "Keys only")
    keyboard = uploader.keyboard
    # Told in the moment of the key, a browser may be too late to hand the choice of files over.
    uploader.on("filechooser", lambda chooser: None)
    tab_to(uploader, get_field(uploader).get_by_role("button", name="Choose a video"))
    keyboard.press("Enter")
    dialog = uploader.get_by_role("dialog", name="Choose a video")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    tab_to(uploader, dialog.get_by_role("tab", selected=True))
    keyboard.press("ArrowLeft")  # round to the last
    expect(dialog.get_by_role("tab", name="Upload")).to_be_focused()
    panel = dialog.get_by_role("tabpanel", name="Upload")
    tab_to(uploader, panel.get_by_label("Choose files"))
    with uploader.expect_file_chooser() as chooser:
        keyboard.press("Enter")
    chooser.value.set_files([make_file("by_keys.mp4")])
    expect(panel.get_by_label("Title")).to_be_focused()
    keyboard.press("ControlOrMeta+a")
    keyboard.type("Sent by keys")
    tab_to(uploader, panel.get_by_role("combobox", name="Categories"))
    keyboard.type("Zep")
    expect(panel.get_by_role("option", name="Zeppelin week")).to_be_visible()
    keyboard.press("Enter")
    tab_to(uploader, panel.get_by_role("button", name="Upload", exact=True))
    keyboard.press("Enter")
    expect(get_field(uploader).get_by_role("button", name="Change")).to_be_focused()
    expect(get_field(uploader).get_by_text("Sent by keys", exact=True)).to_be_visible()
    tab_to(uploader, uploader.get_by_role("button", name="Save", exact=True))
    keyboard.press("Enter")
    expect(uploader.get_by_text("was added successfully")).to_be_visible()


def test_upload__saved_while_encoding__turns_ready_on_the_page_reopened(uploader: Page, site: Site) -> None:
    add_article(uploader, site, "Saved early")
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files([make_file("saved_early.mp4")])
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(get_field(uploader).get_by_text("saved early", exact=True)).to_be_visible()
    save(uploader)
    uploader.get_by_role("link", name="Saved early").first.click()
    field = get_field(uploader)
    expect(field.get_by_text("Encoding")).to_be_visible()
    remote_id = get_remote_id(site, "saved early")
    site.platform.finish_encoding(remote_id)
    site.manage("twentythree_sync", "--photo", str(remote_id))  # as a worker does on the platform's notice
    expect(field.get_by_role("status")).to_have_text("Ready: saved early")


@pytest.mark.parametrize("has_cors", [True, False], ids=["by script", "by form"])
def test_upload__two_files_dropped__are_offered_both(uploader: Page, site: Site, has_cors: bool) -> None:
    site.platform.configure(has_cors=has_cors)
    add_article(uploader, site)
    panel = open_upload(uploader)
    drop(panel, ["first one.mp4", "second one.mov"])
    expect(panel.get_by_label("Title")).to_have_count(2)
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    for name in ("first one", "second one"):
        expect(panel.get_by_role("button", name=f"Choose this video: {name}")).to_be_visible()
    panel.get_by_role("button", name="Choose this video: second one").click()
    expect(get_field(uploader).get_by_text("second one", exact=True)).to_be_visible()
    expect(panel).to_be_hidden()


def drop(panel: Locator, names: list[str]) -> None:
    page = panel.page
    transfer = page.evaluate_handle(
        """names => {
            const transfer = new DataTransfer();
            names.forEach(name => transfer.items.add(new File(["...."], name, { type: "video/mp4" })));
            return transfer;
        }""",
        names,
    )
    target = panel.get_by_text("or drop them here")
    target.dispatch_event("dragover", {"dataTransfer": transfer})
    target.dispatch_event("drop", {"dataTransfer": transfer})


def test_upload__under_way__shows_progress_warns_and_can_be_cancelled(
    uploader: Page, site: Site, large_file: Path
) -> None:
    site.platform.configure(upload_bytes_per_second=100_000)
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files(large_file)
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    bar = panel.get_by_role("progressbar", name="long film")
    expect(bar).to_be_visible()
    expect(panel.get_by_text("% uploaded")).to_be_visible()
    assert 0 < bar.evaluate("bar => bar.position") < 1
    kinds: list[str] = []
    uploader.once("dialog", lambda asked: (kinds.append(asked.type), asked.dismiss()))  # type: ignore[call-overload]
    with uploader.expect_event("dialog"):
        uploader.evaluate("location.assign('/admin/')")
    assert kinds == ["beforeunload"]
    panel.get_by_role("button", name="Cancel: long film").click()
    expect(panel.get_by_text("Cancelled.")).to_be_visible()
    expect(panel.get_by_label("Title")).to_be_focused()
    expect(bar).to_be_hidden()
    uploader.goto(f"{site.url}/admin/")  # without a question


def test_upload__by_form__can_be_cancelled(uploader: Page, site: Site, large_file: Path) -> None:
    site.platform.configure(has_cors=False, upload_bytes_per_second=100_000)
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files(large_file)
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_text("Uploading …")).to_be_visible()
    assert panel.get_by_role("progressbar").evaluate("bar => bar.position") == -1
    panel.get_by_role("button", name="Cancel: long film").click()
    expect(panel.get_by_text("Cancelled.")).to_be_visible()
    expect(uploader.locator("iframe[name^=twentythree-upload]")).to_have_count(0)


@pytest.mark.parametrize("has_cors", [True, False], ids=["by script", "by form"])
def test_upload__broken_in_the_middle__can_be_tried_again(
    uploader: Page, site: Site, large_file: Path, has_cors: bool
) -> None:
    site.platform.configure(has_cors=has_cors, upload_breaks_after_bytes=2_000_000, upload_bytes_per_second=4_000_000)
    name = f"broken {has_cors}"
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files(large_file)
    panel.get_by_label("Title").fill(name)
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_text("The connection to TwentyThree was lost.")).to_be_visible()
    site.platform.configure(upload_breaks_after_bytes=0, upload_bytes_per_second=0)
    panel.get_by_role("button", name=f"Try again: {name}").click()
    expect(get_field(uploader).get_by_text(name, exact=True)).to_be_visible()
    get_remote_id(site, name)  # there is one


@pytest.mark.parametrize("has_cors", [True, False], ids=["by script", "by form"])
def test_upload__file_that_the_platform_cannot_use__is_said(uploader: Page, site: Site, has_cors: bool) -> None:
    site.platform.configure(has_cors=has_cors)
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files([make_file("letter.txt", kind="text/plain")])
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_text("TwentyThree did not accept it: This file type cannot be used")).to_be_visible()
    panel.get_by_role("button", name="Remove: letter").click()
    expect(panel.get_by_label("Title")).to_have_count(0)


def test_upload__too_large__is_said(uploader: Page, site: Site) -> None:
    site.platform.configure(max_upload_bytes=1000)
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files([make_file("large.mp4")])
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_text("TwentyThree did not accept it: The file is too large")).to_be_visible()


def test_upload__picture_for_a_video_field__is_not_sent(uploader: Page, site: Site) -> None:
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files([make_file("map.png", kind="image/png"), make_file("film.mp4")])
    expect(panel.get_by_role("alert")).to_have_text("Files of this kind cannot be chosen here: map.png")
    expect(panel.get_by_label("Title")).to_have_count(1)


def test_upload__published_without_a_category__is_asked_for_one(uploader: Page, site: Site) -> None:
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files([make_file()])
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_role("alert")).to_contain_text("Published videos need a category.")
    expect(panel.get_by_role("combobox", name="Categories")).to_be_focused()


def test_upload__unpublished_where_that_cannot_be_chosen__says_why(uploader: Page, site: Site) -> None:
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files([make_file("kept back.mp4")])
    panel.get_by_label("Publish").uncheck()
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_text("It is not published on TwentyThree.").first).to_be_visible()
    expect(panel).to_be_visible()


def test_upload__platform_refuses_the_ticket__is_a_sentence_and_can_be_tried_again(uploader: Page, site: Site) -> None:
    site.platform.fail_next(503, times=1, method="photo/get-upload-token")
    add_article(uploader, site)
    panel = open_upload(uploader)
    panel.get_by_label("Choose files").set_input_files([make_file("second try.mp4")])
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_text("TwentyThree is not working properly.")).to_be_visible()
    panel.get_by_role("button", name="Try again: second try").click()
    expect(get_field(uploader).get_by_text("second try", exact=True)).to_be_visible()


def test_upload__without_the_permission__has_no_tab(browser: Browser, site: Site) -> None:
    site.run(
        "user = User.objects.create_user('looker', password='looker', is_staff=True); "
        "user.user_permissions.set(Permission.objects.filter("
        "codename__in=['view_photo', 'add_article', 'view_article', 'change_article']))"
    )
    context = browser.new_context()
    page = context.new_page()
    log_in(page, site.url, "looker")
    add_article(page, site)
    dialog = open_dialog(page)
    expect(dialog.get_by_role("tab", name="Upload")).to_have_count(0)
    token = dialog.locator("[name=csrfmiddlewaretoken]").input_value()
    answer = page.request.post(
        f"{site.url}/twentythree/upload/", headers={"X-CSRFToken": token, "Referer": site.url}, form={"title": "x"}
    )
    assert answer.status == 403
    assert "may not add videos" in answer.json()["error"]
    context.close()


@pytest.mark.parametrize("width", [320, 1440])
def test_upload__examined_by_axe__has_no_violations(uploader: Page, site: Site, width: int) -> None:
    uploader.set_viewport_size({"width": width, "height": 800})
    add_article(uploader, site)
    panel = open_upload(uploader)
    examine(uploader, "twentythree-dialog")
    panel.get_by_label("Choose files").set_input_files([make_file("one.mp4"), make_file("two.mp4")])
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_role("alert")).to_be_visible()
    examine(uploader, "twentythree-dialog")
    choose_album(panel)
    panel.get_by_role("button", name="Upload", exact=True).click()
    expect(panel.get_by_role("button", name="Choose this video: two")).to_be_visible()
    examine(uploader, "twentythree-dialog")
    assert panel.evaluate("panel => panel.scrollWidth <= panel.clientWidth")
