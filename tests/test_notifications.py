import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from django_twentythree.kinds import ObjectKind
from django_twentythree.notifications import (
    BODY_LIMIT_BYTES,
    EVENT_LIMIT,
    Hint,
    clean_event,
    read_hints,
    read_notification,
)

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
BOUNDARY = "multipart/form-data; boundary=edge"
ID_MAX = 2**63 - 1
PHOTO, ALBUM, LIVE = ObjectKind.PHOTO, ObjectKind.ALBUM, ObjectKind.LIVESTREAM


def read_json(body: Any, content_type: str = JSON) -> list[Hint]:
    return list(read_notification("", content_type, json.dumps(body).encode()).hints)


def multipart(*fields: tuple[str, str]) -> bytes:
    parts = (f'--edge\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields)
    return "".join([*parts, "--edge--\r\n"]).encode()


@pytest.mark.parametrize("content_type", ["", FORM, JSON, "text/plain", "multipart/form-data", "nonsense"])
def test_read_notification__documented_pingback__names_the_photo(content_type: str) -> None:
    reading = read_notification("type=photo&photo_id=123", content_type, b"")
    assert reading.hints == (Hint(PHOTO, 123),)
    assert reading.payload == {"query": {"type": "photo", "photo_id": "123"}}


@pytest.mark.parametrize("content_type", [FORM, f"{FORM}; charset=utf-8", "", "text/plain"])
def test_read_notification__form_fields__are_read(content_type: str) -> None:
    reading = read_notification("", content_type, b"type=photo&photo_id=123&title=%C3%86r%C3%B8")
    assert reading.hints == (Hint(PHOTO, 123),)
    assert reading.payload == {"form": {"type": "photo", "photo_id": "123", "title": "Ærø"}}


def test_read_notification__json_in_a_field_of_a_form__is_read() -> None:
    reading = read_notification("", FORM, b"event=photo_update&payload=%7B%22photo_id%22%3A%20123%7D")
    assert reading.hints == (Hint(PHOTO, 123),)
    assert reading.payload == {"form": {"event": "photo_update", "payload": '{"photo_id": 123}'}}


def test_read_notification__multipart_fields__are_read_without_files() -> None:
    file = b'--edge\r\nContent-Disposition: form-data; name="f"; filename="x"\r\n\r\nphoto_id=9\r\n'
    reading = read_notification("", BOUNDARY, file + multipart(("photo_id", "123"), ("album_id", "4")))
    assert reading.hints == (Hint(PHOTO, 123), Hint(ALBUM, 4))
    assert reading.payload == {"form": {"photo_id": "123", "album_id": "4"}}


@pytest.mark.parametrize("content_type", [JSON, FORM, "", "text/plain"])
@pytest.mark.parametrize("lead", [b"", b" \r\n", "\ufeff".encode()])
def test_read_notification__json__is_read_whatever_it_is_called(content_type: str, lead: bytes) -> None:
    reading = read_notification("", content_type, lead + b'{"photo_id": 123, "title": "a=b"}')
    assert reading.hints == (Hint(PHOTO, 123),)
    assert reading.payload == {"json": {"photo_id": 123, "title": "a=b"}}


def test_read_notification__query_and_body__query_comes_first() -> None:
    reading = read_notification("photo_id=1", JSON, b'{"photo_id": 2, "live_id": 3}')
    assert reading.hints == (Hint(PHOTO, 1), Hint(PHOTO, 2), Hint(LIVE, 3))
    assert reading.payload.keys() == {"query", "json"}


@pytest.mark.parametrize(
    ("body", "hints"),
    [
        ({"photo_id": 1}, [Hint(PHOTO, 1)]),
        ({"photo_id": "1"}, [Hint(PHOTO, 1)]),
        ({"photo_id": " 1 "}, [Hint(PHOTO, 1)]),
        ({"album_id": 1}, [Hint(ALBUM, 1)]),
        ({"live_id": 1}, [Hint(LIVE, 1)]),
        (
            {"live_id": 1, "album_id": 2, "photo_id": 3},
            [Hint(PHOTO, 3), Hint(ALBUM, 2), Hint(LIVE, 1)],
        ),
        ({"object_id": 1, "object_type": "photo"}, [Hint(PHOTO, 1)]),
        ({"object_id": 1, "object_type": "Video"}, [Hint(PHOTO, 1)]),
        ({"object_id": "1", "type": "album"}, [Hint(ALBUM, 1)]),
        ({"object_id": 1, "object_type": "live", "type": "photo"}, [Hint(LIVE, 1)]),
        ({"object_id": 1, "object_type": "player"}, []),
        ({"object_id": 1}, []),
        ({"type": "photo"}, []),
        (
            [{"photo_id": 1, "album_id": 2}, {"photo_id": 3}],
            [Hint(PHOTO, 1), Hint(ALBUM, 2), Hint(PHOTO, 3)],
        ),
        ([{"photo_id": 1}, {"photo_id": "1"}], [Hint(PHOTO, 1)]),
        ({"photo_id": [1, "2"]}, [Hint(PHOTO, 1), Hint(PHOTO, 2)]),
        ({"event": "e", "data": {"photo_id": 1}}, [Hint(PHOTO, 1)]),
        ({"data": {"object": {"photo_id": 1}}}, [Hint(PHOTO, 1)]),
        ({"payload": {"photo": {"photo_id": 1}}}, [Hint(PHOTO, 1)]),
        (
            {"data": [{"photo_id": 1}, {"live": {"live_id": 2}}]},
            [Hint(PHOTO, 1), Hint(LIVE, 2)],
        ),
        ({"data": {"data": {"data": {"photo_id": 1}}}}, []),
        ({"payload": '{"photo_id": 1}'}, [Hint(PHOTO, 1)]),
        ({"data": ' [{"live_id": "2"}]'}, [Hint(LIVE, 2)]),
        ({"payload": '{"photo_id": 1'}, []),
        ({"payload": "[" * 10_000}, []),
        ({"related": {"photo_id": 1}}, []),
        ([[{"photo_id": 1}]], []),
        ({}, []),
        ([], []),
    ],
)
def test_read_hints__shape__gives_the_objects_named(body: Any, hints: list[Hint]) -> None:
    assert read_json(body) == hints


@pytest.mark.parametrize(
    "number",
    [
        *(0, -1, 1.0, 1.5, True, None, {"id": 1}, [[1]], ID_MAX + 1),
        *(
            "",
            "x",
            "1x",
            "1.0",
            "-1",
            "+1",
            "\N{FULLWIDTH DIGIT ONE}",
            "²",
            "0x1",
            "1e3",
            "9" * 400,
            f"{ID_MAX + 1}",
        ),
    ],
)
def test_read_hints__no_id__is_ignored(number: Any) -> None:
    assert read_json({"photo_id": number}) == []


def test_read_hints__number_of_400_or_10000_digits__is_kept_as_text_and_ignored() -> None:
    for digits in ("7" * 400, "7" * 10_000):
        reading = read_notification(f"photo_id={digits}", JSON, f'{{"album_id": {digits}}}'.encode())
        assert reading.hints == ()
        assert reading.payload == {"query": {"photo_id": digits}, "json": {"album_id": digits}}


def test_read_hints__largest_id__is_taken() -> None:
    assert read_json({"photo_id": ID_MAX, "album_id": str(ID_MAX)}) == [
        Hint(PHOTO, ID_MAX),
        Hint(ALBUM, ID_MAX),
    ]


@pytest.mark.parametrize("payload", [None, [], "photo_id=1", 1, {"raw": "photo_id=1"}, {"json": None}, {"query": 1}])
def test_read_hints__odd_stored_payload__is_empty(payload: Any) -> None:
    assert read_hints(payload) == []


def test_read_hints__payload_from_the_database__gives_what_was_read() -> None:
    reading = read_notification("photo_id=1&photo_id=2", JSON, b'[{"data": {"live_id": "3"}}]')
    stored = json.loads(json.dumps(reading.payload))
    assert tuple(read_hints(stored)) == reading.hints == (Hint(PHOTO, 1), Hint(PHOTO, 2), Hint(LIVE, 3))


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (JSON, b"{broken"),
        (JSON, b'"text"'),
        (JSON, b"[" * 100_000),
        (JSON, b'{"a":' * 50_000),
        ("application/xml", b"<photo id='1'/>"),
        ("", b"hello"),
        (BOUNDARY, b"--edge\r\nnonsense"),
        ("multipart/form-data", b"--edge"),
        ("multipart/form-data; boundary=\xe6", b"--edge"),
        ("image/png", bytes(range(256))),
    ],
)
def test_read_notification__unreadable_body__is_kept_as_text(content_type: str, body: bytes) -> None:
    reading = read_notification("", content_type, body)
    assert reading.hints == ()
    assert reading.payload.keys() == {"raw"}
    assert len(reading.payload["raw"]) <= len(body)


def test_read_notification__body_not_read__says_so() -> None:
    reading = read_notification("photo_id=1", JSON, None)
    assert reading.hints == (Hint(PHOTO, 1),)
    assert "256 KiB" in reading.payload["note"]


def test_read_notification__what_databases_refuse__is_replaced() -> None:
    body = rb'{"a\u0000": "b\u0000", "\ud800": ["\udfff", NaN, -Infinity, 1e999, 99999999999999999999]}'
    reading = read_notification("x=%00&%00=y", JSON, body)
    assert reading.payload == {
        "query": {"x": "\ufffd", "\ufffd": "y"},
        "json": {"a\ufffd": "b\ufffd", "\ufffd": ["\ufffd", None, None, None, "99999999999999999999"]},
    }


def test_read_notification__bad_utf_8__keeps_the_ids() -> None:
    reading = read_notification("title=%ff", JSON, b'{"photo_id": 1, "title": "\xff"}')
    assert reading.hints == (Hint(PHOTO, 1),)
    assert reading.payload["query"] == {"title": "\ufffd"}
    assert reading.payload["json"]["title"] == "\ufffd"


def test_read_notification__deep_nesting__is_cut() -> None:
    reading = read_notification("", JSON, b'{"a":' * 500 + b"1" + b"}" * 500)
    assert len(json.dumps(reading.payload)) < 200


def test_read_notification__endless_fields__are_bounded() -> None:
    body = "&".join(f"f{n}=" for n in range(20_000)).encode()
    assert len(body) < BODY_LIMIT_BYTES
    assert len(read_notification("", FORM, body).payload["form"]) == 1_000


@settings(deadline=None)
@given(
    query=st.text(alphabet=st.characters(max_codepoint=255)),
    content_type=st.sampled_from([FORM, JSON, BOUNDARY, "", "multipart/mixed; boundary=edge", "?"]) | st.text(),
    body=st.binary()
    | st.text().map(lambda text: text.encode("utf-8", "surrogatepass"))
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["photo_id", "data", "type"]), inner),
    ).map(lambda value: json.dumps(value).encode())
    | st.binary().map(lambda noise: b"--edge\r\n" + noise + b"\r\n--edge--"),
)
def test_read_notification__anything__is_storable(query: str, content_type: str, body: bytes) -> None:
    reading = read_notification(query, content_type, body)
    stored = json.dumps(reading.payload, allow_nan=False, ensure_ascii=False)
    assert "\\u0000" not in stored.replace("\\\\", "")  # a backslash that was sent is doubled
    stored.encode()  # fails over a lone surrogate
    assert all(0 < hint.id <= ID_MAX for hint in reading.hints)


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("album_add_photo", "album_add_photo"),
        ("Ærø", "Ærø"),
        ("a\x00b\nc\ud800", "a\ufffdb\ufffdc\ufffd"),
        ("x" * 5_000, "x" * EVENT_LIMIT),
    ],
)
def test_clean_event__name__is_printable_and_short(name: str, cleaned: str) -> None:
    assert clean_event(name) == cleaned
