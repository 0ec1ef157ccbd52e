"""Pictures, the player, and the control page."""

from __future__ import annotations

import io

import pytest
import requests
from PIL import Image

from django_twentythree.testing import TwentyThreePlatform
from tests.testing.conftest import TIMEOUT, sign


def get(platform: TwentyThreePlatform, path: str, **headers: str) -> requests.Response:
    return requests.get(platform.base_url + path, headers=headers, timeout=TIMEOUT)


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ("quad16", (16, 16)),
        ("small", (200, 112)),
        ("large", (800, 450)),
        ("large/thumbnail.jpg", (800, 450)),
        ("original", (1920, 1080)),
        ("600x338", (600, 338)),
        ("400x225cr", (400, 225)),
        ("300x300cr", (300, 300)),
        ("300x300", (300, 169)),
        ("800x", (800, 450)),
        ("180xfr", (180, 101 * 24)),
    ],
)
def test_thumbnail__each_form__has_its_dimensions(
    twentythree_platform: TwentyThreePlatform, size: str, expected: tuple[int, int]
) -> None:
    photo = twentythree_platform.add_photo(7, title="Blå bær på Ærø, en tur")
    base = photo["large_download"].removesuffix("/large")
    response = get(twentythree_platform, f"{base}/{size}")
    assert response.headers["Content-Type"] == "image/jpeg"
    assert Image.open(io.BytesIO(response.content)).size == expected
    assert "max-age" in response.headers["Cache-Control"]
    again = get(twentythree_platform, f"{base}/{size}", **{"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(("width", "height"), [("1080", "1920"), ("1440", "1080"), ("1080", "1080")])
def test_thumbnail__other_shapes__are_as_wide_and_high_as_told(
    twentythree_platform: TwentyThreePlatform, width: str, height: str
) -> None:
    photo = twentythree_platform.add_photo(original_width=width, original_height=height)
    for name in ("large", "medium", "quad75"):
        image = Image.open(io.BytesIO(get(twentythree_platform, photo[f"{name}_download"]).content))
        assert image.size == (int(photo[f"{name}_width"]), int(photo[f"{name}_height"]))


def test_media__wrong_token_or_not_encoded__is_not_found(twentythree_platform: TwentyThreePlatform) -> None:
    photo = twentythree_platform.add_photo(7)
    assert get(twentythree_platform, photo["large_download"].replace(photo["token"], "0" * 32)).status_code == 404
    twentythree_platform.edit_photo(7, video_encoded_p=0)
    assert get(twentythree_platform, photo["large_download"]).status_code == 404


def test_media__clip_and_subtitles__are_served(twentythree_platform: TwentyThreePlatform) -> None:
    photo = twentythree_platform.add_photo(7)
    subtitle = twentythree_platform.add_subtitle(7, "da_DK", lines=["Hej."])
    part = get(twentythree_platform, photo["video_medium_download"], Range="bytes=0-3")
    assert (part.status_code, part.content) == (206, b"\x1a\x45\xdf\xa3")  # the beginning of any WebM
    attachment = get(twentythree_platform, "/attachment" + photo["video_hd_download"])
    assert attachment.headers["Content-Disposition"] == "attachment"
    assert "00:00:01,200 --> 00:00:03,900" in get(twentythree_platform, subtitle["href"]).text
    webvtt = get(twentythree_platform, subtitle["href"].replace(".websrt", ".vtt"))
    assert webvtt.text.startswith("WEBVTT")


def test_media__protected__plays_with_the_protected_token_only(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    photo = twentythree_platform.add_photo(7, protection_method="password")
    path = photo["video_medium_download"]
    assert get(twentythree_platform, path).status_code == 404
    assert get(twentythree_platform, path.replace(photo["token"], photo["protected_token"])).status_code == 200
    verify = "/api/protection/verify?format=json&raw=1&object_id=7&verification_data="
    answer = get(twentythree_platform, verify + "open%20sesame").json()
    assert answer["protectedtoken"]["protected_token"] == photo["protected_token"]
    assert get(twentythree_platform, verify + "wrong").json()["status"] == "error"


def test_player__public_video__plays_the_clip_as_told(twentythree_platform: TwentyThreePlatform) -> None:
    twentythree_platform.add_photo(7, title="<Sunrise>")
    page = get(
        twentythree_platform, "/v.ihtml/player.html?source=embed&photo%5fid=7&autoPlay=1&autoMute=1&loop=1&start=3"
    )
    assert page.status_code == 200
    assert "X-Frame-Options" not in page.headers
    assert "&lt;Sunrise&gt;" in page.text
    video = page.text.partition("<video")[2].partition(">")[0]
    assert all(word in video for word in (" autoplay", " muted", " loop"))
    assert 'data-start="3' in page.text


@pytest.mark.parametrize("name", ["photo", "live", "album"])
def test_player__what_is_not_public__needs_its_token(twentythree_platform: TwentyThreePlatform, name: str) -> None:
    platform = twentythree_platform
    made = {
        "photo": lambda: platform.add_photo(7, published_p=0),
        "live": lambda: platform.add_livestream(7, private_p=1),
        "album": lambda: platform.add_album(7, hide_p=1),
    }[name]()
    address = f"/v.ihtml/player.html?{name}%5fid=7"
    plain = get(platform, address)
    assert plain.status_code == 404
    assert "not available" in plain.text
    assert get(platform, f"{address}&token={made['token']}").status_code == 200
    assert get(platform, f"{address}&token={'0' * 32}").status_code == 404


def test_player__unknown_player_or_odd_id__is_not_available(twentythree_platform: TwentyThreePlatform) -> None:
    twentythree_platform.add_photo(7)
    assert get(twentythree_platform, "/8123510.ihtml/player.html?photo_id=7").status_code == 200
    assert get(twentythree_platform, "/99.ihtml/player.html?photo_id=7").status_code == 404
    assert get(twentythree_platform, "/v.ihtml/player.html?photo_id=seven").status_code == 404


def test_player__live_stream__counts_down_or_is_on_air(twentythree_platform: TwentyThreePlatform) -> None:
    address = "/v.ihtml/player.html?live%5fid=9"
    twentythree_platform.add_livestream(9, next_start_time_epoch="4102444800")
    assert 'data-until="4102444800"' in get(twentythree_platform, address).text
    twentythree_platform.edit_livestream(9, broadcasting_p=1)
    assert 'data-state="on-air"' in get(twentythree_platform, address).text


def test_pages__of_the_site__lead_somewhere(twentythree_platform: TwentyThreePlatform) -> None:
    platform = twentythree_platform
    album = platform.add_album(50, title="Films")
    live = platform.add_livestream(9)
    photo = platform.add_photo(7, one="/sunrise", all_albums="50", tags=["a b"], title="Sunrise")
    for path in ("/", "/video/7", photo["one"], album["one"], live["link"], "/tag/a%20b", photo["user_url"]):
        assert get(platform, path).status_code == 200, path
    platform.unpublish(7)
    assert get(platform, "/sunrise").status_code == 404
    assert get(platform, f"/secret/7/{photo['token']}").status_code == 200


@pytest.mark.parametrize("page", ["", "live", "albums", "faults", "traffic", "settings", "video/7"])
def test_control_page__each_part__is_there(twentythree_platform: TwentyThreePlatform, page: str) -> None:
    twentythree_platform.add_photo(7, title="\ud800 <b>")
    twentythree_platform.add_livestream(9)
    twentythree_platform.add_album(50)
    twentythree_platform.fail_next(500)
    response = get(twentythree_platform, f"/sandbox/{page}")
    assert response.status_code == 200
    assert "<h1>" in response.text


def test_control_page__forms__change_the_library(twentythree_platform: TwentyThreePlatform) -> None:
    platform = twentythree_platform
    platform.add_photo(7)
    platform.add_album(50)

    def post(action: str, **fields: object) -> requests.Response:
        return requests.post(f"{platform.base_url}/sandbox/do/{action}", data=fields, timeout=TIMEOUT)

    saved = post("edit-photo", photo_id=7, title="Blåbær", content="Hi", tags='a "b c"', album=["50"], promoted="1")
    assert "The video was saved." in saved.text
    photo = platform.get_photo(7)
    assert (photo["title"], photo["tags"], photo["all_albums"]) == ("Blåbær", ["a", "b c"], "50")
    post("unpublish", photo_id=7)
    assert platform.get_photo(7)["published_p"] == 0
    post("fail", kind="429", times="2", method="photo/list", value="9")
    (fault,) = platform.faults
    assert (fault["kind"], fault["times"], fault["details"]) == ("429", 2, {"retry_after": "9"})
    assert post("edit-photo", photo_id="x").status_code == 400
    assert post("nothing").status_code == 404


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_control_page__form_on_a_foreign_page__is_refused(
    twentythree_platform: TwentyThreePlatform, header: dict[str, str]
) -> None:
    twentythree_platform.add_photo(7)
    response = requests.post(
        f"{twentythree_platform.base_url}/sandbox/do/delete-photo",
        data={"photo_id": 7},
        headers=header,
        timeout=TIMEOUT,
    )
    assert response.status_code == 403
    assert twentythree_platform.get_photo(7)["photo_id"] == "7"


def test_signature__with_a_query_that_was_signed_by_address__is_verified_under_localhost(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    url = twentythree_platform.base_url.replace("127.0.0.1", "localhost")
    response = requests.get(f"{url}/api/site/get?format=json&raw=1", auth=sign(twentythree_platform), timeout=TIMEOUT)
    assert response.json()["status"] == "ok"


def test_frame__of_a_second__is_a_picture_of_that_size(twentythree_platform: TwentyThreePlatform) -> None:
    token = twentythree_platform.add_photo(7)["token"]
    address = f"/api/photo/frame?photo_id=7&token={token}&size=160x90&time="
    image = Image.open(io.BytesIO(get(twentythree_platform, address + "40.2").content))
    assert image.size == (160, 90)
    assert get(twentythree_platform, address + "soon&format=json&raw=1").json()["code"] == "invalid_input"
