"""What changes the library: the API's writing methods, uploads, and the pingbacks that follow."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from django_twentythree.testing import TwentyThreePlatform
from django_twentythree.testing.platform import PlatformError
from tests.testing.conftest import TIMEOUT, Api


class Receiver:
    """A site that takes pingbacks on a port of its own."""

    def __init__(self) -> None:
        self.received: list[tuple[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.received.append((self.command, self.path))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_GET(self) -> None:
                self.do_POST()

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.close()


def test_pingback__documented_changes__are_posted_with_type_and_id(
    twentythree_platform: TwentyThreePlatform, receiver: Receiver, api: Api
) -> None:
    platform = twentythree_platform
    platform.add_album(50)
    platform.set_pingback_url(f"{receiver.url}/hook/s3cret/?flow=1")
    platform.add_photo(7, video_encoded_p=0)
    platform.edit_photo(7, title="New")
    platform.edit_photo(7, content="<p>New</p>")
    platform.edit_photo(7, tags=["a"])
    api("photo/update", "write", "POST", photo_id=7, album_id=50)
    platform.finish_encoding(7)

    sent = platform.wait_for_pingbacks()
    assert [ping["because"] for ping in sent] == [
        "upload", "title", "description", "tags", "albums", "encoding",
    ]  # fmt: skip
    assert {(ping["photo_id"], ping["status"]) for ping in sent} == {(7, 200)}
    assert set(receiver.received) == {("POST", "/hook/s3cret/?flow=1&type=photo&photo_id=7")}
    assert len(receiver.received) == 6


def test_pingback__other_changes__are_not_told(twentythree_platform: TwentyThreePlatform, receiver: Receiver) -> None:
    platform = twentythree_platform
    platform.add_photo(7, title="Same")
    platform.set_pingback_url(receiver.url)
    platform.edit_photo(7, title="Same", view_count="3", promoted_p=1)
    platform.unpublish(7)
    platform.publish(7)
    platform.add_section(7)
    platform.delete_photo(7)
    platform.add_album()
    platform.add_livestream()
    assert platform.wait_for_pingbacks() == []
    assert receiver.received == []


def test_pingback__nobody_there__is_logged_and_not_repeated(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    twentythree_platform.set_pingback_url("http://127.0.0.1:9/")
    twentythree_platform.add_photo(7)
    (ping,) = twentythree_platform.wait_for_pingbacks()
    assert ping["status"] is None
    assert "refused" in ping["error"]


def test_photo_update__given_parameters__change_and_the_rest_stays(
    twentythree_platform: TwentyThreePlatform, api: Api
) -> None:
    platform = twentythree_platform
    platform.add_album(50, title="Films")
    platform.add_photo(7, title="Old", tags=["keep"], content="Stay")
    envelope = api(
        "photo/update", "write", "POST", photo_id=7, title="<b>New</b>", album_id="50", published_p="0", shoe="44"
    )
    assert envelope["photo"] == {}
    photo = platform.get_photo(7)
    assert (photo["title"], photo["content"], photo["tags"]) == ("New", "Stay", ["keep"])
    assert (photo["album_title"], photo["published_p"], photo["shoe"]) == ("Films", 0, "44")
    assert api("photo/update", "write", photo_id=7, tags='a "b c"')["status"] == "ok"
    assert platform.get_photo(7)["tags"] == ["a", "b c"]
    assert api("photo/update", "write", photo_id=7, album_id="999")["code"] == "invalid_album"
    assert api("photo/update", "write", photo_id=999)["code"] == "no_such_photo"


def test_photo_delete__existing__is_gone(twentythree_platform: TwentyThreePlatform, api: Api) -> None:
    twentythree_platform.add_photo(7)
    assert api("photo/delete", "write", photo_id=7)["photo"] == {}
    assert api("photo/list", photo_id=7)["code"] == "photo_not_found"
    assert api("photo/delete", "write", photo_id=7)["code"] == "no_such_photo"


def test_album__created_changed_deleted__is_listed_accordingly(api: Api) -> None:
    made = api("album/create", "write", "POST", title="Films", description="All")["album"]
    (album,) = api("album/list", "read")["albums"]
    assert (album["album_id"], album["token"], album["content"]) == (made["album_id"], made["token"], "All")
    api("album/update", "write", album_id=made["album_id"], title="Clips", hide_p=1)
    assert api("album/list")["albums"] == []
    assert api("album/list", "read", include_hidden_p=1)["albums"][0]["title"] == "Clips"
    assert api("album/delete", "write", album_id=made["album_id"])["album"] == {}
    assert api("album/create", "write")["code"] == "couldnt_create_album"


def test_live__created__is_private_until_changed(api: Api) -> None:
    made = api("live/create", "write", name="Council")["liveevent"]
    assert api("live/list")["live"] == []
    api("live/update", "write", live_id=made["live_id"], private_p=0, broadcasting_p=1)
    (live,) = api("live/list", "read")["live"]
    assert (live["name"], live["private_p"], live["broadcasting_p"]) == ("Council", 0, 1)
    api("live/delete", "write", live_id=made["live_id"])
    assert api("live/list", "read", include_private_p=1)["live"] == []


def redeem(
    platform: TwentyThreePlatform, upload_token: str, name: str = "film.mp4", **fields: str
) -> requests.Response:
    return requests.post(
        f"{platform.base_url}/api/photo/redeem-upload-token",
        data={"upload_token": upload_token, **fields},
        files={"file": (name, b"....", "application/octet-stream")},
        allow_redirects=False,
        timeout=TIMEOUT,
    )


def test_upload_token__redeemed__adds_the_video_and_calls_back(
    twentythree_platform: TwentyThreePlatform, api: Api
) -> None:
    token = api(
        "photo/get-upload-token", "write", "POST",
        title="Visitor film", tags='visitor "summer 2024"', publish="0", return_url="https://example.org/x?flow=7",
        answer_to="42",
    )["uploadtoken"]["upload_token"]  # fmt: skip
    response = redeem(twentythree_platform, token)
    assert response.status_code == 301
    query = parse_qs(urlsplit(response.headers["Location"]).query)
    photo = twentythree_platform.get_photo(int(query["photo_id"][0]))
    assert query == {
        "flow": ["7"], "answer_to": ["42"], "domain": [twentythree_platform.domain], "upload_token": [token],
        "photo_id": [photo["photo_id"]], "tree_id": [photo["tree_id"]], "token": [photo["token"]],
    }  # fmt: skip
    assert (photo["title"], photo["tags"]) == ("Visitor film", ["visitor", "summer 2024"])
    assert (photo["published_p"], photo["video_encoded_p"]) == (0, 0)
    assert [p["photo_id"] for p in api("photo/list", upload_token=token)["photos"]] == [photo["photo_id"]]
    assert "not valid" in redeem(twentythree_platform, token).text  # once only


def test_upload_token__ways_it_can_fail__answer_as_documented(
    twentythree_platform: TwentyThreePlatform, api: Api
) -> None:
    platform = twentythree_platform
    assert "not valid" in redeem(platform, "nonsense").text
    token = api("photo/get-upload-token", "write", max_uploads=2)["uploadtoken"]["upload_token"]
    assert "cannot be used" in redeem(platform, token, "letter.txt").text
    assert redeem(platform, token).text == "OK"
    platform.expire_upload_token(token)
    assert "not valid" in redeem(platform, token).text
    returning = api("photo/get-upload-token", "write", return_url="https://example.org/x")["uploadtoken"]
    location = redeem(platform, returning["upload_token"], "letter.txt").headers["Location"]
    assert "error_message=This+file+type" in location
    assert api("photo/get-upload-token", "write", valid_minutes=5)["code"] == "invalid_input"
    assert api("photo/get-upload-token", "write", user_id=1)["code"] == "permission_denied"


def test_upload_token__background_return__answers_a_line_and_calls_the_site(
    twentythree_platform: TwentyThreePlatform, receiver: Receiver, api: Api
) -> None:
    token = api("photo/get-upload-token", "write", return_url=f"{receiver.url}/back", background_return_p=1)
    words = redeem(twentythree_platform, token["uploadtoken"]["upload_token"]).text.split()
    assert words[:2] == ["ok", twentythree_platform.domain]
    assert words[5] == f"{receiver.url}/back"
    twentythree_platform.wait_for_pingbacks()
    ((verb, path),) = receiver.received
    assert verb == "GET"
    assert parse_qs(urlsplit(path).query)["photo_id"] == [words[3]]


def test_handle__unknown_object__is_told_in_words(twentythree_platform: TwentyThreePlatform) -> None:
    with pytest.raises(PlatformError, match="There is no photo 7"):
        twentythree_platform.edit_photo(7, title="x")
