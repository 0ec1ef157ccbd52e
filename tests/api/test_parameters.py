import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from django_twentythree.api.parameters import Call


@pytest.mark.parametrize("method", ["photo/list", "/api/photo/list", "api/photo/list", "/photo/list/"])
def test_call__method_in_any_spelling__is_the_same_path(method):
    assert Call.build(method, {}).path == "/api/photo/list"


@pytest.mark.parametrize(
    "method",
    [
        "",
        "/",
        "https://x.example/api/photo/list",
        "photo/../list",
        "photo/list?p=1",
        "photo//list",
        "photo list",
        "a#b",
        "//evil.example/x/../y",
        "photo/list\n",
        "photo/%2e%2e/list",
        "@evil.example",
    ],
)
def test_call__method_that_is_no_path__is_refused(method):
    with pytest.raises(ValueError, match="is no method of the platform"):
        Call.build(method, {})


@pytest.mark.parametrize(
    ("method", "is_read"),
    [
        ("photo/list", True),
        ("site/get", True),
        ("photo/subtitle/data", True),
        ("webhook/events", True),
        ("webhook/sample", True),
        ("player/settings", True),
        ("photo/get-transcoding-progress", True),
        ("analytics/extract/play-totals", True),
        ("echo", True),
        ("photo/update", False),
        ("photo/delete", False),
        ("photo/get-upload-token", False),
        ("session/get-token", False),
        ("protection/verify", False),
        ("photo/rate", False),
        ("concatenate", False),
        ("never/heard-of", False),
    ],
)
def test_call__last_word_of_the_method__tells_reads_from_writes(method, is_read):
    assert Call.build(method, {}).is_read is is_read


@pytest.mark.parametrize(
    ("key", "value", "spelled"),
    [
        ("x", True, "1"),
        ("x", False, "0"),
        ("x", 5, "5"),
        ("x", 1.5, "1.5"),
        ("x", Decimal("2.50"), "2.50"),
        ("x", "é ü", "é ü"),
        ("x", "", ""),
        ("album_id", [1, 2], "1,2"),
        ("photo_id", ("3", None, 4), "3,4"),
        ("tags", ["one", "two words"], 'one "two words"'),
        ("countries", ["dk", "de"], "dk de"),
    ],
)
def test_call__value__is_spelled_for_the_platform(key, value, spelled):
    assert Call.build("photo/list", {key: value}).fields == {key: spelled, "format": "json", "raw": "1"}


def test_call__method_of_version_2__is_sent_without_the_parameters_of_version_1():
    call = Call.build("2/webhook/sample", {"event": "album_add_photo"})
    assert (call.path, call.is_get) == ("/api/2/webhook/sample", True)
    assert call.encoded_fields == "event=album_add_photo"
    assert not Call.build("2/webhook/subscribe", {"event": "album_add_photo"}).is_get


def test_call__none__is_left_out():
    assert Call.build("photo/list", {"a": None}).fields == {"format": "json", "raw": "1"}


@pytest.mark.parametrize("value", [datetime(2024, 1, 1, tzinfo=UTC), date(2024, 1, 1), {"a": 1}, {1}, b"x", object()])
def test_call__value_without_a_spelling__is_refused_by_name(value):
    with pytest.raises(TypeError, match="since cannot be a"):
        Call.build("photo/list", {"since": value})


@pytest.mark.parametrize("parameters", [{"format": "xml"}, {"raw": 0}, {"x": float("nan")}])
def test_call__value_that_cannot_work__is_refused(parameters):
    with pytest.raises(ValueError, match=r"always asks for|finite"):
        Call.build("photo/list", parameters)
    assert Call.build("photo/list", {"format": "json", "raw": True}).fields["raw"] == "1"


def test_call__files__are_read_once_and_make_a_write():
    opened = io.BytesIO(b"moving")
    call = Call.build("photo/list", {"file": opened, "image": ("a.png", b"still"), "title": "T"})
    assert call.files == {"file": ("file", b"moving"), "image": ("a.png", b"still")}
    assert call.fields == {"title": "T", "format": "json", "raw": "1"}
    assert not call.is_read
    with pytest.raises(TypeError, match="binary"):
        Call.build("photo/upload", {"file": io.StringIO("text")})


def test_call__file_on_disk__goes_by_its_own_name(tmp_path):
    path = tmp_path / "film.mp4"
    path.write_bytes(b"x")
    with path.open("rb") as file:
        assert Call.build("photo/upload", {"file": file}).files == {"file": ("film.mp4", b"x")}


def test_call__query_too_long_for_a_request_line__goes_by_post_and_stays_a_read():
    call = Call.build("photo/list", {"search": "x" * 4000})
    assert (call.is_read, call.is_get) == (True, False)
