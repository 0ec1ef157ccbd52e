"""What editors ask for reaches the platform through a worker, and comes back to them as a sentence."""

from __future__ import annotations

import socket
from contextlib import closing
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone

from django_twentythree import tasks
from django_twentythree.admin.actions import REFRESH_LIMIT
from django_twentythree.coordination.backoff import record_throttling
from django_twentythree.models import Photo, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.testing.factories import PhotoFactory, SyncRunFactory, WorkspaceFactory
from tests.celery_app import app as celery_app

PHOTOS = "admin:twentythree_photo_changelist"


@pytest.fixture
def mirrored(platform, db):
    """Two videos, mirrored once; the first has another title on the platform since then."""
    platform.add_photo(101, title="Before")
    platform.add_photo(102, title="Tide table")
    tasks.sync_resource.delay("default", "photos")
    SyncRun.objects.all().delete()
    platform.edit_photo(101, title="After")
    platform.clear_requests()
    return platform


@pytest.fixture
def waiting_queue():
    """A broker without a worker; the fixture returns how many messages wait."""
    name = "twentythree-admin-tests"
    celery_app.conf.update(task_always_eager=False, task_default_queue=name)

    def count():
        with celery_app.connection_for_read() as connection, connection.SimpleQueue(name) as queue:
            return queue.qsize()

    yield count
    with celery_app.connection_for_read() as connection, connection.SimpleQueue(name) as queue:
        queue.clear()
    celery_app.conf.update(task_always_eager=True, task_default_queue="celery")


@pytest.fixture
def silent_queue():
    """A broker that refuses connections."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    before = celery_app.conf.task_always_eager, celery_app.conf.broker_url
    celery_app.conf.update(task_always_eager=False, broker_url=f"amqp://127.0.0.1:{port}//")
    yield
    celery_app.conf.update(task_always_eager=before[0], broker_url=before[1])


def read_messages(answer):
    return [(message.level_tag, str(message)) for message in get_messages(answer.wsgi_request)]


def test_refresh__button__brings_one_video_up_to_date(admin, mirrored):
    photo = Photo.objects.get(remote_id=101)
    answer = admin.post(reverse("admin:twentythree_photo_refresh", args=(photo.pk,)))
    assert answer["Location"] == reverse("admin:twentythree_photo_change", args=(photo.pk,))
    assert read_messages(answer) == [("success", "1 video is being synced from TwentyThree.")]
    photo.refresh_from_db()
    assert photo.title == "After"


def test_refresh__unknown_video__is_not_found(admin, mirrored, settings):
    settings.DEBUG = True  # the page for 404 is the project's own otherwise
    assert admin.post(reverse("admin:twentythree_photo_refresh", args=(0,))).status_code == 404
    assert mirrored.requests == []


def test_refresh__action__brings_the_chosen_up_to_date(admin, mirrored):
    mirrored.edit_photo(102, title="How to read a tide table")
    chosen = list(Photo.objects.values_list("pk", flat=True))
    answer = admin.post(reverse(PHOTOS), {"action": "refresh_selected", "_selected_action": chosen})
    assert read_messages(answer) == [("success", "2 videos are being synced from TwentyThree.")]
    assert set(Photo.objects.values_list("title", flat=True)) == {"After", "How to read a tide table"}


def test_refresh__workspace_rests__asks_nothing_and_says_until_when(admin, mirrored):
    photo = Photo.objects.get(remote_id=101)
    WorkspaceCondition.objects.create(workspace_id=photo.workspace_id, retry_at=timezone.now() + timedelta(hours=1))
    [(level, sentence)] = read_messages(admin.post(reverse("admin:twentythree_photo_refresh", args=(photo.pk,))))
    assert level == "warning"
    assert "The next request is at" in sentence
    assert mirrored.requests == []


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("unreachable", "could not be reached"),
        ("refused", "refused the credentials"),
        ("mismatched", "A different TwentyThree site answers"),
    ],
)
def test_refresh__workspace_in_trouble__says_why_until_when_and_where_to_try_now(admin, mirrored, state, words):
    photo = Photo.objects.get(remote_id=101)
    Workspace.objects.update(state=state)
    WorkspaceCondition.objects.create(workspace_id=photo.workspace_id, retry_at=timezone.now() + timedelta(hours=1))
    [(_, sentence)] = read_messages(admin.post(reverse("admin:twentythree_photo_refresh", args=(photo.pk,))))
    assert words in sentence
    assert "tries again at" in sentence
    assert "Use “Try now” on its page to ask at once." in sentence
    page = reverse("admin:twentythree_workspace_change", args=(photo.workspace_id,))
    assert page in sentence
    html = admin.get(page).content.decode()
    assert "Try now</button>" in html
    assert words in html
    admin.post(reverse("admin:twentythree_workspace_sync", args=(photo.workspace_id,)))
    assert Workspace.objects.get().state == "working"
    html = admin.get(page).content.decode()
    assert "Sync now</button>" in html
    assert "Try now" not in html


def test_workspace__in_trouble_but_not_resting__says_that_it_is_asked_within_a_minute(admin, mirrored):
    Workspace.objects.update(state="unreachable")
    page = reverse("admin:twentythree_workspace_change", args=(Workspace.objects.get().pk,))
    assert "tries again within a minute" in admin.get(page).content.decode()


def test_sync__platform_asked_for_a_pause__asks_nothing_and_says_so(admin, mirrored):
    workspace = Workspace.objects.get()
    record_throttling(workspace, 300)
    answer = admin.post(reverse("admin:twentythree_workspace_sync", args=(workspace.pk,)))
    [(level, sentence)] = read_messages(answer)
    assert level == "warning"
    assert "asked this site to pause" in sentence
    assert "Try now" not in sentence
    assert not SyncRun.objects.exists()


def test_refresh__more_than_allowed__takes_the_first_and_says_so(admin, mirrored, waiting_queue):
    workspace = Photo.objects.first().workspace
    Photo.objects.bulk_create(PhotoFactory.build_batch(REFRESH_LIMIT, workspace=workspace))
    chosen = {"action": "refresh_selected", "_selected_action": [1], "select_across": "1"}
    said = read_messages(admin.post(reverse(PHOTOS), chosen))
    assert said[0] == ("success", "200 videos are being synced from TwentyThree.")
    assert said[1][0] == "warning"
    assert "Only the first 200" in said[1][1]
    assert waiting_queue() == REFRESH_LIMIT


def test_sync__button_of_a_list__mirrors_its_rows_and_keeps_its_filters(admin, mirrored):
    answer = admin.post(reverse("admin:twentythree_photo_sync") + "?kind__exact=video&q=tide")
    assert answer["Location"] == reverse(PHOTOS) + "?kind__exact=video&q=tide"
    run = SyncRun.objects.get()
    assert (run.resource, run.trigger, run.state, run.updated) == ("photos", "admin", "succeeded", 1)
    [(level, sentence)] = read_messages(answer)
    assert level == "success"
    assert reverse("admin:twentythree_syncrun_changelist") in sentence


def test_sync__list_of_one_workspace__leaves_the_others_alone(admin, mirrored, settings):
    entry = settings.TWENTYTHREE["WORKSPACES"]["default"]
    settings.TWENTYTHREE = {"WORKSPACES": {"default": entry, "intranet": {**entry, "DOMAIN": "localhost:9"}}}
    WorkspaceFactory(alias="intranet")
    admin.post(reverse("admin:twentythree_photo_sync") + "?workspace=default")
    assert [run.workspace.alias for run in SyncRun.objects.all()] == ["default"]


def test_sync__workspace__mirrors_everything(admin, mirrored):
    workspace = Photo.objects.first().workspace
    admin.post(reverse("admin:twentythree_workspace_sync", args=(workspace.pk,)))
    runs = SyncRun.objects.order_by("pk").values_list("resource", flat=True)
    assert list(runs) == ["albums", "livestreams", "players", "photos", "details"]


def test_sync__workspace_no_longer_configured__says_so(admin, mirrored):
    stranger = WorkspaceFactory(alias="intranet")
    answer = admin.post(reverse("admin:twentythree_workspace_sync", args=(stranger.pk,)))
    [(level, sentence)] = read_messages(answer)
    assert level == "warning"
    assert "“intranet” is no longer configured" in sentence
    assert not SyncRun.objects.exists()


def test_refresh__workspace_no_longer_configured__says_so(admin, mirrored):
    photo = PhotoFactory(workspace=WorkspaceFactory(alias="intranet"))
    answer = admin.post(reverse("admin:twentythree_photo_refresh", args=(photo.pk,)))
    assert [level for level, _ in read_messages(answer)] == ["warning"]
    assert mirrored.requests == []


def test_refresh__some_no_longer_configured__refreshes_the_others(admin, mirrored):
    PhotoFactory(workspace=WorkspaceFactory(alias="intranet"))
    chosen = list(Photo.objects.values_list("pk", flat=True))
    answer = admin.post(reverse(PHOTOS), {"action": "refresh_selected", "_selected_action": chosen})
    assert [level for level, _ in read_messages(answer)] == ["warning", "success"]
    assert Photo.objects.filter(title="After").exists()


@pytest.mark.parametrize("name", ["photo_refresh", "photo_sync", "workspace_sync"])
def test_asking__queue_does_not_answer__becomes_a_sentence(admin, mirrored, silent_queue, name):
    photo = Photo.objects.get(remote_id=101)
    args = {"photo_refresh": (photo.pk,), "photo_sync": (), "workspace_sync": (photo.workspace_id,)}[name]
    answer = admin.post(reverse(f"admin:twentythree_{name}", args=args))
    assert answer.status_code == 302
    [(level, sentence)] = read_messages(answer)
    assert level == "error"
    assert "the task queue does not answer" in sentence


def test_accept__braked_run__is_explained_then_done(admin, platform, db):
    for photo_id in range(1, 11):
        platform.add_photo(photo_id)
    tasks.sync_resource.delay("default", "photos")
    for photo_id in range(1, 10):
        platform.delete_photo(photo_id)
    tasks.sync_resource.delay("default", "photos")
    run = SyncRun.objects.latest("pk")
    assert run.is_held_back
    url = reverse("admin:twentythree_syncrun_accept", args=(run.pk,))
    assert url in admin.get(reverse("admin:twentythree_syncrun_change", args=(run.pk,))).content.decode()
    page = admin.get(url).content.decode()
    assert "9 of 10 rows" in page
    assert "Nothing is deleted" in page
    assert Photo.objects.present().count() == 10
    answer = admin.post(url)
    assert answer["Location"] == reverse("admin:twentythree_syncrun_change", args=(run.pk,))
    assert Photo.objects.present().count() == 1
    assert LogEntry.objects.get().get_change_message() == "Accepted what is missing."
    # Answered: neither the run nor its workspace asks any more.
    assert url not in admin.get(reverse("admin:twentythree_syncrun_change", args=(run.pk,))).content.decode()
    assert admin.get(url).status_code == 302


def test_accept__workspace__takes_what_waits_and_nothing_else(admin, platform, db):
    for photo_id in range(1, 11):
        platform.add_photo(photo_id)
    tasks.sync_resource.delay("default", "photos")
    for photo_id in range(1, 10):
        platform.delete_photo(photo_id)
    tasks.sync_resource.delay("default", "photos")
    before = SyncRun.objects.count()
    workspace = Photo.objects.first().workspace
    admin.post(reverse("admin:twentythree_workspace_accept", args=(workspace.pk,)))
    assert SyncRun.objects.count() == before + 1
    assert Photo.objects.present().count() == 1


@pytest.mark.parametrize("error", ["", "No answer."])
def test_accept__nothing_waits__changes_nothing(admin, platform, db, error):
    run = SyncRunFactory(error=error)
    answer = admin.post(reverse("admin:twentythree_syncrun_accept", args=(run.pk,)))
    assert answer.status_code == 302
    assert SyncRun.objects.count() == 1
    assert platform.requests == []
