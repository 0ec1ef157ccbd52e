"""The loop that a site would write without this package: one photo after the other, through the ORM."""

from __future__ import annotations

from bench.mirroring import ALIAS, IN_FLIGHT, PHOTOS
from django_twentythree.api.records import PhotoRecord
from django_twentythree.models import Album, Photo, Tag, Workspace
from django_twentythree.models.tag import digest_tag
from django_twentythree.sync.asking import QUESTIONS, get_parameters
from django_twentythree.sync.connections import connect
from django_twentythree.sync.mappings import PHOTOS as MAPPING


def mirror_in_a_loop(count: int) -> int:
    """Mirror about so many photos, whole pages of them, and return how many that were.

    The client, the pages and their number in flight are those of a mirror run.
    """
    workspace = Workspace.objects.get(alias=ALIAS)
    done = 0
    with connect(ALIAS) as client:
        parameters = get_parameters(client, QUESTIONS[PHOTOS], "super")
        for page in client.list_photos(in_flight=IN_FLIGHT, **parameters):
            for entry in page.items:
                _write(workspace, entry.read())
            done += len(page.items)
            if done >= count:
                break
    return done


def _write(workspace: Workspace, record: PhotoRecord) -> None:
    columns = {name: getattr(record, name) for name in MAPPING.plain_columns}
    photo, _ = Photo.objects.update_or_create(workspace=workspace, remote_id=record.remote_id, defaults=columns)
    photo.tags.set([_get_tag(workspace, name) for name in record.tags])
    photo.albums.set([_get_album(workspace, remote_id) for remote_id in record.album_ids])


def _get_tag(workspace: Workspace, name: str) -> Tag:
    return Tag.objects.get_or_create(workspace=workspace, digest=digest_tag(name), defaults={"name": name})[0]


def _get_album(workspace: Workspace, remote_id: int) -> Album:
    album: Album = Album.objects.get_or_create(workspace=workspace, remote_id=remote_id)[0]
    return album
