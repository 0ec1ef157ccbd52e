"""Without credentials: what was unpublished, hidden or made private is refused by id; nothing else comes of that."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command

from django_twentythree.coordination.backoff import get_retry_at
from django_twentythree.coordination.connections import connect
from django_twentythree.models import Album, LiveStream, Photo, Workspace, WorkspaceCondition
from django_twentythree.operations.doctor import Doctor
from django_twentythree.operations.probes import PROBES
from django_twentythree.sync.inbox import process_inbox
from django_twentythree.sync.live_poll import poll_live_streams
from django_twentythree.sync.refresh import connect_refresher
from django_twentythree.sync.session import Session
from tests.sync.notices import pingback

pytestmark = pytest.mark.django_db

REFUSALS = [(2, "missing_authentication"), (2, "permission_denied"), (1, "permission_denied")]


@pytest.fixture(params=REFUSALS, ids=lambda way: f"v{way[0]} {way[1]}")
def site(request: Any, platform: Any, configure: Any) -> Any:
    """A public site of ten videos, three categories and three live streams, mirrored without credentials."""
    api_version, code = request.param
    configure(level=None, api_version=api_version)
    platform.refuse_concealed(code)
    for number in range(1, 11):
        platform.add_photo(number, title=f"Video {number}")
    for number in (21, 22, 23):
        platform.add_album(number, title=f"Category {number}", hide_p=0)
        platform.add_livestream(number + 10, name=f"Live {number}", private_p=0)
    return platform


def sync_all_but_players(sync: Any) -> dict[str, Any]:
    return {resource: sync(resource) for resource in ("albums", "livestreams", "photos", "details")}


def expect_calm() -> None:
    workspace = Workspace.objects.get(alias="default")
    assert (workspace.state, workspace.is_closed) == (Workspace.State.WORKING, False)
    assert get_retry_at(workspace) is None
    assert not WorkspaceCondition.objects.filter(failure_count__gt=0).exists()


def test_full_run__some_of_each_were_taken_back__they_go_missing_and_nothing_rests(site, sync):
    sync_all_but_players(sync)
    site.unpublish(3)
    site.edit_album(22, hide_p=1)
    site.edit_livestream(32, private_p=1)
    site.add_photo(11, title="After the trouble")
    runs = sync_all_but_players(sync)
    assert {name: run.missing for name, run in runs.items()} == {
        "albums": 1, "livestreams": 1, "photos": 1, "details": 0,
    }  # fmt: skip
    assert Photo.objects.get(remote_id=3).missing_since is not None
    assert Album.objects.get(remote_id=22).missing_since is not None
    assert LiveStream.objects.get(remote_id=32).missing_since is not None
    assert Photo.objects.present().filter(remote_id=11).exists()  # the resources after the refusals were mirrored
    expect_calm()


def test_full_run__video_lies_in_hidden_categories_only__is_published_no_more(site, sync):
    site.edit_photo(4, all_albums="22", album_id="22")
    sync_all_but_players(sync)
    site.edit_album(22, hide_p=1)
    sync_all_but_players(sync)
    assert not Photo.objects.published().filter(remote_id=4).exists()
    assert Photo.objects.published().count() == 9
    expect_calm()


def test_inbox__notice_of_a_draft__is_settled_and_nothing_rests(site, sync, notify):
    sync("photos")
    site.unpublish(3)
    site.add_photo(12, title="Draft", published_p=0)
    for number in (3, 12):
        notify(pingback(number))
    report = process_inbox("default")
    assert (report.done, report.refreshed) == (2, 2)
    assert Photo.objects.get(remote_id=3).missing_since is not None
    assert not Photo.objects.filter(remote_id=12).exists()
    expect_calm()


def test_command__one_object_that_was_taken_back__is_marked(site, sync):
    sync("photos")
    site.unpublish(3)
    output = io.StringIO()
    call_command("twentythree_sync", photo="3", json=True, stdout=output)
    assert json.loads(output.getvalue())["default"]["photos"]["missing"] == 1
    assert Photo.objects.get(remote_id=3).missing_since is not None
    expect_calm()


def test_details__video_was_taken_back_meanwhile__is_left_and_the_others_are_fetched(site, sync):
    for number in (2, 3):
        site.add_section(number, title="Chapter")
        site.add_subtitle(number)
    sync("photos")
    code = site.configure()["concealed_code"]
    site.fail_next("error", method="photo/section/list", code=code, message="No.")
    run = sync("details")
    assert run.skipped == 1
    assert "Left for later: " in run.error
    assert sorted(photo.sections.count() for photo in Photo.objects.filter(remote_id__in=[2, 3])) == [0, 1]
    expect_calm()


def test_recordings__live_stream_was_made_private__end_the_question_only(site, sync):
    sync_all_but_players(sync)
    site.add_photo(13, title="Recording", live_id="31")
    site.edit_livestream(32, private_p=1)
    sync("photos")
    sync("details", is_everything=True)
    expect_calm()


def test_on_air__live_stream_was_made_private__goes_missing(site, sync):
    site.edit_livestream(31, streaming_p=1, broadcasting_p=1)
    run = sync("livestreams")
    site.edit_livestream(31, private_p=1)
    with connect("default") as client:
        look = poll_live_streams(Session.begin(client, run.workspace), run)
    assert look.report.missing == 1
    assert LiveStream.objects.get(remote_id=31).missing_since is not None


def test_refresh__what_others_may_not_see__is_missing_and_no_problem(site, sync):
    sync_all_but_players(sync)
    site.edit_album(22, hide_p=1)
    with connect_refresher("default") as refresher:
        assert refresher.refresh("albums", 22).report.missing == 1
        assert refresher.refresh("photos", 10**9).problem == ""


def test_doctor__unknown_id_is_refused__takes_it_for_a_sign(site, sync):
    code = site.configure()["concealed_code"]
    with connect("default") as client:
        doctor = Doctor(client)
        topic = "A video that does not exist"
        findings = doctor.examine({topic: PROBES[topic]})
        next(findings)
        site.fail_next("error", method="photo/list", code=code, message="No.")
        finding = next(findings)
    assert finding.is_fine
    assert "recognised by this error" in finding.meaning


@pytest.mark.parametrize("api_version", [1, 2])
def test_closed_site__asked_without_credentials__is_still_refused(platform, configure, sync, api_version):
    configure(level=None, api_version=api_version)
    platform.add_photo(1)
    sync("photos")
    platform.close_site()
    assert "the site is closed" in sync("photos", state="failed").error
    assert Workspace.objects.get(alias="default").state == Workspace.State.REFUSED


def test_signed__credentials_revoked_while_asking_by_id__is_a_refusal(platform, configure, sync):
    configure(api_version=2)
    for number in range(1, 5):
        platform.add_photo(number)
    sync("photos")
    platform.delete_photo(2)
    platform.fail_next("slow", seconds=0, method="photo/list")
    platform.fail_next("error", method="photo/list", code="missing_authentication", message="No.")
    assert "refused the credentials" in sync("photos", state="failed").error
    assert Photo.objects.present().count() == 4
