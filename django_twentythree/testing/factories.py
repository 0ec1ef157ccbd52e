"""Rows for tests, made without network and without the sandbox.

```python
from django_twentythree.testing.factories import AlbumFactory, PhotoFactory

photo = PhotoFactory(title="Onboarding", albums=[AlbumFactory()], tags=["intro"])
gone = PhotoFactory(gone=True)
```
A plain `PhotoFactory()` is a video that a page may show: present, published, encoded, with thumbnails and
files. Everything lies in one workspace, `default` on `video.example.com`, unless another is given. Values
follow the number of the row, never chance: a failing test fails the same way tomorrow.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, TypeVar

import factory
from django.utils import timezone
from django.utils.text import slugify

from django_twentythree.conf import DEFAULT_ALIAS
from django_twentythree.folding import make_search_text, make_sort_title
from django_twentythree.models import (
    Album,
    AlbumPhoto,
    LiveStream,
    Mirrored,
    Notification,
    Photo,
    Player,
    Section,
    Subtitle,
    SyncRun,
    Tag,
    Workspace,
)
from django_twentythree.models.tag import digest_tag

DOMAIN = "video.example.com"
TREE_ID = 7_411_205
EPOCH = datetime.datetime(2024, 5, 13, 14, 2, 41, tzinfo=datetime.UTC)
"""When the first row of each kind was made; every next one a day earlier."""

_TITLES = (
    "Sunrise over the north quay",
    "How to read a tide table",
    "Onboarding: your first week in the port",
    "The pilot boat in a winter storm",
    "Safety briefing for visitors",
    "Harbour festival: the whole day in three minutes",
)
_IMAGE_SIZES = {"quad100": (100, 100), "medium": (512, 288), "standard": (600, 338), "large": (800, 450)}
_VIDEO_SIZES = {"video_medium": (640, 360), "video_hd": (1280, 720), "video_1080p": (1920, 1080)}
_BYTES_PER_SECOND = {"video_medium": 237_540, "video_hd": 425_030, "video_1080p": 775_000, "audio": 6_320}


def make_token(word: str, number: int, *, length: int = 32) -> str:
    """Return a token in the platform's alphabet, always the same for the same row."""
    return sha256(f"{word} {number}".encode()).hexdigest()[:length]


def make_renditions(photo: Any) -> list[dict[str, Any]]:
    """Return the files that the platform would have made of a photo, in the shape of `Photo.renditions`."""
    base = f"/{photo.tree_id}/{photo.remote_id}/{photo.token}"
    slug = slugify(photo.title) or str(photo.remote_id)
    found: list[dict[str, Any]] = []

    def add(name: str, size: tuple[int, int] | None, size_bytes: int, path: str) -> None:
        width, height = size or (None, None)
        path = f"{base}/{path}"
        found.append({"format": name, "width": width, "height": height, "size_bytes": size_bytes, "path": path})

    seconds = int(photo.duration_seconds or 0)
    if photo.kind == Photo.Kind.TEXT or not (photo.is_encoded or photo.kind == Photo.Kind.IMAGE):
        return found
    for name, (width, height) in _IMAGE_SIZES.items():
        add(name, (width, height), 900 + width * height // 9, name)
    if photo.kind == Photo.Kind.IMAGE:
        add("original", (photo.width, photo.height), 231_218, "original")
    if photo.kind == Photo.Kind.VIDEO:
        add("video_hls", None, 1, "video_hls/playlist.m3u8")
        for name, size in _VIDEO_SIZES.items():
            add(name, size, seconds * _BYTES_PER_SECOND[name], f"{name}/{slug}-video.mp4")
    if photo.kind in {Photo.Kind.VIDEO, Photo.Kind.AUDIO}:
        add("audio", None, seconds * _BYTES_PER_SECOND["audio"], f"audio/{slug}-audio.mp3")
    return found


class WorkspaceFactory(factory.django.DjangoModelFactory[Workspace]):
    """A workspace that works at level `read`; the same row for the same alias."""

    class Meta:
        model = Workspace
        django_get_or_create = ("alias",)

    alias = DEFAULT_ALIAS
    domain = factory.LazyAttribute(
        lambda workspace: DOMAIN if workspace.alias == DEFAULT_ALIAS else f"{workspace.alias}.example.com"
    )
    site_id = factory.LazyAttribute(lambda workspace: int(make_token(workspace.alias, 0, length=7), 16))
    name = "Example Harbour TV"
    permission_level = "read"
    state = Workspace.State.WORKING


M = TypeVar("M", bound=Mirrored)


class MirroredFactory(factory.django.DjangoModelFactory[M]):
    """What the mirrored kinds share: identity, the moment of observation, presence."""

    class Meta:
        abstract = True

    class Params:
        gone = factory.Trait(missing_since=factory.LazyFunction(timezone.now))

    workspace = factory.SubFactory(WorkspaceFactory)
    remote_id = factory.Sequence(lambda n: 20_480_001 + n)
    observed_at = factory.LazyFunction(timezone.now)
    changed_at = factory.SelfAttribute("observed_at")


class AlbumFactory(MirroredFactory[Album]):
    """A category that everybody may see. Traits: `gone`."""

    class Meta:
        model = Album

    title = factory.Sequence(lambda n: f"Harbour films {n + 1}")
    token = factory.LazyAttribute(lambda album: make_token("album", album.remote_id))
    page_path = factory.LazyAttribute(lambda album: f"/{slugify(album.title) or album.remote_id}")
    description_text = "Films about work and life in the port."
    description_html = factory.LazyAttribute(lambda album: f"<p>{album.description_text}</p>")
    created_at = factory.Sequence(lambda n: EPOCH - datetime.timedelta(days=n))
    author_name = "Video Desk"
    search_text = factory.LazyAttribute(lambda album: make_search_text(album.title, album.author_name))


class LiveStreamFactory(MirroredFactory[LiveStream]):
    """A public live stream that starts in a week. Traits: `on_air`, `gone`."""

    class Meta:
        model = LiveStream

    class Params:
        on_air = factory.Trait(is_streaming=True, is_broadcasting=True, next_start_at=None)

    name = factory.Sequence(lambda n: f"Council meeting {n + 1}")
    token = factory.LazyAttribute(lambda live: make_token("live", live.remote_id, length=20))
    page_path = factory.LazyAttribute(lambda live: f"/live/{live.remote_id}")
    description_text = "Open session, with sign interpretation."
    description_html = factory.LazyAttribute(lambda live: f"<p>{live.description_text}</p>")
    is_broadcasting = False
    is_private = False
    show_countdown = True
    next_start_at = factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(days=7))
    thumbnail_tree_id = TREE_ID
    thumbnail_photo_id = factory.LazyAttribute(lambda live: live.remote_id + 11)
    thumbnail_token = factory.LazyAttribute(lambda live: make_token("thumbnail", live.remote_id))
    preview_tree_id = factory.SelfAttribute("thumbnail_tree_id")
    preview_photo_id = factory.SelfAttribute("thumbnail_photo_id")
    preview_token = factory.SelfAttribute("thumbnail_token")
    hls_url = factory.LazyAttribute(lambda live: f"https://cdn.example.net/live/{live.remote_id}/playlist.m3u8")
    search_text = factory.LazyAttribute(lambda live: make_search_text(live.name))


class PlayerFactory(MirroredFactory[Player]):
    """A player of the workspace, not its default one. Traits: `gone`."""

    class Meta:
        model = Player

    name = factory.Sequence(lambda n: f"Player {n + 1}")


class TagFactory(factory.django.DjangoModelFactory[Tag]):
    """A tag; the same row for the same name."""

    class Meta:
        model = Tag
        django_get_or_create = ("workspace", "digest")

    workspace = factory.SubFactory(WorkspaceFactory)
    name = factory.Sequence(lambda n: f"tag {n + 1}")
    digest = factory.LazyAttribute(lambda tag: digest_tag(tag.name))


class PhotoFactory(MirroredFactory[Photo]):
    """A video that a page may show.

    Traits: `audio`, `image`, `text` (other kinds), `encoding` (not ready to play yet, so without files),
    `unpublished`, `protected`, `gone`. `albums=[album, …]` puts the saved row into categories,
    `tags=["intro", tag, …]` gives it tags.
    """

    class Meta:
        model = Photo
        skip_postgeneration_save = True

    class Params:
        audio = factory.Trait(kind=Photo.Kind.AUDIO, width=None, height=None)
        image = factory.Trait(kind=Photo.Kind.IMAGE, is_encoded=False, duration_seconds=None)
        text = factory.Trait(kind=Photo.Kind.TEXT, duration_seconds=None, width=None, height=None)
        encoding = factory.Trait(is_encoded=False, is_published=False, duration_seconds=None)
        unpublished = factory.Trait(is_published=False)
        protected = factory.Trait(is_protected=True)

    title = factory.Sequence(lambda n: f"{_TITLES[n % len(_TITLES)]} {n + 1}")
    kind = Photo.Kind.VIDEO
    token = factory.LazyAttribute(lambda photo: make_token("photo", photo.remote_id))
    tree_id = TREE_ID
    is_published = True
    is_encoded = True
    page_path = factory.LazyAttribute(lambda photo: f"/{slugify(photo.title) or photo.remote_id}")
    description_text = "A slow morning in the harbour, filmed from the pilot boat."
    description_html = factory.LazyAttribute(lambda photo: f"<p>{photo.description_text}</p>")
    duration_seconds = factory.Sequence(lambda n: 61.48 + n * 37 % 4000)
    width = 1920
    height = 1080
    uploaded_at = factory.Sequence(lambda n: EPOCH - datetime.timedelta(days=n))
    published_at = factory.LazyAttribute(lambda photo: photo.uploaded_at + datetime.timedelta(hours=17))
    view_count = factory.Sequence(lambda n: n * 317 % 9000)
    author_name = "Video Desk"
    renditions = factory.LazyAttribute(make_renditions)
    search_text = factory.LazyAttribute(lambda photo: make_search_text(photo.title, photo.author_name))
    sort_title = factory.LazyAttribute(lambda photo: make_sort_title(photo.title))

    @factory.post_generation  # type: ignore[untyped-decorator]
    def albums(self: Any, create: bool, extracted: Iterable[Album] | None, **kwargs: Any) -> None:  # noqa: FBT001
        """Put the photo into these albums."""
        if not create or extracted is None:
            return
        albums = list(extracted)
        AlbumPhoto.objects.bulk_create(AlbumPhoto(photo=self, album=album) for album in albums)
        self.is_concealed = bool(albums) and all(album.is_hidden for album in albums)
        self.save(update_fields=["is_concealed"])

    @factory.post_generation  # type: ignore[untyped-decorator]
    def tags(self: Any, create: bool, extracted: Iterable[Tag | str] | None, **kwargs: Any) -> None:  # noqa: FBT001
        """Give the photo these tags; words become tags of its workspace."""
        if not create or extracted is None:
            return
        tags: list[Tag] = [
            tag if isinstance(tag, Tag) else TagFactory.create(workspace=self.workspace, name=tag) for tag in extracted
        ]
        self.tags.set(tags)
        self.search_text = make_search_text(self.title, *(tag.name for tag in tags), self.author_name)
        self.save(update_fields=["search_text"])


class SectionFactory(factory.django.DjangoModelFactory[Section]):
    """A chapter of a video that says it has chapters."""

    class Meta:
        model = Section

    photo = factory.SubFactory(PhotoFactory, has_sections=True)
    remote_id = factory.Sequence(lambda n: 20_482_001 + n)
    start_seconds = factory.Sequence(lambda n: n * 12.5)
    title = factory.Sequence(lambda n: f"Chapter {n + 1}")


class SubtitleFactory(factory.django.DjangoModelFactory[Subtitle]):
    """English subtitles of a video that says it has subtitles."""

    class Meta:
        model = Subtitle

    photo = factory.SubFactory(PhotoFactory, has_subtitles=True)
    locale = "en_US"
    file_path = factory.LazyAttribute(
        lambda subtitle: (
            f"/{subtitle.photo.tree_id}/{subtitle.photo.remote_id}/{subtitle.photo.token}"
            f"/subtitles.{subtitle.locale}.websrt"
        )
    )
    is_default = True


class SyncRunFactory(factory.django.DjangoModelFactory[SyncRun]):
    """A run over all videos that succeeded and changed nothing. Traits: `running`, `failed`, `held_back`."""

    class Meta:
        model = SyncRun

    class Params:
        running = factory.Trait(
            state=SyncRun.State.RUNNING,
            finished_at=None,
            active_key=factory.LazyAttribute(lambda run: f"{run.workspace.pk}:{run.resource}"),
            lease_until=factory.LazyFunction(lambda: timezone.now() + datetime.timedelta(minutes=2)),
        )
        failed = factory.Trait(state=SyncRun.State.FAILED, error="No answer from video.example.com within 20 seconds.")
        held_back = factory.Trait(is_held_back=True, error="9 of 9 rows are no longer listed by TwentyThree.")

    workspace = factory.SubFactory(WorkspaceFactory)
    resource = SyncRun.Resource.PHOTOS
    trigger = SyncRun.Trigger.SCHEDULE
    state = SyncRun.State.SUCCEEDED
    started_at = factory.LazyFunction(lambda: timezone.now() - datetime.timedelta(minutes=1))
    finished_at = factory.LazyAttribute(lambda run: run.started_at + datetime.timedelta(seconds=41))
    permission_level = "read"
    seen = 300
    unchanged = factory.SelfAttribute("seen")
    requests = 4


class NotificationFactory(factory.django.DjangoModelFactory[Notification]):
    """A pingback about a video that waits for its processing."""

    class Meta:
        model = Notification

    workspace = factory.SubFactory(WorkspaceFactory)
    object_type = "photo"
    object_id = factory.Sequence(lambda n: 20_480_001 + n)
    payload = factory.LazyAttribute(lambda notice: {"type": "photo", "photo_id": str(notice.object_id)})
    received_at = factory.LazyFunction(timezone.now)
