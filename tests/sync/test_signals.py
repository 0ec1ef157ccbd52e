"""Signals: after commit, in batches, with what changed; none for counters or a new mapping."""

from __future__ import annotations

from collections import defaultdict

import pytest

from django_twentythree import signals
from django_twentythree.models import Album, Photo, SyncRun, Workspace
from django_twentythree.sync import announce
from django_twentythree.sync.refresh import connect_refresher
from django_twentythree.testing.factories import PhotoFactory
from showcase.models import Article

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("mirrored_created", "mirrored_changed", "mirrored_missing", "mirrored_returned", "sync_finished")


@pytest.fixture
def heard():
    """What was sent, by the name of the signal."""
    received = defaultdict(list)
    receivers = []
    for name in (*NAMES, "workspace_state_changed"):

        def receive(sender, _name=name, **arguments):
            received[_name].append((sender, arguments))

        getattr(signals, name).connect(receive)
        receivers.append((name, receive))
    yield received
    for name, receive in receivers:
        getattr(signals, name).disconnect(receive)


def of_photos(heard, name):
    return [arguments for sender, arguments in heard[name] if sender is Photo]


def test_signals__new_photos__are_created_with_their_run(platform, sync, heard):
    platform.add_photo(1)
    platform.add_photo(2)
    run = sync()
    (arguments,) = of_photos(heard, "mirrored_created")
    assert sorted(photo.remote_id for photo in arguments["instances"]) == [1, 2]
    assert all(photo.pk for photo in arguments["instances"])
    assert arguments["run"].pk == run.pk
    assert heard["sync_finished"][-1][1]["run"].state == SyncRun.State.SUCCEEDED


def test_signals__title_tags_and_albums_changed__are_named(platform, sync, heard):
    album = platform.add_album(title="Guides")
    platform.add_photo(1, title="Before", tags=["old"])
    sync("albums")
    sync()
    heard.clear()
    platform.edit_photo(1, title="After", tags=["new"], all_albums=album["album_id"])
    sync()
    (arguments,) = of_photos(heard, "mirrored_changed")
    photo = arguments["instances"][0]
    assert {"title", "tags", "albums"} <= arguments["changed_fields"][photo.pk]
    assert "duration_seconds" not in arguments["changed_fields"][photo.pk]
    assert Photo.objects.get(pk=photo.pk).title == photo.title == "After"
    assert of_photos(heard, "mirrored_created") == []


def test_signals__nothing_but_counters__are_silent(platform, sync, heard):
    platform.add_photo(1, view_count="1")
    sync()
    Photo.objects.update(observed_at="2020-01-01T00:00:00Z")
    heard.clear()
    platform.edit_photo(1, view_count="2")
    sync()
    assert Photo.objects.get().view_count == 2
    assert not any(of_photos(heard, name) for name in NAMES)


def test_signals__mapping_changed__rows_are_rewritten_in_silence(platform, sync, heard):
    platform.add_photo(1, title="Kept")
    sync()
    changed_at = Photo.objects.get().changed_at
    version, _, digest = Photo.objects.get().fingerprint.partition(":")
    older = f"{version.partition('.')[0]}.0.0:{digest}"
    Photo.objects.update(fingerprint=older, title="written by an older mapping")
    heard.clear()
    assert sync().updated == 1
    assert Photo.objects.get().title == "Kept"
    assert Photo.objects.get().changed_at == changed_at
    assert not any(of_photos(heard, name) for name in NAMES)


def test_signals__gone_and_back__are_told_apart(platform, sync, heard):
    for number in (1, 2, 3):
        platform.add_photo(number, title=f"Video {number}")
    sync()
    wire = platform.get_photo(2)
    platform.delete_photo(2)
    sync()
    (arguments,) = of_photos(heard, "mirrored_missing")
    assert arguments["instances"][0].missing_since is not None
    heard.clear()
    platform.add_photo(2, **{key: value for key, value in wire.items() if key != "photo_id"})
    sync()
    assert [photo.remote_id for photo in of_photos(heard, "mirrored_returned")[0]["instances"]] == [2]
    assert of_photos(heard, "mirrored_created") == []


# What is used


@pytest.fixture
def used(platform, sync_all):
    """A video in a category, both of them used, and what is told of them."""
    album = platform.add_album(title="Guides")
    for number in (1, 2, 3):
        platform.add_photo(number, title=f"Video {number}", all_albums=album["album_id"])
    sync_all()
    Article.objects.create(title="Welcome", slug="welcome", video=Photo.objects.get(remote_id=2))
    told = []

    def receive(sender, usages, run, **kwargs):
        told.append((sender, {row.remote_id: [usage.label for usage in found] for row, found in usages.items()}, run))

    signals.used_objects_unavailable.connect(receive)
    yield told
    signals.used_objects_unavailable.disconnect(receive)


def test_signals__used_video_is_gone__is_told_with_where(platform, sync, used):
    platform.delete_photo(2)
    run = sync()
    [(sender, usages, told_run)] = used
    assert (sender, usages, told_run.pk) == (Photo, {2: ["Article: Welcome"]}, run.pk)


def test_signals__used_video_is_unpublished__is_told_once_with_where(platform, sync, used):
    platform.edit_photo(2, published_p="0")
    platform.edit_photo(3, published_p="0")
    sync()
    [(sender, usages, _)] = used
    assert (sender, usages) == (Photo, {2: ["Article: Welcome"]})
    sync()
    assert len(used) == 1


def test_signals__used_video_is_refreshed_and_unpublished__is_told_without_a_run(platform, used):
    platform.edit_photo(2, published_p="0")
    with connect_refresher("default") as refresher:
        refresher.refresh("photos", 2)
    assert [(usages, run) for _, usages, run in used] == [({2: ["Article: Welcome"]}, None)]


def test_signals__category_of_used_video_is_hidden__is_told_with_where(platform, sync, used):
    platform.edit_album(Album.objects.get().remote_id, hide_p="1")
    sync("albums")
    assert [usages for _, usages, _ in used] == [{2: ["Article: Welcome"]}]


def test_signals__site_embeds_what_is_unpublished__only_what_is_gone_is_told(platform, sync, used, configure):
    configure(EMBED_UNPUBLISHED=True)
    platform.edit_photo(2, published_p="0")
    sync()
    assert used == []
    platform.delete_photo(2)
    sync()
    assert len(used) == 1


def test_signals__unused_video_is_gone__is_not_told(platform, sync, used):
    platform.delete_photo(3)
    sync()
    assert used == []


def test_signals__nobody_wants_to_know__nothing_is_asked(default_workspace, django_assert_num_queries):
    photo = PhotoFactory(workspace=default_workspace, gone=True)
    with django_assert_num_queries(0):
        announce.announce_on_commit(Photo, announce.Changes(missing=[photo], closed=[photo]))


def test_signals__receiver_fails__disturbs_nobody(platform, sync, heard, caplog):
    def fail(**arguments):
        raise RuntimeError("a receiver of the project's own")

    signals.mirrored_created.connect(fail, dispatch_uid="failing")
    try:
        platform.add_photo(1)
        assert sync().created == 1
    finally:
        signals.mirrored_created.disconnect(dispatch_uid="failing")
    assert len(of_photos(heard, "mirrored_created")) == 1


def test_signals__many__come_in_batches(heard):
    rows = [Photo(pk=number, remote_id=number) for number in range(2_500)]
    announce.announce_on_commit(Photo, announce.Changes(created=rows))
    assert [len(each["instances"]) for each in of_photos(heard, "mirrored_created")] == [1_000, 1_000, 500]


def test_signals__credentials_refused_and_mended__change_the_state_once_each(platform, sync, heard):
    platform.add_photo(1)
    sync()
    heard.clear()
    platform.revoke_credentials()
    sync(state="failed")
    sync(state="failed")
    platform.restore_credentials()
    sync()
    changes = [(a["old"], a["new"]) for _, a in heard["workspace_state_changed"]]
    states = Workspace.State
    assert changes == [(states.WORKING, states.REFUSED), (states.REFUSED, states.WORKING)]
    assert "refused the credentials" in heard["workspace_state_changed"][0][1]["reason"]
