"""The three buttons that ask TwentyThree: a pasted address, a refresh, a look for what is new."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_twentythree.coordination.backoff import record_throttling
from django_twentythree.coordination.leases import acquire_permits
from django_twentythree.models import Lease, Photo, Workspace
from django_twentythree.pickers.limits import may_press
from django_twentythree.pickers.live_lookup import MAX_PRESSES
from django_twentythree.testing.factories import AlbumFactory, LiveStreamFactory, PhotoFactory
from tests.timing import Stopwatch

Answer = Callable[..., Any]

WHICH_SITE = {1: [], 2: ["site/get"]}
"""What is asked beside all else: the answers of version 2 do not name their site."""


@pytest.fixture
def find(editor: Client) -> Answer:
    """Paste a text, and return the answer."""

    def ask(text: str, model: str = "photo", query: str = "") -> Any:
        return editor.post(f"{reverse('twentythree:picker_find', args=[model])}?{query}", {"text": text})

    return ask


@pytest.fixture
def newest(editor: Client) -> Answer:
    """Look for what is new, and return the answer."""

    def ask(model: str = "photo", query: str = "") -> Any:
        return editor.post(f"{reverse('twentythree:picker_newest', args=[model])}?{query}")

    return ask


@pytest.fixture
def refresh(editor: Client) -> Answer:
    """Refresh a row, and return the answer."""

    def ask(row: Any) -> Any:
        return editor.post(reverse("twentythree:picker_refresh", args=[row._meta.model_name, row.pk]))

    return ask


def test_find__mirrored__is_found_without_asking(platform, find):
    photo = PhotoFactory(title="Onboarding")
    answer = find(f"http://{platform.domain}/video/{photo.remote_id}/onboarding")
    assert answer.status_code == 200
    assert answer.json()["result"]["pk"] == photo.pk
    assert platform.requests == []


@pytest.mark.parametrize(
    "form",
    [
        "http://{domain}/video/{id}",
        "{domain}/video/{id}/some-title",
        "http://{domain}/secret/{id}/{token}",
        "http://{domain}/manage/video/{id}",
        "http://{domain}/video/{id}/4711/some-chapter",
        "http://{domain}/v.ihtml/player.html?token={token}&source=embed&photo%5fid={id}",
        "http://{domain}/12345.ihtml?photo_id={id}&token={token}",
        '<div><iframe src="//{domain}/v.ihtml/player.html?token={token}&amp;photo%5fid={id}" width="9"></iframe></div>',
        "&lt;iframe src=&quot;//{domain}/v.ihtml/player.html?photo%5fid={id}&quot;&gt;&lt;/iframe&gt;",
        "{id}",
        "http://{domain}/permalink-of-it",
    ],
)
def test_find__not_mirrored_yet__is_mirrored_on_the_spot(platform, find, form):
    made = platform.add_photo(77, title="Permalink of it", one="/permalink-of-it")
    answer = find(form.format(domain=platform.domain, id=77, token=made["token"]))
    assert answer.status_code == 200, answer.content
    assert answer.json()["result"]["title"] == "Permalink of it"
    assert Photo.objects.get().remote_id == 77


def test_find__permalink_of_an_old_video__is_searched_for(platform, find):
    platform.add_photo(
        5, title="Tide tables explained", one="/tide-tables-explained", creation_date_epoch=1_000_000_000
    )
    platform.fill(photos=60)
    answer = find(f"http://{platform.domain}/tide-tables-explained")
    assert answer.json()["result"]["remote_id"] == 5
    # The site, a look at the newest in short pages, and one search.
    assert [call["method"] for call in platform.requests] == ["site/get", *["photo/list"] * 4]


def test_find__known_as_gone__is_asked_for_again(platform, find, default_workspace):
    platform.add_photo(77)
    photo = PhotoFactory(remote_id=77, gone=True)
    assert find(f"http://{platform.domain}/video/77").json()["result"]["badges"] == []
    photo.refresh_from_db()
    assert photo.missing_since is None


@pytest.mark.parametrize(("model", "path"), [("album", "channel"), ("livestream", "live")])
def test_find__album_or_live_stream__is_mirrored_on_the_spot(platform, find, model, path):
    platform.add_album(9, title="Harbour")
    platform.add_livestream(9, name="Harbour")
    assert find(f"http://{platform.domain}/{path}/9/harbour", model).json()["result"]["title"] == "Harbour"
    assert find("9", model).json()["result"]["remote_id"] == 9


def test_find__unpublished_of_a_signed_mirror__is_told_not_to_be_choosable(platform, find):
    platform.add_photo(77, published_p=0)
    item = find(f"http://{platform.domain}/video/77").json()["result"]
    assert (item["is_choosable"], item["reason"]) == (False, "It is not published on TwentyThree.")
    assert find("77", query="allow_unpublished=1").json()["result"]["is_choosable"] is True


def test_find__of_another_kind_than_the_field_wants__is_told_not_to_be_choosable(platform, find):
    platform.add_photo(77, video_p=0, audio_p=1)
    item = find(f"http://{platform.domain}/video/77", query="kinds=video").json()["result"]
    assert (item["is_choosable"], item["reason"]) == (False, "Objects of this kind cannot be chosen here.")


@pytest.mark.parametrize(
    ("text", "model", "sentence"),
    [
        ("", "photo", "This is not the address or embed code of"),
        ("just words", "photo", "This is not the address or embed code of"),
        ("http://{domain}/tag/harbour", "photo", "This is not the address or embed code of"),
        ("http://{domain}/user/someone/", "photo", "This is not the address or embed code of"),
        ("http://video.other.example/video/77", "photo", "This site uses"),
        ("http://{domain}/channel/9", "photo", "This is the address of a category"),
        ("http://{domain}/live/9", "photo", "This is the address of a live stream"),
        ("http://{domain}/video/9", "album", "This is the address of a video"),
        ("<iframe src='http://{domain}/v.ihtml?album_id=4'>", "photo", "This is the address of a category"),
    ],
)
def test_find__nothing_that_could_be_chosen__is_said_without_asking(platform, find, text, model, sentence):
    answer = find(text.format(domain=platform.domain), model)
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(sentence.format(domain=platform.domain))
    assert platform.requests == []


def test_find__not_there__is_said(platform, find):
    for text in (f"http://{platform.domain}/video/404", f"http://{platform.domain}/no-such-thing", "404"):
        answer = find(text)
        assert answer.status_code == 404
        assert answer.json() == {"error": "TwentyThree has no video at this address."}
    assert not Photo.objects.exists()


def test_find__anonymous_mirror__says_what_it_cannot_see(configure, twentythree_platform, find):
    configure(level=None)
    made = twentythree_platform.add_photo(77, published_p=0)
    answer = find(f"http://{twentythree_platform.domain}/secret/77/{made['token']}")
    assert answer.status_code == 404
    assert "no credentials" in answer.json()["error"]
    twentythree_platform.add_photo(78, published_p=1)
    assert find(f"http://{twentythree_platform.domain}/video/78").json()["result"]["remote_id"] == 78


def test_find__workspace_the_field_is_not_tied_to__is_said(platform, settings, find):
    settings.TWENTYTHREE["WORKSPACES"]["other"] = {"DOMAIN": "video.other.example"}
    settings.TWENTYTHREE = dict(settings.TWENTYTHREE)
    answer = find(f"http://{platform.domain}/video/77", query="field_workspace=other")
    assert answer.status_code == 400
    assert "video.other.example" in answer.json()["error"]
    assert find("77", query="field_workspace=unknown").status_code == 404


def test_find__id_in_the_second_of_two_workspaces__is_found(platform, settings, find):
    # Nobody listens on port 9: the first workspace cannot be asked.
    workspaces = {"dead": {"DOMAIN": "127.0.0.1:9", "SCHEME": "http"}, **settings.TWENTYTHREE["WORKSPACES"]}
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "WORKSPACES": workspaces}
    platform.add_photo(77)
    assert find("77").json()["result"]["remote_id"] == 77
    assert find("78").status_code == 504


def test_find__filtered_away__is_not_shown(platform, settings, find):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    platform.add_photo(77, title="Secret")
    answer = find("77")
    assert answer.status_code == 404
    assert "Secret" not in answer.content.decode()


@pytest.mark.parametrize(
    ("fault", "details", "status", "words"),
    [
        ("silence", {"seconds": 20}, 504, "could not be reached in time"),
        ("reset", {}, 504, "could not be reached in time"),
        ("500", {}, 503, "not working properly"),
        ("429", {"retry_after": 60}, 503, "not working properly"),
        ("html", {}, 502, "cannot use"),
        ("error", {"code": "invalid_signature", "message": "no"}, 502, "does not accept requests from this site"),
        ("drop_level", {"level": "anonymous"}, 502, "The log tells administrators"),
    ],
)
def test_asking__platform_fails__is_a_sentence_in_time(
    platform, default_workspace, find, refresh, newest, fault, details, status, words
):
    platform.add_photo(77)
    assert find("77").status_code == 200  # the site is known by now, as after any sync run
    photo = Photo.objects.get()
    for ask in (lambda: find("78"), lambda: refresh(photo), lambda: newest()):
        platform.fail_next(fault, times=1, **details)
        watch = Stopwatch()
        answer = ask()
        assert watch.seconds < 7
        assert answer.status_code == status
        assert words in answer.json()["error"]
        platform.clear_faults()
    assert Photo.objects.get().missing_since is None


def test_asking__refused_connection__is_a_sentence_and_no_error_of_this_site(settings, find, newest, caplog):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "127.0.0.1:9", "SCHEME": "http"}}}
    assert "could not be reached" in find("77").json()["error"]
    assert "could not be reached" in newest().json()["error"]
    # Django mails errors to the administrators of the site.
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_asking__name_server_is_silent__is_a_sentence_in_time(settings, find, monkeypatch):
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "video.example.com"}}}
    answered = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answered.wait(20) or [])
    watch = Stopwatch()
    answer = find("77")
    answered.set()
    assert watch.seconds < 8
    assert (answer.status_code, "could not be reached" in answer.json()["error"]) == (504, True)


def test_asking__no_workspace__is_a_sentence(settings, find, newest):
    settings.TWENTYTHREE = {}
    assert "No TwentyThree workspace" in find("77").json()["error"]
    assert "No TwentyThree workspace" in newest().json()["error"]


def test_asking__all_requests_taken__says_so_soon(platform, default_workspace, find):
    with acquire_permits(default_workspace, is_long=False, acquire_timeout=timedelta()):
        watch = Stopwatch()
        answer = find("77")
    assert watch.seconds < 4
    assert answer.status_code == 503
    assert "many requests" in answer.json()["error"]


def test_asking__platform_wants_a_pause__says_so_at_once(platform, default_workspace, find):
    record_throttling(default_workspace, 900)
    watch = Stopwatch()
    answer = find("77")
    assert watch.seconds < 4
    assert answer.status_code == 503
    assert "asked this site to pause" in answer.json()["error"]
    assert platform.requests == []


def test_asking__settings_are_wrong__tells_the_editor_no_secret(platform, configure, settings, find, caplog):
    configure(api_version=1)
    platform_settings = settings.TWENTYTHREE["WORKSPACES"]["default"]
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {**platform_settings, "ACCESS_TOKEN": ""}}}
    answer = find("77")
    assert answer.status_code == 502
    assert "does not accept requests from this site" in answer.json()["error"]
    assert platform_settings["CONSUMER_SECRET"] not in caplog.text


def test_refresh__changed_title__is_brought_in(platform, find, refresh):
    platform.add_photo(77, title="Before")
    find("77")
    platform.edit_photo(77, title="After")
    platform.add_section(77, title="Chapter one", start_time=3)
    assert refresh(Photo.objects.get()).json()["result"]["title"] == "After"
    assert Photo.objects.get().sections.get().title == "Chapter one"


def test_refresh__gone_from_the_platform__is_flagged_and_stays(platform, find, refresh):
    platform.add_photo(77)
    find("77")
    platform.delete_photo(77)
    item = refresh(Photo.objects.get()).json()["result"]
    assert [badge["code"] for badge in item["badges"]] == ["gone"]
    assert (item["is_choosable"], item["platform_url"]) == (False, "")


@pytest.mark.parametrize("factory", [AlbumFactory, LiveStreamFactory])
def test_refresh__album_or_live_stream_that_never_was__is_flagged(platform, default_workspace, refresh, factory):
    item = refresh(factory()).json()["result"]
    assert [badge["code"] for badge in item["badges"]] == ["gone"]


def test_refresh__no_such_row__is_said(platform, editor):
    answer = editor.post(reverse("twentythree:picker_refresh", args=["photo", 404]))
    assert answer.status_code == 404
    assert "no longer exists" in answer.json()["error"]


def test_newest__new_videos__are_counted_and_mirrored(platform, newest):
    assert newest().json() == {"message": "There is nothing new on TwentyThree."}
    platform.add_photo(1)
    assert newest().json() == {"message": "1 new video."}
    platform.fill(photos=5)
    assert newest().json() == {"message": "5 new videos."}
    assert Photo.objects.count() == 6


def test_newest__large_library__looks_at_a_few_short_pages(platform, newest):
    platform.fill(photos=200)
    assert newest().json() == {"message": "60 new videos."}
    platform.clear_requests()
    assert newest().json() == {"message": "There is nothing new on TwentyThree."}
    assert [call["method"] for call in platform.requests] == ["photo/list", *WHICH_SITE[platform.api_version]]


def test_newest__albums_and_live_streams__are_counted(platform, newest):
    platform.add_album(1)
    platform.add_livestream(1)
    platform.add_livestream(2)
    assert newest("album").json() == {"message": "1 new category."}
    assert newest("livestream").json() == {"message": "2 new live streams."}


def test_newest__one_of_two_workspaces_is_down__the_other_is_asked(platform, settings, newest):
    workspaces = {"dead": {"DOMAIN": "127.0.0.1:9", "SCHEME": "http"}, **settings.TWENTYTHREE["WORKSPACES"]}
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "WORKSPACES": workspaces}
    platform.add_photo(1)
    assert newest().json() == {"message": "1 new video."}
    assert newest(query="workspace=default").json() == {"message": "There is nothing new on TwentyThree."}
    assert newest(query="workspace=dead").status_code == 504
    assert Workspace.objects.count() == 2


@pytest.mark.parametrize("button", ["newest", "refresh", "find", "find by permalink"])
def test_ask__another_site_answers__is_a_sentence_and_nothing_is_taken(
    platform, default_workspace, newest, refresh, find, button
):
    platform.add_photo(1, title="Ours")
    newest()
    platform.set_site(site_id="999")
    platform.edit_photo(1, title="Theirs")
    platform.add_photo(2, title="Foreign", one="/foreign")
    answer = {
        "newest": newest,
        "refresh": lambda: refresh(Photo.objects.get()),
        "find": lambda: find(f"http://{platform.domain}/video/2"),
        "find by permalink": lambda: find(f"http://{platform.domain}/foreign"),
    }[button]()
    assert answer.status_code == 502
    assert "A different TwentyThree site answers" in answer.json()["error"]
    assert [photo.title for photo in Photo.objects.all()] == ["Ours"]
    assert Workspace.objects.get().state == "mismatched"


@pytest.mark.parametrize("code", ["", "permission_denied", "missing_authentication"])
def test_find__draft_asked_for_without_credentials__is_said_not_to_be_shown(platform, configure, find, code):
    configure(level=None, api_version=2)
    platform.refuse_concealed(code)
    platform.add_photo(77, published_p=0)
    answer = find("77")
    assert answer.status_code == 404
    assert "This site has no credentials" in answer.json()["error"]
    assert Workspace.objects.get().state == Workspace.State.WORKING


# How often


@pytest.mark.django_db
@pytest.mark.parametrize(
    "fields", [{}, {"is_staff": True}, {"is_superuser": True}], ids=["editor", "staff", "superuser"]
)
def test_buttons__pressed_more_often_than_a_person_does__are_refused_all_three(settings, login, fields):
    # Nobody listens on port 9: each press fails, and counts all the same.
    settings.TWENTYTHREE = {"WORKSPACES": {"default": {"DOMAIN": "127.0.0.1:9", "SCHEME": "http"}}}
    client = login("view_photo", "view_album", username="hasty", **fields)
    photo = PhotoFactory()
    presses = [
        (reverse("twentythree:picker_find", args=["photo"]), {"text": "just words"}),
        (reverse("twentythree:picker_refresh", args=["photo", 404]), {}),
        (reverse("twentythree:picker_newest", args=["photo"]), {}),
    ]
    for number in range(MAX_PRESSES):
        url, form = presses[number % 3]
        assert client.post(url, form).status_code != 429
    for url, form in [*presses, (reverse("twentythree:picker_newest", args=["album"]), {})]:
        answer = client.post(url, form)
        assert answer.status_code == 429
        assert answer.json()["error"].startswith("You sent many requests to TwentyThree.")
    # What is listed stays, others are not held up, and after a minute it goes on.
    assert [item["pk"] for item in client.get(reverse("twentythree:picker", args=["photo"])).json()["results"]] == [
        photo.pk
    ]
    assert login("view_photo", username="calm").post(*presses[0]).status_code == 400
    Lease.objects.filter(key__startswith="press:").update(until=timezone.now() - timedelta(seconds=1))
    assert client.post(*presses[0]).status_code == 400


@pytest.mark.django_db
def test_buttons__pressed_by_who_may_not_look__are_refused_as_ever_and_count_for_nobody(login):
    for client, status in ((Client(), 401), (login(username="without"), 403)):
        for _ in range(MAX_PRESSES + 1):
            assert client.post(reverse("twentythree:picker_newest", args=["photo"])).status_code == status
    assert not Lease.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_buttons__pressed_in_many_windows_at_once__are_counted_together(make_user):
    user = make_user()

    def press(allowed: list[bool]) -> None:
        try:
            allowed += [may_press(user, times=5, period=timedelta(minutes=1)) for _ in range(4)]
        finally:
            connection.close()

    allowed: list[bool] = []
    windows = [threading.Thread(target=press, args=(allowed,)) for _ in range(3)]
    for window in windows:
        window.start()
    for window in windows:
        window.join()
    assert len(allowed) == 12
    assert allowed.count(True) <= 5
    # Whoever lost a race for the last one may press again.
    allowed += [may_press(user, times=5, period=timedelta(minutes=1)) for _ in range(5)]
    assert allowed.count(True) == 5


# Forbidden and missing objects


def test_find__forbidden_and_absent__cannot_be_told_apart(platform, settings, find):
    platform.add_photo(77, title="Secret", one="/secret-plans")
    assert find("77").status_code == 200
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}

    def ask(text: str) -> tuple[int, Any, list[str]]:
        platform.clear_requests()
        answer = find(text.format(domain=platform.domain))
        return answer.status_code, answer.json(), [call["method"] for call in platform.requests]

    assert ask("77") == ask("404")
    assert ask("http://{domain}/video/77") == ask("http://{domain}/video/404")
    assert ask("http://{domain}/secret-plans") == ask("http://{domain}/no-such-thing")


def test_find__forbidden_while_the_platform_is_down__is_no_different_from_absent(settings, find):
    settings.TWENTYTHREE = {
        "WORKSPACES": {"default": {"DOMAIN": "127.0.0.1:9", "SCHEME": "http"}},
        "PICKER_FILTER": "tests.pickers.filters.only_harbour",
    }
    forbidden = PhotoFactory(title="Secret")
    told, absent = find(str(forbidden.remote_id)), find("404")
    assert (told.status_code, told.json()) == (absent.status_code, absent.json())


def test_refresh__forbidden_and_absent__cannot_be_told_apart(platform, settings, editor):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    forbidden = PhotoFactory(title="Secret")
    told, absent = (
        editor.post(reverse("twentythree:picker_refresh", args=["photo", pk])) for pk in (forbidden.pk, 404)
    )
    assert (told.status_code, told.json()) == (absent.status_code, absent.json())


def test_newest__forbidden_ones__are_not_counted(platform, settings, newest):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.filters.only_harbour"}
    platform.add_photo(1, title="Secret")
    assert newest().json() == {"message": "There is nothing new on TwentyThree."}
    platform.add_photo(2, title="Secret, too")
    platform.add_photo(3, title="Harbour")
    assert newest().json() == {"message": "1 new video."}
