"""Signals: after commit, in batches, with what changed; none for counters or a new mapping."""

from __future__ import annotations

from collections import defaultdict

import pytest

from django_twentythree import signals
from django_twentythree.models import Photo, SyncRun, Workspace
from django_twentythree.sync import announce

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
    photo = Photo.objects.get()
    Photo.objects.update(fingerprint="0.0:" + photo.fingerprint.partition(":")[2], title="written by an older mapping")
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
    assert "invalid_signature" in heard["workspace_state_changed"][0][1]["reason"]
