"""Full listings: what the platform serves is what the rows say, and an unchanged page costs one read."""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from django_twentythree.coordination.connections import connect
from django_twentythree.models import Album, LiveStream, Photo, Player, SyncRun, Workspace
from django_twentythree.sync.refresh import Refresher
from django_twentythree.sync.session import Session

pytestmark = pytest.mark.django_db

REFUSALS = {
    1: ("invalid_signature", "TWENTYTHREE_ACCESS_TOKEN_SECRET"),
    2: ("missing_authentication", "TWENTYTHREE_BEARER_TOKEN"),
}
"""What a version of the API says to revoked credentials, and the variable that an operator is told to set."""


def writes(queries: CaptureQueriesContext) -> list[str]:
    """Return the statements that write mirrored tables."""
    mirrored = ("twentythree_photo", "twentythree_album", "twentythree_tag", "twentythree_livestream")
    return [
        query["sql"]
        for query in queries
        if query["sql"].split(" ", 1)[0] in {"INSERT", "UPDATE", "DELETE"}
        and any(table in query["sql"] for table in mirrored)
    ]


def test_sync_photos__new_photos__become_rows_with_tags_and_albums(platform, sync):
    album = platform.add_album(title="Guides")
    platform.add_photo(
        7, title="Onboarding", video_length="55.248", tags=["deck", "pilot boat"], all_albums=album["album_id"]
    )
    sync("albums")
    run = sync()
    photo = Photo.objects.get(remote_id=7)
    assert (run.seen, run.created, run.missing) == (1, 1, 0)
    assert (photo.title, photo.duration_seconds) == ("Onboarding", 55.248)
    assert sorted(photo.tags.values_list("name", flat=True)) == ["deck", "pilot boat"]
    assert photo.albums.get().title == "Guides"
    assert photo.missing_since is None
    assert photo.changed_at is not None


def test_sync_photos__more_than_a_page__mirrors_all(platform, sync):
    platform.fill(photos=250)
    run = sync()
    assert (run.seen, run.created, run.skipped) == (250, 250, 0)
    assert Photo.objects.present().count() == 250


def test_sync_photos__nothing_changed__reads_once_a_page_and_writes_nothing(platform, sync):
    for number in range(1, 101):
        platform.add_photo(number, tags=["a", "b"])
    sync()
    with CaptureQueriesContext(connection) as queries:
        run = sync()
    assert (run.unchanged, run.updated) == (100, 0)
    known = [q["sql"] for q in queries if "fingerprint" in q["sql"] and q["sql"].startswith("SELECT")]
    assert len(known) == 1
    # The last statement of the run brings `is_concealed` in line with the albums, and finds nothing to do.
    assert [sql for sql in writes(queries) if "is_concealed" not in sql] == []


def test_sync_photos__one_changed__only_that_row_is_written(platform, sync):
    for number in (1, 2, 3):
        platform.add_photo(number, title=f"Video {number}")
    sync()
    before = {photo.remote_id: photo for photo in Photo.objects.all()}
    platform.edit_photo(2, title="Another name", tags=["new"])
    run = sync()
    after = {photo.remote_id: photo for photo in Photo.objects.all()}
    assert (run.updated, run.unchanged) == (1, 2)
    assert after[2].title == "Another name"
    assert after[2].changed_at > before[2].changed_at
    assert [tag.name for tag in after[2].tags.all()] == ["new"]
    assert after[1].observed_at == before[1].observed_at


def test_sync_photos__tags_that_differ_in_accent_and_case__stay_apart(platform, sync):
    platform.add_photo(1, tags=["café", "cafe", "Cafe"])
    sync()
    assert set(Photo.objects.get().tags.values_list("name", flat=True)) == {"café", "cafe", "Cafe"}


def test_sync_photos__album_not_listed_yet__gets_a_stub_that_a_listing_fills(platform, sync):
    album = platform.add_album(title="Later")
    platform.add_photo(1, all_albums=album["album_id"])
    sync()
    stub = Album.objects.get()
    assert stub.missing_since is not None
    assert Album.objects.present().count() == 0
    run = sync("albums")
    assert run.created == 1
    assert Photo.objects.get().albums.present().get().title == "Later"  # type: ignore[attr-defined]


def test_sync_photos__unreadable_object__is_skipped_and_the_rest_mirrored(platform, sync):
    platform.add_photo(1)
    platform.add_photo("two")
    run = sync()
    assert (run.seen, run.created, run.skipped) == (2, 1, 1)
    assert "without a readable id" in run.error


def test_sync_photos__hostile_text__is_stored_as_received_but_for_what_databases_refuse(platform, configure, sync):
    configure(EXTRA_FIELDS=["custom"])
    platform.add_photo(1, title="NUL \x00 and \ud800 <script>", content="<p onclick=x>", custom={"deep": [1, "\x00"]})
    sync()
    photo = Photo.objects.get()
    assert photo.title == "NUL \ufffd and \ufffd <script>"
    assert photo.description_html == "<p onclick=x>"
    assert photo.extra["custom"] == {"deep": [1, "\ufffd"]}


def test_sync_photos__numbers_out_of_range__are_kept_in_extra(platform, sync):
    platform.add_photo(1, view_count="9" * 400, video_length="1e999", title="Odd")
    run = sync()
    photo = Photo.objects.get()
    assert run.skipped == 0
    assert (photo.view_count, photo.duration_seconds, photo.title) == (0, None, "Odd")
    assert photo.extra["view_count"] == "9" * 400


def test_sync_photos__more_text_than_one_statement_holds__is_mirrored(platform, sync):
    for photo_id in range(1, 11):
        platform.add_photo(photo_id, content="æ" * 1_000_000)
    assert sync().created == 10
    assert {len(photo.description_html) for photo in Photo.objects.all()} == {1_000_000}


def test_sync_photos__deeply_nested_value__is_kept_and_the_page_mirrored(platform, configure, sync):
    configure(EXTRA_FIELDS=["custom"])
    platform.add_photo(1)
    platform.add_photo(2, custom=json.loads('{"a":' * 60 + "1" + "}" * 60))
    assert (sync().created, Photo.objects.count()) == (2, 2)
    assert '{"a": ' in json.dumps(Photo.objects.get(remote_id=2).extra["custom"])


def test_sync_photos__counters_moved__are_left_until_a_day_has_passed(platform, sync):
    platform.add_photo(1, view_count="10")
    sync()
    changed_at = Photo.objects.get().changed_at
    platform.edit_photo(1, view_count="99")
    assert sync().unchanged == 1
    assert Photo.objects.get().view_count == 10
    Photo.objects.update(observed_at="2020-01-01T00:00:00Z")
    sync()
    assert Photo.objects.get().view_count == 99
    assert Photo.objects.get().changed_at == changed_at


def test_sync_albums__hidden_album__conceals_what_lies_in_hidden_albums_only(platform, sync):
    hidden = platform.add_album(title="Internal", hide_p=1)
    shown = platform.add_album(title="Public", hide_p=0)
    platform.add_photo(1, all_albums=hidden["album_id"])
    platform.add_photo(2, all_albums=f"{hidden['album_id']} {shown['album_id']}")
    platform.add_photo(3)
    sync("albums")
    sync()
    assert set(Photo.objects.published().values_list("remote_id", flat=True)) == {2, 3}
    assert {photo.remote_id: photo.is_available for photo in Photo.objects.all()} == {1: False, 2: True, 3: True}
    platform.edit_album(int(hidden["album_id"]), hide_p=0)
    sync("albums")
    assert Photo.objects.get(remote_id=1).is_available
    assert Photo.objects.published().count() == 3


def test_sync_photos__anonymous_and_in_a_hidden_album__is_not_public(platform, configure, sync):
    album = platform.add_album(title="Internal", hide_p=1)
    platform.add_photo(1, all_albums=album["album_id"], album_id=album["album_id"], album_hide_p=1)
    configure(level=None)
    sync("albums")
    with connect("default") as client:
        Refresher(Session.resume(client, Workspace.objects.get())).refresh("photos", 1)
    photo = Photo.objects.get()
    assert photo.is_published
    assert not photo.is_available
    assert Photo.objects.published().count() == 0


@pytest.mark.parametrize("albums", ["1", "1 2", "3 1"])
def test_sync_all__anonymous_and_its_albums_are_hidden_by_now__is_not_public(platform, configure, sync, albums):
    configure(level=None)
    for number in (1, 2, 3):
        platform.add_album(number, hide_p=int(number == 3))
    for number in range(1, 8):
        platform.add_photo(number)
    platform.edit_photo(1, all_albums=albums)
    for resource in ("albums", "photos"):
        sync(resource)
    assert Photo.objects.published().count() == 7
    for number in (1, 2):
        platform.edit_album(number, hide_p=1)
    for resource in ("albums", "photos"):
        sync(resource)
    assert Photo.objects.present().count() == 7  # a question by id still finds it
    assert not Photo.objects.get(remote_id=1).is_available
    assert Photo.objects.published().count() == 6
    platform.edit_album(1, hide_p=0)
    sync("albums")
    assert Photo.objects.get(remote_id=1).is_available
    assert Photo.objects.published().count() == 7


@pytest.mark.parametrize("albums", ["1 4", "4 1"])
def test_sync_all__anonymous_and_moved_to_albums_that_were_hidden_from_the_start__is_not_public(
    platform, configure, sync, albums
):
    configure(level=None)
    platform.add_album(1)
    for number in range(1, 8):
        platform.add_photo(number)
    for resource in ("albums", "photos"):
        sync(resource)
    platform.edit_album(1, hide_p=1)
    platform.add_album(4, hide_p=1)
    platform.edit_photo(1, all_albums=albums)
    for resource in ("albums", "photos"):
        sync(resource)
    assert not Photo.objects.get(remote_id=1).is_available
    assert Photo.objects.published().count() == 6
    platform.edit_album(4, hide_p=0)
    for resource in ("albums", "photos"):
        sync(resource)
    assert Photo.objects.get(remote_id=1).is_available
    assert Photo.objects.published().count() == 7


def test_sync_livestreams__at_read_level__tells_what_is_private_and_on_air(platform, sync):
    platform.add_livestream(name="Council", streaming_p=1, broadcasting_p=1)
    platform.add_livestream(name="Rehearsal", private_p=1)
    run = sync("livestreams")
    assert run.created == 2
    assert LiveStream.objects.get(name="Council").is_on_air
    assert [live.name for live in LiveStream.objects.published()] == ["Council"]


def test_sync_players__below_read__is_not_permitted_and_no_failure(platform, configure, sync):
    configure(level=None)
    run = sync("players", state="not_permitted")
    assert run.error == ""
    assert Player.objects.count() == 0


def test_sync__anonymous__mirrors_what_is_public(platform, configure, sync):
    platform.add_photo(1, title="Public")
    platform.add_photo(2, title="Draft", published_p=0)
    configure(level=None)
    run = sync()
    assert [photo.title for photo in Photo.objects.all()] == ["Public"]
    assert run.permission_level == "anonymous"
    assert Workspace.objects.get().permission_level == "anonymous"


def test_sync__level_lost_halfway__fails_and_marks_nothing(platform, sync):
    for number in range(1, 4):
        platform.add_photo(number)
    sync()
    platform.fail_next("drop_level", method="photo/list", level="anonymous")
    run = sync(state="failed")
    assert "level" in run.error
    assert Photo.objects.present().count() == 3


def test_sync__wrong_credentials__fails_with_one_sentence_that_says_what_to_do(platform, sync):
    platform.add_photo(1)
    sync()
    platform.revoke_credentials()
    run = sync(state="failed")
    code, name = REFUSALS[platform.api_version]
    assert run.error.startswith(f"TwentyThree refused the credentials of 'default' ({code}).")
    assert "Pages keep working with data from" in run.error
    assert name in run.error
    assert Workspace.objects.get().state == Workspace.State.REFUSED


def test_sync__closed_site_without_credentials__says_that_it_is_closed(platform, configure, sync):
    configure(level=None)
    platform.close_site()
    run = sync(state="failed")
    assert "the site is closed" in run.error


def test_sync__closed_site_with_credentials__is_noted_so_that_pages_keep_tokens_back(platform, sync):
    platform.add_photo(1)
    sync("albums")
    assert not Workspace.objects.get().is_closed
    platform.close_site()
    sync("albums")
    assert Workspace.objects.get().is_closed
    sync()
    assert "token=" not in Photo.objects.get().embed_url()
    platform.open_site()
    sync("albums")
    assert not Workspace.objects.get().is_closed


def test_sync__known_site_under_another_alias__stops_before_any_write(platform, settings, sync):
    platform.add_photo(1)
    sync()
    Workspace.objects.update(alias="old")
    run = sync(state="failed")
    assert "twentythree_workspace adopt old default" in run.error
    assert Photo.objects.filter(workspace__alias="default").count() == 0


@pytest.mark.parametrize("trouble", [500, 503, "cut", "html", "empty", "reset", "bad_utf8"])
def test_sync__trouble_in_passing__is_tried_again(platform, sync, trouble):
    platform.add_photo(1)
    platform.fail_next(trouble, method="photo/list")
    assert sync().created == 1


def test_sync__trouble_that_stays__fails_with_what_was_written_kept(platform, sync):
    platform.add_photo(1)
    sync()
    platform.fail_next(500, times=50)
    run = sync(state="failed")
    assert "HTTP 500" in run.error
    assert SyncRun.objects.filter(active_key__isnull=False).count() == 0
    assert Photo.objects.present().count() == 1
