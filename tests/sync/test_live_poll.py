"""While a live stream is on air, a look at it costs two requests a minute, however many others there are."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db.models import F

from django_twentythree.models import LiveStream, SyncRun, Workspace
from django_twentythree.sync.due import find_due_resources
from django_twentythree.sync.live_poll import MOST_BY_ID
from django_twentythree.tasks import run_due
from tests.timing import wait_until

pytestmark = pytest.mark.django_db

HOUR = 3_600


def ago(seconds):
    return int(time.time()) - seconds


def in_future(seconds):
    return int(time.time()) + seconds


@pytest.fixture
def lives(platform, sync):
    """Three live streams: one on air, one to come tomorrow, one long over; mirrored."""
    numbers = {
        "on air": platform.add_livestream(name="On air", streaming_p="1", broadcasting_p="1"),
        "to come": platform.add_livestream(name="To come", next_start_time_epoch=str(in_future(24 * HOUR))),
        "over": platform.add_livestream(name="Over", next_start_time_epoch=str(ago(24 * HOUR))),
    }
    sync("livestreams")
    platform.clear_requests()
    return {name: int(wire["live_id"]) for name, wire in numbers.items()}


def asked(platform):
    """What was asked for, in short."""
    return [
        (r["method"], {name: r["params"][name] for name in ("upcoming_p", "live_id", "p") if name in r["params"]})
        for r in platform.requests
    ]


SITE = ("site/get", {})
ACTIVE = ("live/list", {"upcoming_p": "1", "p": "1"})


def one(number):
    return ("live/list", {"live_id": str(number)})


def test_sync_on_air__nothing_has_changed__costs_two_requests_and_writes_no_row(platform, lives, sync):
    run = sync("on_air")
    assert asked(platform) == [SITE, ACTIVE]
    assert (run.seen, run.unchanged, run.updated, run.missing) == (2, 2, 0, 0)


def test_sync_on_air__stream_changes__is_mirrored(platform, lives, sync):
    platform.edit_livestream(lives["to come"], streaming_p="1", broadcasting_p="1")
    assert sync("on_air").updated == 1
    assert LiveStream.objects.get(remote_id=lives["to come"]).is_on_air


def test_sync_on_air__new_stream__is_mirrored(platform, lives, sync):
    platform.add_livestream(name="Breaking news", streaming_p="1", broadcasting_p="1")
    assert sync("on_air").created == 1
    assert LiveStream.objects.get(name="Breaking news").is_on_air


def test_sync_on_air__stream_has_ended__is_asked_for_by_id_once(platform, lives, sync):
    platform.edit_livestream(lives["on air"], streaming_p="0", broadcasting_p="0")
    run = sync("on_air")
    assert asked(platform) == [SITE, ACTIVE, one(lives["on air"])]
    assert run.updated == 1
    assert not LiveStream.objects.get(remote_id=lives["on air"]).is_on_air
    platform.clear_requests()
    sync("on_air")
    assert asked(platform) == [SITE, ACTIVE]


def test_sync_on_air__start_has_passed_without_a_signal__is_asked_for_by_id_once(platform, lives, sync):
    start = in_future(4)
    platform.edit_livestream(lives["to come"], next_start_time_epoch=str(start))
    sync("livestreams")
    wait_until(lambda: time.time() > start + 0.5)
    platform.clear_requests()
    sync("on_air")
    assert asked(platform) == [SITE, ACTIVE, one(lives["to come"])]
    platform.clear_requests()
    sync("on_air")
    assert asked(platform) == [SITE, ACTIVE]


def test_sync_on_air__stream_was_deleted__goes_missing(platform, lives, sync):
    platform.delete_livestream(lives["on air"])
    assert sync("on_air").missing == 1
    assert LiveStream.objects.get(remote_id=lives["on air"]).is_missing
    assert not LiveStream.objects.get(remote_id=lives["over"]).is_missing


def test_sync_on_air__many_left_the_list__asks_for_a_bounded_number_at_a_time(platform, sync):
    numbers = [
        int(platform.add_livestream(name=f"Live {number}", streaming_p="1")["live_id"])
        for number in range(MOST_BY_ID + 5)
    ]
    sync("livestreams")
    for number in numbers:
        platform.edit_livestream(number, streaming_p="0")
    platform.clear_requests()
    sync("on_air")
    assert len(platform.requests) == 2 + MOST_BY_ID
    platform.clear_requests()
    sync("on_air")
    assert len(platform.requests) == 2 + 5
    assert not LiveStream.objects.filter(is_streaming=True).exists()


def test_sync_on_air__another_level_answers__concludes_nothing(platform, configure, lives, sync):
    configure(level=None)
    sync("livestreams")
    platform.edit_livestream(lives["on air"], name="Other", streaming_p="0", broadcasting_p="0")
    platform.fail_next("drop_level", level="read", method="live/list")
    platform.clear_requests()
    run = sync("on_air")
    assert asked(platform) == [SITE, ACTIVE]
    assert (run.seen, run.updated, run.missing) == (0, 0, 0)


@pytest.fixture
def many(platform, sync):
    """120 live streams that are over, and one on air that is listed last."""
    for number in range(120):
        platform.add_livestream(name=f"Over {number}", next_start_time_epoch=str(ago(48 * HOUR)))
    on_air = int(platform.add_livestream(name="On air", streaming_p="1", broadcasting_p="1")["live_id"])
    sync("livestreams")
    platform.clear_requests()
    return on_air


def test_sync_on_air__many_others__are_not_listed(platform, many, sync):
    assert sync("on_air").seen == 1
    assert asked(platform) == [SITE, ACTIVE]


def test_sync_on_air__platform_lists_them_all__stops_and_asks_by_id(platform, many, sync):
    platform.edit_livestream(many, streaming_p="0", broadcasting_p="0")
    platform.fail_next("ignore", names=["upcoming_p"], times=5, method="live/list")
    run = sync("on_air")
    assert asked(platform) == [SITE, ACTIVE, one(many)]
    assert "by themselves" in run.error
    assert not LiveStream.objects.get(remote_id=many).is_on_air


def test_sync_on_air__anonymous__private_streams_are_left_alone(platform, configure, sync):
    platform.add_livestream(name="Public", streaming_p="1", private_p="0")
    platform.add_livestream(name="Private", streaming_p="1", private_p="1")
    sync("livestreams")
    configure(level=None)
    sync("livestreams")
    platform.clear_requests()
    run = sync("on_air")
    assert asked(platform) == [SITE, ACTIVE]
    assert run.missing == 0
    assert LiveStream.objects.present().count() == 2


def test_run_due__on_air__lists_them_all_every_five_minutes_only(platform, lives):
    def let_pass(seconds):
        for name in ("started_at", "finished_at"):
            SyncRun.objects.update(**{name: F(name) - timedelta(seconds=seconds)})

    run_due.delay()
    for _ in range(10):
        let_pass(60)
        run_due.delay()
    counts = {
        resource: SyncRun.objects.filter(resource=resource, state="succeeded").count()
        for resource in ("on_air", "livestreams")
    }
    assert counts == {"on_air": 8, "livestreams": 3}  # the fixture's run among them
    assert find_due_resources("default") == []


def test_look_on_air__one_that_cannot_be_asked_for__leaves_the_others_their_turn(platform, sync):
    for number in (1, 2):
        platform.add_livestream(number, streaming_p=1, broadcasting_p=1)
    sync("livestreams")
    for number in (1, 2):
        platform.delete_livestream(number)
    platform.fail_next("slow", seconds=0, method="live/list")  # the list goes well
    platform.fail_next("error", code="something_new", message="No.", method="live/list")
    run = sync("on_air")
    assert "could not be looked at" in run.error
    assert run.missing == 1
    assert Workspace.objects.get().state == Workspace.State.WORKING
