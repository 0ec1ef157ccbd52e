"""The answers have the keys and the types of the platform's own, key by key."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from django_twentythree.testing import REMOVE, TwentyThreePlatform
from tests.testing.conftest import TIMEOUT, Api

SHAPES: dict[str, dict[str, dict[str, str]]] = json.loads((Path(__file__).parent / "data" / "shapes.json").read_text())


def shape(values: dict[str, Any]) -> dict[str, str]:
    return {key: type(value).__name__ for key, value in values.items()}


@pytest.fixture
def filled(twentythree_platform: TwentyThreePlatform) -> TwentyThreePlatform:
    platform = twentythree_platform
    platform.add_album(5, title="Harbour films", content="<p>Films</p>")
    platform.add_photo(7, title="Sunrise", tags=["harbour", "pilot boat"], all_albums="5", promoted_p=1)
    platform.add_section(7, title="Fog bank", start_time=37.5)
    platform.add_subtitle(7, "en_US", is_default=True)
    platform.add_livestream(9, name="Council", streaming_p=1)
    return platform


@pytest.mark.parametrize(
    ("sample", "method", "level", "key", "extra"),
    [
        ("photo-list-anonymous-p1", "photo/list", None, "photos", {}),
        ("photo-list-read-unpublished", "photo/list", "read", "photos", {}),
        ("album-list", "album/list", "read", "albums", {}),
        ("live-list", "live/list", "read", "live", {}),
        ("live-list-anonymous", "live/list", None, "live", {}),
        ("player-list", "player/list", "read", "players", {}),
        ("tag-list", "tag/list", None, "tags", {}),
        ("site-get", "site/get", None, "site", {}),
        ("section-list", "photo/section/list", None, "sections", {"photo_id": 7}),
        ("subtitle-list", "photo/subtitle/list", None, "subtitles", {"photo_id": 7}),
        ("subtitle-data-websrt", "photo/subtitle/data", None, "data", {"photo_id": 7}),
        ("transcoding-progress", "photo/get-transcoding-progress", "read", "progress", {"photo_id": 7}),
        ("player-settings", "player/settings", None, "settings", {}),
        ("photo-update", "photo/update", "write", "photo", {"photo_id": 7, "title": "New"}),
        ("upload-token", "photo/get-upload-token", "write", "uploadtoken", {}),
        ("live-create", "live/create", "write", "liveevent", {"name": "New"}),
    ],
)
def test_answer__of_each_method__has_keys_and_types_of_the_sample(
    filled: TwentyThreePlatform,
    api: Api,
    sample: str,
    method: str,
    level: str | None,
    key: str,
    extra: dict[str, Any],
) -> None:
    if method.startswith(("photo/section", "photo/subtitle")):
        extra = {**extra, "token": filled.get_photo(7)["token"]}
    if sample.startswith(("photo-list-anonymous", "live-list-anonymous", "tag-list", "section", "subtitle-list")):
        # These samples are of answers from the cache.
        filled.set_cache_seconds(60)
        api(method, level, **extra)
    envelope = api(method, level, **extra)

    result = envelope[key]
    expected = SHAPES[sample]
    assert shape(envelope) == expected["envelope"]
    found = shape(result[0] if isinstance(result, list) else result)
    if sample == "player-settings":
        # Which settings a site returns is its own affair; some are always there.
        assert {"player_id", "embedCode", "showShare", "socialSharing"} <= found.keys()
        assert set(found.values()) == {"str"}
    else:
        assert found == expected["object"]


def test_photo__keys__come_in_the_order_of_the_platform(filled: TwentyThreePlatform, api: Api) -> None:
    (photo,) = api("photo/list")["photos"]
    assert list(photo) == list(SHAPES["photo-list-anonymous-p1"]["object"])


def test_photo__asked_for_by_id__comes_as_list_and_singular_with_actions(filled: TwentyThreePlatform, api: Api) -> None:
    envelope = api("photo/list", photo_id=7)
    assert shape(envelope).keys() == SHAPES["photo-list-single"]["envelope"].keys() - {"cache_time"}
    assert envelope["photo"] == envelope["photos"][0]
    assert (envelope["p"], envelope["size"], envelope["total_count"]) == ("1", "1", "1")
    assert isinstance(envelope["photo"].pop("actions"), list)
    assert "actions" not in api("photo/list", photo_id=7, include_actions_p=0)["photo"]
    assert "actions" not in api("photo/list", size=1)["photos"][0]


def test_envelope__site_object__is_complete(api: Api) -> None:
    assert shape(api("photo/list")["site"]) == SHAPES["album-list"]["site"]


def test_error__permission_denied__has_the_keys_of_the_sample(api: Api) -> None:
    envelope = api("player/list")
    assert shape(envelope) == SHAPES["error-permission_denied"]["envelope"]
    assert envelope["code"] == "permission_denied"
    assert "'read'" in envelope["message"]


def test_photo__not_encoded__keeps_the_keys_of_what_it_lacks(
    twentythree_platform: TwentyThreePlatform, api: Api
) -> None:
    twentythree_platform.add_photo(7, video_encoded_p=0, published_p=0)
    photo = api("photo/list", "read", photo_id=7, include_unpublished_p=1)["photo"]
    assert photo["video_length"] == ""
    assert (photo["large_width"], photo["large_size"], photo["large_download"]) == ("", "0", "")
    assert (photo["video_hls_size"], photo["video_hls_download"]) == ("0", "")


def test_album__below_read__tells_no_token(filled: TwentyThreePlatform, api: Api) -> None:
    (album,) = api("album/list")["albums"]
    assert not {"token", "hide_p"} & album.keys()


@pytest.mark.parametrize(
    ("epoch", "ansi", "date", "time"),
    [
        ("1715671800", "2024-05-14 09:30:00", "May 14, 2024", "09:30 AM"),  # summer time
        ("1352129508", "2012-11-05 16:31:48", "November 05, 2012", "04:31 PM"),
    ],
)
def test_photo__dates__are_told_in_local_time_and_as_epoch(
    twentythree_platform: TwentyThreePlatform, epoch: str, ansi: str, date: str, time: str
) -> None:
    photo = twentythree_platform.add_photo(publish_date_epoch=epoch)
    keys = ("publish_date_epoch", "publish_date_ansi", "publish_date__date", "publish_date__time")
    assert tuple(photo[key] for key in keys) == (epoch, ansi, date, time)


def test_live__dates__have_an_offset_of_hours(twentythree_platform: TwentyThreePlatform) -> None:
    live = twentythree_platform.add_livestream(next_start_time_epoch="1723915800")
    assert live["next_start_time"] == "2024-08-17 19:30:00+02"
    assert live["creation_date"][-3:] in {"+01", "+02"}


def test_photo__any_override__is_sent_as_given(twentythree_platform: TwentyThreePlatform, api: Api) -> None:
    twentythree_platform.add_photo(
        7, title="a\x00b\ud800", video_length=float("1e400"), view_count=12, shoe_size="44", coordinates=REMOVE
    )
    photo = api("photo/list", photo_id=7)["photo"]
    assert photo["title"] == "a\x00b\ud800"
    assert photo["video_length"] == float("inf")
    assert (photo["view_count"], photo["shoe_size"]) == (12, "44")
    assert "coordinates" not in photo


def test_photo__unreadable_id__is_shown_in_listings(twentythree_platform: TwentyThreePlatform, api: Api) -> None:
    twentythree_platform.add_photo("not a number", title="Odd")
    (photo,) = api("photo/list")["photos"]
    assert (photo["photo_id"], photo["title"]) == ("not a number", "Odd")


def test_oembed__of_a_public_video__has_the_keys_of_the_sample(filled: TwentyThreePlatform) -> None:
    address = f"{filled.base_url}/video/7"
    response = requests.get(f"{filled.base_url}/oembed", params={"url": address, "format": "json"}, timeout=TIMEOUT)
    assert response.json().keys() == SHAPES["oembed-video"]["object"].keys()
    filled.unpublish(7)
    assert requests.get(response.url, timeout=TIMEOUT).status_code == 404


@pytest.mark.parametrize("epoch", ["-99999999999999", "9" * 400, "soon", "1e9", None, 1.5])
def test_photo__impossible_date__is_sent_and_listed_all_the_same(
    twentythree_platform: TwentyThreePlatform, api: Api, epoch: object
) -> None:
    twentythree_platform.add_photo(10**18, publish_date_epoch=epoch, creation_date_epoch=epoch)
    twentythree_platform.add_livestream(10**18, next_start_time_epoch=epoch)
    (photo,) = api("photo/list")["photos"]
    (live,) = api("live/list", "read")["live"]
    assert (photo["photo_id"], photo["publish_date_epoch"]) == (str(10**18), epoch)
    assert live["next_start_time_epoch"] == epoch


@pytest.mark.parametrize(("digits", "code"), [(400, "photo_not_found"), (5000, "invalid_input")])
def test_photo_list__enormous_id__is_answered(api: Api, digits: int, code: str) -> None:
    assert api("photo/list", photo_id="9" * digits)["code"] == code
