"""Recordings know their live stream: those that name it at once, and of the others the live stream is asked."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone

from django_twentythree.models import LiveStream, Photo
from django_twentythree.sync.recordings import LATEST
from django_twentythree.testing.platform import REMOVE

pytestmark = pytest.mark.django_db

GONE = 77


def add_silent_recording(platform, number, live, **wire):
    """Add a recording as version 1 is documented to show it: without the name of its live stream."""
    platform.add_photo(number, live_id=live, **wire)
    platform.edit_photo(number, live_id=REMOVE)


@pytest.fixture
def council(platform, sync):
    live = int(platform.add_livestream(name="Council")["live_id"])
    add_silent_recording(platform, 1, live, title="Recording, part 1")
    platform.add_photo(2, title="Something else")
    sync("livestreams")
    sync()
    sync("details")
    return platform, live


def asked(platform):
    listings = [r["params"] for r in platform.requests if r["method"] == "photo/list"]
    return [int(params["live_id"]) for params in listings if "live_id" in params]


def links():
    return dict(Photo.objects.exclude(live_stream=None).values_list("remote_id", "live_stream__remote_id"))


def let_a_day_pass():
    """Have all that is written down be a day ago."""
    for model, names in ((LiveStream, ("changed_at", "recordings_observed_at")), (Photo, ("changed_at",))):
        model.objects.update(**{name: F(name) - timedelta(days=1) for name in names})


# -- videos that are silent about their live stream


def test_details__live_stream_with_recordings__links_them(council):
    assert [photo.remote_id for photo in LiveStream.objects.get().recordings.all()] == [1]


def test_details__nothing_changed__asks_no_more(council, sync):
    platform, _ = council
    platform.clear_requests()
    sync("details")
    assert asked(platform) == []


def test_details__recording_appears_after_the_event__is_linked_by_the_next_run(council, sync):
    platform, live = council
    let_a_day_pass()
    add_silent_recording(platform, 3, live, title="Recording, part 2")
    sync()
    sync("details")
    assert links() == {1: live, 3: live}
    platform.clear_requests()
    sync("details")
    assert asked(platform) == []


def test_details__video_comes__asks_only_the_live_streams_that_changed_last(council, sync):
    platform, _ = council
    later = [int(platform.add_livestream()["live_id"]) for _ in range(LATEST)]
    sync("livestreams")
    sync("details")
    platform.add_photo(3)
    sync()
    platform.clear_requests()
    sync("details")
    assert sorted(asked(platform)) == sorted(later)


def test_details__asked_for_by_name__asks_for_all_live_streams(council):
    platform, live = council
    platform.clear_requests()
    call_command("twentythree_sync", "--json", resource="details", stdout=io.StringIO())
    assert asked(platform) == [live]


def test_details__asked_a_week_ago__asks_again(council, sync):
    platform, live = council
    LiveStream.objects.update(recordings_observed_at=timezone.now() - timedelta(days=8))
    Photo.objects.update(changed_at=timezone.now() - timedelta(days=9))
    platform.clear_requests()
    sync("details")
    assert asked(platform) == [live]


def test_details__live_stream_changed__is_asked_again(council, sync):
    platform, live = council
    platform.edit_livestream(live, name="Council, continued")
    sync("livestreams")
    platform.clear_requests()
    sync("details")
    assert asked(platform) == [live]


def test_sync_photos__recording_edited__keeps_its_live_stream(council, sync):
    platform, live = council
    platform.edit_photo(1, title="Another title")
    assert sync().updated == 1
    assert links() == {1: live}


def test_details__recording_taken_from_its_live_stream__is_no_longer_linked(council, sync):
    platform, _ = council
    platform.edit_photo(1, live_id="", title="Cut anew")
    sync()
    sync("details")
    assert links() == {}


def test_details__recording_moved_to_an_old_live_stream__is_linked_there(council, sync):
    platform, _ = council
    other = int(platform.add_livestream(name="Committee")["live_id"])
    sync("livestreams")
    add_silent_recording(platform, 1, other, title="Cut anew")
    sync()
    sync("details", is_everything=True)
    assert links() == {1: other}


def test_details__recording_gone__keeps_its_link(council, sync):
    platform, live = council
    platform.delete_photo(1)
    sync()
    sync("details", is_everything=True)
    assert Photo.objects.get(remote_id=1).missing_since is not None
    assert links() == {1: live}


# -- videos that name their live stream


def test_sync_photos__names_its_live_stream__is_linked_at_once(platform, sync):
    platform.add_photo(1, live_id=GONE)
    sync()
    assert links() == {1: GONE}
    assert LiveStream.objects.get().missing_since is not None


def test_sync_photos__names_another_live_stream__is_linked_there_at_once(council, sync):
    platform, _ = council
    platform.edit_photo(1, live_id=GONE)
    sync()
    assert links() == {1: GONE}


def test_details__listed_for_a_live_stream_but_names_another__its_own_word_counts(council, sync):
    platform, _ = council
    other = int(platform.add_livestream(name="Committee")["live_id"])
    sync("livestreams")
    platform.edit_photo(1, live_id=float(other))  # a spelling that the sandbox shows, and does not understand
    sync()
    sync("details", is_everything=True)
    assert links() == {1: other}


def test_details__not_listed_for_the_live_stream_it_names__its_own_word_counts(council, sync):
    platform, live = council
    platform.edit_photo(2, live_id=live)
    sync()
    platform.fail_next("omit", ids=[2], method="photo/list")
    sync("details", is_everything=True)
    assert links() == {1: live, 2: live}


# -- live streams that are gone, or never were


def test_details__no_longer_recording_of_a_live_stream_that_was_never_listed__is_not_linked(platform, sync):
    platform.add_photo(1, live_id=GONE)
    sync()
    sync("details")
    platform.edit_photo(1, live_id="")
    sync()
    sync("details")
    assert links() == {}


def test_details__live_stream_gone__keeps_its_recordings(council, sync):
    platform, live = council
    platform.delete_livestream(live)
    sync("livestreams")
    sync("details", is_everything=True)
    assert links() == {1: live}
    Photo.objects.update(live_stream=None)
    platform.clear_requests()
    sync("details", is_everything=True)
    assert asked(platform) == []


# -- answers that tell nothing


def test_details__level_lost_halfway__recordings_stay_as_they_are(platform, sync):
    live = int(platform.add_livestream(name="Council")["live_id"])
    add_silent_recording(platform, 1, live, published_p=0)
    sync("livestreams")
    sync()
    sync("details")
    platform.fail_next("drop_level", level="anonymous", method="photo/list")
    sync("details", is_everything=True)
    assert links() == {1: live}


def test_details__answered_at_another_level__takes_nothing_from_the_answer(platform, configure, sync):
    configure(level=None)
    live = int(platform.add_livestream(name="Council")["live_id"])
    platform.add_photo(1, title="Recording", live_id=live, protected_p=1)
    sync("livestreams")
    sync()
    platform.fail_next("drop_level", level="read", method="photo/list")
    sync("details")
    assert "protected_token" not in Photo.objects.get().extra


@pytest.mark.parametrize(
    ("code", "is_asked_again"), [("no_such_live", False), ("too_many_questions", True)], ids=["plain no", "odd"]
)
def test_details__refused__links_stay_and_a_plain_no_is_believed_for_a_week(council, sync, code, is_asked_again):
    platform, live = council
    LiveStream.objects.update(recordings_observed_at=None)
    platform.fail_next("error", code=code, message="No.", method="photo/list")
    sync("details")
    assert links() == {1: live}
    platform.clear_requests()
    sync("details")
    assert asked(platform) == ([live] if is_asked_again else [])


def test_details__filter_unknown_to_the_platform__is_asked_again_only_after_a_week(council, sync):
    platform, live = council
    for number in range(100, 140):
        add_silent_recording(platform, number, live)
    for number in (1, 2):
        platform.delete_photo(number)
    sync()
    sync("details")  # forty of forty: the whole library
    assert links() == {1: live}
    platform.clear_requests()
    sync("details")
    assert asked(platform) == []
