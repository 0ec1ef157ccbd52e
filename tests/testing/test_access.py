"""Levels, tokens, closed sites and signatures."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import pytest
import requests

from django_twentythree.testing import TwentyThreePlatform
from tests.testing.conftest import TIMEOUT, Api, sign


@pytest.fixture
def hidden(twentythree_platform: TwentyThreePlatform) -> TwentyThreePlatform:
    """Photo 1 is public, 2 unpublished, 3 in a hidden album only, 4 in that and a visible one."""
    twentythree_platform.add_album(50, hide_p=1)
    twentythree_platform.add_album(51)
    twentythree_platform.add_photo(1)
    twentythree_platform.add_photo(2, published_p=0)
    twentythree_platform.add_photo(3, all_albums="50")
    twentythree_platform.add_photo(4, all_albums="50 51")
    return twentythree_platform


def ids(envelope: dict[str, Any], key: str = "photos", name: str = "photo_id") -> set[int]:
    return {int(entry[name]) for entry in envelope[key]}


@pytest.mark.parametrize("level", ["read", "write", "admin", "super"])
def test_signature__of_each_level__is_granted_that_level(api: Api, level: str) -> None:
    assert api("site/get", level)["permission_level"] == level
    assert api("echo", level, "POST", title="blå bær & 50 %+")["title"] == "blå bær & 50 %+"


def test_signature__none__is_anonymous(api: Api) -> None:
    assert api("site/get")["permission_level"] == "anonymous"


@pytest.mark.parametrize(
    "changed",
    [
        {"consumer_secret": "wrong"},
        {"access_token_secret": "wrong"},
        {"consumer_key": "unknown"},
        {"access_token": "unknown"},
    ],
)
def test_signature__wrong_part__is_refused(twentythree_platform: TwentyThreePlatform, changed: dict[str, str]) -> None:
    response = requests.get(
        f"{twentythree_platform.base_url}/api/site/get",
        params={"format": "json", "raw": "1"},
        auth=sign(twentythree_platform, **changed),
        timeout=TIMEOUT,
    )
    assert response.status_code == 200
    assert response.json()["code"] == "invalid_signature"
    assert response.json()["permission_level"] == "none"


def test_signature__nonce_used_twice__is_refused(twentythree_platform: TwentyThreePlatform) -> None:
    session = requests.Session()
    request = session.prepare_request(
        requests.Request(
            "GET",
            f"{twentythree_platform.base_url}/api/site/get",
            params={"format": "json", "raw": "1"},
            auth=sign(twentythree_platform),
        )
    )
    answers = [session.send(request, timeout=TIMEOUT).json()["status"] for _ in range(2)]
    session.close()
    assert answers == ["ok", "error"]


def test_signature__parameter_changed_on_the_way__is_refused(twentythree_platform: TwentyThreePlatform) -> None:
    session = requests.Session()
    request = session.prepare_request(
        requests.Request(
            "POST",
            f"{twentythree_platform.base_url}/api/echo",
            data={"format": "json", "raw": "1", "a": "1"},
            auth=sign(twentythree_platform),
        )
    )
    assert isinstance(request.body, bytes)
    request.body = request.body.replace(b"a=1", b"a=2")
    answer = session.send(request, timeout=TIMEOUT).json()
    session.close()
    assert answer["code"] == "invalid_signature"


def test_signature__revoked__is_refused_until_restored(twentythree_platform: TwentyThreePlatform, api: Api) -> None:
    twentythree_platform.revoke_credentials()
    assert api("site/get", "read")["code"] == "invalid_signature"
    twentythree_platform.restore_credentials()
    assert api("site/get", "read")["status"] == "ok"


def test_photo_list__at_each_level__shows_what_it_may(hidden: TwentyThreePlatform, api: Api) -> None:
    everything = {"include_unpublished_p": 1, "include_hidden_p": 1}
    assert ids(api("photo/list")) == {1, 4}
    assert ids(api("photo/list", "read")) == {1, 4}
    assert ids(api("photo/list", "read", **everything)) == {1, 2, 3, 4}


@pytest.mark.parametrize(
    ("method", "parameter"),
    [
        ("photo/list", "include_unpublished_p"),
        ("photo/list", "include_hidden_p"),
        ("photo/list", "video_encoded_p"),
        ("album/list", "include_hidden_p"),
        ("live/list", "include_private_p"),
    ],
)
def test_listing__privileged_parameter_below_read__is_denied(api: Api, method: str, parameter: str) -> None:
    assert api(method, **{parameter: 1})["code"] == "permission_denied"
    assert api(method, "read", **{parameter: 1})["status"] == "ok"


def test_photo_list__by_id__distinguishes_unknown_from_invisible(hidden: TwentyThreePlatform, api: Api) -> None:
    assert api("photo/list", photo_id=999)["code"] == "photo_not_found"
    assert api("photo/list", photo_id=2)["photos"] == []
    assert api("photo/list", "read", photo_id=2)["photos"] == []
    assert ids(api("photo/list", "read", photo_id=2, include_unpublished_p=1)) == {2}


def test_photo_list__id_and_token__opens_at_any_level(hidden: TwentyThreePlatform, api: Api) -> None:
    token = hidden.get_photo(2)["token"]
    assert ids(api("photo/list", photo_id=2, token=token)) == {2}
    assert api("photo/list", photo_id=2, token="0" * 32)["code"] == "invalid_photo_token"
    hidden.close_site()
    assert ids(api("photo/list", photo_id=2, token=token)) == {2}


def test_photo_list__time_limited_token__opens_until_it_expires(hidden: TwentyThreePlatform, api: Api) -> None:
    secret = hidden.get_photo(2)["token"]

    def limited(expire: int) -> str:
        message = f"expire{expire}photo_id2".encode()
        return f"{hmac.new(secret.encode(), message, hashlib.sha1).hexdigest()}-{expire}"

    assert ids(api("photo/list", photo_id=2, token=limited(int(time.time()) + 60))) == {2}
    assert api("photo/list", photo_id=2, token=limited(int(time.time()) - 1))["code"] == "invalid_photo_token"


def test_photo_list__album_and_photo__album_wins(hidden: TwentyThreePlatform, api: Api) -> None:
    assert ids(api("photo/list", album_id=51, photo_id=1)) == {4}
    token = hidden.edit_album(50)["token"]
    assert ids(api("photo/list", album_id=50, token=token)) == {3, 4}
    assert api("photo/list", album_id=50, token="1" * 32)["code"] == "invalid_album_token"
    assert api("photo/list", album_id=999)["code"] == "no_such_album"


def test_closed_site__unsigned__asks_for_a_token(hidden: TwentyThreePlatform, api: Api) -> None:
    hidden.close_site()
    for method in ("photo/list", "album/list", "live/list", "site/get"):
        envelope = api(method)
        assert (envelope["code"], envelope["permission_level"]) == ("token_required", "none")
    assert api("player/list")["code"] == "permission_denied"
    assert api("photo/list", "read")["status"] == "ok"
    hidden.open_site()
    assert api("photo/list")["status"] == "ok"


@pytest.mark.parametrize("method", ["photo/section/list", "photo/subtitle/list"])
def test_details__need_photo_and_its_token(hidden: TwentyThreePlatform, api: Api, method: str) -> None:
    assert api(method, photo_id=1)["code"] == "invalid_input"
    assert api(method, photo_id=999, token="x" * 32)["code"] == "no_such_photo"
    assert api(method, photo_id=1, token="x" * 32)["code"] == "invalid_photo_token"
    assert api(method, photo_id=1, token=hidden.get_photo(1)["token"])["status"] == "ok"


def test_live_list__private_stream__opens_with_read_or_its_token(
    twentythree_platform: TwentyThreePlatform, api: Api
) -> None:
    token = twentythree_platform.add_livestream(9, private_p=1)["token"]
    twentythree_platform.add_livestream(8)
    assert ids(api("live/list"), "live", "live_id") == {8}
    assert api("live/list", live_id=9)["live"] == []
    assert ids(api("live/list", live_id=9, token=token), "live", "live_id") == {9}
    assert ids(api("live/list", "read", include_private_p=1), "live", "live_id") == {8, 9}


@pytest.mark.parametrize("method", ["photo/update", "photo/delete", "album/create", "photo/get-upload-token"])
def test_writing__below_write__is_denied(api: Api, method: str) -> None:
    envelope = api(method, "read", photo_id=1, title="x")
    assert envelope["code"] == "permission_denied"
    assert "'write'" in envelope["message"]


def test_drop_level__one_call__is_answered_below_its_credentials(hidden: TwentyThreePlatform, api: Api) -> None:
    hidden.fail_next("drop_level", level="anonymous")
    assert api("photo/list", "read")["permission_level"] == "anonymous"
    assert api("photo/list", "read")["permission_level"] == "read"


def test_requests__log__tells_no_secrets(hidden: TwentyThreePlatform, api: Api) -> None:
    token = hidden.get_photo(2)["token"]
    hidden.clear_requests()
    api("photo/list", "read", photo_id=2, token=token)
    (entry,) = hidden.requests
    assert entry["method"] == "photo/list"
    assert entry["http_method"] == "GET"
    assert entry["signed"] is True
    assert entry["params"]["photo_id"] == "2"
    assert token not in repr(entry)
    assert "oauth" not in repr(entry)


@pytest.mark.parametrize("name", ["presenter_token", "spot_token", "object_token", "upload_token", "password"])
def test_requests__log_of_version_2__tells_no_secrets_either(
    twentythree_platform: TwentyThreePlatform, name: str
) -> None:
    headers = {"Authorization": f"Bearer {twentythree_platform.bearer_token_for('read')}"}
    url = f"{twentythree_platform.base_url}/api/2/site/get"
    requests.get(url, params={name: "s3cr3t", "live_id": 7}, headers=headers, timeout=TIMEOUT)
    (entry,) = twentythree_platform.requests
    assert (entry["version"], entry["params"]) == (2, {name: "(hidden)", "live_id": "7"})
    assert "bearer" not in repr(entry)


def test_multipart__signed_upload__leaves_the_body_out_of_the_signature(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    response = requests.post(
        f"{twentythree_platform.base_url}/api/photo/upload",
        data={"format": "json", "raw": "1", "title": "Sent", "publish": "0"},
        files={"file": ("film.mp4", b"....", "video/mp4")},
        auth=sign(twentythree_platform, "write"),
        timeout=TIMEOUT,
    )
    upload = response.json()["upload"]
    photo = twentythree_platform.get_photo(int(upload["photo_id"]))
    assert (photo["title"], photo["published_p"], photo["video_encoded_p"]) == ("Sent", 0, 0)
    assert photo["token"] == upload["token"]
