"""The field table of the reference's version 2, section 6, in both directions.

Each documented property, in each spelling that was seen, is read into its field or kept in `extra`; and each field
of the record is read from a property that the table has.
"""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from typing import Any, Final

import pytest

from django_twentythree.api import PhotoRecord
from django_twentythree.api.entries import COUNTERS
from django_twentythree.api.version2 import PHOTO, RENDITIONS, read_livestream, read_photo

EPOCH: Final = datetime(2025, 10, 2, 12, 4, 51, tzinfo=UTC)
TRUE: Final = (True, 1, "1", "t", "true")
FALSE: Final = (False, 0, "0", "f", "false", "", None)

# Property: its field, the spellings that were seen, and what each means.
COLUMNS: Final[dict[str, tuple[str, tuple[Any, ...], Any]]] = {
    "photo_id": ("remote_id", (7, "7"), 7),
    "tree_id": ("tree_id", (41877, "41877"), 41877),
    "token": ("token", ("5d1c7a9e",), "5d1c7a9e"),
    "title": ("title", ("Autumn",), "Autumn"),
    "content": ("description_html", ("<p>A tour</p>",), "<p>A tour</p>"),
    "content_text": ("description_text", ("A tour",), "A tour"),
    "one": ("page_path", ("/autumn",), "/autumn"),
    "published_p": ("is_published", TRUE, True),
    "promoted_p": ("is_promoted", TRUE, True),
    "protected_p": ("is_protected", TRUE, True),
    "video_encoded_p": ("is_encoded", TRUE, True),
    "subtitles_p": ("has_subtitles", TRUE, True),
    "sections_p": ("has_sections", TRUE, True),
    "video_p": ("kind", TRUE, "video"),
    "audio_p": ("kind", TRUE, "audio"),
    "text_only_p": ("kind", TRUE, "text"),
    "video_length": ("duration_seconds", (212, "212", 212.0), 212.0),
    "video_length_float": ("duration_seconds", (212.48, "212.48"), 212.48),
    "publish_date_epoch": ("published_at", (1759406691, "1759406691"), EPOCH),
    "publish_date_ansi": ("published_at", ("2025-10-02 12:04:51+00", "2025-10-02 12:04:51"), EPOCH),
    "creation_date_epoch": ("uploaded_at", (1759406691, "1759406691"), EPOCH),
    "creation_date_ansi": ("uploaded_at", ("2025-10-02 12:04:51+00", "2025-10-02 12:04:51"), EPOCH),
    "view_count": ("view_count", (846, "846"), 846),
    "display_name": ("author_name", ("Studio",), "Studio"),
    "all_albums": ("album_ids", ("9 8", "9  8"), (9, 8)),
    "album_id": ("album_ids", (9, "9"), (9,)),
    "tags": ("tags", (["autumn", "two words"], 'autumn "two words"', "autumn,two words"), ("autumn", "two words")),
    "live_id": ("live_id", (9, "9"), 9),
}
FLAGS: Final = {"streaming_p": "is_streaming", "broadcasting_p": "is_broadcasting"}
# Documented, without a column, and so kept in `extra` where it is sent.
OTHERS: Final = [
    "absolute_url",
    "has_external_url_p",
    "locale",
    "protection_method",
    "protected_token",
    "placeholder_p",
    "video_360_p",
    "thumbnail_360_p",
    "has_deck_p",
    "number_of_sections",
    "album_title",
    "license_id",
    "coordinates",
    "location",
    "live_name",
    "live_start_time",
    "publish_date__date",
    "publish_date__time",
    "creation_date__date",
    "creation_date__time",
    "original_date_ansi",
    "original_date__date",
    "original_date__time",
    "video_length_fmt",
    "user_id",
    "username",
    "user_url",
    "user_profile_image_url",
    "user_group_id",
    "user_group_name",
    "token_upload_name",
    "token_upload_email",
    "avg_playtime",
    "number_of_comments",
    "number_of_albums",
    "number_of_tags",
    "photo_rating",
    "number_of_ratings",
    "before_download_type",
    "before_link",
    "before_download_url",
    "after_download_type",
    "after_link",
    "after_download_url",
    "after_text",
    "original_filename",
    "mischung_p",
    "mischung_template_p",
    "mischung_template_photo_id",
    "mischung_template_icon",
    "mischung_draft_p",
    "pending_transcode_tasks",
    "spot_id",
    "spot_position",
    "post_title",
    "post_description",
    "view_count_fmt",
    "engagement_minutes",
    "avg_playtime_fmt",
    "referer_count",
    "number_of_loads",
    "number_of_clips",
    "play_rate",
    "search_string_match_reason",
    "auth_user_is_owner_p",
    "auth_user_can_edit_p",
    "auth_user_has_tasks_p",
]
FORMATS: Final = [
    "original",
    "quad16",
    "quad50",
    "quad75",
    "quad100",
    "small",
    "medium",
    "portrait",
    "standard",
    "large",
    "video_medium",
    "video_hd",
    "video_1080p",
    "video_4k",
    "video_frames",
    "video_mobile_high",
    "video_webm_360p",
    "video_webm_720p",
    "video_wmv",
    "video_mobile_h263_amr",
    "video_mobile_h263_aac",
    "video_mobile_mpeg4_amr",
    "audio",
    "video_original",
]


def read(**wire: Any) -> PhotoRecord:
    return read_photo({"photo_id": 7, **wire}, time_zone=UTC)


@pytest.mark.parametrize(
    ("name", "spelling"), [(name, spelling) for name, (_, spellings, _) in COLUMNS.items() for spelling in spellings]
)
def test_property__in_each_spelling__is_read_into_its_field(name: str, spelling: Any) -> None:
    field, _, meaning = COLUMNS[name]
    record = read(**{name: spelling})
    assert getattr(record, field) == meaning
    assert name not in record.extra
    assert field not in record.unset


@pytest.mark.parametrize("name", [name for name, (_, spellings, _) in COLUMNS.items() if spellings is TRUE])
@pytest.mark.parametrize("spelling", FALSE)
def test_flag__in_each_spelling_of_no__is_off(name: str, spelling: Any) -> None:
    field = COLUMNS[name][0]
    assert getattr(read(**{name: spelling}), field) == ("image" if field == "kind" else False)


@pytest.mark.parametrize("name", OTHERS)
def test_property__without_a_column__is_kept(name: str) -> None:
    assert read(**{name: "kept"}).extra[name] == "kept"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("is_text", [False, True])
def test_rendition__is_read_from_its_four_properties(name: str, is_text: bool) -> None:
    path = f"/41877/7/5d1c7a9e/{name}/file.mp4"
    wire = {f"{name}_width": 640, f"{name}_height": 360, f"{name}_size": 12_345}
    told = {key: str(value) if is_text else value for key, value in wire.items()}
    record = read(**told, **{f"{name}_download": path})
    assert record.renditions == [{"format": name, "width": 640, "height": 360, "size_bytes": 12_345, "path": path}]
    assert record.extra == {}


@pytest.mark.parametrize("name", FORMATS)
def test_rendition__absent__is_none(name: str) -> None:
    for empty in (None, ""):
        told = {f"{name}_width": empty, f"{name}_height": empty, f"{name}_size": 0, f"{name}_download": ""}
        assert read(**told).renditions == []


def test_hls__is_a_flag_and_a_path() -> None:
    record = read(video_hls_size=1, video_hls_download="/41877/7/5d1c7a9e/video_hls/playlist.m3u8")
    assert [rendition["format"] for rendition in record.renditions] == ["video_hls"]


def test_field__of_the_record__has_properties_in_the_table() -> None:
    computed = {"width", "height", "renditions", "has_live_id", "extra", "unset", "hidden_album_id"}
    fields = {field.name for field in dataclasses.fields(PhotoRecord)} - computed
    assert {field for field, _, _ in COLUMNS.values()} == fields
    assert {name for names in PHOTO.values() for name in names} == {*COLUMNS, "album_hide_p"}
    assert fields | {"hidden_album_id"} == PHOTO.keys()


def test_renditions__asked_for__are_those_of_the_table() -> None:
    assert {name.rpartition("_")[0] for name in RENDITIONS} == {*FORMATS, "video_hls"}


def test_counters__of_the_table__make_no_change_of_content() -> None:
    moving = {
        "view_count",
        "avg_playtime",
        "number_of_comments",
        "photo_rating",
        "number_of_ratings",
        "number_of_loads",
    }
    assert moving <= COUNTERS


@pytest.mark.parametrize("flag", ["streaming_p", "broadcasting_p"])
@pytest.mark.parametrize("told", [{}, {"live_status": None}, {"live_status": ""}])
def test_live_flag__of_which_nothing_is_told__is_not_on(flag: str, told: dict[str, Any]) -> None:
    record = read_livestream({"live_id": 7, **told}, time_zone=UTC)
    assert not getattr(record, FLAGS[flag])
    assert (FLAGS[flag] in record.unset) == ("live_status" not in told)


@pytest.mark.parametrize("flag", ["streaming_p", "broadcasting_p"])
@pytest.mark.parametrize("absent", [{}, None, ""])
def test_live_flag__not_told__is_told_by_the_status(flag: str, absent: Any) -> None:
    wire = {} if absent == {} else {flag: absent}
    for status in ("live", "upcoming", "previous"):
        record = read_livestream({"live_id": 7, "live_status": status, **wire}, time_zone=UTC)
        assert getattr(record, FLAGS[flag]) is (status == "live")
        assert FLAGS[flag] not in record.unset
    # What is told wins: an encoder may send before the doors open.
    assert getattr(read_livestream({"live_id": 7, "live_status": "upcoming", flag: "t"}, time_zone=UTC), FLAGS[flag])


@pytest.mark.parametrize("absent", [{}, {"start_time": None, "next_start_time": ""}])
def test_live_date__where_no_start_is_told__is_the_start(absent: dict[str, Any]) -> None:
    wire = {"live_id": 7, "live_status": "upcoming", "live_date": "2025-10-02 12:04:51+00", **absent}
    record = read_livestream(wire, time_zone=UTC)
    assert (record.starts_at, record.next_start_at) == (EPOCH, EPOCH)
    record = read_livestream({**wire, "live_status": "previous"}, time_zone=UTC)
    assert (record.starts_at, record.next_start_at) == (EPOCH, None)
