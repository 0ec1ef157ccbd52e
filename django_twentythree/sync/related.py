"""Tags, albums and live streams that photos name: found or made in bulk, before the photos are locked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from django_twentythree.chunks import cut
from django_twentythree.models import Album, AlbumPhoto, LiveStream, Mirrored, Photo, SyncRun, Tag, Workspace
from django_twentythree.models.tag import digest_tag
from django_twentythree.models.visibility import ALBUM
from django_twentythree.sync.announce import Changes, announce_on_commit, wants_usages
from django_twentythree.sync.database import insert, insert_or_leave


class Links:
    """Keys of what the records of a page point at."""

    def __init__(self, tags: dict[str, int], albums: dict[int, int], lives: dict[int, int]) -> None:
        self._tags = tags
        self._albums = albums
        self._lives = lives
        self._hidden: set[int] = set()
        if albums:
            hidden = Album.objects.filter(ALBUM.blocked.condition, pk__in=albums.values())
            self._hidden = set(hidden.values_list("pk", flat=True))

    def get_tags(self, names: Iterable[str]) -> set[int]:
        """Return the keys of the tags with these names."""
        return {self._tags[digest_tag(name)] for name in names}

    def get_albums(self, remote_ids: Iterable[int]) -> set[int]:
        """Return the keys of these albums."""
        return {self._albums[remote_id] for remote_id in remote_ids}

    def get_album(self, remote_id: int | None) -> int | None:
        """Return the key of an album, None for none."""
        return None if remote_id is None else self._albums[remote_id]

    def get_live_stream(self, remote_id: int | None) -> int | None:
        """Return the key of a live stream, None for none."""
        return None if remote_id is None else self._lives[remote_id]

    def is_concealed(self, album_ids: Collection[int]) -> bool:
        """Return whether something lies in albums, and in hidden ones only."""
        return bool(album_ids) and self.get_albums(album_ids) <= self._hidden


class RelatedRows:
    """The keys of tags, albums and live streams, remembered for the length of a run."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._tags: dict[str, int] = {}
        self._keys: dict[tuple[type[Mirrored], int], int] = {}

    def find(
        self,
        *,
        tags: Iterable[str] = (),
        albums: Iterable[int] = (),
        hidden_albums: Collection[int] = (),
        live_streams: Iterable[int] = (),
    ) -> Links:
        """Return the keys of all these; what is not mirrored yet gets a row.

        Args:
            tags: Names.
            albums: Remote ids.
            hidden_albums: Those of the albums that a photo says are hidden; it is believed of stubs only.
            live_streams: Remote ids.
        """
        album_keys = self._get_keys(Album, sorted(set(albums)))
        if hidden_albums:
            stubs = Album.objects.filter(workspace=self._workspace, remote_id__in=hidden_albums, fingerprint="")
            _hide(self._workspace, stubs)
        return Links(self._get_tags(tags), album_keys, self._get_keys(LiveStream, sorted(set(live_streams))))

    def _get_tags(self, names: Iterable[str]) -> dict[str, int]:
        wanted = {digest_tag(name): name for name in names}
        unknown = wanted.keys() - self._tags.keys()
        if unknown:
            self._load_tags(unknown)
        absent = sorted(unknown - self._tags.keys())
        if absent:
            rows = [Tag(workspace=self._workspace, name=wanted[digest], digest=digest) for digest in absent]
            insert_or_leave(Tag, rows, ("workspace", "digest"))
            self._load_tags(absent)
        return {digest: self._tags[digest] for digest in wanted}

    def _load_tags(self, digests: Collection[str]) -> None:
        rows = Tag.objects.filter(workspace=self._workspace, digest__in=digests)
        self._tags.update(rows.values_list("digest", "pk"))

    def _get_keys(self, model: type[Mirrored], remote_ids: Collection[int]) -> dict[int, int]:
        unknown = [remote_id for remote_id in remote_ids if (model, remote_id) not in self._keys]
        if unknown:
            self._load_keys(model, unknown)
        absent = [remote_id for remote_id in unknown if (model, remote_id) not in self._keys]
        if absent:
            # A stub: missing until a listing fills it.
            now = timezone.now()
            stubs = [model(workspace=self._workspace, remote_id=each, missing_since=now) for each in absent]
            insert_or_leave(model, stubs, ("workspace", "remote_id"))
            self._load_keys(model, absent)
        return {remote_id: self._keys[model, remote_id] for remote_id in remote_ids}

    def _load_keys(self, model: type[Mirrored], remote_ids: Collection[int]) -> None:
        rows = model._default_manager.filter(workspace=self._workspace, remote_id__in=remote_ids)
        self._keys.update(((model, remote_id), pk) for remote_id, pk in rows.values_list("remote_id", "pk"))


def set_tags(wanted: dict[int, set[int]], *, fresh: Collection[int]) -> set[int]:
    """Make the tags of photos exactly these, and return the keys of the photos whose tags changed.

    Args:
        wanted: Keys of tags by key of photo. The photos' rows must be locked.
        fresh: Keys of photos just inserted, which have no tags yet.
    """
    return _set_links(Photo.tags.through, "tag_id", wanted, fresh)


def set_albums(wanted: dict[int, set[int]], *, fresh: Collection[int]) -> set[int]:
    """Make the albums of photos exactly these, and return the keys of the photos whose albums changed."""
    return _set_links(AlbumPhoto, "album_id", wanted, fresh)


def _set_links(through: Any, other: str, wanted: dict[int, set[int]], fresh: Collection[int]) -> set[int]:
    settled = [pk for pk in wanted if pk not in fresh]
    existing: dict[tuple[int, int], int] = {}
    if settled:
        rows = through._default_manager.filter(photo_id__in=settled)
        existing = {(photo, linked): pk for pk, photo, linked in rows.values_list("pk", "photo_id", other)}
    goal = {(photo, linked) for photo, links in wanted.items() for linked in links}
    surplus = [pk for pair, pk in existing.items() if pair not in goal]
    if surplus:
        through._default_manager.filter(pk__in=surplus).delete()
    added = sorted(goal - existing.keys())
    if added:
        insert(through, ("photo_id", other), added)
    return {photo for photo, _ in goal ^ existing.keys() if photo not in fresh}


def hide_unlisted(workspace: Workspace, listed: Collection[int]) -> None:
    """Note as hidden the missing albums that a complete listing for visitors did not show.

    Visitors are not told of hidden albums, but of videos in them by id: those are as little public as before.
    A listing that shows such an album again tells otherwise.
    """
    albums = Album.objects.filter(workspace=workspace, missing_since__isnull=False, is_hidden=False)
    unlisted = [pk for pk, remote_id in albums.values_list("pk", "remote_id") if remote_id not in listed]
    for chunk in cut(unlisted):
        _hide(workspace, albums.filter(pk__in=chunk))


def hide_albums_of_unlisted(workspace: Workspace, photo_ids: Collection[int]) -> None:
    """Note as hidden the albums never listed in which photos lie that visitors are shown by id only.

    A public photo that a complete listing for visitors left out lies in hidden albums only.
    """
    for chunk in cut(sorted(photo_ids)):
        lying_in = AlbumPhoto.objects.filter(photo__workspace=workspace, photo__remote_id__in=chunk)
        keys = list(lying_in.filter(album__fingerprint="").values_list("album_id", flat=True).distinct())
        _hide(workspace, Album.objects.filter(pk__in=keys))


def _hide(workspace: Workspace, albums: models.QuerySet[Album]) -> None:
    """Note albums as hidden, and with them the photos that lie in no other."""
    keys = list(albums.filter(ALBUM.public.condition).values_list("pk", flat=True))
    if keys:
        with transaction.atomic():
            Album.objects.filter(pk__in=keys).update(is_hidden=True)
            reconcile_concealed(workspace, albums=keys)


def reconcile_concealed(
    workspace: Workspace, run: SyncRun | None = None, *, albums: Collection[int] | None = None
) -> int:
    """Bring `Photo.is_concealed` in line with the albums as they are, and return how many rows it changed.

    Args:
        workspace: Whose photos.
        run: The run that receivers of signals are told of.
        albums: Keys of the albums whose photos are looked at; None: all photos.
    """
    photos = Photo.objects.filter(workspace=workspace)
    if albums is not None:
        photos = photos.filter(pk__in=AlbumPhoto.objects.filter(album__in=albums).values("photo"))
    closed = list(photos.to_conceal().published().values_list("pk", flat=True)) if wants_usages(Photo) else []
    changed = photos.update_concealed()
    for chunk in cut(closed):
        rows = list(Photo.objects.filter(pk__in=chunk, is_concealed=True))
        announce_on_commit(Photo, Changes(run=run, closed=rows))
    return changed
