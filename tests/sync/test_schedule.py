"""Cron and Celery do the same: one list of what is due, and one way to do each piece of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from django_twentythree.conf import DEFAULT_INTERVALS
from django_twentythree.models import (
    Album,
    Lease,
    LiveStream,
    Notification,
    Photo,
    Player,
    Section,
    SyncRun,
    Workspace,
    WorkspaceCondition,
)
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.refresh import FEW_PAGES
from django_twentythree.sync.runner import FULL_MIRROR, SyncRequest, sync_resource
from django_twentythree.sync.schedule import InboxPass, PhotoRefresh, iter_due_work
from django_twentythree.tasks import run_due
from tests.chaos.time_travel import forget_everything
from tests.sync.notices import fetches, pingback

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def by_celery() -> None:
    """Do what is due as beat and a worker do; tasks run at once in this suite."""
    run_due.delay()


def by_cron() -> None:
    """Do what is due as the line in a crontab does."""
    with suppress(CommandError):  # what went wrong is in the rows
        call_command("twentythree_sync", "--due", "--no-progress", stdout=io.StringIO(), stderr=io.StringIO())


# -- states in which a minute may find a workspace


def mirror(platform: Any) -> None:
    """A mirrored library, of which nothing is due but the newest videos."""
    platform.add_album(7, title="Guides")
    platform.add_livestream(8, name="Council")
    for number in range(1, 5):
        platform.add_photo(number, title="Before", all_albums="7")
    platform.add_section(1, title="Opening", start_time=0)
    for resource in FULL_MIRROR:
        sync_resource(SyncRequest("default", resource))
    SyncRun.objects.create(
        workspace=Workspace.objects.get(), resource="newest", state="succeeded", started_at=timezone.now()
    )


def grow_old() -> None:
    past = timezone.now() - timedelta(days=2)
    SyncRun.objects.update(started_at=past, finished_at=past)


def store_notice(payload: Any) -> None:
    Notification.objects.create(workspace=Workspace.objects.get(), payload=payload, received_at=timezone.now())


def publish(number: int) -> None:
    """Have the date of publication of a video pass now, with a chapter that was added meanwhile."""
    passed = timezone.now() - MINUTE
    Photo.objects.filter(remote_id=number).update(
        is_published=False, published_at=passed, observed_at=passed - timedelta(hours=1)
    )


def first_time(platform: Any) -> None:
    platform.add_photo(1, title="Onboarding")
    platform.add_section(1, title="Opening", start_time=0)
    platform.add_livestream(8, name="On air", streaming_p="1", broadcasting_p="1")


def nothing_due(platform: Any) -> None:
    mirror(platform)


def listings_due(platform: Any) -> None:
    mirror(platform)
    platform.edit_photo(1, title="After")
    platform.delete_photo(2)
    platform.add_photo(9, title="New")
    platform.edit_album(7, title="Manuals")
    grow_old()


def run_asked_for_once_more(platform: Any) -> None:
    mirror(platform)
    platform.edit_photo(1, title="After")
    SyncRun.objects.filter(resource="photos").update(is_rerun_requested=True)


def run_was_killed(platform: Any) -> None:
    mirror(platform)
    SyncRun.objects.filter(resource="photos").update(
        state="running", active_key="gone", lease_until=timezone.now() - MINUTE, finished_at=None
    )


def just_published_with_chapters(platform: Any) -> None:
    mirror(platform)
    platform.add_section(3, title="Just published", start_time=5)
    publish(3)


def just_published_and_platform_fails(platform: Any) -> None:
    just_published_with_chapters(platform)
    platform.fail_next(500, times=400, retry_after=0)


def several_just_published_and_platform_fails(platform: Any) -> None:
    just_published_and_platform_fails(platform)
    for number in (1, 2, 4):
        publish(number)


def just_published_and_pause_asked_for(platform: Any) -> None:
    just_published_with_chapters(platform)
    platform.fail_next(429, retry_after=900)


def just_published_and_credentials_refused(platform: Any) -> None:
    just_published_with_chapters(platform)
    platform.revoke_credentials()


def notices_wait(platform: Any) -> None:
    mirror(platform)
    platform.edit_photo(1, title="After")
    platform.delete_photo(2)
    for number in (1, 1, 2, 4_711):
        store_notice(pingback(number))


def notices_wait_and_platform_fails(platform: Any) -> None:
    notices_wait(platform)
    platform.fail_next(500, times=400, retry_after=0)


def webhook_without_an_id(platform: Any) -> None:
    mirror(platform)
    platform.add_photo(9, title="New")
    platform.add_album(70, title="New")
    store_notice({"raw": "{}"})


def everything_at_once(platform: Any) -> None:
    listings_due(platform)
    platform.add_section(3, title="Just published", start_time=5)
    publish(3)
    store_notice(pingback(1))
    store_notice({"raw": "{}"})


def in_trouble(platform: Any) -> None:
    everything_at_once(platform)
    pk = Workspace.objects.get().pk
    Workspace.objects.update(state="unreachable")
    WorkspaceCondition.objects.create(workspace_id=pk, failure_count=4, retry_at=timezone.now() - MINUTE)


def in_trouble_and_platform_fails(platform: Any) -> None:
    in_trouble(platform)
    platform.fail_next(500, times=400, retry_after=0)


def resting(platform: Any) -> None:
    in_trouble(platform)
    WorkspaceCondition.objects.update(retry_at=timezone.now() + 5 * MINUTE)


def credentials_refused(platform: Any) -> None:
    everything_at_once(platform)
    platform.revoke_credentials()


def another_site_answers(platform: Any) -> None:
    everything_at_once(platform)
    Workspace.objects.update(site_id=1)


def platform_fails(platform: Any) -> None:
    everything_at_once(platform)
    platform.fail_next(500, times=400, retry_after=0)


def one_listing_fails(platform: Any) -> None:
    everything_at_once(platform)
    platform.fail_next("error", code="something_new", message="No.", method="album/list")


STATES: list[Callable[[Any], None]] = [
    first_time,
    nothing_due,
    listings_due,
    run_asked_for_once_more,
    run_was_killed,
    just_published_with_chapters,
    just_published_and_platform_fails,
    several_just_published_and_platform_fails,
    just_published_and_pause_asked_for,
    just_published_and_credentials_refused,
    notices_wait,
    notices_wait_and_platform_fails,
    webhook_without_an_id,
    everything_at_once,
    in_trouble,
    in_trouble_and_platform_fails,
    resting,
    credentials_refused,
    another_site_answers,
    platform_fails,
    one_listing_fails,
]


# -- what a minute leaves behind


def describe_rows() -> dict[str, Any]:
    return {
        "photos": sorted(
            (p.remote_id, p.title, p.is_published, p.is_missing, p.details_observed_at is None, p.albums.count())
            for p in Photo.objects.all()
        ),
        "albums": sorted(Album.objects.values_list("remote_id", "title", "is_hidden")),
        "live streams": sorted(LiveStream.objects.values_list("remote_id", "name", "is_streaming")),
        "players": sorted(Player.objects.values_list("name", flat=True)),
        "chapters": sorted(Section.objects.values_list("photo__remote_id", "title")),
    }


def describe_state() -> dict[str, Any]:
    counts = ("seen", "created", "updated", "unchanged", "skipped", "missing", "requests")
    runs = SyncRun.objects.order_by("pk").values_list("resource", "trigger", "state", *counts)
    told = [re.sub(r"\d\d:\d\d", "hh:mm", error) for error in SyncRun.objects.values_list("error", flat=True)]
    conditions = WorkspaceCondition.objects.all()
    return {
        "runs": list(runs),
        "errors": sorted(told),
        "notices": list(Notification.objects.order_by("pk").values_list("state", "attempts")),
        "postponed": Notification.objects.filter(due_at__gt=timezone.now()).count(),
        "workspace": Workspace.objects.values_list("state", "permission_level", "is_closed").get(),
        "failures": [condition.failure_count for condition in conditions],
        "rests": [None if c.retry_at is None else c.retry_at > timezone.now() for c in conditions],
        "held": Lease.objects.exclude(holder="").filter(key__startswith="slot:").count(),
    }


def describe_requests(platform: Any) -> list[Any]:
    def params(call: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in call["params"].items() if name not in {"time", "token"}}

    calls = [(call["method"], call["signed"], call["outcome"], params(call)) for call in platform.requests]
    return sorted(calls, key=repr)  # several are under way at a time, and arrive in any order


@pytest.fixture
def observe(platform, configure):
    """Do what is due from a state, and return what that leaves behind."""

    def run(prepare: Callable[[Any], None], do: Callable[[], None]) -> dict[str, Any]:
        forget_everything()
        platform.reset()
        configure()
        prepare(platform)
        platform.clear_requests()
        do()
        return describe_state() | describe_rows() | {"asked": describe_requests(platform)}

    return run


@pytest.mark.parametrize("prepare", STATES, ids=lambda prepare: prepare.__name__)
def test_schedule__any_state__cron_and_celery_leave_the_same_behind(observe, prepare):
    celery, cron = observe(prepare, by_celery), observe(prepare, by_cron)
    for what, found in celery.items():
        assert cron[what] == found, what


@pytest.mark.long
def test_schedule__states__differ_in_what_they_call_for(observe):
    """The table above is worth something only if each state is another."""
    found = [repr(observe(prepare, by_cron)) for prepare in STATES]
    assert len(set(found)) == len(STATES)


@pytest.mark.parametrize("do", [by_celery, by_cron])
def test_schedule__video_just_published__has_its_chapters(observe, do):
    observe(just_published_with_chapters, do)
    assert Section.objects.filter(photo__remote_id=3).exists()


@pytest.mark.parametrize("do", [by_celery, by_cron])
def test_schedule__platform_fails_for_videos_just_published__is_counted_and_left_alone(observe, do):
    found = observe(several_just_published_and_platform_fails, do)
    # The fourth video is left alone; a minute later the workspace is probed.
    assert found["failures"] == [3]
    assert found["workspace"][0] == "unreachable"


def test_iter_due_work__of_everything__names_each_kind_once(platform):
    everything_at_once(platform)
    work = list(iter_due_work("default"))
    orders = [each.resource for each in work if isinstance(each, SyncRequest)]
    assert orders == ["albums", "livestreams", "players", "photos", "newest", "details"]
    assert [each for each in work if not isinstance(each, SyncRequest)] == [
        PhotoRefresh("default", 3, "schedule"),
        InboxPass("default"),
    ]


# -- the newest videos


def test_newest__very_many_new_videos__are_looked_at_in_a_few_pages(platform, sync, notify):
    sync()
    platform.fill(photos=100 * (FEW_PAGES + 2))
    platform.clear_requests()
    notify({"raw": "{}"})
    assert process_inbox("default").done == 1
    assert len(fetches(platform)) == FEW_PAGES
    assert Photo.objects.count() == 100 * FEW_PAGES
    Photo.objects.all().delete()
    platform.clear_requests()
    sync("newest")
    assert len(fetches(platform)) == FEW_PAGES


def test_newest__site_never_listed__is_left_to_the_first_listing(platform, settings, default_workspace, notify):
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "INTERVALS": dict.fromkeys(DEFAULT_INTERVALS)}
    platform.fill(photos=150)
    notify({"raw": "{}"})
    report = process_inbox("default")
    assert (report.done, report.wanted) == (1, ["albums", "livestreams"])
    assert fetches(platform) == []
    assert not Photo.objects.exists()
