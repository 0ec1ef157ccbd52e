"""Uploads from the picker: tickets, and what this site finds out by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from django_twentythree.models import Photo, Workspace
from django_twentythree.pickers.limits import is_within_limit
from django_twentythree.testing.factories import AlbumFactory, PhotoFactory
from django_twentythree.testing.platform import TwentyThreePlatform

BEGIN, STATUS = "twentythree:upload_begin", "twentythree:upload_status"
FORM = {"title": "Harbour tour", "publish": ""}


@pytest.fixture(autouse=True)
def _forget_limits() -> None:
    cache.clear()


@pytest.fixture
def workspace(default_workspace: Workspace) -> Workspace:
    """The workspace as a mirror run with credentials that may write has left it."""
    default_workspace.permission_level = "write"
    default_workspace.site_id = 8123450
    default_workspace.save()
    return default_workspace


@pytest.fixture
def uploader(workspace: Workspace, login: Callable[..., Client]) -> Client:
    """A client of somebody who may see and add videos."""
    return login("view_photo", "add_photo", username="uploader")


def begin(client: Client, query: str = "", **form: Any) -> Any:
    return client.post(f"{reverse(BEGIN)}?{query}", {**FORM, **form})


def find(client: Client, token: str) -> Any:
    cache.clear()  # a second later
    return client.post(reverse(STATUS), {"token": token})


def send(ticket: dict[str, Any], name: str = "film.mp4") -> requests.Response:
    files = {"file": (name, b"....", "application/octet-stream")}
    return requests.post(ticket["url"], data=ticket["fields"], files=files, allow_redirects=False, timeout=10)


def test_upload__sent__is_found_mirrored_and_turns_ready(platform, uploader):
    album = AlbumFactory(workspace=Workspace.objects.get(), title="Harbour")
    platform.add_album(album.remote_id, title="Harbour")
    ticket = begin(uploader, albums=str(album.pk), tags='sea, old town, "sea"', publish="1").json()
    assert find(uploader, ticket["token"]).json() == {"state": "waiting", "results": []}
    assert send(ticket).text == "OK"
    answer = find(uploader, ticket["token"]).json()
    photo = Photo.objects.get()
    assert answer["state"] == "encoding"
    assert answer["results"][0]["pk"] == photo.pk
    assert answer["results"][0]["is_choosable"] is True
    assert (photo.title, photo.is_published, photo.is_encoded) == ("Harbour tour", True, False)
    assert sorted(tag.name for tag in photo.tags.all()) == ["old town", "sea"]
    platform.finish_encoding(photo.remote_id)
    assert find(uploader, ticket["token"]).json()["state"] == "ready"
    assert Photo.objects.get().is_encoded is True


def test_status__asked_again_at_once__repeats_what_is_known_without_asking(platform, uploader):
    ticket = begin(uploader).json()
    send(ticket)
    assert find(uploader, ticket["token"]).json()["state"] == "encoding"
    platform.clear_requests()
    assert uploader.post(reverse(STATUS), {"token": ticket["token"]}).json()["state"] == "encoding"
    assert platform.requests == []


def test_status__browser_claims_what_is_not_there__is_not_believed(platform, uploader):
    ticket = begin(uploader, returns="1").json()
    url = reverse("twentythree:upload_return")
    assert uploader.get(url, {"photo_id": "77", "upload_token": ticket["fields"]["upload_token"]}).status_code == 200
    assert find(uploader, ticket["token"]).json()["state"] == "waiting"
    assert not Photo.objects.exists()


def test_return__error_of_the_platform__is_handed_on_to_the_page_around(db, client):
    answer = client.get(reverse("twentythree:upload_return"), {"error_message": 'No "<b>"'})
    assert 'data-error="No &quot;&lt;b&gt;&quot;"' in answer.content.decode()
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    csrf_checking = Client(enforce_csrf_checks=True)
    form = "application/x-www-form-urlencoded"
    answer = csrf_checking.post(reverse("twentythree:upload_return"), "error_message=No", content_type=form)
    assert 'data-error="No"' in answer.content.decode()


def test_return__files_posted_by_anybody__are_not_read(db, client):
    # Django refuses a form without a boundary as soon as it reads it.
    answer = client.post(reverse("twentythree:upload_return"), b"x", content_type="multipart/form-data")
    assert answer.status_code == 200
    assert 'data-error=""' in answer.content.decode()


def test_upload__with_return__sends_the_browser_back_here(platform, uploader):
    ticket = begin(uploader, returns="1").json()
    answer = send(ticket)
    assert answer.status_code == 301
    assert answer.headers["Location"].startswith(f"http://testserver{reverse('twentythree:upload_return')}?")


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"title": "  "}, "title"),
        ({"publish": "1"}, "Published videos need a category"),
        ({"albums": "4711"}, "no longer exists"),
        ({"workspace": "elsewhere"}, "this workspace"),
    ],
)
def test_begin__something_is_missing__is_said_without_asking(platform, uploader, form, words):
    answer = begin(uploader, **form)
    assert answer.status_code == 400
    assert words in answer.json()["error"]
    assert platform.requests == []


def test_begin__credentials_may_only_read__is_said_and_the_tab_is_not_offered(platform, workspace, uploader):
    assert 'accept="video/*,audio/*,image/*"' in open_dialog(uploader)
    workspace.permission_level = "read"
    workspace.save()
    assert "twentythree-upload" not in open_dialog(uploader)
    answer = begin(uploader)
    assert answer.status_code == 403
    assert "not to add them" in answer.json()["error"]


def open_dialog(client: Client, query: str = "") -> str:
    answer = client.get(f"{reverse('twentythree:picker_dialog', args=['photo'])}?{query}")
    return answer.content.decode()


def test_dialog__kinds_of_the_field__are_those_to_upload(uploader):
    assert 'accept="video/*"' in open_dialog(uploader, "kinds=video")
    assert "twentythree-upload" not in open_dialog(uploader, "kinds=text")
    assert "What is not cannot be chosen here" in open_dialog(uploader)
    assert "What is not cannot be chosen here" not in open_dialog(uploader, "allow_unpublished=1")


@pytest.mark.parametrize("name", [BEGIN, STATUS])
def test_upload__by_who_may_not__is_refused(workspace, login, make_user, name):
    assert Client().post(reverse(name)).status_code == 401
    assert login("view_photo", username="a").post(reverse(name)).status_code == 403
    assert login("add_photo", username="b").post(reverse(name)).status_code == 403
    assert login("view_photo", username="c", is_staff=True).post(reverse(name)).status_code == 403
    inactive = Client()
    inactive.force_login(make_user("view_photo", "add_photo", username="d", is_active=False))
    assert inactive.post(reverse(name)).status_code == 401
    assert "twentythree-upload" not in open_dialog(login("view_photo", username="e"))


@pytest.mark.parametrize("name", [BEGIN, STATUS])
def test_upload__without_csrf_token_or_by_get__is_refused(uploader, name):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="uploader"))
    assert strict.post(reverse(name)).status_code == 403
    assert uploader.get(reverse(name)).status_code == 405


def test_status__of_somebody_else_or_forged__is_refused(platform, uploader, login):
    token = begin(uploader).json()["token"]
    assert find(login("view_photo", "add_photo", username="other"), token).status_code == 403
    assert find(uploader, token + "x").status_code == 400
    assert find(uploader, "").status_code == 400


def test_begin__another_site_answers__is_a_sentence_and_no_ticket(platform, uploader):
    platform.set_site(site_id="999")
    answer = begin(uploader)
    assert answer.status_code == 502
    assert "A different TwentyThree site answers" in answer.json()["error"]
    assert {call["method"] for call in platform.requests} == {"site/get"}


def test_begin__too_many__are_told_to_wait(platform, uploader):
    answers = [begin(uploader).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]


def test_status__polled_by_many_pages__asks_the_platform_once_a_second_for_each(platform, uploader):
    tokens = [begin(uploader).json()["token"] for _ in range(5)]
    platform.clear_requests()
    with time_machine.travel(time.time(), tick=False):
        for token in tokens * 20:
            assert uploader.post(reverse(STATUS), {"token": token}).json()["state"] == "waiting"
    # The answers of version 2 do not name their site.
    which_site = {1: [], 2: ["site/get"]}[platform.api_version]
    assert [call["method"] for call in platform.requests] == ["photo/list", *which_site] * 5


def test_limit__used_up__is_there_again_later(make_user):
    user, other = make_user(username="one"), make_user(username="other")
    with time_machine.travel(1_800_000_000, tick=False) as traveller:
        found = [is_within_limit("test", user, times=3, seconds=60) for _ in range(5)]
        assert found == [True, True, True, False, False]
        assert is_within_limit("test", other, times=3, seconds=60)
        traveller.shift(60)
        assert is_within_limit("test", user, times=3, seconds=60)


@pytest.mark.parametrize(("fault", "status"), [(503, 503), ("html", 502), ("reset", 504)])
def test_upload__platform_is_in_trouble__is_a_sentence(platform, uploader, fault, status):
    token = begin(uploader).json()["token"]
    platform.fail_next(fault, times=2)
    for answer in (begin(uploader), find(uploader, token)):
        assert answer.status_code == status
        assert "TwentyThree" in answer.json()["error"]


def test_status__platform_passes_over_the_token__mirrors_nothing(platform, uploader):
    platform.fill(photos=5)
    token = begin(uploader).json()["token"]
    platform.fail_next("ignore", names=["upload_token"], method="photo/list")
    assert find(uploader, token).status_code == 502
    assert not Photo.objects.exists()


def test_status__one_video_comes_of_several_that_are_announced__mirrors_nothing(platform, uploader):
    ticket = begin(uploader).json()
    send(ticket)
    platform.fail_next("miscount", total_count=300, method="photo/list")
    assert find(uploader, ticket["token"]).status_code == 502
    assert not Photo.objects.exists()


def test_upload__secrets__stay_out_of_answers_and_log(platform, uploader, settings, caplog):
    ticket = begin(uploader).json()
    platform.fail_next("error", code="unknown", message=f"No {ticket['fields']['upload_token']}", method="photo/list")
    find(uploader, ticket["token"])
    entry = settings.TWENTYTHREE["WORKSPACES"]["default"]
    secrets = [entry[name] for name in ("CONSUMER_SECRET", "ACCESS_TOKEN_SECRET", "BEARER_TOKEN") if entry.get(name)]
    assert not any(secret in str(ticket) + caplog.text for secret in secrets)
    assert ticket["fields"]["upload_token"] not in caplog.text


def test_upload__picker_filter_hides_it__says_so(platform, uploader, settings):
    ticket = begin(uploader).json()
    send(ticket)
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "PICKER_FILTER": "tests.pickers.test_uploading.hide_all"}
    answer = find(uploader, ticket["token"])
    assert answer.status_code == 404
    assert "you may not choose it" in answer.json()["error"]


def hide_all(queryset: Any, user: Any) -> Any:
    return queryset.none()


def test_upload__either_version_of_the_api__hands_out_tickets(configure, workspace, login):
    client = login("view_photo", "add_photo", username="both")
    for version in (1, 2):
        configure(api_version=version)
        ticket = begin(client, title=f"In version {version}").json()
        assert send(ticket).text == "OK"
        assert find(client, ticket["token"]).json()["results"][0]["title"] == f"In version {version}"


def test_describe__row_uploaded__is_there_for_the_form(platform, uploader):
    ticket = begin(uploader).json()
    send(ticket)
    pk = find(uploader, ticket["token"]).json()["results"][0]["pk"]
    PhotoFactory()
    answer = uploader.get(reverse("twentythree:picker_describe", args=["photo"]), {"id": pk}).json()
    assert [item["pk"] for item in answer["results"]] == [pk]


def test_sandbox__cors_switch__is_heard(platform: TwentyThreePlatform) -> None:
    address = f"{platform.base_url}/api/photo/redeem-upload-token"
    asking = {"Origin": "https://www.example.com", "Access-Control-Request-Method": "POST"}
    assert requests.options(address, headers=asking, timeout=10).headers["Access-Control-Allow-Origin"] == "*"
    platform.configure(has_cors=False)
    answer = requests.options(address, headers=asking, timeout=10)
    assert (answer.status_code, "Access-Control-Allow-Origin" in answer.headers) == (204, False)


def test_sandbox__largest_upload__refuses_larger_ones(platform, uploader):
    platform.configure(max_upload_bytes=3)
    ticket = begin(uploader).json()
    assert "too large" in send(ticket).text
    platform.configure(max_upload_bytes=4)
    assert send(ticket).text == "OK"


def test_sandbox__uploads_break_off__are_not_there(platform, uploader):
    platform.configure(upload_breaks_after_bytes=1)
    ticket = begin(uploader).json()
    with pytest.raises(requests.ConnectionError):
        requests.post(ticket["url"], data=ticket["fields"], files={"file": ("a.mp4", b"." * 100_000)}, timeout=10)
    assert find(uploader, ticket["token"]).json()["state"] == "waiting"


def test_begin__hidden_category_of_who_may_not_see_categories__is_answered_like_an_absent_one(platform, uploader):
    workspace = Workspace.objects.get()
    shown, hidden = AlbumFactory(workspace=workspace), AlbumFactory(workspace=workspace, is_hidden=True)
    for album in (shown, hidden):
        platform.add_album(album.remote_id)
    told, absent = begin(uploader, albums=str(hidden.pk)), begin(uploader, albums="4711")
    assert (told.status_code, told.json()) == (absent.status_code, absent.json()) == (400, absent.json())
    assert begin(uploader, albums=str(shown.pk)).status_code == 200


def test_begin__hidden_category_of_who_may_see_categories__is_taken(platform, workspace, login):
    client = login("view_photo", "add_photo", "view_album", username="trusted")
    hidden = AlbumFactory(workspace=workspace, is_hidden=True)
    platform.add_album(hidden.remote_id, hide_p=1)
    assert begin(client, albums=str(hidden.pk)).status_code == 200
