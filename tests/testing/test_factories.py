"""The rows that other tests stand on are what they say they are."""

from __future__ import annotations

import pytest

from django_twentythree.models import Photo, Tag, Workspace
from django_twentythree.testing import factories
from django_twentythree.testing.factories import (
    AlbumFactory,
    LiveStreamFactory,
    NotificationFactory,
    PhotoFactory,
    PlayerFactory,
    SectionFactory,
    SubtitleFactory,
    SyncRunFactory,
    TagFactory,
    WorkspaceFactory,
)

FACTORIES = (
    AlbumFactory,
    LiveStreamFactory,
    NotificationFactory,
    PhotoFactory,
    PlayerFactory,
    SectionFactory,
    SubtitleFactory,
    SyncRunFactory,
    TagFactory,
    WorkspaceFactory,
)


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_factory__create__makes_valid_rows(db, factory):
    factory.create_batch(3)
    nullable = [field.name for field in factory._meta.model._meta.fields if field.null]
    for row in factory._meta.model.objects.all():
        row.full_clean(exclude=nullable)


@pytest.mark.parametrize("factory", FACTORIES, ids=lambda factory: factory.__name__)
def test_factory__build__needs_no_database(factory):
    assert str(factory.build())


def test_photo_factory__plain__is_a_video_that_a_page_may_show(db):
    photo = PhotoFactory()
    assert list(Photo.objects.published()) == [photo]
    assert list(Photo.objects.available()) == [photo]
    assert photo.is_available
    assert photo.rendition("video_hd")["width"] == 1280  # type: ignore[index]
    assert photo.rendition("large")["path"].startswith(f"/{photo.tree_id}/{photo.remote_id}/{photo.token}/")  # type: ignore[index]


def test_photo_factory__albums_and_tags__are_saved_and_searchable(db):
    album = AlbumFactory()
    photo = PhotoFactory(title="Ebbe & Flut", albums=[album], tags=["Café", TagFactory(name="tide")])
    assert list(photo.albums.all()) == [album]
    assert set(photo.tags.values_list("name", flat=True)) == {"Café", "tide"}
    photo.refresh_from_db()
    assert photo.search_text == " ebbe flut cafe tide video desk"
    assert not photo.is_concealed


def test_photo_factory__hidden_albums_only__is_concealed(db):
    photo = PhotoFactory(albums=[AlbumFactory(is_hidden=True)])
    photo.refresh_from_db()
    assert photo.is_concealed
    assert not photo.is_available


@pytest.mark.parametrize("trait", ["encoding", "gone", "unpublished"])
def test_photo_factory__trait__keeps_it_off_pages(db, trait):
    photo = PhotoFactory(**{trait: True})
    assert not photo.is_available
    assert not Photo.objects.available().exists()


def test_photo_factory__encoding__has_no_files():
    assert PhotoFactory.build(encoding=True).renditions == []


def test_tag_factory__same_word__is_the_same_row(db):
    assert TagFactory(name="tide") == TagFactory(name="tide")
    TagFactory(name="tide", workspace=WorkspaceFactory(alias="intranet"))
    assert Tag.objects.count() == 2


def test_workspace_factory__same_alias__is_the_same_row(db):
    WorkspaceFactory()
    WorkspaceFactory()
    WorkspaceFactory(alias="intranet")
    assert set(Workspace.objects.values_list("alias", "domain")) == {
        ("default", factories.DOMAIN),
        ("intranet", "intranet.example.com"),
    }
