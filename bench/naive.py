"""What sites do without this package: one photo after the other, through the ORM."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from django.db import transaction

from bench.mirroring import ALIAS, IN_FLIGHT, PHOTOS
from django_twentythree.api.records import PhotoRecord
from django_twentythree.coordination.connections import connect
from django_twentythree.models import Album, Photo, Tag, Workspace
from django_twentythree.models.tag import digest_tag
from django_twentythree.sync.resources import PHOTOS as MAPPING
from django_twentythree.sync.resources import RESOURCES

Write = Callable[[Workspace, PhotoRecord], None]


def update_or_create(workspace: Workspace, record: PhotoRecord) -> None:
    """Write a photo as most sites would."""
    photo, _ = Photo.objects.update_or_create(
        workspace=workspace, remote_id=record.remote_id, defaults=_get_columns(record)
    )
    _relate(photo, workspace, record)


@transaction.atomic
def get_and_save(workspace: Workspace, record: PhotoRecord) -> None:
    """Write a photo in the manner of dj-stripe: get it or make it by its id, set every column, `save()`."""
    try:
        photo = Photo.objects.get(workspace=workspace, remote_id=record.remote_id)
    except Photo.DoesNotExist:
        photo = Photo(workspace=workspace, remote_id=record.remote_id)
    for name, value in _get_columns(record).items():
        setattr(photo, name, value)
    photo.save()
    _relate(photo, workspace, record)


def mirror_in_a_loop(count: int, write: Write) -> int:
    """Mirror about so many photos, whole pages of them, and return how many that were.

    The client, the pages and their number in flight are those of a sync run.
    """
    workspace = Workspace.objects.get(alias=ALIAS)
    done = 0
    with connect(ALIAS) as client:
        parameters = RESOURCES[PHOTOS].get_parameters("super")
        for page in client.list_photos(in_flight=IN_FLIGHT, **parameters):
            for entry in page.items:
                write(workspace, entry.read())
            done += len(page.items)
            if done >= count:
                break
    return done


def time_loop(count: int, write: Write) -> float:
    """Return how many seconds a photo `mirror_in_a_loop` takes."""
    started = perf_counter()
    done = mirror_in_a_loop(count, write)
    return (perf_counter() - started) / done


def refresh_in_a_loop(remote_ids: Iterable[int]) -> None:
    """Fetch and write photos one after the other, as a view or task does that takes each pingback by itself."""
    workspace = Workspace.objects.get(alias=ALIAS)
    with connect(ALIAS) as client:
        for remote_id in remote_ids:
            update_or_create(workspace, client.fetch_photo(remote_id, include_unpublished=True))


def _get_columns(record: PhotoRecord) -> dict[str, Any]:
    return {name: getattr(record, name) for name in MAPPING.plain_columns}


def _relate(photo: Photo, workspace: Workspace, record: PhotoRecord) -> None:
    photo.tags.set([_get_tag(workspace, name) for name in record.tags])
    photo.albums.set([_get_album(workspace, remote_id) for remote_id in record.album_ids])


def _get_tag(workspace: Workspace, name: str) -> Tag:
    return Tag.objects.get_or_create(workspace=workspace, digest=digest_tag(name), defaults={"name": name})[0]


def _get_album(workspace: Workspace, remote_id: int) -> Album:
    album: Album = Album.objects.get_or_create(workspace=workspace, remote_id=remote_id)[0]
    return album
