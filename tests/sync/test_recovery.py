"""An outage: noticed once, probed soon, over for all as soon as anybody is answered."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from django_twentythree.api import UploadMetadata
from django_twentythree.conf import DEFAULT_INTERVALS
from django_twentythree.coordination.backoff import (
    get_retry_at,
    get_throttled_seconds,
    record_failure,
    record_success,
    record_throttling,
)
from django_twentythree.exceptions import TransportError, TwentyThreeError
from django_twentythree.models import LiveStream, Notification, Photo, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.sync.due import find_due_resources
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.refresh import connect_refresher
from django_twentythree.sync.runner import SyncRequest, sync_resource
from django_twentythree.tasks import refresh_photo, run_due
from tests.chaos.time_travel import let_pass
from tests.sync.notices import pingback

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)


@pytest.fixture
def mirrored(platform, db):
    platform.add_photo(1)
    platform.add_livestream(name="On air", streaming_p="1", broadcasting_p="1")
    for _ in range(2):
        run_due.delay()
    platform.clear_requests()
    return platform


def break_down(platform, times=10_000):
    """Have the platform fail in a way that is not tried again, so that time is moved and not spent."""
    platform.fail_next("error", code="out_of_order", times=times)


@pytest.fixture
def resting(mirrored):
    """A workspace whose runs have failed for a while, and which rests; the platform is well again."""
    let_pass(A_DAY)
    break_down(mirrored)
    for _ in range(8):
        let_pass(MINUTE)
        run_due.delay()
    mirrored.clear_faults()
    mirrored.clear_requests()
    assert Workspace.objects.get().state == "unreachable"
    assert get_retry_at(Workspace.objects.get())
    return mirrored


def get_ours(caplog, level):
    return [each for each in caplog.records if each.name.startswith("django_twentythree") and each.levelno >= level]


def by_refresher(work):
    def act():
        with connect_refresher("default") as refresher:
            work(refresher)

    return act


def by_run(resource):
    return lambda: sync_resource(SyncRequest("default", resource, "admin"))


def by_inbox():
    Notification.objects.create(
        workspace=Workspace.objects.get(), payload=pingback(1), received_at=timezone.now(), due_at=None
    )
    WorkspaceCondition.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    process_inbox("default")


WAYS = {
    "full run": by_run("photos"),
    "newest": by_run("newest"),
    "on air": by_run("on_air"),
    "refresh or paste": by_refresher(lambda refresher: refresher.refresh("photos", 1)),
    "look for new": by_refresher(lambda refresher: refresher.find_newest("photos")),
    "search": by_refresher(lambda refresher: refresher.find_by_words("tide")),
    "upload ticket": by_refresher(
        lambda refresher: refresher.fetch_upload_ticket(UploadMetadata(title="New"), "http://localhost/")
    ),
    "inbox": by_inbox,
}


@pytest.mark.parametrize("way", WAYS)
def test_success__of_anybody__ends_the_pause_for_all(resting, way):
    failed = set(SyncRun.objects.filter(state="failed").values_list("resource", flat=True))
    WAYS[way]()
    condition = WorkspaceCondition.objects.get()
    assert Workspace.objects.get().state == "working"
    assert (condition.failure_count, condition.retry_at, condition.reason) == (0, None, "")
    latest = {run.resource: run.state for run in SyncRun.objects.order_by("pk")}
    due = set(find_due_resources("default"))
    assert due >= {resource for resource in failed if latest[resource] == "failed" and resource != "on_air"}
    run_due.delay()
    latest = {run.resource: run.state for run in SyncRun.objects.order_by("pk")}
    assert {latest[resource] for resource in failed - {"on_air"}} == {"succeeded"}


def test_success__nothing_was_asked__ends_no_pause(resting):
    with connect_refresher("default"):
        pass
    Workspace.objects.update(state="unreachable")
    WorkspaceCondition.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    notice = Notification.objects.create(workspace=Workspace.objects.get(), received_at=timezone.now())
    notice.delete()
    process_inbox("default")
    assert Workspace.objects.get().state == "unreachable"
    assert resting.requests == []


def test_outage__of_seconds__costs_a_minute(mirrored):
    let_pass(A_DAY)
    break_down(mirrored)
    run_due.delay()
    mirrored.clear_faults()
    assert Workspace.objects.get().state == "unreachable"
    failed = SyncRun.objects.filter(state="failed").count()
    let_pass(MINUTE)
    run_due.delay()  # a probe
    assert Workspace.objects.get().state == "working"
    run_due.delay()
    assert SyncRun.objects.filter(state="failed").count() == failed
    assert find_due_resources("default") == []
    assert {run.state for run in {each.resource: each for each in SyncRun.objects.order_by("pk")}.values()} == {
        "succeeded"
    }


def test_outage__that_lasts__is_probed_after_a_minute_and_then_ever_less_often(mirrored):
    let_pass(A_DAY)
    break_down(mirrored)
    run_due.delay()
    probes = []
    for minute in range(1, 250):
        let_pass(MINUTE)
        mirrored.clear_requests()
        run_due.delay()
        if mirrored.requests:
            probes.append(minute)
    gaps = [later - earlier for earlier, later in zip([0, *probes], probes, strict=False)]
    assert gaps == [1, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_outage__seen_by_many_workers_at_once__delays_no_probe(default_workspace):
    error = TransportError("photo/list", "refused")
    for _ in range(12):
        record_failure(Workspace.objects.get(), error, "It could not be asked.")
    assert get_retry_at(default_workspace) is None
    assert WorkspaceCondition.objects.get().failure_count == 3


def test_outage__tried_by_hand_in_vain__lengthens_no_pause(resting):
    until = get_retry_at(Workspace.objects.get())
    break_down(resting)
    for resource in ("albums", "photos", "players"):
        sync_resource(SyncRequest("default", resource, "admin"))
    assert get_retry_at(Workspace.objects.get()) == until


def test_outage__met_by_runs_inbox_and_refreshes__is_one_error_and_one_recovery(mirrored, caplog):
    caplog.set_level(logging.INFO)
    let_pass(A_DAY)
    break_down(mirrored)
    notice = Notification.objects.create(
        workspace=Workspace.objects.get(), payload=pingback(1), received_at=timezone.now()
    )
    for _ in range(30):
        run_due.delay()
        process_inbox("default")
        refresh_photo.delay("default", 1)
        let_pass(MINUTE)
    mirrored.clear_faults()
    for _ in range(40):
        run_due.delay()
        let_pass(MINUTE)
    assert [record.levelname for record in get_ours(caplog, logging.WARNING)] == ["ERROR"]
    assert [each.getMessage() for each in get_ours(caplog, logging.INFO) if "again." in each.getMessage()] == [
        "TwentyThree answers 'default' again."
    ]
    assert "Traceback" not in caplog.text
    notice.refresh_from_db()
    assert notice.state == "done"


def test_outage__seen_by_two_processes_with_rows_of_their_own__is_told_once(default_workspace, caplog):
    Workspace.objects.update(state="working")
    processes = [Workspace.objects.get(), Workspace.objects.get()]
    for _ in range(4):
        for workspace in processes:
            record_failure(workspace, TransportError("photo/list", "refused"), "It could not be asked.")
    assert [record.levelname for record in get_ours(caplog, logging.WARNING)] == ["ERROR"]


def test_refresh_photo__last_try_fails__is_no_traceback(mirrored, caplog):
    mirrored.fail_next(500, times=4)
    refresh_photo.apply(args=("default", 1), retries=5)
    [record] = get_ours(caplog, logging.WARNING)
    assert record.levelname == "WARNING"
    assert "Video 1: TwentyThree (" in record.getMessage()
    assert "Traceback" not in caplog.text


def test_failure__of_one_run__is_repeated_once_after_a_moment(mirrored, caplog):
    let_pass(2 * HOUR)
    mirrored.fail_next("error", code="out_of_order", method="album/list", times=100)
    sync_resource(SyncRequest("default", "albums", "schedule"))
    assert "albums" not in find_due_resources("default")  # two wake-up calls are not two
    let_pass(timedelta(seconds=40))
    assert "albums" in find_due_resources("default")
    sync_resource(SyncRequest("default", "albums", "schedule"))
    let_pass(2 * MINUTE)
    assert "albums" not in find_due_resources("default")
    let_pass(4 * MINUTE)
    assert "albums" in find_due_resources("default")


def test_failure__of_one_resource_alone__is_not_begun_anew_whenever_others_succeed_but_warned_of(mirrored, caplog):
    let_pass(2 * HOUR)
    mirrored.fail_next("error", code="out_of_order", method="album/list", times=100)
    begun = []
    for minute in range(20):
        before = SyncRun.objects.filter(resource="albums").count()
        run_due.delay()
        if SyncRun.objects.filter(resource="albums").count() > before:
            begun.append(minute)
        let_pass(MINUTE)
    assert begun == [0, 1, 6, 11, 16]
    assert Workspace.objects.get().state == "working"
    warned = get_ours(caplog, logging.WARNING)
    assert {record.levelname for record in warned} == {"WARNING"}
    assert all(record.getMessage().startswith("albums: ") for record in warned)


@pytest.fixture
def refused(mirrored):
    """A workspace whose credentials were refused just now."""
    mirrored.revoke_credentials()
    let_pass(A_DAY)
    run_due.delay()
    assert Workspace.objects.get().state == "refused"
    mirrored.clear_requests()
    return mirrored


def test_refused__nothing_changed__rests_an_hour(refused):
    for _ in range(5):
        let_pass(10 * MINUTE)
        run_due.delay()
    assert refused.requests == []


@pytest.mark.parametrize("change", ["ACCESS_TOKEN", "API_VERSION", "SECRET_KEY"])
def test_refused__credentials_changed_since__are_tried_at_once_and_once(refused, settings, change):
    if change == "SECRET_KEY":
        settings.SECRET_KEY = "another"
    else:
        entry = settings.TWENTYTHREE["WORKSPACES"]["default"]
        version = entry.get("API_VERSION", 1)
        is_token = change == "ACCESS_TOKEN"
        changed = {"BEARER_TOKEN" if version == 2 else change: "another"} if is_token else {"API_VERSION": 2}
        if not is_token and version == 2:
            pytest.skip("a bearer token goes with one version only")
        settings.TWENTYTHREE = {**settings.TWENTYTHREE, "WORKSPACES": {"default": {**entry, **changed}}}
    assert get_retry_at(Workspace.objects.get()) is None
    let_pass(MINUTE)
    for _ in range(3):
        run_due.delay()
    assert len(refused.requests) == 1  # and these are refused, too
    assert get_retry_at(Workspace.objects.get())


def test_refused__right_credentials_are_set__the_mirror_goes_on_within_a_minute(refused, settings):
    right = settings.TWENTYTHREE["WORKSPACES"]["default"]
    wrong = {**right, ("BEARER_TOKEN" if "BEARER_TOKEN" in right else "ACCESS_TOKEN_SECRET"): "mistyped"}
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "WORKSPACES": {"default": wrong}}
    let_pass(MINUTE)
    run_due.delay()
    assert Workspace.objects.get().state == "refused"
    refused.restore_credentials()
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "WORKSPACES": {"default": right}}
    let_pass(MINUTE)
    for _ in range(2):
        run_due.delay()
    assert Workspace.objects.get().state == "working"
    assert find_due_resources("default") == []


def test_refused__what_is_stored__tells_nothing_of_the_credentials(refused, settings):
    condition = WorkspaceCondition.objects.get()
    entry = settings.TWENTYTHREE["WORKSPACES"]["default"]
    assert len(condition.refused_digest) == 64
    for name in ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET", "BEARER_TOKEN"):
        if entry.get(name):
            assert entry[name] not in str(vars(condition))


def test_refused__met_by_an_editor_first__rests_at_once(mirrored, caplog):
    mirrored.revoke_credentials()
    with pytest.raises(TwentyThreeError), connect_refresher("default") as refresher:
        refresher.refresh("photos", 1)
    assert Workspace.objects.get().state == "refused"
    assert [record.levelname for record in get_ours(caplog, logging.WARNING)] == ["ERROR"]


def test_probe__nothing_is_due__is_made_all_the_same(mirrored, settings):
    Workspace.objects.update(state="unreachable")
    let_pass(MINUTE)
    assert LiveStream.objects.present().exists()
    assert len(find_due_resources("default")) == 1
    settings.TWENTYTHREE = {**settings.TWENTYTHREE, "INTERVALS": dict.fromkeys(DEFAULT_INTERVALS)}
    assert find_due_resources("default") == []


def test_probe__under_way__is_the_only_one(mirrored):
    Workspace.objects.update(state="unreachable")
    WorkspaceCondition.objects.create(workspace_id=Workspace.objects.get().pk, retry_at=timezone.now() - HOUR)
    let_pass(HOUR)
    SyncRun.objects.create(
        workspace=Workspace.objects.get(),
        resource="albums",
        active_key="1:albums",
        started_at=timezone.now(),
        lease_until=timezone.now() + MINUTE,
    )
    assert find_due_resources("default") == []
    assert Photo.objects.exists()


def test_success__while_the_platform_asks_for_a_pause__leaves_the_pause(resting):
    workspace = Workspace.objects.get()
    record_throttling(workspace, 60)
    record_success(workspace)
    assert get_throttled_seconds(workspace) > 30
    assert timedelta(0) < get_retry_at(workspace) - timezone.now() <= MINUTE


def test_another_site__one_stray_answer__costs_a_minute(mirrored):
    site_id = Workspace.objects.get().site_id
    let_pass(A_DAY)
    mirrored.set_site(site_id="999")
    run_due.delay()
    assert Workspace.objects.get().state == "mismatched"
    mirrored.set_site(site_id=str(site_id))
    let_pass(MINUTE)
    run_due.delay()
    assert Workspace.objects.get().state == "working"


def test_another_site__stays__is_probed_ever_less_often(mirrored):
    let_pass(A_DAY)
    mirrored.set_site(site_id="999")
    run_due.delay()
    probes = []
    for minute in range(1, 64):
        let_pass(MINUTE)
        mirrored.clear_requests()
        run_due.delay()
        if mirrored.requests:
            probes.append(minute)
    assert probes == [1, 2, 4, 8, 16, 32]


def test_refused__other_credentials_while_the_platform_is_down__is_unreachable_and_backs_off(refused, settings):
    settings.SECRET_KEY = "another"  # of which the digest is made
    refused.restore_credentials()
    break_down(refused)
    probes = []
    for minute in range(1, 20):
        let_pass(MINUTE)
        refused.clear_requests()
        run_due.delay()
        if refused.requests:
            probes.append(minute)
    assert Workspace.objects.get().state == "unreachable"
    assert WorkspaceCondition.objects.get().refused_digest == ""
    assert len(probes) <= 8
