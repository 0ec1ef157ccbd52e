"""A platform that attacks: nothing breaks, nothing waits for long, and afterwards all is right again."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_twentythree.models import Album, LiveStream, Notification, Photo, SyncRun, Workspace, WorkspaceCondition
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.runner import FULL_MIRROR, SyncRequest, sync_resource
from django_twentythree.tasks import run_due
from tests.chaos.time_travel import freeze
from tests.conftest import SECRET
from tests.hostile.conftest import IS_LONG
from tests.hostile.proxy import MODES, HostileProxy, list_threads

pytestmark = pytest.mark.django_db(transaction=True)

VOLATILE = {
    "id",
    "observed_at",
    "changed_at",
    "missing_since",
    "details_observed_at",
    "recordings_observed_at",
    "fingerprint",
    "counters_fingerprint",
}
RUNNING = re.compile(r"<script>alert|<img src=x|onerror=alert\(1\)>|href=[\"']?javascript:", re.IGNORECASE)
"""What a browser would run. Escaped, none of it is left as it is."""
DRIPS = [
    name for name in MODES if "drip" in name or name in {"Continue without end", "no HTTP", "a body that is cut off"}
]
"""Modes that a client tries again several times, which takes seconds a call: at length only."""


def mirror(resource: str, **options: Any) -> SyncRun:
    """Run the mirror once, however it ends."""
    outcome = sync_resource(SyncRequest("default", resource, **options))
    assert outcome.run is not None
    if outcome.run.state == SyncRun.State.FAILED:
        assert outcome.run.error, "a failed run that does not say why"
    return outcome.run


def describe_rows() -> dict[str, list[Any]]:
    """Return the present rows, without the moments at which they were seen."""
    return {
        name: [{key: value for key, value in row.items() if key not in VOLATILE} for row in rows]
        for name, rows in freeze().items()
        if name not in {"AlbumPhoto", "Photo_tags", "Tag"}
    }


def describe_links() -> set[tuple[str, int, str]]:
    """Return the tags and categories of the videos that are there."""
    photos = Photo.objects.present()
    tags = {("tag", photo, name) for photo, name in photos.values_list("remote_id", "tags__name") if name}
    albums = photos.filter(albums__isnull=False).values_list("remote_id", "albums__remote_id")
    return tags | {("album", photo, str(album)) for photo, album in albums}


@pytest.fixture
def editor(transactional_db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("admin"))
    return client


@pytest.fixture
def mirrored(proxy: HostileProxy, be_patient: Callable[[], None], settings: Any) -> HostileProxy:
    """The proxy, and its library mirrored while it was honest."""
    impatient = settings.TWENTYTHREE
    be_patient()
    for resource in FULL_MIRROR:
        assert mirror(resource, is_everything=True).state == SyncRun.State.SUCCEEDED
    settings.TWENTYTHREE = impatient
    return proxy


def press_every_button(editor: Client) -> None:
    """Ask the platform as editors do; each answer is a sentence or a result."""
    for model, row in (("photo", Photo), ("album", Album), ("livestream", LiveStream)):
        pk = row.objects.order_by("pk").values_list("pk", flat=True)[0]
        for url, fields in (
            (reverse("twentythree:picker_refresh", args=[model, pk]), {}),
            (reverse("twentythree:picker_newest", args=[model]), {}),
            (reverse("twentythree:picker_find", args=[model]), {"text": "4711"}),
        ):
            answer = editor.post(url, fields)
            assert answer.status_code in {200, 400, 404, 429, 502, 503, 504}, url
            assert answer.json().keys() & {"error", "message", "result"}


def look_at_every_page(editor: Client) -> None:
    """Render what visitors and editors see of the rows as they are; no markup of the platform is left in it."""
    template = Template(
        "{% load twentythree %}{% twentythree_embed row %}{% twentythree_picture row %}"
        "{{ row|twentythree_description }}{{ row }}{{ row.duration_seconds|twentythree_duration }}"
    )
    for model in (Photo, Album, LiveStream):
        for row in model.objects.all():
            pages = [template.render(Context({"row": row}))]
            name = model._meta.model_name
            for url in (
                reverse(f"admin:twentythree_{name}_change", args=[row.pk]),
                reverse(f"admin:twentythree_{name}_changelist"),
                reverse("twentythree:picker_details", args=[name, row.pk]),
                reverse("admin:twentythree_syncrun_changelist"),
            ):
                answer = editor.get(url)
                assert answer.status_code == 200, url
                pages.append(answer.content.decode())  # type: ignore[arg-type]
            for page in pages:
                assert not RUNNING.search(page), RUNNING.search(page)


@pytest.mark.parametrize("mode", MODES)
def test_platform__hostile__is_survived_and_forgotten(
    mirrored: HostileProxy,
    be_patient: Callable[[], None],
    editor: Client,
    mode: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    before, links = describe_rows(), describe_links()
    keys = set(Photo.objects.values_list("pk", flat=True))
    caplog.set_level(logging.INFO)
    with mirrored.hostile(MODES[mode]):
        press_every_button(editor)
        if IS_LONG or mode not in DRIPS:
            for resource in (*FULL_MIRROR, "newest", "on_air") if IS_LONG else ("photos", "details"):
                mirror(resource)
        if IS_LONG:
            Client().post(f"/twentythree/notify/default/{SECRET}/?type=photo&photo_id=1")
            Client().post(f"/twentythree/notify/default/{SECRET}/odd/")
            process_inbox("default")
            run_due()
        look_at_every_page(editor)
    assert keys <= set(Photo.objects.values_list("pk", flat=True)), "a row was deleted"
    check_secrets(caplog.text + "".join(SyncRun.objects.values_list("error", flat=True)))
    for thread in list_threads():
        thread.join(10)
    assert not list_threads(), "a client left threads behind"
    be_patient()
    make_peace()
    for resource in FULL_MIRROR:
        run = mirror(resource, is_everything=True, accept_missing=True)
        assert (run.state, run.error) == (SyncRun.State.SUCCEEDED, ""), resource
    assert describe_rows() == before
    assert describe_links() == links


def check_secrets(told: str) -> None:
    """Nothing that was logged or stored has a secret of the workspace in it."""
    from django.conf import settings

    workspace = settings.TWENTYTHREE["WORKSPACES"]["default"]
    names = ("CONSUMER_KEY", "CONSUMER_SECRET", "ACCESS_TOKEN", "ACCESS_TOKEN_SECRET", "BEARER_TOKEN")
    for secret in [workspace[name] for name in names if name in workspace] + [SECRET]:
        assert secret not in told


def make_peace() -> None:
    """Let the time pass for which the workspace is left alone."""
    WorkspaceCondition.objects.all().delete()
    Workspace.objects.update(state=Workspace.State.WORKING)
    Notification.objects.update(due_at=timezone.now())
