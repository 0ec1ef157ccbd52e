"""The inbox: coalesced, fetched again, settled; trouble postpones, forged ids cost a bounded number of requests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from django_twentythree.coordination.leases import HeldLeases
from django_twentythree.models import Album, Lease, LiveStream, Notification, Photo
from django_twentythree.sync import inbox
from django_twentythree.sync.inbox import process_inbox
from tests.sync.notices import fetches, pingback

pytestmark = pytest.mark.django_db


def test_process_inbox__pingback_about_a_changed_photo__row_is_updated(platform, sync, notify):
    platform.add_photo(1, title="Before")
    sync()
    platform.edit_photo(1, title="After")
    notice = notify(pingback(1))
    assert process_inbox("default").done == 1
    assert Photo.objects.get().title == "After"
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("done", 1)
    assert notice.processed_at is not None


def test_process_inbox__many_about_one_photo__asks_once(platform, notify):
    platform.add_photo(1)
    for _ in range(20):
        notify(pingback(1))
    platform.clear_requests()
    assert process_inbox("default").done == 20
    assert len(fetches(platform)) == 1


def test_process_inbox__photo_not_encoded__is_looked_at_once_more(platform, notify):
    platform.add_photo(1, video_encoded_p=0)
    notice = notify(pingback(1))
    assert process_inbox("default").postponed == 1
    assert process_inbox("default").done == 0
    platform.finish_encoding(1)
    Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert process_inbox("default").done == 1
    assert Photo.objects.get().is_encoded
    notice.refresh_from_db()
    assert notice.state == "done"


def test_process_inbox__albums_and_live_streams_of_webhooks__are_refreshed(platform, notify):
    album = int(platform.add_album(title="Guides")["album_id"])
    live = int(platform.add_livestream(name="Council")["live_id"])
    notify({"json": {"data": {"album_id": album, "live_id": str(live)}}})
    assert process_inbox("default").refreshed == 2
    assert (Album.objects.get().title, LiveStream.objects.get().name) == ("Guides", "Council")
    assert Notification.objects.get().state == "done"


def test_process_inbox__forged_ids__cost_a_bounded_number_of_requests(platform, notify):
    for number in range(inbox.MOST_UNKNOWN + 40):
        notify(pingback(10_000 + number))
    platform.clear_requests()
    report = process_inbox("default")
    assert report.postponed == 40
    assert len(fetches(platform)) == inbox.MOST_UNKNOWN
    assert Photo.objects.count() == 0


def test_process_inbox__nothing_usable__takes_one_light_look(platform, sync, notify):
    sync()
    platform.add_photo(5, title="Unannounced")
    notify({"raw": "hello"})
    report = process_inbox("default")
    assert report.wanted == ["albums", "livestreams"]
    assert Photo.objects.get().title == "Unannounced"
    notify({"raw": "again"})
    platform.clear_requests()
    assert process_inbox("default").wanted == []
    assert fetches(platform) == []


def test_process_inbox__platform_down__waits_and_gives_up_after_several_attempts(platform, notify):
    platform.add_photo(1)
    notice = notify(pingback(1))
    platform.fail_next(500, times=400)
    assert process_inbox("default").postponed == 1
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("pending", 1)
    assert notice.due_at > timezone.now()
    assert "HTTP 500" in notice.error
    Notification.objects.update(attempts=inbox.MAX_ATTEMPTS - 1, due_at=None)
    process_inbox("default")
    notice.refresh_from_db()
    assert notice.state == "failed"


def test_process_inbox__another_process_is_at_it__leaves_it_alone(platform, notify, default_workspace):
    platform.add_photo(1)
    notify(pingback(1))
    until = timezone.now() + timedelta(minutes=1)
    Lease.objects.create(key=f"inbox:{default_workspace.pk}", holder="somebody", until=until)
    assert process_inbox("default").done == 0
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert process_inbox("default").done == 1


def test_process_inbox__photo_deleted__marks_the_row(platform, sync, notify):
    platform.add_photo(1)
    sync()
    platform.delete_photo(1)
    notify(pingback(1))
    process_inbox("default")
    assert Photo.objects.get().missing_since is not None


class Pouring(HeldLeases):
    """Keeps nothing; while it is at it, notices come in so many times."""

    def __init__(self, notify, times):
        super().__init__()
        self.notify, self.times, self.kept = notify, times, 0

    def renew_if_due(self):
        self.kept += 1
        for _ in range(inbox.BURST_PER_SECOND if self.kept <= self.times else 1):
            self.notify(pingback(1))


@pytest.mark.parametrize(
    ("waiting", "times", "looks"),
    [(inbox.MANY_WAITING - 1, 0, 0), (inbox.MANY_WAITING, 0, 1), (inbox.MANY_WAITING, 2, 3)],
)
def test_wait_for_calm__notices_pour_in__waits_until_they_do_not(default_workspace, notify, waiting, times, looks):
    for _ in range(waiting):
        notify(pingback(1))
    held = Pouring(notify, times)
    inbox._debounce(default_workspace, held)
    assert held.kept == looks


def test_wait_for_calm__many_wait_to_be_tried_again__are_no_crowd(default_workspace, notify):
    for _ in range(inbox.MANY_WAITING):
        notify(pingback(1))
    Notification.objects.update(due_at=timezone.now() + timedelta(minutes=5))
    held = Pouring(notify, 0)
    inbox._debounce(default_workspace, held)
    assert held.kept == 0


class FakeClock:
    """Stands in for `time` where calm is waited for: each wait takes half a minute, in which notices come or not."""

    def __init__(self, pour, storms):
        self.pour, self.storms = pour, storms
        self.now, self.waits = 0.0, 0

    def monotonic(self):
        return self.now

    def sleep(self, seconds):
        self.now += 30
        self.waits += 1
        for _ in range(inbox.BURST_PER_SECOND if self.waits <= self.storms else 0):
            self.pour(pingback(1))


@pytest.mark.parametrize(("storms", "waits"), [(2, 3), (1_000, 5)], ids=["passes", "without end"])
def test_process_inbox__storm__is_waited_out_for_two_minutes_at_most(platform, notify, monkeypatch, storms, waits):
    platform.add_photo(1)
    clock = FakeClock(notify, storms)
    monkeypatch.setattr(inbox, "time", clock)
    for _ in range(inbox.MANY_WAITING):
        notify(pingback(1))
    platform.clear_requests()
    assert process_inbox("default").done == inbox.MANY_WAITING + min(storms, waits) * inbox.BURST_PER_SECOND
    assert clock.waits == waits
    assert len(fetches(platform)) == 1
