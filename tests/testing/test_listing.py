"""Pages, orders and filters of listings."""

from __future__ import annotations

from typing import Any

import pytest

from django_twentythree.testing import TwentyThreePlatform
from tests.testing.conftest import Api


def numbers(envelope: dict[str, Any], key: str = "photos", name: str = "photo_id") -> list[int]:
    return [int(entry[name]) for entry in envelope[key]]


@pytest.fixture
def library(twentythree_platform: TwentyThreePlatform) -> TwentyThreePlatform:
    """Five photos, published in the order of their ids; 2 is promoted."""
    platform = twentythree_platform
    platform.add_album(50)
    day = 86_400
    for number, wire in {
        1: {"title": "Ænder", "tags": ["harbour", "pilot boat"], "view_count": "9"},
        2: {"title": "Bridge", "promoted_p": 1, "tags": ["harbour"]},
        3: {"title": "Crane", "all_albums": "50", "live_id": 77, "content": "<p>Ærø</p>"},
        4: {"title": "Dock", "audio_p": 1, "video_p": 0},
        5: {"title": "Eel", "video_p": 0, "department": "museum"},
    }.items():
        at = str(1_700_000_000 + number * day)
        created = str(1_700_000_000 + (6 - number) * day)
        platform.add_photo(number, publish_date_epoch=at, creation_date_epoch=created, **wire)
    return platform


def test_photo_list__plain__is_promoted_first_then_newest(library: TwentyThreePlatform, api: Api) -> None:
    assert numbers(api("photo/list")) == [2, 5, 4, 3, 1]
    assert numbers(api("photo/list", prioritize_promoted_p=0)) == [5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"orderby": "created", "order": "asc"}, [5, 4, 3, 2, 1]),
        ({"orderby": "created", "order": "desc"}, [1, 2, 3, 4, 5]),
        ({"orderby": "title", "order": "asc"}, [2, 3, 4, 5, 1]),
        ({"orderby": "views"}, [1, 5, 4, 3, 2]),
    ],
)
def test_photo_list__order__is_obeyed(
    library: TwentyThreePlatform, api: Api, params: dict[str, str], expected: list[int]
) -> None:
    assert numbers(api("photo/list", prioritize_promoted_p=0, **params)) == expected


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"album_id": 50}, {3}),
        ({"tag": "pilot boat"}, {1}),
        ({"tags": 'harbour "pilot boat"'}, {1}),
        ({"tags": 'harbour "pilot boat"', "tag_mode": "any"}, {1, 2}),
        ({"live_id": 77}, {3}),
        ({"search": "ærø"}, {3}),
        ({"search": "1 OR crane"}, {1, 3}),
        ({"video_p": 1}, {1, 2, 3}),
        ({"video_p": 0}, {4, 5}),
        ({"audio_p": 1}, {4}),
        ({"promoted_p": 1}, {2}),
        ({"promoted_p": 0}, {1, 3, 4, 5}),
        ({"custom_variable_mode": "all", "department": "museum"}, {5}),
        ({"year": 2023, "month": 11, "day": 17}, {3}),
        ({"user_id": 8123477}, {1, 2, 3, 4, 5}),
    ],
)
def test_photo_list__filter__leaves_what_fits(
    library: TwentyThreePlatform, api: Api, params: dict[str, Any], expected: set[int]
) -> None:
    assert set(numbers(api("photo/list", **params))) == expected


@pytest.mark.parametrize(
    "params",
    [{"photo_id": "abc"}, {"p": "0"}, {"size": "-1"}, {"orderby": "colour"}, {"video_p": "maybe"}, {"month": 3}],
)
def test_photo_list__unreadable_parameter__is_invalid_input(api: Api, params: dict[str, Any]) -> None:
    assert api("photo/list", **params)["code"] == "invalid_input"


def test_pages__sizes__are_cut_to_a_hundred_and_echoed(twentythree_platform: TwentyThreePlatform, api: Api) -> None:
    twentythree_platform.fill(250)
    everything = {"include_unpublished_p": 1, "include_hidden_p": 1, "orderby": "created", "order": "asc"}
    first = api("photo/list", "read", **everything)
    assert (first["size"], first["total_count"], len(first["photos"])) == ("20", "250", 20)

    seen: list[int] = []
    for page in range(1, 5):
        envelope = api("photo/list", "read", p=page, size=1000, **everything)
        assert (envelope["p"], envelope["size"], envelope["total_count"]) == (str(page), "100", "250")
        seen += numbers(envelope)
    assert len(seen) == len(set(seen)) == 250


def test_album_list__newest_first__and_by_photo(library: TwentyThreePlatform, api: Api) -> None:
    library.add_album(51, title="Zoo")
    assert numbers(api("album/list"), "albums", "album_id") == [51, 50]
    assert numbers(api("album/list", orderby="title", order="asc"), "albums", "album_id") == [50, 51]
    assert numbers(api("album/list", photo_id=3), "albums", "album_id") == [50]
    assert numbers(api("album/list", search="zoo"), "albums", "album_id") == [51]


def test_live_list__by_name__and_upcoming(twentythree_platform: TwentyThreePlatform, api: Api) -> None:
    twentythree_platform.add_livestream(1, name="Beta", next_start_time_epoch="4102444800")
    twentythree_platform.add_livestream(2, name="alpha")
    twentythree_platform.add_livestream(3, name="Gamma", streaming_p=1)
    assert numbers(api("live/list"), "live", "live_id") == [2, 1, 3]
    assert numbers(api("live/list", upcoming_p=1), "live", "live_id") == [1, 3]
    assert numbers(api("live/list", ordering="creation_date"), "live", "live_id") == [1, 2, 3]


def test_tag_list__counts_what_everybody_sees(library: TwentyThreePlatform, api: Api) -> None:
    library.add_photo(6, tags=["harbour"], published_p=0)
    tags = {tag["tag"]: (tag["count"], tag["url"]) for tag in api("tag/list")["tags"]}
    assert tags == {"harbour": ("2", "/tag/harbour"), "pilot boat": ("1", "/tag/pilot%20boat")}
    assert [tag["tag"] for tag in api("tag/related", tag="harbour")["relatedtags"]] == ["pilot boat"]
    assert api("tag/related", tag="nothing")["code"] == "no_such_tag"


def test_photo_list__after_a_change__shows_it(library: TwentyThreePlatform, api: Api) -> None:
    assert numbers(api("photo/list", album_id=50)) == [3]
    library.edit_photo(1, all_albums="50")
    library.delete_photo(3)
    assert numbers(api("photo/list", album_id=50)) == [1]
    library.delete_album(50)
    assert api("photo/list", photo_id=1)["photo"]["all_albums"] == ""
