"""Notices by the thousand, of a quarter of a megabyte each, and such as end whoever reads them."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.db.models import Sum
from django.urls import reverse
from django.utils import timezone

from django_twentythree.coordination.leases import lend_budget
from django_twentythree.models import Lease, Notification, Photo, Workspace
from django_twentythree.notifications import HINT_LIMIT, find_hints, read_hints, reduce_payload
from django_twentythree.sync import inbox, payloads
from django_twentythree.sync.inbox import process_inbox
from tests.celery_app import app as celery_app
from tests.conftest import SECRET
from tests.sync import flooded
from tests.sync.notices import fetches, pingback

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def naming(first, count=HINT_LIMIT):
    """Return a payload that names so many videos."""
    return {"json": {"photo_id": list(range(first, first + count))}}


def fill(platform, sync, count):
    """Mirror so many videos that need no second look, and return their ids."""
    for number in range(1, count + 1):
        platform.add_photo(number)
    sync()
    return list(range(1, count + 1))


def let_leases_lapse():
    Lease.objects.update(until=timezone.now() - SECOND)


def make_due():
    Notification.objects.filter(state="pending").update(due_at=timezone.now() - SECOND)


@pytest.mark.skipif(not flooded.PEAK.exists(), reason="memory is read as Linux tells it")
def test_process_inbox__twenty_notices_of_a_quarter_of_a_megabyte__take_little_memory(platform, settings, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "tests.sync.flooded"],
        input=json.dumps(settings.TWENTYTHREE),
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path / 'flooded.sqlite3'}"},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    facts = json.loads(done.stdout)
    assert facts["size"] > 240 * 1024
    assert facts["refreshed"] == inbox.MOST_UNKNOWN - 1  # one was for a notice before
    assert facts["megabytes"] < 30


def test_process_inbox__one_notice_names_many__some_are_fetched_and_what_is_new_is_looked_for(platform, sync, notify):
    ids = fill(platform, sync, HINT_LIMIT + 20)
    new = int(platform.add_photo(title="Unannounced")["photo_id"])
    notify({"json": {"photo_id": ids}})
    platform.clear_requests()
    report = process_inbox("default")
    assert (report.done, report.refreshed, report.wanted) == (1, HINT_LIMIT, ["albums", "livestreams"])
    asked = [call["params"]["photo_id"] for call in fetches(platform) if "photo_id" in call["params"]]
    assert asked == [str(number) for number in ids[:HINT_LIMIT]]
    assert Photo.objects.get(remote_id=new).title == "Unannounced"


def test_process_inbox__names_many_just_before_a_look__needs_no_other(platform, sync, notify):
    platform.add_photo(1)
    sync()
    notice = notify({"json": {"photo_id": [1]}, "has_more": True})
    notify({"raw": "hello"})
    platform.fail_next("error", code="too_many_questions", method="photo/list")
    process_inbox("default")
    notice.refresh_from_db()
    assert notice.state == "pending"
    make_due()
    process_inbox("default")
    notice.refresh_from_db()
    assert notice.state == "done"


def test_process_inbox__more_objects_than_one_pass_deals_with__wait_in_order(platform, sync, notify):
    sync()
    count = inbox.MOST_TARGETS // HINT_LIMIT
    notices = [notify(naming(10_000 + HINT_LIMIT * number)) for number in range(count + 5)]
    process_inbox("default")
    rows = list(Notification.objects.order_by("pk").values_list("state", "attempts", "due_at"))
    assert all(attempts == 1 and due_at is not None for _, attempts, due_at in rows[:count])
    assert rows[count:] == [("pending", 0, None)] * 5
    assert len(notices) == len(rows)


def test_process_inbox__flood_about_known_videos__is_spread_over_minutes(platform, sync, notify):
    ids = fill(platform, sync, inbox.MOST_KNOWN + 30)
    for start in range(0, len(ids), 10):
        notify({"json": {"photo_id": ids[start : start + 10]}})
    platform.clear_requests()
    assert process_inbox("default").refreshed == inbox.MOST_KNOWN
    assert process_inbox("default").refreshed == 0
    assert len(fetches(platform)) == inbox.MOST_KNOWN
    waiting = Notification.objects.filter(state="pending")
    assert set(waiting.values_list("attempts", "error")) == {(0, "")}  # no fault of theirs
    assert all(due_at <= timezone.now() + inbox.BUDGET_PERIOD for due_at in waiting.values_list("due_at", flat=True))
    let_leases_lapse()  # a minute later
    make_due()
    assert process_inbox("default").refreshed == 30
    assert not waiting.exists()


def test_lend_permits__not_used__go_back(default_workspace):
    with lend_budget("key", 7, most=10, period=timedelta(minutes=1)) as permits:
        assert permits.left == 7
        assert permits.use_one()
    with lend_budget("key", 20, most=10, period=timedelta(minutes=1)) as permits:
        assert permits.left == 9
        assert all(permits.use_one() for _ in range(9))
        assert not permits.use_one()
    with lend_budget("key", 1, most=10, period=timedelta(minutes=1)) as permits:
        assert not permits.use_one()
    let_leases_lapse()
    with lend_budget("key", 1, most=10, period=timedelta(minutes=1)) as permits:
        assert permits.use_one()


class KilledError(BaseException):
    """This process is no more."""


class Poison:
    """Ends the process that reads the payload of a notice, and lets it tidy nothing up."""

    def __init__(self, notice):
        self.notice, self.is_dead, self.read = notice, False, []

    def __call__(self, execute, sql, params, many, context):
        reads = sql.startswith("SELECT") and "payload" in sql and "LENGTH" not in sql.upper()
        if reads and self.notice.pk in (params or ()):
            self.is_dead = True
            self.read.append(len(params))
        if self.is_dead:
            raise KilledError
        return execute(sql, params, many, context)


def test_process_inbox__notice_ends_its_worker__is_put_aside_and_the_others_are_settled(platform, sync, notify):
    for number in range(1, 31):
        platform.add_photo(number)
    sync()
    others = [notify(pingback(number)) for number in range(1, 31)]
    poison = Poison(notify(pingback(1)))
    others += [notify(pingback(number)) for number in range(1, 31)]
    for _ in range(40):  # as often as the schedule comes by
        poison.is_dead = False
        with connection.execute_wrapper(poison), suppress(KilledError):
            process_inbox("default")
        let_leases_lapse()
    assert len(poison.read) == inbox.MAX_ATTEMPTS
    assert poison.read[0] > poison.read[-1] == 1  # alone at last
    poison.notice.refresh_from_db()
    assert (poison.notice.state, poison.notice.error) == ("failed", inbox.GIVEN_UP)
    settled = Notification.objects.filter(pk__in=[each.pk for each in others])
    assert set(settled.values_list("state", flat=True)) == {"done"}


def stored():
    return Notification.objects.aggregate(total=Sum(payloads.SIZE))["total"]


@pytest.fixture
def no_worker():
    """A queue that nobody looks into."""
    name = "twentythree-flood-tests"
    celery_app.conf.update(task_always_eager=False, task_default_queue=name)
    yield
    with celery_app.connection_for_read() as messages, messages.SimpleQueue(name) as queue:
        queue.clear()
    celery_app.conf.update(task_always_eager=True, task_default_queue="celery")


@pytest.fixture
def too_much(default_workspace):
    """More notices than there is room for: some done, most of them waiting."""
    one = naming(1_000_000, 31_000)
    count = payloads.MOST_STORED // len(json.dumps(one)) + 1
    moment = timezone.now()
    notices = [
        Notification(workspace=default_workspace, payload=one, received_at=moment, state=state)
        for state in ["pending"] * (count - 10) + ["done"] * 10
    ]
    for start in range(0, count, 20):
        Notification.objects.bulk_create(notices[start : start + 20])
    assert stored() > payloads.MOST_STORED
    return Notification.objects.order_by("pk")


def test_bound_payloads__more_than_there_is_room_for__cuts_what_is_done_then_reduces_the_oldest(too_much, caplog):
    payloads.bound_payloads()
    assert stored() <= payloads.CUT_TO
    assert all(notice.payload == {"note": payloads.CUT} for notice in too_much.filter(state="done"))
    pending = list(too_much.filter(state="pending"))
    reduced = [len(json.dumps(notice.payload)) < 4_000 for notice in pending]
    assert reduced == sorted(reduced, reverse=True)  # the oldest
    assert 0 < sum(reduced) < len(reduced)
    for notice in (pending[0], pending[-1]):
        hints = find_hints(notice.payload)
        assert [hint.id for hint in hints.named] == list(range(1_000_000, 1_000_000 + HINT_LIMIT))
        assert hints.has_more
    [record] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert "more than 32 MiB: the payloads of 10 old ones were cut" in record.getMessage()


def test_bound_payloads__all_that_is_done_is_small_enough_when_cut__leaves_what_waits(too_much):
    too_much.exclude(pk=too_much.last().pk).filter(pk__gt=too_much.first().pk).update(state="done")
    payloads.bound_payloads()
    assert all(len(read_hints(notice.payload)) == HINT_LIMIT for notice in too_much.filter(state="pending"))
    assert not any("note" in notice.payload for notice in too_much.filter(state="pending"))


def test_bound_payloads__there_is_room__changes_nothing(default_workspace, notify, caplog):
    notice = notify(naming(1, 31_000))
    assert payloads.bound_payloads() == 0
    notice.refresh_from_db()
    assert notice.payload == naming(1, 31_000)
    assert caplog.records == []


def test_notify__no_worker_looks__what_is_stored_is_bounded_all_the_same(
    too_much, client, no_worker, django_capture_on_commit_callbacks
):
    url = reverse("twentythree:notify", args=(Workspace.objects.get().alias, SECRET))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(url, json.dumps(naming(1, 31_000)["json"]), content_type="application/json")
    assert answer.status_code == 200
    assert stored() <= payloads.CUT_TO


def test_reduce_payload__notice_of_several_kinds__names_the_same_objects(platform, notify):
    notice = notify({"query": {"photo_id": "1"}, "json": [{"album_id": 2}, {"live_id": "3"}], "raw": "x" * 1_000})
    small = reduce_payload(notice.payload)
    assert set(read_hints(small)) == set(read_hints(notice.payload))
    assert not find_hints(small).has_more
