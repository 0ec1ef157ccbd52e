"""The invented library: large, varied, and the same for the same seed."""

from __future__ import annotations

import requests

from django_twentythree.testing import TwentyThreePlatform
from django_twentythree.testing.demo.town import fill
from django_twentythree.testing.sandbox.library import Library
from tests.testing.conftest import TIMEOUT, Api, sign

EVERYTHING = {"include_unpublished_p": 1, "include_hidden_p": 1}


def invent(photos: int, seed: int) -> Library:
    library = Library()
    fill(library, photos, seed)
    return library


def test_fill__same_seed__gives_the_same_photos() -> None:
    assert invent(200, 23).photos == invent(200, 23).photos
    assert invent(200, 23).photos != invent(200, 24).photos


def test_fill__three_hundred__are_varied() -> None:
    library = invent(300, 23)
    photos = list(library.photos.values())
    assert len(photos) == len({photo.title for photo in photos if photo.title} | set()) + sum(
        not photo.title for photo in photos
    )
    assert {photo.kind for photo in photos} == {"video", "audio", "image"}
    assert len({(photo.width, photo.height) for photo in photos}) >= 5
    assert any(not photo.is_encoded for photo in photos)
    assert any(not photo.is_published and photo.is_encoded for photo in photos)
    assert any(photo.is_promoted for photo in photos)
    assert any(photo.protection_method for photo in photos)
    assert any(photo.overrides for photo in photos)  # custom variables
    assert any(len(photo.album_ids) > 1 for photo in photos)
    assert any(" " in tag for photo in photos for tag in photo.tags)
    assert any("æ" in photo.title for photo in photos)
    assert any("港" in photo.title or "灯" in photo.title or "朝" in photo.title for photo in photos)
    assert any("<p>" in photo.content for photo in photos)
    assert max(p.created_at for p in photos) - min(p.created_at for p in photos) > 5 * 365 * 86_400
    assert any("." in section.start_time for sections in library.sections.values() for section in sections)
    assert {s.locale for found in library.subtitles.values() for s in found} >= {"da_DK", "en_US", "uk_UA"}
    assert any(album.is_hidden for album in library.albums.values())
    lives = list(library.lives.values())
    assert any(live.is_broadcasting for live in lives)
    assert any(live.is_private for live in lives)
    assert any(live.next_start_at for live in lives)
    assert any(photo.live_id in library.lives for photo in photos)


def test_fill__page_of_a_hundred__is_as_heavy_as_real_ones(
    twentythree_platform: TwentyThreePlatform,
) -> None:
    twentythree_platform.fill(300)
    response = requests.get(
        f"{twentythree_platform.base_url}/api/photo/list",
        params={"format": "json", "raw": "1", "size": "100", **EVERYTHING},
        auth=sign(twentythree_platform),
        timeout=TIMEOUT,
    )
    assert 5_000 < len(response.content) / 100 < 7_500


def test_fill__recordings__are_found_by_their_live_stream(twentythree_platform: TwentyThreePlatform, api: Api) -> None:
    twentythree_platform.fill(300)
    lives = api("live/list", "read", include_private_p=1)["live"]
    recorded = [api("photo/list", "read", live_id=live["live_id"])["photos"] for live in lives]
    assert any(recorded)
    assert all("live_id" in photo for photos in recorded for photo in photos)
