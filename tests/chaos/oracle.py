"""What the rows must be, worked out from the platform's own answers, and how they are held against that.

The wire is read here a second time, in the plainest way that the sandbox's spelling allows: a mistake in the
package's readers is not repeated by asking them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from django_twentythree.api import Client, OAuth1Credentials
from django_twentythree.conf import get_workspace_settings
from django_twentythree.coordination.connections import connect
from django_twentythree.folding import make_search_text, make_sort_title
from django_twentythree.models import Album, LiveStream, Photo, Player, Section, Subtitle
from django_twentythree.testing.sandbox.signatures import bearer_token_of, credentials_of
from tests.chaos.world import NEVER_LISTED, POOL

MODELS: Final = {"photos": Photo, "albums": Album, "livestreams": LiveStream, "players": Player}
ID_KEYS: Final = {"photos": "photo_id", "albums": "album_id", "livestreams": "live_id", "players": "player_id"}

COUNTERS: Final = {
    "avg_playtime",
    "number_of_comments",
    "number_of_ratings",
    "photo_rating",
    "current_viewers",
}

TOLD_OTHERWISE: Final = frozenset({"extra", "next_start_at", "starts_at", "ends_at"})
LEVELS: Final = ("read", "write", "admin", "super")

Wire = dict[str, Any]


def check_rows(*, privileged: bool, with_counters: bool = True) -> None:
    """Hold all rows against what the platform serves at this level, now.

    Counters that move by themselves may be a day old. The platform is asked over version 1, also where the mirror
    speaks version 2: there is but one library.
    """
    with _connect_by_version_1() as client:
        hidden = {"include_hidden_p": 1} if privileged else {}
        unpublished = {"include_unpublished_p": 1} if privileged else {}
        private = {"include_private_p": 1} if privileged else {}
        albums = _list(client, "album/list", "albums", **hidden)
        lives = _list(client, "live/list", "live", **private)
        photos = _list(client, "photo/list", "photos", prioritize_promoted_p=0, **hidden, **unpublished)
        _check("albums", albums, privileged=privileged, with_counters=with_counters)
        _check("livestreams", lives, privileged=privileged, with_counters=with_counters)
        _check("photos", photos, privileged=privileged, with_counters=with_counters)
        if privileged:
            _check("players", _list(client, "player/list", "players"), privileged=True, with_counters=True)
        for wire in lives:
            album = LiveStream.objects.get(remote_id=int(wire["live_id"])).album
            assert (album and album.remote_id) == _integer(wire["album_id"]), f"live stream {wire['live_id']}: {album}"
        listed_for = _list_recordings(client, **hidden, **unpublished)
        served = {int(wire["live_id"]) for wire in lives}
        for wire in photos:
            _check_relations(wire)
            _check_live_stream(wire, listed_for, served)
            _check_details(client, wire)
    _check_published(photos, albums, lives, privileged=privileged)


@contextmanager
def _connect_by_version_1() -> Iterator[Client]:
    workspace = get_workspace_settings("default")
    if workspace.API_VERSION == 1:
        with connect("default", max_attempts=1) as client:
            yield client
        return
    level = next((level for level in LEVELS if bearer_token_of(level) == workspace.BEARER_TOKEN), None)
    credentials = OAuth1Credentials(*credentials_of(level).values()) if level else None
    with Client(workspace.DOMAIN, credentials, scheme=workspace.SCHEME, max_attempts=1) as client:
        yield client


def _get_uncomparable(*, privileged: bool) -> frozenset[str]:
    """Return the columns of which version 2 tells more, less or otherwise."""
    if get_workspace_settings("default").API_VERSION == 1:
        return frozenset()
    # Below the level `read` some is not told, and stays what it was at a higher one.
    return TOLD_OTHERWISE if privileged else TOLD_OTHERWISE | {"is_broadcasting", "is_private", "token"}


def _list(client: Client, method: str, key: str, **parameters: Any) -> list[Wire]:
    found: list[Wire] = []
    number = 0
    while True:
        number += 1
        # A moment that no other question names: around the cache of unsigned answers.
        page = client.call(method, p=number, size=100, time=4_000_000_000 + number, **parameters)[key]
        found += page
        if len(page) < 100:
            return found


def _check(resource: str, wires: list[Wire], *, privileged: bool, with_counters: bool) -> None:
    rows = {row.remote_id: row for row in MODELS[resource]._default_manager.all()}
    uncomparable = _get_uncomparable(privileged=privileged)
    expected = {int(wire[ID_KEYS[resource]]): READERS[resource](wire) for wire in wires}
    for number, columns in expected.items():
        assert number in rows, f"{resource} {number} was not mirrored"
        row = rows[number]
        assert row.missing_since is None, f"{resource} {number} exists, but its row is missing"
        for name in uncomparable:
            columns.pop(name, None)
        actual = {name: getattr(row, name) for name in columns}
        if not with_counters:
            _strip_counters(columns)
            _strip_counters(actual)
        different = {name: (actual[name], told) for name, told in columns.items() if actual[name] != told}
        assert not different, f"{resource} {number}: (row, platform) differ: {different}"
    for number, row in rows.items():
        if number not in expected and row.missing_since is None:
            # Below read, what was seen with more rights cannot be judged any more, and says itself why.
            assert not privileged, f"{resource} {number} is gone, but its row is not missing"
            assert _is_invisible(row), f"{resource} {number} is not served to visitors, but its row is present"


def _strip_counters(columns: Wire) -> None:
    columns.pop("view_count", None)
    if "extra" in columns:
        columns["extra"] = {key: value for key, value in columns["extra"].items() if key not in COUNTERS}


def _is_invisible(row: Any) -> bool:
    match row:
        case Photo():
            return not row.is_published or row.is_concealed
        case Album():
            return row.is_hidden
        case LiveStream():
            return bool(row.is_private)
    return True


def _check_relations(wire: Wire) -> None:
    photo = Photo.objects.get(remote_id=int(wire["photo_id"]))
    tags = set(photo.tags.values_list("name", flat=True))
    assert tags == set(wire["tags"]), f"photo {photo.remote_id}: tags {tags} for {wire['tags']}"
    albums = set(photo.albums.values_list("remote_id", flat=True))
    assert albums == {int(part) for part in wire["all_albums"].split()}, f"photo {photo.remote_id}: albums {albums}"


def _list_recordings(client: Client, **parameters: Any) -> dict[int, int]:
    """Return by photo the live stream for which it is listed."""
    return {
        int(wire["photo_id"]): live
        for live in (*POOL, NEVER_LISTED)
        for wire in _list(client, "photo/list", "photos", live_id=live, **parameters)
    }


def _check_live_stream(wire: Wire, listed_for: dict[int, int], served: set[int]) -> None:
    photo = Photo.objects.get(remote_id=int(wire["photo_id"]))
    live = photo.live_stream.remote_id if photo.live_stream else None
    told = _integer(wire["live_id"]) if "live_id" in wire else listed_for.get(photo.remote_id)
    # What is silent can be asked for only by the live streams that are known of.
    is_unknown = "live_id" not in wire and told not in served
    assert live == told or (is_unknown and live is None), f"photo {photo.remote_id}: live stream {live} for {told}"


def _check_details(client: Client, wire: Wire) -> None:
    number, asked = int(wire["photo_id"]), {"photo_id": wire["photo_id"], "token": wire["token"]}
    sections: list[Wire] = []
    subtitles: list[Wire] = []
    if wire["sections_p"]:
        sections = client.call("photo/section/list", time=4_000_000_000, **asked)["sections"]
    if wire["subtitles_p"]:
        subtitles = client.call("photo/subtitle/list", time=4_000_000_000, **asked)["subtitles"]
    stored = {
        (s.remote_id, s.start_seconds, s.title, s.description_html)
        for s in Section.objects.filter(photo__remote_id=number)
    }
    told = {(int(s["section_id"]), float(s["start_time"]), s["title"], s["description"]) for s in sections}
    assert stored == told, f"photo {number}: chapters (row, platform) {stored ^ told}"
    stored = {
        (s.locale, s.kind, s.file_path, s.is_default, s.extra["language"])
        for s in Subtitle.objects.filter(photo__remote_id=number)
    }
    told = {(s["locale"], s["type"], s["href"], s["default_p"] == 1, s["language"]) for s in subtitles}
    assert stored == told, f"photo {number}: subtitles (row, platform) {stored ^ told}"


def _check_published(photos: list[Wire], albums: list[Wire], lives: list[Wire], *, privileged: bool) -> None:
    in_open = {int(a["album_id"]) for a in albums if not a.get("hide_p", 0)}

    def is_public(photo: Wire) -> bool:
        lies_in = {int(part) for part in photo["all_albums"].split()}
        return photo["published_p"] == 1 and (not lies_in or bool(lies_in & in_open))

    # A visitor's listing has nothing but what is public.
    public = {int(photo["photo_id"]) for photo in photos if not privileged or is_public(photo)}
    published = set(Photo.objects.published().values_list("remote_id", flat=True))
    assert published == public, f"published() has {published - public} too many, lacks {public - published}"
    by_albums = {
        photo.remote_id
        for photo in Photo.objects.present().filter(is_published=True).prefetch_related("albums")
        if not (lies_in := photo.albums.all()) or not all(album.is_hidden for album in lies_in)
    }
    assert by_albums == public, "is_concealed disagrees with the albums"
    assert set(Album.objects.published().values_list("remote_id", flat=True)) == in_open
    assert set(LiveStream.objects.published().values_list("remote_id", flat=True)) == {
        int(live["live_id"]) for live in lives if not live.get("private_p", 0)
    }


# -- reading the wire once more


def _integer(text: Any) -> int | None:
    return int(text) if text else None


def _epoch(text: Any) -> datetime | None:
    return datetime.fromtimestamp(int(text), UTC) if text else None


def _read_photo(wire: Wire) -> Wire:
    renditions, used = [], set()
    for name in [key.removesuffix("_download") for key in wire if key.endswith("_download")]:
        if f"{name}_size" not in wire:
            continue
        used |= {f"{name}_{part}" for part in ("width", "height", "size", "download")}
        if wire[f"{name}_download"]:
            renditions.append(
                {
                    "format": name,
                    "width": _integer(wire.get(f"{name}_width")),
                    "height": _integer(wire.get(f"{name}_height")),
                    "size_bytes": int(wire[f"{name}_size"]),
                    "path": wire[f"{name}_download"],
                }
            )
    source = next((name for name in ("video_medium", "large", "original") if wire[f"{name}_width"]), None)
    columns = {
        "token": wire["token"],
        "title": wire["title"],
        "kind": "video" if wire["video_p"] else "audio" if wire["audio_p"] else "image",
        "is_published": wire["published_p"] == 1,
        "is_encoded": wire["video_encoded_p"] == 1,
        "is_promoted": wire["promoted_p"] == 1,
        "is_protected": wire["protected_p"] == 1,
        "page_path": wire["one"],
        "tree_id": int(wire["tree_id"]),
        "description_html": wire["content"],
        "description_text": wire["content_text"],
        "duration_seconds": float(wire["video_length"]) if wire["video_length"] else None,
        "width": int(wire[f"{source}_width"]) if source else None,
        "height": int(wire[f"{source}_height"]) if source else None,
        "published_at": _epoch(wire["publish_date_epoch"]),
        "uploaded_at": _epoch(wire["creation_date_epoch"]),
        "view_count": int(wire["view_count"]),
        "author_name": wire["display_name"],
        "has_subtitles": wire["subtitles_p"] == 1,
        "has_sections": wire["sections_p"] == 1,
        "search_text": make_search_text(wire["title"], *wire["tags"], wire["display_name"]),
        "sort_title": make_sort_title(wire["title"]),
        "renditions": renditions,
    }
    kept = {key for key in PHOTO_COLUMNS if key in wire} | used
    return columns | {"extra": {key: value for key, value in wire.items() if key not in kept}}


PHOTO_COLUMNS: Final = [
    "photo_id",
    "token",
    "title",
    "video_p",
    "audio_p",
    "text_only_p",
    "published_p",
    "video_encoded_p",
    "promoted_p",
    "protected_p",
    "one",
    "tree_id",
    "content",
    "content_text",
    "video_length",
    "publish_date_epoch",
    "creation_date_epoch",
    "view_count",
    "display_name",
    "subtitles_p",
    "sections_p",
    "tags",
    "all_albums",
    "album_id",
    "live_id",
]


def _read_album(wire: Wire) -> Wire:
    kept = [
        "album_id",
        "token",
        "title",
        "one",
        "content",
        "content_text",
        "hide_p",
        "creation_date_ansi",
        "display_name",
    ]
    return {
        "token": wire.get("token", ""),
        "title": wire["title"],
        "page_path": wire["one"],
        "description_html": wire["content"],
        "description_text": wire["content_text"],
        "is_hidden": wire.get("hide_p", 0) == 1,
        "created_at": datetime.fromisoformat(wire["creation_date_ansi"]).replace(tzinfo=UTC),
        "author_name": wire["display_name"],
        "search_text": make_search_text(wire["title"], wire["display_name"]),
        "extra": {key: value for key, value in wire.items() if key not in kept},
    }


LIVE_COLUMNS: Final = [
    "live_id",
    "token",
    "name",
    "link",
    "description_html",
    "description_text",
    "streaming_p",
    "broadcasting_p",
    "promoted_p",
    "private_p",
    "show_countdown_p",
    "next_start_time_epoch",
    "hls_stream",
    "album_id",
    "thumbnail_tree_id",
    "thumbnail_photo_id",
    "thumbnail_token",
    "preview_tree_id",
    "preview_photo_id",
    "preview_token",
]


def _read_livestream(wire: Wire) -> Wire:
    # Where the text is empty, the description was looked at instead, and so is a column, too.
    extra = {key: value for key, value in wire.items() if key not in LIVE_COLUMNS}
    if not wire["description_html"]:
        extra.pop("description")
    if not wire.get("next_start_time_epoch"):
        extra.pop("next_start_time", None)
    return {
        "token": wire["token"],
        "name": wire["name"],
        "page_path": wire["link"],
        "description_html": wire["description_html"],
        "description_text": wire["description_text"],
        "is_streaming": wire["streaming_p"] == 1,
        "is_broadcasting": wire["broadcasting_p"] == 1 if "broadcasting_p" in wire else None,
        "is_promoted": wire["promoted_p"] == 1,
        "is_private": wire["private_p"] == 1 if "private_p" in wire else None,
        "show_countdown": wire["show_countdown_p"] == 1,
        "next_start_at": _epoch(wire.get("next_start_time_epoch")),
        "starts_at": None,
        "ends_at": None,
        "hls_url": wire["hls_stream"],
        "thumbnail_tree_id": int(wire["thumbnail_tree_id"]),
        "thumbnail_photo_id": int(wire["thumbnail_photo_id"]),
        "thumbnail_token": wire["thumbnail_token"],
        "preview_tree_id": int(wire["preview_tree_id"]),
        "preview_photo_id": int(wire["preview_photo_id"]),
        "preview_token": wire["preview_token"],
        "search_text": make_search_text(wire["name"]),
        "extra": extra,
    }


def _read_player(wire: Wire) -> Wire:
    return {
        "name": wire["player_name"],
        "is_default": wire["default_p"] == 1,
        "extra": {key: value for key, value in wire.items() if key not in {"player_id", "player_name", "default_p"}},
    }


READERS: Final = {
    "photos": _read_photo,
    "albums": _read_album,
    "livestreams": _read_livestream,
    "players": _read_player,
}
