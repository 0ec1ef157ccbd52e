"""What is no longer listed is asked for before it is marked, and comes back by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_twentythree.exceptions import UnexpectedResponseError
from django_twentythree.models import Album, Photo, Player
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.refresh import connect_refresher
from tests.sync.notices import pingback

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(platform, sync):
    for number in (1, 2, 3):
        platform.add_photo(number, title=f"Video {number}")
    sync()
    return platform


def test_sync_photos__deleted__is_marked_and_kept(three, sync):
    three.delete_photo(2)
    run = sync()
    assert run.missing == 1
    photo = Photo.objects.get(remote_id=2)
    assert photo.missing_since is not None
    assert photo.title == "Video 2"
    assert not photo.is_available


def test_sync_photos__deleted__is_asked_for_by_id_without_its_token(three, sync):
    three.delete_photo(2)
    three.clear_requests()
    sync()
    asked = [r["params"] for r in three.requests if r["params"].get("photo_id") == "2"]
    assert len(asked) == 1
    assert "token" not in asked[0]


def test_sync_photos__listing_leaves_one_out__is_found_by_id_and_stays(three, sync):
    # A promoted-first order or a moving page can hide an object that exists.
    three.fail_next("omit", ids=[2], method="photo/list")
    run = sync()
    assert (run.seen, run.missing) == (2, 0)
    assert Photo.objects.present().count() == 3


def test_sync_photos__fewer_come_than_announced__judges_no_absence_and_says_so(three, sync):
    three.delete_photo(2)
    three.fail_next("miscount", total_count=3, method="photo/list", times=4)
    run = sync()
    assert run.missing == 0
    assert "did not hold still" in run.error
    assert sync().missing == 1


@pytest.mark.parametrize("code", ["video_is_being_moved", "invalid_type", "feature_not_available"])
@pytest.mark.parametrize("api_version", [1, 2])
def test_sync_photos__other_no_when_asked_by_id__is_left_undecided(three, configure, sync, code, api_version):
    configure(api_version=api_version)
    three.delete_photo(2)
    three.fail_next("slow", seconds=0, method="photo/list")  # the listing
    three.fail_next("error", method="photo/list", code=code, message="No.", times=2)
    run = sync()
    assert run.missing == 0
    assert "did not clearly say why" in run.error
    assert Photo.objects.present().count() == 3
    three.clear_faults()
    assert sync().missing == 1


def test_sync_photos__credentials_refused_when_asked_by_id__fails(three, sync):
    three.delete_photo(2)
    three.fail_next("slow", seconds=0, method="photo/list")
    three.fail_next("error", method="photo/list", code="invalid_signature", message="No.")
    assert "refused the credentials" in sync(state="failed").error
    assert Photo.objects.present().count() == 3


def test_sync_photos__came_back__is_present_again(three, sync):
    three.delete_photo(2)
    sync()
    three.add_photo(2, title="Video 2")
    sync()
    assert Photo.objects.get(remote_id=2).missing_since is None


def test_sync_photos__everything_gone__nothing_is_marked_until_a_person_accepts(three, sync):
    for number in (1, 2, 3):
        three.delete_photo(number)
    run = sync()
    assert run.missing == 0
    assert run.is_held_back
    assert "--accept-missing" in run.error
    assert Photo.objects.present().count() == 3
    accepted = sync(accept_missing=True)
    assert (accepted.missing, accepted.is_held_back) == (3, False)
    assert Photo.objects.count() == 3


def test_sync_photos__observed_after_the_question__is_not_marked(three, sync):
    three.delete_photo(2)
    Photo.objects.filter(remote_id=2).update(observed_at=timezone.now() + timedelta(minutes=1))
    assert sync().missing == 0


def test_sync_photos__anonymous_and_unpublished_since__goes_missing(platform, configure, sync):
    configure(level=None)
    for number in range(1, 11):
        platform.add_photo(number)
    sync()
    platform.unpublish(3)
    run = sync()
    assert run.missing == 1
    assert Photo.objects.get(remote_id=3).missing_since is not None


def test_sync_photos__credentials_removed__unpublished_rows_are_not_judged(platform, configure, sync):
    for number in range(1, 11):
        platform.add_photo(number)
    platform.unpublish(3)
    sync()
    configure(level=None)
    assert sync().missing == 0
    assert Photo.objects.present().count() == 10


def test_sync_albums__deleted__is_marked(platform, sync):
    albums = [platform.add_album(title=f"Album {n}") for n in range(4)]
    sync("albums")
    platform.delete_album(int(albums[0]["album_id"]))
    assert sync("albums").missing == 1
    assert Album.objects.present().count() == 3


def test_sync_players__deleted__is_marked_after_a_second_pass(platform, sync):
    player = platform.add_player(player_name="Short-lived")
    sync("players")
    platform.delete_player(int(player["player_id"]))
    assert sync("players").missing == 1
    assert Player.objects.exclude(missing_since=None).get().name == "Short-lived"


@pytest.mark.parametrize("api_version", [1, 2])
def test_sync_photos__empty_answer_by_id_that_announces_one__proves_nothing(three, configure, sync, api_version):
    configure(api_version=api_version)
    three.fail_next("omit", ids=[2], method="photo/list")  # the listing
    three.fail_next("omit", ids=[2], are_counted=True, method="photo/list")
    run = sync()
    assert run.missing == 0
    assert "1 object was not listed, and TwentyThree did not clearly say why" in run.error
    assert Photo.objects.present().count() == 3


@pytest.mark.parametrize("api_version", [1, 2])
def test_inbox__empty_answer_that_announces_one__is_asked_again_later(notify, three, configure, api_version):
    configure(api_version=api_version)
    notice = notify(pingback(2))
    three.fail_next("omit", ids=[2], are_counted=True, method="photo/list")
    assert process_inbox("default").postponed == 1
    assert Photo.objects.present().count() == 3
    notice.refresh_from_db()
    assert "announces 1" in notice.error


@pytest.mark.parametrize("resource", ["albums", "livestreams", "photos"])
@pytest.mark.parametrize("api_version", [1, 2])
def test_refresh__empty_answer_that_announces_one__is_no_answer(platform, configure, sync, resource, api_version):
    configure(api_version=api_version)
    method = {"albums": "album/list", "livestreams": "live/list", "photos": "photo/list"}[resource]
    platform.add_photo(5)
    platform.add_album(5)
    platform.add_livestream(5)
    with connect_refresher("default") as refresher:
        row = refresher.refresh(resource, 5).row
        platform.fail_next("omit", ids=[5], are_counted=True, method=method)
        with pytest.raises(UnexpectedResponseError, match="empty list that announces 1"):
            refresher.refresh(resource, 5)
        row.refresh_from_db()
        assert row.missing_since is None
        platform.fail_next("omit", ids=[5], method=method)  # empty, and announces nothing
        assert refresher.refresh(resource, 5).report.missing == 1


@pytest.mark.parametrize("kept", [0, 2])
@pytest.mark.parametrize("api_version", [1, 2])
def test_sync_photos__listing_is_shorter_than_announced__judges_no_absence(three, configure, sync, api_version, kept):
    configure(api_version=api_version)
    omitted = [1, 2, 3][kept:]
    three.fail_next("omit", ids=omitted, are_counted=True, method="photo/list", times=20)
    assert sync().missing == 0
    assert Photo.objects.present().count() == 3
