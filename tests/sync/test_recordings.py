"""Recordings know their live stream, although version 1 of the API tells it only the other way round."""

from __future__ import annotations

import io

import pytest
from django.core.management import call_command

from django_twentythree.models import LiveStream, Photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def council(platform, sync):
    live = int(platform.add_livestream(name="Council")["live_id"])
    platform.add_photo(1, title="Recording, part 1", live_id=live)
    platform.add_photo(2, title="Something else")
    sync("livestreams")
    sync()
    sync("details")
    return platform, live


def asked(platform):
    listings = [r["params"] for r in platform.requests if r["method"] == "photo/list"]
    return [params["live_id"] for params in listings if "live_id" in params]


def test_details__live_stream_with_recordings__links_them(council):
    assert [photo.remote_id for photo in LiveStream.objects.get().recordings.all()] == [1]


def test_details__nothing_changed__asks_no_more(council, sync):
    platform, _ = council
    platform.clear_requests()
    sync("details")
    assert asked(platform) == []


def test_details__asked_for_by_name__asks_for_all_live_streams(council):
    platform, live = council
    platform.add_photo(3, title="Recording, part 2", live_id=live)
    call_command("twentythree_sync", "--json", resource="photos", stdout=io.StringIO())
    call_command("twentythree_sync", "--json", resource="details", stdout=io.StringIO())
    assert sorted(p.remote_id for p in LiveStream.objects.get().recordings.all()) == [1, 3]


def test_details__live_stream_changed__is_asked_again(council, sync):
    platform, live = council
    platform.add_photo(3, title="Recording, part 2", live_id=live)
    platform.edit_livestream(live, name="Council, continued")
    sync("livestreams")
    sync()
    sync("details")
    assert sorted(p.remote_id for p in LiveStream.objects.get().recordings.all()) == [1, 3]


def test_sync_photos__recording_edited__keeps_its_live_stream(council, sync):
    platform, _ = council
    platform.edit_photo(1, title="Another title")
    assert sync().updated == 1
    assert Photo.objects.get(remote_id=1).live_stream == LiveStream.objects.get()


def test_details__level_lost_halfway__recordings_stay_as_they_are(platform, sync):
    live = int(platform.add_livestream(name="Council")["live_id"])
    platform.add_photo(1, title="Recording", live_id=live, published_p=0)
    sync("livestreams")
    sync()
    platform.fail_next("drop_level", level="anonymous", method="photo/list")
    sync("details")
    assert LiveStream.objects.get().recordings.count() == 1


def test_details__answered_at_another_level__takes_nothing_from_the_answer(platform, configure, sync):
    configure(level=None)
    live = int(platform.add_livestream(name="Council")["live_id"])
    platform.add_photo(1, title="Recording", live_id=live, protected_p=1)
    sync("livestreams")
    sync()
    platform.fail_next("drop_level", level="read", method="photo/list")
    sync("details")
    assert "protected_token" not in Photo.objects.get().extra
