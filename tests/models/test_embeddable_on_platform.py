"""The addresses of mirrored objects, fetched from the sandbox."""

from __future__ import annotations

import pytest
import requests
from django.core.management import call_command

from django_twentythree.models import Album, LiveStream, Photo

pytestmark = pytest.mark.django_db


def fetch(url):
    with requests.get(url, timeout=10) as answer:
        return answer.status_code, answer.headers["Content-Type"].partition(";")[0]


@pytest.mark.parametrize("size", ["quad100", "large", "original", "600x338cr", "600x400", "800x"])
def test_thumbnail_url__mirrored_video_and_live_stream__is_a_picture(platform, size):
    platform.add_photo(5)
    platform.add_livestream(6)
    call_command("twentythree_sync", no_progress=True)
    for row in (Photo.objects.get(), LiveStream.objects.get()):
        assert fetch(row.thumbnail_url(size)) == (200, "image/jpeg")


def test_embed_url__mirrored_objects__are_players(platform):
    platform.add_photo(5)
    platform.add_album(7)
    platform.add_livestream(6)
    call_command("twentythree_sync", no_progress=True)
    for row in (Photo.objects.get(), Album.objects.get(), LiveStream.objects.get()):
        assert fetch(row.embed_url(autoplay=True)) == (200, "text/html")


def test_srcset__mirrored_video__names_pictures(platform):
    platform.add_photo(5)
    call_command("twentythree_sync", no_progress=True)
    embed = Photo.objects.get().embed()
    assert embed.poster in embed.srcset
    for candidate in embed.srcset.split(", "):
        assert fetch(candidate.split()[0]) == (200, "image/jpeg")
