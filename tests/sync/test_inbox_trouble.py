"""What goes wrong with one notice, or with the platform, costs no other notice and no hint."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_twentythree.models import Album, Lease, Notification, Photo, Workspace, WorkspaceCondition
from django_twentythree.sync import inbox
from django_twentythree.sync.inbox import process_inbox
from tests.sync.notices import fetches, pingback

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(platform, sync, notify):
    """Three mirrored photos that have changed, each with a notice."""
    for number in (1, 2, 3):
        platform.add_photo(number, title="Before")
    sync()
    for number in (1, 2, 3):
        platform.edit_photo(number, title="After")
        notify(pingback(number))
    return platform


@pytest.mark.parametrize(
    ("fault", "times", "words"),
    [
        (500, 4, "HTTP 500"),
        ("html", 3, "web page"),
        ("error", 1, "too_many_questions"),
        ("reset", 4, "broke off"),
    ],
)
def test_process_inbox__platform_fails_for_one_object__the_others_are_refreshed(three, fault, times, words):
    details = {"code": "too_many_questions"} if fault == "error" else {}
    three.fail_next(fault, times=times, method="photo/list", **details)
    report = process_inbox("default")
    assert (report.done, report.postponed) == (2, 1)
    assert list(Photo.objects.order_by("remote_id").values_list("title", flat=True)) == ["Before", "After", "After"]
    left = Notification.objects.get(state="pending")
    assert words in left.error
    assert left.due_at > timezone.now()
    assert Workspace.objects.get().state == "working"
    assert not WorkspaceCondition.objects.filter(failure_count__gt=0).exists()


def test_process_inbox__notice_names_several_and_one_fails__is_tried_again(three):
    Notification.objects.all().delete()
    notice = Notification.objects.create(
        workspace=Workspace.objects.get(),
        payload={"json": [{"photo_id": 1}, {"photo_id": 2}]},
        received_at=timezone.now(),
    )
    three.fail_next("error", code="too_many_questions", method="photo/list")
    assert process_inbox("default").postponed == 1
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("pending", 1)
    assert "too_many_questions" in notice.error
    Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert process_inbox("default").done == 1
    assert Photo.objects.get(remote_id=1).title == "After"


def test_process_inbox__notice_names_several_and_one_must_wait__waits(three, notify):
    Notification.objects.all().delete()
    for number in range(inbox.MOST_UNKNOWN):
        notify(pingback(10_000 + number))
    three.add_photo(4, title="New")
    notice = notify({"json": [{"photo_id": 4}, {"photo_id": 1}]})
    process_inbox("default")
    notice.refresh_from_db()
    assert notice.state == "pending"
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    process_inbox("default")
    assert Photo.objects.get(remote_id=4).title == "New"


def test_process_inbox__very_many_forged_ids__cost_few_statements(platform, sync, notify):
    sync()
    for number in range(inbox.MOST_UNKNOWN + 1_000):
        notify(pingback(10_000 + number))
    with CaptureQueriesContext(connection) as queries:
        assert process_inbox("default").postponed == 1_000
    updates = [
        query
        for query in queries
        if query["sql"].startswith(f"UPDATE {connection.ops.quote_name('twentythree_notification')}")
    ]
    assert len(updates) <= inbox.MOST_UNKNOWN + 10


def test_process_inbox__platform_fails_for_everything__stops_after_the_first(three):
    three.clear_requests()
    three.fail_next(500, times=400)
    assert process_inbox("default").postponed == 3
    assert len(three.requests) == 8  # four attempts for the first photo, four to see whether it is that photo alone
    assert WorkspaceCondition.objects.get().failure_count == 1
    assert set(Notification.objects.values_list("attempts", flat=True)) == {1}


def test_process_inbox__credentials_refused__notices_wait_without_being_given_up(three):
    three.revoke_credentials()
    for _ in range(inbox.MAX_ATTEMPTS + 2):
        WorkspaceCondition.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
        process_inbox("default")
    assert set(Notification.objects.values_list("state", "attempts")) == {("pending", 0)}
    three.restore_credentials()
    WorkspaceCondition.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    assert process_inbox("default").done == 3


def test_process_inbox__light_look_fails__is_taken_once_more(platform, sync, notify):
    sync()
    platform.add_photo(5, title="Unannounced")
    notice = notify({"raw": "hello"})
    platform.fail_next(500, times=4)
    assert process_inbox("default").done == 0
    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("pending", 1)
    assert "HTTP 500" in notice.error
    Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert process_inbox("default").done == 1
    assert Photo.objects.get().title == "Unannounced"


def test_process_inbox__nothing_usable_just_after_a_light_look__waits_for_the_next(platform, sync, notify):
    sync()
    notify({"raw": "hello"})
    assert process_inbox("default").done == 1
    platform.add_photo(5, title="Between")
    late = notify({"raw": "again"})
    platform.clear_requests()
    assert process_inbox("default").postponed == 1
    assert fetches(platform) == []
    late.refresh_from_db()
    assert (late.state, late.attempts) == ("pending", 0)
    assert late.due_at <= timezone.now() + inbox.POLL_PAUSE
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))
    Notification.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    assert process_inbox("default").done == 1
    assert Photo.objects.get().title == "Between"


def test_process_inbox__forged_ids_keep_coming__cost_a_bounded_number_of_requests_a_minute(platform, sync, notify):
    platform.add_photo(1)
    sync()
    platform.clear_requests()
    for round_ in range(3):
        for number in range(inbox.MOST_UNKNOWN):
            notify(pingback(10_000 + 100 * round_ + number))
        process_inbox("default")
    assert len(fetches(platform)) == inbox.MOST_UNKNOWN
    notify(pingback(1))
    assert process_inbox("default").done == 1  # what is mirrored is not held up by them
    waiting = Notification.objects.filter(state="pending")
    assert waiting.count() == 2 * inbox.MOST_UNKNOWN
    Lease.objects.update(until=timezone.now() - timedelta(seconds=1))  # a minute later
    waiting.update(due_at=timezone.now() - timedelta(seconds=1))
    assert process_inbox("default").done == inbox.MOST_UNKNOWN


def test_sync_due__notice_without_an_id__albums_and_live_streams_are_listed(platform, default_workspace, notify):
    call_command("twentythree_sync", "--no-progress")
    platform.add_album(title="Unannounced")
    notify({"raw": "hello"})
    call_command("twentythree_sync", "--due", "--no-progress")
    assert Album.objects.get().title == "Unannounced"
