import dataclasses
import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from django_twentythree.api import (
    AlbumRecord,
    LiveStreamRecord,
    PhotoRecord,
    PlayerRecord,
    SectionRecord,
    SiteRecord,
    SubtitleRecord,
    TagRecord,
    UnexpectedResponseError,
)
from tests.api.conftest import DATA

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def photo(**changes):
    return PhotoRecord.from_wire({"photo_id": "7", **changes}, time_zone=COPENHAGEN)


def test_photo__as_documented__fills_every_column(wire):
    record = PhotoRecord.from_wire(wire("photo.json"))
    assert (record.remote_id, record.tree_id, record.kind, record.view_count) == (
        9000123,
        9000001,
        "video",
        3184,
    )
    assert (record.title, record.page_path) == ("Welcome to the workshop", "/welcome-to-the-workshop")
    assert (record.description_html, record.description_text) == (
        "First <b>steps</b> at the bench.",
        "First steps at the bench.",
    )
    assert record.is_published is record.is_encoded is record.has_subtitles is True
    assert record.is_promoted is record.is_protected is record.has_sections is False
    assert (record.duration_seconds, record.width, record.height) == (92.36, 640, 360)
    assert record.published_at == datetime(2024, 5, 14, 7, 30, tzinfo=UTC)
    assert record.uploaded_at == datetime(2024, 5, 13, 14, 2, 41, tzinfo=UTC)
    assert (record.author_name, record.live_id) == ("Video Desk", None)
    assert record.album_ids == (9000201, 9000202)
    assert record.tags == ("workshop", "first steps")


def test_photo__renditions__are_those_that_exist(wire):
    record = PhotoRecord.from_wire(wire("photo.json"))
    renditions = {rendition["format"]: rendition for rendition in record.renditions}
    assert len(record.renditions) == len(renditions) == 14
    base = "/9000001/9000123/a1b2c3d4e5f60718293a4b5c6d7e8f90"
    assert renditions["video_medium"] == {
        "format": "video_medium",
        "width": 640,
        "height": 360,
        "size_bytes": 21995845,
        "path": f"{base}/video_medium/welcome-video.mp4",
    }
    assert (renditions["audio"]["width"], renditions["audio"]["size_bytes"]) == (None, 641673)
    assert renditions["video_hls"]["path"] == f"{base}/video_hls/playlist.m3u8"


def test_photo__keys_without_a_column__are_all_in_extra(wire):
    item = wire("photo.json")
    extra = PhotoRecord.from_wire(item).extra
    assert {key: extra[key] for key in ("customer_number", "album_title", "username", "avg_playtime")} == {
        "customer_number": "A-17",
        "album_title": "Workshops",
        "username": "desk",
        "avg_playtime": "61.2047",
    }
    assert {"publish_date_ansi", "creation_date__date", "absolute_url", "after_text"} <= extra.keys()
    assert not {key for key in extra if key.endswith(("_download", "_width", "_height", "_size"))}
    assert not extra.keys() & {"photo_id", "title", "tags", "album_id", "all_albums", "video_p", "view_count"}


def test_photo__only_an_id__has_defaults_everywhere():
    record = photo()
    assert record == PhotoRecord(
        remote_id=7,
        token="",
        title="",
        kind="image",
        is_published=False,
        is_encoded=False,
        is_promoted=False,
        is_protected=False,
        page_path="",
        tree_id=None,
        description_html="",
        description_text="",
        duration_seconds=None,
        width=None,
        height=None,
        published_at=None,
        uploaded_at=None,
        view_count=0,
        author_name="",
        renditions=[],
        album_ids=(),
        hidden_album_id=None,
        has_live_id=False,
        tags=(),
        has_subtitles=False,
        has_sections=False,
        live_id=None,
        extra={},
    )


@pytest.mark.parametrize(
    "value", [None, "", "abc", "0", 0, -1, "-5", True, 1.5, "1" * 400, 2**63, str(2**63), [], {}, "1_0", "٣"]
)
def test_photo__unreadable_id__is_the_one_thing_that_raises(value):
    with pytest.raises(UnexpectedResponseError, match="photo_id"):
        PhotoRecord.from_wire({"photo_id": value})
    with pytest.raises(UnexpectedResponseError, match="got none"):
        PhotoRecord.from_wire({})


@pytest.mark.parametrize("value", [7, "7", " 7 ", 7.0, "007"])
def test_photo__id_in_any_spelling__is_read(value):
    assert PhotoRecord.from_wire({"photo_id": value}).remote_id == 7


@pytest.mark.parametrize(
    ("value", "expected", "is_kept"),
    [
        (1, True, False),
        ("1", True, False),
        ("t", True, False),
        ("T", True, False),
        ("true", True, False),
        (True, True, False),
        (1.0, True, False),
        (0, False, False),
        ("0", False, False),
        ("f", False, False),
        ("false", False, False),
        (False, False, False),
        ("", False, False),
        (None, False, False),
        ("maybe", False, True),
        (2, False, True),
        ([1], False, True),
        ({}, False, True),
    ],
)
def test_photo__flag_in_any_spelling__is_read_or_kept_raw(value, expected, is_kept):
    record = photo(published_p=value)
    assert record.is_published is expected
    assert ("published_p" in record.extra) is is_kept


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("tree_id", "x"),
        ("tree_id", str(2**63)),
        ("tree_id", 2**70),
        ("live_id", [1]),
        ("live_id", "0"),
        ("view_count", "many"),
        ("view_count", "9" * 400),
        ("view_count", 1.5),
        ("video_length", "long"),
        ("video_length", "-1"),
        ("video_length", "1e999"),
        ("video_length", {}),
        ("title", ["a"]),
        ("title", True),
        ("content", {"a": 1}),
        ("publish_date_epoch", "soon"),
        ("publish_date_epoch", "99999999999999"),
        ("publish_date_ansi", "June"),
        ("publish_date_ansi", "2024-02-30 10:00:00"),
        ("publish_date_epoch", "-99999999999999"),
        ("all_albums", "1 two 3"),
        ("all_albums", {"a": 1}),
        ("album_id", "x"),
        ("tags", {"a": 1}),
        ("tags", 5),
        ("tags", ["a", {"b": 1}]),
        ("tags", [None]),
    ],
)
def test_photo__value_that_fits_no_column__is_kept_raw(key, value):
    assert photo(**{key: value}).extra[key] == value


@pytest.mark.parametrize("value", ["", "0", 0, "-1", None])
def test_reference__id_that_no_object_has__is_none(value):
    assert photo(live_id=value).live_id is None
    assert LiveStreamRecord.from_wire({"live_id": 1, "album_id": value}).album_id is None


def test_photo__numbers_where_texts_belong__become_texts():
    record = photo(title=1984, token=12.5, content=None)
    assert (record.title, record.token, record.description_html, record.extra) == ("1984", "12.5", "", {})


@pytest.mark.parametrize(
    ("flags", "kind", "kept"),
    [
        ({"text_only_p": 1, "video_p": 1}, "text", {"video_p": 1}),
        ({"video_p": "1", "audio_p": "t"}, "video", {"audio_p": "t"}),
        ({"audio_p": 1}, "audio", {}),
        ({"video_p": 0, "audio_p": 0}, "image", {}),
    ],
)
def test_photo__kind__is_text_before_video_before_audio_before_image(flags, kind, kept):
    record = photo(**flags)
    assert (record.kind, record.extra) == (kind, kept)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ({"video_medium": 640, "large": 800, "original": 1920}, 640),
        ({"video_medium": "", "large": 800, "original": 1920}, 800),
        ({"large": "0", "original": "1920"}, 1920),
        ({"video_hd": 1280}, None),
    ],
)
def test_photo__dimensions__come_from_the_first_that_has_both(wire, expected):
    sizes = {f"{name}_{part}": value for name, value in wire.items() for part in ("width", "height")}
    assert (photo(**sizes).width, photo(**sizes).height) == (expected, expected)


def test_photo__rendition_without_file__keeps_what_was_told_in_extra():
    empty = {"large_width": "", "large_height": None, "large_size": "0", "large_download": ""}
    told = {"small_width": "200", "small_height": "113", "small_size": "0", "small_download": ""}
    record = photo(**empty, **told, video_original_download="/x")
    assert record.renditions == []
    assert record.extra == {**told, "video_original_download": "/x"}


def test_photo__rendition_of_an_unknown_format__is_one():
    record = photo(video_8k_size="5", video_8k_download="/p", video_8k_width="?", video_8k_height="4320")
    assert record.renditions == [{"format": "video_8k", "width": None, "height": 4320, "size_bytes": 5, "path": "/p"}]
    assert record.extra == {"video_8k_width": "?"}


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ({"publish_date_epoch": "1352129508"}, datetime(2012, 11, 5, 15, 31, 48, tzinfo=UTC)),
        ({"publish_date_epoch": 1352129508.5}, datetime(2012, 11, 5, 15, 31, 48, 500000, tzinfo=UTC)),
        ({"publish_date_epoch": "0"}, datetime(1970, 1, 1, tzinfo=UTC)),
        (
            {"publish_date_epoch": "", "publish_date_ansi": "2012-11-05 16:31:48"},
            datetime(2012, 11, 5, 15, 31, 48, tzinfo=UTC),
        ),
        ({"publish_date_ansi": "2012-10-05 16:31:48"}, datetime(2012, 10, 5, 14, 31, 48, tzinfo=UTC)),
        # The hour that the clock shows twice, and the one it skips.
        ({"publish_date_ansi": "2024-10-27 02:30:00"}, datetime(2024, 10, 27, 0, 30, tzinfo=UTC)),
        ({"publish_date_ansi": "2024-03-31 02:30:00"}, datetime(2024, 3, 31, 1, 30, tzinfo=UTC)),
        ({"publish_date_ansi": "0001-01-01 00:00:00"}, None),
        ({"publish_date_ansi": "9999-12-31 23:59:59"}, None),
        ({"publish_date_ansi": "2024-W10-1 10:00"}, None),
    ],
)
def test_photo__dates__come_from_the_epoch_or_the_local_time(wire, expected):
    assert photo(**wire).published_at == expected


def test_photo__date_with_both_forms__keeps_the_one_not_used():
    record = photo(publish_date_epoch="bad", publish_date_ansi="2012-11-05 16:31:48")
    assert record.published_at == datetime(2012, 11, 5, 15, 31, 48, tzinfo=UTC)
    assert record.extra == {"publish_date_epoch": "bad"}
    assert photo(publish_date_epoch="1", publish_date_ansi="x").extra == {"publish_date_ansi": "x"}


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ({"all_albums": "3 1 3 2"}, (3, 1, 2)),
        ({"all_albums": "3,1, 2"}, (3, 1, 2)),
        ({"all_albums": ["3", 1]}, (3, 1)),
        ({"all_albums": 5}, (5,)),
        ({"all_albums": "", "album_id": "9"}, (9,)),
        ({"album_id": 9}, (9,)),
        ({"all_albums": "3 x"}, (3,)),
        ({"all_albums": None, "album_id": ""}, ()),
    ],
)
def test_photo__album_ids__in_any_form__are_read_once_each(wire, expected):
    assert photo(**wire).album_ids == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["b", "a", "b"], ("b", "a")),
        (["two words", "", "  "], ("two words",)),
        ("one, two words,,one", ("one", "two words")),
        ([2024, 1.5], ("2024", "1.5")),
        (["a", None, {"b": 1}], ("a",)),
        (None, ()),
        ("", ()),
        ([], ()),
    ],
)
def test_photo__tags__in_any_form__are_read_once_each(value, expected):
    assert photo(tags=value).tags == expected


def test_album__as_documented__is_read(wire):
    record = AlbumRecord.from_wire(wire("album.json"), time_zone=COPENHAGEN)
    assert (record.remote_id, record.title, record.is_hidden) == (9000201, "Workshops", True)
    assert record.page_path == "/channel/9000201/workshops"
    assert record.created_at == datetime(2023, 2, 1, 9, 12, 44, tzinfo=UTC)
    assert record.extra.keys() == {"pretty_date", "pretty_time", "user_id", "user_url", "username"}


def test_livestream__as_documented__is_read(wire):
    record = LiveStreamRecord.from_wire(wire("livestream.json"))
    assert (record.remote_id, record.name, record.page_path) == (9000777, "Open evening", "/live/9000777")
    assert (record.is_broadcasting, record.is_private, record.is_promoted) == (False, False, True)
    assert record.next_start_at == datetime(2024, 8, 17, 17, 30, tzinfo=UTC)
    assert (record.starts_at, record.ends_at, record.album_id) == (None, None, None)
    assert (record.thumbnail_photo_id, record.preview_photo_id) == (9000778, 9000779)
    assert record.description_html == "<p>Come in</p>"
    assert {"publish_server", "current_viewers", "creation_date", "next_start_time"} <= record.extra.keys()


def test_livestream__flags_not_told_at_this_level__are_none():
    record = LiveStreamRecord.from_wire({"live_id": 1, "streaming_p": 1})
    assert (record.is_broadcasting, record.is_private, record.is_streaming) == (None, None, True)


@pytest.mark.parametrize(
    ("wire", "expected"),
    [
        ({"next_start_time": "2013-08-01 16:19:58.492688+02"}, datetime(2013, 8, 1, 14, 19, 58, 492688, UTC)),
        ({"next_start_time": "2024-06-11 09:00:03.5+02"}, datetime(2024, 6, 11, 7, 0, 3, 500000, UTC)),
        ({"next_start_time": "2024-06-11 09:00:03-0330"}, datetime(2024, 6, 11, 12, 30, 3, tzinfo=UTC)),
        (
            {"next_start_time_epoch": "", "next_start_time": "2024-06-11T09:00"},
            datetime(2024, 6, 11, 7, tzinfo=UTC),
        ),
        ({"next_start_time": ""}, None),
    ],
)
def test_livestream__next_start__comes_from_any_form(wire, expected):
    assert LiveStreamRecord.from_wire({"live_id": 1, **wire}, time_zone=COPENHAGEN).next_start_at == expected


@pytest.mark.parametrize("url", ["javascript:alert(1)", "rtmp://x/y", "//x/y", 5])
def test_livestream__stream_that_is_no_web_address__is_kept_aside(url):
    record = LiveStreamRecord.from_wire({"live_id": 1, "hls_stream": url})
    assert (record.hls_url, record.extra) == ("", {"hls_stream": url})


def test_small_records__as_documented__are_read():
    assert PlayerRecord.from_wire({"player_id": "5", "player_name": "Standard", "default_p": 1}) == PlayerRecord(
        5, "Standard", is_default=True, extra={}
    )
    assert SectionRecord.from_wire(
        {"section_id": "6", "start_time": "37.5", "title": "Fog", "description": "a\nb", "link": "/x"}
    ) == SectionRecord(6, 37.5, "Fog", "a\nb", {"link": "/x"})
    assert SubtitleRecord.from_wire({"locale": "da_DK", "href": "/s", "default_p": "t"}) == SubtitleRecord(
        "da_DK", "general", "/s", is_default=True, extra={}
    )
    assert TagRecord.from_wire({"tag": "port radio", "count": "2", "url": "/t"}) == TagRecord("port radio", 2, "/t")
    assert SiteRecord.from_wire({"site_id": "8", "site_name": "Shop", "domain": "v.example"}) == SiteRecord(
        8, "Shop", "v.example", {}
    )


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["1e999", "9" * 400, "NaN"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
SHAPES = [
    (PhotoRecord, {**json.loads((DATA / "photo.json").read_text()), "live_id": "1"}, "photo_id"),
    (AlbumRecord, json.loads((DATA / "album.json").read_text()), "album_id"),
    (LiveStreamRecord, json.loads((DATA / "livestream.json").read_text()), "live_id"),
    (SectionRecord, {"section_id": 1, "start_time": "1", "title": "a", "description": ""}, "section_id"),
    (SubtitleRecord, {"locale": "a", "type": "b", "href": "c", "default_p": 1}, "locale"),
]


# How quickly inputs are made says how busy the machine is.
SUPPRESSED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@pytest.mark.parametrize(("record_type", "shape", "id_key"), SHAPES, ids=lambda value: getattr(value, "__name__", ""))
@settings(max_examples=150, suppress_health_check=SUPPRESSED, deadline=None)
@given(data=st.data())
def test_records__arbitrary_json_in_any_field__stays_in_range(record_type, shape, id_key, data):
    keys = data.draw(st.lists(st.sampled_from(sorted(shape.keys() - {id_key})), max_size=12, unique=True))
    item = {**shape, **{key: data.draw(json_values) for key in keys}}
    record = record_type.from_wire(item)
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        if isinstance(value, int):
            assert -(2**63) <= value < 2**63
        if isinstance(value, float):
            assert value == value
            assert abs(value) != float("inf")
        if isinstance(value, datetime):
            assert value.tzinfo is UTC
    assert record.extra.keys() <= item.keys()
