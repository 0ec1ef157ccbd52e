"""The domain of a workspace answers as another site: nothing is written, by no way, and the status says so."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from django_twentythree.api import UploadMetadata
from django_twentythree.coordination.connections import connect
from django_twentythree.coordination.identity import IdentityError, get_or_create_workspace
from django_twentythree.exceptions import TwentyThreeError
from django_twentythree.models import (
    Album,
    AlbumPhoto,
    LiveStream,
    Notification,
    Photo,
    Player,
    Section,
    Subtitle,
    SyncRun,
    Tag,
    Workspace,
    WorkspaceCondition,
)
from django_twentythree.sync import session as session_module
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.recordings import link_recordings
from django_twentythree.sync.refresh import Refresher, connect_refresher
from django_twentythree.sync.runner import FULL_MIRROR, SyncRequest, sync_resource
from django_twentythree.sync.session import Session
from django_twentythree.tasks import refresh_photo, run_due
from tests.sync.notices import pingback

pytestmark = pytest.mark.django_db

MIRRORED = (Photo, Album, LiveStream, Player, Tag, Section, Subtitle, AlbumPhoto, Photo.tags.through)
GONE_THERE = 4
LIVE = 8


@pytest.fixture
def ours(platform, sync_all):
    """A mirrored site: five videos, one of them with a chapter, another the recording of a live stream."""
    platform.add_album(7, title="Ours")
    platform.add_livestream(LIVE, name="Ours", streaming_p="1", broadcasting_p="1")
    for number in range(1, 6):
        platform.add_photo(number, title="Ours", tags=["ours"], all_albums="7")
    platform.add_section(1, title="Ours", start_time=0)
    platform.edit_photo(2, live_id=LIVE)
    sync_all()
    return platform


@pytest.fixture
def strangers(ours):
    """The domain leads to another site by now, which uses some of the same ids."""
    become_another_site(ours)
    return ours


def become_another_site(platform):
    platform.set_site(site_id="999", site_name="Strangers")
    platform.edit_album(7, title="Theirs")
    platform.edit_livestream(LIVE, name="Theirs", streaming_p="0", broadcasting_p="0")
    for number in range(1, 6):
        platform.edit_photo(number, title="Theirs", tags=["theirs"], creation_date_epoch="1900000000")
    platform.delete_sections(1)
    platform.add_section(1, title="Theirs", start_time=9)
    platform.delete_photo(GONE_THERE)
    for number in range(100, 110):
        platform.add_photo(number, title="Foreign", live_id=LIVE)
    platform.add_album(70, title="Foreign")
    platform.add_livestream(80, name="Foreign", streaming_p="1", broadcasting_p="1")


def freeze() -> dict[str, Any]:
    """Return every column of everything mirrored, and what is known of the site."""
    rows = {model.__name__: list(model._default_manager.order_by("pk").values()) for model in MIRRORED}
    known = Workspace.objects.values("site_id", "name", "domain", "permission_level", "is_closed").get()
    return rows | {"Workspace": known}


def complaint() -> str:
    """Return what `twentythree_status --check` complains about."""
    with pytest.raises(CommandError) as caught:
        call_command("twentythree_status", "--check", stdout=io.StringIO())
    assert caught.value.returncode == 1
    return str(caught.value)


def let_rest_pass():
    WorkspaceCondition.objects.update(retry_at=timezone.now() - timedelta(seconds=1))
    past = timezone.now() - timedelta(minutes=10)
    SyncRun.objects.update(started_at=past, finished_at=past)


def run(resource: str, **options: Any) -> Callable[[], None]:
    def work() -> None:
        outcome = sync_resource(SyncRequest("default", resource, accept_missing=True, **options))
        assert isinstance(outcome.error, IdentityError)
        assert outcome.run is not None
        assert outcome.run.state == "failed"

    return work


def by_refresher(ask: Callable[[Refresher], Any]) -> Callable[[], None]:
    def work() -> None:
        with pytest.raises(IdentityError), connect_refresher("default") as refresher:
            ask(refresher)

    return work


def notice(payload: Any) -> Callable[[], None]:
    def work() -> None:
        row = Notification.objects.create(
            workspace=Workspace.objects.get(), payload=payload, received_at=timezone.now()
        )
        process_inbox("default")
        row.refresh_from_db()
        assert (row.state, row.attempts) == ("pending", 0)

    return work


def command(*arguments: str) -> Callable[[], None]:
    def work() -> None:
        with pytest.raises(CommandError, match="twentythree_workspace rename default"):
            call_command("twentythree_sync", *arguments, stdout=io.StringIO())

    return work


WAYS: dict[str, Callable[[], Any]] = {
    **{f"run of {resource}": run(resource) for resource in (*FULL_MIRROR, "newest", "on_air")},
    "run of all details": run("details", is_everything=True),
    "look for new videos": by_refresher(lambda refresher: refresher.find_newest("photos")),
    "look for new categories": by_refresher(lambda refresher: refresher.find_newest("albums")),
    "look for new live streams": by_refresher(lambda refresher: refresher.find_newest("livestreams")),
    "pasted permalink": by_refresher(lambda refresher: refresher.find_by_words("Foreign")),
    "refreshed video": by_refresher(lambda refresher: refresher.refresh("photos", 1, with_details=True)),
    "refreshed category": by_refresher(lambda refresher: refresher.refresh("albums", 7)),
    "refreshed live stream": by_refresher(lambda refresher: refresher.refresh("livestreams", LIVE)),
    "video that is not there": by_refresher(lambda refresher: refresher.refresh("photos", GONE_THERE)),
    "pasted address of theirs": by_refresher(lambda refresher: refresher.refresh("photos", 100)),
    "ticket for an upload": by_refresher(lambda r: r.fetch_upload_ticket(UploadMetadata(title="Secret"), "")),
    "task of a refresh": lambda: refresh_photo.delay("default", 1),
    "command for everything": command(),
    "command for one video": command("--photo", "1"),
    "webhook without an id": notice({"raw": "{}"}),
    "notice of a video": notice(pingback(1)),
    "notice of a video that is not there": notice(pingback(GONE_THERE)),
    "notice of a video that is new here": notice(pingback(4_711)),
    "notice of a category": notice({"json": {"data": {"album_id": 7}}}),
    "notice of a live stream": notice({"json": {"data": {"live_id": LIVE}}}),
}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_another_site__by_any_way__writes_nothing_and_is_told_by_the_status(strangers, way):
    before = freeze()
    way()
    assert freeze() == before
    assert Workspace.objects.get().state == "mismatched"
    assert "now answers as site 999" in complaint()
    assert "manage.py twentythree_workspace rename default" in complaint()


def test_another_site__ticket_for_an_upload__is_not_even_asked_for(strangers):
    strangers.clear_requests()
    WAYS["ticket for an upload"]()
    assert {call["method"] for call in strangers.requests} == {"site/get"}


def test_another_site__looked_for_by_the_ticket_of_an_upload__is_not_mirrored(ours):
    with connect_refresher("default") as refresher:
        ticket = refresher.fetch_upload_ticket(UploadMetadata(title="Ours"), "")
    become_another_site(ours)
    before = freeze()
    ours.fail_next("ignore", names=["upload_token"], method="photo/list")  # whatever it answers, it is not ours
    with pytest.raises(IdentityError), connect_refresher("default") as refresher:
        refresher.find_upload(ticket.upload_token)
    assert freeze() == before


# -- from one answer to the next


@pytest.fixture
def suspicious(monkeypatch):
    """Trust no answer for the sake of the one before it, as if each came long after."""
    monkeypatch.setattr(session_module, "CONFIRMED_SECONDS", -1.0)


def fail_halfway(platform, resource, *, when=1):
    """Run a resource whose domain leads elsewhere once so many steps of it are done."""
    steps = iter(range(1, 1_000))

    def progress(done: int, total: int | None) -> None:
        if next(steps) == when:
            become_another_site(platform)

    outcome = sync_resource(
        SyncRequest("default", resource, accept_missing=True, is_everything=True), progress=progress
    )
    assert isinstance(outcome.error, IdentityError)
    assert Workspace.objects.get().state == "mismatched"


@pytest.mark.usefixtures("suspicious")
def test_another_site__halfway_through_a_listing__nothing_more_is_written_and_nothing_goes_missing(platform, sync):
    for number in range(1, 1_301):  # more pages than are under way
        platform.add_photo(number, title="Ours", creation_date_epoch=str(1_700_000_000 + number))
    platform.add_album(7)
    platform.add_livestream(LIVE)
    sync()
    fail_halfway(platform, "photos")
    assert set(Photo.objects.values_list("title", flat=True)) == {"Ours"}
    assert Photo.objects.present().count() == 1_300


@pytest.mark.usefixtures("suspicious")
def test_another_site__halfway_through_details__nothing_more_is_written(ours, sync):
    for number in range(200, 240):
        ours.add_photo(number)
        ours.add_section(number, title="Ours", start_time=0)
    sync()
    sync("details")
    fail_halfway(ours, "details")
    assert set(Section.objects.values_list("title", flat=True)) == {"Ours"}


@pytest.mark.usefixtures("suspicious")
def test_another_site__halfway_through_recordings__nothing_is_linked_or_taken_apart(ours, sync):
    ours.add_livestream(LIVE + 1, name="Another of ours")
    sync("livestreams")
    before = freeze()["Photo"]
    with connect("default") as client:
        session = Session.begin(client, get_or_create_workspace("default"))
        with pytest.raises(IdentityError):
            link_recordings(session, lambda: become_another_site(ours), is_everything=True)
    assert freeze()["Photo"] == before


@pytest.mark.parametrize("resource", ["photos", "albums", "livestreams"])
def test_another_site__answers_when_what_is_gone_is_asked_for__nothing_goes_missing(ours, sync, resource):
    delete = {"photos": ours.delete_photo, "albums": ours.delete_album, "livestreams": ours.delete_livestream}
    number = {"photos": 1, "albums": 7, "livestreams": LIVE}[resource]
    delete[resource](number)

    def progress(done: int, total: int | None) -> None:
        ours.set_site(site_id="999", site_name="Strangers")

    outcome = sync_resource(SyncRequest("default", resource, accept_missing=True), progress=progress)
    assert isinstance(outcome.error, IdentityError)
    for model in (Photo, Album, LiveStream):
        assert not model.objects.exclude(missing_since=None).exists()


# -- the right one again


@pytest.mark.parametrize("seen_by", ["webhook without an id", "run of on_air", "look for new videos"])
def test_another_site__right_one_answers_again__is_forgotten_and_all_is_caught_up(platform, sync_all, seen_by):
    platform.add_photo(1, title="Before")
    sync_all()
    site_id = str(Workspace.objects.get().site_id)
    platform.set_site(site_id="999")
    WAYS[seen_by]()
    notice(pingback(1))()
    assert complaint()
    platform.set_site(site_id=site_id)
    platform.edit_photo(1, title="After")
    platform.add_photo(2, title="New")
    for _ in range(2):  # the probe, then the rest
        let_rest_pass()
        run_due.delay()
    assert dict(Photo.objects.values_list("remote_id", "title")) == {1: "After", 2: "New"}
    assert set(Notification.objects.values_list("state", flat=True)) == {"done"}
    assert Workspace.objects.get().state == "working"
    call_command("twentythree_status", "--check", stdout=io.StringIO())


def test_another_site__rows_put_aside__are_not_in_trouble_any_more(strangers):
    WAYS["webhook without an id"]()
    call_command("twentythree_workspace", "rename", "default", "former", "--yes", stdout=io.StringIO())
    assert Workspace.objects.get().state == "new"
    assert not WorkspaceCondition.objects.exists()


# -- the level


@pytest.mark.parametrize("seen_by", [{"raw": "{}"}, pingback(1)], ids=["without an id", "of a video"])
def test_level__proxy_strips_the_credentials__notice_waits_and_the_status_says_why(ours, seen_by):
    before = freeze()
    ours.fail_next("drop_level", level="anonymous", times=10)
    notice(seen_by)()
    ours.clear_faults()
    assert freeze() == before
    assert Workspace.objects.get().state == "refused"
    assert "although credentials are configured" in complaint()


def test_level__credentials_were_added__next_session_knows(platform, configure, sync):
    configure(level=None)
    platform.add_photo(1, title="Before")
    sync()
    configure()
    platform.edit_photo(1, title="After")
    with pytest.raises(TwentyThreeError, match="permission level changed"), connect_refresher("default") as refresher:
        refresher.refresh("photos", 1)
    with connect_refresher("default") as refresher:
        assert refresher.refresh("photos", 1).row.title == "After"
