"""One object fetched again: around caches, never over something newer, gone only with proof."""

from __future__ import annotations

import pytest

from django_twentythree.coordination.connections import connect
from django_twentythree.coordination.identity import get_or_create_workspace
from django_twentythree.coordination.runs import begin
from django_twentythree.models import Album, LiveStream, Photo, Recheck, SyncRun
from django_twentythree.sync.refresh import Refresher, connect_refresher
from django_twentythree.sync.session import Session

pytestmark = pytest.mark.django_db


def refresh(resource, remote_id, **options):
    with connect("default") as client:
        session = Session.resume(client, get_or_create_workspace("default"))
        return Refresher(session).refresh(resource, remote_id, **options)


def test_refresh__photo_not_mirrored_yet__is_mirrored(platform):
    platform.add_photo(1, title="New", published_p=0)
    refreshed = refresh("photos", 1)
    assert refreshed.report.created == 1
    assert refreshed.row.title == "New"


def test_refresh__nothing_changed__advances_observed_at_only(platform, sync):
    platform.add_photo(1)
    sync()
    before = Photo.objects.get()
    assert refresh("photos", 1).report.updated == 0
    after = Photo.objects.get()
    assert after.observed_at > before.observed_at
    assert after.changed_at == before.changed_at


def test_refresh__equals_the_listing__so_that_the_next_listing_changes_nothing(platform, sync):
    platform.add_photo(1, tags=["b", "a"], actions=[{"action_id": "1"}])
    refresh("photos", 1)
    assert sync().unchanged == 1


def test_refresh__older_than_the_row__writes_nothing(platform, sync):
    platform.add_photo(1, title="Old")
    sync()
    Photo.objects.update(title="Newer", observed_at="2026-11-23T00:00:00Z", fingerprint="1.0:other")
    # The row was observed a minute from now, within what clocks may differ.
    from django.utils import timezone

    Photo.objects.update(observed_at=timezone.now() + timezone.timedelta(minutes=1))  # type: ignore[attr-defined]
    assert refresh("photos", 1).report.unchanged == 1
    assert Photo.objects.get().title == "Newer"


def test_refresh__photo_deleted__marks_it_missing(platform, sync):
    platform.add_photo(1)
    sync()
    platform.delete_photo(1)
    assert refresh("photos", 1).report.missing == 1
    assert Photo.objects.get().missing_since is not None


def test_refresh__id_that_never_existed__makes_no_row(platform):
    refreshed = refresh("photos", 404)
    assert (refreshed.row, refreshed.problem) == (None, "")
    assert Photo.objects.count() == 0


def test_refresh__anonymous__passes_by_the_cache(platform, configure, sync):
    configure(level=None)
    platform.set_cache_seconds(1800)
    platform.add_photo(1, title="Before")
    sync()
    platform.edit_photo(1, title="After")
    assert refresh("photos", 1).row.title == "After"
    assert "time" in platform.requests[-1]["params"]


def test_refresh__with_details__brings_chapters_at_once(platform):
    platform.add_photo(1)
    platform.add_section(1, title="Opening", start_time=0)
    refreshed = refresh("photos", 1, with_details=True)
    assert refreshed.row.sections.get().title == "Opening"


def test_refresh__albums_and_live_streams__work_alike(platform):
    album = int(platform.add_album(title="Hidden", hide_p=1)["album_id"])
    live = int(platform.add_livestream(name="Private", private_p=1)["live_id"])
    assert refresh("albums", album).row == Album.objects.get()
    assert refresh("livestreams", live).row == LiveStream.objects.get()


def test_refresh__during_a_listing__is_looked_at_again_by_that_run(platform, sync):
    platform.add_photo(1)
    sync()
    workspace = get_or_create_workspace("default")
    active = begin(workspace, SyncRun.Resource.PHOTOS, SyncRun.Trigger.TASK)
    platform.edit_photo(1, title="Changed meanwhile")
    refresh("photos", 1)
    assert Recheck.objects.get().remote_id == 1
    active.release()
    sync()
    assert Recheck.objects.count() == 0


def test_find_newest__new_uploads__are_mirrored_and_old_ones_left(platform, sync):
    for number in range(1, 4):
        platform.add_photo(number, creation_date_epoch=str(1_700_000_000 + number))
    sync()
    platform.add_photo(9, title="Fresh", creation_date_epoch="1750000000")
    with connect_refresher("default") as refresher:
        report = refresher.find_newest("photos")
    assert report.created == 1
    assert Photo.objects.get(remote_id=9).title == "Fresh"


@pytest.mark.parametrize("is_hidden", [True, False])
def test_refresh__category_is_hidden_or_opened__its_videos_are_with_it(platform, sync, is_hidden):
    album = platform.add_album(9, hide_p=0 if is_hidden else 1)
    platform.add_photo(1, all_albums=album["album_id"])
    sync("albums")
    sync()
    assert Photo.objects.published().exists() == is_hidden
    platform.edit_album(9, hide_p=1 if is_hidden else 0)
    refresh("albums", 9)
    assert Photo.objects.published().exists() == (not is_hidden)
    assert Photo.objects.get().is_available == (not is_hidden)
