"""Formats, the cache, and faults."""

from __future__ import annotations

import json
import threading
import time
import xml.etree.ElementTree as ElementTree

import pytest
import requests

from django_twentythree.testing import TwentyThreePlatform
from django_twentythree.testing.platform import PlatformError
from tests.testing.conftest import TIMEOUT, Api

JSON = {"format": "json", "raw": "1"}


def get(platform: TwentyThreePlatform, method: str = "site/get", **params: str) -> requests.Response:
    return requests.get(f"{platform.base_url}/api/{method}", params=params, timeout=TIMEOUT)


def test_format__each_variant__is_what_the_parameters_say(twentythree_platform: TwentyThreePlatform) -> None:
    platform = twentythree_platform
    assert get(platform, **JSON).text.startswith("{")
    assert get(platform, format="json").text.startswith('var visual = {"status"')
    # The platform's default is XML; a client that forgets to ask for JSON must notice here, too.
    forgotten = get(platform)
    assert forgotten.headers["Content-Type"].startswith("text/xml")
    assert ElementTree.fromstring(forgotten.content).attrib["code"] == "no_xml"


def test_post__query_string__is_ignored(twentythree_platform: TwentyThreePlatform) -> None:
    url = f"{twentythree_platform.base_url}/api/echo"
    response = requests.post(url, params={"a": "query"}, data={**JSON, "b": "body"}, timeout=TIMEOUT)
    assert response.json()["b"] == "body"
    assert "a" not in response.json()


def test_answer__headers__have_a_date_and_keep_the_connection(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    response = get(twentythree_platform, **JSON)
    assert response.headers["Date"].endswith("GMT")
    assert "Connection" not in response.headers


def test_concatenate__each_part__is_an_envelope_of_its_own(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    answer = get(
        twentythree_platform, "concatenate", **JSON, one="/api/site/get", two="/api/photo/list?photo_id=99"
    ).json()
    assert (answer["one"]["status"], answer["two"]["code"]) == ("ok", "photo_not_found")


def test_cache__unsigned_get__is_kept_and_bypassed_with_time(
    twentythree_platform: TwentyThreePlatform, api: Api
) -> None:
    platform = twentythree_platform
    platform.set_cache_seconds(60)
    platform.add_photo(7, title="Old")
    assert api("photo/list", photo_id=7)["cached"] == "0"
    platform.edit_photo(7, title="New")

    cached = api("photo/list", photo_id=7)
    assert (cached["cached"], cached["photo"]["title"]) == ("1", "Old")
    assert abs(int(cached["cache_time"]) - time.time()) < 60
    for fresh in (
        api("photo/list", photo_id=7, time=str(time.time())),
        api("photo/list", "read", photo_id=7),
        api("photo/list", None, "POST", photo_id=7),
    ):
        assert (fresh["cached"], fresh["photo"]["title"]) == ("0", "New")
    platform.set_cache_seconds(0)
    assert api("photo/list", photo_id=7)["photo"]["title"] == "New"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_fault__status__comes_once(twentythree_platform: TwentyThreePlatform, status: int) -> None:
    twentythree_platform.fail_next(status, retry_after=7)
    response = get(twentythree_platform, **JSON)
    assert (response.status_code, response.headers["Retry-After"]) == (status, "7")
    assert get(twentythree_platform, **JSON).status_code == 200


@pytest.mark.parametrize("kind", ["reset", "cut", "silence"])
def test_fault__of_the_connection__breaks_it(twentythree_platform: TwentyThreePlatform, kind: str) -> None:
    twentythree_platform.fail_next(kind, seconds=0.05)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        get(twentythree_platform, **JSON)
    assert get(twentythree_platform, **JSON).status_code == 200


def test_fault__bodies__are_spoilt_each_in_its_way(twentythree_platform: TwentyThreePlatform) -> None:
    platform = twentythree_platform
    for kind in ("html", "empty", "bad_utf8", "wrapped", "jsonp"):
        platform.fail_next(kind)
    assert "text/html" in get(platform, **JSON).headers["Content-Type"]
    assert get(platform, **JSON).content == b""
    with pytest.raises(UnicodeDecodeError):
        get(platform, **JSON).content.decode()
    assert get(platform, **JSON).text.startswith("var visual = {")
    assert get(platform, **JSON).text.startswith("visualplatform({")


def test_fault__redirect_and_huge__are_as_ordered(twentythree_platform: TwentyThreePlatform) -> None:
    twentythree_platform.fail_next("redirect", to="https://elsewhere.example.com/x")
    twentythree_platform.fail_next("huge", megabytes=3)
    url = f"{twentythree_platform.base_url}/api/site/get"
    response = requests.get(url, allow_redirects=False, timeout=TIMEOUT)
    assert (response.status_code, response.headers["Location"]) == (302, "https://elsewhere.example.com/x")
    response = requests.get(url, timeout=TIMEOUT)
    assert len(response.content) > 3_000_000
    assert json.loads(response.content)["status"] == "ok"


def test_fault__slow__answers_late(twentythree_platform: TwentyThreePlatform) -> None:
    twentythree_platform.fail_next("slow", seconds=0.2)
    began = time.monotonic()
    assert get(twentythree_platform, **JSON).json()["status"] == "ok"
    assert time.monotonic() - began >= 0.2


def test_fault__for_one_method__waits_for_it_and_counts(twentythree_platform: TwentyThreePlatform, api: Api) -> None:
    twentythree_platform.fail_next("error", times=2, method="album/list", code="odd", message="No.")
    assert api("photo/list")["status"] == "ok"
    assert [api("album/list").get("code") for _ in range(3)] == ["odd", "odd", None]
    assert twentythree_platform.faults == []


@pytest.mark.parametrize(("kind", "details"), [("earthquake", {}), ("99", {}), ("drop_level", {"level": "king"})])
def test_fault__unknown__is_refused_in_words(
    twentythree_platform: TwentyThreePlatform, kind: str, details: dict[str, str]
) -> None:
    with pytest.raises(PlatformError, match="fail_next"):
        twentythree_platform.fail_next(kind, **details)


def test_latency__every_call__takes_it(twentythree_platform: TwentyThreePlatform) -> None:
    twentythree_platform.set_latency_ms(120)
    began = time.monotonic()
    get(twentythree_platform, **JSON)
    assert time.monotonic() - began >= 0.12


def test_reset__call_under_way__is_not_among_the_calls_after_it(twentythree_platform: TwentyThreePlatform) -> None:
    twentythree_platform.fail_next("slow", seconds=0.5)
    caller = threading.Thread(target=get, args=(twentythree_platform,))
    caller.start()
    while twentythree_platform.faults:
        time.sleep(0.01)
    twentythree_platform.reset()
    caller.join()
    assert twentythree_platform.requests == []
    get(twentythree_platform)
    assert [call["method"] for call in twentythree_platform.requests] == ["site/get"]
